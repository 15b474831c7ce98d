import asyncio
import logging
import sqlite3
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from muxer.bus.bus import LocalBus
from muxer.errors import StoreTrouble, UnknownName
from muxer.model import Logged
from muxer.store import writer
from muxer.store.database import Store, open_store
from muxer.store.log import last_id, since
from muxer.store.panes import close_pane, open_pane, open_panes
from muxer.store.projects import add_project, project_named, projects
from tests.house import until
from tests.store.filled import insert, known_pane

TEXT = "x" * 9000
"""More than a page: it needs room of its own."""


class Kept:
    """A store, and all that it tells."""

    def __init__(self) -> None:
        self.store: Store
        self.logged: list[Logged] = []
        self.troubles: list[str] = []

    def hear(self, events: Sequence[Logged]) -> None:
        self.logged += events

    def room(self, pages: int) -> None:
        """So large can the file get: a disk that is full, and then is not."""
        connection, _ = self.store._connections
        connection.execute(f"PRAGMA max_page_count = {pages}")

    async def texts(self) -> list[str]:
        rows = await self.store.read(lambda connection: connection.execute("SELECT text FROM messages").fetchall())
        return [text[: -len(TEXT)] for (text,) in rows]


@asynccontextmanager
async def keeping(file: Path) -> AsyncIterator[Kept]:
    kept = Kept()
    kept.store, _ = await open_store(str(file), on_logged=kept.hear, on_trouble=kept.troubles.append)
    try:
        yield kept
    finally:
        await kept.store.close()


@pytest.fixture
async def kept(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Kept]:
    monkeypatch.setattr(writer, "TRY_AGAIN", 0.02)
    async with keeping(tmp_path / "muxer.db") as kept:
        yield kept


def send(connection: sqlite3.Connection, text: str) -> int:
    return insert(connection, "messages", kind="note", sender="a", recipient="b", text=text + TEXT, sent_at=1.0)


async def test_a_question_is_answered_when_it_is_durable(kept: Kept, tmp_path: Path) -> None:
    project = await kept.store.ask(add_project, name="shop", folder="/srv/shop")
    with sqlite3.connect(tmp_path / "muxer.db") as another:
        assert projects(another) == [project]
    another.close()


async def test_what_was_logged_is_told_after_it_can_be_read_in_the_order_of_the_log(kept: Kept) -> None:
    for number in range(1, 200):
        kept.store.note(open_pane, known_pane(number))
        if number % 7 == 0:
            await asyncio.sleep(0)
    await kept.store.settled()
    assert kept.logged == await kept.store.read(since, 0)
    assert [event.subject for event in kept.logged] == [f"p{number}" for number in range(1, 200)]


async def test_the_bus_hears_what_the_store_logged(tmp_path: Path) -> None:
    bus = LocalBus()
    store, _ = await open_store(str(tmp_path / "muxer.db"), on_logged=bus.publish, on_trouble=lambda _: None)
    with bus.subscribe() as heard:
        store.note(open_pane, known_pane())
        taken = await heard.take()
    await store.close()
    assert isinstance(taken, Sequence)
    assert [(event.kind, event.subject) for event in taken] == [("pane.opened", "p1")]


async def test_what_a_question_raises_undoes_itself_alone(kept: Kept) -> None:
    def fail(connection: sqlite3.Connection) -> None:
        send(connection, "half done")
        project_named(connection, "nobody")

    kept.store.note(send, "before")
    asked = asyncio.ensure_future(kept.store.ask(fail))
    await asyncio.sleep(0)
    kept.store.note(send, "after")
    with pytest.raises(UnknownName):
        await asked
    await kept.store.settled()
    assert await kept.texts() == ["before", "after"]
    assert kept.troubles == []


async def test_a_note_that_is_wrong_is_logged_and_holds_up_nobody(kept: Kept, caplog: pytest.LogCaptureFixture) -> None:
    kept.store.note(lambda connection: connection.execute("INSERT INTO no_such_table VALUES (1)"))
    kept.store.note(send, "after")
    await kept.store.settled()
    assert await kept.texts() == ["after"]
    assert kept.troubles == []
    (record,) = caplog.records
    assert record.levelno == logging.ERROR
    assert record.exc_text
    assert "no such table: no_such_table" in record.exc_text


async def test_a_reader_that_is_wrong_gets_one_line(kept: Kept) -> None:
    with pytest.raises(StoreTrouble, match="cannot be read: no such table: no_such"):
        await kept.store.read(lambda connection: connection.execute("SELECT * FROM no_such"))


async def test_a_reader_changes_nothing(kept: Kept) -> None:
    with pytest.raises(StoreTrouble):
        await kept.store.read(open_pane, known_pane())


async def test_whoever_does_not_wait_for_an_answer_disturbs_nobody(kept: Kept) -> None:
    asked = asyncio.ensure_future(kept.store.ask(send, "asked"))
    await asyncio.sleep(0)
    asked.cancel()
    await kept.store.settled()
    assert await kept.texts() == ["asked"]


