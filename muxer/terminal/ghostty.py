"""The engine made of libghostty-vt, the emulator inside Ghostty. It needs a pyghostty wheel.

Its own grid never gets smaller than the library can bear, and no call is made per cell: a frame takes the rows that
the render state calls dirty, and libghostty's formatter writes each run of them as terminal bytes.
"""

import weakref
from typing import Any, ClassVar, Literal, Self

from muxer.terminal.engine import (
    CELL_HEIGHT,
    CELL_WIDTH,
    MIN_COLS,
    MIN_ROWS,
    SCROLLBACK,
    Bytes,
    Colors,
    Cursor,
    Frame,
    Match,
    Modes,
    MouseMode,
    Notice,
)
from muxer.terminal.ghostty_callbacks import callbacks
from muxer.terminal.ghostty_gaps import may_bleed
from muxer.terminal.ghostty_history import History
from muxer.terminal.ghostty_input import encoders, framed_paste
from muxer.terminal.ghostty_mailbox import MAX_COPY, MAX_UNKNOWN, OSC_99, Mailbox, rename_osc_99
from muxer.terminal.ghostty_rows import row_marks
from muxer.terminal.ghostty_snapshot import LONGEST_CUT, Facts, pack, unpack
from muxer.terminal.ghostty_text import Formatter
from muxer.terminal.ghostty_window import Window
from muxer.terminal.keys import Key, Mouse
from muxer.terminal.kitty_keys import kitty_key
from muxer.terminal.legacy_keys import legacy_key
from muxer.terminal.libghostty import Library, load, palette_of

_MAX_SIZE = 2000
_TERMINFO = b"xterm-256color"
_SHAPES: tuple[Literal["block", "underline", "bar"], ...] = ("bar", "block", "underline", "block")
_MOUSE = ((1003, MouseMode.MOVES), (1002, MouseMode.DRAGS), (1000, MouseMode.PRESSES), (9, MouseMode.PRESSES))


