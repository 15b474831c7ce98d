"""Custody and a real keeper: nothing that a program wrote is lost, whoever dies."""

import asyncio
import fcntl
import os
import signal
import subprocess
import sys
import time
from collections.abc import AsyncIterator, Callable, Iterator
from typing import Any

import psutil
import pytest

from muxer.errors import KeeperLost, MuxerError, SpawnFailed, UnknownName
from muxer.model import Exit
from muxer.terminal import custody as module
from muxer.terminal import custody_start
from muxer.terminal.custody import Custody, Scope
from tests.keeping import PATIENCE, keeper_folder, lives
from tests.terminal.entrusting import Reader, Seen, complaints, keepers, spawn, until

COUNTING = "i=0; while :; do i=$((i+1)); echo line $i; sleep 0.01; done"


def start_host(path: str, pane: str) -> "subprocess.Popen[bytes]":
    env = os.environ | {"SCRIPT": COUNTING}
    return subprocess.Popen([sys.executable, "-c", HOST, path, pane], stdout=subprocess.PIPE, env=env)


@pytest.fixture
def path() -> Iterator[str]:
    with keeper_folder() as path:
        yield path


@pytest.fixture
def seen() -> Seen:
    return Seen()


Open = Callable[..., Any]


@pytest.fixture
async def enter(path: str, seen: Seen) -> AsyncIterator[Open]:
    """Opens custodies; at the end nothing of the keeper is left, and it did not complain."""
    opened: list[Custody] = []

    async def open_one(told: Seen = seen) -> Custody:
        custody = await Custody.open(path, f"{path}.log", on_exit=told.exited, on_lost=told.lost)
        opened.append(custody)
        return custody

    yield open_one
    for custody in opened:
        custody.close()
    last = await open_one(Seen())
    for held in await last.held():
        await last.forget(held.pane, kill=True)
    await last.stop()
    await until(lambda: not keepers(path), "the keeper has left")
    assert complaints(path) == ""


async def test_program_runs_and_its_end_is_told(enter: Open, seen: Seen) -> None:
    custody = await enter()
    held = await spawn(custody, "p1", "sh", "-c", "echo line 1; read x; exit 3", facts={"name": "fox"})
    assert held.facts == {"name": "fox"}
    assert held.exit is None
    assert not os.get_blocking(held.fd)
    assert not os.get_inheritable(held.fd)
    reader = Reader(held)
    await until(lambda: reader.take() == 1, "it wrote")
    os.write(held.fd, b"\n")
    await until(lambda: seen.exits, "its end")
    assert seen.exits == [("p1", Exit(status=3))]
    assert (await custody.held())[0].exit == Exit(status=3)
    assert seen.exits == [("p1", Exit(status=3))], "told once"
    await custody.forget("p1")
    assert await custody.held() == []
    with pytest.raises(OSError, match="Bad file descriptor"):
        os.fstat(held.fd)


async def test_end_that_nobody_was_there_to_hear_comes_with_the_pane(enter: Open, seen: Seen) -> None:
    first = await enter()
    held = await spawn(first, "p1", "sh", "-c", "echo line 1; read x; echo line 2; kill -9 $$")
    await first.note("p1", {"name": "owl"})
    os.write(held.fd, b"\n")
    first.close()
    await until(lambda: not lives(held.pid), "it died")
    second = await enter()
    (again,) = await second.held()
    assert (again.pane, again.pid, again.facts) == ("p1", held.pid, {"name": "owl"})
    assert again.exit == Exit(signal=9)
    assert Reader(again).take() == 2, "what it wrote last is kept"
    assert seen.exits == []
    with pytest.raises(UnknownName):
        await first.forget("p1")


async def test_program_that_ends_at_once_is_told_once(enter: Open, seen: Seen) -> None:
    custody = await enter()
    held = [await spawn(custody, f"p{n}", "/bin/true") for n in range(20)]
    await until(lambda: len(seen.exits) >= 20, "all have ended")
    assert sorted(seen.exits) == sorted((each.pane, Exit(status=0)) for each in held)


