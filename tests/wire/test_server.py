import asyncio
import gc
import json
import os
import socket
import stat
import subprocess
import sys
import time
import weakref
from collections.abc import AsyncIterator, Awaitable, Callable
from typing import Any

import pytest

from muxer import errors
from muxer.paths import HostPaths
from muxer.wire import frames, server
from muxer.wire.frames import Unpacker, pack
from muxer.wire.server import Caller, Line, Server

NOBODY = 65534
HELLO = {"protocol": frames.PROTOCOL, "version": "1", "cols": 80, "rows": 24, "pid": 1, "env": {"TERM": "x"}}


async def until(condition: Callable[[], object], timeout: float = 10) -> None:
    deadline = time.monotonic() + timeout
    while not condition():
        assert time.monotonic() < deadline, f"the condition did not hold in {timeout} s"
        await asyncio.sleep(0.005)


class Guest:
    """Whoever connects, frame by frame."""

    def __init__(self, path: str) -> None:
        self._sock = socket.socket(socket.AF_UNIX)
        self._sock.connect(path)
        self._sock.setblocking(False)
        self._unpacker = Unpacker()
        self._frames: list[tuple[bytes, bytes]] = []

    def babble(self, data: bytes) -> None:
        assert self._sock.send(data) == len(data)

    def say(self, kind: bytes, content: object) -> None:
        self.babble(pack(kind, content if isinstance(content, bytes) else json.dumps(content).encode()))

    def ask(self, verb: str, protocol: int = frames.PROTOCOL, **arguments: object) -> None:
        self.say(frames.CALL, {"protocol": protocol, "verb": verb, "arguments": arguments})

    async def hear(self) -> tuple[bytes, bytes] | None:
        """The next frame; None when it was hung up on."""
        async with asyncio.timeout(10):
            while not self._frames:
                try:
                    data = await asyncio.get_running_loop().sock_recv(self._sock, 1 << 16)
                except ConnectionError:
                    return None
                if not data:
                    return None
                self._frames += self._unpacker.feed(data)
        return self._frames.pop(0)

    async def answer(self) -> Any:
        heard = await self.hear()
        assert heard
        assert heard[0] == frames.ANSWER
        return json.loads(heard[1])

    def leave(self) -> None:
        self._sock.close()


class House:
    """A server in this very loop."""

    def __init__(self, paths: HostPaths) -> None:
        self.paths = paths
        self.lines: list[tuple[Line, dict[str, object]]] = []
        self.cancelled: list[str] = []
        self.gate = asyncio.Event()
        self.server = Server(paths, on_attach=lambda line, hello: self.lines.append((line, hello)), on_call=self.call)
        self.server.listen()
        self.guests: list[Guest] = []

    async def call(self, verb: str, arguments: dict[str, Any], caller: Caller) -> object:
        match verb:
            case "echo" | "reload":
                return [arguments, caller.pid, caller.uid]
            case "wait":
                try:
                    await self.gate.wait()
                except asyncio.CancelledError:
                    self.cancelled.append(verb)
                    raise
                return "waited"
            case "miss":
                raise errors.UnknownName("pane", "x", [])
            case "break":
                raise ZeroDivisionError("a bug")
        return None

    def guest(self) -> Guest:
        guest = Guest(self.paths.socket)
        self.guests.append(guest)
        return guest

    def close(self) -> None:
        self.server.close()
        for guest in self.guests:
            guest.leave()

    async def attached(self) -> tuple[Guest, Line]:
        guest = self.guest()
        guest.say(frames.HELLO, HELLO)
        known = len(self.lines)
        await until(lambda: len(self.lines) > known)
        return guest, self.lines[-1][0]


@pytest.fixture
async def house(paths: HostPaths) -> AsyncIterator[House]:
    house = House(paths)
    yield house
    house.close()


async def test_only_we_can_open_it(house: House) -> None:
    assert stat.S_IMODE(os.stat(house.paths.socket).st_mode) == 0o600
    assert stat.S_IMODE(os.stat(house.paths.folder).st_mode) == 0o700
    assert sorted(os.listdir(house.paths.folder)) == ["alive", "host"]


async def test_a_second_host_is_refused_and_takes_nothing_away(house: House) -> None:
    with pytest.raises(errors.HostUnreachable, match="'t' runs already"):
        House(house.paths)
    guest = house.guest()
    guest.ask("echo", a=1)
    assert await guest.answer() == {"ok": [{"a": 1}, os.getpid(), os.getuid()]}


async def test_a_socket_that_a_dead_host_left_is_replaced(paths: HostPaths) -> None:
    with socket.socket(socket.AF_UNIX) as left:
        left.bind(paths.socket)
    house = House(paths)
    house.guest().leave()
    house.close()
    assert not os.path.exists(paths.socket)


