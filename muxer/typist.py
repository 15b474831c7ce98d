"""The keeper's typist: text for a program, written whole and in order, and what became of it.

It goes on when the host that dictated it dies, and remembers the last text, so that the next host neither types it
again nor leaves it out.
"""

import os

from muxer.channel import Message, Refused

PIECE = 64 << 10


class Typist:
    """One for each pty. A text has a number, and after it as many Enters as were asked for."""

    __slots__ = ("_enters", "_lost", "_master", "_number", "_rest")

    def __init__(self, master: int) -> None:
        self._master = master
        self._number = self._enters = 0
        self._lost = False
        self._rest = memoryview(b"")

    @property
    def facts(self) -> Message | None:
        """The last text, how much is still to be written, its Enters, and whether nobody had the pty open any more."""
        if not self._number:
            return None
        return {"number": self._number, "left": len(self._rest), "enters": self._enters, "lost": self._lost}

    def begin(self, number: int, text: bytes) -> None:
        """Type a text, unless it was the last one. Raises Refused."""
        if number == self._number:
            return
        if self._rest:
            raise Refused(f"text {self._number} is still being typed: {number} must wait")
        self._number, self._enters, self._lost, self._rest = number, 0, False, memoryview(text)
        self.go_on()

    def enter(self, number: int, nth: int, keys: bytes) -> None:
        """Type its nth Enter, unless that was typed. Raises Refused."""
        if number != self._number:
            raise Refused(f"text {number} was not the last one: its Enter must not be typed")
        if self._enters >= nth:
            return
        if self._rest:
            raise Refused(f"text {number} is still being typed: its Enter must wait")
        self._enters, self._rest = nth, memoryview(keys)
        self.go_on()

    def go_on(self) -> bool:
        """Write what the program takes now. Was that all?"""
        try:
            while self._rest:
                self._rest = self._rest[os.write(self._master, self._rest[:PIECE]) :]
        except BlockingIOError:
            return False
        except OSError:
            self._lost, self._rest = True, memoryview(b"")
        return True
