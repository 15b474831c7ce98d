"""The panes of the shown tab: their titles, the lines between them, and their pictures, drawn as ready terminal bytes.

One Textual widget for all of them: a frame goes to the terminals directly when nothing lies over it, and through
Textual's compositor when something does. Both ways read the same rows.
"""

from collections.abc import Callable, Iterable, Mapping

from textual.geometry import Region as TextualRegion
from textual.strip import Strip
from textual.widget import Widget

from muxer.model import PaneId
from muxer.ui.layout import TITLE, Region
from muxer.ui.themes import Theme
from muxer.ui.widgets.pane import PaneView
from muxer.ui.widgets.strip import Piece, RowStrip, painted

TitleOf = Callable[[PaneId, int, bool], str]
"""A pane's title line: pane, columns, whether it has the focus."""


class PaneGrid(Widget):
    """Draws panes; placed from outside."""

    DEFAULT_CSS = "PaneGrid { width: 1fr; height: 1fr; }"

    def __init__(self, theme: Theme, title_of: TitleOf) -> None:
        super().__init__()
        self._theme = theme
        self._title_of = title_of
        self._views: dict[PaneId, PaneView] = {}
        self._regions: dict[PaneId, Region] = {}
        self._focus: PaneId | None = None
        self._left = self._top = 0
        """Where the grid lies; asking Textual takes as long as a frame of one row."""
        self._fixed: list[list[Piece]] = []
        self._empty: list[Piece] = []

    @property
    def room(self) -> Region:
        """The cells there are for panes."""
        return Region(0, 0, self.size.width, self.size.height)

    def put(self, views: Mapping[PaneId, PaneView], regions: Mapping[PaneId, Region], focus: PaneId | None) -> None:
        """Show these panes at these places."""
        self._regions = dict(regions)
        self._views = {pane: views[pane] for pane in regions}
        self._focus = focus
        self._left, self._top = self.region.offset
        for pane, region in regions.items():
            self._views[pane].place(
                Region(region.x, region.y + TITLE, region.cols, max(0, region.rows - TITLE)),
            )
        self._rule()

    def _rule(self) -> None:
        """The pieces that stay until the next arrangement: titles and the lines between panes."""
        height = self.size.height
        self._fixed = [[] for _ in range(height)]
        line = self._theme.ink("line")
        for pane, region in self._regions.items():
            if region.cols <= 0 or region.rows <= 0 or region.y >= height:
                continue
            title = self._title_of(pane, region.cols, pane == self._focus)
            self._fixed[region.y].append(Piece(region.x, region.cols, title))
            if region.x > 0:
                for y in range(region.y, min(height, region.y + region.rows)):
                    self._fixed[y].append(Piece(region.x - 1, 1, f"{line}│"))

    def retitle(self, pane: PaneId) -> str:
        """A pane's title changed: the bytes that draw it."""
        region = self._regions.get(pane)
        if region is None or region.cols <= 0 or region.rows <= 0 or region.y >= len(self._fixed):
            return ""
        piece = Piece(region.x, region.cols, self._title_of(pane, region.cols, pane == self._focus))
        row = self._fixed[region.y]
        for at, old in enumerate(row):
            if (old.x, old.cols) == (piece.x, piece.cols):
                if old == piece:
                    return ""
                row[at] = piece
        return painted(piece, self.region.x, self.region.y + region.y)

    def draw(self, panes: Iterable[PaneId], now: float) -> tuple[str, set[PaneId], bool]:
        """Take new frames of panes: the bytes that draw them, who must be asked again, whether anything changed."""
        left, top = self._left, self._top
        chunks, again, changed = [], set(), False
        for pane in panes:
            view = self._views.get(pane)
            if view is None or view.region.cols <= 0:
                continue
            before = view.cursor
            rows = view.frame(now)
            if rows is None:
                again.add(pane)
                continue
            x, y, cols, _ = view.region
            place, erase = f";{left + x + 1}H\x1b[{cols}X", view.rows
            chunks += [f"\x1b[{top + y + row + 1}{place}{erase[row]}" for row in rows]
            changed = changed or bool(rows) or (before != view.cursor and pane == self._focus)
        return "".join(chunks), again, changed

    def catch_up(self, now: float) -> None:
        """Take new frames of every pane, because all is about to be painted."""
        for view in self._views.values():
            view.frame(now)

    def cursor(self) -> tuple[int, int, str, bool] | None:
        """Where the focused pane's cursor is on the screen, and its look; None when it is not to be seen."""
        view = self._views.get(self._focus) if self._focus else None
        if view is None or view.cursor is None or view.terminal is None or view.terminal.ended:
            return None
        x, y, shape, blinks = view.cursor
        if x >= view.region.cols or y >= view.region.rows:
            return None
        return self._left + view.region.x + x, self._top + view.region.y + y, shape, blinks

    def pane_at(self, x: int, y: int) -> tuple[PaneId, int, int] | None:
        """The pane under a cell of the screen, and the cell of its terminal (y is -1 on its title)."""
        x, y = x - self.region.x, y - self.region.y
        for pane, region in self._regions.items():
            if region.holds(x, y):
                return pane, x - region.x, y - region.y - TITLE
        return None

    def cell_of(self, pane: PaneId, x: int, y: int) -> tuple[int, int]:
        """A cell of the screen, counted from the pane's first one."""
        region = self._regions.get(pane, self.room)
        return x - self.region.x - region.x, y - self.region.y - region.y - TITLE

    def greet(self, lines: list[str]) -> None:
        """What an empty screen says."""
        ink = self._theme.ink("quiet")
        self._empty = [Piece(2, len(line), f"{ink}{line}") for line in lines]

    def _row(self, y: int) -> RowStrip:
        if not self._regions:
            at = y - max(0, self.size.height // 2 - len(self._empty))
            pieces = [self._empty[at]] if 0 <= at < len(self._empty) else []
        else:
            pieces = list(self._fixed[y]) if y < len(self._fixed) else []
            for view in self._views.values():
                x, top, cols, height = view.region
                if top <= y < top + height and cols > 0:
                    pieces.append(Piece(x, cols, view.rows[y - top]))
            pieces.sort()
        return RowStrip(self._filled(pieces), self.size.width, self.region.x)

    def _filled(self, pieces: list[Piece]) -> list[Piece]:
        """The row with its gaps as pieces too, so that painting it leaves nothing of what was there."""
        filled, at = [], 0
        for piece in pieces:
            if piece.x > at:
                filled.append(Piece(at, piece.x - at, ""))
            filled.append(piece)
            at = piece.x + piece.cols
        if at < self.size.width:
            filled.append(Piece(at, self.size.width - at, ""))
        return filled

    def render_lines(self, crop: TextualRegion) -> list[Strip]:
        """Textual asks for rows: those that are kept, cut if need be."""
        rows: list[Strip] = [self._row(y) for y in range(crop.y, crop.bottom)]
        if crop.x == 0 and crop.width == self.size.width:
            return rows
        return [row.crop(crop.x, crop.right) for row in rows]
