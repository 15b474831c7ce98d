from itertools import combinations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from muxer.ui import layout
from muxer.ui.layout import Border, Node, Region, Split, Way

WAYS: tuple[Way, ...] = ("left", "right", "up", "down")
ROOM = Region(0, 0, 80, 23)
THREE = Split("row", ("a", Split("column", ("b", "c"), (1.0, 1.0))), (1.0, 1.0))
"""a on the left, b over c on the right."""


def cells(region: Region) -> set[tuple[int, int]]:
    return {(x, y) for x in range(region.x, region.x + region.cols) for y in range(region.y, region.y + region.rows)}


def test_a_split_gives_half_of_the_room() -> None:
    tree = layout.split("a", "a", "b", "row")
    assert layout.regions(tree, ROOM) == {"a": Region(0, 0, 40, 23), "b": Region(41, 0, 39, 23)}


def test_a_column_needs_no_line_between() -> None:
    tree = layout.split("a", "a", "b", "column")
    assert layout.regions(tree, ROOM) == {"a": Region(0, 0, 80, 12), "b": Region(0, 12, 80, 11)}


def test_splitting_along_the_same_axis_stays_one_level() -> None:
    tree = layout.split(layout.split("a", "a", "b", "row"), "b", "c", "row")
    assert isinstance(tree, Split)
    assert tree.children == ("a", "b", "c")


def test_closing_gives_the_room_to_the_siblings() -> None:
    tree = layout.split(layout.split("a", "a", "b", "row"), "b", "c", "column")
    assert layout.close(tree, "c") == Split("row", ("a", "b"), (1.0, 1.0))
    assert layout.close("a", "a") is None


def test_what_is_left_of_a_split_becomes_part_of_one_along_the_same_axis() -> None:
    inner = Split("row", ("c", "d"), (1.0, 3.0))
    tree = Split("row", ("a", Split("column", ("b", inner), (1.0, 1.0))), (2.0, 4.0))
    assert layout.close(tree, "b") == Split("row", ("a", "c", "d"), (2.0, 1.0, 3.0))


@pytest.mark.parametrize(
    ("side", "order", "axis"),
    [
        ("left", ("n", "a"), "row"),
        ("right", ("a", "n"), "row"),
        ("up", ("n", "a"), "column"),
        ("down", ("a", "n"), "column"),
    ],
)
def test_a_pane_comes_in_on_any_side(side: Way, order: tuple[str, ...], axis: layout.Axis) -> None:
    assert layout.insert("a", "a", "n", side) == Split(axis, order, (1.0, 1.0))


def test_a_pane_moves_to_a_side_of_another() -> None:
    assert layout.move(THREE, "a", "c", "right") == Split(
        "column", ("b", Split("row", ("c", "a"), (1.0, 1.0))), (1.0, 1.0)
    )
    assert layout.move(THREE, "a", "b", "up") == Split("column", ("a", "b", "c"), (0.5, 0.5, 1.0))
    assert layout.move(THREE, "a", "a", "up") == THREE
    assert layout.move("a", "a", "b", "up") == "a"
    assert layout.move(THREE, "new", "b", "left") == layout.insert(THREE, "b", "new", "left")


def test_two_panes_swap_and_everything_else_stays() -> None:
    swapped = layout.swap(THREE, "a", "c")
    before, after = layout.regions(THREE, ROOM), layout.regions(swapped, ROOM)
    assert after == {"a": before["c"], "b": before["b"], "c": before["a"]}


def test_neighbours_by_where_they_lie() -> None:
    tree = layout.split(layout.split("a", "a", "b", "row"), "b", "c", "column")
    placed = layout.regions(tree, ROOM)
    assert layout.neighbour(placed, "a", "right") == "b"
    assert layout.neighbour(placed, "b", "down") == "c"
    assert layout.neighbour(placed, "c", "left") == "a"
    assert layout.neighbour(placed, "a", "left") is None


def test_resizing_takes_from_the_siblings() -> None:
    tree = layout.resize(layout.split("a", "a", "b", "row"), "a", ROOM, cols=60)
    placed = layout.regions(tree, ROOM)
    assert placed["a"].cols == 60
    assert placed["b"].cols == 19


def test_resizing_never_starves_a_sibling() -> None:
    tree = layout.resize(layout.split("a", "a", "b", "row"), "a", ROOM, cols=500)
    assert layout.regions(tree, ROOM)["b"].cols == layout.LEAST_COLS


