"""Repowire at work, as the mesh is measured beside it: a daemon of its own, and peers that hold a socket to it.

It is installed once into a cache folder, with the versions it starts with. Its peers answer at once, as no pane does.
"""

import asyncio
import base64
import json
import os
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from pathlib import Path
from typing import Any

from tests.agents.driving import CACHE

VERSION = "0.17.0"
PACKAGES = (f"repowire=={VERSION}", "mcp<2", "fastapi==0.128.0", "aiohttp")
TEXT, PING, PONG = 1, 9, 10
"""Kinds of frames of a web socket."""


def install() -> tuple[str, str]:
    """Its program; or nothing, and why it is not there."""
    folder = CACHE / f"repowire-{VERSION}"
    program = folder / "bin" / "repowire"
    if not (folder / "done").exists():
        steps = ([sys.executable, "-m", "venv", str(folder)], [f"{folder}/bin/pip", "install", "-q", *PACKAGES])
        for words in steps:
            done = subprocess.run(words, capture_output=True, text=True, timeout=600, check=False)
            if done.returncode:
                why = next(iter(done.stderr.strip().splitlines()[-1:]), "pip failed")
                return "", f"Repowire cannot be installed here: {why}"
        (folder / "done").touch()
    return str(program), ""


class Wire:
    """One HTTP connection that is kept."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.reader, self.writer = reader, writer

    @classmethod
    async def open(cls, port: int) -> "Wire":
        return cls(*await asyncio.open_connection("127.0.0.1", port, limit=1 << 24))

    async def post(self, path: str, body: dict[str, Any]) -> dict[str, Any]:
        data = json.dumps(body).encode()
        head = (
            f"POST {path} HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: {len(data)}\r\n\r\n"
        )
        self.writer.write(head.encode() + data)
        status, answer = await self._answer()
        assert status == 200, f"Repowire {path}: {status} {answer[:200]!r}"
        said: dict[str, Any] = json.loads(answer)
        return said

    async def _answer(self) -> tuple[int, bytes]:
        head = (await self.reader.readuntil(b"\r\n\r\n")).decode().lower()
        length = next(row.partition(":")[2] for row in head.splitlines() if row.startswith("content-length"))
        return int(head.split()[1]), await self.reader.readexactly(int(length))

    def close(self) -> None:
        self.writer.close()


class Peer(Wire):
    """One that is told things, and says at once that it has them."""

    name = ""
    listening: "asyncio.Task[None]"

    async def join(self, path: str) -> None:
        key = base64.b64encode(os.urandom(16)).decode()
        upgrade = "Upgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: 13\r\n"
        self.writer.write(f"GET /ws HTTP/1.1\r\nHost: x\r\n{upgrade}Sec-WebSocket-Key: {key}\r\n\r\n".encode())
        await self.reader.readuntil(b"\r\n\r\n")
        name = Path(path).name
        self.say({"type": "connect", "display_name": name, "circle": "bench", "backend": "codex", "path": path})
        _, said = await self._frame()
        self.name = json.loads(said)["display_name"]
        self.asked: asyncio.Queue[str] = asyncio.Queue()
        self.heard: asyncio.Queue[float] = asyncio.Queue()
        self.listening = asyncio.ensure_future(self._listen())

    def say(self, message: dict[str, Any]) -> None:
        self._put(TEXT, json.dumps(message).encode())

    def _put(self, kind: int, data: bytes) -> None:
        size = bytes([0x80 | len(data)]) if len(data) < 126 else b"\xfe" + len(data).to_bytes(2, "big")
        self.writer.write(bytes([0x80 | kind]) + size + bytes(4) + data)  # a mask of zeros changes nothing

    async def _frame(self) -> tuple[int, bytes]:
        first, size = await self.reader.readexactly(2)
        if size >= 126:
            size = int.from_bytes(await self.reader.readexactly(2 if size == 126 else 8), "big")
        return first & 15, await self.reader.readexactly(size)

    async def _listen(self) -> None:
        with suppress(asyncio.IncompleteReadError, ConnectionError):
            while True:
                kind, data = await self._frame()
                if kind == PING:
                    self._put(PONG, data)
                elif kind == TEXT:
                    self._take(json.loads(data))

    def _take(self, said: dict[str, Any]) -> None:
        if said["type"] == "ping":
            self.say({"type": "pong"} | {key: said[key] for key in said if key != "type"})
        elif said["type"] in ("notify", "ask"):
            if "delivery_id" in said:
                receipt = {"delivery_id": said["delivery_id"], "message_type": said["type"], "status": "injected"}
                self.say({"type": "delivery_ack"} | receipt)
            self.heard.put_nowait(time.perf_counter())
            if said["type"] == "ask":
                self.asked.put_nowait(said["correlation_id"])


class Repowire:
    """One daemon."""

    def __init__(self, program: str, home: str, env: dict[str, str], port: int, pid: int) -> None:
        self.program, self.home, self.env, self.port, self.pid = program, home, env, port, pid
        self.peers: list[Peer] = []
        self._wires: dict[int, Wire] = {}

    async def notify(self, number: int) -> None:
        """The first peer tells that one something, over a connection of its own."""
        await self._post(number, "/notify", {"to_peer": self.peers[number].name})

    async def broadcast(self) -> None:
        """The first peer tells all others something."""
        await self._post(0, "/broadcast", {})

    async def _post(self, number: int, path: str, more: dict[str, str]) -> None:
        if number not in self._wires or self._wires[number].reader.at_eof():  # it hangs up on who is silent
            self._wires[number] = await Wire.open(self.port)
        said = {"from_peer": self.peers[0].name, "text": "the schema is merged, look at it"}
        await self._wires[number].post(path, said | more)

    def wires(self) -> list[Wire]:
        return [*self.peers, *self._wires.values()]

    async def join(self, many: int) -> None:
        """So many more."""
        for number in range(len(self.peers), len(self.peers) + many):
            peer = await Peer.open(self.port)
            assert isinstance(peer, Peer)
            await peer.join(f"{self.home}/p{number}")
            self.peers.append(peer)


@asynccontextmanager
async def repowire() -> AsyncIterator[Repowire]:
    """A daemon with a home of its own. Raises AssertionError where there is none."""
    program, why = install()
    assert program, why
    with tempfile.TemporaryDirectory(prefix="repowire-") as home, socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
        free.close()
        env = {"HOME": home, "PATH": "/usr/bin:/bin", "REPOWIRE_DISABLE_HOOK_INSTALL": "1"}
        env |= {"REPOWIRE_DAEMON_PORT": str(port), "REPOWIRE_PORT": str(port), "REPOWIRE_NO_UPDATE_CHECK": "1"}
        words = [program, "serve", "--port", str(port), "--no-install-hooks"]
        daemon = await asyncio.create_subprocess_exec(
            *words, env=env, cwd=home, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
        )
        made = Repowire(program, home, env, port, daemon.pid)
        try:
            await asyncio.wait_for(_comes(made), 60)
            yield made
        finally:
            for wire in made.wires():
                wire.close()
            for peer in made.peers:
                peer.listening.cancel()
            daemon.terminate()
            await daemon.wait()


async def _comes(daemon: Repowire) -> None:
    while True:
        with suppress(OSError):
            (await Wire.open(daemon.port)).close()
            return
        await asyncio.sleep(0.05)
