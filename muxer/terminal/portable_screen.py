"""The grid of the portable engine: textual-terminal's pyte screen, with what it gets wrong put right.

A row is a dict that knows whether the next one continues it, and the wrap that is due after the last column is a flag
(`due`), not a column. This is the only module outside of `ui` that imports Textual: textual-terminal does.
"""

import re
from collections.abc import Callable
from typing import Any

import textual.app

# textual-terminal imports this name, which Textual dropped in version 8.
if not hasattr(textual.app, "DEFAULT_COLORS"):
    textual.app.DEFAULT_COLORS = {}  # type: ignore[attr-defined]

from pyte.screens import Cursor, Margins
from textual_terminal._terminal import TerminalPyteScreen

from muxer.terminal.portable_cells import (
    BLANK,
    CHARSETS,
    PLAIN,
    VS16,
    Cell,
    Row,
    Saved,
    Style,
    cluster_width,
    joins,
    takes_room,
    widens,
    width,
)
from muxer.terminal.portable_rows import clear, close_gap, filled, open_gap, shift_part, shifted, split, tabbed

_RUNS = re.compile("[ -~]+|[^ -~]")
IRM, LNM = 4, 20
DECOM, DECAWM, DECLRMM = 6 << 5, 7 << 5, 69 << 5


class Screen(TerminalPyteScreen):  # type: ignore[misc]
    """A grid, a cursor and the operations on them."""

    columns: int
    lines: int
    buffer: list[Row]
    dirty: set[int]
    cursor: Any
    margins: Margins | None
    mode: set[int]
    tabstops: set[int]

    def __init__(self, columns: int, lines: int, scrolled: Callable[[Row], None]) -> None:
        self._scrolled = scrolled
        self.keeps_history = True
        self.saved = Saved()
        self.sides = (0, columns - 1)
        self.due = False
        self.sets: list[str] = ["B", "B", "B", "B"]
        self.single_shift = 0
        self._pens: dict[str, Cell] = {}
        self._pen_style = PLAIN
        super().__init__(columns, lines)
        # pyte's constructor puts a dict of its own kind there before and after its reset.
        self.reset()

    # -- state -----------------------------------------------------------------------------------------------------

    @property
    def style(self) -> Style:
        """The style that is drawn with."""
        style: Style = self.cursor.attrs.style
        return style

    @style.setter
    def style(self, style: Style) -> None:
        self.cursor.attrs = Cell(" ", style)

    @property
    def region(self) -> tuple[int, int]:
        """The first and the last row that scroll."""
        return (self.margins.top, self.margins.bottom) if self.margins else (0, self.lines - 1)

    def set_region(self, top: int, bottom: int) -> None:
        """DECSTBM: the first and the last row that scroll."""
        self.margins = Margins(top, bottom)

    def _blank(self) -> Cell:
        return Cell(" ", Style(bg=self.style.bg)) if self.style.bg else BLANK

    def reset(self) -> None:
        """RIS, as far as the grid goes."""
        self.buffer = [Row() for _ in range(self.lines)]
        self.dirty.update(range(self.lines))
        self.mode = {DECAWM, 25 << 5}
        self.cursor = Cursor(0, 0)
        self.cursor.attrs = BLANK
        self.saved = Saved()
        self.soft_reset()
        self.tabstops = set(range(8, self.columns, 8))

    def soft_reset(self) -> None:
        """DECSTR, as far as the grid goes: the picture and the cursor's place stay."""
        self.mode = (self.mode | {DECAWM}) - {DECOM, IRM, DECLRMM}
        self.margins = None
        self.sides = (0, self.columns - 1)
        self.style = PLAIN
        self.charset, self.sets, self.single_shift = 0, ["B", "B", "B", "B"], 0
        self.due = False

    # -- drawing ---------------------------------------------------------------------------------------------------

    def draw(self, data: str) -> None:
        """Put characters at the cursor."""
        table = CHARSETS.get(self.sets[self.single_shift or self.charset])
        if self.single_shift:
            data = data[0].translate(table or {}) + data[1:]
            self.single_shift = 0
        elif table is not None:
            data = data.translate(table)
        if self._pen_style is not self.style:
            self._pen_style, self._pens = self.style, {}
        for run in [data] if data.isascii() else _RUNS.findall(data):
            if run.isascii():
                self._draw_ascii(run)
            else:
                self._draw_character(run)

    def _right(self) -> int:
        """The last column that text reaches from where the cursor is."""
        return self.sides[1] if self.cursor.x <= self.sides[1] else self.columns - 1

    def _cell(self, data: str) -> Cell:
        cell = self._pens.get(data)
        if cell is None:
            cell = self._pens[data] = Cell(data, self._pen_style)
        return cell

    def _draw_ascii(self, text: str) -> None:
        at = 0
        cell = self._cell
        while at < len(text):
            self._wrap_if_due()
            cursor = self.cursor
            right = self._right()
            piece = text[at : at + right + 1 - cursor.x]
            if IRM in self.mode:
                self.insert_characters(len(piece))
            start, end = cursor.x, cursor.x + len(piece)
            row = self.buffer[cursor.y]
            split(row, start)
            split(row, end)
            row.update(zip(range(start, end), map(cell, piece), strict=True))
            self.dirty.add(cursor.y)
            at += len(piece)
            if end <= right:
                cursor.x = end
                return
            cursor.x, self.due = right, True
            if DECAWM not in self.mode:
                row[right] = cell(text[-1])
                return

    def _draw_character(self, char: str) -> None:
        if width(char) < 0 or self._join(char):
            return
        size = cluster_width(char)
        self._wrap_if_due()
        self._put(char, size)

    def _put(self, cluster: str, size: int) -> None:
        cursor = self.cursor
        right = self._right()
        if cursor.x + size - 1 > right:
            if DECAWM not in self.mode:
                return
            self._clear(cursor.y, cursor.x, cursor.x + 1)
            self._wrap()
            right = self._right()
        if IRM in self.mode:
            self.insert_characters(size)
        row = self.buffer[cursor.y]
        split(row, cursor.x)
        split(row, cursor.x + size)
        row[cursor.x] = self._cell(cluster)
        if size == 2:
            row[cursor.x + 1] = self._cell("")
        self.dirty.add(cursor.y)
        self.due = cursor.x + size > right
        cursor.x = min(cursor.x + size, right)

    def _join(self, char: str) -> bool:
        """Make a character part of the one before the cursor, if it is."""
        cursor = self.cursor
        row = self.buffer[cursor.y]
        x = cursor.x if self.due else cursor.x - 1
        if x > 0 and row[x].data == "":
            x -= 1
        if x < 0 or not joins(row[x].data, char):
            # A mark without anything to stand on is nothing, unless it takes room.
            return width(char) == 0 and not takes_room(char)
        cell = row[x]
        if (width(char) == 0 and x not in row) or (char == VS16 and not widens(cell.data)):
            return True
        cluster = cell.data + char
        before, after = cluster_width(cell.data), cluster_width(cluster)
        self.dirty.add(cursor.y)
        row[x] = Cell(cluster, cell.style)
        if after > before:
            self.due, self.cursor.x = False, x
            row.pop(x)
            self._put(cluster, 2)
        elif after < before:
            row.pop(x + 1, None)
            self.due, self.cursor.x = False, x + 1
        return True

    def _wrap_if_due(self) -> None:
        if self.due and DECAWM in self.mode:
            self._wrap()
        self.due = False

    def _wrap(self) -> None:
        self.buffer[self.cursor.y].wrapped = True
        self.due = False
        self.cursor.x = self.sides[0] if self.cursor.x <= self.sides[1] else 0
        self.index()

    # -- scrolling -------------------------------------------------------------------------------------------------

    def index(self) -> None:
        """Down a row; at the last one that scrolls, everything moves up."""
        self.due = False
        bottom = self.region[1]
        if self.cursor.y != bottom:
            self.cursor.y = min(self.cursor.y + 1, self.lines - 1)
        elif self._is_between_sides():
            self.scroll_up(1)

    def reverse_index(self) -> None:
        """Up a row; at the first one that scrolls, everything moves down."""
        self.due = False
        top = self.region[0]
        if self.cursor.y != top:
            self.cursor.y = max(self.cursor.y - 1, 0)
        elif self._is_between_sides():
            self.shift(top, self.region[1], -1)

    def scroll_up(self, count: int) -> None:
        """Everything that scrolls moves up; what leaves a screen at its very top becomes history."""
        top, bottom = self.region
        count = min(count, bottom - top + 1)
        if self.keeps_history and top == 0 and self.sides == (0, self.columns - 1):
            for row in self.buffer[:count]:
                self._scrolled(row)
        self.shift(top, bottom, count)

    def shift(self, top: int, bottom: int, count: int) -> None:
        """Move the rows between two rows, within the side margins: up, or down where count is negative."""
        left, right = self.sides
        height = bottom - top + 1
        count = max(-height, min(count, height))
        self.dirty.update(range(top, bottom + 1))
        rows = self.buffer[top : bottom + 1]
        if (left, right) == (0, self.columns - 1):
            fresh = [filled(self.columns, self._blank()) for _ in range(abs(count))]
            self.buffer[top : bottom + 1] = shifted(rows, count, fresh)
        else:
            shift_part(rows, left, right, count, self._blank())

    def _is_between_sides(self) -> bool:
        return bool(self.sides[0] <= self.cursor.x <= self.sides[1])

    def _holds_cursor(self) -> bool:
        return self.region[0] <= self.cursor.y <= self.region[1] and self._is_between_sides()

    def insert_lines(self, count: int | None = None) -> None:
        """IL."""
        if self._holds_cursor():
            self.shift(self.cursor.y, self.region[1], -(count or 1))
            self.cursor.x = self.sides[0]

    def delete_lines(self, count: int | None = None) -> None:
        """DL."""
        if self._holds_cursor():
            self.shift(self.cursor.y, self.region[1], count or 1)
            self.cursor.x = self.sides[0]

    # -- editing a row ---------------------------------------------------------------------------------------------

    def insert_characters(self, count: int | None = None) -> None:
        """ICH."""
        if self._is_between_sides():
            self.dirty.add(self.cursor.y)
            open_gap(self.buffer[self.cursor.y], self.cursor.x, self.sides[1], count or 1, self._blank())

    def delete_characters(self, count: int | None = None) -> None:
        """DCH."""
        if self._is_between_sides():
            self.dirty.add(self.cursor.y)
            close_gap(self.buffer[self.cursor.y], self.cursor.x, self.sides[1], count or 1, self._blank())

    def erase_characters(self, count: int | None = None) -> None:
        """ECH."""
        self._clear(self.cursor.y, self.cursor.x, min(self.cursor.x + (count or 1), self.columns))

    def _clear(self, y: int, start: int, end: int, *, selective: bool = False) -> None:
        self.dirty.add(y)
        clear(self.buffer[y], start, end, self._blank(), selective=selective)
        if end == self.columns:
            self.buffer[y].wrapped = False
            self.buffer[y].mark = self.buffer[y].mark if start else ""

    def erase_in_line(self, how: int = 0, private: bool = False) -> None:
        """EL, and DECSEL where it is private."""
        x = self.cursor.x
        ranges = {0: (x, self.columns), 1: (0, x + 1), 2: (0, self.columns)}
        if how in ranges:
            self._clear(self.cursor.y, *ranges[how], selective=private)

    def erase_in_display(self, how: int = 0, *_: Any, private: bool = False) -> None:
        """ED, and DECSED where it is private."""
        y = self.cursor.y
        for number in {0: range(y + 1, self.lines), 1: range(y), 2: range(self.lines)}.get(how, range(0)):
            self._clear(number, 0, self.columns, selective=private)
        if how < 2:
            self.erase_in_line(how, private=private)

    def alignment_display(self) -> None:
        """DECALN."""
        self.margins, self.sides = None, (0, self.columns - 1)
        self.move(0, 0)
        self.buffer = [filled(self.columns, Cell("E", PLAIN)) for _ in range(self.lines)]
        self.dirty.update(range(self.lines))

    # -- the cursor ------------------------------------------------------------------------------------------------

    def move(self, x: int, y: int) -> None:
        """Put the cursor there, or as near as the screen lets it."""
        self.due = False
        self.cursor.x = max(0, min(x, self.columns - 1))
        self.cursor.y = max(0, min(y, self.lines - 1))

    def go(self, x: int | None = None, y: int | None = None) -> None:
        """Put the cursor there, counted from the margins in origin mode; None leaves a coordinate."""
        cursor = self.cursor
        if DECOM not in self.mode:
            self.move(cursor.x if x is None else x, cursor.y if y is None else y)
            return
        (top, bottom), (left, right) = self.region, self.sides
        self.move(
            cursor.x if x is None else min(left + x, right),
            cursor.y if y is None else min(top + y, bottom),
        )

    def step(self, dx: int, dy: int) -> None:
        """Move the cursor; margins that it is within hold it."""
        (top, bottom), (left, right) = self.region, self.sides
        x, y = self.cursor.x, self.cursor.y
        low_x, high_x = (left if x >= left else 0), (right if x <= right else self.columns - 1)
        low_y, high_y = (top if y >= top else 0), (bottom if y <= bottom else self.lines - 1)
        self.move(max(low_x, min(x + dx, high_x)), max(low_y, min(y + dy, high_y)))

    def carriage_return(self) -> None:
        """CR."""
        left = self.sides[0]
        self.move(left if self.cursor.x >= left else 0, self.cursor.y)

    def linefeed(self) -> None:
        """LF, VT and FF."""
        self.index()
        if LNM in self.mode:
            self.carriage_return()

    def tab(self, count: int = 1) -> None:
        """To the next tab stop, or back where count is negative."""
        self.cursor.x = tabbed(self.tabstops, self.cursor.x, self._right(), count)

    def save_cursor(self) -> None:
        """DECSC."""
        self.saved = Saved(
            x=self.cursor.x,
            y=self.cursor.y,
            style=self.style,
            due=self.due,
            origin=DECOM in self.mode,
            charset=self.charset,
            sets=(self.sets[0], self.sets[1], self.sets[2], self.sets[3]),
        )

    def restore_cursor(self) -> None:
        """DECRC."""
        saved = self.saved
        self.mode = self.mode | {DECOM} if saved.origin else self.mode - {DECOM}
        self.style = saved.style
        self.charset, self.sets = saved.charset, list(saved.sets)
        self.move(saved.x, saved.y)
        self.due = saved.due and saved.x < self.columns
