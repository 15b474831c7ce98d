"""The network's way in: who has the token comes in, and nobody else."""

import asyncio
import os
import socket
import stat
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from muxer.errors import MuxerError, UsageError
from muxer.paths import HostPaths
from muxer.wire import doorway
from muxer.wire.doorway import Doorway, Opened
from tests.wire.surfing import Shop, Surfer


class House(Shop):
    """A door that is open."""

    def __init__(self, paths: HostPaths) -> None:
        super().__init__()
        self.door = Doorway(self.offer, paths.folder)
        self.surfers: list[Surfer] = []

    async def open(self) -> Opened:
        opened = await self.door.open("127.0.0.1", 0)
        self.token = Path(opened.token_file).read_text()
        self.port = int(opened.url.rpartition(":")[2])
        return opened

    def surfer(self) -> Surfer:
        self.surfers.append(Surfer(socket.create_connection(("127.0.0.1", self.port))))
        return self.surfers[-1]

    async def ask(self, *headers: str, path: str = "/v1") -> int:
        surfer = self.surfer()
        await surfer.say(f"GET {path} HTTP/1.1", *headers)
        status, _ = await surfer.answer()
        return status

    def close(self) -> None:
        self.door.close()
        for surfer in self.surfers:
            surfer.sock.close()


@pytest.fixture
async def house(paths: HostPaths) -> AsyncIterator[House]:
    house = House(paths)
    await house.open()
    yield house
    house.close()
    async with asyncio.timeout(10):
        while house.door._web.crowd:  # noqa: ASYNC110 - nothing tells of it
            await asyncio.sleep(0.005)


async def test_who_has_the_token_comes_in(house: House) -> None:
    host, token = f"Host: 127.0.0.1:{house.port}", f"Authorization: Bearer {house.token}"
    assert await house.ask(host, token) == 200
    surfer = house.surfer()
    await surfer.say("POST /v1/echo HTTP/1.1", host, token, "Content-Length: 8", body='{"a": 1}')
    assert await surfer.answer() == (200, {"ok": {"a": 1}})
    assert (house.callers[0].pid, house.callers[0].uid, house.callers[0].line) == (0, os.getuid(), None)


async def test_the_token_is_ours_alone(house: House) -> None:
    opened = house.door.opened
    assert opened
    assert stat.S_IMODE(os.stat(opened.token_file).st_mode) == 0o600
    assert len(house.token) >= 40
    house.door.close()
    assert not os.path.exists(opened.token_file)
    Path(opened.token_file).write_text("left by a host that was killed")
    os.chmod(opened.token_file, 0o644)
    first = house.token
    await house.open()
    assert house.token != first
    assert stat.S_IMODE(os.stat(opened.token_file).st_mode) == 0o600


@pytest.mark.parametrize("host", ["127.0.0.1:PORT", "localhost:PORT", "[::1]:PORT", "127.9.9.9:PORT"])
async def test_names_of_this_machine(house: House, host: str) -> None:
    host = host.replace("PORT", str(house.port))
    token = f"Authorization: Bearer {house.token}"
    assert await house.ask(f"Host: {host}", token, f"Origin: http://{host}") == 200


@pytest.mark.parametrize(
    ("status", "headers"),
    [
        (401, ["Host: HERE"]),
        (401, ["Host: HERE", "Authorization: Bearer wrong"]),
        (401, ["Host: HERE", "Authorization: Bearer "]),
        (401, ["Host: HERE", "Authorization: Basic TOKEN"]),
        (401, ["Host: HERE", "Authorization: TOKEN"]),
        (401, ["Host: HERE", "Authorization: Bearer TOKENx"]),
        (401, ["Host: HERE", "Authorization: Bearer TOKEN", "Authorization: Bearer TOKEN"]),
        (401, ["Host: HERE", "Authorization: Bearer \xe9"]),
        (401, ["Host: HERE", "Cookie: token=TOKEN"]),
        (400, ["Authorization: Bearer TOKEN"]),
        (403, ["Host: ", "Authorization: Bearer TOKEN"]),
        (403, ["Host: evil.example:PORT", "Authorization: Bearer TOKEN"]),
        (403, ["Host: 127.0.0.1.evil.example:PORT", "Authorization: Bearer TOKEN"]),
        (403, ["Host: 10.0.0.1:PORT", "Authorization: Bearer TOKEN"]),
        (403, ["Host: 127.0.0.1", "Authorization: Bearer TOKEN"]),
        (403, ["Host: 127.0.0.1:1", "Authorization: Bearer TOKEN"]),
        (403, ["Host: HERE", "Host: evil.example:PORT", "Authorization: Bearer TOKEN"]),
        (403, ["Host: HERE", "Origin: http://evil.example", "Authorization: Bearer TOKEN"]),
        (403, ["Host: HERE", "Origin: null", "Authorization: Bearer TOKEN"]),
        (403, ["Host: HERE", "Origin: https://HERE", "Authorization: Bearer TOKEN"]),
        (403, ["Host: HERE", "Origin: http://127.0.0.1:1", "Authorization: Bearer TOKEN"]),
        (400, ["Host: HERE", "Authorization: Bearer TOKEN", "Content-Length: 2"]),
        (431, ["Host: HERE", "Authorization: Bearer TOKEN", "x: " + "y" * 40_000]),
    ],
)
async def test_who_is_kept_out(house: House, status: int, headers: list[str]) -> None:
    here = f"127.0.0.1:{house.port}"
    filled = [
        one.replace("HERE", here).replace("PORT", str(house.port)).replace("TOKEN", house.token) for one in headers
    ]
    surfer = house.surfer()
    await surfer.babble("\r\n".join(["GET /v1 HTTP/1.1", *filled, "\r\n"]).encode("latin-1"))
    got, content = await surfer.answer()
    assert (got, content["error"]["kind"]) == (status, "Refused")
    assert house.token not in content["error"]["text"]
    assert await surfer.is_left()
    surfer = house.surfer()
    verb = ["POST /v1/echo HTTP/1.1", *filled, *(["Content-Length: 2"] if status < 431 else []), "\r\n{}"]
    await surfer.babble("\r\n".join(verb).encode("latin-1"))
    await surfer.until(b"\r\n\r\n")
    assert not house.callers


