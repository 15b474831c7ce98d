"""The cases of the conformance table: what a program prints, and what a terminal must then show or answer. Data only.

A screen is judged by an emulator of another make (bittty): text, cursor and every cell's style. Where that judge
differs from xterm, the case says either the rows or `like`: plainer bytes that make the judge show what is right.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True, kw_only=True)
class Screen:
    """Bytes, and what must be seen after them."""

    name: str
    data: bytes
    rows: tuple[str, ...] | None = None
    """From the top, without the empty ones at the end; None asks the judge."""
    like: bytes | None = None
    """What the judge is shown instead of the data."""
    cursor: tuple[int, int] | None = None
    cols: int = 10
    lines: int = 5
    resized: tuple[int, int] | None = None
    """The size to take after the data."""
    after: bytes = b""
    misses: Mapping[str, str] = field(default_factory=dict)
    """Engine to reason, where one is known to get it wrong."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Query:
    """Bytes, and a pattern that the whole answer must match."""

    name: str
    data: bytes
    answer: bytes
    misses: Mapping[str, str] = field(default_factory=dict)


def _bytes(data: str | bytes) -> bytes:
    return data if isinstance(data, bytes) else data.encode()


def judged(name: str, data: str | bytes, **misses: str) -> Screen:
    return Screen(name=name, data=_bytes(data), misses=misses)


def like(name: str, data: str, like: str, **misses: str) -> Screen:
    return Screen(name=name, data=data.encode(), like=like.encode(), misses=misses)


def stated(
    name: str, data: str | bytes, rows: tuple[str, ...], cursor: tuple[int, int] | None = None, **misses: str
) -> Screen:
    return Screen(name=name, data=_bytes(data), rows=rows, cursor=cursor, misses=misses)


def resized(
    name: str, data: str, *, to: tuple[int, int], rows: tuple[str, ...], cursor: tuple[int, int], **misses: str
) -> Screen:
    """An X, or what follows a bar in the data, is printed at the new size."""
    before, _, after = data.partition("|")
    after = after or "X"
    return Screen(
        name=name, data=before.encode(), resized=to, after=after.encode(), rows=rows, cursor=cursor, misses=misses
    )


def query(name: str, data: str, answer: str, **misses: str) -> Query:
    return Query(name=name, data=data.encode(), answer=answer.encode(), misses=misses)


FIVE = "1\r\n2\r\n3\r\n4\r\n5"
FULL = "aaaaaaaaaa\r\nbbbbbbbbbb\r\ncccccccccc\r\ndddddddddd\r\neeeeeeeeee"
