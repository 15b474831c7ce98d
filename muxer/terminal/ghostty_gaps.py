"""Where a row of libghostty's must be written in pieces, as its formatter gives a gap the style of the cell before it.

A gap is cells that nobody wrote, or that were erased without a colour; the terminal shows nothing there. The formatter
writes blanks for them before it looks at the next cell's style. At the start of what it writes there is no style yet.
"""

import re
from collections.abc import Sequence
from functools import cache
from itertools import pairwise

from muxer.terminal.libghostty import load

_ZERO = bytes(8)

_SHOWN = r"\x1b\[(?:48;[0-9;]*|7|4|4:[1-9]|9|53|21)m"
"""What is seen on a blank."""

_shows = re.compile(_SHOWN).search
_bled = re.compile(_SHOWN + r"(?:\x1b\[[1-9][0-9;:]*m)*[^\x1b][^\x1b ]* ").search
_LONG = 500
"""The cells of a row with so many characters are looked at sooner than its text is gone through."""


def may_bleed(row: str) -> bool:
    """Has a row a blank after a cell in a style that is seen on blanks? The answer no is certain."""
    return " " in row and (_bled if len(row) < _LONG else _shows)(row) is not None


@cache
def _style_bits() -> int:
    """The bits of a cell that are set if its style may not be the default one, asked of the library once."""
    library = load()
    ffi, lib = library.ffi, library.lib
    style, kind = ffi.new("uint16_t*"), ffi.new("GhosttyCellContentTag*")
    bits = 0
    for bit in (1 << number for number in range(64)):
        lib.ghostty_cell_get(bit, lib.GHOSTTY_CELL_DATA_STYLE_ID, style)
        lib.ghostty_cell_get(bit, lib.GHOSTTY_CELL_DATA_CONTENT_TAG, kind)
        bits |= bit if style[0] or kind[0] else 0
    return bits


def has_gap(raw: bytes) -> bool:
    """May there be one before the last written cell? Much faster than to look at the cells, and rarely wrong."""
    written = raw.rstrip(b"\0")
    return b"\0" in written[::8] and _ZERO in written  # the first looks at a byte a cell, as a rule enough to say no


def pieces(cells: Sequence[int]) -> list[tuple[int, int]]:
    """The parts of a row that come out right one by one: each gap after a style begins the next part."""
    end = len(cells)
    while end and not cells[end - 1]:
        end -= 1
    styled = _style_bits()
    cuts = [x for x in range(1, end) if not cells[x] and cells[x - 1] & styled]
    return list(pairwise((0, *cuts, end)))
