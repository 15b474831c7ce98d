import tomllib
from pathlib import Path
from typing import Any

import pytest

from tests.conftest import Desk
from tests.seat import Seat

ASKED = "What do your fingers know?"


@pytest.fixture
def fresh(desk: Desk) -> Desk:
    choices(desk).unlink()
    return desk


def choices(desk: Desk) -> Path:
    return Path(desk.env["XDG_CONFIG_HOME"], "muxer", "choices.toml")


def chosen(desk: Desk) -> dict[str, Any]:
    return tomllib.loads(choices(desk).read_text())


def gone(seat: Seat) -> bool:
    return ASKED not in seat.text


def test_who_starts_for_the_first_time_is_asked_once(fresh: Desk) -> None:
    seat = fresh.sit()
    seat.wait_for(ASKED)
    seat.wait_for("❯ tmux")
    seat.wait_for("❯ night")
    seat.wait_for("git ")
    seat.wait_for("ctrl+b, then a key; ctrl+b ? lists them")
    seat.send("\x1b[C")
    seat.wait_for("❯ zellij")
    seat.send("\x1b[B\x1b[C")
    seat.wait_for("❯ day")
    seat.send("\r")
    seat.wait_for(gone)
    assert chosen(fresh) == {"look": {"keymap": "zellij", "theme": "day"}}
    other = fresh.sit()
    other.wait_for("$")
    other.wait_for("sh")
    assert gone(other)
    fresh.run("stop")
    for left in (seat, other):
        left.wait_exit()
    again = fresh.sit()
    again.wait_for("$")
    again.send("echo $((6*7))\r")
    again.wait_for("42")
    assert gone(again)


def test_in_a_narrow_terminal_only_what_fits_is_said_of_the_keys(fresh: Desk) -> None:
    seat = fresh.sit(cols=60, rows=20)
    seat.wait_for(ASKED)
    assert "ctrl+b, then a key" in [row.strip() for row in seat.screen()]


def test_escape_takes_the_defaults_and_is_an_answer_too(fresh: Desk) -> None:
    seat = fresh.sit()
    seat.wait_for(ASKED)
    seat.send("j\x1b[C")
    seat.wait_for("❯ day")
    seat.wait_for("light, 2 of")
    seat.send("\x1b")
    seat.wait_for(gone)
    assert chosen(fresh) == {}
    shown = {row["key"]: row["origin"] for row in fresh.json("config")["settings"]}
    assert shown["look.theme"] == "default"


def test_who_only_looks_is_not_asked_and_does_not_answer(fresh: Desk) -> None:
    fresh.new("cat", name="cat")
    looks = fresh.sit("attach", "--read-only")
    looks.wait_for("cat")
    assert gone(looks)
    assert not choices(fresh).exists()
    acts = fresh.sit()
    for seat in (acts, looks):
        seat.wait_for(ASKED)
    looks.send("\r")
    acts.send("l")
    acts.wait_for("❯ zellij")
    assert not choices(fresh).exists()
    acts.send("\r")
    for seat in (acts, looks):
        seat.wait_for(gone)


def test_who_wrote_settings_is_not_asked(fresh: Desk) -> None:
    choices(fresh).with_name("config.toml").write_text("[look]\nclock = false\n")
    seat = fresh.sit()
    seat.wait_for("$")
    seat.send("echo $((6*7))\r")
    seat.wait_for("42")
    assert gone(seat)


def test_what_cannot_be_kept_is_said(fresh: Desk) -> None:
    choices(fresh).with_name("choices.toml.new").mkdir()
    seat = fresh.sit()
    seat.wait_for(ASKED)
    seat.send("\r")
    seat.wait_for("it holds until muxer is restarted")
    assert gone(seat)


@pytest.mark.parametrize(("cols", "rows"), [(80, 24), (60, 16), (200, 50)])
def test_it_fits(fresh: Desk, cols: int, rows: int) -> None:
    seat = fresh.sit(cols=cols, rows=rows)
    seat.wait_for(ASKED)
    seat.wait_for("git ")
    seat.wait_for("esc defaults")
    assert "MUXER" in seat.text