async def test_a_full_disk_keeps_notes_refuses_questions_and_says_so_once(kept: Kept) -> None:
    await kept.store.ask(send, "first")
    kept.room(1)
    for number in range(60):
        kept.store.note(send, str(number))
    await kept.store.settled()
    why = "nothing can be written down now: database or disk is full; free some space"
    assert kept.store.trouble == why
    with pytest.raises(StoreTrouble, match=why):
        await kept.store.ask(send, "asked")
    kept.store.note(send, "last")
    await kept.store.settled()
    assert await kept.texts() == ["first"]
    assert kept.troubles == [why]

    kept.room(100_000)
    await until(lambda: not kept.store.trouble, "an end of the trouble")
    assert await kept.texts() == ["first", *map(str, range(60)), "last"]
    assert kept.troubles == [why, ""]
    assert kept.logged == await kept.store.read(since, 0)
    assert [event.id for event in kept.logged] == list(range(1, 63))
    await kept.store.ask(send, "and on")


async def test_a_question_on_a_full_disk_is_refused_at_once(kept: Kept, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(writer, "TRY_AGAIN", 3600)
    kept.room(1)
    for _ in range(3):
        with pytest.raises(StoreTrouble):
            await kept.store.ask(send, "asked")
        await kept.store.settled()


async def test_too_many_notes_lose_the_oldest_and_that_is_said_once(
    kept: Kept, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(writer, "PATIENT", 10)
    await kept.store.ask(send, "first")
    kept.room(1)
    for number in range(40):
        kept.store.note(send, str(number))
        if number % 5 == 0:
            await kept.store.settled()
    await until(lambda: len(kept.troubles) == 2, "word of the loss")
    kept.room(100_000)
    await until(lambda: not kept.store.trouble, "an end of the trouble")
    assert await kept.texts() == ["first", *map(str, range(30, 40))]
    assert kept.troubles[1] == "more than 100,000 changes wait to be written down: the oldest are lost now"
    assert kept.troubles[2:] == [""]


async def test_ending_on_a_full_disk_does_not_wait_for_room(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(writer, "TRY_AGAIN", 3600)
    async with asyncio.timeout(20), keeping(tmp_path / "muxer.db") as kept:
        kept.room(1)
        kept.store.note(send, "x")
        await kept.store.settled()


async def test_ending_writes_what_found_no_room_until_then(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(writer, "TRY_AGAIN", 3600)
    async with keeping(tmp_path / "muxer.db") as kept:
        kept.room(1)
        kept.store.note(send, "x")
        await kept.store.settled()
        kept.room(100_000)
    async with keeping(tmp_path / "muxer.db") as kept:
        assert await kept.texts() == ["x"]


async def test_ending_writes_what_waits_and_nothing_after(tmp_path: Path) -> None:
    async with keeping(tmp_path / "muxer.db") as kept:
        kept.store.note(open_pane, known_pane(1))
        await kept.store.close()
        kept.store.note(open_pane, known_pane(2))
        await kept.store.settled()
        for late in (kept.store.ask, kept.store.read):
            with pytest.raises(StoreTrouble, match="the host is ending"):
                await late(open_panes)
    async with keeping(tmp_path / "muxer.db") as kept:
        assert [pane.id for pane in await kept.store.read(open_panes)] == ["p1"]


async def test_somebody_else_who_writes_is_waited_for(kept: Kept, tmp_path: Path) -> None:
    with sqlite3.connect(tmp_path / "muxer.db", isolation_level=None) as another:
        another.execute("BEGIN IMMEDIATE")
        asked = asyncio.ensure_future(kept.store.ask(send, "asked"))
        done, _ = await asyncio.wait({asked}, timeout=0.05)
        assert not done
        another.execute("COMMIT")
        await asked
    another.close()


async def test_in_memory_all_is_as_on_disk(tmp_path: Path) -> None:
    (tmp_path / "state").write_text("a file")
    async with keeping(tmp_path / "state" / "muxer.db") as kept:
        for number in range(1, 50):
            kept.store.note(open_pane, known_pane(number))
            assert len(await kept.store.read(open_panes)) < number + 1
        await kept.store.settled()
        assert len(await kept.store.read(open_panes)) == 49
        assert kept.logged == await kept.store.read(since, 0)
        assert kept.troubles == []


async def test_ids_never_come_again(tmp_path: Path) -> None:
    for number in range(1, 4):
        async with keeping(tmp_path / "muxer.db") as kept:
            kept.store.note(open_pane, known_pane(number))
            kept.store.note(close_pane, f"p{number}")
            kept.store.note(lambda connection: connection.execute("DELETE FROM panes"))
            await kept.store.settled()
            assert await kept.store.read(last_id) == 2 * number
            assert [event.id for event in kept.logged] == [2 * number - 1, 2 * number]