async def test_garbage(house: House) -> None:
    surfer = house.surfer()
    await surfer.babble(os.urandom(1000) + b"\r\n\r\n")
    assert (await surfer.answer())[0] == 400
    assert await surfer.is_left()
    surfer = house.surfer()
    await surfer.babble(os.urandom(200_000).replace(b"\r\n", b""))
    assert (await surfer.answer())[0] == 431
    assert await surfer.is_left()


async def test_anybody_may_ask_whether_the_host_lives(house: House) -> None:
    assert await house.ask(f"Host: localhost:{house.port}", path="/healthz") == 200
    assert await house.ask(f"Host: localhost:{house.port}", path="/readyz") == 401
    assert await house.ask(f"Host: evil.example:{house.port}", path="/healthz") == 403


async def test_closing_hangs_up_and_leaves_nothing(house: House) -> None:
    surfer = house.surfer()
    await surfer.say("GET /healthz HTTP/1.1", f"Host: localhost:{house.port}")
    await surfer.answer()
    house.door.close()
    house.door.close()
    assert await surfer.is_left()
    with pytest.raises(ConnectionRefusedError):
        house.surfer()


async def test_one_door_at_a_time(house: House) -> None:
    with pytest.raises(MuxerError, match=rf"^http://127.0.0.1:{house.port} is open already: close it with"):
        await house.open()


async def test_strangers_do_not_take_every_descriptor(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(doorway, "MOST", 2)
    kept = [house.surfer(), house.surfer()]
    for surfer in kept:
        await surfer.say("GET /healthz HTTP/1.1", f"Host: localhost:{house.port}")
        assert (await surfer.answer())[0] == 200
    assert await house.surfer().is_left()


@pytest.mark.parametrize(
    ("address", "port", "words"),
    [
        ("localhost", 0, "'localhost' is no address: give one in numbers"),
        ("0.0.0.0", 0, "--i-know"),
        ("::", 0, "--i-know"),
        ("127.0.0.1", 70_000, "a port is a number up to 65535; choose another --port"),
        ("127.0.0.1", -1, "a port is a number up to 65535; choose another --port"),
    ],
)
async def test_where_it_does_not_open(paths: HostPaths, address: str, port: int, words: str) -> None:
    house = House(paths)
    with pytest.raises(UsageError, match=words):
        await house.door.open(address, port)
    assert not house.door.opened
    assert not os.path.exists(f"{paths.folder}/token")


async def test_a_port_that_is_taken(house: House, paths: HostPaths) -> None:
    other = Doorway(house.offer, paths.folder)
    with pytest.raises(UsageError, match=rf"port {house.port}: .*choose another --port"):
        await other.open("127.0.0.1", house.port)
    assert os.path.exists(f"{paths.folder}/token")


async def test_who_knows_may_open_it_to_others(paths: HostPaths) -> None:
    house = House(paths)
    opened = await house.door.open("0.0.0.0", 0, anywhere=True)
    house.port = int(opened.url.rpartition(":")[2])
    token = f"Authorization: Bearer {Path(opened.token_file).read_text()}"
    assert await house.ask(f"Host: 10.0.0.1:{house.port}", token) == 200
    assert await house.ask(f"Host: evil.example:{house.port}", token) == 403
    house.close()


async def test_repowire_39_an_agents_token_does_not_open_the_door(house: House) -> None:
    """Nor does it for a page of another place."""
    here, own = f"Host: 127.0.0.1:{house.port}", f"Authorization: Bearer {house.token}"
    wrong = [
        (here, "Muxer-Token: t1"),
        (here, "Muxer-Token: t1", "Authorization: Bearer t1"),
        (here, own, "Muxer-Token: t1", "Origin: http://evil.example"),
        (f"Host: evil.example:{house.port}", own, "Muxer-Token: t1"),
    ]
    for headers in wrong:
        surfer = house.surfer()
        await surfer.say("POST /mcp HTTP/1.1", "Content-Length: 2", *headers, body="{}")
        assert (await surfer.answer())[0] in {401, 403}
    assert house.callers == []
    surfer = house.surfer()
    await surfer.say("POST /mcp HTTP/1.1", "Content-Length: 2", here, own, "Muxer-Token: t1", body="{}")
    assert (await surfer.answer())[0] == 200
