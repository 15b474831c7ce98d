from collections.abc import AsyncIterator, Callable

import pytest
from textual.app import App

from muxer.terminal.engine import CopyAsked, Modes, MouseMode, Notified, Rang
from muxer.ui.driver import SocketDriver
from muxer.ui.outside import Outside
from muxer.wire import frames
from tests.ui.glass import Glass, until

PLAIN = Modes()


class Place:
    """A driver that belongs to no running app, and the terminals attached to it."""

    def __init__(self) -> None:
        self.driver = SocketDriver(App())
        self.outside = Outside(self.driver)
        self.glasses: list[Glass] = []

    def attach(self) -> Glass:
        glass = Glass()
        self.glasses.append(glass)
        self.driver.attach(glass.line, glass.hello)
        return glass


@pytest.fixture
async def place() -> AsyncIterator[Place]:
    made = Place()
    yield made
    for glass in made.glasses:
        glass.hang_up()


async def told(glass: Glass, deed: Callable[[], object]) -> bytes:
    """What the terminal hears because of a deed."""
    await until(lambda: glass.raw, "the first bytes")
    before = len(glass.raw)
    deed()
    glass.line.send(frames.OUTPUT, b"<end>")
    await until(lambda: glass.raw[before:].endswith(b"<end>"))
    return glass.raw[before : -len(b"<end>")]


async def test_a_cursor_is_put_where_it_is_or_hidden(place: Place) -> None:
    assert place.outside.cursor(None) == "\x1b[?25l"
    assert place.outside.cursor((4, 2, "bar", True)) == "\x1b[3;5H\x1b[5 q\x1b[?25h"
    assert place.outside.cursor((0, 0, "block", False)) == "\x1b[1;1H\x1b[2 q\x1b[?25h"


async def test_a_program_that_wants_nothing_costs_no_byte(place: Place) -> None:
    glass = place.attach()
    assert await told(glass, lambda: place.outside.follow(PLAIN)) == b""


async def test_each_terminal_is_told_once_and_told_back(place: Place) -> None:
    glass = place.attach()
    wants = Modes(kitty_flags=9, mouse=MouseMode.MOVES)
    assert await told(glass, lambda: place.outside.follow(wants)) == b"\x1b[=13;1u\x1b[?1003h\x1b[?1002h"
    assert await told(glass, lambda: place.outside.follow(wants)) == b""
    late = place.attach()
    assert await told(late, lambda: place.outside.follow(wants)) != b""
    assert await told(glass, lambda: place.outside.follow(PLAIN)) == b"\x1b[=5;1u\x1b[?1003l\x1b[?1002h"


async def test_a_terminal_that_sets_its_modes_anew_is_told_again(place: Place) -> None:
    glass = place.attach()
    wants = Modes(kitty_flags=9)
    await told(glass, lambda: place.outside.follow(wants))
    before = len(glass.raw)
    glass.say(frames.REPAINT)
    await until(lambda: len(glass.raw) > before)
    assert await told(glass, lambda: place.outside.follow(wants)) == b"\x1b[=13;1u"


async def test_who_left_is_forgotten(place: Place) -> None:
    place.attach()
    place.outside.follow(Modes(kitty_flags=9))
    place.outside.forget_unless([])
    assert place.outside._told == {}


async def test_a_bell_and_a_clipboard_reach_every_terminal(place: Place) -> None:
    here, there = place.attach(), place.attach()

    def announce() -> None:
        place.outside.pass_on(CopyAsked("grüße"))
        place.outside.pass_on(Rang())
        place.outside.pass_on(Notified("a", "b"))

    assert await told(here, announce) == b"\x1b]52;c;Z3LDvMOfZQ==\x1b\\\x07"
    await until(lambda: there.raw.endswith(b"\x1b]52;c;Z3LDvMOfZQ==\x1b\\\x07"))


async def test_a_program_that_rings_without_end_is_one_bell(place: Place) -> None:
    glass = place.attach()

    def ring() -> None:
        for _ in range(1000):
            place.outside.pass_on(Rang())

    assert await told(glass, ring) == b"\x07"
