"""What is selected: characters, lines or a block between two places. Which cells it covers, and what its text is."""

from dataclasses import dataclass
from typing import Literal

from muxer.ui.copying.page import Page, Place, clustered

Kind = Literal["characters", "lines", "block"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Selection:
    """Both ends belong to it; the head is where the cursor is."""

    kind: Kind
    anchor: Place
    head: Place

    def rows(self, page: Page) -> tuple[int, int]:
        """Its first and its last row; lines are taken whole, however often they are wrapped."""
        first, last = sorted((self.anchor.row, self.head.row))
        return (page.line(first)[0], page.line(last)[1]) if self.kind == "lines" else (first, last)

    def _columns(self, page: Page) -> tuple[int, int]:
        """The cells of a block, end exclusive."""
        ends = []
        for place in (self.anchor, self.head):
            here = page.cluster(place)
            ends.append((here.x, here.end) if here else (place.x, place.x + 1))
        return min(start for start, _ in ends), max(end for _, end in ends)

    def span(self, page: Page, row: int) -> tuple[int, int] | None:
        """The cells of a row that it covers, end exclusive; an empty row is shown one cell wide."""
        first, last = self.rows(page)
        if not first <= row <= last:
            return None
        if self.kind == "block":
            return self._columns(page)
        width = max(1, page.width(row))
        if self.kind == "lines":
            return 0, width
        start, end = sorted((self.anchor, self.head))
        here = page.cluster(end)
        left = start.x if row == start.row else 0
        right = (here.end if here else end.x + 1) if row == end.row else width
        return left, max(left + 1, right)

    def text(self, page: Page) -> str:
        """What would be copied: wrapped rows as one line, no blanks at the ends of lines, no newline at the end."""
        first, last = self.rows(page)
        if self.kind == "block":
            left, right = self._columns(page)
            lines = [_cut(page.rows[row], left, right) for row in range(first, last + 1)]
        else:
            start, end = page.start(first), page.start(last + 1) - 1
            if self.kind == "characters":
                low, high = sorted((self.anchor, self.head))
                here = page.cluster(high)
                start, end = page.offset(low), page.offset(high) + (len(here.text) if here else 0)
            lines = page.whole[start:end].split("\n")
        return "\n".join(line.rstrip() for line in lines)


def _cut(row: str, left: int, right: int) -> str:
    """The characters that lie in these cells, whole ones only."""
    return "".join(cluster.text for cluster in clustered(row) if left <= cluster.x and cluster.end <= right)
