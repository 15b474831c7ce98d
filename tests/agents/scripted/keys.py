"""What comes from its terminal: bytes in, keys out."""

import codecs
import re
from collections.abc import Iterator
from typing import NamedTuple

TOKEN = re.compile(
    rb"\x1b\[200~(?P<pasted>.*?)\x1b\[201~|(?P<key>\x1b\[(?!200~)[0-9;?<]*[ -/]*[@-~]|\x1bO.|[\x00-\x1a\x1c-\x1f\x7f])"
    rb"|(?P<typed>[^\x00-\x1f\x7f]+)",
    re.DOTALL,
)
ALONE = 0.05
"""An Esc that nothing follows for so long is the key."""
UP, DOWN, ESCAPE, ENTER = b"\x1b[A", b"\x1b[B", b"\x1b", (b"\r", b"\x1b[13u")
REPORTS = (b"\x1b[I", b"\x1b[O", b"\x1b[?")
"""How focus, and answers to queries, begin."""


class Event(NamedTuple):
    """What came from the terminal."""

    kind: str
    """`pasted`, `typed` or `key`."""
    data: bytes

    @property
    def text(self) -> str:
        return self.data.decode(errors="surrogateescape")


class Keys:
    """Bytes in, keys out. What is cut in the middle is waited for."""

    def __init__(self) -> None:
        self._held = b""
        self.since = 0.0

    @property
    def waits(self) -> bool:
        """Is a lone Esc held, which only time makes a key?"""
        return self._held == ESCAPE

    def take(self, data: bytes, now: float) -> Iterator[Event]:
        held = self._held + data
        while match := TOKEN.match(held):
            kind = match.lastgroup or ""
            found = match[kind]
            rest = held[match.end() :]
            if kind == "typed" and not rest and (cut := _cut_letter(found)):
                found, rest = found[:-cut], found[-cut:]
                if found:
                    yield Event(kind, found)
                held = rest
                break
            yield Event(kind, found)
            held = rest
        if held.startswith(b"\x1b\x1b"):
            yield Event("key", ESCAPE)
            held = held[1:]
        self._held, self.since = held, now

    def overdue(self, now: float) -> Iterator[Event]:
        if self.waits and now - self.since >= ALONE:
            self._held = b""
            yield Event("key", ESCAPE)


def _cut_letter(data: bytes) -> int:
    """How many bytes at the end are the beginning of a letter."""
    decoder = codecs.getincrementaldecoder("utf-8")("replace")
    decoder.decode(data)
    return len(decoder.getstate()[0])
