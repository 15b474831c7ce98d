"""Keys of the default keymap, typed into the real program."""

import pytest

from muxer.ui.app import MuxerApp
from tests.conftest import Desk
from tests.ui.conftest import StillRuntime
from tests.ui.deeds.screens import begin, has, shows, status
from tests.ui.glass import until

Still = tuple[MuxerApp, StillRuntime]


@pytest.mark.parametrize("key", ["n", "\x1b", "x"])
def test_closing_a_busy_pane_is_asked(desk: Desk, key: str) -> None:
    seat = begin(desk)
    desk.new("cat", name="cat")
    seat.wait_for(has("cat"))
    seat.send("\x02x")
    seat.wait_for(status("close cat, where cat runs?"))
    seat.send(key)
    seat.wait_for(lambda s: not status("close cat")(s))
    assert "cat" in desk.panes()
    seat.send("\x02xy")
    seat.wait_for(shows("sh"))


def test_a_program_is_stopped_and_started_again_in_its_pane(desk: Desk) -> None:
    seat = begin(desk)
    desk.new("sh", "-c", "echo here is $$; exec cat", name="cat")
    seat.wait_for("here is")
    seat.send("\x02X")
    seat.wait_for(status("stop cat, where cat runs?  y stop · n keep"))
    seat.send("n\x02Xy")
    seat.wait_for("enter restart · x close")
    pane = desk.panes()["cat"]
    assert pane["state"] != "running"
    seat.send("\r")
    seat.wait_for(lambda s: s.text.count("here is") == 2)
    assert desk.panes()["cat"]["id"] == pane["id"]
    seat.send("\x02R")
    seat.wait_for(status("restart cat, where cat runs?  y restart · n keep"))
    seat.send("y")
    seat.wait_for(lambda s: s.text.count("here is") == 3)


def test_a_program_that_failed_is_read_and_then_closed_with_a_key(desk: Desk) -> None:
    seat = begin(desk)
    desk.new("sh", "-c", "echo no such thing; exit 3", name="build")
    seat.wait_for("exited 3 · enter restart · x close")
    seat.wait_for("no such thing")
    seat.send("x")
    seat.wait_for(shows("sh"))


def test_everything_is_frozen_and_goes_on(desk: Desk) -> None:
    seat = begin(desk)
    desk.new("cat", name="cat")
    seat.wait_for(has("cat"))
    seat.send("\x02F")
    seat.wait_for(status("FROZEN · ctrl+b F lets all go on"))
    seat.wait_for("‖ cat  frozen")
    seat.send("still\r")
    seat.send("\x02F")
    seat.wait_for(lambda s: not status("FROZEN")(s))
    seat.wait_for("still")


async def test_any_frozen_program_means_that_all_are_to_go_on(still: Still) -> None:
    app, runtime = still
    app.act("fleet.freeze")
    await until(lambda: runtime.called == [("freeze", {})])
