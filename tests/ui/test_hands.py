"""Hands are driven by a person in test_app.py; here is what a person at a keyboard cannot show."""

import asyncio
from types import SimpleNamespace
from typing import Any

import pytest

from muxer.errors import SpawnFailed
from muxer.terminal.terminal import Terminal
from muxer.settings.actions import ACTIONS
from muxer.ui.hands import Hands
from muxer.settings.keymaps import read_keymap
from muxer.ui.layout import Region
from muxer.ui.voice import Voice
from muxer.ui.workbench import Workbench


class Room:
    """A picture and a runtime that write down what is asked of them."""

    def __init__(self, terminal: Terminal | None = None) -> None:
        self.bench = Workbench()
        self.driver: Any = SimpleNamespace(active=None)
        self.panes_room = Region(0, 0, 80, 23)
        self.terminals = {"p1": terminal} if terminal else {}
        self.done: list[object] = []
        keymap = read_keymap("tmux")
        self.voice = Voice(keymap, lambda: None)
        self.hands = Hands(host="desk", picture=self, runtime=self, keymap=keymap, voice=self.voice)  # type: ignore[arg-type]

    def arranged(self) -> None:
        self.done.append("arranged")

    def typed_into(self, pane: str) -> None:
        self.done.append(pane)

    async def call(self, verb: str, **arguments: object) -> object:
        self.done.append((verb, arguments))
        if arguments.get("split") == "down":
            raise SpawnFailed("cannot start 'sh': not found")
        return None


@pytest.mark.parametrize("action", sorted(ACTIONS))
async def test_every_action_is_harmless_on_an_empty_screen(action: str) -> None:
    room = Room()
    room.hands.act(action)
    await asyncio.sleep(0)
    made = action.startswith("split.") or action == "tab.new"
    assert [done for done in room.done if done != "arranged"] == (room.done if made else [])


async def test_without_a_pane_what_is_typed_goes_nowhere() -> None:
    room = Room()
    room.hands.type_text(b"x")
    room.hands.paste(b"x")
    assert room.done == []


async def test_a_pane_that_is_still_starting_is_not_closed() -> None:
    room = Room()
    room.bench.place("p1")
    room.hands.act("pane.close")
    assert room.done == []
    assert room.voice.words(prefixed=False) == ("this pane is still starting", "bad")


async def test_what_a_verb_refuses_is_said() -> None:
    room = Room()
    room.hands.act("split.down")
    await asyncio.gather(*room.hands._calls)
    assert room.voice.words(prefixed=False) == ("cannot start 'sh': not found", "bad")


async def test_a_program_that_wants_every_key_gets_text_as_keys(terminal: Terminal) -> None:
    room = Room(terminal)
    room.bench.place("p1")
    written: list[bytes] = []
    terminal._pty.write = written.append  # type: ignore[method-assign,assignment]  # what would reach the program
    room.hands.type_text(b"ab")
    terminal.engine.feed(b"\x1b[>8u")
    room.hands.type_text(b"ab")
    assert written == [b"ab", b"\x1b[97u", b"\x1b[98u"]
    assert room.done == ["p1", "p1"]