async def test_end_between_list_and_take_is_told_once(enter: Open, monkeypatch: pytest.MonkeyPatch) -> None:
    held = await spawn(await enter(), "p1", "/bin/cat")
    later = Seen()
    heir = await enter(later)
    request = heir._request

    async def request_slowly(deed: str, **arguments: Any) -> Any:
        answer = await request(deed, **arguments)
        if deed == "list":
            os.kill(held.pid, signal.SIGKILL)
            await until(lambda: heir._early, "the end was told")
        return answer

    monkeypatch.setattr(heir, "_request", request_slowly)
    (again,) = await heir.held()
    assert again.exit == Exit(signal=9)
    assert later.exits == []


async def test_asking_twice_at_once_holds_each_master_once(enter: Open) -> None:
    first = await enter()
    for n in range(3):
        await spawn(first, f"p{n}", "/bin/cat")
    heir = await enter()
    before = len(os.listdir("/dev/fd"))
    answers = await asyncio.gather(heir.held(), heir.held())
    assert len(os.listdir("/dev/fd")) == before + 3
    assert [len(answer) for answer in answers] == [3, 3]


async def test_keeper_that_is_leaving_is_waited_out(enter: Open, path: str, monkeypatch: pytest.MonkeyPatch) -> None:
    started = []
    start_keeper = custody_start.start_keeper

    def count(*paths: str) -> None:
        started.append(paths)
        start_keeper(*paths)

    monkeypatch.setattr(module, "start_keeper", count)
    lock = os.open(f"{path}.lock", os.O_RDWR | os.O_CREAT, 0o600)
    fcntl.flock(lock, fcntl.LOCK_EX)
    opening = asyncio.create_task(enter())
    await until(lambda: len(started) == 2, "tried again")
    os.close(lock)
    assert (await opening).keeper_pid


async def test_refusals_say_why(enter: Open) -> None:
    custody = await enter()
    with pytest.raises(SpawnFailed, match=r"^cannot start 'foo': not found in PATH$"):
        await spawn(custody, "p1", "foo")
    with pytest.raises(SpawnFailed, match=r"^cannot start '/bin/sh': folder /no is gone$"):
        await spawn(custody, "p1", "/bin/sh", cwd="/no")
    await spawn(custody, "p1", "/bin/cat")
    with pytest.raises(SpawnFailed, match="already"):
        await spawn(custody, "p1", "/bin/cat")
    with pytest.raises(MuxerError, match="no signal 999"):
        await custody.signal("p1", 999)
    with pytest.raises(UnknownName, match="did you mean p1"):
        await custody.signal("p2", 15)


def wait_until_over(keeper: int, file: str) -> None:
    """Nothing else happens here until a program has made a file and the keeper has waited for it."""
    deadline = time.monotonic() + PATIENCE
    while not os.path.exists(file) or psutil.Process(keeper).children():
        assert time.monotonic() < deadline
        time.sleep(0.01)


async def test_another_program_takes_the_place_of_one_that_ended(enter: Open, seen: Seen, path: str) -> None:
    custody = await enter()
    first = await spawn(custody, "p1", "/bin/sh", "-c", "exit 3")
    with pytest.raises(SpawnFailed, match="already"):
        await spawn(custody, "p1", "/bin/true")
    await until(lambda: seen.exits, "its end")
    before = len(os.listdir("/dev/fd"))
    with pytest.raises(SpawnFailed, match="not found"):
        await spawn(custody, "p1", "no-such-program", again=True)
    spawning = asyncio.create_task(spawn(custody, "p1", "/bin/sh", "-c", f"echo > {path}.began; exit 4", again=True))
    await asyncio.sleep(0)
    wait_until_over(custody.keeper_pid, f"{path}.began")  # it is over before it is handed out
    await spawning
    await until(lambda: len(seen.exits) == 2, "its end, too")
    assert [how.status for _, how in seen.exits] == [3, 4]
    assert len(os.listdir("/dev/fd")) == before, "the last one's master is closed"
    (held,) = await custody.held()
    assert held.pid != first.pid
    spawning = asyncio.create_task(spawn(custody, "p1", "/bin/cat", again=True))
    await asyncio.sleep(0)
    await custody.forget("p1")
    lost = await spawning
    await until(lambda: not lives(lost.pid), "closed while it was started")
    assert await custody.held() == []