def test_resizing_reaches_the_asked_size_in_a_nested_split() -> None:
    tree = layout.split(THREE, "c", "d", "row")
    placed = layout.regions(layout.resize(tree, "d", ROOM, cols=20, rows=15), ROOM)
    assert (placed["d"].cols, placed["d"].rows) == (20, 15)


def test_a_border_is_where_it_is_drawn() -> None:
    placed = layout.regions(THREE, ROOM)
    line, title = placed["a"].cols, placed["c"].y
    assert layout.border_at(THREE, ROOM, line, 0) == Border((), 0, "row")
    assert layout.border_at(THREE, ROOM, line, 22) == Border((), 0, "row")
    assert layout.border_at(THREE, ROOM, line + 1, title) == Border((1,), 0, "column")
    assert layout.border_at(THREE, ROOM, line + 1, 0) is None
    assert layout.border_at(THREE, ROOM, line - 1, 5) is None
    assert layout.border_at(THREE, ROOM, line + 1, title + 1) is None
    assert layout.border_at("a", ROOM, 0, 0) is None
    assert layout.border_at(THREE, ROOM, 500, 0) is None


def test_a_border_is_dragged_to_a_cell() -> None:
    tree = layout.drag(THREE, ROOM, Border((), 0, "row"), 50)
    assert layout.regions(tree, ROOM)["a"].cols == 50
    tree = layout.drag(tree, ROOM, Border((1,), 0, "column"), 5)
    placed = layout.regions(tree, ROOM)
    assert (placed["a"].cols, placed["b"].rows, placed["c"].y) == (50, 5, 5)


def test_a_dragged_border_pushes_the_next_ones_and_stops_where_no_pane_can_give() -> None:
    tree = Split("row", ("a", "b", "c"), (1.0, 1.0, 1.0))
    widths = [
        region.cols for region in layout.regions(layout.drag(tree, ROOM, Border((), 0, "row"), 79), ROOM).values()
    ]
    assert widths == [78 - 2 * layout.LEAST_COLS, layout.LEAST_COLS, layout.LEAST_COLS]
    widths = [region.cols for region in layout.regions(layout.drag(tree, ROOM, Border((), 1, "row"), 0), ROOM).values()]
    assert widths == [layout.LEAST_COLS, layout.LEAST_COLS, 78 - 2 * layout.LEAST_COLS]


def test_a_border_that_is_gone_cannot_be_dragged() -> None:
    for border in (Border((1, 1), 0, "row"), Border((5,), 0, "row"), Border((), 4, "row"), Border((), 0, "column")):
        assert layout.drag(THREE, ROOM, border, 10) == THREE
    assert layout.drag("a", ROOM, Border((), 0, "row"), 10) == "a"


def test_keys_move_the_border_after_a_pane_or_the_one_before_the_last() -> None:
    def widths(pane: str, way: Way) -> list[int]:
        tree = layout.nudge(Split("row", ("a", "b", "c"), (1.0, 1.0, 1.0)), ROOM, pane, way, 2)
        return [region.cols for region in layout.regions(tree, ROOM).values()]

    assert widths("a", "right") == [28, 24, 26]
    assert widths("a", "left") == [24, 28, 26]
    assert widths("b", "right") == [26, 28, 24]
    assert widths("c", "right") == [26, 28, 24]
    assert widths("c", "left") == [26, 24, 28]
    assert layout.nudge("a", ROOM, "a", "left", 2) == "a"
    assert layout.nudge(THREE, ROOM, "a", "up", 2) == THREE


def test_without_room_panes_shrink_and_the_last_ones_are_not_shown() -> None:
    tree = Split("column", tuple("abcdefgh"), (1.0,) * 8)
    assert min(region.rows for region in layout.regions(tree, Region(0, 0, 80, 32)).values()) == layout.LEAST_ROWS
    assert {region.rows for region in layout.regions(tree, Region(0, 0, 80, 12)).values()} == {1, 2}
    assert [region.rows for region in layout.regions(tree, Region(0, 0, 80, 5)).values()] == [1] * 5 + [0] * 3
    assert [region.rows for region in layout.regions(tree, Region(0, 0, 80, 0)).values()] == [0] * 8


@pytest.mark.parametrize("weight", [float("inf"), float("nan"), 0, -1, 10**400, "1", None])
def test_a_file_with_a_senseless_weight_loses_that_pane_only(weight: object) -> None:
    data = {"axis": "row", "children": ["a", "b", "c"], "weights": [1, weight, 2]}
    assert layout.from_data(data, {"a", "b", "c"}) == Split("row", ("a", "c"), (1.0, 2.0))


