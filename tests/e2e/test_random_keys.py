"""Whatever a person's fingers do, in any order: the host goes on, and Escape leads back to typing."""

import contextlib
import random

import psutil
import pytest

from tests.conftest import Desk
from tests.hostlog import mistakes
from tests.presses import keys, ways
from tests.seat import Seat

STEPS = 60
TYPED = (
    "\r",
    "\x1b[27u",
    "\x1b",
    "a",
    "no such thing",
    "12",
    "/",
    "漢",
    "\x1b[A",
    "\x1b[6~",
    "\x0e",
    "\t",
    "\x15",
    "!",
    "?",
)
"""Text and keys for dialogs, questions, modes and the shell."""
MICE = (
    "\x1b[<0;10;5M\x1b[<0;10;5m",
    "\x1b[<64;10;5M",
    "\x1b[<0;5;3M\x1b[<32;30;9M\x1b[<0;30;9m",
    "\x1b[<0;40;1M\x1b[<0;40;1m",
)
UNASKED = ("client.", "pane.close", "pane.stop", "tab.close", "history.editor")
"""What ends the seat, the last shell or the test's patience."""

BOUND = sorted(
    {way for action, found in ways("tmux").items() if not action.startswith(UNASKED) for way in found} | {"ctrl+b Q"}
)


def walk(seed: int) -> list[str]:
    chance = random.Random(seed)
    kinds = (BOUND, TYPED, MICE)
    steps = []
    for _ in range(STEPS):
        (kind,) = chance.choices(kinds, (5, 4, 1))
        step = chance.choice(kind)
        steps.append(keys(step) if kind is BOUND else step)
    return steps


def back_to_typing(seat: Seat) -> None:
    """Whatever is open or on is left: dialogs and questions, copy mode, a filter, lock mode, synced typing."""
    for key in ("\x1b[27u",) * 4 + ("\x07",) + ("\x1b[27u",) * 2:
        seat.send(key)
        seat.pump(0.25)


@pytest.mark.parametrize("seed", range(8))
def test_a_walk_over_all_keys(desk: Desk, seed: int) -> None:
    seat = desk.sit(cols=100, rows=30)
    seat.wait_for("$")
    host = desk.host()
    steps = walk(seed)
    for step in steps:
        seat.send(step)
        seat.pump(0.03)
        assert psutil.pid_exists(host), (step, steps)
        if seat.ended:  # enter in the palette may have detached it
            seat = desk.sit(cols=100, rows=30)
    back_to_typing(seat)
    desk.run("thaw")
    assert mistakes(desk) == ""
    assert desk.host() == host
    # What was typed in lock mode may have stopped the shell's output, or left it a line that is not whole.
    for key in "\x11\x03\x15":
        seat.send(key)
        seat.pump(0.1)
    seat.send(f"printf 'typed%s\\n' {seed}0\r")
    with contextlib.suppress(AssertionError):
        seat.wait_for(f"typed{seed}0")
    assert f"typed{seed}0" in seat.text, f"{steps!r}\n{seat.text}"
    assert mistakes(desk) == ""


CLICK = "\x1b[<0;2;28M\x1b[<0;2;28m"


@pytest.mark.parametrize(
    "left", [CLICK * 2, "\x1b[27u" * 3, f"\x1b[27u{CLICK}", f"{CLICK}\x1b[27u", "\r\r", "\r\x1b[27u"]
)
def test_a_dialog_that_is_left_twice(desk: Desk, left: str) -> None:
    seat = desk.sit(cols=100, rows=30)
    seat.wait_for("$")
    host = desk.host()
    for key, shown in {"S": "SETTINGS", "T": "catppuccin-latte", "p": "type to find", "b": "BROADCAST"}.items():
        seat.send(f"\x02{key}")
        seat.wait_for(shown)
        seat.send(left)
        back_to_typing(seat)
        assert shown not in seat.text
        assert mistakes(desk) == ""
    assert desk.host() == host