async def test_closing_leaves_somebody_elses_socket_alone(house: House) -> None:
    os.rename(house.paths.socket, f"{house.paths.folder}/old")
    with socket.socket(socket.AF_UNIX) as other:
        other.bind(house.paths.socket)
    house.server.close()
    assert os.path.exists(house.paths.socket)


async def test_the_next_host_can_come_before_the_last_is_gone(house: House) -> None:
    guest = house.guest()
    guest.ask("wait")
    await until(lambda: house.server._callers)
    house.server.stop_listening()
    assert not os.path.exists(house.paths.socket)
    following = House(house.paths)
    house.gate.set()
    assert await guest.answer() == {"ok": "waited"}
    house.close()
    following.guest().leave()
    following.close()


async def test_a_path_too_long(paths: HostPaths) -> None:
    folder = f"{paths.folder}/{'x' * 100}"
    with pytest.raises(errors.UsageError, match="too long for a Unix socket"):
        House(HostPaths("t", folder, paths.state))


@pytest.mark.parametrize(
    "junk",
    [
        b"G" + os.urandom(5000),
        b"GET / HTTP/1.1\r\n\r\n",
        b"H\xff\xff\xff\xff",
        pack(frames.INPUT, b"x"),
        pack(frames.HELLO, b"no json"),
        pack(frames.HELLO, b"[1, 2]"),
        pack(frames.HELLO, b"[" * 100_000),
        pack(frames.HELLO, b'{"protocol": 1}'),
        pack(frames.HELLO, json.dumps(HELLO | {"env": 3}).encode()),
        pack(frames.CALL, json.dumps({"protocol": 1, "verb": "wait"}).encode()) + pack(frames.INPUT, b"x"),
    ],
)
async def test_junk_is_dropped(house: House, junk: bytes) -> None:
    guest = house.guest()
    guest.babble(junk)
    assert await guest.hear() is None
    assert not house.lines
    assert not house.server._lines


