"""The panes of the shown tab: their titles, the lines between them, and their pictures, drawn as ready terminal bytes.

One Textual widget for all of them: a frame goes to the terminals directly when no Textual screen lies over it, and
through Textual's compositor when one does. What lies over the panes here (a floating pane, sheets) is painted last.
"""

from collections.abc import Callable, Iterable, Mapping
from typing import NamedTuple

from textual.geometry import Region as TextualRegion
from textual.message import Message
from textual.strip import Strip
from textual.widget import Widget

from muxer.model import PaneId
from muxer.ui.layout import LEAST_COLS, LEAST_ROWS, TITLE, Region
from muxer.ui.look import Look
from muxer.ui.states import plainly
from muxer.ui.textual_theme import tones_of
from muxer.ui.widgets.pane import Card, PaneView
from muxer.ui.widgets.strip import Piece, RowStrip, filled, painted

TitleOf = Callable[[PaneId, int, bool], str]
"""A pane's title line: pane, columns, whether it has the focus."""

CardOf = Callable[[PaneId], Card]

CARD_COLS, CARD_ROWS = LEAST_COLS, LEAST_ROWS - TITLE
"""A pane with less room than this for its program's rows is a card."""


class Sheet(NamedTuple):
    """Rows that lie over the panes: which-key help, a toast. Each is exactly `cols` wide."""

    x: int
    y: int
    cols: int
    rows: tuple[str, ...]


