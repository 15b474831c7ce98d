"""Keys of the default keymap, typed into the real program."""

from tests.conftest import Desk
from tests.ui.deeds.screens import at, begin, has, places, shows, status, types_into


def test_focus_goes_round_and_back(desk: Desk) -> None:
    seat = begin(desk, 3)
    for keys, pane in (("o", "p1"), ("o", "p2"), (";", "p1"), (";", "p2"), ("o", "p3"), ("o", "p1")):
        seat.send("\x02" + keys)
        types_into(seat, pane)


def test_a_split_without_room_is_refused_in_a_line(desk: Desk) -> None:
    seat = begin(desk, 4)
    seat.send("\x02%")
    seat.wait_for(status("no room for another pane here: close one, or open a tab with ctrl+b c"))
    assert len(desk.panes()) == 4
    # Whoever asks by a command gets the pane all the same.
    made = desk.new("cat", name="under")
    assert made["tab"] == "1"
    seat.wait_for(has("under"))
    for n in range(6):
        made = desk.new("cat", name=f"more{n}")
    assert made["tab"] == "2"
    assert made["cols"] >= 18


def test_panes_swap_places_and_the_layout_goes_back(desk: Desk) -> None:
    seat = begin(desk, 3)
    before = places(seat)
    seat.send("\x02H")
    seat.wait_for(shows("sh", "sh-3", "sh-2"))
    types_into(seat, "p3")
    seat.send("\x02H")
    seat.wait_for(shows("sh-3", "sh", "sh-2"))
    seat.send("\x02u\x02u")
    seat.wait_for(lambda s: places(s) == before)


def test_borders_move_by_keys(desk: Desk) -> None:
    seat = begin(desk, 2)
    seat.wait_for(at(sh=(0, 0), sh_2=(41, 0)))
    seat.send("\x02\x1b[1;5D")
    seat.wait_for(at(sh=(0, 0), sh_2=(37, 0)))
    seat.send("\x02\x1b[1;5C\x02\x1b[1;5C")
    seat.wait_for(at(sh=(0, 0), sh_2=(45, 0)))
    seat.send("\x02r\x1b[C\x1b[Cu\r")
    seat.wait_for(at(sh=(0, 0), sh_2=(49, 0)))
    types_into(seat, "p2")
    seat.send("\x02u\x02u\x02u\x02u")
    seat.wait_for(at(sh=(0, 0), sh_2=(41, 0)))
    seat.send("\x02-")
    seat.wait_for(has("sh-3"))
    seat.send("\x02\x1b[1;5A")
    seat.wait_for(at(sh=(0, 0), sh_2=(41, 0), sh_3=(41, 10)))


def test_a_pane_gets_another_name_which_the_next_host_knows(desk: Desk) -> None:
    seat = begin(desk, 2)
    seat.send("\x02$")
    seat.wait_for(status("rename pane sh-2"))
    seat.send("\x15tests\r")
    seat.wait_for(has("tests"))
    seat.send("\x02$")
    seat.wait_for(status("rename pane tests"))
    seat.send("\x15sh\r")
    seat.wait_for(status("a pane is named 'sh' already: choose another name"))
    seat.send("\x02$")
    seat.wait_for(status("rename pane tests"))
    seat.send("\x15other\x1b")
    seat.wait_for(lambda s: not status("rename pane")(s))
    assert set(desk.panes()) == {"sh", "tests"}
    desk.run("reload")
    assert set(desk.panes()) == {"sh", "tests"}


def test_a_pane_gets_a_tab_of_its_own(desk: Desk) -> None:
    seat = begin(desk, 2)
    seat.send("\x02!")
    seat.wait_for(shows("sh-2"))
    assert {pane["tab"] for pane in desk.panes().values()} == {"1", "2"}
    seat.send("\x02!")
    seat.wait_for(status("this pane has the tab to itself already"))
    seat.send("\x02u")
    seat.wait_for(shows("sh", "sh-2"))


def test_attaching_shows_the_pane_alone_and_again_all(desk: Desk) -> None:
    seat = begin(desk, 2)
    seat.send("\x02a")
    seat.wait_for(shows("sh-2"))
    types_into(seat, "p2")
    seat.send("\x02a")
    seat.wait_for(shows("sh", "sh-2"))


def test_the_scratch_pane_comes_and_goes(desk: Desk) -> None:
    seat = begin(desk)
    seat.send("\x02*")
    seat.wait_for(has("scratch"))
    types_into(seat, "p2")
    pane = desk.panes()["scratch"]
    assert (pane["tab"], pane["cols"], pane["rows"]) == ("", 62, 16)
    assert "floating" in desk.run("ls").stdout
    assert places(seat)["scratch"] == (10, 2)
    # It has no place in the layout.
    seat.send("\x02z")
    seat.wait_for(status("this pane floats over the others: ctrl+b * puts it away"))
    seat.send("\x02*")
    seat.wait_for(shows("sh"))
    types_into(seat, "p1")
    seat.send("\x02c")
    seat.wait_for(shows("sh-2"))
    seat.send("\x02*")
    seat.wait_for(has("scratch"))
    seat.wait_for("p2=p2")
    desk.run("reload")
    seat.wait_for(has("scratch"))
    seat.send("exit\r")
    seat.wait_for(shows("sh-2"))
    assert len(desk.panes()) == 2


def test_a_narrow_terminal_shows_one_pane_at_a_time(desk: Desk) -> None:
    seat = begin(desk, 2)
    seat.resize(50, 20)
    seat.wait_for("○ sh  ○ sh-2")
    seat.send("stty size\r")
    seat.wait_for("18 50")
    seat.send("\x02\x1b[D")
    seat.send("stty size\r")
    seat.wait_for("18 50")
    seat.resize(80, 24)
    seat.wait_for(at(sh=(0, 0), sh_2=(41, 0)))
    # Programs hear of a new size a moment after it is drawn.
    seat.send("clear; until stty size | grep '22 4[0]'; do sleep 0.1; done\r")
    seat.wait_for("22 40")
