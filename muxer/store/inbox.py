"""Notes: text on its way into agents. Each moment is a fact; each step and each obstacle is an attempt."""

import sqlite3
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from time import time
from typing import Any, Literal

from muxer.model import Note, NoteState
from muxer.store.messages import Also
from muxer.store.panes import number_of
from muxer.store.schema import WAITING
from muxer.talk import Message

Moment = Literal["submitted", "seen", "answered", "failed", "cancelled", "expired"]

_STATES: tuple[tuple[str, NoteState], ...] = (
    ("failed_at", "failed"),
    ("cancelled_at", "cancelled"),
    ("expired_at", "expired"),
    ("answered_at", "answered"),
    ("seen_at", "seen"),
    ("submitted_at", "submitted"),
    ("typed_at", "typing"),
)
_FIELDS = (
    "id", "agent", "pane", "sender", "text", "reason", "queued_at", "typed_at", "submitted_at", "seen_at",
    "answered_at", "failed_at", "cancelled_at", "expired_at", "urged_at", "digest", "message",
)  # fmt: skip
_TRIES = "(SELECT count(*) FROM attempts WHERE attempts.inbox = inbox.id AND what = 'typing')"
_SAID = ", ".join(
    f"(SELECT {what} FROM messages WHERE id = inbox.message)"  # noqa: S608 - our own words
    for what in ("sender_id", "kind", "circle")
)
_SELECT = f"SELECT {', '.join(_FIELDS)}, {_SAID}, {_TRIES} FROM inbox "  # noqa: S608 - our own words


@dataclass(frozen=True, slots=True, kw_only=True)
class Kept:
    """A note, and what is known of its way."""

    note: Note
    urged: bool
    digest: int
    """The first of those that went in with it."""
    tries: int
    """How often it was begun to be typed."""


def _kept(row: Sequence[Any]) -> Kept:
    """Of a row of _SELECT."""
    *row, speaker, kind, circle, tries = row
    found = dict(zip(_FIELDS, row, strict=True))
    waits: NoteState = "held" if found["reason"] else "queued"
    state = next((state for column, state in _STATES if found[column] is not None), waits)
    note = Note(
        id=found["id"],
        agent=found["agent"] or 0,
        pane=f"p{found['pane']}",
        sender=found["sender"],
        text=found["text"],
        state=state,
        reason=found["reason"],
        queued_at=found["queued_at"],
        message=found["message"],
        speaker=speaker or "",
        kind=kind or "note",
        circle=circle or "",
    )
    return Kept(note=note, urged=found["urged_at"] is not None, digest=found["digest"] or note.id, tries=tries)


def last_note(connection: sqlite3.Connection) -> int:
    """The highest number that a note ever had."""
    found = connection.execute("SELECT seq FROM sqlite_sequence WHERE name = 'inbox'").fetchone()
    return int(found[0]) if found else 0


def add_notes(connection: sqlite3.Connection, notes: Iterable[Note]) -> None:
    """They wait from now on."""
    connection.executemany(
        "INSERT INTO inbox (id, pane, agent, sender, text, queued_at, message) VALUES (?, ?, ?, ?, ?, ?, ?)",
        [
            (note.id, number_of(note.pane), note.agent or None, note.sender, note.text, note.queued_at, note.message)
            for note in notes
        ],
    )


def bring(
    connection: sqlite3.Connection, messages: Sequence[Message], *, notes: Mapping[int, Note], also: Also | None
) -> None:
    """Fresh messages are brought by these notes, by the messages' numbers."""
    add_notes(connection, [notes[message.id] for message in messages if message.id in notes])
    if also:
        also(connection, messages)


def notes_read(connection: sqlite3.Connection, agent: int, key: str) -> list[Kept]:
    """What an agent was handed when it asked for it with that request, oldest first."""
    which = "(SELECT inbox FROM attempts WHERE inbox = inbox.id AND what = 'read' AND detail = ?)"
    rows = connection.execute(
        f"{_SELECT} WHERE agent = ? AND inbox.id IN {which} ORDER BY id",
        (agent, key),
    )
    return [_kept(row) for row in rows]


def waiting_notes(connection: sqlite3.Connection) -> list[Kept]:
    """All that wait or are on their way, oldest first."""
    rows = connection.execute(f"{_SELECT} WHERE {WAITING} ORDER BY id")
    return [_kept(row) for row in rows]


