"""Keys of the default keymap, typed into the real program."""

from tests.conftest import Desk
from tests.seat import Seat
from tests.ui.deeds.screens import begin, has, shows, status


def tabs(desk: Desk) -> dict[str, str]:
    return {name: pane["tab"] for name, pane in desk.panes().items()}


def two_tabs(desk: Desk) -> Seat:
    seat = begin(desk)
    seat.send("\x02c")
    seat.wait_for(shows("sh-2"))
    return seat


def test_back_to_the_tab_before(desk: Desk) -> None:
    seat = two_tabs(desk)
    seat.send("\x02c")
    seat.wait_for(shows("sh-3"))
    seat.send("\x021")
    seat.wait_for(shows("sh"))
    seat.send("\x02\t")
    seat.wait_for(shows("sh-3"))
    seat.send("\x02\t")
    seat.wait_for(shows("sh"))


def test_a_tab_gets_a_name(desk: Desk) -> None:
    seat = two_tabs(desk)
    seat.send("\x02,")
    seat.wait_for(status("rename tab 2"))
    seat.send("\x15logs\r")
    seat.wait_for(status("2 logs"))
    assert tabs(desk) == {"sh": "1", "sh-2": "logs"}
    seat.send("\x02,\x151\r")
    seat.wait_for(status("a tab is named '1' already"))
    assert tabs(desk) == {"sh": "1", "sh-2": "logs"}
    seat.send("\x02u")
    seat.wait_for(lambda s: not status("logs")(s))
    assert tabs(desk) == {"sh": "1", "sh-2": "2"}


def test_tabs_move(desk: Desk) -> None:
    seat = two_tabs(desk)
    seat.send("\x02,\x15logs\r")
    seat.wait_for(status("2 logs"))
    seat.send("\x02<")
    seat.wait_for(status("1 logs"))
    seat.send("\x02<")
    seat.send("\x022")
    seat.wait_for(shows("sh"))
    seat.send("\x021")
    seat.wait_for(shows("sh-2"))
    seat.send("\x02>")
    seat.wait_for(status("2 logs"))


def test_a_tab_is_closed_with_its_panes_and_busy_ones_are_asked_for_once(desk: Desk) -> None:
    seat = two_tabs(desk)
    seat.send("\x02%")
    seat.wait_for(shows("sh-2", "sh-3"))
    seat.send("\x02&")
    seat.wait_for(shows("sh"))
    assert set(desk.panes()) == {"sh"}
    for name in ("one", "two"):
        desk.new("cat", name=name, tab="work")
    seat.wait_for(has("two"))
    seat.send("\x02&")
    seat.wait_for(status("close tab work, where cat and cat run?"))
    seat.send("n")
    seat.wait_for(lambda s: not status("close tab")(s))
    assert set(desk.panes()) == {"sh", "one", "two"}
    seat.send("\x02&y")
    seat.wait_for(shows("sh"))
    assert set(desk.panes()) == {"sh"}
