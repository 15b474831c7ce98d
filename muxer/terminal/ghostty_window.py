"""What part of a ghostty terminal is looked at, and the raw cells of the rows there.

libghostty hands out a whole row's cells only of what is shown. To read history, the window is moved over it and put
back; the render state then takes everything for new, but nobody who asks for a frame sees that it was away.
"""

from collections.abc import Collection, Iterator
from typing import Any

from muxer.terminal.libghostty import Library


class Window:
    """The viewport of one terminal. Neither the render state nor the row iterator is its own."""

    __slots__ = ("_bar", "_iterator", "_library", "_render", "_terminal", "_view", "_viewport", "_y")

    def __init__(self, library: Library, terminal: Any, render: Any, iterator: Any) -> None:
        self._library, self._terminal, self._render, self._iterator = library, terminal, render, iterator
        ffi = library.ffi
        self._bar, self._viewport = ffi.new("GhosttyTerminalScrollbar*"), ffi.new("MuxerScrollViewport*")
        self._view, self._y = ffi.new("GhosttyCellsView*"), ffi.new("uint16_t*")

    def move(self, row: int | None) -> int:
        """Show what is from a row on, counted from the oldest, or the live screen; how far above that it is then."""
        lib, viewport = self._library.lib, self._viewport
        viewport.tag = lib.GHOSTTY_SCROLL_VIEWPORT_BOTTOM if row is None else lib.GHOSTTY_SCROLL_VIEWPORT_ROW
        viewport.value.row = max(row or 0, 0)
        self._library.scroll_viewport(self._terminal, viewport[0])
        return self._above_live()

    def _above_live(self) -> int:
        lib, bar = self._library.lib, self._bar
        lib.ghostty_terminal_get(self._terminal, lib.GHOSTTY_TERMINAL_DATA_SCROLLBAR, bar)
        return int(bar.total - bar.len - bar.offset)

    def cells(self, rows: Collection[int], cols: int, *, changed: bool = False) -> Iterator[tuple[int, bytes]]:
        """Eight bytes for each of the first cells of rows that the render state holds, counted from its top.

        If all of them are changed ones, the others need not be gone through.
        """
        lib, buffer, view, out = self._library.lib, self._library.ffi.buffer, self._view, self._y
        lib.ghostty_render_state_get(self._render, lib.GHOSTTY_RENDER_STATE_DATA_ROW_ITERATOR, self._iterator)
        iterator, look = self._iterator[0], lib.ghostty_render_state_row_get
        following = lib.ghostty_render_state_row_iterator_next
        following_changed = lib.ghostty_render_state_row_iterator_next_dirty
        what = lib.GHOSTTY_RENDER_STATE_ROW_DATA_CELLS_RAW
        y, last, most = -1, max(rows), 8 * cols
        while y < last and (following_changed(iterator, out) if changed else following(iterator)):
            y = out[0] if changed else y + 1
            if y in rows and not look(iterator, what, view):
                yield y, buffer(view.ptr, 8 * view.len)[:most]

    def cells_anywhere(self, rows: list[int], cols: int) -> Iterator[tuple[int, bytes]]:
        """The same of any rows, in order and counted from the oldest one."""
        before = None if self._above_live() == 0 else int(self._bar.offset)
        try:
            at = 0
            while at < len(rows):
                self.move(rows[at])
                self._library.lib.ghostty_render_state_update(self._render, self._terminal)
                top, height, first = int(self._bar.offset), int(self._bar.len), at
                while at < len(rows) and rows[at] < top + height:
                    at += 1
                for y, raw in self.cells({row - top for row in rows[first:at]}, cols):
                    yield top + y, raw
        finally:
            self.move(before)
