"""The split tree of a tab: pane ids at the leaves, frozen, so that every change is a new tree. Numbers only.

A region includes the pane's title line. Siblings in a row are one column apart (the line between them is drawn there);
siblings in a column need no line, since the lower one's title is the line.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import Any, Literal, NamedTuple

from muxer.model import PaneId

Axis = Literal["row", "column"]
Way = Literal["left", "right", "up", "down"]

GAP = {"row": 1, "column": 0}
TITLE = 1
LEAST_COLS, LEAST_ROWS = 2, TITLE + 1


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


def panes(node: Node) -> Iterator[PaneId]:
    """Every pane, in reading order."""
    if isinstance(node, Split):
        for child in node.children:
            yield from panes(child)
    else:
        yield node


def split(node: Node, pane: PaneId, new: PaneId, axis: Axis) -> Node:
    """Give half of a pane's room to a new one, to its right or under it."""
    if node == pane:
        return Split(axis, (node, new), (1.0, 1.0))
    if not isinstance(node, Split):
        return node
    if node.axis == axis and pane in node.children:
        at = node.children.index(pane)
        half = node.weights[at] / 2
        return Split(
            axis,
            (*node.children[: at + 1], new, *node.children[at + 1 :]),
            (*node.weights[:at], half, half, *node.weights[at + 1 :]),
        )
    return replace(node, children=tuple(split(child, pane, new, axis) for child in node.children))


def close(node: Node, pane: PaneId) -> Node | None:
    """Remove a pane; its siblings take the room."""
    if node == pane:
        return None
    if not isinstance(node, Split):
        return node
    kept = [
        (left, weight)
        for child, weight in zip(node.children, node.weights, strict=True)
        if (left := close(child, pane)) is not None
    ]
    if len(kept) == 1:
        return kept[0][0]
    return Split(node.axis, tuple(child for child, _ in kept), tuple(weight for _, weight in kept)) if kept else None


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


def least_size(node: Node) -> tuple[int, int]:
    """The smallest room in which every pane shows at least a cell."""
    if not isinstance(node, Split):
        return LEAST_COLS, LEAST_ROWS
    sizes = [least_size(child) for child in node.children]
    gaps = GAP[node.axis] * (len(sizes) - 1)
    if node.axis == "row":
        return sum(cols for cols, _ in sizes) + gaps, max(rows for _, rows in sizes)
    return max(cols for cols, _ in sizes), sum(rows for _, rows in sizes) + gaps


def regions(node: Node, room: Region) -> dict[PaneId, Region]:
    """Where each pane goes. In too small a room the last ones get nothing (zero columns or rows)."""
    if not isinstance(node, Split):
        return {node: room}
    gap = GAP[node.axis]
    across = node.axis == "row"
    length = (room.cols if across else room.rows) - gap * (len(node.children) - 1)
    least = [least_size(child)[0 if across else 1] for child in node.children]
    placed: dict[PaneId, Region] = {}
    at = room.x if across else room.y
    for child, share in zip(node.children, _shares(max(0, length), node.weights, least), strict=True):
        inner = Region(at, room.y, share, room.rows) if across else Region(room.x, at, room.cols, share)
        placed |= regions(child, inner)
        at += share + gap
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


def resize(node: Node, pane: PaneId, room: Region, *, cols: int | None = None, rows: int | None = None) -> Node:
    """Give a pane that many cells (its title line included), as far as its siblings can spare them."""
    if not isinstance(node, Split):
        return node
    placed = regions(node, room)
    wanted = cols if node.axis == "row" else rows
    spans = [_span([placed[p] for p in panes(child)]) for child in node.children]
    children = tuple(
        resize(child, pane, span, cols=cols, rows=rows) if pane in panes(child) else child
        for child, span in zip(node.children, spans, strict=True)
    )
    if wanted is None:
        return replace(node, children=children)
    sizes = [span.cols if node.axis == "row" else span.rows for span in spans]
    at = next(i for i, child in enumerate(node.children) if pane in panes(child))
    least = [least_size(child)[0 if node.axis == "row" else 1] for child in node.children]
    total = sum(sizes)
    wanted = max(least[at], min(wanted, total - sum(least) + least[at]))
    others = [i for i in range(len(sizes)) if i != at]
    rest = _shares(total - wanted, tuple(float(sizes[i]) for i in others), [least[i] for i in others])
    for i, size in zip(others, rest, strict=True):
        sizes[i] = size
    sizes[at] = wanted
    return Split(node.axis, children, tuple(float(size) for size in sizes))


def _span(regions_: list[Region]) -> Region:
    x, y = min(r.x for r in regions_), min(r.y for r in regions_)
    return Region(x, y, max(r.x + r.cols for r in regions_) - x, max(r.y + r.rows for r in regions_) - y)


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
    kept = [
        (node, float(weight))
        for child, weight in zip(children, weights, strict=True)
        if isinstance(weight, int | float) and weight > 0 and (node := from_data(child, known)) is not None
    ]
    if len(kept) < 2:
        return kept[0][0] if kept else None
    return Split(data["axis"], tuple(node for node, _ in kept), tuple(weight for _, weight in kept))
