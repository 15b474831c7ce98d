"""Its terminal: what it draws there, and what it announces."""

import argparse
import fcntl
import os
import select
import struct
import termios
import textwrap
import tty
import unicodedata
from typing import Any


class Screen:
    """The whole of it is drawn each time, in one synchronized update."""

    def __init__(self, options: argparse.Namespace) -> None:
        self._signs, self._alternate = options.signs, options.alternate
        self.cols, self.rows = 80, 24
        self._title = self._status = ""
        self._was: list[Any] = []

    @staticmethod
    def write(text: str) -> None:
        data = text.encode(errors="surrogateescape")
        while data:
            select.select([], [1], [])
            data = data[os.write(1, data) :]

    def set_up(self) -> None:
        self._was = self._was or termios.tcgetattr(0)
        tty.setraw(0, termios.TCSADRAIN)  # what was typed already is not thrown away
        self.write("\x1b[?2004h\x1b[?1004h" + ("\x1b[?1049h" if self._alternate else ""))
        self.measure()

    def put_back(self) -> None:
        self.write("\x1b[?2004l\x1b[?1004l" + ("\x1b[?1049l" if self._alternate else "\r\n"))
        termios.tcsetattr(0, termios.TCSANOW, self._was)

    def measure(self) -> None:
        self.rows, self.cols = struct.unpack("HHHH", fcntl.ioctl(0, termios.TIOCGWINSZ, bytes(8)))[:2]
        self.rows, self.cols = max(self.rows, 4), max(self.cols, 10)

    def draw(self, rows: list[str]) -> None:
        shown = [*rows[-self.rows :], *[""] * (self.rows - len(rows))]
        body = "\r\n".join(f"\x1b[2K{_cropped(row, self.cols)}" for row in shown)
        self.write(f"\x1b[?2026h\x1b[H{body}\x1b[?2026l")

    def announce(self, title: str, status: str) -> None:
        """Its title and OSC 7501, as far as they are others now."""
        if "title" in self._signs and title != self._title:
            self._title = title
            self.write(f"\x1b]0;{title}\x07")
        if "status" in self._signs and status != self._status:
            self._status = status
            self.write(f"\x1b]7501;state={status}:app=scripted\x1b\\")

    def notify(self, text: str) -> None:
        if "notify" in self._signs:
            self.write(f"\x1b]9;{text}\x07")


def _wide(letter: str) -> int:
    if unicodedata.combining(letter) or unicodedata.category(letter) in ("Cf", "Cc", "Cs"):
        return 0
    return 2 if unicodedata.east_asian_width(letter) in "WF" else 1


def _cropped(row: str, cols: int) -> str:
    """As much of it as there is room for, without what a terminal would obey."""
    used, kept = 0, []
    for letter in row:
        used += _wide(letter)
        if used > cols:
            break
        kept.append(letter if letter.isprintable() or _wide(letter) else "")
    return "".join(kept)


def wrapped(row: str, width: int) -> list[str]:
    return textwrap.wrap(row, width, drop_whitespace=False, replace_whitespace=False) or [""]
