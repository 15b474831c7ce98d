"""Where a dialog lies, so that it does not cover the pane that it speaks about while there is room beside it. Pure."""

from typing import NamedTuple

from muxer.ui.layout import Region
from muxer.ui.screens.panel import WIDTH

NARROWEST = 44
"""Columns that a dialog needs."""
SLIVER = 12
"""Columns of a program that are not worth seeing."""
TOP = 2
"""Rows above a dialog that lies over everything."""


class Place(NamedTuple):
    """Where a dialog begins, and how wide it is."""

    x: int
    y: int
    cols: int


def _breadth(room: int) -> int:
    """All of it, where only a sliver of what lies under it would be seen beside it."""
    return room if room < WIDTH + SLIVER else WIDTH


def beside(pane: Region | None, cols: int, rows: int, height: int) -> Place:
    """The place for a dialog so many rows high: right of the pane, left of it, below, above, or else in the middle."""
    middle = Place(max(0, (cols - WIDTH) // 2), min(TOP, max(0, rows - height)), min(WIDTH, cols))
    if pane is None or pane.cols <= 0:
        return middle
    top = max(0, min(pane.y + 1, rows - height))
    right = cols - (pane.x + pane.cols) - 1
    if right >= NARROWEST:
        return Place(pane.x + pane.cols + 1, top, _breadth(right))
    left = min(pane.x, cols) - 1
    if left >= NARROWEST:
        return Place(left - _breadth(left), top, _breadth(left))
    if rows - (pane.y + pane.rows) >= height:
        return middle._replace(y=pane.y + pane.rows)
    if pane.y >= height:
        return middle._replace(y=max(0, min(pane.y, rows) - height))
    return middle
