"""Gives rows another width: what was one line stays one line, and no text is lost. Pure functions over rows."""

from collections.abc import Iterable, Iterator
from typing import NamedTuple

from muxer.terminal.portable_cells import SOFT, Cell, Row, cells_of, plain_written, read, width, written


class Place(NamedTuple):
    """A cell, counted from the first of the rows that are given another width."""

    row: int
    x: int


def _lines(rows: Iterable[Row]) -> Iterator[list[Row]]:
    """The rows of each line."""
    line: list[Row] = []
    for row in rows:
        line.append(row)
        if not row.wrapped:
            yield line
            line = []
    if line:
        yield line


def _cut(cells: list[Cell], columns: int) -> list[Row]:
    """A line's cells in rows, no wide character cut in half."""
    rows: list[Row] = []
    at = 0
    while at < len(cells) or not rows:
        end = min(at + columns, len(cells))
        if end < len(cells) and cells[end].data == "":
            end -= 1
        row = Row()
        row.update(enumerate(cells[at:end]))
        row.wrapped = end < len(cells)
        rows.append(row)
        at = max(end, at + 1)
    return rows


def reflow(rows: list[Row], old: int, new: int, cursor: Place) -> tuple[list[Row], Place]:
    """The rows at their new width, and where the cursor went."""
    result: list[Row] = []
    place, first = cursor, 0
    for line in _lines(rows):
        cells: list[Cell] = []
        mark = None
        for number, row in enumerate(line, first):
            if number == cursor.row:
                mark = len(cells) + cursor.x
            cells += cells_of(row, old)
        first += len(line)
        fresh = _cut(cells, new)
        fresh[0].mark = line[0].mark
        if mark is not None:
            row_number, x = _found(fresh, mark, new)
            place = Place(len(result) + row_number, x)
        result += fresh
    return result, place


def _found(rows: list[Row], mark: int, columns: int) -> Place:
    """The place of the cell that was `mark` cells from the start of the line."""
    for number, row in enumerate(rows):
        length = max(row) + 1 if row else 0
        if mark < length or number == len(rows) - 1:
            return Place(number, min(mark, columns))
        mark -= length
    return Place(0, 0)


def reflow_written(lines: Iterable[str], old: int, new: int) -> Iterator[str]:
    """The same for rows in their written form; the ones that fit and stand alone are not even read."""
    held: list[str] = []
    for line in lines:
        held.append(line)
        if line.endswith(SOFT):
            continue
        if len(held) == 1 and (new >= old or _fits(line, new)):
            yield line
        else:
            yield from _rewritten(held, old, new)
        held = []
    if held:
        # The line goes on on the screen, so its last row stays soft.
        *rows, last = _rewritten(held, old, new)
        yield from rows
        yield last + SOFT


def _rewritten(held: list[str], old: int, new: int) -> list[str]:
    return [written(row, new) for row in reflow([read(line) for line in held], old, new, Place(-1, 0))[0]]


def _fits(line: str, columns: int) -> bool:
    text = plain_written(line)
    return (len(text) if text.isascii() else sum(max(0, width(char)) for char in text)) <= columns
