"""The split tree of a tab: pane ids at the leaves, frozen, so that every change is a new tree. Numbers only.

A region includes the pane's title line. Siblings in a row are one column apart (the line between them is drawn there);
siblings in a column need no line, since the lower one's title is the line. No pane is smaller than LEAST while the room
has so much for all; in less they shrink to BARE, and in still less the last ones are not shown.
"""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from functools import partial
from itertools import pairwise
from typing import Any, Literal, NamedTuple

from muxer.model import PaneId

Axis = Literal["row", "column"]
Way = Literal["left", "right", "up", "down"]
Size = tuple[int, int]
"""Columns and rows."""

GAP = {"row": 1, "column": 0}
TITLE = 1
LEAST_COLS, LEAST_ROWS = 18, TITLE + 3
LEAST: Size = (LEAST_COLS, LEAST_ROWS)
"""The smallest pane that is of use. What has less is shown as a card."""
BARE: Size = (4, TITLE)
HEAVIEST = 1e9
"""No file makes a weight heavier than this."""


@dataclass(frozen=True, slots=True)
class Split:
    """Children side by side (row) or one under the other (column), sharing the room by weight."""

    axis: Axis
    children: "tuple[Node, ...]"
    weights: tuple[float, ...]


Node = PaneId | Split


class Region(NamedTuple):
    """Cells of the screen."""

    x: int
    y: int
    cols: int
    rows: int

    def holds(self, x: int, y: int) -> bool:
        """Is the cell inside?"""
        return self.x <= x < self.x + self.cols and self.y <= y < self.y + self.rows


class Border(NamedTuple):
    """What lies between two children of a split: which split, by the way to it from the root, and after which child."""

    path: tuple[int, ...]
    after: int
    axis: Axis


def axis_of(way: Way) -> Axis:
    """The axis along which a way goes."""
    return "row" if way in ("left", "right") else "column"


def panes(node: Node) -> Iterator[PaneId]:
    """Every pane, in reading order."""
    if isinstance(node, Split):
        for child in node.children:
            yield from panes(child)
    else:
        yield node


# ---- other trees


def insert(node: Node, target: PaneId, new: PaneId, side: Way) -> Node:
    """Give half of a pane's room to a new one, on that side of it."""
    axis, before = axis_of(side), side in ("left", "up")
    if node == target:
        return Split(axis, (new, node) if before else (node, new), (1.0, 1.0))
    if not isinstance(node, Split):
        return node
    if node.axis == axis and target in node.children:
        at = node.children.index(target)
        half, cut = node.weights[at] / 2, at + (not before)
        return Split(
            axis,
            (*node.children[:cut], new, *node.children[cut:]),
            (*node.weights[:at], half, half, *node.weights[at + 1 :]),
        )
    return replace(node, children=tuple(insert(child, target, new, side) for child in node.children))


def split(node: Node, pane: PaneId, new: PaneId, axis: Axis) -> Node:
    """Give half of a pane's room to a new one, to its right or under it."""
    return insert(node, pane, new, "right" if axis == "row" else "down")


def close(node: Node, pane: PaneId) -> Node | None:
    """Remove a pane; its siblings take the room."""
    if node == pane:
        return None
    if not isinstance(node, Split) or pane not in panes(node):
        return node
    kept = ((close(child, pane), weight) for child, weight in zip(node.children, node.weights, strict=True))
    return _joined(node.axis, ((left, weight) for left, weight in kept if left is not None))


def _joined(axis: Axis, parts: Iterable[tuple[Node, float]]) -> Node | None:
    """One node out of several; what is split along the same axis becomes part of it."""
    children: list[Node] = []
    weights: list[float] = []
    for child, weight in parts:
        if isinstance(child, Split) and child.axis == axis:
            whole = sum(child.weights)
            children += child.children
            weights += [weight * part / whole for part in child.weights]
        else:
            children.append(child)
            weights.append(weight)
    if len(children) < 2:
        return children[0] if children else None
    return Split(axis, tuple(children), tuple(weights))


def swap(node: Node, a: PaneId, b: PaneId) -> Node:
    """Each of two panes takes the other's place; one that is not in the tree is brought in for the other."""
    if not isinstance(node, Split):
        return {a: b, b: a}.get(node, node)
    return replace(node, children=tuple(swap(child, a, b) for child in node.children))


def move(node: Node, pane: PaneId, target: PaneId, side: Way) -> Node:
    """Take a pane out and put it on a side of another; one that is not in the tree comes in."""
    rest = close(node, pane) if target != pane else None
    return node if rest is None or target not in panes(rest) else insert(rest, target, pane, side)


# ---- sizes


