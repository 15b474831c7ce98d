"""The engine for platforms without libghostty: textual-terminal's pyte screen, mended.

It is some hundred times slower than libghostty. Queries are answered truthfully: what is not spoken here, kitty's
keyboard protocol, is denied. Importing this imports Textual, so only who needs it should.
"""

import re
from typing import ClassVar, Self

from muxer.errors import SnapshotUnfit
from muxer.terminal.engine import (
    MIN_COLS,
    MIN_ROWS,
    SCROLLBACK,
    Bytes,
    Colors,
    Cursor,
    Frame,
    Match,
    Modes,
    Notice,
    RowMark,
)
from muxer.terminal.keys import Key, Mouse
from muxer.terminal.portable_cells import (
    COMMAND,
    PROMPT,
    SOFT,
    Row,
    ansi,
    ansi_written,
    cluster_width,
    clusters,
    mark_written,
    plain_written,
    read,
    written,
)
from muxer.terminal.portable_history import History
from muxer.terminal.portable_keys import KeyForm, MouseForm, encode_focus, encode_key, encode_mouse, encode_paste
from muxer.terminal.portable_modes import Switches
from muxer.terminal.portable_parser import Parser
from muxer.terminal.portable_reflow import Place, reflow, reflow_written
from muxer.terminal.portable_rows import split
from muxer.terminal.portable_screen import Screen
from muxer.terminal.portable_sequences import Sequences
from muxer.terminal.portable_snapshot import State, packed, unpacked
from muxer.terminal.portable_strings import Strings

_MOUSE_FORMS: tuple[tuple[int, MouseForm], ...] = ((1016, "pixels"), (1006, "sgr"), (1015, "urxvt"), (1005, "utf8"))

_MARKS = {"": RowMark(0), PROMPT: RowMark.PROMPT, COMMAND: RowMark.COMMAND}


