"""Text out of a ghostty terminal: rows as terminal bytes or plain, and where a needle stands.

Rows are asked for in runs, with one call of the formatter each; nothing here changes the terminal.
"""

from itertools import groupby, product
from typing import Any

from muxer.terminal.engine import Match
from muxer.terminal.ghostty_gaps import has_gap, may_bleed, pieces
from muxer.terminal.libghostty import Library

_ROOM = 16 << 10
_MAX_SPELLINGS = 8


class Formatter:
    """Writes rows of one terminal, with structs and a buffer that are made once."""

    __slots__ = ("_buffer", "_end", "_ffi", "_formatter", "_kind", "_length", "_lib", "_library", "_options", "_point",
                 "_selection", "_start", "_terminal", "_value", "_wide")  # fmt: skip

    def __init__(self, library: Library, terminal: Any) -> None:
        ffi = library.ffi
        self._library, self._ffi, self._lib, self._terminal = library, ffi, library.lib, terminal
        self._options = library.sized("GhosttyFormatterTerminalOptions")
        self._options.trim = True
        self._selection = self._options.selection = library.sized("GhosttySelection")
        self._start, self._end = ffi.addressof(self._selection, "start"), ffi.addressof(self._selection, "end")
        self._point = ffi.new("MuxerPoint*")
        self._formatter, self._length = ffi.new("GhosttyFormatter*"), ffi.new("size_t*")
        self._buffer = ffi.new("uint8_t[]", _ROOM)
        self._value, self._wide = ffi.new("GhosttyCell*"), ffi.new("GhosttyCellWide*")
        self._kind = ffi.new("GhosttyCellContentTag*")

    def viewport(self, first: int, last: int, cols: int) -> list[str]:
        """Rows of what is shown, as terminal bytes."""
        lib = self._lib
        self._options.emit, self._options.unwrap = lib.GHOSTTY_FORMATTER_FORMAT_VT, False
        return self._rows(lib.GHOSTTY_POINT_TAG_VIEWPORT, first, last, cols, "\r\n")

    def cropped(self, tag: int, first: int, last: int, cols: int, *, ansi: bool) -> list[str]:
        """The left part of rows. A wide character that would be cut in half is left out."""
        lib = self._lib
        self._options.emit = lib.GHOSTTY_FORMATTER_FORMAT_VT if ansi else lib.GHOSTTY_FORMATTER_FORMAT_PLAIN
        self._options.unwrap = False
        rows = []
        for y in range(first, last + 1):
            width = cols
            if self._is_wide(tag, cols - 1, y):
                width -= 1
            (row,) = self._rows(tag, y, y, width, "\r\n") if width else ("",)
            rows.append(self._mended(tag, y, self._cells(tag, y, width), row) if ansi and may_bleed(row) else row)
        return rows

    def mended(self, tag: int, y: int, raw: bytes, row: str) -> str:
        """A row as terminal bytes, given its cells and what the formatter made of all of them at once."""
        if not row:
            return self.background(memoryview(raw).cast("Q")) if raw.strip(b"\0") else ""
        return self._mended(tag, y, memoryview(raw).cast("Q").tolist(), row) if has_gap(raw) else row

    def _mended(self, tag: int, y: int, cells: list[int], row: str) -> str:
        parts = pieces(cells)
        if len(parts) == 1:
            return row
        self._options.emit, self._options.unwrap = self._lib.GHOSTTY_FORMATTER_FORMAT_VT, False
        texts = (self._piece(tag, y, start, end) or self.background(cells[start:end]) for start, end in parts)
        return "".join(texts).rstrip(" ")

    def _piece(self, tag: int, y: int, start: int, end: int) -> str:
        is_there = self._refer(tag, start, y, self._start) and self._refer(tag, end - 1, y, self._end)
        return self._text() if is_there else ""

    def background(self, cells: Any) -> str:
        """A row without text as terminal bytes. The formatter takes it for empty even where it is coloured."""
        ffi, lib = self._ffi, self._lib
        tag, palette, rgb = ffi.new("GhosttyCellContentTag*"), ffi.new("uint8_t*"), ffi.new("GhosttyColorRgb*")
        runs = []
        for cell, run in groupby(cells):
            blank = " " * sum(1 for _ in run)
            lib.ghostty_cell_get(cell, lib.GHOSTTY_CELL_DATA_CONTENT_TAG, tag)
            if tag[0] == lib.GHOSTTY_CELL_CONTENT_BG_COLOR_PALETTE:
                lib.ghostty_cell_get(cell, lib.GHOSTTY_CELL_DATA_COLOR_PALETTE, palette)
                runs.append(f"\x1b[48;5;{palette[0]}m{blank}\x1b[0m")
            elif tag[0] == lib.GHOSTTY_CELL_CONTENT_BG_COLOR_RGB:
                lib.ghostty_cell_get(cell, lib.GHOSTTY_CELL_DATA_COLOR_RGB, rgb)
                runs.append(f"\x1b[48;2;{rgb.r};{rgb.g};{rgb.b}m{blank}\x1b[0m")
            else:
                runs.append(blank)
        return "".join(runs).rstrip(" ")

    def _background_at(self, tag: int, y: int, cols: int) -> str:
        """Looks at the ends of the row first: a colour that touches neither is too rare to walk every empty row for."""
        if self._is_ground(self._cell(tag, 0, y)) or self._is_ground(self._cell(tag, cols - 1, y)):
            return self.background(self._cells(tag, y, cols))
        return ""

    def _is_ground(self, cell: int) -> bool:
        """Is the cell a colour and nothing else? A blank that was written is not."""
        if not cell:
            return False
        lib, kind = self._lib, self._kind
        lib.ghostty_cell_get(cell, lib.GHOSTTY_CELL_DATA_CONTENT_TAG, kind)
        return kind[0] in (lib.GHOSTTY_CELL_CONTENT_BG_COLOR_PALETTE, lib.GHOSTTY_CELL_CONTENT_BG_COLOR_RGB)

    def _cell(self, tag: int, x: int, y: int) -> int:
        cell = self._value
        if not self._refer(tag, x, y, self._start) or self._lib.ghostty_grid_ref_cell(self._start, cell):
            return 0
        return int(cell[0])

    def _cells(self, tag: int, y: int, cols: int) -> list[int]:
        return [self._cell(tag, x, y) for x in range(cols)]

    def screen(self, tag: int, last: int, cols: int, *, ansi: bool, unwrap: bool) -> list[str]:
        """All rows from the top of the active screen, or of the history, to `last`."""
        lib = self._lib
        self._options.emit = lib.GHOSTTY_FORMATTER_FORMAT_VT if ansi else lib.GHOSTTY_FORMATTER_FORMAT_PLAIN
        self._options.unwrap = unwrap
        rows = self._rows(tag, 0, last, cols, "\r\n" if ansi else "\n")
        if ansi and not unwrap:
            rows = [row or self._background_at(tag, y, cols) for y, row in enumerate(rows)]
        self._buffer = self._buffer if len(self._buffer) <= 4 * _ROOM else self._ffi.new("uint8_t[]", _ROOM)
        return rows

    def _rows(self, tag: int, first: int, last: int, cols: int, separator: str) -> list[str]:
        if not (self._refer(tag, 0, first, self._start) and self._refer(tag, cols - 1, last, self._end)):
            return [""] * (last - first + 1)
        rows = self._text().split(separator)
        missing = last - first + 1 - len(rows)
        if missing > 0 and not self._options.unwrap:
            rows += [""] * missing
        return [row.rstrip(" ") for row in rows]

    def _refer(self, tag: int, x: int, y: int, out: Any) -> bool:
        point = self._point
        point.tag, point.value.x, point.value.y = tag, x, y
        return not self._library.grid_ref(self._terminal, point[0], out)

    def _is_wide(self, tag: int, x: int, y: int) -> bool:
        return self._refer(tag, x, y, self._start) and self._starts_wide(self._start)

    def _starts_wide(self, ref: Any) -> bool:
        lib, cell = self._lib, self._value
        if lib.ghostty_grid_ref_cell(ref, cell):
            return False
        lib.ghostty_cell_get(cell[0], lib.GHOSTTY_CELL_DATA_WIDE, self._wide)
        return bool(self._wide[0] == lib.GHOSTTY_CELL_WIDE_WIDE)

    def _text(self) -> str:
        ffi, lib = self._ffi, self._lib
        if lib.ghostty_formatter_terminal_new(ffi.NULL, self._formatter, self._terminal, self._options[0]):
            return ""
        formatter, length = self._formatter[0], self._length
        result = lib.ghostty_formatter_format_buf(formatter, self._buffer, len(self._buffer), length)
        if result == lib.GHOSTTY_OUT_OF_SPACE:
            self._buffer = ffi.new("uint8_t[]", length[0] * 2)
            result = lib.ghostty_formatter_format_buf(formatter, self._buffer, len(self._buffer), length)
        lib.ghostty_formatter_free(formatter)
        # libghostty draws DEL; the terminal that shows it would not, and the rest of the row would stand off by one.
        return "" if result else str(ffi.buffer(self._buffer, length[0]), "utf-8", "replace").replace("\x7f", " ")

    def link(self, x: int, y: int) -> str | None:
        """The hyperlink under a cell of what is shown."""
        lib = self._lib
        if not self._refer(lib.GHOSTTY_POINT_TAG_VIEWPORT, x, y, self._start):
            return None
        result = lib.ghostty_grid_ref_hyperlink_uri(self._start, self._buffer, len(self._buffer), self._length)
        if result or not self._length[0]:
            return None
        return str(self._ffi.buffer(self._buffer, self._length[0]), "utf-8", "replace")

    def find(self, needle: str, limit: int, cols: int) -> list[Match]:
        """Where the text stands, newest first."""
        found: set[Match] = set()
        for spelling in _spellings(needle):
            found.update(self._found(spelling, limit, cols))
        return sorted(found, key=lambda match: (-match.line, -match.start))[:limit]

    def _found(self, needle: str, limit: int, cols: int) -> list[Match]:
        ffi, lib = self._ffi, self._lib
        made, total = ffi.new("GhosttySearch*"), ffi.new("size_t*")
        self._library.check(lib.ghostty_search_new(ffi.NULL, made, self._terminal), "search")
        search = made[0]
        try:
            data = needle.encode("utf-8", "replace")
            kept = ffi.from_buffer("uint8_t[]", data)
            lib.ghostty_search_set(
                search, lib.GHOSTTY_SEARCH_OPT_NEEDLE, ffi.new("GhosttyString*", {"ptr": kept, "len": len(data)})
            )
            lib.ghostty_search_run(search)
            lib.ghostty_search_get(search, lib.GHOSTTY_SEARCH_DATA_TOTAL_MATCHES, total)
            if not total[0]:
                return []
            hits = ffi.new("GhosttySelection[]", total[0])
            size = ffi.sizeof("GhosttySelection")
            for hit in hits:
                hit.size = size
            room = ffi.new("GhosttySelectionBuffer*", {"ptr": hits, "cap": total[0]})
            lib.ghostty_search_get(search, lib.GHOSTTY_SEARCH_DATA_MATCHES, room)
            wide = not needle[-1].isascii()
            found = [self._match(hits[i], cols, wide=wide) for i in range(min(room.len, limit))]
            return [match for match in found if match]
        finally:
            lib.ghostty_search_free(search)

    def _match(self, hit: Any, cols: int, *, wide: bool) -> Match | None:
        """A hit that runs on over the end of a row is shown as far as the row goes."""
        ffi, lib, terminal = self._ffi, self._lib, self._terminal
        start, end = ffi.new("GhosttyPointCoordinate*"), ffi.new("GhosttyPointCoordinate*")
        first, last = ffi.addressof(hit, "start"), ffi.addressof(hit, "end")
        screen = lib.GHOSTTY_POINT_TAG_SCREEN
        if lib.ghostty_terminal_point_from_grid_ref(
            terminal, first, screen, start
        ) or lib.ghostty_terminal_point_from_grid_ref(terminal, last, screen, end):
            return None
        if end.y != start.y:
            return Match(start.y, start.x, cols)
        return Match(start.y, start.x, min(cols, end.x + (2 if wide and self._starts_wide(last) else 1)))


def _spellings(needle: str) -> list[str]:
    """What to search for: libghostty ignores the case of ASCII letters only."""
    cases: list[tuple[str, ...]] = [
        (letter,) if letter.isascii() else tuple(sorted({letter, letter.lower(), letter.upper()})) for letter in needle
    ]
    number = 1
    for case in cases:
        number *= len(case)
    if number <= _MAX_SPELLINGS:
        return ["".join(letters) for letters in product(*cases)]
    return sorted({needle, needle.lower(), needle.upper(), needle.capitalize()})