def least_size(node: Node, leaf: Size = LEAST) -> Size:
    """The smallest room in which every pane has at least the size of a leaf."""
    if not isinstance(node, Split):
        return leaf
    sizes = [least_size(child, leaf) for child in node.children]
    gaps = GAP[node.axis] * (len(sizes) - 1)
    if node.axis == "row":
        return sum(cols for cols, _ in sizes) + gaps, max(rows for _, rows in sizes)
    return max(cols for cols, _ in sizes), sum(rows for _, rows in sizes) + gaps


def fits(node: Node, room: Region) -> bool:
    """Has every pane a useful size there?"""
    cols, rows = least_size(node)
    return cols <= room.cols and rows <= room.rows


def _shares(total: int, weights: tuple[float, ...], least: list[int]) -> list[int]:
    """Cut a length by weight, no share under its least while there is room; rounding never moves a far border."""
    whole = sum(weights) or 1.0
    borders, seen = [0], 0.0
    for weight in weights:
        seen += weight
        borders.append(round(total * seen / whole))
    shares = [after - before for before, after in pairwise(borders)]
    for at, need in enumerate(least):
        while shares[at] < need:
            richest = max(range(len(shares)), key=lambda i: shares[i] - least[i])
            if shares[richest] <= least[richest]:
                break
            shares[richest] -= 1
            shares[at] += 1
    return shares


def _floors(node: Split, total: int) -> list[int]:
    """The least length of each child that is shown in so much room."""
    side, gap = (0 if node.axis == "row" else 1), GAP[node.axis]
    for leaf in (LEAST, BARE):
        floors = [least_size(child, leaf)[side] for child in node.children]
        if sum(floors) + gap * (len(floors) - 1) <= total:
            return floors
    while len(floors) > 1 and sum(floors) + gap * (len(floors) - 1) > total:
        floors.pop()
    return floors


def _length(node: Split, room: Region) -> int:
    return room.cols if node.axis == "row" else room.rows


def _spans(node: Split, room: Region) -> list[Region]:
    """Where each child of a split goes."""
    gap, total = GAP[node.axis], _length(node, room)
    floors = _floors(node, total)
    shares = _shares(total - gap * (len(floors) - 1), node.weights[: len(floors)], floors)
    spans, at = [], 0
    for share in shares + [0] * (len(node.children) - len(shares)):
        if node.axis == "row":
            spans.append(Region(room.x + at, room.y, share, room.rows))
        else:
            spans.append(Region(room.x, room.y + at, room.cols, share))
        at = min(at + share + gap, total)
    return spans


def regions(node: Node, room: Region) -> dict[PaneId, Region]:
    """Where each pane goes. In too small a room the last ones get nothing (zero columns or rows)."""
    if not isinstance(node, Split):
        return {node: room}
    placed: dict[PaneId, Region] = {}
    for child, span in zip(node.children, _spans(node, room), strict=True):
        placed |= regions(child, span)
    return placed


def neighbour(placed: dict[PaneId, Region], pane: PaneId, way: Way) -> PaneId | None:
    """The pane that lies next to it in a direction: of those that touch it, the one nearest to its middle."""
    here = placed[pane]
    across = way in ("left", "right")

    def gap(there: Region) -> int:
        match way:
            case "left":
                return here.x - (there.x + there.cols)
            case "right":
                return there.x - (here.x + here.cols)
            case "up":
                return here.y - (there.y + there.rows)
        return there.y - (here.y + here.rows)

    def overlap(there: Region) -> int:
        if across:
            return min(here.y + here.rows, there.y + there.rows) - max(here.y, there.y)
        return min(here.x + here.cols, there.x + there.cols) - max(here.x, there.x)

    near = [
        (gap(there), -overlap(there), order, other)
        for order, (other, there) in enumerate(placed.items())
        if other != pane and gap(there) >= 0 and overlap(there) > 0
    ]
    return min(near)[3] if near else None


# ---- borders


def border_at(node: Node, room: Region, x: int, y: int) -> Border | None:
    """The border on a cell: the line between siblings in a row, the lower one's title between siblings in a column."""
    return _border_at(node, room, x, y, ()) if room.holds(x, y) else None


def _border_at(node: Node, room: Region, x: int, y: int, path: tuple[int, ...]) -> Border | None:
    if not isinstance(node, Split):
        return None
    for at, (child, span) in enumerate(zip(node.children, _spans(node, room), strict=True)):
        if span.holds(x, y):
            inner = _border_at(child, span, x, y, (*path, at))
            is_title = node.axis == "column" and at > 0 and y == span.y
            return inner or (Border(path, at - 1, "column") if is_title else None)
        if node.axis == "row" and at > 0 and span.cols > 0 and x == span.x - 1:
            return Border(path, at - 1, "row")
    return None


