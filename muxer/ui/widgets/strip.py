"""A row of the screen that is already terminal bytes. Segments are made only when something cuts through the row."""

from collections.abc import Iterable, Sequence
from typing import NamedTuple

from rich.color import Color as RichColor
from rich.console import Console
from rich.segment import Segment
from rich.style import Style
from rich.terminal_theme import TerminalTheme
from rich.text import Text
from textual.color import Color
from textual.filter import ANSIToTruecolor, LineFilter
from textual.strip import Strip

_EMPTY = Strip([], 0)
_CONSOLE = Console(color_system="truecolor", width=1000, legacy_windows=False)


class Piece(NamedTuple):
    """Cells of a row: where they begin, how many, and text with SGR that fills at most that many."""

    x: int
    cols: int
    ansi: str


def painted(piece: Piece, left: int, row: int | None = None) -> str:
    """The bytes that draw a piece: go there, erase its cells, write. `left` is where x 0 lies on the screen."""
    place = f"\x1b[{piece.x + left + 1}G" if row is None else f"\x1b[{row + 1};{piece.x + left + 1}H"
    return f"{place}\x1b[0m\x1b[{piece.cols}X{piece.ansi}\x1b[0m" if piece.cols else ""


def filled(pieces: Sequence[Piece], cols: int) -> list[Piece]:
    """Sorted pieces with their gaps as pieces too, so that painting them covers the whole width."""
    whole, at = [], 0
    for piece in pieces:
        if piece.x > at:
            whole.append(Piece(at, piece.x - at, ""))
        whole.append(piece)
        at = piece.x + piece.cols
    if at < cols:
        whole.append(Piece(at, cols - at, ""))
    return whole


def _segments_of(piece: Piece) -> list[Segment]:
    text = Text.from_ansi(piece.ansi) if piece.ansi else Text()
    own = [Segment(s.text, s.style) for s in text.render(_CONSOLE) if s.text != "\n"]
    return list(Strip(own).adjust_cell_length(piece.cols, Style.null()))


def _in_numbers(row: Strip, tones: TerminalTheme) -> Strip:
    """The same row without a colour of the terminal's own: a dialog's shade cannot be mixed with one."""
    base = Style.from_color(
        RichColor.from_triplet(tones.foreground_color), RichColor.from_triplet(tones.background_color)
    )
    own = [Segment(text, base + style if style else base) for text, style, _ in row]
    return Strip(ANSIToTruecolor(tones).apply(own, Color(*tones.background_color)), row.cell_length)


class RowStrip(Strip):
    """Pieces side by side, and pieces that lie over them, as a Textual strip."""

    __slots__ = ("_left", "_over", "_pieces", "_real", "_tones")

    def __init__(
        self,
        pieces: Sequence[Piece],
        cols: int,
        left: int,
        over: Sequence[Piece] = (),
        tones: TerminalTheme | None = None,
    ) -> None:
        # Strip's own constructor would want segments; these are the attributes that its other methods read.
        self._cell_length = cols
        self._render_cache = None
        self._link_ids = None
        self._pieces = pieces
        self._over = over
        self._left = left
        self._tones = tones
        self._real: Strip | None = None

    def real(self) -> Strip:
        """The same row as segments."""
        if self._real is None:
            segments: list[Segment] = []
            at = 0
            for piece in self._pieces:
                if piece.x > at:
                    segments.append(Segment(" " * (piece.x - at)))
                segments += _segments_of(piece)
                at = piece.x + piece.cols
            cols = self._cell_length or 0
            row = Strip(segments).adjust_cell_length(cols, Style.null())
            for piece in self._over:
                parts = [row.crop(0, piece.x), Strip(_segments_of(piece)), row.crop(piece.x + piece.cols, cols)]
                row = Strip.join(parts).adjust_cell_length(cols, Style.null())
            self._real = _in_numbers(row, self._tones) if self._tones else row
        return self._real

    @property
    def _segments(self) -> list[Segment]:  # type: ignore[override]  # Strip keeps a plain attribute
        return self.real()._segments  # noqa: SLF001 - the same class

    @property
    def cell_length(self) -> int:
        return self._cell_length or 0

    @property
    def cell_count(self) -> int:
        return self._cell_length or 0

    @property
    def text(self) -> str:
        return self.real().text

    @property
    def link_ids(self) -> set[str]:
        return set()

    def render(self, console: Console) -> str:
        del console  # the bytes are ready
        if self._render_cache is None:
            self._render_cache = "".join(painted(piece, self._left) for piece in (*self._pieces, *self._over))
        return self._render_cache

    def divide(self, cuts: Iterable[int]) -> Sequence[Strip]:
        cuts = list(cuts)
        return [self] if cuts == [self._cell_length] else self.real().divide(cuts)

    def crop(self, start: int, end: int | None = None) -> Strip:
        if start <= 0 and (end is None or end >= self.cell_length):
            return self
        if end is not None and end <= start:
            return _EMPTY  # the compositor asks this of the neighbour of every span that changed
        return self.real().crop(start, end)

    def apply_filter(self, filter: LineFilter, background: Color) -> Strip:  # noqa: A002 - Textual's name
        del filter, background
        return self

    def apply_style(self, style: Style) -> Strip:
        return self.real().apply_style(style)

    def adjust_cell_length(self, cell_length: int, style: Style | None = None) -> Strip:
        return self if cell_length == self._cell_length else self.real().adjust_cell_length(cell_length, style)
