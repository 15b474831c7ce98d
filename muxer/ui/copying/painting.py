"""Paints over parts of a row that is terminal bytes: cuts it to a window, gives spans of cells another look. Pure."""

import re
from collections.abc import Iterator
from functools import lru_cache
from typing import NamedTuple

from muxer.ui.copying.page import Cluster, clustered

_TOKEN = re.compile(r"\x1b\[[\d:;]*m|[^\x1b]+")
_RESETS = ("\x1b[m", "\x1b[0m")


class Span(NamedTuple):
    """Cells of a row, end exclusive, and the SGR that they are written with."""

    start: int
    end: int
    ink: str


def inked(row: str) -> Iterator[tuple[str, Cluster]]:
    """Each character with the SGR in force and its place in the row."""
    ink, x = "", 0
    for token in _TOKEN.findall(row):
        if not token.startswith("\x1b"):
            for cluster in clustered(token):
                yield ink, cluster._replace(x=x)
                x += cluster.cols
        elif token in _RESETS:
            ink = ""
        elif token.startswith("\x1b[0;"):
            ink = token
        else:
            ink += token


class Writer:
    """Writes a row; SGR only where the look changes."""

    def __init__(self) -> None:
        self.parts: list[str] = []
        self._ink = ""

    def write(self, ink: str, text: str) -> None:
        """Text in a look."""
        if text and ink != self._ink:
            self.parts.append(f"\x1b[0m{ink}")
            self._ink = ink
        self.parts.append(text)

    def end(self) -> str:
        """The row."""
        return "".join(self.parts) + ("\x1b[0m" if self._ink else "")


@lru_cache(maxsize=512)
def painted_over(row: str, spans: tuple[Span, ...], left: int, cols: int) -> str:
    """The `cols` cells of a row from `left` on, with spans over it; of those that overlap, the last one shows.

    A span that reaches behind the text is drawn there too. A wide character that does not fit leaves blanks.
    """
    over: list[str | None] = [None] * cols
    for span in spans:
        start, end = max(0, span.start - left), min(cols, span.end - left)
        over[start:end] = [span.ink] * max(0, end - start)
    writer, at = Writer(), 0
    for ink, cluster in inked(row):
        x = cluster.x - left
        if x < at or x + cluster.cols > cols:
            continue
        for blank in range(at, x):
            writer.write(over[blank] or "", " ")
        mark = over[x]
        writer.write(ink if mark is None else mark, cluster.text)
        at = x + cluster.cols
    last = max((x + 1 for x, ink in enumerate(over) if ink is not None), default=0)
    for blank in range(at, last):
        writer.write(over[blank] or "", " ")
    return writer.end()