class GhosttyEngine:
    """One terminal of libghostty's. Once closed it takes and gives nothing."""

    name: ClassVar[str] = "ghostty"

    def __init__(self, cols: int, rows: int, scrollback: int = SCROLLBACK) -> None:
        library = load()
        made = library.ffi.new("GhosttyTerminal*")
        cols, rows = _possible(cols), _possible(rows)
        result = library.lib.ghostty_terminal_new(library.ffi.NULL, made, max(cols, MIN_COLS), max(rows, MIN_ROWS))
        library.check(result, "make a terminal")
        self._adopt(library, made[0], cols, rows, scrollback)
        for option in ("MODE_DEFAULT", "MODE"):
            self._set(option, "GhosttyTerminalModeConfig*", {"mode": 2027, "value": True})

    def _adopt(self, library: Library, terminal: Any, cols: int, rows: int, scrollback: int) -> None:
        """Take over a terminal that the library made."""
        ffi, lib = library.ffi, library.lib
        render, iterator = ffi.new("GhosttyRenderState*"), ffi.new("GhosttyRenderStateRowIterator*")
        self._mailbox = Mailbox()
        handle = ffi.new_handle(self._mailbox)
        self._free = weakref.finalize(self, _free, lib, terminal, render, iterator, handle)
        library.check(lib.ghostty_render_state_new(ffi.NULL, render), "make a render state")
        library.check(lib.ghostty_render_state_row_iterator_new(ffi.NULL, iterator), "make a row iterator")
        self._library, self._lib = library, lib
        self._terminal: Any = terminal
        self._render, self._iterator = render[0], iterator
        self._formatter = Formatter(library, terminal)
        self._history = History(library, terminal, scrollback, max(cols, MIN_COLS))
        self._cursor = library.sized("GhosttyRenderStateCursor")
        self._dirty, self._y = ffi.new("GhosttyRenderStateDirty*"), ffi.new("uint16_t*")
        self._flags = ffi.new("uint8_t*")
        self._active, self._mode = ffi.new("GhosttyTerminalScreen*"), ffi.new("GhosttyTerminalModeConfig*")
        self._window = Window(library, terminal, render[0], iterator)
        self._tail = b""
        self._configure(handle)
        self._measure(cols, rows)

    def _configure(self, handle: Any) -> None:
        ffi, lib = self._library.ffi, self._lib
        lib.ghostty_terminal_set(self._terminal, lib.GHOSTTY_TERMINAL_OPT_USERDATA, handle)
        for option, callback in callbacks().items():
            lib.ghostty_terminal_set(self._terminal, getattr(lib, f"GHOSTTY_TERMINAL_OPT_{option}"), callback)
        self._set("CONTINUATION_MAX_BYTES", "size_t*", LONGEST_CUT)
        self._set("CLIPBOARD_WRITE_MAX_BYTES", "size_t*", MAX_COPY)
        self._set("UNKNOWN_MAX_BYTES", "size_t*", MAX_UNKNOWN)
        self._set("KITTY_IMAGE_STORAGE_LIMIT", "uint64_t*", 0)
        name = ffi.from_buffer("uint8_t[]", _TERMINFO)
        self._set("TERMINFO_NAME", "GhosttyString*", {"ptr": name, "len": len(name)})

    def _set(self, option: str, kind: str, value: Any) -> None:
        lib = self._lib
        made = self._library.ffi.new(kind, value)
        result = lib.ghostty_terminal_set(self._terminal, getattr(lib, f"GHOSTTY_TERMINAL_OPT_{option}"), made)
        self._library.check(result, f"set {option}")

    def _measure(self, cols: int, rows: int) -> None:
        self.cols = self._mailbox.cols = cols
        self.rows = self._mailbox.rows = rows
        self._is_cropped = cols < MIN_COLS or rows < MIN_ROWS
        self._all = True

    @property
    def replies(self) -> bytearray:
        """What the program must be told."""
        return self._mailbox.replies

    @replies.setter
    def replies(self, replies: bytearray) -> None:
        self._mailbox.replies = replies

    @property
    def notices(self) -> list[Notice]:
        """What the program announced."""
        return self._mailbox.notices

    @notices.setter
    def notices(self, notices: list[Notice]) -> None:
        self._mailbox.notices = notices

    def feed(self, data: Bytes) -> None:
        """Take output, cut anywhere."""
        if self._terminal is None:
            return
        data = bytes(data)
        start = self._tail + data[:4]
        self._tail = data[-4:] if len(data) >= 4 else start[-4:]
        if OSC_99 in start or OSC_99 in data:
            data = rename_osc_99(data, start)
        self._lib.ghostty_terminal_vt_write(self._terminal, data, len(data))
        self._history.fed(len(data))
        if self._get(self._lib.GHOSTTY_TERMINAL_DATA_COLS, self._y) != max(self.cols, MIN_COLS):
            self._resize_grid()  # DECCOLM; nobody here can show 132 columns because a program says so

    def frame(self) -> Frame:
        """The rows that changed since the last call, and the cursor."""
        if self._terminal is None:
            return Frame([], None)
        lib, render, dirty = self._lib, self._render, self._dirty
        lib.ghostty_render_state_update(render, self._terminal)
        lib.ghostty_render_state_get(render, lib.GHOSTTY_RENDER_STATE_DATA_DIRTY, dirty)
        rows: list[tuple[int, str]] = []
        if self._all or dirty[0] == lib.GHOSTTY_RENDER_STATE_DIRTY_FULL:
            self._add_rows(rows, 0, self.rows - 1)
            self._mend(rows, changed=False)
            self._all = False
        elif dirty[0]:
            self._add_dirty_rows(rows)
            self._mend(rows, changed=True)
        if dirty[0]:
            lib.ghostty_render_state_clean(render)
        return Frame(rows, self._cursor_now())

    def _add_dirty_rows(self, rows: list[tuple[int, str]]) -> None:
        lib, y = self._lib, self._y
        lib.ghostty_render_state_get(self._render, lib.GHOSTTY_RENDER_STATE_DATA_ROW_ITERATOR, self._iterator)
        iterator, following = self._iterator[0], lib.ghostty_render_state_row_iterator_next_dirty
        first = last = -2
        while following(iterator, y):
            if y[0] != last + 1:
                if first >= 0:
                    self._add_rows(rows, first, last)
                first = y[0]
            last = y[0]
        if first >= 0:
            self._add_rows(rows, first, last)

    def _add_rows(self, rows: list[tuple[int, str]], first: int, last: int) -> None:
        last = min(last, self.rows - 1)
        if first > last:
            return
        if self._is_cropped:
            viewport = self._lib.GHOSTTY_POINT_TAG_VIEWPORT
            texts = self._formatter.cropped(viewport, first, last, self.cols, ansi=True)
        else:
            texts = self._formatter.viewport(first, last, self.cols)
        rows += zip(range(first, last + 1), texts, strict=True)

    def _mend(self, rows: list[tuple[int, str]], *, changed: bool) -> None:
        """Look at the cells of rows that the formatter may have got wrong: gaps in a style, colours without text."""
        is_whole = not self._is_cropped
        doubtful = {
            y: at for at, (y, text) in enumerate(rows) if not text or (is_whole and "\x1b" in text and may_bleed(text))
        }
        if not doubtful:
            return
        viewport = self._lib.GHOSTTY_POINT_TAG_VIEWPORT
        for y, raw in self._window.cells(doubtful, self.cols, changed=changed):
            at = doubtful[y]
            rows[at] = (y, self._formatter.mended(viewport, y, raw, rows[at][1]))

    def _cursor_now(self) -> Cursor | None:
        lib, cursor = self._lib, self._cursor
        lib.ghostty_render_state_get(self._render, lib.GHOSTTY_RENDER_STATE_DATA_CURSOR, cursor)
        if not (cursor.visible and cursor.viewport_has_value):
            return None
        x, y = cursor.viewport_x, cursor.viewport_y
        if x >= self.cols or y >= self.rows:
            return None
        return Cursor(x, y, _SHAPES[cursor.visual_style], cursor.blinking)

    def invalidate(self) -> None:
        """Make the next frame hold every row."""
        self._all = True

    def resize(self, cols: int, rows: int) -> None:
        """Change the size; lines reflow."""
        cols, rows = _possible(cols), _possible(rows)
        if self._terminal is None or (cols, rows) == (self.cols, self.rows):
            return
        self._measure(cols, rows)
        self._resize_grid()

    def _resize_grid(self) -> None:
        cols, rows = max(self.cols, MIN_COLS), max(self.rows, MIN_ROWS)
        self._history.resize(cols)
        result = self._lib.ghostty_terminal_resize(self._terminal, cols, rows, CELL_WIDTH, CELL_HEIGHT)
        self._library.check(result, "resize a terminal")

    def _get(self, what: int, out: Any) -> Any:
        self._lib.ghostty_terminal_get(self._terminal, what, out)
        return out[0]

    def _has_mode(self, number: int) -> bool:
        self._mode.mode = number
        self._lib.ghostty_terminal_get(self._terminal, self._lib.GHOSTTY_TERMINAL_DATA_MODE, self._mode)
        return bool(self._mode.value)

    def modes(self) -> Modes:
        """The switches as they are now."""
        if self._terminal is None:
            return Modes()
        lib, has = self._lib, self._has_mode
        screen = self._get(lib.GHOSTTY_TERMINAL_DATA_ACTIVE_SCREEN, self._active)
        return Modes(
            alternate_screen=screen == lib.GHOSTTY_TERMINAL_SCREEN_ALTERNATE,
            application_cursor=has(1),
            bracketed_paste=has(2004),
            focus_reports=has(1004),
            kitty_flags=self._get(lib.GHOSTTY_TERMINAL_DATA_KITTY_KEYBOARD_FLAGS, self._flags),
            mouse=next((mouse for mode, mouse in _MOUSE if has(mode)), MouseMode.NONE),
            synchronized=has(2026),
        )

    def holds_frames(self) -> bool:
        """Is the program inside a synchronized update?"""
        return self._terminal is not None and self._has_mode(2026)

    def encode_key(self, key: Key) -> bytes:
        """What the program expects to read for a key."""
        if self._terminal is None:
            return b""
        if flags := self._get(self._lib.GHOSTTY_TERMINAL_DATA_KITTY_KEYBOARD_FLAGS, self._flags):
            return kitty_key(key, flags)
        if encoders().wants_other_keys(self._terminal):
            return encoders().key(self._terminal, key)
        has = self._has_mode
        application = has(66) and not has(1035)
        return legacy_key(key, application_cursor=has(1), application_keypad=application, backspace_is_h=has(67))

    def encode_mouse(self, mouse: Mouse) -> bytes:
        """What the program expects to read for a mouse event, if it asked."""
        if self._terminal is None or not (0 <= mouse.x < self.cols and 0 <= mouse.y < self.rows):
            return b""
        return encoders().mouse(self._terminal, mouse, (self.cols, self.rows))

    def encode_paste(self, text: bytes) -> bytes:
        """The text, framed if the program asked for it."""
        return b"" if self._terminal is None else framed_paste(text, bracketed=self._has_mode(2004))

    def encode_focus(self, *, focused: bool) -> bytes:
        """What the program expects on gaining or losing focus, if it asked."""
        if self._terminal is None or not self._has_mode(1004):
            return b""
        return b"\x1b[I" if focused else b"\x1b[O"

    def set_colors(self, colors: Colors) -> None:
        """What queries for colours are answered with; a program that asked to (mode 2031) hears of the change."""
        if self._terminal is None:
            return
        self._set("COLOR_FOREGROUND", "GhosttyColorRgb*", colors.foreground)
        self._set("COLOR_BACKGROUND", "GhosttyColorRgb*", colors.background)
        entries = palette_of(colors.palette)
        self._lib.ghostty_terminal_set(self._terminal, self._lib.GHOSTTY_TERMINAL_OPT_COLOR_PALETTE, entries)
        if colors.dark is not self._mailbox.dark:
            self._mailbox.dark = colors.dark
            if self._has_mode(2031):
                self._mailbox.reply(b"\x1b[?997;1n" if colors.dark else b"\x1b[?997;2n")

    def lines(self, *, history: bool = False, ansi: bool = False, unwrap: bool = False) -> list[str]:
        """The screen's rows from the top; history puts the scrollback before them."""
        if self._terminal is None:
            return []
        lib = self._lib
        tag = lib.GHOSTTY_POINT_TAG_SCREEN if history else lib.GHOSTTY_POINT_TAG_ACTIVE
        last = self.rows - 1 + (self.scrollback() if history else 0)
        if self._is_cropped:
            return self._formatter.cropped(tag, 0, last, self.cols, ansi=ansi)
        rows = self._formatter.screen(tag, last, self.cols, ansi=ansi, unwrap=unwrap)
        if ansi and not unwrap:
            self._mend_lines(rows, 0 if history else self.scrollback())
        return rows

    def _mend_lines(self, rows: list[str], above: int) -> None:
        screen = self._lib.GHOSTTY_POINT_TAG_SCREEN
        doubtful = [y + above for y, row in enumerate(rows) if "\x1b" in row and may_bleed(row)]
        for y, raw in self._window.cells_anywhere(doubtful, self.cols):
            rows[y - above] = self._formatter.mended(screen, y, raw, rows[y - above])

    def marks(self) -> bytes:
        """One byte of RowMark for each row of history and screen."""
        return row_marks(self._library, self._terminal, self.scrollback() + self.rows)

    def scrollback(self) -> int:
        """How many rows of history there are."""
        return 0 if self._terminal is None else self._history.rows()

    def scroll_to(self, offset: int) -> int:
        """Show the screen as it was `offset` rows ago; the offset that was possible is returned."""
        if self._terminal is None:
            return 0
        return self._window.move(self.scrollback() - offset if offset > 0 else None)

    def search(self, needle: str, *, limit: int = 1000) -> list[Match]:
        """Where the text stands on screen and in history, newest first, ignoring case."""
        if self._terminal is None or not needle or limit < 1:
            return []
        last = self.scrollback() + self.rows
        found = self._formatter.find(needle, limit, self.cols)
        return [match for match in found if match.line < last and match.start < self.cols]

    def link_at(self, x: int, y: int) -> str | None:
        """The OSC 8 target under a cell of the shown screen."""
        if self._terminal is None or not (0 <= x < self.cols and 0 <= y < self.rows):
            return None
        return self._formatter.link(x, y)

    def compress(self) -> None:
        """Make history small."""
        if self._terminal is not None:
            done = self._library.ffi.new("GhosttyTerminalCompressionResult*")  # without it, the library does nothing
            self._lib.ghostty_terminal_compress(self._terminal, self._lib.GHOSTTY_TERMINAL_COMPRESSION_MODE_FULL, done)

    def snapshot(self) -> bytes:
        """The whole terminal."""
        if self._terminal is None:
            return b""
        return pack(self._library, self._terminal, Facts(self.cols, self.rows, self._history.kept, self._mailbox.dark))

    @classmethod
    def restore(cls, snapshot: bytes) -> Self:
        """The terminal that a snapshot was taken of. Raises SnapshotUnfit."""
        library = load()
        terminal, facts, output = unpack(library, snapshot)
        if terminal is None:
            engine = cls(facts.cols, facts.rows, facts.scrollback)
        else:
            engine = cls.__new__(cls)
            engine._adopt(library, terminal, facts.cols, facts.rows, facts.scrollback)  # noqa: SLF001 - its own
        engine._mailbox.dark = facts.dark  # noqa: SLF001
        library.lib.ghostty_terminal_vt_write(engine._terminal, output, len(output))  # noqa: SLF001
        return engine

    def close(self) -> None:
        """Free what the library holds."""
        self._terminal = None
        self._free()


def _possible(size: int) -> int:
    return min(max(size, 1), _MAX_SIZE)


def _free(lib: Any, terminal: Any, render: Any, iterator: Any, _handle: Any) -> None:
    """The handle is only kept until here: a callback that finds no mailbox would crash."""
    if iterator[0]:
        lib.ghostty_render_state_row_iterator_free(iterator[0])
    if render[0]:
        lib.ghostty_render_state_free(render[0])
    lib.ghostty_terminal_free(terminal)