class PortableEngine:
    """One emulated terminal."""

    name: ClassVar[str] = "portable"

    def __init__(self, cols: int, rows: int, scrollback: int = SCROLLBACK) -> None:
        self.cols, self.rows = cols, rows
        self._limit = scrollback
        self._history = History(scrollback)
        self._offset = self._shown_offset = 0
        self._screen = Screen(max(cols, MIN_COLS), max(rows, MIN_ROWS), self._scrolled)
        self._strings = Strings(self._screen)
        self._switches = Switches(self._screen, self._strings.reply, self._forget_history)
        self._strings.cursor_style = self._switches.cursor_style
        self._sequences = Sequences(self._screen, self._switches, self._strings)
        self._parser = Parser(self._sequences)
        self.replies = self._strings.replies

    @property
    def notices(self) -> list[Notice]:
        """What the program announced since somebody last emptied the list."""
        return self._strings.notices

    @notices.setter
    def notices(self, notices: list[Notice]) -> None:
        self._strings.notices = notices

    def _scrolled(self, row: Row) -> None:
        self._history.push(written(row, self._screen.columns))
        if self._offset:
            self._offset = min(self._offset + 1, len(self._history))

    def _forget_history(self) -> None:
        self._history.clear()
        self._offset = 0

    # -- output and size -------------------------------------------------------------------------------------------

    def feed(self, data: Bytes) -> None:
        """Take output, in pieces cut anywhere."""
        self._parser.feed(bytes(data))

    def resize(self, cols: int, rows: int) -> None:
        """Change the size; lines of the primary screen reflow."""
        if (cols, rows) == (self.cols, self.rows):
            return
        self.cols, self.rows = cols, rows
        screen, switches = self._screen, self._switches
        columns, lines = max(cols, MIN_COLS), max(rows, MIN_ROWS)
        # A wrap that is due means that the cursor is behind the last column.
        x, y = screen.cursor.x + screen.due, screen.cursor.y
        if switches.stashed is None:
            screen.buffer, x, y = self._refitted(screen.buffer, x, y, columns, lines)
        else:
            primary, saved = switches.stashed
            primary, saved_x, saved_y = self._refitted(primary, saved.x, saved.y, columns, lines)
            switches.stashed = (primary, saved._replace(x=saved_x, y=saved_y))
            screen.buffer, y = _cropped(screen.buffer, y, columns, lines)
        _fit(screen, columns, lines)
        screen.move(x, y)
        screen.due = x >= columns
        switches.report_size()
        self._offset = min(self._offset, len(self._history))

    def _refitted(self, buffer: list[Row], x: int, y: int, columns: int, lines: int) -> tuple[list[Row], int, int]:
        """The primary screen at another size, and its cursor; history takes what is too much and gives what lacks."""
        old = self._screen.columns
        at_bottom = y == self._screen.lines - 1
        used = max([y, *(number for number, row in enumerate(buffer) if row)]) + 1
        rows = buffer[:used]
        if columns != old:
            pulled = 0
            while len(self._history) and self._history[len(self._history) - 1].endswith(SOFT):
                rows.insert(0, read(self._history.pop()))
                pulled += 1
            rows, place = reflow(rows, old, columns, Place(y + pulled, x))
            y, x = place
            self._history.replace(list(reflow_written(self._history, old, columns)))
        surplus = len(rows) - lines
        for row in rows[: max(0, surplus)]:
            self._history.push(written(row, columns))
        rows, y = rows[max(0, surplus) :], y - max(0, surplus)
        while at_bottom and len(rows) < lines and len(self._history):
            rows.insert(0, read(self._history.pop()))
            y += 1
        rows += [Row() for _ in range(lines - len(rows))]
        return rows, x, max(0, y)

    # -- pictures --------------------------------------------------------------------------------------------------

    def frame(self) -> Frame:
        """The rows that changed since the last call, and where the cursor is now."""
        screen = self._screen
        if self._offset != self._shown_offset or (self._offset and screen.dirty):
            screen.dirty.update(range(screen.lines))
        self._shown_offset = self._offset
        rows = [(y, self._row_ansi(y)) for y in sorted(screen.dirty) if y < self.rows]
        screen.dirty.clear()
        return Frame(rows, self._cursor())

    def _row_ansi(self, y: int) -> str:
        """A row of the shown screen."""
        place = y - self._offset
        if place >= 0:
            return ansi(self._screen.buffer[place], self.cols)
        line = self._history[len(self._history) + place]
        if self.cols < self._screen.columns:
            return ansi(read(line), self.cols)
        return ansi_written(line)

    def _cursor(self) -> Cursor | None:
        x, y = self._screen.cursor.x, self._screen.cursor.y + self._offset
        if not self._switches.on(25) or x >= self.cols or y >= self.rows:
            return None
        return Cursor(x, y, self._switches.shape, self._switches.blinks)

    def invalidate(self) -> None:
        """Make the next frame hold every row."""
        self._screen.dirty.update(range(self._screen.lines))

    def lines(self, *, history: bool = False, ansi: bool = False, unwrap: bool = False) -> list[str]:
        """The screen's rows from the top, without trailing blanks; history puts the scrollback before them."""
        kept = self._written(history=history)
        if unwrap:
            kept = "\n".join(kept).replace(f"{SOFT}\n", "").split("\n")
        return [ansi_written(line) if ansi else plain_written(line).rstrip(" ") for line in kept]

    def _written(self, *, history: bool) -> list[str]:
        kept = [*self._history] if history else []
        return kept + [written(row, self.cols) for row in self._screen.buffer[: self.rows]]

    def marks(self) -> bytes:
        """One byte of RowMark for each row of history and screen."""
        marks = bytearray()
        before = RowMark(0)
        for line in self._written(history=True):
            soft = RowMark.SOFT if line.endswith(SOFT) else RowMark(0)
            mark = _MARKS[mark_written(line)]
            if not mark and before & RowMark.SOFT and before & ~RowMark.SOFT:
                mark = RowMark.COMMAND
            before = mark | soft
            marks.append(before)
        return bytes(marks)

    def scrollback(self) -> int:
        """How many rows of history there are."""
        return len(self._history) if self._switches.stashed is None else 0

    def scroll_to(self, offset: int) -> int:
        """Show the screen as it was `offset` rows ago."""
        self._offset = max(0, min(offset, self.scrollback()))
        return self._offset

    def search(self, needle: str, *, limit: int = 1000) -> list[Match]:
        """Where the text stands on screen and in history, newest first, ignoring case."""
        if not needle:
            return []
        pattern = re.compile(re.escape(needle), re.IGNORECASE)
        lines = self.lines(history=True)
        found: list[Match] = []
        for number in range(len(lines) - 1, -1, -1):
            text = lines[number]
            hits = [
                Match(number, _columns(text[: hit.start()]), _columns(text[: hit.end()]))
                for hit in pattern.finditer(text)
            ]
            found += reversed(hits)
            if len(found) >= limit:
                break
        return found[:limit]

    def link_at(self, x: int, y: int) -> str | None:
        """The OSC 8 target under a cell of the shown screen."""
        if not (0 <= x < self.cols and 0 <= y < self.rows):
            return None
        place = y - self._offset
        row = self._screen.buffer[place] if place >= 0 else read(self._history[len(self._history) + place])
        return row[x].style.link or None

    # -- modes and input -------------------------------------------------------------------------------------------

    def modes(self) -> Modes:
        """The switches as they are now."""
        return self._switches.modes()

    def holds_frames(self) -> bool:
        """Is the program inside a synchronized update?"""
        return self._switches.on(2026)

    def encode_key(self, key: Key) -> bytes:
        """What the program expects to read for a key."""
        on = self._switches.on
        other = self._switches.key_format == 2
        return encode_key(key, KeyForm(application_cursor=on(1), application_keypad=on(66), other_keys=other))

    def encode_mouse(self, mouse: Mouse) -> bytes:
        """What the program expects to read for a mouse event."""
        on = self._switches.on
        form: MouseForm = next((form for number, form in _MOUSE_FORMS if on(number)), "x10")
        only_presses = on(9) and not (on(1000) or on(1002) or on(1003))
        return encode_mouse(mouse, self.modes().mouse, form, only_presses=only_presses)

    def encode_paste(self, text: bytes) -> bytes:
        """The text, framed if the program asked for it."""
        return encode_paste(text, bracketed=self._switches.on(2004))

    def encode_focus(self, *, focused: bool) -> bytes:
        """What the program expects on gaining or losing focus."""
        return encode_focus(focused=focused, wanted=self._switches.on(1004))

    def set_colors(self, colors: Colors) -> None:
        """What queries for colours are answered with."""
        self._strings.theme = {"foreground": colors.foreground, "background": colors.background}
        self._strings.palette = colors.palette
        changed, self._strings.dark = colors.dark is not self._strings.dark, colors.dark
        if changed and self._switches.on(2031):
            self._strings.report_scheme()

    # -- keeping ---------------------------------------------------------------------------------------------------

    def compress(self) -> None:
        """Make history small."""
        self._history.compress()

    def snapshot(self) -> bytes:
        """The whole terminal."""
        screen, switches, strings = self._screen, self._switches, self._strings
        columns = screen.columns
        stashed = switches.stashed
        return packed(
            State(
                cols=self.cols,
                rows=self.rows,
                history_limit=self._limit,
                history=list(self._history),
                screen=[written(row, columns) for row in screen.buffer],
                stashed=None if stashed is None else [written(row, columns) for row in stashed[0]],
                stashed_saved=screen.saved if stashed is None else stashed[1],
                cursor=(screen.cursor.x, screen.cursor.y),
                style=screen.style,
                due=screen.due,
                saved=screen.saved,
                region=None if screen.margins is None else screen.region,
                sides=screen.sides,
                tabs=sorted(screen.tabstops),
                modes=sorted(screen.mode),
                kept=switches.kept,
                charset=screen.charset,
                sets=(screen.sets[0], screen.sets[1], screen.sets[2], screen.sets[3]),
                shape=switches.shape,
                blinks=switches.blinks,
                key_format=switches.key_format,
                last_drawn=self._sequences.last_drawn,
                parser=self._parser.saved(),
                colors=list(strings.colors.items()),
                theme=strings.theme,
                dark=strings.dark,
                in_command=strings.in_command,
            )
        )

    @classmethod
    def restore(cls, snapshot: bytes) -> Self:
        """The terminal that a snapshot was taken of. Raises SnapshotUnfit."""
        state = unpacked(snapshot)
        engine = cls(state.cols, state.rows, state.history_limit)
        screen, switches, strings = engine._screen, engine._switches, engine._strings
        engine._history.replace(state.history)
        screen.buffer = [read(line) for line in state.screen]
        screen.cursor.x, screen.cursor.y = state.cursor
        screen.style, screen.due, screen.saved = state.style, state.due, state.saved
        if state.region is not None:
            screen.set_region(*state.region)
        screen.sides, screen.tabstops, screen.mode = state.sides, set(state.tabs), set(state.modes)
        screen.charset, screen.sets = state.charset, list(state.sets)
        if state.stashed is not None:
            switches.stashed = ([read(line) for line in state.stashed], state.stashed_saved)
            screen.keeps_history = False
        switches.kept, switches.key_format = dict(state.kept), state.key_format
        switches.shape, switches.blinks = state.shape, state.blinks
        strings.colors, strings.theme, strings.dark = dict(state.colors), dict(state.theme), state.dark
        strings.in_command = state.in_command
        engine._sequences.last_drawn = state.last_drawn
        try:
            engine._parser.load(*state.parser)
        except ValueError:
            raise SnapshotUnfit("the snapshot is in a state that no parser knows: start the pane afresh") from None
        return engine

    def close(self) -> None:
        """Nothing outside of Python is held."""


def _columns(text: str) -> int:
    """How many cells a text takes."""
    return len(text) if text.isascii() else sum(cluster_width(cluster) for cluster in clusters(text))


def _fit(screen: Screen, columns: int, lines: int) -> None:
    """Tell the screen its size; its rows have it already."""
    if columns != screen.columns:
        screen.tabstops = {stop for stop in screen.tabstops if stop < columns}
        screen.tabstops.update(range((screen.columns + 7) // 8 * 8, columns, 8))
    screen.columns, screen.lines = columns, lines
    screen.margins, screen.sides = None, (0, columns - 1)
    screen.dirty = set(range(lines))


def _cropped(buffer: list[Row], y: int, columns: int, lines: int) -> tuple[list[Row], int]:
    """The alternate screen at another size: programs there draw it again."""
    surplus = max(0, min(len(buffer) - lines, y - lines + 1))
    rows = buffer[surplus : surplus + lines]
    for row in rows:
        split(row, columns)
        for x in [x for x in row if x >= columns]:
            del row[x]
        row.wrapped = False
    return rows + [Row() for _ in range(lines - len(rows))], y - surplus
