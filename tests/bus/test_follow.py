"""Following a log that is written to all the while, by followers of every pace."""

import asyncio
import random
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import aclosing
from pathlib import Path

import pytest

from muxer.bus import follow as following
from muxer.bus.bus import LocalBus
from muxer.bus.follow import follow
from muxer.model import Logged
from muxer.store.database import Store, open_store
from muxer.store.log import since
from muxer.store.panes import KnownPane, open_pane, rename_pane


class Log:
    """A real one, that is told about on a bus."""

    def __init__(self, store: Store, bus: LocalBus) -> None:
        self.store, self.bus = store, bus
        self.reads = 0

    async def read(self, last: int, limit: int) -> list[Logged]:
        self.reads += 1
        return await self.store.read(since, last, limit)

    def rename(self, name: str) -> None:
        self.store.note(rename_pane, "p1", name)

    async def heard(self, count: int, *, after: int = 0, kinds: Sequence[str] = ()) -> list[Logged]:
        """What a follower hears until it is so much."""
        taken: list[Logged] = []
        async with asyncio.timeout(20), aclosing(follow(self.bus, self.read, after, kinds)) as batches:
            async for batch in batches:
                taken += batch
                if len(taken) >= count:
                    break
        return taken


async def until(condition: Callable[[], object]) -> None:
    async with asyncio.timeout(20):
        while not condition():  # noqa: ASYNC110 - nothing tells of it
            await asyncio.sleep(0.005)


@pytest.fixture
async def log(tmp_path: Path) -> AsyncIterator[Log]:
    bus = LocalBus()
    store, _ = await open_store(str(tmp_path / "db"), on_logged=bus.publish, on_trouble=lambda _: None)
    pane = KnownPane(id="p1", name="0", command=("cat",), cwd="/", shell=False, policy="never")
    await store.ask(open_pane, pane)
    yield Log(store, bus)
    await store.close()


async def test_first_what_was_and_then_what_is(log: Log) -> None:
    log.rename("before")
    await log.store.settled()
    hearing = asyncio.ensure_future(log.heard(4))
    await until(lambda: log.bus._queues and log.reads)
    log.rename("now")
    log.rename("later")
    heard = await hearing
    assert [event.kind for event in heard] == ["pane.opened"] + ["pane.renamed"] * 3
    assert [event.data["name"] for event in heard] == ["0", "before", "now", "later"]
    assert not log.bus._queues


async def test_only_what_came_after(log: Log) -> None:
    log.rename("1")
    log.rename("2")
    await log.store.settled()
    assert [event.data["name"] for event in await log.heard(1, after=2)] == ["2"]


async def test_a_kind_holds_all_that_are_of_it(log: Log) -> None:
    log.rename("1")
    await log.store.settled()
    assert [event.id for event in await log.heard(2, kinds=["pane"])] == [1, 2]
    assert [event.id for event in await log.heard(1, kinds=["run", "pane.renamed"])] == [2]
    hearing = asyncio.ensure_future(log.heard(1, kinds=["pane.re", "pan", "pane.renamed.more"]))
    await until(lambda: log.bus._queues)
    log.rename("2")
    await log.store.settled()
    assert not hearing.done()
    hearing.cancel()
    await asyncio.wait({hearing})
    assert not log.bus._queues


async def test_no_gap_and_nothing_twice_at_any_pace(log: Log, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(following, "CHUNK", 7)
    monkeypatch.setattr(following, "PAUSE", 0.001)
    monkeypatch.setattr(LocalBus.subscribe.__wrapped__, "__kwdefaults__", {"room": 20})  # type: ignore[attr-defined]
    dice = random.Random(7)
    total = 1500

    async def listen(pace: float) -> list[int]:
        ids: list[int] = []
        async with aclosing(follow(log.bus, log.read, 0)) as batches:
            async for batch in batches:
                ids += [event.id for event in batch]
                if ids[-1] == total + 1:
                    return ids
                if dice.random() < pace:
                    await asyncio.sleep(0.02)
        return ids

    async def write() -> None:
        for number in range(total):
            log.rename(f"name {number}")
            if dice.random() < 0.1:
                await asyncio.sleep(0.001)

    async with asyncio.timeout(40):
        *heard, _ = await asyncio.gather(*(listen(pace) for pace in (0, 0.1, 0.5, 1)), write())
    for ids in heard:
        assert ids == list(range(1, total + 2))


async def test_who_stops_listening_costs_nothing_and_loses_nothing(log: Log) -> None:
    async with aclosing(follow(log.bus, log.read, 0)) as batches:
        first = await anext(batches)
        reads = log.reads
        for number in range(3000):
            log.rename(f"name {number}")
        await log.store.settled()
        assert log.reads == reads
        assert all(len(queue._waiting) <= 1024 for queue in log.bus._queues)
        ids = [event.id for event in first]
        async with asyncio.timeout(20):
            while ids[-1] < 3001:
                ids += [event.id for event in await anext(batches)]
        assert ids == list(range(1, 3002))


async def test_a_flood_comes_in_few_batches(log: Log, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(following, "PAUSE", 0.5)
    async with aclosing(follow(log.bus, log.read, 1)) as batches:
        coming = asyncio.ensure_future(anext(batches))
        await until(lambda: log.bus._queues and log.reads)
        log.rename("first")
        assert len(await coming) == 1
        coming = asyncio.ensure_future(anext(batches))
        for number in range(50):
            log.rename(f"name {number}")
            await log.store.settled()
        came = [len(await coming)]
        while sum(came) < 50:
            came.append(len(await anext(batches)))
        assert len(came) < 10
