"""Ready-made layouts: each makes a tree of the panes in their reading order, and keeps that order."""

from collections.abc import Callable, Sequence
from math import ceil, sqrt

from muxer.model import PaneId
from muxer.ui.layout import Axis, Node, Region, Split, fits, panes

MAIN = (3.0, 2.0)
"""How the main pane and the others share the room."""

Preset = Callable[[Sequence[PaneId]], Node]


def _even(axis: Axis, parts: Sequence[Node]) -> Node:
    return parts[0] if len(parts) == 1 else Split(axis, tuple(parts), (1.0,) * len(parts))


def _main(axis: Axis, order: Sequence[PaneId]) -> Node:
    first, *others = order
    across: Axis = "column" if axis == "row" else "row"
    return Split(axis, (first, _even(across, others)), MAIN) if others else first


def _tiled(order: Sequence[PaneId]) -> Node:
    columns = ceil(sqrt(len(order)))
    rows = [order[at : at + columns] for at in range(0, len(order), columns)]
    return _even("column", [_even("row", row) for row in rows])


PRESETS: dict[str, Preset] = {
    "even-columns": lambda order: _even("row", order),
    "even-rows": lambda order: _even("column", order),
    "main-left": lambda order: _main("row", order),
    "main-top": lambda order: _main("column", order),
    "tiled": _tiled,
}
"""By the name that the action `layout.NAME` has."""


def next_preset(node: Node, steps: int, room: Region) -> Node:
    """The preset after the one that this tree has, or before it; one that looks the same or has no room is left out."""
    order = list(panes(node))
    made = [preset(order) for preset in PRESETS.values()]
    at = made.index(node) if node in made else -1 if steps > 0 else 0
    turned = [made[(at + steps * n) % len(made)] for n in range(1, len(made) + 1)]
    return next((tree for tree in turned if tree != node and fits(tree, room)), node)
