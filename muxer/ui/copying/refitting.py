"""Gives a page another width, as the terminal itself would: lines that were wrapped are wrapped anew. Pure.

The whole text stays the same, character for character, so offsets into it stay right. How a row looks is made out when
it is asked for: there may be ten thousand, and few are looked at.
"""

from collections.abc import Iterator, Sequence
from itertools import accumulate
from typing import NamedTuple, overload

from muxer.terminal.engine import RowMark
from muxer.ui.copying.page import Cluster, Page, cells, clustered
from muxer.ui.copying.painting import Writer, inked


class _Line(NamedTuple):
    """A line of the old page that fills several rows of the new one."""

    first: int
    last: int
    at: int
    """Its first row in the new page."""
    texts: list[str]


class _Looks(Sequence[str]):
    """Rows as terminal bytes, each made when it is first asked for."""

    def __init__(self, page: Page) -> None:
        self._page = page
        self._rows: list[str | _Line] = []

    def add(self, row: "str | _Line", times: int = 1) -> None:
        """A row as it is, or the rows of a line."""
        self._rows += [row] * times

    def __len__(self) -> int:
        return len(self._rows)

    @overload
    def __getitem__(self, row: int) -> str: ...
    @overload
    def __getitem__(self, row: slice) -> list[str]: ...
    def __getitem__(self, row: int | slice) -> str | list[str]:
        if isinstance(row, slice):
            return [self[number] for number in range(*row.indices(len(self)))]
        found = self._rows[row]
        if isinstance(found, _Line):
            self._rows[found.at : found.at + len(found.texts)] = _inked_anew(self._page, found)
            found = self._rows[row]
        return found if isinstance(found, str) else ""


def refitted(page: Page, cols: int) -> Page:
    """The page at that width."""
    if cols == page.cols:
        return page
    rows: list[str] = []
    looks = _Looks(page)
    marks = bytearray()
    row, count = 0, len(page)
    while row < count:
        last = page.line(row)[1] if page.goes_on(row) else row
        mark = page.marks[row] & ~RowMark.SOFT
        if last == row and page.width(row) <= cols:
            looks.add(page.ansi[row])
            rows.append(page.rows[row])
            marks.append(mark)
        else:
            texts = _cut("".join(page.rows[row : last + 1]), cols)
            looks.add(_Line(row, last, len(rows), texts), len(texts))
            rows += texts
            more = (RowMark.COMMAND if mark else 0) | RowMark.SOFT
            marks += bytes([mark | RowMark.SOFT, *[more] * (len(texts) - 1)])
            marks[-1] &= ~RowMark.SOFT
        row = last + 1
    return Page(rows, looks, bytes(marks), cols)


def _cut(text: str, cols: int) -> list[str]:
    """A line's text in rows, no wide character cut in half."""
    if text.isascii():
        return [text[at : at + cols] for at in range(0, max(1, len(text)), cols)]
    rows, row, x = [], "", 0
    for cluster in clustered(text):
        if x + cluster.cols > cols and row:
            rows.append(row)
            row, x = "", 0
        row += cluster.text
        x += cluster.cols
    return [*rows, row]


def _characters(page: Page, line: _Line) -> Iterator[tuple[str, Cluster]]:
    """Every character of a line in its look, its cell counted from the start of the line."""
    before = 0
    for row in range(line.first, line.last + 1):
        for ink, cluster in inked(page.ansi[row]):
            yield ink, cluster._replace(x=cluster.x + before)
        before += page.width(row)


def _inked_anew(page: Page, line: _Line) -> list[str]:
    ends = list(accumulate(cells(text) for text in line.texts))
    writers = [Writer() for _ in ends]
    number = at = 0
    for ink, cluster in _characters(page, line):
        while number < len(ends) - 1 and cluster.x >= ends[number]:
            at = ends[number]
            number += 1
        if cluster.x >= at and cluster.end <= ends[number]:
            writers[number].write("", " " * (cluster.x - at))
            writers[number].write(ink, cluster.text)
            at = cluster.end
    return [writer.end() for writer in writers]
