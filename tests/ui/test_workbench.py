import pytest

from muxer.errors import UnknownName
from muxer.ui.layout import Region
from muxer.ui.workbench import Workbench

ROOM = Region(0, 0, 80, 23)


def bench(*panes: str) -> Workbench:
    made = Workbench()
    for pane in panes:
        made.place(pane)
    return made


def test_the_first_pane_makes_the_first_tab() -> None:
    made = bench("a")
    assert [tab.name for tab in made.tabs] == ["1"]
    assert made.focus == "a"


def test_a_new_pane_takes_the_focus_and_ends_the_zoom() -> None:
    made = bench("a", "b")
    made.zoom()
    assert made.regions(ROOM) == {"b": ROOM}
    made.place("c", way="down")
    assert set(made.regions(ROOM)) == {"a", "b", "c"}
    assert made.focus == "c"


def test_a_lone_pane_does_not_zoom() -> None:
    made = bench("a")
    made.zoom()
    assert made.tab is not None
    assert not made.tab.zoomed


def test_a_tab_is_found_by_name_or_number_and_made_when_new() -> None:
    made = bench("a")
    made.place("b", tab="logs")
    made.place("c", tab="1")
    made.place("d", tab="logs")
    assert [tab.panes() for tab in made.tabs] == [["a", "c"], ["b", "d"]]


def test_a_new_tab_may_not_take_a_name() -> None:
    made = bench("a")
    with pytest.raises(UnknownName):
        made.place("b", tab="1", way="none")


def test_closing_the_last_pane_of_a_tab_shows_the_one_before() -> None:
    made = bench("a")
    made.place("b", way="none")
    assert made.shown == 1
    made.close("b")
    assert made.focus == "a"
    made.close("a")
    assert made.tab is None
    assert made.focus is None


def test_closing_a_tab_before_keeps_the_shown_one() -> None:
    made = bench("a")
    made.place("b", way="none")
    made.place("c", way="none")
    made.close("a")
    assert made.focus == "c"


def test_focus_moves_by_direction_and_stops_at_the_edge() -> None:
    made = bench("a", "b")
    assert made.step("left", ROOM)
    assert made.focus == "a"
    assert not made.step("left", ROOM)


def test_tabs_turn_around() -> None:
    made = bench("a")
    made.place("b", way="none")
    assert made.turn(1)
    assert made.focus == "a"
    assert made.turn(-1)
    assert made.focus == "b"
    assert not made.show(7)


def test_focus_on_a_pane_of_another_tab_shows_that_tab() -> None:
    made = bench("a")
    made.place("b", way="none")
    assert made.focus_on("a")
    assert made.shown == 0


def test_it_survives_its_file() -> None:
    made = bench("a", "b")
    made.place("c", tab="logs")
    made.zoom()
    again = Workbench.from_data(made.to_data(), ["a", "b", "c"])
    assert again == made


@pytest.mark.parametrize(
    "data",
    [None, [], {"tabs": 3}, {"tabs": [{"tree": {"axis": "row"}}], "shown": 9}, {"tabs": [{"tree": "zz"}, 5]}],
)
def test_a_broken_file_loses_no_pane(data: object) -> None:
    again = Workbench.from_data(data, ["a", "b"])
    assert sorted(pane for tab in again.tabs for pane in tab.panes()) == ["a", "b"]


def test_a_pane_twice_in_a_file_is_shown_once() -> None:
    tab = {"name": "1", "tree": {"axis": "row", "children": ["a", "a"], "weights": [1, 1]}}
    again = Workbench.from_data({"tabs": [tab, tab]}, ["a"])
    assert [tab.panes() for tab in again.tabs] == [["a"]]
