"""Terminals that can do little, are tiny, huge, or change size all the time: the picture is right and stays so."""

import random
import re
from collections.abc import Callable

import pytest

from tests.conftest import Desk
from tests.hostlog import mistakes
from tests.seat import Seat

ESCAPE = "\x1b[27u"
COLOUR = re.compile(rb"\x1b\[[0-9;:]*?(?<![0-9])(?:3[0-79]|4[0-79]|9[0-7]|10[0-7]|38|48|58)[;:m][0-9;:]*m?")
RGB = re.compile(rb"[345]8[;:]2[;:]")
INDEXED = re.compile(rb"[345]8[;:]5[;:]")
STRINGS = re.compile(rb"\x1b[\]P_^X]")

DIALOGS = {
    "p": "type to find", "g": "go to a pane", "?": "type a key", "S": "SETTINGS", "T": "THEME", "b": "BROADCAST",
    "G": "RADAR", "V": "MONITOR", ",": "rename tab", "[": "COPY",
}  # fmt: skip
"""Keys after the prefix, and what is seen then at 80x24."""


def without(text: str) -> Callable[[Seat], bool]:
    """Is it gone from the screen?"""
    return lambda seat: text not in seat.text


def works(seat: Seat, word: str = "works") -> None:
    """The shell in focus answers."""
    seat.send(f"echo {word}-$((40+2))\r")
    seat.wait_for(f"{word}-42")


def tour(seat: Seat) -> None:
    """Once through most of what can be seen."""
    works(seat, "first")
    seat.send("\x02%")
    seat.wait_for("sh-2")
    for key, shown in DIALOGS.items():
        seat.send(f"\x02{key}")
        seat.wait_for(shown)
        seat.send(ESCAPE)
        seat.wait_for(without(shown))
    seat.send("\x02t")
    seat.wait_for("scratch")
    seat.send("\x02t")
    seat.wait_for(lambda s: "scratch" not in s.text)
    seat.send("\x02s")
    seat.wait_for("Panes")
    works(seat, "last")


@pytest.mark.parametrize(
    ("env", "colours"),
    [
        ({"NO_COLOR": "1"}, 0),
        ({"TERM": "xterm", "COLORTERM": ""}, 16),
        ({"TERM": "xterm-256color", "COLORTERM": ""}, 256),
    ],
    ids=["NO_COLOR", "xterm", "256"],
)
def test_no_more_colours_than_it_has(desk: Desk, env: dict[str, str], colours: int) -> None:
    colours_are_at_most(colours, toured(desk, env))


@pytest.mark.parametrize("env", [{"LANG": "C"}, {"LC_ALL": "POSIX"}])
def test_no_letter_that_it_cannot_show(desk: Desk, env: dict[str, str]) -> None:
    letters_are_ascii(toured(desk, env, "since "))


@pytest.mark.parametrize(("term", "colours"), [("linux", 16), ("vt100", 0)])
def test_nothing_that_an_old_console_would_print(desk: Desk, term: str, colours: int) -> None:
    raw = toured(desk, {"TERM": term, "COLORTERM": ""}, "since ")
    colours_are_at_most(colours, raw)
    letters_are_ascii(raw)
    assert not STRINGS.findall(raw)
    assert not re.findall(rb"\x1b\[[0-?]*[ -/]+[@-~]", raw), "older consoles print the last letter of these"


def toured(desk: Desk, env: dict[str, str], title: str = "") -> bytes:
    """All that a terminal was sent for a tour, whose first title has these words."""
    seat = desk.sit(**env)  # type: ignore[arg-type]  # the sizes stay as they are
    seat.wait_for(title)
    seat.wait_for("$")
    tour(seat)
    seat.wait_quiet()
    assert mistakes(desk) == ""
    return bytes(seat.raw)


def colours_are_at_most(colours: int, raw: bytes) -> None:
    assert not RGB.findall(raw)
    if colours < 256:
        assert not INDEXED.findall(raw)
    if not colours:
        assert not COLOUR.findall(raw)


