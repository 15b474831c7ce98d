import pytest

from muxer.errors import UnknownName, UsageError
from muxer.ui import layout
from muxer.ui.layout import Region, Split
from muxer.ui.workbench import NARROW, Workbench, float_region

ROOM = Region(0, 0, 80, 23)
WIDE = Region(0, 0, 200, 50)


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


def test_where_there_is_no_room_a_pane_goes_the_other_way_and_then_to_a_tab_of_its_own() -> None:
    made = bench("a")
    for n in range(3):
        assert made.has_room("right", ROOM)
        made.place(f"b{n}", room=ROOM)
    assert not made.has_room("right", ROOM)
    made.place("c", room=ROOM)
    assert made.tab is not None
    assert made.tab.tree == Split(
        "row", ("a", "b0", "b1", Split("column", ("b2", "c"), (1.0, 1.0))), (1.0, 0.5, 0.25, 0.25)
    )
    for n in range(20):
        made.place(f"d{n}", tab="1", room=ROOM)
    assert [tab.name for tab in made.tabs][:3] == ["1", "1-2", "1-3"]
    assert all(layout.fits(tab.tree, ROOM) for tab in made.tabs)


def test_in_a_narrow_room_columns_are_not_counted() -> None:
    made = bench("a", "b", "c")
    assert made.has_room("down", Region(0, 0, 30, 23))
    assert not made.has_room("down", Region(0, 0, 30, 6))


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


def test_closing_goes_back_to_where_the_focus_was() -> None:
    made = bench("a", "b", "c")
    made.focus_on("a")
    made.focus_on("c")
    made.close("c")
    assert made.focus == "a"
    made.place("d", way="none")
    made.place("e", way="none")
    made.focus_on("b")
    made.focus_on("e")
    made.close("e")
    assert made.focus == "b"


def test_the_pane_before_and_the_tab_before() -> None:
    made = bench("a", "b", "c")
    assert made.last_pane()
    assert made.focus == "b"
    assert made.last_pane()
    assert made.focus == "c"
    assert not made.last_tab()
    made.place("d", way="none")
    assert not made.last_pane()
    made.place("e", way="none")
    made.show(1)
    assert made.last_tab()
    assert made.focus == "e"
    assert made.last_tab()
    assert made.focus == "c"
    made.close("e")
    assert made.last_tab()
    assert made.focus == "d"


def test_the_next_pane_round_and_round() -> None:
    made = bench("a", "b", "c")
    assert [made.next_pane() and made.focus for _ in range(4)] == ["a", "b", "c", "a"]
    assert not bench("a").next_pane()
    assert not Workbench().next_pane()


def test_a_zoom_ends_when_nothing_else_is_left() -> None:
    made = bench("a", "b")
    made.zoom()
    made.close("a")
    assert made.tab is not None
    assert not made.tab.zoomed


def test_one_pane_at_a_time_in_a_narrow_room() -> None:
    made = bench("a", "b")
    narrow = Region(0, 0, NARROW - 1, 23)
    assert made.is_narrow(narrow)
    assert made.regions(narrow) == {"b": narrow}
    assert made.cells("a", narrow) == (NARROW - 1, 22)
    assert made.step("left", narrow)
    assert made.regions(narrow) == {"a": narrow}
    assert not made.is_narrow(Region(0, 0, NARROW, 23))
    assert not bench("a").is_narrow(narrow)
    assert not Workbench().is_narrow(narrow)


def test_the_focused_pane_is_shown_however_many_there_are() -> None:
    made = Workbench()
    for n in range(30):
        made.place(f"p{n}", way="down")
    assert made.regions(ROOM) == {"p29": ROOM}
    assert made.focus_on("p0")
    assert made.focus in made.regions(ROOM)
    assert made.regions(ROOM)["p0"].rows > layout.TITLE
    low = Region(0, 0, 80, 1)
    assert made.focus_on("p20")
    assert made.regions(low)["p20"].rows == 1


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


