import contextlib
import os
import pty
import tty
from collections.abc import AsyncIterator, Callable
from pathlib import Path

import msgspec
import pytest
from textual.app import App

from muxer.config import Config
from muxer.settable import Look as LookSettings
from muxer.settings.keymaps import read_keymap
from muxer.settings.themes import read_theme
from muxer.terminal.terminal import Terminal
from muxer.ui.driver import SocketDriver
from muxer.ui.look import Look
from muxer.ui.tints import ASK, ASK_AGAIN, FOLLOW, LET_BE, RESET, Tints, is_dark, told
from muxer.ui.viewer import Viewer
from muxer.wire import frames
from muxer.wire.tty import COLORS_RESET, COLORS_SET
from tests.ui.glass import Glass, until

NIGHT_GROUND = b"\x1b]11;rgb:1a1a/1b1b/2626\x1b\\"
BLACK, WHITE = b"\x1b]11;rgb:0000/0000/0000\x1b\\", b"\x1b]11;rgb:ffff/ffff/ffff\x07"


class Place:
    """A driver that belongs to no running app, the terminals attached to it, and a program."""

    def __init__(self, terminal: Terminal) -> None:
        self.driver = SocketDriver(App())
        self.look = Look(config=Config(), keymap=read_keymap("tmux"), theme=read_theme("night"))
        self.terminal = terminal
        self.tints = Tints(self.driver, self.look, lambda: [terminal])
        self.wanted: list[str] = []
        self.said: list[str] = []
        self.tints.on_scheme = self.wanted.append
        self.tints.on_misfit = self.said.append
        self.glasses: list[Glass] = []

    def attach(self, **env: str) -> tuple[Glass, Viewer]:
        glass = Glass(answers=False)
        glass.blind = True
        glass.hello["env"] = {"TERM": "xterm-256color"} | env
        self.glasses.append(glass)
        return glass, self.driver.attach(glass.line, glass.hello)

    def wear(self, name: str) -> None:
        self.look.theme = read_theme(name)
        self.tints.dress()

    def follow(self, *, on: bool = True, dark: str = "night", light: str = "day") -> None:
        self.look.config = msgspec.structs.replace(Config(), look=LookSettings(follow=on, dark=dark, light=light))

    def asked(self, query: bytes) -> bytes:
        """What a program that asks is answered."""
        replies = self.terminal.engine.replies
        replies.clear()
        self.terminal.engine.feed(query)
        return bytes(replies)


@pytest.fixture
async def place(terminal: Terminal) -> AsyncIterator[Place]:
    made = Place(terminal)
    yield made
    for glass in made.glasses:
        glass.hang_up()


async def heard(glass: Glass, deed: Callable[[], object]) -> str:
    """What the terminal hears because of a deed."""
    await until(lambda: glass.raw, "the first bytes")
    before = len(glass.raw)
    deed()
    glass.line.send(frames.OUTPUT, b"<end>")
    await until(lambda: glass.raw[before:].endswith(b"<end>"))
    return glass.raw[before : -len(b"<end>")].decode()


def test_a_theme_in_a_terminals_words() -> None:
    night = told(read_theme("night"))
    assert night.startswith("\x1b]4;0;rgb:32/34/4a\x1b\\\x1b]4;1;rgb:f7/76/8e\x1b\\")
    assert night.endswith("\x1b]11;rgb:1a/1b/26\x1b\\\x1b]12;rgb:c0/ca/f5\x1b\\")
    assert night.count("\x1b]") == night.count("\x1b\\") == 19
    assert COLORS_SET.decode() in night
    assert RESET.encode() == COLORS_RESET
    assert told(read_theme("terminal")) == ""


async def test_a_terminal_is_asked_for_its_own_colours_and_then_told_once(place: Place) -> None:
    glass, _ = place.attach()
    night = told(read_theme("night"))
    assert await heard(glass, place.tints.dress) == RESET + ASK + night + ASK_AGAIN
    assert await heard(glass, place.tints.dress) == ""
    late, _ = place.attach()
    assert await heard(late, place.tints.dress) == RESET + ASK + night + ASK_AGAIN
    day = told(read_theme("day"))
    assert await heard(glass, lambda: place.wear("day")) == day + ASK_AGAIN
    assert late.raw.endswith(day.encode() + ASK_AGAIN.encode())


async def test_one_that_took_a_theme_is_not_asked_again(place: Place) -> None:
    glass, viewer = place.attach()
    await heard(glass, place.tints.dress)
    place.tints.heard(viewer, BLACK)
    place.tints.heard(viewer, NIGHT_GROUND)
    assert await heard(glass, lambda: place.wear("nord")) == told(read_theme("nord"))


async def test_the_terminals_own_theme_sends_nothing_but_takes_another_back(place: Place) -> None:
    place.look.theme = read_theme("terminal")
    glass, _ = place.attach()
    assert await heard(glass, place.tints.dress) == ASK
    await heard(glass, lambda: place.wear("night"))
    assert await heard(glass, lambda: place.wear("terminal")) == RESET


async def test_a_terminal_that_was_away_is_told_again(place: Place) -> None:
    glass, viewer = place.attach()
    first = await heard(glass, place.tints.dress)
    viewer.suspend()
    assert await heard(glass, lambda: place.wear("day")) == ""
    place.wear("night")
    glass.say(frames.REPAINT)
    await until(lambda: not viewer.suspended)
    assert await heard(glass, place.tints.dress) == first
    frame = await heard(glass, lambda: viewer.frame(b"a frame", whole=True))
    assert frame == "a frame", "what changed while it was away does not come after what holds now"


