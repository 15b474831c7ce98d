"""What the tests of copy mode share: a program with something to copy, and ways to see what arrived outside."""

import base64
import re
from collections.abc import Callable

from tests.conftest import Desk
from tests.seat import Seat

SOME = r"printf 'first line\nsecond 漢字 line\n\n'; printf '%050d%050d\n' 1 2; printf 'last word'; exec cat -v"


def begin(desk: Desk, script: str, *, cols: int = 80, rows: int = 24, seen: str = "") -> Seat:
    seat = desk.sit("--", "sh", "-c", script, cols=cols, rows=rows)
    seat.wait_for(seen or "last word")
    return seat


def copied(seat: Seat) -> list[str]:
    """Every text that arrived on the clipboard outside."""
    found = re.findall(rb"\x1b\]52;c;([A-Za-z0-9+/=]*)", bytes(seat.raw))
    return [base64.b64decode(text).decode() for text in found]


class HasCopied:
    """Is this what arrived last?"""

    def __init__(self, text: str) -> None:
        self.text = text
        self.__name__ = f"the copy {text!r}"

    def __call__(self, seat: Seat) -> bool:
        return copied(seat)[-1:] == [self.text]


def top_is(text: str) -> Callable[[Seat], bool]:
    """Does the pane's first row begin so?"""
    return lambda seat: seat.screen()[1].startswith(text)


def at(x: int, y: int) -> Callable[[Seat], bool]:
    """Is the cursor there?"""
    return lambda seat: seat.cursor_shown and seat.cursor == (x, y)