def test_a_file_without_its_panes_is_still_a_tree() -> None:
    tree = layout.split(layout.split("a", "a", "b", "row"), "b", "c", "column")
    data = layout.to_data(tree)
    assert layout.from_data(data, {"a", "b", "c"}) == tree
    assert layout.from_data(data, {"a", "c"}) == Split("row", ("a", "c"), (1.0, 1.0))
    assert layout.from_data(data, set()) is None
    assert layout.from_data({"axis": "sideways"}, {"a"}) is None


@st.composite
def trees(draw: st.DrawFn) -> Node:
    tree: Node = "p0"
    for n in range(1, draw(st.integers(1, 11))):
        target = draw(st.sampled_from(sorted(layout.panes(tree))))
        tree = layout.insert(tree, target, f"p{n}", draw(st.sampled_from(WAYS)))
    return tree


def whole(tree: Node, room: Region) -> None:
    """Nothing overlaps, is lost, lies outside, or is smaller than it must be."""
    placed = layout.regions(tree, room)
    assert list(placed) == list(layout.panes(tree))
    for region in placed.values():
        assert room.x <= region.x
        assert room.y <= region.y
        assert region.x + region.cols <= room.x + room.cols
        assert region.y + region.rows <= room.y + room.rows
        for fit, least in (
            (layout.least_size(tree), layout.LEAST),
            (layout.least_size(tree, layout.BARE), layout.BARE),
        ):
            if fit[0] <= room.cols and fit[1] <= room.rows:
                assert region.cols >= least[0]
                assert region.rows >= least[1]
    for one, other in combinations(placed.values(), 2):
        assert not cells(one) & cells(other)


@given(trees(), st.integers(0, 300), st.integers(0, 100))
def test_panes_never_overlap_and_never_leave_the_room(tree: Node, cols: int, rows: int) -> None:
    whole(tree, Region(3, 2, cols, rows))


def exhausted(tree: Node, room: Region, border: Border, *, forward: bool) -> bool:
    """Is everything on that side of the border as small as can be?"""
    for at in border.path:
        assert isinstance(tree, Split)
        room = layout._spans(tree, room)[at]
        tree = tree.children[at]
    assert isinstance(tree, Split)
    sizes, floors = layout._lengths(tree, room), layout._floors(tree, layout._length(tree, room))
    side = slice(border.after + 1, None) if forward else slice(border.after + 1)
    return len(floors) < len(sizes) or sizes[side] == floors[side]


@given(trees(), st.integers(20, 300), st.integers(5, 100), st.data())
def test_a_drag_moves_its_border_there_or_as_far_as_can_be(
    tree: Node, cols: int, rows: int, data: st.DataObject
) -> None:
    room = Region(0, 0, cols, rows)
    corners = [corner for r in layout.regions(tree, room).values() for corner in ((r.x - 1, r.y), (r.x, r.y))]
    borders = [(x, y, found) for x, y in corners if (found := layout.border_at(tree, room, x, y)) is not None]
    if not borders:
        return
    x, y, border = data.draw(st.sampled_from(borders))
    now, limit = (x, cols) if border.axis == "row" else (y, rows)
    to = data.draw(st.integers(0, limit - 1))
    moved = layout.drag(tree, room, border, to)
    whole(moved, room)
    way = range(to, now - 1, -1) if to >= now else range(to, now + 1)
    reached = next(
        at for at in way if layout.border_at(moved, room, *((at, y) if border.axis == "row" else (x, at))) == border
    )
    assert reached == to or exhausted(moved, room, border, forward=to > now)
    assert layout.drag(tree, room, border, now) == tree


@given(trees(), st.data())
def test_a_pane_moved_or_swapped_is_still_there_once(tree: Node, data: st.DataObject) -> None:
    order = sorted(layout.panes(tree))
    pane, target = data.draw(st.sampled_from(order)), data.draw(st.sampled_from(order))
    moved = layout.move(tree, pane, target, data.draw(st.sampled_from(WAYS)))
    assert sorted(layout.panes(moved)) == order
    whole(moved, ROOM)
    swapped = layout.swap(tree, pane, target)
    assert sorted(layout.panes(swapped)) == order
    assert layout.swap(swapped, pane, target) == tree


@given(trees())
def test_a_tree_survives_its_file(tree: Node) -> None:
    assert layout.from_data(layout.to_data(tree), set(layout.panes(tree))) == tree
