"""The mouse: what lies under the pointer, and what a press, a drag or the wheel means there.

A program that asked for the mouse gets it, unless shift is held; everything else is muxer's.
"""

import asyncio
import os
from collections.abc import Callable
from typing import Protocol

from muxer.model import PaneId
from muxer.terminal.engine import MouseMode
from muxer.terminal.keys import Button, Key, Mods, Motion, Mouse
from muxer.ui import links
from muxer.ui.arranging import border_at
from muxer.ui.copying.lens import CopyLens, Grain, copy_lens
from muxer.ui.desk import Desk
from muxer.ui.grabs import BorderGrab, Grab, ProgramGrab, ScrollbarGrab, SelectionGrab, TitleGrab
from muxer.ui.harmless import harmless
from muxer.ui.widgets.pane import PaneView
from muxer.ui.widgets.pane_grid import PaneGrid, Sheet

WHEEL_LINES = 3
AGAIN = 0.4
"""Two presses on one cell within so many seconds are a double click."""
GLANCE = 0.6
"""How long a selection made with the mouse stays to be seen after it was copied."""

GRAINS: tuple[Grain, ...] = ("character", "word", "line")
"""What one click marks, two, and three."""

_WHEELS = {Button.WHEEL_UP: 1, Button.WHEEL_DOWN: -1}


class Edges(Protocol):
    """What lies around the panes: the sidebar, the strip of a narrow screen, and the status line."""

    def press(self, x: int, y: int) -> bool:
        """A click; whether it was on something of theirs."""

    def press_title(self, x: int) -> bool:
        """A click on a column of the shown pane's title; whether that is a strip, with a name there."""

    def wheel(self, x: int, y: int, lines: int) -> bool:
        """The wheel; whether it was theirs."""


