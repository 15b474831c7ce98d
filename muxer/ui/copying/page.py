"""A pane's history and screen as they were at one moment: rows, which of them are one line, and all as one text.

Places are counted in two ways: a row and a cell of it, or an offset into `whole`, in which a line that was wrapped is
in one piece. Half a wide character, or a mark without its letter, is no place.
"""

from bisect import bisect_right
from collections.abc import Sequence
from functools import cached_property, lru_cache
from typing import NamedTuple

from muxer.terminal.engine import Engine, RowMark
from muxer.terminal.portable_cells import cluster_width, clusters


class Cluster(NamedTuple):
    """One character as a reader sees it: where it starts in its row's text, its first cell, its text and its cells."""

    at: int
    x: int
    text: str
    cols: int

    @property
    def end(self) -> int:
        """The cell after it."""
        return self.x + self.cols


class Place(NamedTuple):
    """A cell of the page."""

    row: int
    x: int


@lru_cache(maxsize=4096)
def clustered(text: str) -> tuple[Cluster, ...]:
    """A row's text, character by character."""
    if text.isascii():
        return tuple(Cluster(at, at, char, 1) for at, char in enumerate(text))
    found = []
    at = x = 0
    for cluster in clusters(text):
        cols = cluster_width(cluster)
        found.append(Cluster(at, x, cluster, cols))
        at += len(cluster)
        x += cols
    return tuple(found)


def cells(text: str) -> int:
    """How many cells a row's text takes."""
    return len(text) if text.isascii() else sum(cluster.cols for cluster in clustered(text))


class Page:
    """Never changes. `ansi` has a row for each of `rows`, and `marks` a byte of RowMark."""

    def __init__(self, rows: Sequence[str], ansi: Sequence[str], marks: bytes, cols: int) -> None:
        self.ansi = ansi
        self.marks = marks
        self.cols = cols
        self.rows = _padded(rows, marks, cols)
        """What stands in each row; one that its line goes on after keeps its trailing blanks."""

    @classmethod
    def of(cls, engine: Engine) -> "Page":
        """What an engine holds now."""
        rows, ansi = engine.lines(history=True), engine.lines(history=True, ansi=True)
        marks = engine.marks()
        return cls(rows, ansi, marks.ljust(len(rows), b"\0"), engine.cols)

    def __len__(self) -> int:
        return len(self.rows)

    def goes_on(self, row: int) -> bool:
        """Does the row's line go on in the next one?"""
        return bool(self.marks[row] & RowMark.SOFT) and row + 1 < len(self.rows)

    @cached_property
    def _laid(self) -> tuple[str, list[int]]:
        pieces, starts, at = [], [], 0
        for number, row in enumerate(self.rows):
            starts.append(at)
            piece = row if self.goes_on(number) else f"{row}\n"
            pieces.append(piece)
            at += len(piece)
        return "".join(pieces), starts

    @property
    def whole(self) -> str:
        """All lines, each ended by a newline."""
        return self._laid[0]

    @cached_property
    def lowered(self) -> str:
        """The same in lower case, character for character."""
        low = self.whole.lower()
        return low if len(low) == len(self.whole) else "".join(c.lower()[:1] for c in self.whole)

    def start(self, row: int) -> int:
        """Where a row starts in `whole`; the row after the last one starts at its end."""
        starts = self._laid[1]
        return starts[row] if row < len(starts) else len(self.whole)

    def offset(self, place: Place) -> int:
        """Where the character at a place starts in `whole`; at or behind the end of its row, where that ends."""
        text = self.rows[place.row]
        start = self.start(place.row)
        if text.isascii():
            return start + min(place.x, len(text))
        found = next((cluster for cluster in clustered(text) if cluster.end > place.x), None)
        return start + (found.at if found else len(text))

    def place(self, offset: int) -> Place:
        """The place of a character of `whole`."""
        row = max(0, bisect_right(self._laid[1], offset) - 1)
        text, at = self.rows[row], offset - self.start(row)
        if text.isascii():
            return Place(row, min(at, len(text)))
        found = next((cluster for cluster in clustered(text) if cluster.at + len(cluster.text) > at), None)
        return Place(row, found.x if found else cells(text))

    def cluster(self, place: Place) -> Cluster | None:
        """The character on a cell; none behind the end of the row."""
        return next((cluster for cluster in clustered(self.rows[place.row]) if cluster.end > place.x), None)

    def width(self, row: int) -> int:
        """How many cells of a row are written."""
        return cells(self.rows[row])

    def fitting(self, row: int, x: int) -> Place:
        """The nearest place on a character: a cursor does not stand behind the end of a row, or in a character."""
        row = max(0, min(row, len(self.rows) - 1))
        found = clustered(self.rows[row])
        here = next((cluster for cluster in found if cluster.end > x), found[-1] if found else None)
        return Place(row, here.x if here else 0)

    def line(self, row: int) -> tuple[int, int]:
        """The first and the last row of the line that a row belongs to."""
        first = last = row
        while first > 0 and self.goes_on(first - 1):
            first -= 1
        while self.goes_on(last):
            last += 1
        return first, last


def _padded(rows: Sequence[str], marks: bytes, cols: int) -> Sequence[str]:
    """Blanks at the end of a row are text if its line goes on; one that a wide character did not fit into is not."""
    if not any(mark & RowMark.SOFT for mark in marks):
        return rows
    padded = list(rows)
    for number, mark in enumerate(marks[: len(rows) - 1]):
        if mark & RowMark.SOFT and (room := cols - cells(rows[number])) > 0:
            following = rows[number + 1][:8]
            did_not_fit = room == 1 and not following.isascii() and clustered(following)[0].cols == 2
            padded[number] += "" if did_not_fit else " " * room
    return padded
