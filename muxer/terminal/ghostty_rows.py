"""What libghostty says of a row: whether it goes on in the next one, and whether it is a prompt or a typed command.

A row is one number to the library. Which of its bits mean what is asked of the library once, so that ten thousand rows
take two calls each and no more.
"""

from functools import cache
from typing import Any

from muxer.terminal.engine import RowMark
from muxer.terminal.libghostty import Library, load

_PARTS = RowMark.PROMPT | RowMark.COMMAND


@cache
def _bits() -> tuple[int, int, int]:
    """The bits for SOFT, PROMPT and COMMAND."""
    library = load()
    ffi, lib = library.ffi, library.lib
    wraps, prompt = ffi.new("bool*"), ffi.new("GhosttyRowSemanticPrompt*")
    soft = first = more = 0
    for bit in (1 << number for number in range(64)):
        lib.ghostty_row_get(bit, lib.GHOSTTY_ROW_DATA_WRAP, wraps)
        lib.ghostty_row_get(bit, lib.GHOSTTY_ROW_DATA_SEMANTIC_PROMPT, prompt)
        soft |= bit if wraps[0] else 0
        first |= bit if prompt[0] == lib.GHOSTTY_ROW_SEMANTIC_PROMPT else 0
        more |= bit if prompt[0] == lib.GHOSTTY_ROW_SEMANTIC_PROMPT_CONTINUATION else 0
    return soft, first, more


def row_marks(library: Library, terminal: Any, count: int) -> bytes:
    """One byte of RowMark for each of the first `count` rows, counted from the oldest one kept."""
    if terminal is None:
        return b""
    soft, first, more = _bits()
    ffi, refer, look = library.ffi, library.grid_ref, library.lib.ghostty_grid_ref_row
    ref, row, point = library.sized("GhosttyGridRef"), ffi.new("GhosttyRow*"), ffi.new("MuxerPoint*")
    point.tag = library.lib.GHOSTTY_POINT_TAG_SCREEN
    where, value = point[0], point.value
    numbers = []
    for y in range(count):
        value.y = y
        numbers.append(0 if refer(terminal, where, ref) or look(ref, row) else row[0])
    meaning = {
        number: (number & soft and RowMark.SOFT)
        | (number & first and RowMark.PROMPT)
        | (number & more and RowMark.COMMAND)
        for number in set(numbers)
    }
    marks = bytearray(map(meaning.__getitem__, numbers))
    if any(mark & _PARTS for mark in meaning.values()):
        _mend(marks)
    return bytes(marks)


def _mend(marks: bytearray) -> None:
    """Reflowing, libghostty gives each row made of a prompt's first one its mark, and a row made of several the last's.

    A prompt does not begin in the middle of a line, and nothing goes on with what did not begin.
    """
    before = 0
    for row, mark in enumerate(marks):
        if mark & _PARTS:
            is_first = not before & (RowMark.SOFT if mark & RowMark.PROMPT else RowMark.SOFT | _PARTS)
            marks[row] = mark & RowMark.SOFT | (RowMark.PROMPT if is_first else RowMark.COMMAND)
        before = marks[row]