def border_of(node: Node, pane: PaneId, axis: Axis, path: tuple[int, ...] = ()) -> Border | None:
    """The border that a pane's size depends on: the one after it, or before it if it is the last."""
    if not isinstance(node, Split):
        return None
    at = next((at for at, child in enumerate(node.children) if pane in panes(child)), None)
    if at is None:
        return None
    inner = border_of(node.children[at], pane, axis, (*path, at))
    return inner or (Border(path, min(at, len(node.children) - 2), axis) if node.axis == axis else None)


def drag(node: Node, room: Region, border: Border, to: int) -> Node:
    """Move a border to a column or a row, as far as the panes beyond it can spare the room."""
    return _edited(node, room, border.path, partial(_dragged, border=border, to=to))


def nudge(node: Node, room: Region, pane: PaneId, way: Way, cells: int) -> Node:
    """Move a pane's border by so many cells."""
    border = border_of(node, pane, axis_of(way))
    if border is None:
        return node
    cells = cells if way in ("right", "down") else -cells
    return _edited(node, room, border.path, partial(_shifted, after=border.after, cells=cells))


def resize(node: Node, pane: PaneId, room: Region, *, cols: int | None = None, rows: int | None = None) -> Node:
    """Give a pane that many cells (its title line included), as far as its siblings can spare them."""
    wishes: tuple[tuple[Axis, int | None], ...] = (("row", cols), ("column", rows))
    for axis, wanted in wishes:
        border = border_of(node, pane, axis)
        if border is not None and wanted is not None:
            node = _edited(node, room, border.path, partial(_given, pane=pane, wanted=wanted))
    return node


def _edited(node: Node, room: Region, path: tuple[int, ...], change: Callable[[Split, Region], Split]) -> Node:
    """The tree with one of its splits changed; a path that leads nowhere changes nothing."""
    if not isinstance(node, Split):
        return node
    if not path:
        return change(node, room)
    at = path[0]
    if at >= len(node.children):
        return node
    child = _edited(node.children[at], _spans(node, room)[at], path[1:], change)
    return replace(node, children=(*node.children[:at], child, *node.children[at + 1 :]))


def _lengths(node: Split, room: Region) -> list[int]:
    return [_length(node, span) for span in _spans(node, room)]


def _dragged(node: Split, room: Region, border: Border, to: int) -> Split:
    if border.axis != node.axis or border.after + 1 >= len(node.children):
        return node
    lower = _spans(node, room)[border.after + 1]
    now = lower.x - GAP["row"] if node.axis == "row" else lower.y
    return _shifted(node, room, border.after, to - now)


def _shifted(node: Split, room: Region, after: int, cells: int) -> Split:
    sizes, floors = _lengths(node, room), _floors(node, _length(node, room))
    if len(floors) < len(sizes):
        return node
    grows, givers = (after, range(after + 1, len(sizes))) if cells > 0 else (after + 1, range(after, -1, -1))
    missing = abs(cells)
    for giver in givers:
        taken = min(missing, sizes[giver] - floors[giver])
        sizes[giver] -= taken
        sizes[grows] += taken
        missing -= taken
    return node if missing == abs(cells) else replace(node, weights=tuple(map(float, sizes)))


def _given(node: Split, room: Region, *, pane: PaneId, wanted: int) -> Split:
    sizes, floors = _lengths(node, room), _floors(node, _length(node, room))
    if len(floors) < len(sizes):
        return node
    at = next(i for i, child in enumerate(node.children) if pane in panes(child))
    wanted = max(floors[at], min(wanted, sum(sizes) - sum(floors) + floors[at]))
    others = [i for i in range(len(sizes)) if i != at]
    rest = _shares(sum(sizes) - wanted, tuple(float(sizes[i]) for i in others), [floors[i] for i in others])
    for i, size in zip(others, rest, strict=True):
        sizes[i] = size
    sizes[at] = wanted
    return replace(node, weights=tuple(map(float, sizes)))


# ---- files


def to_data(node: Node) -> Any:
    """The tree as plain data for a file."""
    if not isinstance(node, Split):
        return node
    return {"axis": node.axis, "weights": list(node.weights), "children": [to_data(child) for child in node.children]}


def from_data(data: Any, known: set[PaneId]) -> Node | None:
    """The tree that a file holds, without the panes that are no longer known; None when nothing of it is left."""
    if isinstance(data, str):
        return data if data in known else None
    if not isinstance(data, dict) or data.get("axis") not in ("row", "column"):
        return None
    children, weights = data.get("children"), data.get("weights")
    if not isinstance(children, list) or not isinstance(weights, list) or len(children) != len(weights):
        return None
    return _joined(
        data["axis"],
        [
            (node, float(weight))
            for child, weight in zip(children, weights, strict=True)
            if isinstance(weight, int | float) and 0 < weight < HEAVIEST
            if (node := from_data(child, known)) is not None
        ],
    )
