"""Terminals of all kinds, on real ptys, that answer what they know."""

import os
import pty
import select
import signal
import sys
import termios
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from muxer.checkup import outside
from muxer.checkup.outside import FINAL, QUESTIONS, WIPE, ask, findings, understood
from tests.seat import Seat

KITTY = (
    b"\x1bP>|kitty(0.42.1)\x1b\\\x1b[?2026;2$y\x1b[?2027;0$y\x1b[?2031;2$y\x1b[?2004;1$y\x1b[?1006;2$y\x1b[?0u"
    b"\x1b]10;rgb:dddd/dddd/dddd\x1b\\\x1b]11;rgb:00/80/ff\x07\x1bP1+r4d73=5C\x1b\\\x1b[?62;c"
)
CHILD = """
import sys
from muxer.checkup.outside import terminal
for one in terminal(): print(one.what, one.finding, one.grade, sep="|")
print("shell$ ", end="", flush=True)
print(repr(sys.stdin.readline()))
"""


@pytest.fixture
def ends() -> Iterator[tuple[int, int]]:
    master, slave = pty.openpty()
    yield master, slave
    os.close(master)
    os.close(slave)


def answering(master: int, answer: Callable[[bytes], bytes]) -> threading.Thread:
    """A terminal that answers once it was asked all."""

    def serve() -> None:
        heard = b""
        while not heard.endswith(FINAL) and select.select([master], [], [], 10)[0]:
            heard += os.read(master, 4096)
        os.write(master, answer(heard))

    thread = threading.Thread(target=serve, daemon=True)
    thread.start()
    return thread


def test_all_is_asked_at_once_and_the_terminal_is_left_as_it_was(ends: tuple[int, int]) -> None:
    master, slave = ends
    before = termios.tcgetattr(slave)
    serving = answering(master, lambda _: KITTY + b"late")
    assert ask(QUESTIONS, slave, slave).startswith(KITTY)
    serving.join()
    assert termios.tcgetattr(slave) == before
    assert os.read(master, 100).endswith(WIPE)
    assert not select.select([slave], [], [], 0)[0]


def test_what_it_says_is_understood() -> None:
    able = understood(KITTY)
    assert (able.name, able.modes, able.keys) == ("kitty(0.42.1)", frozenset({2026, 2031, 2004, 1006}), True)
    assert (able.foreground, able.background, able.copies) == ("#dddddd", "#0080ff", True)
    assert understood(b"\x1b[?64;52;22c").copies
    words = {one.what: (one.finding, one.grade) for one in findings(able, "xterm-kitty")}
    assert words == {
        "terminal": ("kitty(0.42.1), TERM=xterm-kitty", "fine"),
        "knows": ("whole frames, light and dark, pastes, the mouse", "fine"),
        "lacks": ("wide characters", "note"),
        "keyboard": ("every key arrives", "fine"),
        "colours": ("#dddddd on #0080ff", "fine"),
        "copying": ("reaches its clipboard (OSC 52)", "fine"),
    }
    assert {one.grade for one in findings(understood(b"\x1b[?1;2c"), "vt220")} == {"fine", "note"}


@pytest.mark.parametrize("answers", [True, False])
def test_no_answer_is_left_for_the_shell(answers: bool) -> None:
    seat = Seat([sys.executable, "-c", CHILD], 80, 24, dict(os.environ) | child_environment(), answers=answers)
    with seat:
        seat.wait_for("shell$")
        seat.send("typed\r")
        assert seat.wait_exit() == 0
        assert r"'typed\n'" in seat.text
        assert ("|every key" in seat.text) is answers
        assert ("answers no question" in seat.text) is not answers


def test_one_that_prints_what_it_does_not_know_is_asked_what_it_knows() -> None:
    with Seat([sys.executable, "-c", CHILD], 80, 24, dict(os.environ) | child_environment(TERM="linux")) as seat:
        seat.wait_for("shell$")
        assert seat.raw.startswith(FINAL + WIPE)


def test_a_person_who_leaves_meanwhile_finds_their_terminal_as_it_was() -> None:
    script = f"""
import termios
before = termios.tcgetattr(0)
from muxer.checkup import outside
try: outside.ask(b"asked {FINAL.decode()}")
except KeyboardInterrupt: print("left", termios.tcgetattr(0) == before)
"""
    environment = dict(os.environ) | child_environment()
    with Seat([sys.executable, "-c", script.replace("\x1b", r"\x1b")], 80, 24, environment, answers=False) as seat:
        seat.wait_for(b"asked")
        seat.kill(signal.SIGINT)
        seat.wait_for("left True")


def test_without_a_terminal_nothing_is_asked(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "isatty", lambda _: False)
    (one,) = outside.terminal({"TERM": "xterm"})
    assert (one.finding, one.grade) == ("none to ask", "note")


def child_environment(**more: str) -> dict[str, str]:
    return {"PYTHONPATH": str(Path(__file__).parents[2]), "TERM": "xterm-256color"} | more
