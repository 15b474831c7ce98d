"""Somebody who speaks HTTP by hand, and a host that offers little."""

import asyncio
import json
import socket
from collections.abc import AsyncGenerator, Sequence
from contextlib import suppress
from typing import Any

from muxer.errors import MuxerError, UnknownName, UsageError
from muxer.wire.caller import Caller
from muxer.wire.web import Offer, Told


class Surfer:
    """A connection. What is said is bytes, for most of it is wrong."""

    def __init__(self, sock: socket.socket) -> None:
        sock.setblocking(False)
        self.sock = sock
        self.heard = b""

    async def say(self, *lines: str, body: str = "") -> None:
        await self.babble(("\r\n".join(lines) + "\r\n\r\n" + body).encode())

    async def babble(self, data: bytes) -> None:
        await asyncio.get_running_loop().sock_sendall(self.sock, data)

    async def get(self, path: str, *headers: str) -> tuple[int, Any]:
        await self.say(f"GET {path} HTTP/1.1", "Host: here", *headers)
        return await self.answer()

    async def post(self, path: str, body: str, *headers: str) -> tuple[int, Any]:
        await self.say(
            f"POST {path} HTTP/1.1", "Host: here", f"Content-Length: {len(body.encode())}", *headers, body=body
        )
        return await self.answer()

    async def answer(self) -> tuple[int, Any]:
        """Status and content of the next one."""
        head = await self.until(b"\r\n\r\n")
        length = int(head.lower().split(b"content-length: ")[1].split(b"\r\n")[0])
        while len(self.heard) < length:
            await self.more()
        body, self.heard = self.heard[:length], self.heard[length:]
        return int(head.split()[1]), json.loads(body) if body else None

    async def until(self, end: bytes) -> bytes:
        while end not in self.heard:
            await self.more()
        found, _, self.heard = self.heard.partition(end)
        return found

    async def more(self) -> None:
        async with asyncio.timeout(10):
            data = await asyncio.get_running_loop().sock_recv(self.sock, 1 << 16)
        if not data:
            raise EOFError
        self.heard += data

    async def is_left(self) -> bool:
        """It was hung up on, without another word."""
        with suppress(EOFError, ConnectionError):
            while not self.heard:
                await self.more()
        return not self.heard


class Shop:
    """What is offered, and what became of it."""

    def __init__(self) -> None:
        self.callers: list[Caller] = []
        self.cancelled: list[str] = []
        self.asked: list[tuple[int | None, list[str]]] = []
        self.news: asyncio.Queue[list[tuple[int, bytes]]] = asyncio.Queue()
        self.told = self.left = 0
        self.ready = True
        self.offer = Offer(
            call=self.call,
            follow=self.follow,
            verbs=lambda: [{"name": "echo"}],
            ready=lambda: self.ready,
            log="host.log",
        )

    async def call(self, verb: str, arguments: dict[str, Any], caller: Caller) -> object:
        self.callers.append(caller)
        match verb:
            case "echo":
                return arguments
            case "wait":
                try:
                    await asyncio.Event().wait()
                except asyncio.CancelledError:
                    self.cancelled.append(verb)
                    raise
            case "mcp":
                return await self.talk(arguments, caller)
            case "soon":
                await asyncio.sleep(0.05)
            case "usage":
                raise UsageError("off")
            case "refuse":
                raise MuxerError("not now")
            case "break":
                raise ZeroDivisionError("a bug")
            case _:
                raise UnknownName("verb", verb, ["echo"])
        return None

    async def talk(self, arguments: dict[str, Any], caller: Caller) -> object:
        """A message and its answer; what is waited for before, where that is wanted."""
        if arguments["token"] != "t1":
            raise MuxerError("not you")

        async def lines() -> AsyncGenerator[bytes, None]:
            yield b'{"at": "work"}'
            yield b'{"told": 1}\n{"told": 2}'

        if arguments["progress"]:
            assert caller.line
            await caller.line.pour(lines())
            return None
        return "" if "notifications" in arguments["message"] else json.dumps(arguments)

    async def follow(self, since: int | None, kinds: Sequence[str]) -> AsyncGenerator[Told, None]:
        self.asked.append((since, list(kinds)))

        async def batches() -> AsyncGenerator[Told, None]:
            try:
                while True:
                    batch = await self.news.get()
                    self.told += len(batch)
                    yield batch
            finally:
                self.left += 1

        return batches()