@pytest.mark.parametrize(
    "env", [{"TERM": "linux"}, {"TERM": "xterm"}, {"NO_COLOR": "1"}, {"MUXER_PANE": "p3"}], ids=str
)
async def test_a_terminal_that_has_no_use_for_a_theme_is_told_none(place: Place, env: dict[str, str]) -> None:
    glass, _ = place.attach(**env)
    expected = "" if env.get("TERM") == "linux" else ASK
    assert await heard(glass, place.tints.dress) == expected
    assert await heard(glass, lambda: place.wear("day")) == ""


async def test_one_that_keeps_its_own_colours_is_left_alone_and_its_person_told(place: Place) -> None:
    glass, viewer = place.attach()
    await heard(glass, place.tints.dress)
    place.tints.heard(viewer, b"\x1b]10;rgb:1111/1111/1111\x1b\\")
    place.tints.heard(viewer, WHITE)
    assert await heard(glass, lambda: place.tints.heard(viewer, WHITE)) == RESET
    words = (
        "this terminal keeps its own light background, and night is made for a dark one: choose the theme terminal, "
    )
    assert place.said == [f"{words}or a light one"]
    assert b"11;rgb:ffff/ffff/ffff" in place.asked(b"\x1b]11;?\x1b\\")
    assert b"10;rgb:1111/1111/1111" in place.asked(b"\x1b]10;?\x1b\\")
    place.tints.dress()
    assert await heard(glass, lambda: place.wear("day")) == ""
    assert len(place.said) == 1


async def test_programs_that_ask_are_told_the_themes_colours(place: Place) -> None:
    place.tints.tint(place.terminal)
    assert b"11;rgb:1a1a/1b1b/2626" in place.asked(b"\x1b]11;?\x1b\\")
    place.wear("day")
    assert b"11;rgb:fafa/fafa/fcfc" in place.asked(b"\x1b]11;?\x1b\\")
    red, green, blue = read_theme("day").palette[1]
    wanted = f"4;1;rgb:{red:02x}{red:02x}/{green:02x}{green:02x}/{blue:02x}{blue:02x}"
    assert wanted.encode() in place.asked(b"\x1b]4;1;?\x1b\\")


async def test_with_the_terminals_own_theme_they_are_told_what_the_terminal_outside_has(place: Place) -> None:
    place.look.theme = read_theme("terminal")
    place.tints.tint(place.terminal)
    assert b"11;rgb:0000/0000/0000" in place.asked(b"\x1b]11;?\x1b\\")
    _, viewer = place.attach()
    place.tints.dress()
    place.tints.heard(viewer, b"\x1b]10;rgb:1111/2222/3333\x1b\\")
    place.tints.heard(viewer, b"\x1b]11;rgb:ff/ee/dd\x07")
    place.tints.heard(viewer, b"\x1b[?62c")
    assert b"11;rgb:ffff/eeee/dddd" in place.asked(b"\x1b]11;?\x1b\\")
    assert b"10;rgb:1111/2222/3333" in place.asked(b"\x1b]10;?\x1b\\")


async def test_a_program_that_wants_to_know_hears_when_it_turns_light(tmp_path: Path) -> None:
    master, slave = pty.openpty()
    tty.setraw(slave)
    os.set_blocking(master, False)
    os.set_blocking(slave, False)
    terminal = Terminal.fresh("p2", master, str(tmp_path), 20, 5)
    terminal.start()
    place = Place(terminal)
    place.tints.dress()
    terminal.engine.feed(b"\x1b[?2031h")
    place.wear("nord")
    place.wear("day")
    place.wear("gruvbox-light")
    place.wear("night")
    heard = bytearray()

    def told_twice() -> bool:
        with contextlib.suppress(BlockingIOError):
            heard.extend(os.read(slave, 100))
        return heard.count(b"n") >= 2

    await until(told_twice, "two reports")
    assert heard == b"\x1b[?997;2n\x1b[?997;1n"
    terminal.forget()
    os.close(master)
    os.close(slave)


async def test_following_asks_the_terminal_and_wears_what_fits(place: Place) -> None:
    place.follow(dark="gruvbox", light="solarized-light")
    glass, viewer = place.attach()
    assert (await heard(glass, place.tints.dress)).endswith(FOLLOW)
    place.tints.heard(viewer, BLACK)
    assert place.wanted == ["gruvbox"]
    place.wear("gruvbox")
    place.tints.heard(viewer, b"\x1b[?997;1n")
    assert place.wanted == ["gruvbox"]
    place.tints.heard(viewer, b"\x1b[?997;2n")
    assert place.wanted == ["gruvbox", "solarized-light"]
    place.wear("rose-pine-dawn")
    place.tints.heard(viewer, b"\x1b[?997;2n")
    assert len(place.wanted) == 2, "a light theme that was chosen by hand fits as well"
    place.follow(on=False)
    assert (await heard(glass, place.tints.dress)).endswith(LET_BE)
    place.tints.heard(viewer, b"\x1b[?997;1n")
    assert len(place.wanted) == 2


async def test_nothing_follows_unless_it_is_told_to(place: Place) -> None:
    glass, viewer = place.attach()
    assert "2031" not in await heard(glass, place.tints.dress)
    place.tints.heard(viewer, WHITE)
    place.tints.heard(viewer, b"\x1b[?997;2n")
    assert place.wanted == []


async def test_who_left_is_forgotten(place: Place) -> None:
    glass, _ = place.attach()
    await heard(glass, place.tints.dress)
    glass.hang_up()
    await until(lambda: not place.driver.viewers)
    place.tints.dress()
    assert place.tints._seats == {}


@pytest.mark.parametrize(("color", "dark"), [((0, 0, 0), True), ((253, 246, 227), False), ((0, 0, 255), True)])
def test_dark_is_what_light_text_stands_on(color: tuple[int, int, int], dark: bool) -> None:
    assert is_dark(color) is dark
