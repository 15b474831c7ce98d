"""Keeps a terminal's history at the lines that were asked for, and the memory for it in use.

libghostty forgets by the page: a limit of lines unmaps the page and maps a new one, which makes a flood take three
times as long, and so does each move of the limit of bytes, which else writes into the old page. So that one is set to
where a few pages more than asked for remain, which very colourful lines may push out, and left alone meanwhile.
"""

from typing import Any

from muxer.terminal.libghostty import Library

_INTERVAL = 32 << 10
_PAGE_CELLS = 48_000
_UNLIMITED = 1 << 34
_DENSEST = 64
"""Bytes that a cell with colours and links of its own takes; a plain one takes ten."""
_STEP = 1.03


class History:
    """The limits of one terminal's history."""

    __slots__ = ("_bytes", "_fed", "_is_long", "_lib", "_most", "_page", "_rows", "_size", "_terminal", "kept")

    def __init__(self, library: Library, terminal: Any, kept: int, cols: int) -> None:
        self._lib, self._terminal = library.lib, terminal
        self.kept, self._bytes = kept, _UNLIMITED
        self._rows, self._size = library.ffi.new("size_t*"), library.ffi.new("size_t*")
        self.resize(cols)

    def resize(self, cols: int) -> None:
        """Start over, as lines are longer or shorter now."""
        self._fed = 0
        self._page = _PAGE_CELLS // cols + 1
        self._is_long = self.kept > 8 * self._page
        most = self.kept and self.kept + self._page * (8 if self._is_long else 1)
        self._most = _DENSEST * cols * most
        self._size[0] = most
        self._lib.ghostty_terminal_set(self._terminal, self._lib.GHOSTTY_TERMINAL_OPT_SCROLLBACK_MAX_LINES, self._size)
        self._limit(_UNLIMITED)

    def rows(self) -> int:
        """How many rows of history there are."""
        what = self._lib.GHOSTTY_TERMINAL_DATA_SCROLLBACK_ROWS
        self._lib.ghostty_terminal_get(self._terminal, what, self._rows)
        return int(self._rows[0])

    def fed(self, length: int) -> None:
        """Output was taken; every now and then the limit is looked at."""
        self._fed += length
        if self._fed >= _INTERVAL and self._is_long:
            self._fed = 0
            self._adjust()

    def _adjust(self) -> None:
        rows = self.rows()
        if rows > self.kept + 4 * self._page:
            self._bytes = min(self._bytes, self._most)
            while self.rows() > self.kept + 2 * self._page and self._bytes > _INTERVAL:
                self._limit(int(self._bytes / _STEP))
        elif 0 < rows < self.kept + self._page and self._bytes < self._most:
            self._limit(int(self._bytes * _STEP))

    def _limit(self, size: int) -> None:
        self._bytes = self._size[0] = size
        self._lib.ghostty_terminal_set(self._terminal, self._lib.GHOSTTY_TERMINAL_OPT_SCROLLBACK_MAX_BYTES, self._size)
