"""Text that is dictated to a keeper, as the host sees it."""

import asyncio
import os
import signal
from collections.abc import AsyncIterator

import pytest

from muxer.channel import Message
from muxer.errors import KeeperLost, MuxerError
from muxer.terminal.dictation import Dictation, Typed
from tests.house import House, house_in, until

DEAF = "stty raw; echo ready; exec tail -f /dev/null"


@pytest.fixture
async def house() -> AsyncIterator[House]:
    async with house_in() as made:
        yield made


async def start(house: House, script: str) -> str:
    panes = house.panes
    pane = await panes.open(panes.new_id(), ["sh", "-c", script], cwd="/", name="", cols=60, rows=10)
    house.screen.shown[pane.id] = pane.terminal
    pane.terminal.start()
    await house.shows(pane.id, "ready")
    return pane.id


async def test_a_text_and_its_enter(house: House) -> None:
    pane = await start(house, "stty raw -echo; echo ready; exec cat")
    dictation = house.custody.dictation
    assert dictation.last(pane) is None
    for _ in range(2):
        await dictation.text(pane, 5, b"once")
        await dictation.enter(pane, 5, 1, b"!")
    assert dictation.last(pane) == Typed(number=5, left=0, enters=1)
    await dictation.text(pane, 6, b"END")
    await house.shows(pane, "once!END")


async def test_what_an_answer_says_does_not_undo_what_came_after_it() -> None:
    done = {"number": 5, "left": 0, "enters": 0, "lost": False}

    async def request(_: str, **_words: object) -> tuple[Message, list[int]]:
        dictation.hear("p1", done)  # both were read at once, and who waits for the answer goes on later
        return {"typed": {**done, "left": 7}}, []

    dictation = Dictation(request)
    async with asyncio.timeout(5):
        await dictation.text("p1", 5, b"once")
    assert dictation.last("p1") == Typed(number=5, left=0, enters=0)


async def test_the_next_host_knows_what_was_typed(house: House) -> None:
    pane = await start(house, "echo ready; exec cat")
    await house.custody.dictation.text(pane, 5, b"x")
    house.leave()
    await house.open()
    await house.panes.recover()
    assert house.custody.dictation.last(pane) == Typed(number=5, left=0, enters=0)


async def test_a_program_that_does_not_read_is_waited_for_until_it_ends(house: House) -> None:
    pane = await start(house, DEAF)
    typing = asyncio.ensure_future(house.custody.dictation.text(pane, 5, b"x" * 300_000))
    await until(lambda: (last := house.custody.dictation.last(pane)) and last.left, "some of it")
    await house.panes.signal(house.panes.living[pane], signal.SIGKILL)
    with pytest.raises(MuxerError, match="before it had read all"):
        await typing
    with pytest.raises(MuxerError, match="has ended"):
        await house.custody.dictation.text(pane, 6, b"x")


async def test_a_keeper_that_dies_leaves_doubt(house: House) -> None:
    pane = await start(house, DEAF)
    typing = asyncio.ensure_future(house.custody.dictation.text(pane, 5, b"x" * 300_000))
    await until(lambda: house.custody.dictation.last(pane), "the first of it")
    os.kill(house.custody.keeper_pid, signal.SIGKILL)
    with pytest.raises(KeeperLost, match="look whether"):
        await typing
    await until(lambda: house.custody.dictation.last(pane) is None)