class PaneGrid(Widget):
    """Draws panes; placed from outside."""

    DEFAULT_CSS = "PaneGrid { width: 1fr; height: 1fr; }"

    class Roomed(Message):
        """Textual has given it another room."""

    def __init__(self, look: Look, title_of: TitleOf, card_of: CardOf) -> None:
        super().__init__()
        self._look = look
        self._title_of = title_of
        self._card_of = card_of
        self._views: dict[PaneId, PaneView] = {}
        self._regions: dict[PaneId, Region] = {}
        self._floating: PaneId | None = None
        self._focus: PaneId | None = None
        self._left = self._top = 0
        """Where the grid lies; asking Textual takes as long as a frame of one row."""
        self._fixed: list[list[Piece]] = []
        self._sheets: dict[str, Sheet] = {}
        self._empty: list[str] = []

    def on_resize(self) -> None:
        """Whoever lays panes out wants to know."""
        self.post_message(self.Roomed())

    @property
    def room(self) -> Region:
        """The cells there are for panes."""
        return Region(0, 0, self.size.width, self.size.height)

    def put(
        self,
        views: Mapping[PaneId, PaneView],
        regions: Mapping[PaneId, Region],
        focus: PaneId | None,
        floating: PaneId | None = None,
    ) -> None:
        """Show these panes at these places; the floating one, whose region has a frame, lies over the others."""
        self._regions = dict(regions)
        self._views = {pane: views[pane] for pane in regions}
        self._focus, self._floating = focus, floating
        self._left, self._top = self.region.offset
        for pane, region in regions.items():
            inner = Region(region.x, region.y + TITLE, region.cols, max(0, region.rows - TITLE))
            if pane == floating:
                inner = Region(region.x + 1, region.y + TITLE, max(0, region.cols - 2), max(0, inner.rows - 1))
            small = len(regions) > 1 and (inner.cols < CARD_COLS or inner.rows < CARD_ROWS)
            self._views[pane].place(inner, self._card_of(pane) if small and inner.rows > 0 else None)
        self._rule()

    def _rule(self) -> None:
        """The pieces that stay until the next arrangement: titles and the lines between panes."""
        height = self.size.height
        self._fixed = [[] for _ in range(height)]
        line, bar = self._look.ink("line"), plainly("│", plain=self._look.ascii)
        for pane, region in self._regions.items():
            if pane == self._floating or region.cols <= 0 or region.rows <= 0 or region.y >= height:
                continue
            self._fixed[region.y].append(self._title(pane))
            if region.x > 0:
                for y in range(region.y, min(height, region.y + region.rows)):
                    self._fixed[y].append(Piece(region.x - 1, 1, f"{line}{bar}"))

    def _title(self, pane: PaneId) -> Piece:
        region = self._regions[pane]
        return Piece(region.x, region.cols, self._title_of(pane, region.cols, pane == self._focus))

    def retitle(self, pane: PaneId) -> str:
        """A pane's title changed: the bytes that draw it."""
        region = self._regions.get(pane)
        if region is None or region.cols <= 0 or region.rows <= 0 or region.y >= len(self._fixed):
            return ""
        piece = self._title(pane)
        if pane != self._floating:
            row = self._fixed[region.y]
            for at, old in enumerate(row):
                if (old.x, old.cols) == (piece.x, piece.cols):
                    if old == piece:
                        return ""
                    row[at] = piece
        return painted(piece, self._left, self._top + region.y) + self._painted_over({region.y})

    # ---- what lies over

    def lay(self, name: str, sheet: Sheet | None) -> str:
        """Lay a sheet over the panes, or take it away: the bytes that draw the rows concerned."""
        old = self._sheets.get(name)
        if sheet is not None:
            self._sheets[name] = sheet
        elif old is not None:
            del self._sheets[name]
        if old == sheet:
            return ""
        rows = {y for one in (old, sheet) if one for y in range(one.y, one.y + len(one.rows))}
        return "".join(
            painted(piece, self._left, self._top + y)
            for y in sorted(rows)
            if 0 <= y < self.size.height
            for piece in (*self._under(y), *self._over(y))
        )

    def sheet_at(self, x: int, y: int) -> str:
        """The name of the sheet on a cell of the screen, or nothing."""
        x, y = x - self._left, y - self._top
        hit = [n for n, s in self._sheets.items() if s.x <= x < s.x + s.cols and s.y <= y < s.y + len(s.rows)]
        return hit[-1] if hit else ""

    def _over(self, y: int) -> list[Piece]:
        """Whatever lies over the panes in a row, from the bottom up."""
        pieces = [] if self._floating is None else self._floating_row(y)
        for view in self._views.values():
            if view.offset and (bar := view.bar()) and 0 <= (row := y - view.region.y) < view.region.rows:
                thumb = bar[0] <= row < bar[0] + bar[1]
                ink = self._look.ink("accent" if thumb else "line")
                glyph = plainly("┃" if thumb else "│", plain=self._look.ascii)
                pieces.append(Piece(view.region.x + view.region.cols - 1, 1, f"{ink}{glyph}"))
        for sheet in self._sheets.values():
            if sheet.y <= y < sheet.y + len(sheet.rows):
                pieces.append(Piece(sheet.x, sheet.cols, sheet.rows[y - sheet.y]))
        return pieces

    def _floating_row(self, y: int) -> list[Piece]:
        """Its frame, with a blank on either side that keeps what lies under it at a distance."""
        pane = self._floating or ""
        region, view = self._regions[pane], self._views[pane]
        if not region.y <= y < region.y + region.rows:
            return []
        right = region.x + region.cols
        moat = [Piece(x, 1, "") for x in (region.x - 1, right) if 0 <= x < self.size.width]
        if y == region.y:
            return [*moat, self._title(pane)]
        edge, plain = self._look.ink("accent" if pane == self._focus else "quiet"), self._look.ascii
        if y == region.y + region.rows - 1:
            bottom = plainly(f"└{'─' * (region.cols - 2)}┘", plain=plain)
            return [*moat, Piece(region.x, region.cols, f"{edge}{bottom}")]
        at = y - view.region.y
        row = view.rows[at] if at < len(view.rows) else ""
        side = f"{edge}{plainly('│', plain=plain)}"
        inner = Piece(view.region.x, view.region.cols, row)
        return [*moat, Piece(region.x, 1, side), inner, Piece(right - 1, 1, side)]

    def _painted_over(self, rows: Iterable[int]) -> str:
        if self._floating is None and not self._sheets and not any(view.offset for view in self._views.values()):
            return ""
        return "".join(painted(piece, self._left, self._top + y) for y in sorted(rows) for piece in self._over(y))

    # ---- frames

    def draw(self, panes: Iterable[PaneId], now: float) -> tuple[str, set[PaneId], bool]:
        """Take new frames of panes: the bytes that draw them, who must be asked again, whether anything changed."""
        left, top = self._left, self._top
        chunks, again, changed = [], set(), False
        touched: set[int] = set()
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
            touched.update(range(y, y + view.region.rows) if view.offset and rows else (y + row for row in rows))
            if pane != self._floating:
                place, erase = f";{left + x + 1}H\x1b[{cols}X", view.rows
                chunks += [f"\x1b[{top + y + row + 1}{place}{erase[row]}" for row in rows]
            changed = changed or bool(rows) or (before != view.cursor and pane == self._focus)
        chunks.append(self._painted_over(touched))
        return "".join(chunks), again, changed

    def catch_up(self, now: float) -> None:
        """Take new frames of every pane, because all is about to be painted."""
        for view in self._views.values():
            view.frame(now)

    def cursor(self) -> tuple[int, int, str, bool] | None:
        """Where the focused pane's cursor is on the screen, and its look; None when it is not to be seen."""
        view = self._views.get(self._focus) if self._focus else None
        if view is None or view.cursor is None or view.terminal is None or (view.terminal.ended and not view.lens):
            return None
        x, y, shape, blinks = view.cursor
        if x >= view.region.cols or y >= view.region.rows:
            return None
        return self._left + view.region.x + x, self._top + view.region.y + y, shape, blinks

    # ---- where things are

    def pane_at(self, x: int, y: int) -> tuple[PaneId, int, int] | None:
        """The pane under a cell of the screen, and the cell of its terminal (y is -1 on its title)."""
        x, y = x - self._left, y - self._top
        regions = dict(self._regions)
        if self._floating is not None:
            regions = {self._floating: regions.pop(self._floating)} | regions
        for pane, region in regions.items():
            if region.holds(x, y):
                return pane, x - self._views[pane].region.x, y - region.y - TITLE
        return None

    def cell_of(self, pane: PaneId, x: int, y: int) -> tuple[int, int]:
        """A cell of the screen, counted from the first one of the pane's terminal."""
        view = self._views.get(pane)
        inner = view.region if view else self.room
        return x - self._left - inner.x, y - self._top - inner.y

    def on_grid(self, x: int, y: int) -> tuple[int, int]:
        """A cell of the screen, counted from the grid's first one."""
        return x - self._left, y - self._top

    def greet(self, lines: list[str]) -> None:
        """What an empty screen says."""
        self._empty = lines

    def _under(self, y: int) -> list[Piece]:
        """The panes' part of a row, whole: painting it leaves nothing of what was there."""
        if not self._regions:
            at = y - max(0, self.size.height // 2 - len(self._empty))
            words = self._empty[at] if 0 <= at < len(self._empty) else ""
            pieces = [Piece(2, len(words), f"{self._look.ink('quiet')}{words}")] if words else []
        else:
            pieces = list(self._fixed[y]) if y < len(self._fixed) else []
            for pane, view in self._views.items():
                x, top, cols, height = view.region
                if top <= y < top + height and cols > 0 and pane != self._floating:
                    pieces.append(Piece(x, cols, view.rows[y - top]))
            pieces.sort()
        return filled(pieces, self.size.width)

    def render_lines(self, crop: TextualRegion) -> list[Strip]:
        """Textual asks for rows: those that are kept, cut if need be."""
        tones = tones_of(self._look.theme)
        rows: list[Strip] = [
            RowStrip(self._under(y), self.size.width, self.region.x, over=self._over(y), tones=tones)
            for y in range(crop.y, crop.bottom)
        ]
        if crop.x == 0 and crop.width == self.size.width:
            return rows
        return [row.crop(crop.x, crop.right) for row in rows]