async def test_signals_arrive(enter: Open, seen: Seen) -> None:
    custody = await enter()
    scopes: tuple[Scope, ...] = ("group", "foreground", "session")
    for scope in scopes:
        await spawn(custody, scope, "/bin/cat")
        await custody.signal(scope, signal.SIGTERM, scope)
    await until(lambda: len(seen.exits) == 3, "all ended")
    assert {how for _, how in seen.exits} == {Exit(signal=15)}


async def test_hosts_that_come_at_once_get_one_keeper(enter: Open, path: str) -> None:
    custodies = await asyncio.gather(*(enter() for _ in range(5)))
    assert len({each.keeper_pid for each in custodies}) == 1
    await until(lambda: len(keepers(path)) == 1, "the others left")


HOST = """
import asyncio, os, sys
from muxer.terminal.custody import Custody

async def main(path, pane):
    custody = await Custody.open(path, path + ".log", on_exit=print, on_lost=print)
    held = await custody.spawn(pane, ["/bin/sh", "-c", os.environ["SCRIPT"]], cwd="/", env={"PATH": os.environ["PATH"]},
                               cols=80, rows=24, facts={"from": pane})
    print(held.pid, flush=True)
    await asyncio.sleep(600)

asyncio.run(main(*sys.argv[1:]))
"""


async def test_killed_hosts_leave_everything_to_the_next(enter: Open, path: str) -> None:
    hosts = [start_host(path, pane) for pane in ("p1", "p2")]
    pids = []
    for host in hosts:
        assert host.stdout is not None
        pids.append(int(host.stdout.readline()))
        host.kill()
        host.wait()
        host.stdout.close()
    await until(lambda: len(keepers(path)) == 1, "one keeper for both")
    custody = await enter()
    held = await custody.held()
    assert sorted((each.pid, each.facts["from"]) for each in held) == sorted(zip(pids, ("p1", "p2"), strict=True))
    readers = [Reader(each) for each in held]
    await until(lambda: min(reader.take() for reader in readers) > 50, "they go on")
    for reader in readers:
        assert reader.lines() == list(range(1, len(reader.lines()) + 1))


async def test_killed_keeper_costs_nothing(enter: Open, seen: Seen, path: str) -> None:
    custody = await enter()
    held = [await spawn(custody, f"p{n}", "/bin/sh", "-c", COUNTING, facts={"n": n}) for n in range(3)]
    short = await spawn(custody, "short", "sh", "-c", "exit 4")
    await until(lambda: seen.exits or short.exit, "one has ended")
    readers = [Reader(each) for each in held]
    for losses in (1, 2):
        before = custody.keeper_pid
        os.kill(before, signal.SIGKILL)
        await custody.note("p0", {"n": "asked while there was none"})
        await until(lambda losses=losses: seen.losses == losses, "a new keeper")  # type: ignore[misc]
        assert custody.keeper_pid != before
        written = [reader.take() for reader in readers]
        await until(
            lambda written=written: all(r.take() > n + 20 for r, n in zip(readers, written, strict=True)),  # type: ignore[misc]
            "they go on",
        )
    for reader in readers:
        assert reader.lines() == list(range(1, len(reader.lines()) + 1))
    custody.close()

    later = Seen()
    heir = await enter(later)
    entrusted = {each.pane: each for each in await heir.held()}
    assert {pane: each.facts["n"] for pane, each in entrusted.items() if pane != "short"} == {
        "p0": "asked while there was none",
        "p1": 1,
        "p2": 2,
    }
    assert entrusted["short"].exit == Exit(status=4)
    os.kill(held[1].pid, signal.SIGKILL)
    await until(lambda: later.exits, "the end of one that no keeper is parent of")
    assert later.exits == [("p1", Exit())]
    assert keepers(path) == [heir.keeper_pid]


