"""Toasts: small sheets at the top right over the panes that say which pane wants somebody, and go again by themselves.

At most three at once, newest on top, one a pane. They keep off the focused pane's cursor where there is another corner.
"""

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Protocol

from rich.cells import cell_len, set_cell_size

from muxer.model import PaneId
from muxer.ui.layout import Region
from muxer.ui.look import Look
from muxer.ui.widgets.pane_grid import Sheet

MOST = 3
WIDEST, NARROWEST = 44, 20
LINES = 2
"""The most lines for the words; the name has one of its own."""
STAY, PER_CHARACTER = 5.0, 0.03
"""Seconds that a toast stays; a long one has its reader's time."""
TOAST = "toast "
"""What the names of its sheets begin with; the pane's id follows."""


class Ground(Protocol):
    """What toasts lie on."""

    @property
    def room(self) -> Region:
        """The cells there are."""

    def cursor(self) -> tuple[int, int, str, bool] | None:
        """Where the cursor is on the screen."""

    def sheet_at(self, x: int, y: int) -> str:
        """The name of the sheet on a cell of the screen, or nothing."""

    def on_grid(self, x: int, y: int) -> tuple[int, int]:
        """A cell of the screen, counted from the ground's first one."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Toast:
    """One of them."""

    pane: PaneId
    name: str
    words: str
    until: float


def toast_rows(toast: Toast, cols: int, look: Look) -> tuple[str, ...]:
    """Its lines, each exactly `cols` wide: a blank to keep apart what it covers, then the name, and what was said."""
    bar, glyph, cut = ("|", "!", "~") if look.ascii else ("▌", "▲", "…")
    edge, text = f"\x1b[0m {look.ink('wait', on='raised')}{bar} ", look.ink("text", on="raised")
    head = f"{edge}{look.ink('wait', on='raised', bold=True)}{_fit(f'{glyph} {toast.name}', cols - 4, cut)} "
    return head, *(f"{edge}{text}{_fit(line, cols - 4, cut)} " for line in _wrapped(toast.words, cols - 4))


def _wrapped(words: str, cols: int) -> list[str]:
    """In so many lines as there may be; the last one is left too long, and cut by whoever fits it."""
    lines = [""]
    for word in words.split():
        longer = f"{lines[-1]} {word}".lstrip()
        if cell_len(longer) <= cols or len(lines) == LINES or not lines[-1]:
            lines[-1] = longer
        else:
            lines.append(word)
    return lines


def _fit(text: str, cols: int, cut: str) -> str:
    if cell_len(text) <= cols:
        return text + " " * (cols - cell_len(text))
    return set_cell_size(text, max(0, cols - 1)) + cut * (cols > 0)


def width(toasts: Sequence[Toast], room: Region) -> int:
    """As wide as the longest needs, within reason; nothing where the room is too narrow for one."""
    if room.cols < NARROWEST + 2 or room.rows < LINES + 3:
        return 0
    need = max((max(cell_len(toast.words), cell_len(toast.name) + 2) + 4 for toast in toasts), default=0)
    return min(max(need, NARROWEST), max(WIDEST, room.cols // 3), room.cols - 2)


def spots(heights: Sequence[int], cols: int, room: Region, cursor: tuple[int, int] | None) -> list[Region]:
    """Where they go: under the title line at the right; where the cursor is there, another corner."""
    while len(heights) > 1 and sum(heights) + len(heights) > room.rows - 1:
        heights = heights[:-1]
    tall = sum(heights) + len(heights) - 1
    right, left, top, bottom = room.cols - cols - 1, 1, 1, max(1, room.rows - tall - 1)
    corners = [Region(x, y, cols, tall) for x, y in ((right, top), (right, bottom), (left, top), (left, bottom))]
    free = next((corner for corner in corners if cursor is None or not corner.holds(*cursor)), corners[0])
    placed, y = [], free.y
    for height in heights:
        placed.append(Region(free.x, y, cols, height))
        y += height + 1
    return placed


class Toasts:
    """Those on the screen; `lay` puts a sheet over the panes or takes it away."""

    def __init__(self, look: Look, ground: Ground, lay: Callable[[str, Sheet | None], None]) -> None:
        self._look, self._ground, self._lay = look, ground, lay
        self._shown: list[Toast] = []
        self._laid: dict[str, Sheet] = {}
        self._timer: asyncio.TimerHandle | None = None

    def show(self, pane: PaneId, name: str, words: str) -> None:
        """Show one; it takes the place of the pane's last one."""
        loop = asyncio.get_running_loop()
        until = loop.time() + STAY + PER_CHARACTER * len(words)
        others = [toast for toast in self._shown if toast.pane != pane]
        self._shown = [Toast(pane=pane, name=name, words=words, until=until), *others][:MOST]
        self.place()

    def drop(self, pane: PaneId) -> None:
        """Somebody looks at the pane, or it is gone."""
        if any(toast.pane == pane for toast in self._shown):
            self._shown = [toast for toast in self._shown if toast.pane != pane]
            self.place()

    def clear(self) -> None:
        """None of them."""
        self._shown = []
        self.place()

    def place(self) -> None:
        """Lay them where there is room now."""
        room, cursor = self._ground.room, self._ground.cursor()
        cols = width(self._shown, room)
        wanted: dict[str, Sheet] = {}
        if cols:
            at = self._ground.on_grid(*cursor[:2]) if cursor else None
            rows = [toast_rows(toast, cols, self._look) for toast in self._shown]
            for toast, own, spot in zip(self._shown, rows, spots([*map(len, rows)], cols, room, at), strict=False):
                wanted[TOAST + toast.pane] = Sheet(spot.x, spot.y, cols, own)
        for name in self._laid.keys() - wanted.keys():
            self._lay(name, None)
        for name, sheet in wanted.items():
            if self._laid.get(name) != sheet:
                self._lay(name, sheet)
        self._laid = wanted
        self._wind()

    def _wind(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
        if self._shown:
            first = min(toast.until for toast in self._shown)
            self._timer = asyncio.get_running_loop().call_at(first, self._expire)

    def _expire(self) -> None:
        now = asyncio.get_running_loop().time()
        self._shown = [toast for toast in self._shown if toast.until > now]
        self.place()

    @property
    def shown(self) -> tuple[Toast, ...]:
        """Those on the screen, newest first."""
        return tuple(self._shown)