async def test_silence_is_dropped(paths: HostPaths, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(server, "OPENING", 0.05)
    house = House(paths)
    silent, other = house.guest(), house.guest()
    other.ask("wait")
    assert await silent.hear() is None
    house.gate.set()
    assert await other.answer() == {"ok": "waited"}
    house.close()


async def test_a_hello_is_made_safe(house: House) -> None:
    guest = house.guest()
    odd = {"cols": 10**9, "rows": -3, "read_only": 1, "command": ["a", 2], "new": "x"}
    guest.say(frames.HELLO, HELLO | odd)
    guest.say(frames.RESIZE, b"1 1")
    await until(lambda: house.lines)
    assert house.lines[0][1] == {
        "protocol": frames.PROTOCOL, "version": "1", "cols": server.MAX_SIDE, "rows": 1, "pid": 1,
        "read_only": False, "cwd": "", "env": {"TERM": "x"}, "command": ["a", "2"],
    }  # fmt: skip
    assert house.server.attached == {house.lines[0][0]}
    guest.leave()
    await until(lambda: not house.server.attached)


async def test_another_version_is_told_what_to_do(house: House) -> None:
    guest = house.guest()
    guest.say(frames.HELLO, {"protocol": 99, "version": "9.9"})
    heard = await guest.hear()
    assert heard
    assert heard[0] == frames.EXIT
    assert b"9.9, protocol 99" in heard[1]
    assert b"run muxer reload" in heard[1]
    assert await guest.hear() is None
    caller = house.guest()
    caller.ask("echo", protocol=99)
    caller.ask("reload", protocol=99)
    assert (await caller.answer())["error"]["kind"] == "HostMismatch"
    assert "ok" in await caller.answer()


async def test_calls_are_answered_in_turn(house: House) -> None:
    guest = house.guest()
    guest.ask("wait")
    for number in range(20):
        guest.ask("echo", number=number)
    house.gate.set()
    assert await guest.answer() == {"ok": "waited"}
    assert [(await guest.answer())["ok"][0]["number"] for _ in range(20)] == list(range(20))


async def test_a_caller_who_waits_holds_up_nobody_else(house: House) -> None:
    waiting, other = house.guest(), house.guest()
    waiting.ask("wait")
    other.ask("echo")
    assert "ok" in await other.answer()


async def test_a_caller_who_leaves_is_not_worked_for(house: House) -> None:
    guest = house.guest()
    guest.ask("echo")
    guest.ask("wait")
    await guest.answer()
    guest.leave()
    await until(lambda: house.cancelled == ["wait"])
    assert not house.server._callers


async def test_errors_travel_by_name(house: House) -> None:
    guest = house.guest()
    guest.ask("miss")
    assert await guest.answer() == {"error": {"kind": "UnknownName", "text": "no pane named 'x': there is no pane yet"}}
    guest.say(frames.CALL, b"{}")
    assert (await guest.answer())["error"]["kind"] == "UsageError"


async def test_a_bug_is_answered_and_reported(house: House) -> None:
    reported: list[dict[str, Any]] = []
    asyncio.get_running_loop().set_exception_handler(lambda _, context: reported.append(context))
    guest = house.guest()
    guest.ask("break")
    guest.ask("echo")
    answer = await guest.answer()
    assert answer["error"]["text"] == f"the host failed: ZeroDivisionError: a bug; see {house.paths.log}"
    assert "ok" in await guest.answer()
    assert isinstance(reported[0]["exception"], ZeroDivisionError)


async def test_pictures_do_not_queue_and_last_words_do(house: House) -> None:
    guest, line = await house.attached()
    drained: list[bool] = []
    line.on_drained = lambda: drained.append(True)
    picture = b"#" * 1_000_000
    assert line.send(frames.OUTPUT, picture)
    assert 0 < line.busy < len(picture)
    assert not line.send(frames.OUTPUT, b"late")
    assert line.busy < len(picture)
    assert line.send(frames.SUSPEND)
    assert await guest.hear() == (frames.OUTPUT, picture)
    assert await guest.hear() == (frames.SUSPEND, b"")
    await until(lambda: drained)
    assert line.busy == 0
    assert line.send(frames.OUTPUT, picture)
    line.send(frames.EXIT, b"bye")
    line.close()
    await asyncio.gather(house.server.settled(), guest.hear())
    assert line.busy == 0
    assert await guest.hear() == (frames.EXIT, b"bye")
    assert await guest.hear() is None


async def test_last_words_that_nobody_reads_are_given_up(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("muxer.wire.line.LAST_WORDS", 0.05)
    _, line = await house.attached()
    told: list[bool] = []
    line.on_closed = lambda: told.append(True)
    line.send(frames.OUTPUT, b"#" * 1_000_000)
    line.close()
    assert told == [True]
    assert line.busy
    await until(lambda: not line.busy)
    assert line._sock.fileno() == -1


async def test_a_closed_line_leaves_nothing_behind(house: House) -> None:
    gc.collect()
    gc.disable()
    try:
        guest, line = await house.attached()

        class Owner:
            def __init__(self, line: Line) -> None:
                self.line = line
                line.on_frame, line.on_drained, line.on_closed = self.frame, self.nothing, self.nothing

            def frame(self, kind: bytes, payload: bytes) -> None: ...

            def nothing(self) -> None: ...

        owner = Owner(line)
        gone = weakref.ref(owner), weakref.ref(line)
        house.lines.clear()
        guest.leave()
        await until(lambda: not house.server.attached)
        del owner, line
        await until(lambda: not any(one() for one in gone), 2)
    finally:
        gc.enable()


async def test_no_descriptor_is_lost(house: House) -> None:
    await house.attached()
    before = len(os.listdir("/proc/self/fd"))
    for _ in range(30):
        guest, line = await house.attached()
        line.send(frames.OUTPUT, b"#" * 200_000)
        guest.leave()
        await until(lambda: line._sock.fileno() == -1)  # noqa: B023 - waited for right here
    await until(lambda: len(os.listdir("/proc/self/fd")) <= before)


@pytest.mark.skipif(os.getuid() != 0, reason="only root can be somebody else")
async def test_nobody_else_is_let_in_even_when_the_folder_is_open(house: House) -> None:
    os.chmod(house.paths.folder, 0o755)
    os.chmod(os.path.dirname(house.paths.folder), 0o755)
    os.chmod(house.paths.socket, 0o666)
    code = (
        "import os, socket, sys; user = int(sys.argv[3]); os.setgroups([]); os.setgid(user); os.setuid(user)\n"
        "s = socket.socket(socket.AF_UNIX); s.settimeout(10); s.connect(sys.argv[1])\n"
        "try: s.sendall(bytes.fromhex(sys.argv[2])); print('heard', s.recv(10))\n"
        "except (BrokenPipeError, ConnectionResetError): print('heard', b'')"
    )
    question = pack(frames.CALL, json.dumps({"protocol": frames.PROTOCOL, "verb": "echo"}).encode())

    def ask(user: int) -> Awaitable[subprocess.CompletedProcess[str]]:
        argv = [sys.executable, "-I", "-S", "-c", code, house.paths.socket, question.hex(), str(user)]
        return asyncio.to_thread(subprocess.run, argv, capture_output=True, text=True, check=True)

    assert (await ask(NOBODY)).stdout == "heard b''\n"
    assert (await ask(0)).stdout.startswith("heard b'A")