def test_the_scratch_pane_floats_over_any_tab() -> None:
    made = bench("a", "b")
    assert not made.toggle_scratch()
    made.place("s", way="float")
    assert (made.focus, made.floating, made.tab_of("s")) == ("s", "s", None)
    assert made.regions(WIDE) == layout.regions(made.tabs[0].tree, WIDE) | {"s": Region(20, 5, 160, 40)}
    assert made.cells("s", WIDE) == (158, 38)
    made.place("c", way="none", show=False)
    made.show(2)
    assert made.focus == "s"
    assert made.toggle_scratch()
    assert (made.focus, made.floating) == ("c", None)
    assert set(made.regions(WIDE)) == {"c"}
    assert made.focus_on("s")
    assert made.floating == "s"


@pytest.mark.parametrize("leave", ["step", "click", "last", "new", "close"])
def test_the_scratch_pane_is_put_away_when_the_focus_goes_elsewhere(leave: str) -> None:
    made = bench("a", "b")
    made.place("s", way="float")
    match leave:
        case "step":
            assert made.step("left", ROOM)
        case "click":
            assert made.focus_on("b")
        case "last":
            assert made.last_pane()
        case "new":
            made.place("c")
        case _:
            made.close("s")
    assert made.floating is None
    assert made.focus == ("c" if leave == "new" else "b")
    assert (made.scratch is None) == (leave == "close")


def test_there_is_one_scratch_pane() -> None:
    made = bench("a")
    made.place("s", way="float")
    with pytest.raises(UsageError, match="floats already"):
        made.place("t", way="float")
    made.zoom()
    assert made.tab is not None
    assert not made.tab.zoomed


def test_a_scratch_pane_that_is_alone_is_shown() -> None:
    made = bench("a")
    made.place("s", way="float", show=False)
    assert made.focus == "a"
    made.close("a")
    assert made.focus == "s"
    assert not made.toggle_scratch()
    assert made.regions(ROOM) == {"s": float_region(ROOM)}


@pytest.mark.parametrize(
    ("cols", "rows", "float_cols", "float_rows"), [(200, 50, 160, 40), (22, 7, 20, 6), (9, 2, 9, 2)]
)
def test_how_large_the_scratch_pane_is(cols: int, rows: int, float_cols: int, float_rows: int) -> None:
    room = Region(10, 1, cols, rows)
    region = float_region(room)
    assert region[2:] == (float_cols, float_rows)
    assert room.x <= region.x <= region.x + region.cols <= room.x + cols
    assert abs((region.x - room.x) - (room.x + cols - region.x - region.cols)) <= 1
    assert abs((region.y - room.y) - (room.y + rows - region.y - region.rows)) <= 1


@pytest.mark.parametrize("shown", [True, False])
def test_the_scratch_pane_survives_its_file(shown: bool) -> None:
    made = bench("a", "b")
    made.place("s", way="float", show=shown)
    assert Workbench.from_data(made.to_data(), ["a", "b", "s"]) == made
    made.close("s")
    assert Workbench.from_data(made.to_data(), ["a", "b"]) == made


def test_a_scratch_pane_that_is_gone_is_no_loss() -> None:
    data = bench("a").to_data() | {"scratch": "zz", "scratch_shown": True}
    assert Workbench.from_data(data, ["a"]) == bench("a")
    data |= {"scratch": "a"}
    again = Workbench.from_data(data, ["a"])
    assert (again.tabs, again.focus) == ([], "a")
    again = Workbench.from_data(bench("a").to_data() | {"scratch": ["a"]}, ["a"])
    assert again.focus == "a"


def test_two_tabs_of_one_name_in_a_file_are_told_apart() -> None:
    data = {"tabs": [{"name": "x", "tree": "a"}, {"name": "x", "tree": "b", "zoomed": True}]}
    again = Workbench.from_data(data, ["a", "b"])
    assert [(tab.name, tab.zoomed) for tab in again.tabs] == [("x", False), ("x-2", False)]


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
