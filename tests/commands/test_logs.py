"""What the host wrote down, read by whoever asks: with a host or without."""

import json
import logging
import signal
from pathlib import Path
from typing import Any

import pytest

from muxer import journal
from muxer.commands.logs import logs
from muxer.errors import UsageError
from muxer.journal import LEVELS, Journal
from tests.conftest import HOST, Desk
from tests.house import house_in


def written(desk: Desk, *lines: tuple[float, str, str]) -> str:
    state = Path(desk.env["XDG_STATE_HOME"], "muxer", HOST)
    state.mkdir(parents=True, exist_ok=True)
    with open(state / "host.log", "a") as opened:
        for at, level, text in lines:
            print(json.dumps({"at": at, "level": level, "logger": "muxer.host", "text": text}), file=opened)
    return str(state / "host.log")


def test_they_are_shown_in_order_without_a_host_and_with_what_was_said_last(desk: Desk) -> None:
    log = written(desk, (1e9, "info", "one"), (1e9 + 61, "warning", "two"), (1e9 + 5, "error", "th\x1b[2Jree"))
    Path(log).with_name("host.err").write_text("Fatal Python error: Segmentation fault\n")
    Path(log).with_name("keeper.log").write_text("a keeper's last words\n")
    said = desk.run("logs", TZ="UTC").stdout.splitlines()
    assert said[:3] == [
        "2001-09-09 01:46:40  info     one",
        "2001-09-09 01:46:45  error    th[2Jree",
        "2001-09-09 01:47:41  warning  two",
    ]
    assert sorted(line[21:] for line in said[3:]) == [
        "error    Fatal Python error: Segmentation fault",
        "error    a keeper's last words",
    ]


def test_level_and_lines_leave_out(desk: Desk) -> None:
    written(desk, *((1e9 + n, LEVELS[n % 3], f"line {n}") for n in range(30)))

    def texts(*words: str) -> list[str]:
        return [entry["text"] for entry in desk.json("logs", *words)]

    assert texts("--level", "error", "--lines", "2") == ["line 26", "line 29"]
    assert len(texts("--level", "warning")) == 20
    assert texts("--lines", "0") == []
    assert desk.run("logs", "--level", "loud", check=False).returncode == 2


def test_of_a_host_that_wrote_nothing_there_is_nothing_to_show(desk: Desk) -> None:
    assert desk.run("logs").stdout == ""
    assert desk.json("logs") == []


def test_following_shows_what_comes_also_when_the_file_is_put_aside(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    log = written(desk, (1e9, "info", "early"), (1e9 + 1, "warning", "at first"))
    monkeypatch.setattr(journal, "LIMIT", 300)
    handler = Journal(log)
    seat = desk.sit("logs", "--follow", "--level", "warning")
    seat.wait_for("at first")
    for number in range(4):
        handler.handle(_record(f"later {number}"))
        seat.wait_for(f"later {number}")
    assert Path(f"{log}.1").exists()
    assert "early" not in seat.text
    seat.send("\x03")
    assert seat.wait_exit() == 130
    assert "Traceback" not in seat.text


def test_following_as_json_is_a_line_each(desk: Desk) -> None:
    written(desk, (1e9, "info", "one"), (1e9 + 1, "info", "two"))
    seat = desk.sit("logs", "--follow", "--json", cols=200)
    seat.wait_for('"two"')
    lines: list[dict[str, Any]] = [json.loads(line) for line in seat.screen() if line]
    assert [line["text"] for line in lines] == ["one", "two"]
    seat.kill(signal.SIGINT)
    assert seat.wait_exit() == 130


async def test_within_a_host_they_end() -> None:
    async with house_in() as house:
        Journal(house.paths.log).handle(_record("of this host"))
        found = await logs(house.services)
        assert [entry["text"] for entry in found] == ["of this host"]
        with pytest.raises(UsageError, match="has no end"):
            await logs(house.services, follow=True)


def _record(text: str) -> logging.LogRecord:
    return logging.LogRecord("muxer.host", logging.WARNING, "", 0, text, None, None)
