"""Where a needle stands on a page: literally, and ignoring case unless the needle has a capital. Pure.

Hits are offsets into the page's whole text, so that a hit may lie across the end of a wrapped row.
"""

from bisect import bisect_left, bisect_right
from dataclasses import dataclass
from typing import Literal

from muxer.ui.copying.page import Page

Way = Literal["forward", "back"]


@dataclass(frozen=True, slots=True)
class Hits:
    """Every hit, from the top."""

    needle: str
    at: tuple[int, ...]

    def __len__(self) -> int:
        return len(self.at)

    def number(self, offset: int) -> int:
        """Which hit an offset is in, counted from 1; 0 if in none."""
        number = bisect_right(self.at, offset)
        return number if number and offset < self.at[number - 1] + len(self.needle) else 0

    def from_here(self, offset: int, way: Way, *, here_counts: bool = False) -> int | None:
        """The next hit, beginning anew at the other end."""
        if not self.at:
            return None
        if way == "forward":
            number = (bisect_left if here_counts else bisect_right)(self.at, offset)
            return self.at[number % len(self.at)]
        return self.at[(bisect_right if here_counts else bisect_left)(self.at, offset) - 1]

    def spans(self, page: Page, first: int, last: int) -> list[tuple[int, int, int, int]]:
        """The hits on some rows, row by row: row, first cell, cell after the last, and where the hit starts."""
        size = len(self.needle)
        low = bisect_left(self.at, page.start(first) - size + 1)
        high = bisect_left(self.at, page.start(last + 1))
        found = []
        for at in self.at[low:high]:
            start, end = page.place(at), page.place(at + size - 1)
            here = page.cluster(end)
            right = here.end if here else end.x + 1
            for row in range(start.row, end.row + 1):
                left = start.x if row == start.row else 0
                found.append((row, left, right if row == end.row else page.width(row), at))
        return found


def search(page: Page, needle: str) -> Hits:
    """Every hit of the needle; hits do not lie over each other."""
    if not needle:
        return Hits("", ())
    has_capital = needle != needle.lower()
    text = page.whole if has_capital else page.lowered
    found, size = [], len(needle)
    at = text.find(needle)
    while at >= 0:
        found.append(at)
        at = text.find(needle, at + size)
    return Hits(needle, tuple(found))
