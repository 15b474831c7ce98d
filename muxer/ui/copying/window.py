"""A window on a page, as large as the pane, and a cursor in it. What is shown moves only as far as the cursor needs."""

from muxer.ui.copying.motions import MOTIONS
from muxer.ui.copying.page import Page, Place
from muxer.ui.copying.refitting import refitted

_FAR_RIGHT = 1 << 30


class Window:
    """Which rows are shown, and where the cursor is. It is always on a character, and always in sight."""

    def __init__(self, page: Page, *, cols: int, rows: int, offset: int = 0, cursor: Place | None = None) -> None:
        self.page = self._source = page
        self._cols, self._rows = max(1, cols), max(1, rows)
        self._top = max(0, len(page) - self._rows - offset)
        self.cursor = page.fitting(*(cursor or Place(min(len(page), self._top + self._rows) - 1, 0)))
        self._wish = self.cursor.x
        """The column in which one goes up and down; a short row does not change it."""
        self._dirty = True

    @property
    def offset(self) -> int:
        """How many lines back the picture is."""
        return max(0, len(self.page) - self._rows - self._top)

    @property
    def height(self) -> int:
        """How many rows are shown."""
        return self._rows

    def invalidate(self) -> None:
        """Make the next frame hold every row."""
        self._dirty = True

    def resize(self, cols: int, rows: int) -> None:
        """The place has another size: the page is wrapped to fit it."""
        cols, rows = max(1, cols), max(1, rows)
        if (cols, rows) == (self._cols, self._rows) and cols == self.page.cols:
            return
        below = self._top + self._rows - 1 - self.cursor.row
        if cols != self.page.cols:
            old, self.page = self.page, refitted(self._source, cols)
            self._moved(old)
        self._cols, self._rows = cols, rows
        self._show(self.cursor.row + below - rows + 1)

    def _moved(self, old: Page) -> None:
        """The page is another, of the same text: places are put where their characters are now."""
        self.cursor = self.page.fitting(*self.page.place(old.offset(self.cursor)))
        self._wish = self.cursor.x

    def _show(self, top: int) -> None:
        """Show the page from that row on, as far as the cursor stays in sight."""
        self._dirty = True
        top = max(self.cursor.row - self._rows + 1, min(top, self.cursor.row))
        self._top = max(0, min(top, len(self.page) - self._rows))

    def _put(self, place: Place) -> None:
        self.cursor = place
        self._dirty = True

    # ---- where to

    def scroll(self, lines: int) -> bool:
        """Look further back (positive) or forward, the cursor going along; whether anything moved."""
        before = self._top
        self._top = max(0, min(self._top - lines, len(self.page) - self._rows))
        row = max(self._top, min(self.cursor.row, self._top + self._rows - 1))
        if row != self.cursor.row:
            self._put(self.page.fitting(row, self._wish))
        self._dirty = True
        return self._top != before

    def go(self, place: Place, *, top: int | None = None) -> None:
        """Put the cursor there, and perhaps that row on top."""
        self._put(place)
        self._wish = place.x
        self._show(self._top if top is None else top)

    def leap(self, offset: int, top: int | None = None) -> None:
        """To a character of the whole text; if it is out of sight, it comes into the middle."""
        place = self.page.fitting(*self.page.place(offset))
        top = self._top if top is None else top
        self.go(place, top=top if top <= place.row < top + self._rows else place.row - self._rows // 2)

    def move(self, motion: str, count: int = 1) -> None:
        """One of MOTIONS, so many times."""
        place = self.cursor
        for _ in range(count):
            after = MOTIONS[motion](self.page, place)
            if after == place:
                break
            place = after
        self.go(place)
        if motion == "line-end":
            self._wish = _FAR_RIGHT

    def step(self, rows: int) -> None:
        """Down so many rows, or up where that is negative."""
        wish = self._wish
        self.go(self.page.fitting(self.cursor.row + rows, wish))
        self._wish = wish

    def page_by(self, rows: int) -> None:
        """Scroll so many rows forward, or back, and move the cursor as far, as ctrl+d does."""
        wish, y = self._wish, self.cursor.row - self._top
        top = max(0, min(self._top + rows, len(self.page) - self._rows))
        row = top + y if top != self._top else self.cursor.row + rows
        self.go(self.page.fitting(row, wish), top=top)
        self._wish = wish

    def on_screen(self, row: int) -> None:
        """To a row of what is shown."""
        last = min(self._top + self._rows, len(self.page)) - 1
        self.move_to_row(max(self._top, min(self._top + row, last)))

    def move_to_row(self, row: int) -> None:
        """To the first character of a row."""
        self.go(self.page.fitting(row, 0))
        self.move("line-first")
