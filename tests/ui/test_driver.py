import asyncio
from collections.abc import AsyncIterator

import pytest
from textual.app import App, ComposeResult
from textual.screen import ModalScreen
from textual.widgets import Input, Static

from muxer.terminal.outer import Token, Typed
from muxer.ui.driver import SizePolicy, SocketDriver
from muxer.ui.viewer import SYNC_ON, Viewer
from muxer.wire import frames
from tests.ui.glass import Glass, until


class Question(ModalScreen[None]):
    """Something that lies over the rest."""

    def compose(self) -> ComposeResult:
        yield Input(id="answer")


class Board(App[None]):
    """One text in every row, and notes of what the driver tells its stage."""

    CSS = "Screen { overflow: hidden; } Static { width: 120; }"

    def __init__(self) -> None:
        super().__init__(driver_class=SocketDriver)
        self.tokens: list[Token] = []
        self.came = asyncio.Event()

    def compose(self) -> ComposeResult:
        yield Static("\n".join(f"row {y:02} {'=' * 100}" for y in range(60)), markup=False)

    def on_ready(self) -> None:
        self.driver.stage = self
        self.came.set()

    @property
    def driver(self) -> SocketDriver:
        assert isinstance(self._driver, SocketDriver)
        return self._driver

    def take(self, viewer: Viewer, token: Token) -> bool:
        del viewer
        self.tokens.append(token)
        return len(self.screen_stack) == 1

    def viewers_changed(self) -> None:
        """Nothing of this stage depends on who looks."""

    def room(self) -> None:
        """Nothing was put off."""

    def rows(self) -> list[str] | None:
        """Textual's compositor puts the picture together."""
        return None

    def before_paint(self) -> None:
        """All is painted already."""


class House:
    """An app, and the terminals that look at it."""

    def __init__(self, app: Board) -> None:
        self.app = app
        self.glasses: list[Glass] = []

    def attach(self, cols: int, rows: int, *, answers: bool = True, **env: str) -> Glass:
        glass = Glass(cols, rows, answers=answers)
        glass.hello["env"] = {"TERM": "xterm-256color", "COLORTERM": "truecolor"} | env
        self.glasses.append(glass)
        self.app.driver.attach(glass.line, glass.hello)
        return glass


@pytest.fixture
async def house() -> AsyncIterator[House]:
    app = Board()
    running = asyncio.ensure_future(app.run_async(size=(60, 20)))
    await app.came.wait()
    made = House(app)
    yield made
    for glass in made.glasses:
        glass.hang_up()
    app.exit()
    await running


def rows_of(glass: Glass) -> list[str]:
    return [row[:6] for row in glass.screen()]


def numbered(count: int) -> list[str]:
    return [f"row {y:02}" for y in range(count)]


async def sees(glass: Glass, rows: int) -> None:
    await until(lambda: rows_of(glass) == numbered(rows), f"{rows} rows")


async def test_who_attaches_sees_everything_at_their_own_size(house: House) -> None:
    glass = house.attach(30, 8)
    await sees(glass, 8)
    assert house.app.size == (30, 8)
    assert not glass.board.modes.cursor_visible


async def test_without_anybody_nothing_is_composed(house: House) -> None:
    assert house.app.driver.is_headless
    assert not house.app.driver.ready
    house.app.driver.show("to nobody")
    house.app.driver.flush()
    glass = house.attach(30, 8)
    await sees(glass, 8)
    assert b"to nobody" not in glass.raw


async def test_the_smallest_decides_until_it_leaves(house: House) -> None:
    large = house.attach(50, 16)
    await sees(large, 16)
    small = house.attach(70, 6)
    await sees(small, 6)
    assert house.app.size == (50, 6)
    await until(lambda: large.screen()[6:] == [""] * 10, "nothing is left under what both can see")
    small.hang_up()
    await sees(large, 16)


