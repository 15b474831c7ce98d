"""The mouse over panes: a click gives focus, the wheel scrolls history, and a program that wants the mouse gets it."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Protocol

from muxer.model import PaneId
from muxer.terminal.engine import MouseMode
from muxer.terminal.keys import Button, Key, Mods, Motion, Mouse
from muxer.ui.widgets.pane import PaneView

WHEEL_LINES = 3
_WHEELS = {Button.WHEEL_UP: 1, Button.WHEEL_DOWN: -1}


class Places(Protocol):
    """Where panes lie on the screen."""

    def pane_at(self, x: int, y: int) -> tuple[PaneId, int, int] | None:
        """The pane under a cell of the screen, and the cell of its terminal (y is -1 on its title)."""

    def cell_of(self, pane: PaneId, x: int, y: int) -> tuple[int, int]:
        """A cell of the screen, counted from the pane's first one."""


class Pointer:
    """What mouse events on the screen mean to the panes under them."""

    def __init__(self, places: Places, views: Mapping[PaneId, PaneView], ask: Callable[[PaneId], None]) -> None:
        self._places = places
        self._views = views
        self._ask = ask
        self._held: PaneId | None = None
        """Where a button went down: a drag stays with that pane."""

    def take(self, mouse: Mouse) -> PaneId | None:
        """An event in screen cells; the pane that it gives the focus to, if it does."""
        pressed = mouse.motion is Motion.PRESS
        if self._held in self._views and not pressed:
            pane = self._held or ""
            x, y = self._places.cell_of(pane, mouse.x, mouse.y)
            y = max(0, y)
        elif found := self._places.pane_at(mouse.x, mouse.y):
            pane, x, y = found
        else:
            return None
        view = self._views[pane]
        if view.terminal is None:
            return pane if pressed else None
        if mouse.button in _WHEELS:
            self._wheel(view, mouse, x, y)
            return None
        if mouse.motion is not Motion.MOVE:
            self._held = pane if pressed else None
        if y >= 0 and not mouse.mods & Mods.SHIFT:
            self._send(view, mouse, x, y)
        return pane if pressed else None

    def _send(self, view: PaneView, mouse: Mouse, x: int, y: int) -> None:
        assert view.terminal is not None
        x = max(0, min(x, view.region.cols - 1))
        y = max(0, min(y, view.region.rows - 1))
        view.terminal.mouse(replace(mouse, x=x, y=y))

    def _wheel(self, view: PaneView, mouse: Mouse, x: int, y: int) -> None:
        assert view.terminal is not None
        modes = view.terminal.engine.modes()
        history = bool(mouse.mods & Mods.SHIFT)
        if modes.mouse is not MouseMode.NONE and not history:
            self._send(view, mouse, x, y)
        elif modes.alternate_screen and not history:
            key = Key("up" if mouse.button is Button.WHEEL_UP else "down")
            for _ in range(WHEEL_LINES):
                view.terminal.press(key)
        elif view.scroll(WHEEL_LINES * _WHEELS[mouse.button]):
            self._ask(view.pane)
