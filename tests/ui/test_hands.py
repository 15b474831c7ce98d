"""Hands are driven by a person in test_app.py; here is what a person at a keyboard cannot show."""

import asyncio

import pytest

from muxer.model import Exit
from muxer.settings.actions import ACTIONS
from muxer.terminal.keys import Key
from muxer.terminal.terminal import Terminal
from muxer.ui.app import MuxerApp
from muxer.ui.hands import Hands
from tests.ui.conftest import StillRuntime
from tests.ui.glass import until

Still = tuple[MuxerApp, StillRuntime]

OPENERS = {"split.right", "split.down", "tab.new", "scratch.toggle"}
"""What opens a pane where there is none."""


async def test_every_action_is_done_and_harmless_on_an_empty_screen(still: Still) -> None:
    app, runtime = still
    for action in ACTIONS:
        app.act(action)
        await asyncio.sleep(0)
        opened = [verb for verb, _ in runtime.called if verb in ("new", "kill", "layout", "rename", "stop", "restart")]
        assert bool(opened) == (action in OPENERS), action
        runtime.called.clear()
        while len(app.screen_stack) > 1:
            await app.pop_screen()
        while app.voice.asking:
            app.voice.answer("escape")
        app.mode = ""


async def test_without_a_pane_what_is_typed_goes_nowhere(still: Still) -> None:
    app, runtime = still
    hands = Hands(app)
    hands.type_text(b"x")
    hands.paste(b"x")
    assert runtime.called == []


async def test_a_pane_that_is_still_starting_is_not_closed(still: Still) -> None:
    app, runtime = still
    app.stage.place("p1", tab="", way="right", show=True)
    app.act("pane.close")
    assert runtime.called == []
    assert app.voice.words() == ("this pane is still starting", "bad")


async def test_what_a_verb_refuses_is_said(still: Still) -> None:
    app, runtime = still
    runtime.refuses = "cannot start 'sh': not found"
    app.act("split.down")
    await until(lambda: app.voice.words() == ("cannot start 'sh': not found", "bad"))


async def test_a_program_that_wants_every_key_gets_text_as_keys(still: Still, terminal: Terminal) -> None:
    app, runtime = still
    written: list[bytes] = []
    terminal._pty.write = written.append  # type: ignore[method-assign,assignment]  # what would reach the program
    app.stage.place("p1", tab="", way="right", show=True)
    runtime.living["p1"] = terminal
    app.stage.open("p1", terminal)
    hands = Hands(app)
    hands.type_text(b"ab")
    terminal.engine.feed(b"\x1b[>8u")
    hands.type_text(b"ab")
    assert written == [b"ab", b"\x1b[97u", b"\x1b[98u"]


@pytest.fixture
async def over(still: Still, terminal: Terminal) -> tuple[Hands, StillRuntime, list[bytes]]:
    """Somebody in front of a program that has ended."""
    app, runtime = still
    written: list[bytes] = []
    terminal._pty.write = written.append  # type: ignore[method-assign,assignment]  # what would reach the program
    app.stage.place("p1", tab="", way="right", show=True)
    runtime.living["p1"] = terminal
    runtime.known["p1"] = {"exit": Exit(status=1), "state": "exited"}
    app.stage.open("p1", terminal)
    return Hands(app), runtime, written


async def test_enter_starts_an_ended_program_again_and_x_closes_its_pane(
    over: tuple[Hands, StillRuntime, list[bytes]],
) -> None:
    hands, runtime, written = over
    hands.press(Key("enter"))
    hands.type_text(b"x")
    await until(lambda: len(runtime.called) == 2)
    assert runtime.called == [("restart", {"pane": ["p1"]}), ("kill", {"pane": "p1"})]
    assert written == []


async def test_whoever_was_typing_when_it_ended_closes_nothing(over: tuple[Hands, StillRuntime, list[bytes]]) -> None:
    hands, runtime, written = over
    for letter in (b"e", b"x", b"i", b"t", b"x y"):
        hands.type_text(letter)
    hands.press(Key("up"))
    hands.paste(b"x")
    await asyncio.sleep(0)
    assert (runtime.called, written) == ([], [])
