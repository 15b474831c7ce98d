"""What changes where panes lie, one thing at a time; test_arranging_walk does all of it in any order."""

from collections.abc import Callable

import pytest

from muxer.errors import UsageError
from muxer.ui import arranging, layout
from muxer.ui.layout import Region, Split, Way
from muxer.ui.presets import PRESETS
from muxer.ui.workbench import Workbench

ROOM = Region(0, 0, 80, 23)
WAYS: tuple[Way, ...] = ("left", "right", "up", "down")


def bench(*panes: str) -> Workbench:
    made = Workbench()
    for pane in panes:
        made.place(pane)
    return made


def tree(made: Workbench) -> layout.Node:
    assert made.tab is not None
    return made.tab.tree


def row(*panes: str) -> Split:
    return Split("row", panes, (1.0,) * len(panes))


def test_a_key_moves_a_border_and_ends_the_zoom() -> None:
    made = bench("a", "b")
    made.zoom()
    assert arranging.nudge(made, "left", 5, ROOM)
    assert made.regions(ROOM)["a"].cols == 35
    assert not arranging.nudge(made, "up", 5, ROOM)


def test_a_pane_is_given_a_size_in_a_tab_that_is_not_shown() -> None:
    made = bench("a", "b")
    made.place("c", way="none")
    assert arranging.give(made, "a", 50, 3, ROOM)
    made.show(1)
    assert made.regions(ROOM)["a"].cols == 50
    assert not arranging.give(made, "z", 50, 3, ROOM)


def test_a_border_that_is_not_seen_cannot_be_taken() -> None:
    made = bench("a", "b")
    border = arranging.border_at(made, ROOM, 40, 1)
    assert border is not None
    assert arranging.drag(made, border, 50, ROOM)
    assert made.regions(ROOM)["a"].cols == 50
    assert arranging.border_at(made, ROOM, 50, 1) is not None
    made.place("s", way="float")
    assert arranging.border_at(made, ROOM, 50, 1) is not None
    assert arranging.border_at(made, ROOM, 50, 10) is None
    made.close("s")
    assert arranging.border_at(made, Region(0, 0, 60, 23), 50, 1) is None
    made.zoom()
    assert arranging.border_at(made, ROOM, 50, 1) is None


def test_a_drag_is_one_step_back() -> None:
    made = bench("a", "b")
    before = tree(made)
    border = arranging.border_at(made, ROOM, 40, 1)
    assert border is not None
    for to in (45, 50, 55):
        arranging.drag(made, border, to, ROOM)
    made.history.settle()
    arranging.drag(made, border, 30, ROOM)
    assert arranging.undo(made)
    assert made.regions(ROOM)["a"].cols == 55
    assert arranging.undo(made)
    assert tree(made) == before
    assert not arranging.undo(made)


def test_a_swap_takes_the_focus_along() -> None:
    made = bench("a", "b", "c")
    assert arranging.swap(made, "left", ROOM)
    assert layout.regions(tree(made), ROOM).keys() == {"a": 0, "c": 0, "b": 0}.keys()
    assert list(layout.panes(tree(made))) == ["a", "c", "b"]
    assert made.focus == "c"
    assert not arranging.swap(made, "up", ROOM)


def test_panes_of_two_tabs_change_places() -> None:
    made = bench("a", "b")
    made.place("c", way="none")
    assert arranging.exchange(made, "c", "b")
    assert [tab.panes() for tab in made.tabs] == [["a", "c"], ["b"]]
    assert [tab.focus for tab in made.tabs] == ["c", "b"]
    assert not arranging.exchange(made, "a", "a")
    assert not arranging.exchange(made, "a", "z")


def test_a_pane_moves_within_its_tab_and_to_another() -> None:
    made = bench("a", "b")
    made.place("c", way="none")
    assert arranging.move(made, "a", "b", "down", ROOM)
    assert made.tabs[0].tree == Split("column", ("b", "a"), (1.0, 1.0))
    assert made.focus == "a"
    assert arranging.move(made, "c", "b", "left", ROOM)
    assert [tab.panes() for tab in made.tabs] == [["c", "b", "a"]]
    assert made.focus == "c"
    assert not arranging.move(made, "c", "c", "left", ROOM)
    assert not arranging.move(made, "c", "z", "left", ROOM)
    assert arranging.undo(made)
    assert [tab.panes() for tab in made.tabs] == [["b", "a"], ["c"]]


