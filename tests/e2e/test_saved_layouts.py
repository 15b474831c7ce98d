"""Layouts that are saved and opened by name: with keys, by the verb, and from files that somebody spoiled."""

import re
from pathlib import Path
from typing import Any

import pytest

from tests.conftest import Desk
from tests.seat import Seat


def folder(desk: Desk) -> Path:
    return Path(desk.env["XDG_CONFIG_HOME"]) / "muxer" / "layouts"


def build(desk: Desk) -> Seat:
    """A shell, an echo beside it, and a counter under that."""
    (desk.folder / "api").mkdir()
    (desk.folder / "web").mkdir()
    seat = desk.sit(cols=101, rows=31)
    seat.wait_for("ctrl+b …")
    desk.new("cat", name="echo", cwd=str(desk.folder / "api"))
    desk.new("sh", "-c", "echo counts; exec cat", name="counter", cwd=str(desk.folder / "web"), split="down")
    seat.wait_for("counts")
    desk.run("resize", "echo", "60x20")
    return seat


def shape(desk: Desk, tab: str) -> list[tuple[Any, ...]]:
    return [
        (re.sub(r"-\d$", "", p["name"]), p["command"], p["cwd"], p["cols"], p["rows"])
        for p in desk.json("ls")["panes"]
        if p["tab"] == tab
    ]


def test_a_tab_is_saved_and_opened_again_as_it_was(desk: Desk) -> None:
    seat = build(desk)
    before = shape(desk, "1")
    seat.send("\x02\x13")
    seat.wait_for("save layout as")
    seat.send("api\r")
    seat.wait_for("saved as ~/config/muxer/layouts/api.toml")
    assert desk.run("layout", "list").stdout == "api\n"
    seat.send("\x02\x0f")
    seat.wait_for(lambda s: "open a saved layout" in s.text.lower())
    seat.send("\r")
    seat.wait_for("opened in tab api")
    seat.wait_for("2 api")
    desk.run("wait", "counter-2", "--text", "counts", "--timeout", "20")
    assert sorted(shape(desk, "api")) == sorted(before)
    # The shell is a shell again, and its pane has the focus that was saved.
    seat.send("hello")
    desk.run("wait", "counter-2", "--text", "hello", "--timeout", "20")


def test_a_second_save_asks_before_it_replaces(desk: Desk) -> None:
    seat = build(desk)
    desk.run("layout", "save", "api")
    refused = desk.run("layout", "save", "api", check=False)
    assert (refused.returncode, refused.stderr) == (
        1, "muxer: a layout is named 'api' already: --replace saves over it\n",
    )  # fmt: skip
    text = (folder(desk) / "api.toml").read_text()
    desk.run("kill", "echo")
    seat.send("\x02\x13api\r")
    seat.wait_for("save over the layout api?")
    seat.send("n")
    seat.wait_for("ctrl+b …")
    assert (folder(desk) / "api.toml").read_text() == text
    seat.send("\x02\x13api\r")
    seat.wait_for("save over the layout api?")
    seat.send("y")
    seat.wait_for("saved as")
    assert "[pane.echo]" not in (folder(desk) / "api.toml").read_text()


def test_what_is_gone_is_said_and_everything_else_opens(desk: Desk) -> None:
    seat = build(desk)
    desk.run("layout", "save", "api")
    file = folder(desk) / "api.toml"
    file.write_text(file.read_text().replace('"cat"', '"no-such-cat"'))
    (desk.folder / "web").rmdir()
    opened = desk.run("layout", "open", "api")
    lines = opened.stdout.splitlines()
    assert lines[0] == "opened in tab api"
    assert len(lines) == 3
    at = r"~/config/muxer/layouts/api\.toml:\d+: "
    assert re.fullmatch(at + r".*no-such-cat.*: echo-2 is a shell in its place", lines[1])
    assert re.fullmatch(at + rf"\S+/web is gone: counter-2 is a shell in {re.escape(str(desk.folder))}", lines[2])
    for line, key in ((lines[1], "command"), (lines[2], "cwd")):
        number = int(line.split(":")[1])
        assert file.read_text().splitlines()[number - 1].startswith(key)
    seat.wait_for("~/config/muxer/layouts/api.toml:")
    panes = desk.panes()
    assert len([pane for pane in panes.values() if pane["tab"] == "api"]) == 3
    assert panes["echo-2"]["cwd"] == str(desk.folder / "api")
    assert panes["counter-2"]["cwd"] == str(desk.folder)
    assert panes["echo-2"]["command"] == ["/bin/sh"]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("tree = {pane = 'a'}\nzomed = 3\n[pane.a]\n", "2: no key named 'zomed': did you mean zoomed?"),
        ("[tree]\npane = 'a'\n[pane.a]\ncwd = 3\n", "4: cwd: expected str, got int"),
        ("[tree\n", "1: "),
    ],
)
def test_a_spoiled_file_is_one_line_and_opens_nothing(desk: Desk, text: str, said: str) -> None:
    desk.new("cat", name="stays")
    folder(desk).mkdir(parents=True)
    (folder(desk) / "bad.toml").write_text(text)
    refused = desk.run("layout", "open", "bad", check=False)
    assert refused.returncode == 2
    assert refused.stderr.startswith(f"muxer: {folder(desk) / 'bad.toml'}:{said}")
    assert refused.stderr.count("\n") == 1
    assert list(desk.panes()) == ["stays"]


def test_an_unknown_name_is_told_the_nearest(desk: Desk) -> None:
    seat = build(desk)
    desk.run("layout", "save", "backend")
    refused = desk.run("layout", "open", "backnd", check=False)
    assert refused.stderr == "muxer: no layout named 'backnd': did you mean backend?\n"
    desk.run("layout", "delete", "backend")
    assert desk.run("layout", "list").stdout.startswith("no layout is saved yet")
    seat.send("\x02\x0f")
    seat.wait_for("no layout is saved yet")