def letters_are_ascii(raw: bytes) -> None:
    assert {letter for letter in raw.decode() if not letter.isascii()} == set()


@pytest.mark.parametrize(("cols", "rows"), [(20, 6), (10, 3), (3, 2), (1, 1), (500, 200)])
def test_every_dialog_in_every_size(desk: Desk, cols: int, rows: int) -> None:
    seat = desk.sit(cols=cols, rows=rows)
    seat.wait_quiet()
    seat.send('\x02%\x02"')
    for key in (*DIALOGS, "t", "s", "q", "r", "y", "w", "/", "=", "~", "T", ":"):
        seat.send(f"\x02{key}")
        seat.pump(0.1)
        seat.send("ab\x1b[B\t")
        seat.pump(0.05)
        seat.send(ESCAPE)
        seat.pump(0.1)
        seat.send(ESCAPE)
        seat.pump(0.05)
    assert mistakes(desk) == ""
    seat.resize(80, 24)
    seat.wait_for(lambda s: "NORMAL" in s.screen()[-1] or "ctrl+b …" in s.screen()[-1])
    for _ in range(3):  # a large screen takes longer to draw than this person waited between two keys
        seat.send(ESCAPE)
        seat.wait_quiet()
    seat.send("\x02y\x15" if "SYNC" in seat.screen()[-1] else "\x15")
    works(seat)
    same_as_repainted(desk, seat)


def same_as_repainted(desk: Desk, seat: Seat) -> None:
    """Who comes now and has the same size sees the same."""
    other = desk.sit(cols=seat.cols, rows=seat.rows)
    other.wait_for("2 clients")
    seat.wait_for("2 clients")

    def same(_: Seat) -> bool:
        other.read()
        return other.screen() == seat.screen()

    try:
        seat.wait_for(same)
    except AssertionError:
        assert "\n".join(seat.screen()) == "\n".join(other.screen())
    other.send("\x02d")
    other.wait_exit()
    seat.wait_for(lambda s: "2 clients" not in s.text)


def open_nothing(seat: Seat) -> None:
    del seat


def opened(key: str, shown: str) -> Callable[[Seat], None]:
    def open_it(seat: Seat) -> None:
        seat.send(f"\x02{key}")
        seat.wait_for(shown)

    return open_it


@pytest.mark.parametrize("key", ["", "p", "[", "t"])
def test_a_storm_of_sizes(desk: Desk, key: str) -> None:
    chance = random.Random(f"storm {key}")
    seat = desk.sit(cols=120, rows=30)
    seat.wait_for("$")
    seat.send("seq 1 200\r")
    seat.wait_for("200")
    seat.send('\x02%\x02"')
    seat.wait_for("sh-3")
    if key:
        seat.send(f"\x02{key}")
        seat.pump(0.3)
    for _ in range(100):
        seat.resize(chance.choice((1, 2, 10, 20, 69, 70, 99, 100, 200, 300)), chance.choice((1, 2, 3, 6, 24, 50, 100)))
        seat.pump(0.02)
    seat.resize(100, 30)
    seat.wait_quiet(0.5) if not key else seat.pump(1)
    if key:
        same_as_repainted_when_covered(desk, seat)
    for _ in range(3):
        seat.send(ESCAPE)
        seat.pump(0.2)
    assert mistakes(desk) == ""
    seat.wait_for(lambda s: "NORMAL" in s.screen()[-1])
    seat.send("\x15")
    works(seat)
    same_as_repainted(desk, seat)


def same_as_repainted_when_covered(desk: Desk, seat: Seat) -> None:
    other = desk.sit(cols=seat.cols, rows=seat.rows)
    other.pump(1)

    def same(_: Seat) -> bool:
        other.read()
        return other.screen()[:-1] == seat.screen()[:-1]

    try:
        seat.wait_for(same)
    except AssertionError:
        assert "\n".join(seat.screen()) == "\n".join(other.screen())
    other.hang_up()
