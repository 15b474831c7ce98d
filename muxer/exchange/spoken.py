"""What a program that has no terminal says: its last lines as plain text, and all of it in a file. It asks nobody."""

import codecs
import re
from collections import deque
from contextlib import suppress
from typing import BinaryIO

LAST = 200
"""So many lines are kept at hand."""
LONGEST = 500
"""Letters of a line."""
LARGEST = 64 << 20
"""Bytes of the file."""
_ESCAPES = re.compile(r"\x1b(?:\[[0-?]*[ -/]*[@-~]|[\]PX^_][^\x07\x1b]*(?:\x07|\x1b\\)?|[ -/]*[0-~])?")


class Spoken:
    """Fed with bytes as they come."""

    def __init__(self, file: BinaryIO) -> None:
        self._file, self._room = file, LARGEST
        self._lines: deque[str] = deque(maxlen=LAST)
        self._begun = ""
        """The line that has no end yet, as it came."""
        self._decode = codecs.getincrementaldecoder("utf-8")("replace").decode

    @property
    def lines(self) -> tuple[str, ...]:
        """The last of it."""
        begun = _plain(self._begun)
        return tuple(self._lines)[-LAST + bool(begun) :] + ((begun,) if begun else ())

    def take(self, data: bytes) -> None:
        """It said that."""
        if self._room > 0:
            with suppress(OSError):  # a full disk is no reason to end a check
                self._file.write(data[: self._room])
            self._room -= len(data)
        *ended, self._begun = (self._begun + self._decode(data)).replace("\r\n", "\n").split("\n")
        self._lines.extend(map(_plain, ended))
        # What is written over again and again is one line, and a line without an end is not kept for ever.
        if "\r" in self._begun[:-1]:
            self._begun = self._begun[self._begun.rindex("\r", 0, -1) + 1 :]
        self._begun = self._begun[-8 * LONGEST :]


def _plain(line: str) -> str:
    last = _ESCAPES.sub("", line).rstrip("\r").rpartition("\r")[2].expandtabs(4)
    return "".join(filter(str.isprintable, last))[:LONGEST]
