"""What peers say to each other, beside Repowire: told, asked, told to all; and what it costs to be a peer."""

import asyncio
import json
import random
import subprocess
import tempfile
import time
from collections.abc import Awaitable, Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from functools import partial
from pathlib import Path
from typing import Any

import psutil

from muxer.errors import MuxerError
from muxer.fleet.pasting import SETTLING
from muxer.paths import HostPaths
from muxer.talk import Peer
from muxer.wire.frames import CALL, PROTOCOL, Unpacker, pack
from muxer.wire.peer import connect
from tests.agents.driving import talk
from tests.bench.echo import TYPED, press
from tests.bench.figures import Figure, Target, percentile, times_at_least, times_at_most
from tests.bench.processes import resident
from tests.bench.repowire import Repowire, repowire
from tests.bench.rivals import Muxer, home, run
from tests.bench.scale import Scale
from tests.mesh.meeting import Meeting, place_in
from tests.waiting import until

SUBJECT = "the mesh, beside Repowire"
AT_ONCE = 32
TOLD = 2_000
ALL, GUESTS = 500, 2_000
STORMING = 8
HOOK = 46
"""MB of the process that theirs has for each agent besides."""
SETTINGS = "[mesh]\npair_rate = 1000000\ncircle_rate = 1000000\nloop = 1000000\n"
SAID = "the schema is merged, look at it"
STATED = {
    "rate": 600.0, "p50": 1.2, "p99": 6.2, "broadcast": 30.0, "reply": 1310.0, "whoami": 16.0, "server": 113.0,
    "guests": 84.0,
}  # fmt: skip
"""What was measured of Repowire 0.17 elsewhere, for where it cannot be installed; `reply` is through panes of tmux."""

Taken = dict[str, float]


def peers(scale: Scale) -> Iterator[Figure]:
    """Ours in its own process, and over an agent's MCP server; theirs over its loopback HTTP."""
    ours, theirs, why = asyncio.run(_told(scale))
    ours |= _through_servers(scale) | _guests()
    for key, name, unit, target, note in (
        ("rate", f"messages told, {AT_ONCE} at once", "/s", times_at_least(20), "durable"),
        ("p99", "one of them, p99", "ms", times_at_most(0.2), "one after the other"),
        ("enqueued", f"told to {ALL}, on the loop", "ms", Target(bound=10), "CPU"),
        ("broadcast", f"told to {ALL}", "ms", None, "durable"),
        ("server p50", "told over the MCP server, p50", "ms", None, ""),
        ("server rate", f"told over the MCP server, {AT_ONCE} at once", "/s", None, "one agent's"),
        ("reply", "ask to answer, agents in panes, p50", "ms", times_at_most(0.1), "theirs is stated"),
        ("whoami", "whoami over the MCP server, p50", "ms", Target(bound=1), ""),
        ("server", "an agent's MCP server", "MB", Target(bound=12), f"theirs with its hook's process, {HOOK} MB"),
        ("guests", f"{GUESTS} guests held", "MB", Target(bound=60), "what the host grew by"),
    ):
        other = theirs.get({"server p50": "p50", "server rate": "rate"}.get(key, key))
        yield Figure(
            subject=SUBJECT, name=name, unit=unit, muxer=ours.get(key), tmux=other, target=target,
            note=why or note,
        )  # fmt: skip


def storm(scale: Scale) -> Iterator[Figure]:
    """A person types while agents in other tabs tell and ask each other without a pause."""
    dice = random.Random(1)
    taken: dict[str, list[float]] = {}
    with _company(*(f"kin{number}" for number in range(STORMING))) as (muxer, log, names):
        for when in ("quiet", "storm"):
            if when == "storm":
                for name in names:
                    given = {"name": name, "peers": [one for one in names if one != name], "count": 100_000}
                    run(muxer.command("send", name, f"STORM {json.dumps(given)}"), muxer.env, muxer.seat, check=True)
                until(lambda: all('"told"' in (log / f"{name}.jsonl").read_text() for name in names), "the storm")
            taken[when] = [press(muxer, nth, dice) for nth in range(scale.keys)]
    for share, name in ((0.5, "p50"), (0.99, "p99")):
        quiet, loud = (percentile(taken[when], share) for when in ("quiet", "storm"))
        yield Figure(
            subject=f"key to echo beside {STORMING} agents that talk", name=name, unit="ms", muxer=loud, tmux=quiet,
            note="beside the same that are silent",
        )  # fmt: skip


# ---- told


