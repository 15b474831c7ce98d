"""Notes as they are written down, and each step on their way."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing

import pytest

from muxer.model import Note
from muxer.store.agents import KnownAgent, add_agent
from muxer.store.inbox import (
    add_notes,
    begin_typing,
    edit_note,
    hold_notes,
    last_note,
    mark_notes,
    mute_agent,
    note_attempt,
    note_traced,
    take_back,
    urge_note,
    waiting_notes,
)
from muxer.store.log import newest
from muxer.store.panes import open_pane
from tests.store.filled import in_memory, known_pane


@pytest.fixture
def database() -> Iterator[sqlite3.Connection]:
    with closing(in_memory()) as connection:
        open_pane(connection, known_pane(7))
        add_agent(connection, KnownAgent(name="ada", cli="small"))
        yield connection


def note(number: int, text: str = "hello", *, sender: str = "bob") -> Note:
    return Note(id=number, agent=1, pane="p7", sender=sender, text=text, state="queued", queued_at=5.0)


def state(database: sqlite3.Connection, number: int) -> tuple[str, str]:
    found = note_traced(database, number)
    assert found
    return found[0].note.state, found[0].note.reason


def steps(database: sqlite3.Connection, number: int) -> list[tuple[str, str]]:
    found = note_traced(database, number)
    assert found
    return [(what, detail) for _, what, detail in found[1]]


def test_a_note_waits_as_it_was_put(database: sqlite3.Connection) -> None:
    assert last_note(database) == 0
    add_notes(database, [note(3)])
    (kept,) = waiting_notes(database)
    assert kept.note == note(3)
    assert (kept.urged, kept.digest, kept.tries) == (False, 3, 0)
    assert last_note(database) == 3
    database.execute("DELETE FROM inbox")
    assert last_note(database) == 3, "no number is given twice"


def test_the_way_of_a_note(database: sqlite3.Connection) -> None:
    for number in (1, 2):
        add_notes(database, [note(number)])
    hold_notes(database, [1, 2], "it works")
    assert state(database, 1) == ("held", "it works")
    urge_note(database, 1)
    begin_typing(database, [1, 2], "keys")
    assert state(database, 2) == ("typing", "keys")
    assert [(kept.digest, kept.tries, kept.urged) for kept in waiting_notes(database)] == [(1, 1, True), (1, 1, False)]
    take_back(database, [1, 2], "gone")
    assert [kept.digest for kept in waiting_notes(database)] == [1, 2]
    edit_note(database, 2, "other")
    begin_typing(database, [2], "keys")
    note_attempt(database, [2], "held", "asks")
    mark_notes(database, [2], "submitted")
    assert [kept.note.id for kept in waiting_notes(database)] == [1]
    for moment in ("seen", "answered"):
        mark_notes(database, [2], moment)
        assert state(database, 2) == (moment, "")
    assert steps(database, 2) == [
        ("held", "it works"), ("typing", "keys"), ("held", "gone"), ("edited", ""), ("typing", "keys"),
        ("held", "asks"), ("submitted", ""), ("seen", ""), ("answered", ""),
    ]  # fmt: skip


@pytest.mark.parametrize("moment", ["failed", "cancelled", "expired"])
def test_what_never_arrives(database: sqlite3.Connection, moment: str) -> None:
    add_notes(database, [note(1)])
    mark_notes(database, [1], moment, "so it is")  # type: ignore[arg-type]
    assert waiting_notes(database) == []
    assert state(database, 1) == (moment, "so it is")
    assert newest(database, 1, ("inbox",))[0].kind == f"inbox.{moment}"


def test_what_was_given_up_may_be_heard_of_later(database: sqlite3.Connection) -> None:
    add_notes(database, [note(1)])
    mark_notes(database, [1], "failed", "silence")
    mark_notes(database, [1], "submitted", "told late")
    assert state(database, 1) == ("submitted", "told late")


def test_a_number_that_no_note_has(database: sqlite3.Connection) -> None:
    assert note_traced(database, 9) is None


def test_muting(database: sqlite3.Connection) -> None:
    mute_agent(database, 1, muted=True)
    assert database.execute("SELECT muted_at IS NULL FROM agents").fetchone() == (0,)
    mute_agent(database, 1, muted=False)
    assert database.execute("SELECT muted_at IS NULL FROM agents").fetchone() == (1,)