def notes_of(connection: sqlite3.Connection, agent: int, limit: int = 50) -> list[Kept]:
    """The newest notes of an agent, whatever became of them, oldest first."""
    rows = connection.execute(f"{_SELECT} WHERE agent = ? ORDER BY id DESC LIMIT ?", (agent, limit))
    return [_kept(row) for row in rows][::-1]


def notes_bringing(connection: sqlite3.Connection, messages: Sequence[int]) -> dict[int, Kept]:
    """The notes that bring these, by the messages."""
    marks = ", ".join("?" * len(messages))
    rows = connection.execute(f"{_SELECT} WHERE message IN ({marks}) ORDER BY id", messages)
    return {kept.note.message: kept for kept in map(_kept, rows) if kept.note.message}


def note_traced(connection: sqlite3.Connection, number: int) -> tuple[Kept, list[tuple[float, str, str]]] | None:
    """A note, and its attempts: when, what, and how it went. None for one that never was."""
    row = connection.execute(f"{_SELECT} WHERE id = ?", (number,)).fetchone()
    if row is None:
        return None
    steps = connection.execute("SELECT at, what, detail FROM attempts WHERE inbox = ? ORDER BY id", (number,))
    return _kept(row), [(at, what, detail) for at, what, detail in steps]


def begin_typing(connection: sqlite3.Connection, numbers: Sequence[int], way: str) -> None:
    """They go in together now, that way."""
    now = time()
    for number in numbers:
        connection.execute(
            "UPDATE inbox SET typed_at = ?, reason = ?, digest = ? WHERE id = ?", (now, way, numbers[0], number)
        )
    _attempt(connection, numbers, "typing", way, now)


def take_back(connection: sqlite3.Connection, numbers: Sequence[int], why: str) -> None:
    """They did not go in after all, and wait again."""
    for number in numbers:
        connection.execute("UPDATE inbox SET typed_at = NULL, digest = NULL, reason = ? WHERE id = ?", (why, number))
    _attempt(connection, numbers, "held", why, time())


def hold_notes(connection: sqlite3.Connection, numbers: Sequence[int], why: str) -> None:
    """Something keeps them back."""
    for number in numbers:
        connection.execute("UPDATE inbox SET reason = ? WHERE id = ?", (why, number))
    _attempt(connection, numbers, "held", why, time())


def mark_notes(connection: sqlite3.Connection, numbers: Sequence[int], moment: Moment, why: str = "") -> None:
    """That happened to them."""
    now = time()
    # What was given up may be heard of later all the same.
    revives = ", failed_at = NULL" if moment == "submitted" else ""
    for number in numbers:
        connection.execute(
            f"UPDATE inbox SET {moment}_at = ?{revives}, reason = ? WHERE id = ?",  # noqa: S608 - a word of Moment
            (now, why, number),
        )
    _attempt(connection, numbers, moment, why, now)


def note_attempt(connection: sqlite3.Connection, numbers: Sequence[int], what: str, detail: str = "") -> None:
    """A step on their way that changes nothing else."""
    _attempt(connection, numbers, what, detail, time())


def edit_note(connection: sqlite3.Connection, number: int, text: str) -> None:
    """It says something else."""
    connection.execute("UPDATE inbox SET text = ? WHERE id = ?", (text, number))
    _attempt(connection, [number], "edited", "", time())


def urge_note(connection: sqlite3.Connection, number: int) -> None:
    """A person wants it in now."""
    connection.execute("UPDATE inbox SET urged_at = ? WHERE id = ?", (time(), number))
    _attempt(connection, [number], "urged", "", time())


def mute_agent(connection: sqlite3.Connection, agent: int, *, muted: bool) -> None:
    """Nothing is typed into it until a person says so."""
    connection.execute("UPDATE agents SET muted_at = ? WHERE id = ?", (time() if muted else None, agent))


def _attempt(connection: sqlite3.Connection, numbers: Sequence[int], what: str, detail: str, at: float) -> None:
    connection.executemany(
        "INSERT INTO attempts (inbox, at, what, detail) VALUES (?, ?, ?, ?)",
        [(number, at, what, detail) for number in numbers],
    )