async def _told(scale: Scale) -> tuple[Taken, Taken, str]:
    """Ours and theirs, in turns; theirs as it is stated, and why, where there is none."""
    with tempfile.TemporaryDirectory() as folder:
        async with place_in(Path(folder)) as place:
            mesh = await place.open()
            people = [await mesh.guest(f"guest{number}") for number in range(ALL + 1)]
            try:
                async with repowire() as daemon:
                    return *await _in_turns(scale, mesh, people, daemon), ""
            except (AssertionError, OSError, TimeoutError) as error:
                return (await _in_turns(scale, mesh, people, None))[0], STATED, f"stated: {error}"[:60]


async def _in_turns(
    scale: Scale, mesh: Meeting, people: Sequence[Peer], daemon: Repowire | None
) -> tuple[Taken, Taken]:
    ours = Talk(lambda number: mesh.post.send(people[0], [people[number]], SAID))
    talks = [ours]
    if daemon:
        await daemon.join(AT_ONCE + 1)
        empty = resident([daemon.pid])
        talks.append(Talk(daemon.notify))
    for _ in range(scale.runs):
        for one in talks:
            await one.some(TOLD if one is ours else TOLD // 8)
    everybody = partial(mesh.post.send, people[0], people[1:], SAID, kind="broadcast")
    found = [ours.taken() | {"broadcast": _p(await _each(scale.runs * 3, everybody), 0.5)}]
    found[0]["enqueued"] = _p(await _each(scale.runs * 3, everybody, time.thread_time), 0.5)
    if daemon:
        await daemon.join(ALL + 1 - len(daemon.peers))
        found.append(talks[1].taken() | {"broadcast": _p(await _each(scale.runs * 3, daemon.broadcast), 0.5)})
        found[1] |= await _their_server(daemon, scale)
        await daemon.join(GUESTS - len(daemon.peers))
        found[1]["guests"] = (resident([daemon.pid]) - empty) / 1e6
    return found[0], STATED | found[-1]


class Talk:
    """Somebody who tells others, each by a number from 1 on."""

    def __init__(self, tell: Callable[[int], Awaitable[object]]) -> None:
        self._tell = tell
        self._costs: list[float] = []
        self._rates: list[float] = []

    async def some(self, count: int) -> None:
        """One after the other, then many at once."""
        self._costs += await _each(count, lambda: self._tell(1))

        async def flood(number: int) -> None:
            for _ in range(count // AT_ONCE):
                await self._tell(number)

        began = time.perf_counter()
        await asyncio.gather(*map(flood, range(1, AT_ONCE + 1)))
        self._rates.append(count // AT_ONCE * AT_ONCE / (time.perf_counter() - began))

    def taken(self) -> Taken:
        return {"rate": _p(self._rates, 0.5), "p50": _p(self._costs, 0.5), "p99": _p(self._costs, 0.99)}


async def _each(
    times: int, do: Callable[[], Awaitable[object]], clock: Callable[[], float] = time.perf_counter
) -> list[float]:
    """Milliseconds of each."""
    costs = []
    for _ in range(times):
        began = clock()
        await do()
        costs.append((clock() - began) * 1000)
    return costs


# ---- over an agent's own server


async def _their_server(daemon: Repowire, scale: Scale) -> Taken:
    env = daemon.env | {"REPOWIRE_DAEMON_URL": f"http://127.0.0.1:{daemon.port}"}
    server = await asyncio.to_thread(Server, [daemon.program, "mcp"], env, daemon.home)
    try:
        costs = [await asyncio.to_thread(server.timed, "whoami", {}) for _ in range(scale.runs * 4)]
        return {"whoami": _p(costs, 0.5), "server": resident([server.pid]) / 1e6 + HOOK}
    finally:
        server.close()


def _through_servers(scale: Scale) -> Taken:
    """What agents in panes have of it, with their own MCP servers."""
    with _company("ada", "bob") as (muxer, log, names):
        until(lambda: all((log / f"{name}.jsonl").exists() for name in names), "their servers")
        token = psutil.Process(muxer.programs()[-2]).environ()["MUXER_TOKEN"]
        server = Server(muxer.command("mcp"), muxer.env | {"MUXER_TOKEN": token}, str(muxer.folder))
        gus = _join(_paths(muxer.env), "gus")
        try:
            who = [server.timed("whoami", {}) for _ in range(scale.keys)]
            asked = []
            for _ in range(scale.runs * 6):
                time.sleep(SETTLING)  # who has just taken a text is not idle
                asked.append(server.timed("ask_peer", {"peer": "bob", "text": "which port?"}))
            told = {"peer": "gus", "text": SAID}
            costs = [server.timed("notify_peer", told) for _ in range(scale.keys)]
            began = time.perf_counter()
            for _ in range(TOLD // AT_ONCE):
                server.ask([("notify_peer", told)] * AT_ONCE)
            rate = TOLD // AT_ONCE * AT_ONCE / (time.perf_counter() - began)
            size = resident([server.pid]) / 1e6
        finally:
            server.close()
            gus.close()
    return {
        "whoami": _p(who, 0.5), "reply": _p(asked, 0.5), "server p50": _p(costs, 0.5), "server rate": rate,
        "server": size,
    }  # fmt: skip


def _guests() -> Taken:
    """So many that hold a connection each."""
    with home() as env:
        muxer = Muxer(env, 80, 24)
        muxer.open(["exec cat"])
        try:
            host = muxer.processes()[1:2]
            before = resident(host)
            held = [_join(_paths(env), f"guest{number}") for number in range(GUESTS)]
            grown = (resident(host) - before) / 1e6
            for sock in held:
                sock.close()
            return {"guests": grown}
        finally:
            muxer.close()


def _paths(env: dict[str, str]) -> HostPaths:
    return HostPaths("bench", f"{env['XDG_RUNTIME_DIR']}/muxer/bench", "")


def _join(paths: HostPaths, name: str) -> Any:
    sock = connect(paths)
    sock.settimeout(20)
    asked = {"protocol": PROTOCOL, "verb": "join", "arguments": {"name": name}}
    sock.sendall(pack(CALL, json.dumps(asked).encode()))
    frames: list[tuple[bytes, bytes]] = []
    unpacker = Unpacker()
    while not frames:
        frames += unpacker.feed(sock.recv(65536))
    assert b"token" in frames[0][1], frames
    return sock


@contextmanager
def _company(*names: str) -> Iterator[tuple[Muxer, Path, Sequence[str]]]:
    """A person who types, and agents in tabs of their own."""
    with home() as env, ExitStack() as stack:
        log = talk(env)
        Path(env["XDG_CONFIG_HOME"], "muxer", "config.toml").write_text(
            '[look]\nclock = false\nsidebar = "hidden"\n' + SETTINGS
        )
        muxer = Muxer(env, 80, 24)
        stack.callback(muxer.close)
        muxer.open([TYPED])
        for name in names:
            words = ("spawn", "--cli", "talking", "--name", name, "--workspace", "here", "--tab", name)
            run(muxer.command(*words), env, muxer.seat, check=True)
            until(lambda name=name: (log / f"{name}.jsonl").exists(), f"{name}'s server")  # type: ignore[misc]
        muxer.seat.send("\x021")
        muxer.seat.wait_quiet(0.5)
        muxer._remember()
        yield muxer, log, names


class Server:
    """An MCP server, and a client of it."""

    def __init__(self, command: Sequence[str], env: dict[str, str], folder: str) -> None:
        self._process = subprocess.Popen(
            command, env=env, cwd=folder, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL
        )
        self.pid = self._process.pid
        self._count = 0
        about = {"protocolVersion": "2025-06-18", "capabilities": {}, "clientInfo": {"name": "bench", "version": "1"}}
        self._say(self._next("initialize", about))
        self._hear(1)
        self._say({"jsonrpc": "2.0", "method": "notifications/initialized"})

    def timed(self, tool: str, given: dict[str, Any]) -> float:
        """Milliseconds until it answered."""
        began = time.perf_counter()
        self.ask([(tool, given)])
        return (time.perf_counter() - began) * 1000

    def ask(self, calls: Sequence[tuple[str, dict[str, Any]]]) -> None:
        """All at once, until all are answered."""
        for tool, given in calls:
            self._say(self._next("tools/call", {"name": tool, "arguments": given}))
        self._hear(len(calls))

    def _next(self, method: str, params: dict[str, Any]) -> dict[str, Any]:
        self._count += 1
        return {"jsonrpc": "2.0", "id": self._count, "method": method, "params": params}

    def _say(self, message: dict[str, Any]) -> None:
        assert self._process.stdin
        self._process.stdin.write(json.dumps(message).encode() + b"\n")
        self._process.stdin.flush()

    def _hear(self, answers: int) -> None:
        assert self._process.stdout
        while answers:
            line = self._process.stdout.readline()
            if not line:
                raise MuxerError("the server ended")
            said = json.loads(line)
            assert "error" not in said, line[:300]
            assert not said.get("result", {}).get("isError"), line[:300]
            answers -= "id" in said

    def close(self) -> None:
        self._process.kill()
        self._process.communicate()


def _p(values: Sequence[float], share: float) -> float:
    found = percentile(values, share)
    assert found is not None
    return found
