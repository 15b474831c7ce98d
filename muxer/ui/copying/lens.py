"""Copy mode in one pane: a frozen page seen through a window, with a cursor, a selection and a search.

It never looks at the engine again: whatever the program writes meanwhile, what is read stays where it is.
"""

from typing import Literal

from muxer.terminal.engine import Cursor, Frame
from muxer.terminal.prompts import last_output, prompts
from muxer.ui.copying.motions import found_character, thing_at, word_near
from muxer.ui.copying.page import Page, Place
from muxer.ui.copying.painting import Span, painted_over
from muxer.ui.copying.search import Hits, Way, search
from muxer.ui.copying.selection import Kind, Selection
from muxer.ui.copying.window import Window
from muxer.ui.harmless import harmless
from muxer.ui.look import Look
from muxer.ui.widgets.pane import PaneView

Grain = Literal["character", "word", "line"]
_LONGEST_COUNT = 100_000
_NEEDLE_SHOWN = 20
_OTHER_WAY = {"f": "F", "F": "f", "t": "T", "T": "t"}


class CopyLens(Window):
    """What copy mode's keys and the mouse act on; PaneView draws it."""

    def __init__(
        self, page: Page, look: Look, *, cols: int, rows: int, offset: int = 0, cursor: Place | None = None
    ) -> None:
        super().__init__(page, cols=cols, rows=rows, offset=offset, cursor=cursor)
        self._look = look
        self.selection: Selection | None = None
        self._held = self.cursor, self.cursor
        self._grain: Grain = "character"
        self.hits = Hits("", ())
        self.way: Way = "forward"
        self._origin = self.cursor, self._top, self.hits
        self._sought = "f", ""
        self._count = 0
        self.last: object = None
        """What was done last, if a count was given for it."""
        self.passing = False
        """Is it only a glance at what the mouse marked? Then keys go to the program, and the lens goes away."""

    # ---- what PaneView asks

    @property
    def note(self) -> str:
        """What the title says: where one is, or which hit of how many."""
        count = f"{self._count} " if self._count else ""
        if self.hits.needle:
            needle = harmless(self.hits.needle)
            needle = needle if len(needle) <= _NEEDLE_SHOWN else f"{needle[: _NEEDLE_SHOWN - 1]}…"
            number = self.hits.number(self.page.offset(self.cursor))
            return f'{count}{_found(number, len(self.hits))} "{needle}"'
        return f"{count}copy {self.cursor.row + 1}/{len(self.page)}"

    def _moved(self, old: Page) -> None:
        super()._moved(old)
        held = self.selection
        first, last = (self.page.place(old.offset(place)) for place in self._held)
        self._held = first, last
        if held is not None:
            anchor, head = (self.page.place(old.offset(place)) for place in (held.anchor, held.head))
            self.selection = Selection(kind=held.kind, anchor=anchor, head=head)

    def frame(self) -> Frame:
        """All rows, if anything changed; the view sends those that read otherwise."""
        cursor = Cursor(self.cursor.x, self.cursor.row - self._top)
        if not self._dirty:
            return Frame([], cursor)
        self._dirty = False
        return Frame(list(enumerate(self._painted())), cursor)

    def _painted(self) -> list[str]:
        page, look = self.page, self._look
        last = min(len(page), self._top + self._rows) - 1
        spans: dict[int, list[Span]] = {}
        if self.hits:
            here = self.hits.number(page.offset(self.cursor))
            current = self.hits.at[here - 1] if here else -1
            plain, loud = look.ink("wait", on="line"), look.ink("line", on="wait", bold=True)
            for row, start, end, at in self.hits.spans(page, self._top, last):
                spans.setdefault(row, []).append(Span(start, end, loud if at == current else plain))
        rows = []
        for row in range(self._top, last + 1):
            chosen = self.selection.span(page, row) if self.selection else None
            marks = (*spans.get(row, ()), *([Span(*chosen, look.ink("line", on="accent"))] if chosen else ()))
            is_plain = not marks and page.cols <= self._cols
            rows.append(page.ansi[row] if is_plain else painted_over(page.ansi[row], marks, 0, self._cols))
        return rows + [""] * (self._rows - len(rows))

    # ---- the cursor

    def _put(self, place: Place) -> None:
        super()._put(place)
        if self.selection is not None:
            self.selection = Selection(kind=self.selection.kind, anchor=self.selection.anchor, head=place)

    def digit(self, digit: str) -> bool:
        """A digit of a count; a 0 that begins none is no digit."""
        if digit == "0" and not self._count:
            return False
        self._count = min(self._count * 10 + int(digit), _LONGEST_COUNT)
        return True

    def counted(self) -> int:
        """The count that was typed, which is used up; 0 if none was."""
        count, self._count = self._count, 0
        return count

    def find(self, how: str, character: str, count: int = 1) -> bool:
        """`f`, `F`, `t` or `T`; whether the character was there."""
        self._sought = how, character
        return self._find(how, character, count)

    def find_again(self, count: int, *, reverse: bool) -> bool:
        """`;`, or `,` for the other way."""
        how, character = self._sought
        return bool(character) and self._find(_OTHER_WAY[how] if reverse else how, character, count)

    def _find(self, how: str, character: str, count: int) -> bool:
        place = found_character(self.page, self.cursor, how, character, count)
        if place is not None:
            self.go(place)
        return place is not None

    def prompt(self, count: int) -> bool:
        """To the next prompt but so many, or back; it is shown on top."""
        rows = prompts(self.page.marks)
        here = self.cursor.row
        there = [row for row in rows if (row > here if count > 0 else row < here)]
        if not there:
            return False
        row = there[min(count, len(there)) - 1] if count > 0 else there[max(count, -len(there))]
        self.go(self.page.fitting(row, 0), top=row)
        return True

    # ---- the selection

    def select(self, kind: Kind) -> None:
        """Begin a selection, change its kind, or give it up if it is of that kind already."""
        held = self.selection
        if held is not None and held.kind == kind:
            self.selection = None
        else:
            self.selection = Selection(kind=kind, anchor=held.anchor if held else self.cursor, head=self.cursor)
        self._dirty = True

    def swap_ends(self) -> None:
        """Go on at the other end of the selection."""
        held = self.selection
        if held is not None:
            self.selection = Selection(kind=held.kind, anchor=held.head, head=held.anchor)
            self.go(held.anchor)

    def select_output(self) -> bool:
        """What the last command wrote; whether the shell marked any."""
        rows = last_output(self.page.marks)
        if rows is None:
            return False
        self.selection = Selection(kind="lines", anchor=Place(rows[0], 0), head=Place(rows[0], 0))
        self.go(self.page.fitting(rows[1] - 1, 0), top=rows[0])
        return True

    def selected(self) -> str:
        """The text of the selection, or nothing."""
        return self.selection.text(self.page) if self.selection else ""

    def lines(self, count: int) -> str:
        """The text of the cursor's line and those after it."""
        row = self.cursor.row
        for _ in range(count - 1):
            row = min(self.page.line(row)[1] + 1, len(self.page) - 1)
        return Selection(kind="lines", anchor=self.cursor, head=Place(row, 0)).text(self.page)

    def cancel(self) -> bool:
        """Give up what was begun: a count, the selection, the search; False if nothing was."""
        if self._count:
            self._count = 0
        elif self.selection is not None:
            self.selection = None
        elif self.hits.needle:
            self.hits = Hits("", ())
        else:
            return False
        self._dirty = True
        return True

    # ---- the mouse

    def begin(self, x: int, y: int, kind: Grain) -> None:
        """A button went down on a cell of the window: select from there on, by characters, words or lines."""
        self._grain = kind
        place = self._under(x, y)
        self._held = thing_at(self.page, place) if kind == "word" else (place, place)
        self.selection = None
        self._reach(place)

    def extend(self, x: int, y: int) -> None:
        """The mouse is on a cell now; above or below the window, that scrolls."""
        if y < 0:
            self._top = max(0, self._top + y)
        elif y >= self._rows:
            self._top = max(0, min(self._top + y - self._rows + 1, len(self.page) - self._rows))
        self._reach(self._under(x, max(0, min(y, self._rows - 1))))

    def _under(self, x: int, y: int) -> Place:
        return self.page.fitting(self._top + y, max(0, x))

    def _reach(self, place: Place) -> None:
        first, last = thing_at(self.page, place) if self._grain == "word" else (place, place)
        start, end = self._held
        anchor, head = (end, first) if first < start else (start, max(last, end))
        kind: Kind = "lines" if self._grain == "line" else "characters"
        self.selection = Selection(kind=kind, anchor=anchor, head=head)
        self.cursor = head
        self._wish = head.x
        self._dirty = True

    # ---- the search

    def search_begins(self, way: Way) -> None:
        """A needle is about to be typed."""
        self._origin = self.cursor, self._top, self.hits
        self.way = way

    def seek(self, needle: str) -> None:
        """The needle as far as it is typed: show its hits, and the next one from where the search began."""
        cursor, top, _ = self._origin
        self.hits = search(self.page, needle)
        found = self.hits.from_here(self.page.offset(cursor), self.way, here_counts=True)
        if found is None:
            self.go(cursor, top=top)
        else:
            self.leap(found, top)

    def search_left(self) -> None:
        """The search was given up: back to where it began."""
        cursor, top, self.hits = self._origin
        self.go(cursor, top=top)

    def next_hit(self, count: int, *, reverse: bool) -> bool:
        """To the next hit but so many, in the way of the search or against it; False if there is none."""
        way: Way = "back" if (self.way == "forward") == reverse else "forward"
        for _ in range(min(count, len(self.hits)) or 1):
            found = self.hits.from_here(self.page.offset(self.cursor), way)
            if found is None:
                return False
            self.leap(found)
        return True

    def search_word(self, way: Way) -> str:
        """Search the word under the cursor, and go to its next hit; the word."""
        word, start = word_near(self.page, self.cursor)
        if word:
            self.way = way
            self.hits = search(self.page, word)
            self.go(self.page.place(start))
            self.next_hit(1, reverse=False)
        return word


def _found(number: int, hits: int) -> str:
    """The hit under the cursor, else how many there are."""
    return f"{number}/{hits}" if number else f"{hits or 'no'} hit{'s' * (hits != 1)}"


def copy_lens(view: PaneView, look: Look) -> CopyLens:
    """Freeze what a view shows, and look at that instead. The view must have a terminal."""
    assert view.terminal is not None
    cols, rows = view.region.cols, view.region.rows
    engine = view.terminal.engine
    page = Page.of(engine)
    # The view's own cursor may be of a frame before. What the engine tells now is told again when the lens goes.
    shown = None if view.offset else engine.frame().cursor
    cursor = Place(max(0, len(page) - rows) + shown.y, shown.x) if shown else None
    lens = CopyLens(page, look, cols=cols, rows=rows, offset=view.offset, cursor=cursor)
    view.look_through(lens)
    return lens
