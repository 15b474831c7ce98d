"""What a held mouse button drags: a border, a pane by its title, a scrollbar, a selection, or the program's own thing.

A grab hears every move until the button is let go, wherever the pointer is. Moves come faster than frames: only the
last of a frame is acted on.
"""

import asyncio
from collections.abc import Callable
from dataclasses import replace
from typing import Protocol

from muxer.errors import UsageError
from muxer.model import PaneId
from muxer.terminal.keys import Mouse
from muxer.ui import arranging
from muxer.ui.clock import FRAME
from muxer.ui.desk import Desk
from muxer.ui.layout import Border, Region, Way
from muxer.ui.widgets.pane import PaneView
from muxer.ui.widgets.pane_grid import PaneGrid, Sheet

EDGE = 0.25
"""A pane that is dropped on this much of another's side goes there; in the middle, the two change places."""
ONWARD = 0.05
"""Seconds from one line to the next while a selection is held beyond the pane's edge."""


class Grab(Protocol):
    """One drag."""

    def move(self, mouse: Mouse) -> None:
        """The pointer is there now, in cells of the screen."""

    def drop(self, mouse: Mouse) -> None:
        """The button was let go."""


class ProgramGrab:
    """The program asked for the mouse, and hears of it in its own cells."""

    def __init__(self, view: PaneView, grid: PaneGrid) -> None:
        self._view, self._grid = view, grid

    def move(self, mouse: Mouse) -> None:
        """Pass it on; outside of the pane counts as its nearest cell."""
        view = self._view
        if view.terminal is None or view.region.cols <= 0 or view.region.rows <= 0:
            return
        x, y = self._grid.cell_of(view.pane, mouse.x, mouse.y)
        inside = replace(mouse, x=max(0, min(x, view.region.cols - 1)), y=max(0, min(y, view.region.rows - 1)))
        view.terminal.mouse(inside)

    drop = move


class BorderGrab:
    """A border between panes follows the pointer."""

    def __init__(self, desk: Desk, grid: PaneGrid, border: Border) -> None:
        self._desk, self._grid, self._border = desk, grid, border
        self._to = 0
        self._soon: asyncio.TimerHandle | None = None

    def move(self, mouse: Mouse) -> None:
        """Soon."""
        x, y = self._grid.on_grid(mouse.x, mouse.y)
        self._to = x if self._border.axis == "row" else y
        if self._soon is None:
            self._soon = asyncio.get_running_loop().call_later(FRAME, self._follow)

    def _follow(self) -> None:
        self._soon = None
        if arranging.drag(self._desk.bench, self._border, self._to, self._desk.panes_room):
            self._desk.arranged()

    def drop(self, mouse: Mouse) -> None:
        """At once, and no more; all of the drag is one step to undo."""
        self.move(mouse)
        if self._soon is not None:
            self._soon.cancel()
        self._follow()
        self._desk.bench.history.settle()


class TitleGrab:
    """A pane is carried by its name: onto another's middle they swap, onto its side it goes there."""

    def __init__(self, desk: Desk, grid: PaneGrid, pane: PaneId, lay: Callable[[str, Sheet | None], None]) -> None:
        self._desk, self._grid, self._pane, self._lay = desk, grid, pane, lay
        self._place: tuple[PaneId, Way | None] | None = None

    def move(self, mouse: Mouse) -> None:
        """Show where it would go."""
        found = self._grid.pane_at(mouse.x, mouse.y)
        target = found[0] if found and found[0] != self._pane and found[0] != self._desk.bench.floating else None
        place = None
        region = self._desk.bench.regions(self._desk.panes_room).get(target or "")
        if target is not None and region is not None:
            x, y = self._grid.on_grid(mouse.x, mouse.y)
            place = (target, side_of(region, x, y))
        if place != self._place:
            self._place = place
            self._lay("drop", self._shade(region, place[1]) if region and place else None)

    def _shade(self, region: Region, side: Way | None) -> Sheet:
        x, y, cols, rows = half_of(region, side)
        return Sheet(x, y, cols, (self._desk.look.ink("accent") + "░" * cols,) * rows)

    def drop(self, mouse: Mouse) -> None:
        """It goes there."""
        self.move(mouse)
        self._lay("drop", None)
        if self._place is None:
            return
        target, side = self._place
        bench = self._desk.bench
        try:
            if side is None:
                arranging.exchange(bench, self._pane, target)
            else:
                arranging.move(bench, self._pane, target, side, self._desk.panes_room)
        except UsageError as error:
            self._desk.voice.warn(str(error))
        self._desk.arranged()