class Pointer:
    """What mouse events on the screen mean."""

    def __init__(self, desk: Desk, grid: PaneGrid, edges: Edges, lay: Callable[[str, Sheet | None], None]) -> None:
        self._desk, self._grid, self._edges, self._lay = desk, grid, edges, lay
        self._grab: Grab | None = None
        self._pressed: tuple[int, int, float, int] = (-1, -1, 0.0, 0)
        """Cell, time and count of the last presses."""

    def take(self, mouse: Mouse) -> None:
        """An event in screen cells."""
        if mouse.button in _WHEELS:
            self._wheel(mouse)
        elif mouse.motion is Motion.PRESS:
            if self._grab is None:
                self._press(mouse)
        elif mouse.motion is Motion.RELEASE:
            grab, self._grab = self._grab, None
            if grab is not None:
                grab.drop(mouse)
        elif self._grab is not None:
            self._grab.move(mouse)
        else:
            self._hover(mouse)

    def _hover(self, mouse: Mouse) -> None:
        """A program may want to hear of moves without a button."""
        found = self._grid.pane_at(mouse.x, mouse.y)
        view = self._desk.views.get(found[0]) if found else None
        if found and found[2] >= 0 and view is not None and view.lens is None and not mouse.mods & Mods.SHIFT:
            ProgramGrab(view, self._grid).move(mouse)

    # ---- presses

    def _press(self, mouse: Mouse) -> None:
        found = self._grid.pane_at(mouse.x, mouse.y)
        if found is None:
            if not self._edges.press(mouse.x, mouse.y):
                self._take_border(mouse)
            return
        pane, x, y = found
        view = self._desk.views[pane]
        was_focused = self._desk.bench.focus == pane
        if self._desk.bench.focus_on(pane):
            self._desk.arranged()
        if view.terminal is None:
            return
        if y < 0:
            self._press_title(mouse, pane, x)
        elif self._wants(view) and not mouse.mods & Mods.SHIFT:
            self._grab = ProgramGrab(view, self._grid)
            self._grab.move(mouse)
        elif mouse.button is Button.LEFT:
            self._press_text(mouse, view, (x, y), was_focused=was_focused)
        elif mouse.button is Button.MIDDLE and self._desk.buffers.top:
            view.terminal.paste(self._desk.buffers.top.encode())

    def _wants(self, view: PaneView) -> bool:
        terminal = view.terminal
        return view.lens is None and terminal is not None and terminal.engine.modes().mouse is not MouseMode.NONE

    def _take_border(self, mouse: Mouse) -> bool:
        if mouse.button is not Button.LEFT:
            return False
        border = border_at(self._desk.bench, self._desk.panes_room, *self._grid.on_grid(mouse.x, mouse.y))
        if border is not None:
            self._grab = BorderGrab(self._desk, self._grid, border)
        return border is not None

    def _press_title(self, mouse: Mouse, pane: PaneId, x: int) -> None:
        """The name is a handle to carry the pane by; the rest of a lower pane's title is the border above it."""
        if mouse.button is not Button.LEFT or pane == self._desk.bench.floating or self._edges.press_title(x):
            return
        on_name = x < len(self._desk.runtime.facts(pane).name) + 4
        if on_name or not self._take_border(mouse):
            self._grab = TitleGrab(self._desk, self._grid, pane, self._lay)

    def _press_text(self, mouse: Mouse, view: PaneView, cell: tuple[int, int], *, was_focused: bool) -> None:
        if view.offset and view.lens is None and cell[0] == view.region.cols - 1:
            self._grab = ScrollbarGrab(self._desk, self._grid, view)
            self._grab.move(mouse)
            return
        count = self._count(mouse)
        grain = GRAINS[(count - 1) % len(GRAINS)]
        follows = was_focused or bool(mouse.mods & Mods.CTRL)
        grab = SelectionGrab(
            self._desk,
            self._grid,
            view,
            begin=lambda: self._select(view, cell, grain),
            on_click=lambda: self._click(view, cell, follows=follows),
            on_copied=lambda: self._glance(view),
        )
        if count > 1:
            grab.take_hold()
        self._grab = grab

    def _count(self, mouse: Mouse) -> int:
        now = asyncio.get_running_loop().time()
        x, y, at, count = self._pressed
        count = count + 1 if (x, y) == (mouse.x, mouse.y) and now - at < AGAIN else 1
        self._pressed = (mouse.x, mouse.y, now, count)
        return count

    # ---- text

    def _select(self, view: PaneView, cell: tuple[int, int], grain: Grain) -> CopyLens:
        lens = view.lens
        if not isinstance(lens, CopyLens):
            lens = copy_lens(view, self._desk.look)
            lens.passing = True
        lens.begin(cell[0], cell[1], grain)
        return lens

    def _glance(self, view: PaneView) -> None:
        """What the mouse marked outside of copy mode is shown for a moment only, for the program goes on."""

        def away() -> None:
            if isinstance(view.lens, CopyLens) and view.lens.passing and self._grab is None:
                view.look_through(None)
                self._desk.redraw(view.pane)

        asyncio.get_running_loop().call_later(GLANCE, away)

    def _click(self, view: PaneView, cell: tuple[int, int], *, follows: bool) -> None:
        """A link is followed in the pane that had the focus already, or with ctrl: the first click only goes there."""
        url = link_under(view, cell) if follows else ""
        if not url:
            return
        command = links.opener(url, os.environ)
        if command and links.start(command):
            self._desk.voice.tell(f"opened {harmless(url)}")
        else:
            self._desk.copy(url)
            self._desk.voice.tell(f"copied {harmless(url)}")

    # ---- the wheel

    def _wheel(self, mouse: Mouse) -> None:
        lines = WHEEL_LINES * _WHEELS[mouse.button]
        found = self._grid.pane_at(mouse.x, mouse.y)
        view = self._desk.views.get(found[0]) if found else None
        if view is None or view.terminal is None:
            self._edges.wheel(mouse.x, mouse.y, lines)
            return
        if isinstance(view.lens, CopyLens) and view.lens.passing:
            view.look_through(None)
        modes = view.terminal.engine.modes()
        history = bool(mouse.mods & Mods.SHIFT)
        if isinstance(view.lens, CopyLens):
            if view.lens.scroll(lines):
                self._desk.redraw(view.pane)
        elif modes.mouse is not MouseMode.NONE and not history:
            ProgramGrab(view, self._grid).move(mouse)
        elif modes.alternate_screen and not history:
            for _ in range(WHEEL_LINES):
                view.terminal.press(Key("up" if lines > 0 else "down"))
        elif view.scroll(lines):
            self._desk.redraw(view.pane)


def link_under(view: PaneView, cell: tuple[int, int]) -> str:
    """The address under a cell of a live pane: what the program says it is, else what the text says."""
    if view.terminal is None or view.lens is not None:
        return ""
    engine = view.terminal.engine
    if url := engine.link_at(*cell):
        return url
    rows = engine.lines(history=bool(view.offset))
    y = cell[1] + (engine.scrollback() - view.offset if view.offset else 0)
    return links.url_at(rows, engine.cols, cell[0], y) if y < len(rows) else ""
