from tests.calling import Front, called, last
from tests.conftest import Desk


def test_where_nothing_was_said_that_is_said(desk: Desk) -> None:
    seat = called(desk)
    seat.send("\x02~")
    seat.wait_for("nothing was said yet")
    seat.send("\x02\x1bn")
    seat.wait_for("no pane waits for you")


def test_muting_is_told_and_undone(desk: Desk) -> None:
    seat = called(desk)
    seat.send("\x02.")
    seat.wait_for("sh is muted")
    seat.wait_for(lambda s: "muted" in s.screen()[0])
    seat.send("\x02.")
    seat.wait_for("sh is heard again")
    seat.wait_for(lambda s: "muted" not in s.screen()[0])


def test_a_pane_that_is_gone_is_still_in_the_list_but_nobody_goes_there(desk: Desk) -> None:
    seat = called(desk)
    desk.run("send", "ada", "last words", "--enter")
    seat.wait_for("Claude: last words")
    desk.run("kill", "ada")
    seat.wait_for(lambda s: "▲" not in last(s))
    seat.send("\x02~")
    seat.wait_for("ada  Claude: last words")
    seat.send("\r")
    seat.wait_for("that pane is gone")
    assert Front("sh")(seat)
