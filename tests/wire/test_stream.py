"""A verb that goes on telling, from the host's line to whoever listens."""

import asyncio
import json
import threading
from collections.abc import AsyncGenerator, AsyncIterator, Callable
from typing import Any

import pytest

from muxer.errors import HostUnreachable, MuxerError, UnknownName
from muxer.paths import HostPaths
from muxer.wire.caller import Caller
from muxer.wire.client import stream
from muxer.wire.frames import CALL, PROTOCOL, pack
from muxer.wire.peer import connect
from muxer.wire.server import Server


async def until(condition: Callable[[], object]) -> None:
    async with asyncio.timeout(10):
        while not condition():  # noqa: ASYNC110 - nothing tells of it
            await asyncio.sleep(0.005)


class House:
    def __init__(self, paths: HostPaths) -> None:
        self.paths = paths
        self.asked = self.left = self.waiting = 0
        self.line = b'{"id":1}'
        self.enough = 10**9
        self.server = Server(paths, on_attach=lambda _line, _hello: None, on_call=self.call)
        self.server.listen()

    async def call(self, verb: str, _arguments: dict[str, Any], caller: Caller) -> object:
        match verb:
            case "tell":
                assert caller.line
                await caller.line.pour(self.lines())
            case "wait":
                self.waiting += 1
                try:
                    await asyncio.Event().wait()
                finally:
                    self.waiting -= 1
            case "list":
                return [{"id": 1}, {"id": 2}]
            case "miss":
                raise UnknownName("pane", "x", [])
        return None

    async def lines(self) -> AsyncGenerator[bytes, None]:
        try:
            while self.asked < self.enough:
                self.asked += 1
                await asyncio.sleep(0)
                yield self.line
        finally:
            self.left += 1


@pytest.fixture
async def house(paths: HostPaths) -> AsyncIterator[House]:
    house = House(paths)
    yield house
    house.server.close()


async def test_what_is_told_and_its_end(house: House) -> None:
    house.enough = 3
    assert await asyncio.to_thread(lambda: list(stream(house.paths, "tell"))) == [b'{"id":1}'] * 3


async def test_a_list_comes_as_lines(house: House) -> None:
    assert await asyncio.to_thread(lambda: list(stream(house.paths, "list"))) == [b'{"id":1}\n{"id":2}']
    assert await asyncio.to_thread(lambda: list(stream(house.paths, "nothing"))) == []


async def test_what_is_raised(house: House) -> None:
    with pytest.raises(UnknownName, match="no pane named 'x'"):
        await asyncio.to_thread(lambda: list(stream(house.paths, "miss")))


async def test_a_host_that_goes_away(house: House) -> None:
    heard = threading.Event()

    def listen() -> None:
        for _ in stream(house.paths, "tell"):
            heard.set()

    listening = asyncio.ensure_future(asyncio.to_thread(listen))
    await until(heard.is_set)
    house.server.close()
    with pytest.raises(HostUnreachable, match="went away while it told tell"):
        await listening


async def test_who_goes_on_leaves_before_the_next_host_comes(house: House) -> None:
    """Or two hosts would answer what is asked over that line."""
    house.line, asking = b"#" * 100_000, connect(house.paths)
    asking.sendall(pack(CALL, json.dumps({"protocol": PROTOCOL, "verb": "tell"}).encode()))
    await until(lambda: house.asked)
    other = connect(house.paths)
    other.sendall(pack(CALL, json.dumps({"protocol": PROTOCOL, "verb": "wait"}).encode()))
    await until(lambda: house.waiting)
    house.server.stop_listening()
    await until(lambda: house.left == 1)
    assert house.waiting == 1  # who is only asked something is still answered
    house.server.close()
    await until(lambda: not house.waiting)
    for sock in (asking, other):
        sock.close()


async def test_no_host(paths: HostPaths) -> None:
    with pytest.raises(MuxerError, match="is running: start it"):
        next(stream(paths, "tell"))


async def test_who_reads_nothing_is_told_no_more_and_does_not_hold_the_host_up(house: House) -> None:
    house.line = b"#" * 100_000
    sock = connect(house.paths)
    sock.sendall(pack(CALL, json.dumps({"protocol": PROTOCOL, "verb": "tell"}).encode()))
    before = 0
    while before != house.asked or not before:  # until it stands still
        before = house.asked
        await asyncio.sleep(0.05)
    assert before < 10
    async with asyncio.timeout(1):
        await house.server.settled(10)
    for _ in range(20):
        await asyncio.get_running_loop().run_in_executor(None, sock.recv, 1 << 17)
    assert house.asked > before
    sock.close()
    await until(lambda: house.left == 1)
