"""What it costs to write facts down durably, and to read them again.

The rival is what a script would do: SQLite with one commit a row, and a file of JSON lines that is read from its start.
"""

import asyncio
import json
import sqlite3
import tempfile
from collections.abc import Callable, Iterator
from contextlib import closing
from time import perf_counter, time

from muxer.store.database import Store, open_store
from muxer.store.log import since
from muxer.store.opening import open_file
from muxer.store.schema import WAITING
from tests.bench.figures import Figure, Target, median, times_at_least
from tests.bench.scale import Scale

EVENTS = 20_000
COMMITS = 1_000
LOGGED = 100_000
WAITERS = 50_000
ADD = "INSERT INTO events (at, kind, subject, data) VALUES (?, 'run.ended', 'p12', ?)"
DATA = json.dumps({"name": "claude", "run": 4711, "status": 1, "signal": 0, "asked": False})
INBOX = f"SELECT id, text FROM inbox WHERE pane = 7 AND {WAITING} ORDER BY id"


def facts(scale: Scale) -> Iterator[Figure]:
    """Events written and read, and an inbox that nobody empties."""
    subject = "the store"
    runs = range(scale.runs)
    taken = [(_batches(), _one_by_one()) for _ in runs]
    ours, plain = (median(values) for values in zip(*taken, strict=True))
    yield Figure(
        subject=subject, name="events written durably", unit="/s", muxer=ours, tmux=plain, target=times_at_least(3),
        note="to one commit a row in plain sqlite3",
    )  # fmt: skip
    with tempfile.TemporaryDirectory() as folder:
        file, lines = f"{folder}/muxer.db", f"{folder}/events"
        writer, reader, _ = open_file(file)
        with closing(writer), closing(reader):
            _fill(writer, lines)
            read = [(_ms(lambda: since(reader, LOGGED // 2, 1000)), _ms(lambda: _from_lines(lines))) for _ in runs]
            rare = median(_ms(lambda: since(reader, 0, 1000, ["pane"])) for _ in runs)
            waiting = median(_ms(lambda: reader.execute(INBOX).fetchall()) for _ in runs)
            (plan,) = [row[3] for row in reader.execute(f"EXPLAIN QUERY PLAN {INBOX}")]
        opened = median(_ms(lambda: _opened(file)) for _ in runs)
    ours, plain = (median(values) for values in zip(*read, strict=True))
    yield Figure(
        subject=subject, name="1,000 of 100,000 events read", unit="ms", muxer=ours, tmux=plain,
        target=Target(bound=20), note="to a file of JSON lines",
    )  # fmt: skip
    yield Figure(
        subject=subject, name="… of a kind that is one in a hundred", unit="ms", muxer=rare, target=Target(bound=20)
    )
    yield Figure(
        subject=subject,
        name="what waits for one pane of 50,000",
        unit="ms",
        muxer=waiting,
        target=Target(bound=20),
        note=plan,
    )
    yield Figure(
        subject=subject, name="opened with all of that, and checked", unit="ms", muxer=opened, target=Target(bound=500)
    )


def _ms(function: Callable[[], object]) -> float:
    start = perf_counter()
    function()
    return (perf_counter() - start) * 1e3


def _batches() -> float:
    """Events a second, until the last is durable and everybody was told."""

    async def write(file: str) -> float:
        told = 0

        def hear(events: object) -> None:
            nonlocal told
            assert isinstance(events, list)
            told += len(events)

        store, _ = await open_store(file, on_logged=hear, on_trouble=lambda _: None)
        start = perf_counter()
        await _noted(store)
        rate = EVENTS / (perf_counter() - start)
        await store.close()
        if told != EVENTS:
            raise AssertionError(f"{told} of {EVENTS} events were told")
        return rate

    with tempfile.TemporaryDirectory() as folder:
        return asyncio.run(write(f"{folder}/muxer.db"))


async def _noted(store: Store) -> None:
    for number in range(EVENTS):
        store.note(lambda connection: connection.execute(ADD, (time(), DATA)))
        if number % 100 == 0:
            await asyncio.sleep(0)
    await store.settled()


def _one_by_one() -> float:
    with tempfile.TemporaryDirectory() as folder:
        writer, reader, _ = open_file(f"{folder}/plain.db")
        with closing(writer), closing(reader):
            start = perf_counter()
            for _ in range(COMMITS):
                writer.execute(ADD, (time(), DATA))
            return COMMITS / (perf_counter() - start)


def _fill(connection: sqlite3.Connection, lines: str) -> None:
    count = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < ?)"
    connection.execute(
        f"{count} INSERT INTO events (at, kind, subject, data)"
        " SELECT i, iif(i % 100, 'run.ended', 'pane.opened'), 'p12', ? FROM n",
        (LOGGED, DATA),
    )
    with open(lines, "w") as out:
        for event in since(connection, 0):
            print(json.dumps([event.id, event.at, event.kind, event.subject, event.data]), file=out)
    connection.execute(
        f"{count} INSERT INTO panes (name, command, cwd, shell, policy, opened_at)"
        " SELECT 'claude', '[]', '/srv', 0, 'never', i FROM n",
        (50,),
    )
    connection.execute(
        f"{count} INSERT INTO inbox (pane, text, queued_at, submitted_at)"
        " SELECT 1 + i % 50, 'build it, test it, and say how it went', i, iif(i % 10, i, NULL) FROM n",
        (WAITERS,),
    )


def _from_lines(lines: str) -> list[object]:
    with open(lines) as file:
        found = [event for event in map(json.loads, file) if event[0] > LOGGED // 2]
    return found[:1000]


def _opened(file: str) -> None:
    for connection in open_file(file)[:2]:
        connection.close()
