"""One pane's picture: the rows of its terminal as last drawn, and where they lie. PaneGrid, a Textual widget, draws it.

Rows are kept as the engine wrote them, so that any part of the screen can be painted again without asking the engine.
"""

from muxer.model import PaneId
from muxer.terminal.engine import Cursor
from muxer.terminal.terminal import Terminal
from muxer.ui.layout import Region

HOLD = 0.1
"""The longest that a program may hold its frame back (mode 2026)."""


class PaneView:
    """A window on a terminal."""

    __slots__ = ("_held_since", "cursor", "offset", "pane", "region", "rows", "terminal")

    def __init__(self, pane: PaneId) -> None:
        self.pane = pane
        self.terminal: Terminal | None = None
        self.region = Region(0, 0, 0, 0)
        self.rows: list[str] = []
        self.cursor: Cursor | None = None
        self.offset = 0
        self._held_since: float | None = None

    def show(self, terminal: Terminal) -> None:
        """The terminal that is looked at; it takes the size of the place."""
        self.terminal = terminal
        self._fit()

    def place(self, region: Region) -> None:
        """Where the terminal's own rows go on the grid, title line excluded."""
        if region == self.region and self.terminal is not None and len(self.rows) == region.rows:
            return
        self.region = region
        self._fit()

    def _fit(self) -> None:
        self.rows = [""] * self.region.rows
        if self.terminal is not None and self.region.cols > 0 and self.region.rows > 0:
            self.terminal.resize(self.region.cols, self.region.rows)
            self.terminal.engine.invalidate()

    def frame(self, now: float) -> list[int] | None:
        """Take what changed; the rows that did. None while the program holds its frame back."""
        if self.terminal is None:
            return []
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

    def scroll(self, lines: int) -> bool:
        """Look further back (positive) or forward; whether anything moved."""
        if self.terminal is None:
            return False
        before = self.offset
        self.offset = self.terminal.engine.scroll_to(max(0, self.offset + lines))
        return self.offset != before

    def live(self) -> bool:
        """Back to the present, as typing does; whether anything moved."""
        return self.scroll(-self.offset) if self.offset else False
