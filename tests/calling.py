"""Programs that call for their person, in tabs behind a shell, and somebody who sits in front."""

import re

from tests.conftest import Desk
from tests.seat import Seat

CALLS = r"""echo ready; while read what; do printf '\033]777;notify;Claude;%s\033\\' "$what"; done"""
RINGS = r"echo ready; while read what; do printf '\a'; done"


def called(desk: Desk, cols: int = 80, rows: int = 24, **env: str) -> Seat:
    """A shell in front; ada, who calls, and bob, who rings, in tabs behind it."""
    seat = desk.sit(cols=cols, rows=rows, **env)
    seat.wait_for("ctrl+b …")
    desk.new("sh", "-c", CALLS, name="ada", split="none")
    desk.new("sh", "-c", RINGS, name="bob", split="none")
    desk.run("wait", "ada", "--text", "ready", "--timeout", "20")
    desk.run("wait", "bob", "--text", "ready", "--timeout", "20")
    seat.send("\x021")
    seat.wait_for(Front("sh"))
    return seat


class Front:
    """Is this the pane in front?"""

    def __init__(self, name: str) -> None:
        self.name = name
        self.__name__ = f"{name} in front"

    def __call__(self, seat: Seat) -> bool:
        return re.match(rf" \S {self.name}\b", seat.screen()[0]) is not None


def last(seat: Seat) -> str:
    """The status line."""
    return seat.screen()[-1]