def side_of(region: Region, x: int, y: int) -> Way | None:
    """The side of a region that a cell is near; None in its middle."""
    across = (x - region.x + 0.5) / max(1, region.cols)
    down = (y - region.y + 0.5) / max(1, region.rows)
    near: dict[Way, float] = {"left": across, "right": 1 - across, "up": down, "down": 1 - down}
    side = min(near, key=lambda way: near[way])
    return side if near[side] < EDGE else None


def half_of(region: Region, side: Way | None) -> Region:
    """The half of a region that lies on a side."""
    x, y, cols, rows = region
    match side:
        case "left":
            return Region(x, y, cols // 2, rows)
        case "right":
            return Region(x + cols - cols // 2, y, cols // 2, rows)
        case "up":
            return Region(x, y, cols, rows // 2)
        case "down":
            return Region(x, y + rows - rows // 2, cols, rows // 2)
    return region


class ScrollbarGrab:
    """The bar at a pane's right edge follows the pointer."""

    def __init__(self, desk: Desk, grid: PaneGrid, view: PaneView) -> None:
        self._desk, self._grid, self._view = desk, grid, view

    def move(self, mouse: Mouse) -> None:
        """The height of the pane is the whole history."""
        view = self._view
        if view.terminal is None:
            return
        _, y = self._grid.cell_of(view.pane, mouse.x, mouse.y)
        height = max(1, view.region.rows - 1)
        depth = view.terminal.engine.scrollback()
        wanted = round(depth * (1 - max(0, min(y, height)) / height))
        if view.scroll(wanted - view.offset):
            self._desk.redraw(view.pane)

    drop = move


class SelectionGrab:
    """Text of one pane is marked; when the button is let go it is copied. Without a move it was a click."""

    def __init__(
        self,
        desk: Desk,
        grid: PaneGrid,
        view: PaneView,
        *,
        begin: Callable[[], "Selecting"],
        on_click: Callable[[], None],
        on_copied: Callable[[], None],
    ) -> None:
        self._desk, self._grid, self._view = desk, grid, view
        self._begin, self._on_click, self._on_copied = begin, on_click, on_copied
        self._lens: Selecting | None = None
        self._last: Mouse | None = None
        self._onward: asyncio.TimerHandle | None = None

    def take_hold(self) -> None:
        """Mark what lies under the pointer already: a word, a line."""
        self._lens = self._begin()
        self._desk.redraw(self._view.pane)

    def move(self, mouse: Mouse) -> None:
        """Mark as far as here; beyond the pane's edge, history scrolls on for as long as the button is held."""
        if self._lens is None:
            self._lens = self._begin()
        self._last = mouse
        self._stop()
        x, y = self._grid.cell_of(self._view.pane, mouse.x, mouse.y)
        self._lens.extend(max(0, min(x, self._view.region.cols - 1)), y)
        if not 0 <= y < self._view.region.rows:
            self._onward = asyncio.get_running_loop().call_later(ONWARD, self._go_on)
        self._desk.redraw(self._view.pane)

    def _go_on(self) -> None:
        self._onward = None
        if self._last is not None and self._view.lens is not None:
            self.move(self._last)

    def _stop(self) -> None:
        if self._onward is not None:
            self._onward.cancel()
            self._onward = None

    def drop(self, mouse: Mouse) -> None:
        """Copied."""
        if self._lens is None:
            self._on_click()
            return
        if self._last is not None and (self._last.x, self._last.y) != (mouse.x, mouse.y):
            self.move(mouse)
        self._stop()
        text = self._lens.selected()
        if text:
            self._desk.copy(text)
        self._on_copied()


class Selecting(Protocol):
    """The lens that marks text, as far as the mouse needs it."""

    def extend(self, x: int, y: int) -> None:
        """Mark as far as this cell."""

    def selected(self) -> str:
        """What is marked."""