async def test_end_while_there_was_no_keeper_is_told(enter: Open, seen: Seen, monkeypatch: pytest.MonkeyPatch) -> None:
    custody = await enter()
    held = await spawn(custody, "p1", "/bin/cat")
    start_keeper = custody_start.start_keeper

    def late(*paths: str) -> None:
        os.kill(held.pid, signal.SIGKILL)
        deadline = time.monotonic() + PATIENCE
        while lives(held.pid) and time.monotonic() < deadline:
            time.sleep(0.01)
        start_keeper(*paths)

    monkeypatch.setattr(module, "start_keeper", late)
    os.kill(custody.keeper_pid, signal.SIGKILL)
    await until(lambda: seen.exits and seen.losses, "told")
    assert seen.exits == [("p1", Exit())]


async def test_silent_keeper_is_not_waited_for(enter: Open, monkeypatch: pytest.MonkeyPatch) -> None:
    custody = await enter()
    pid = custody.keeper_pid
    monkeypatch.setattr(module, "DEADLINE", 0.3)
    os.kill(pid, signal.SIGSTOP)
    try:
        with pytest.raises(KeeperLost, match="does not answer"):
            await custody.held()
        with pytest.raises(KeeperLost):
            await enter()
        with pytest.raises(KeeperLost):
            await spawn(custody, "p1", "/bin/cat")
        spawning = asyncio.create_task(spawn(custody, "p2", "/bin/cat"))
        await asyncio.sleep(0)
        spawning.cancel()
        with pytest.raises(asyncio.CancelledError):
            await spawning
    finally:
        os.kill(pid, signal.SIGCONT)
    monkeypatch.setattr(module, "DEADLINE", PATIENCE)
    assert custody.keeper_pid == pid
    assert await custody.held() == [], "what nobody waits for any more is not left running"
    await until(lambda: not psutil.Process(pid).children(), "no child")


async def test_keeper_that_cannot_start_is_explained(path: str, seen: Seen, monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(KeeperLost, match=r"cannot start a keeper: .*/no/log"):
        await Custody.open(path, "/no/log", on_exit=seen.exited, on_lost=seen.lost)
    monkeypatch.setattr(module, "DEADLINE", 1.0)
    os.chmod(os.path.dirname(path), 0o750)
    with pytest.raises(KeeperLost, match=r"does not answer .* see .*\.log"):
        await Custody.open(path, f"{path}.log", on_exit=seen.exited, on_lost=seen.lost)
    await until(lambda: not keepers(path), "none is left")
    assert "chmod 700" in complaints(path)


async def test_stop_ends_everything(enter: Open, seen: Seen, path: str) -> None:
    custody = await enter()
    slow = "trap 'sleep 0.3; exit' HUP; echo line 1; while :; do sleep 0.02; done"
    held = [await spawn(custody, f"p{n}", "/bin/sh", "-c", slow) for n in range(3)]
    for each in held:
        reader = Reader(each)
        await until(reader.take, "its trap is set")
    pid = custody.keeper_pid
    await custody.stop()
    assert not any(lives(each.pid) for each in held), "they had the time to go"
    await until(lambda: not lives(pid), "the keeper")
    assert sorted(os.listdir(os.path.dirname(path))) == ["keeper.lock", "keeper.log"]
    assert seen.losses == 0
    again = await enter()
    assert again.keeper_pid != pid


async def test_many_rounds_keep_no_descriptor(enter: Open) -> None:
    custody = await enter()
    keeper = psutil.Process(custody.keeper_pid)
    before = len(os.listdir("/dev/fd")), keeper.num_fds()
    for _ in range(30):
        panes = [f"p{n}" for n in range(10)]
        await asyncio.gather(*(spawn(custody, pane, "/bin/cat") for pane in panes))
        await asyncio.gather(*(custody.forget(pane) for pane in panes))
    assert (len(os.listdir("/dev/fd")), keeper.num_fds()) == before
    await until(lambda: not keeper.children(), "every program waited for")
