from hypothesis import given
from hypothesis import strategies as st

from muxer.ui import layout
from muxer.ui.layout import Node, Region, Split

AXES: tuple[layout.Axis, ...] = ("row", "column")
ROOM = Region(0, 0, 80, 23)


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
        axis: layout.Axis = draw(st.sampled_from(AXES))
        tree = layout.split(tree, target, f"p{n}", axis)
    return tree


@given(trees(), st.integers(1, 300), st.integers(1, 100))
def test_panes_never_overlap_and_never_leave_the_room(tree: Node, cols: int, rows: int) -> None:
    room = Region(0, 0, cols, rows)
    placed = layout.regions(tree, room)
    assert set(placed) == set(layout.panes(tree))
    least = layout.least_size(tree)
    fits = cols >= least[0] and rows >= least[1]
    cells: set[tuple[int, int]] = set()
    for region in placed.values():
        assert region.cols >= (layout.LEAST_COLS if fits else 0)
        assert region.rows >= (layout.LEAST_ROWS if fits else 0)
        if fits:
            assert region.x + region.cols <= cols
            assert region.y + region.rows <= rows
        own = {(x, y) for x in range(region.x, region.x + region.cols) for y in range(region.y, region.y + region.rows)}
        assert not own & cells
        cells |= own


@given(trees())
def test_a_tree_survives_its_file(tree: Node) -> None:
    assert layout.from_data(layout.to_data(tree), set(layout.panes(tree))) == tree