async def test_where_the_latest_decides_a_smaller_terminal_sees_a_clean_crop(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    policy: SizePolicy = "latest"
    monkeypatch.setattr(SocketDriver, "policy", policy)
    small = house.attach(20, 6)
    await sees(small, 6)
    large = house.attach(50, 16)
    await sees(large, 16)
    assert house.app.size == (50, 16)
    await until(lambda: small.screen() == [f"row {y:02} {'=' * 13}" for y in range(6)], "a crop")
    small.type(b"x")
    await until(lambda: house.app.size == (20, 6), "the size of who typed last")


async def test_a_terminal_that_is_resized_is_painted_anew(house: House) -> None:
    glass = house.attach(40, 10)
    await sees(glass, 10)
    glass.resize(30, 14)
    await sees(glass, 14)


async def test_a_suspended_terminal_has_no_say_in_the_size(house: House) -> None:
    large, small = house.attach(50, 16), house.attach(30, 6)
    await sees(small, 6)
    house.app.driver.viewers[1].suspend()
    large.say(frames.REPAINT)
    await sees(large, 16)
    small.say(frames.REPAINT)
    await until(lambda: house.app.size == (30, 6))
    await sees(small, 6)


async def test_each_terminal_has_its_own_colours(house: House) -> None:
    true, many, few = (
        house.attach(40, 10), house.attach(40, 10, COLORTERM=""), house.attach(40, 10, TERM="linux", COLORTERM=""),
    )  # fmt: skip
    await sees(few, 10)
    house.app.driver.show("\x1b[1;1H\x1b[38;2;255;0;0mred\x1b[0m")
    house.app.driver.flush()
    await until(lambda: all(b"red" in glass.raw for glass in house.glasses))
    assert b"\x1b[38;2;255;0;0mred" in true.raw
    assert b"\x1b[38;5;196mred" in many.raw
    assert b"\x1b[91mred" in few.raw
    assert b"8;2;" not in many.raw + few.raw
    assert b"8;5;" not in few.raw


async def test_a_terminal_that_does_not_read_is_painted_once_it_does_and_stops_nobody(house: House) -> None:
    slow, quick = house.attach(40, 10), house.attach(40, 10)
    await sees(slow, 10)
    await sees(quick, 10)
    slow.go_deaf()
    slow.blind = quick.blind = True
    viewer = house.app.driver.viewers[0]
    for n in range(200):
        house.app.driver.show(f"\x1b[1;1Hframe {n} {'.' * 10000}")
        house.app.driver.flush()
        await asyncio.sleep(0)
    await until(lambda: quick.raw.rstrip(b"\x1b[?2026l").find(b"frame 199") > 0)
    assert viewer.stale
    assert slow.line.busy < 100_000
    slow.raw = b""
    slow.blind = False
    slow.listen()
    await until(lambda: not viewer.stale, "a picture after the jam")
    assert b"frame 199" not in slow.raw
    assert rows_of(slow)[1:] == numbered(10)[1:]


async def test_frames_end_with_the_cursor(house: House) -> None:
    glass = house.attach(40, 10)
    await sees(glass, 10)
    house.app.driver.cursor = "\x1b[3;4H\x1b[?25h"
    house.app.driver.show("\x1b[9;9Hx")
    house.app.driver.flush()
    await until(lambda: (glass.board.cursor.x, glass.board.cursor.y) == (3, 2))
    assert glass.board.modes.cursor_visible


async def test_what_is_held_together_is_so_only_where_it_was_answered_for(house: House) -> None:
    able, plain = house.attach(40, 10), house.attach(40, 10, answers=False)
    await sees(plain, 10)
    house.app.driver.repaint_all()
    await until(lambda: SYNC_ON in able.raw)
    assert SYNC_ON not in plain.raw


async def test_what_lies_over_the_rest_is_painted_and_typed_into(house: House) -> None:
    """The private names of Textual that the driver uses: its compositor, its screens, its parser of input."""
    glass = house.attach(40, 10)
    await sees(glass, 10)
    house.app.call_later(house.app.push_screen, Question())
    await until(lambda: rows_of(glass) != numbered(10), "a question over the rows")
    box = house.app.screen.query_one(Input)
    await until(lambda: box.has_focus, "the cursor in the box")
    glass.type("hé".encode())
    await until(lambda: box.value == "hé", "what was typed")
    glass.type(b"\x1b[D")
    await until(lambda: box.cursor_position == 1)
    glass.type(b"!")
    await until(lambda: box.value == "h!é", "what was typed")
    late = house.attach(40, 10)
    await late.sees("h!é")
    house.app.call_later(house.app.pop_screen)
    await sees(late, 10)


async def test_bytes_for_one_or_for_all(house: House) -> None:
    here, there = house.attach(40, 10), house.attach(40, 10)
    await sees(there, 10)
    house.app.driver.control("\x1b]52;c;YQ==\x1b\\", house.app.driver.viewers[0])
    house.app.driver.write("\x07")
    await until(lambda: b"\x07" in here.raw and b"\x07" in there.raw)
    assert b"]52;" in here.raw
    assert b"]52;" not in there.raw


async def test_keys_are_the_stages_first(house: House) -> None:
    glass = house.attach(40, 10)
    await sees(glass, 10)
    glass.type(b"q")
    await until(lambda: any(isinstance(token, Typed) for token in house.app.tokens))
    assert house.app.driver.active is house.app.driver.viewers[0]


async def test_an_app_that_fails_leaves_the_terminals_to_its_host_and_says_why(house: House) -> None:
    glass = house.attach(40, 10)
    await sees(glass, 10)
    failure = ZeroDivisionError("poisoned")

    def fail() -> None:
        raise failure

    house.app.call_later(fail)
    await until(lambda: house.app.driver.failure is failure)
    assert len(house.app.driver.viewers) == 1
    assert frames.EXIT not in glass.kinds
