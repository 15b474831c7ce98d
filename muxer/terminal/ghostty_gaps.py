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

may_bleed = re.compile(r"\x1b\[(?:48;|7m|4m|4:|9m|53m|21m)").search
"""Does a row have a style that is seen on blanks? No other row can be wrong."""


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
    return _ZERO in raw.rstrip(b"\0")


def pieces(cells: Sequence[int]) -> list[tuple[int, int]]:
    """The parts of a row that come out right one by one: each gap after a style begins the next part."""
    end = len(cells)
    while end and not cells[end - 1]:
        end -= 1
    styled = _style_bits()
    cuts = [x for x in range(1, end) if not cells[x] and cells[x - 1] & styled]
    return list(pairwise((0, *cuts, end)))
