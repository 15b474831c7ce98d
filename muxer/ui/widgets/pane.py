"""One pane's picture: the rows of its terminal as last drawn, and where they lie. PaneGrid, a Textual widget, draws it.

Rows are kept as the engine wrote them, so that any part of the screen can be painted again without asking the engine.
"""

from collections.abc import Callable
from typing import Protocol

from muxer.model import PaneId
from muxer.terminal.engine import Cursor, Frame
from muxer.terminal.terminal import Terminal
from muxer.ui.layout import Region

HOLD = 0.1
"""The longest that a program may hold its frame back (mode 2026)."""

Card = Callable[[int, int], list[str]]
"""What a pane that is too small for a terminal shows: rows of exactly so many columns, as many as asked for."""


class Lens(Protocol):
    """Something that is looked at in a pane's place instead of its live screen, such as its history in copy mode."""

    @property
    def note(self) -> str:
        """What the pane's title says of it."""

    @property
    def offset(self) -> int:
        """How many lines back the picture is."""

    def frame(self) -> Frame:
        """The rows that changed since the last call, and the cursor."""

    def invalidate(self) -> None:
        """Make the next frame hold every row."""

    def resize(self, cols: int, rows: int) -> None:
        """The place has another size."""


class PaneView:
    """A window on a terminal."""

    __slots__ = ("_held_since", "_offset", "card", "cursor", "lens", "pane", "region", "rows", "terminal")

    def __init__(self, pane: PaneId) -> None:
        self.pane = pane
        self.terminal: Terminal | None = None
        self.region = Region(0, 0, 0, 0)
        self.rows: list[str] = []
        self.cursor: Cursor | None = None
        self.lens: Lens | None = None
        self.card: Card | None = None
        self._offset = 0
        self._held_since: float | None = None

    def show(self, terminal: Terminal) -> None:
        """The terminal that is looked at; it takes the size of the place."""
        self.terminal = terminal
        self._fit()

    def place(self, region: Region, card: Card | None = None) -> None:
        """Where the terminal's own rows go on the grid, title line excluded; a card leaves the terminal as it is."""
        was_card, self.card = self.card is not None, card
        if region == self.region and was_card == (card is not None) and len(self.rows) == region.rows:
            return
        self.region = region
        self._fit()

    def _fit(self) -> None:
        cols, rows = self.region.cols, self.region.rows
        self.rows = [""] * rows
        if self.terminal is None or self.card is not None or cols <= 0 or rows <= 0:
            return
        self.terminal.resize(cols, rows)
        self.terminal.engine.invalidate()
        if self.lens is not None:
            self.lens.resize(cols, rows)
            self.lens.invalidate()

    def look_through(self, lens: Lens | None) -> None:
        """Look at something else than the live screen, or at the live screen again."""
        self.lens = lens
        if lens is not None:
            lens.resize(self.region.cols, self.region.rows)
            lens.invalidate()
        elif self.terminal is not None:
            self.terminal.engine.invalidate()

    def frame(self, now: float) -> list[int] | None:
        """Take what changed; the rows that did. None while the program holds its frame back."""
        if self.terminal is None:
            return []
        if self.card is not None:
            return self._take(Frame(list(enumerate(self.card(self.region.cols, self.region.rows))), None))
        if self.lens is not None:
            return self._take(self.lens.frame())
        engine = self.terminal.engine
        if engine.holds_frames() and not self.terminal.ended:
            if self._held_since is None:
                self._held_since = now
            if now - self._held_since < HOLD:
                return None
        else:
            self._held_since = None
        frame = engine.frame()
        self.cursor = frame.cursor
        changed = []
        rows, height = self.rows, len(self.rows)
        for y, ansi in frame.rows:
            if y < height:
                rows[y] = ansi
                changed.append(y)
        return changed

    def _take(self, frame: Frame) -> list[int]:
        """Only rows that read otherwise than before."""
        self.cursor = frame.cursor
        changed = [(y, ansi) for y, ansi in frame.rows if y < len(self.rows) and self.rows[y] != ansi]
        for y, ansi in changed:
            self.rows[y] = ansi
        return [y for y, _ in changed]

    @property
    def offset(self) -> int:
        """How many lines back the picture is."""
        return self._offset if self.lens is None else self.lens.offset

    def scroll(self, lines: int) -> bool:
        """Look further back (positive) or forward; whether anything moved."""
        if self.terminal is None:
            return False
        before = self._offset
        self._offset = self.terminal.engine.scroll_to(max(0, self._offset + lines))
        if bool(before) != bool(self._offset):
            self.terminal.engine.invalidate()  # the scrollbar comes or goes
        return self._offset != before

    def bar(self) -> tuple[int, int] | None:
        """The scrollbar's first row and its length while history is shown."""
        height, offset = self.region.rows, self.offset
        if not offset or self.terminal is None or height < 3 or self.card is not None:
            return None
        depth = max(offset, self.terminal.engine.scrollback())
        length = max(1, height * height // (height + depth))
        return round((height - length) * (depth - offset) / depth), length

    def live(self) -> bool:
        """Back to the present, as typing does; whether anything moved."""
        return self.scroll(-self._offset) if self._offset else False