def test_a_pane_does_not_move_where_it_has_no_room() -> None:
    made = bench("a", "b", "c", "d")
    made.place("e", way="none")
    with pytest.raises(UsageError, match="no room"):
        arranging.move(made, "e", "a", "left", ROOM)
    assert [tab.panes() for tab in made.tabs] == [["a", "b", "c", "d"], ["e"]]


def test_a_pane_gets_a_tab_of_its_own() -> None:
    made = bench("a", "b")
    assert arranging.break_out(made, "b")
    assert [(tab.name, tab.panes()) for tab in made.tabs] == [("1", ["a"]), ("2", ["b"])]
    assert made.focus == "b"
    assert not arranging.break_out(made, "b")
    assert arranging.undo(made)
    assert [tab.panes() for tab in made.tabs] == [["a", "b"]]
    assert made.focus == "b"


def test_presets_by_name_and_in_turn() -> None:
    made = bench("a", "b", "c")
    made.zoom()
    assert arranging.choose(made, "even-columns", ROOM)
    assert tree(made) == row("a", "b", "c")
    assert made.tab is not None
    assert not made.tab.zoomed
    assert not arranging.choose(made, "even-columns", ROOM)
    assert arranging.cycle(made, 1, ROOM)
    assert tree(made) == PRESETS["even-rows"]("abc")
    assert arranging.cycle(made, -1, ROOM)
    assert arranging.undo(made)
    assert tree(made) == PRESETS["even-rows"]("abc")
    with pytest.raises(UsageError, match="no room for 3 panes as even rows"):
        arranging.choose(bench("a", "b", "c"), "even-rows", ROOM._replace(rows=9))


def test_a_tab_gets_a_name_or_a_number() -> None:
    made = bench("a")
    made.place("b", way="none")
    first, second = made.tabs
    assert arranging.rename_tab(made, second, "  my   logs ")
    assert second.name == "my logs"
    assert not arranging.rename_tab(made, second, "my logs")
    with pytest.raises(UsageError, match="'my logs' already"):
        arranging.rename_tab(made, first, "my logs")
    assert arranging.rename_tab(made, second, "")
    assert second.name == "2"
    assert arranging.undo(made)
    assert made.tabs[1].name == "my logs"


def test_tabs_move_and_stop_at_the_ends() -> None:
    made = bench("a")
    made.place("b", way="none")
    made.place("c", way="none")
    assert not arranging.move_tab(made, 1)
    assert arranging.move_tab(made, -1)
    assert [tab.name for tab in made.tabs] == ["1", "3", "2"]
    assert made.focus == "c"


def test_going_back_brings_no_closed_pane_and_loses_no_new_one() -> None:
    made = bench("a", "b", "e")
    before = tree(made)
    arranging.choose(made, "even-rows", ROOM)
    made.close("a")
    made.place("c", way="down")
    made.place("d", way="none")
    assert arranging.undo(made)
    assert [tab.panes() for tab in made.tabs] == [["b", "e", "c"], ["d"]]
    assert layout.close(tree_of(made, "c"), "c") == layout.close(before, "a")
    assert made.focus == "d"
    assert not arranging.undo(made)
    assert arranging.redo(made)
    assert tree_of(made, "c") == Split("column", ("b", "e", "c"), (1.0, 0.5, 0.5))


def tree_of(made: Workbench, pane: str) -> layout.Node:
    tab = made.tab_of(pane)
    assert tab is not None
    return tab.tree


def test_nothing_moves_on_an_empty_bench() -> None:
    made = Workbench()
    deeds: list[Callable[[], bool]] = [
        lambda: arranging.nudge(made, "left", 1, ROOM), lambda: arranging.swap(made, "left", ROOM),
        lambda: arranging.cycle(made, 1, ROOM), lambda: arranging.choose(made, "tiled", ROOM),
        lambda: arranging.move_tab(made, 1), lambda: arranging.break_out(made, "a"), lambda: arranging.undo(made),
    ]  # fmt: skip
    assert not any(deed() for deed in deeds)
