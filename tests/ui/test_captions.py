"""What stands around the panes, seen by a person at a real client."""

import re
import time
from pathlib import Path

from muxer.events import AgentChanged
from muxer.model import Note, Usage
from muxer.ui.app import MuxerApp
from tests.conftest import Desk
from tests.seat import Seat
from tests.ui.asking import seated
from tests.ui.conftest import StillRuntime
from tests.ui.glass import until


def begin(desk: Desk, *command: str, cols: int = 80, rows: int = 24, look: str = "") -> Seat:
    config = Path(desk.env["XDG_CONFIG_HOME"], "muxer", "config.toml")
    config.parent.mkdir(exist_ok=True)
    config.write_text(f"[look]\n{look}\n")
    seat = desk.sit(*(["--", *command] if command else []), cols=cols, rows=rows)
    seat.wait_for("ctrl+b …")
    return seat


def test_a_title_says_what_its_shell_does(desk: Desk) -> None:
    seat = begin(desk)
    seat.wait_for(f"○ sh  idle · {desk.folder}"[:30])
    seat.send("cat\r")
    seat.wait_for("● sh  working · cat")
    seat.send("\x03")
    seat.wait_for("○ sh  idle")


def test_how_it_ended_is_said(desk: Desk) -> None:
    seat = begin(desk, "sh", "-c", r"printf '\033]2;build\033\\'; read x; exit 3")
    seat.wait_for("● sh  working · build")
    seat.send("\r")
    seat.wait_for("□ sh  build")
    seat.wait_for("exited 3")


def test_a_restart_is_counted_down_and_enter_does_not_wait_for_it(desk: Desk) -> None:
    seat = begin(desk)
    desk.run("new", "--no-attach", "--restart", "on-failure", "--name", "srv", "--", "sh", "-c", "echo up; exit 1")
    for second in (4, 3, 9):
        seat.wait_for(f"starting · again in {second}s")
        seat.wait_for(f"again in {second}s · enter restart · x close")
    seat.send("\r")
    seat.wait_for("again in 1s", timeout=5)


def test_the_status_line_names_mode_tabs_and_zoom(desk: Desk) -> None:
    seat = begin(desk)
    seat.send("\x02")
    seat.wait_for(" PREFIX ")
    seat.send("%")
    seat.wait_for(" NORMAL ")
    seat.send("\x02z")
    seat.wait_for(" 1 Z")  # and a mark, if the pane that is hidden now had not been seen yet
    seat.wait_for("zoomed")
    seat.send("\x02r")
    seat.wait_for(" RESIZE ")
    seat.wait_for("esc leave")
    seat.send("\x1b")
    seat.wait_for(" NORMAL ")


def test_who_rings_unseen_waits_and_is_counted(desk: Desk) -> None:
    seat = begin(desk)
    desk.new("sh", "-c", r"read x; printf '\a'; exec cat", name="cyd", tab="two")
    seat.wait_for("2 two")
    seat.send("\x021")
    seat.wait_for(lambda s: "○ sh" in s.text)
    desk.run("send", "cyd", "--enter", "")
    seat.wait_for("2 two▲")
    seat.wait_for("▲ 1")
    seat.send("\x022")
    seat.wait_for(lambda s: "▲" not in s.text)


def test_a_narrow_screen_names_all_panes_of_the_tab_in_one_line(desk: Desk) -> None:
    desk.new("cat", name="ada")
    desk.new("cat", name="bob", split="down")
    desk.new("cat", name="cyd", split="down")
    seat = desk.sit(cols=50)
    seat.wait_for("ctrl+b …")
    seat.wait_for(lambda s: s.screen()[0] == " ● ada  ● bob  ● cyd")
    seat.send("\x02;")
    seat.wait_quiet()
    seat.resize(80, 24)
    seat.wait_for(lambda s: all(f"● {name}" in s.text for name in ("ada", "bob", "cyd")))


def test_a_pane_without_room_is_a_card_and_its_program_keeps_its_size(desk: Desk) -> None:
    desk.new("sh", "-c", "echo 41 passed; exec cat", name="ada")
    for name in ("bob", "cyd", "dan"):
        desk.new("cat", name=name, split="down")
    seat = desk.sit(cols=90, rows=30)
    seat.wait_for("41 passed")
    for name in ("ada", "bob", "cyd", "dan"):
        desk.run("resize", name, "90x6")
    rows = {name: pane["rows"] for name, pane in desk.panes().items()}
    seat.resize(90, 12)
    seat.wait_for(lambda s: s.screen()[1:3] == [" working", " 41 passed"])
    assert "● ada  working" in seat.screen()[0]
    assert desk.panes()["ada"]["rows"] == rows["ada"]
    # What it says goes on being said, without a screen of its own.
    desk.run("send", "ada", "--enter", "42 passed")
    seat.wait_for(lambda s: s.screen()[2] == " 42 passed")
    seat.resize(90, 30)
    seat.wait_for("41 passed")
    seat.wait_for("42 passed")


def test_where_nothing_may_move_by_itself_nothing_is_written(desk: Desk) -> None:
    seat = begin(desk, "cat", cols=120, look="clock = false\nmotion = false")
    seat.wait_for(" Panes")
    seat.wait_quiet(0.6)
    # A minute turns somewhere in here more often than not; it must not show.
    assert not re.search(r"\d\d:\d\d", seat.text)
    written, until = seat.total, time.monotonic() + 1
    seat.pump(1)
    assert time.monotonic() >= until
    assert seat.total == written


def test_the_clock_is_there(desk: Desk) -> None:
    seat = begin(desk, "cat")
    seat.wait_for(lambda s: re.search(r" \d\d:\d\d$", s.screen()[-1]))


async def test_what_is_held_and_what_was_used_is_told(still: tuple[MuxerApp, StillRuntime]) -> None:
    app, runtime = still
    async with seated(app, runtime, cols=160) as seat:
        note = Note(id=1, agent=1, pane="p1", sender="", text="x", state="held", reason="you have a draft")
        runtime.noted = [note, note]
        runtime.usages["p2"] = Usage(input=1, context=182_000, window=258_400)
        for pane in ("p1", "p2"):
            app.stage.heard(AgentChanged(pane))
        await seat.shows("p1", "2 notes held: you have a draft")
        await seat.glass.sees("2 notes held: you have")
        await seat.glass.sees("182k 70% ")
        seat.glass.resize(60, 12)
        await seat.glass.sees("2 notes held")
        await until(lambda: "you have" not in seat.glass.screen()[0], "a short title")
        runtime.noted = []
        app.stage.heard(AgentChanged("p1"))
        await until(lambda: "held" not in "".join(seat.glass.screen()), "nothing held")
