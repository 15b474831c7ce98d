"""Asks: messages that want an answer, and each moment of what became of them.

The asker of one that is untold still has to learn how it ended, or that it was answered late.
"""

import sqlite3
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from time import time
from typing import Any, Literal

from muxer.errors import UsageError
from muxer.store.messages import own_key
from muxer.store.schema import WAITING
from muxer.talk import AnsweredBy, Ask, Message, Outcome, PeerId

End = Literal["expired", "cancelled", "failed"]
"""How one ends that nobody answered in time."""

_SELECT = (
    "SELECT asked.id, asked.sender_id, asked.sender, asked.recipient_id, asked.recipient, asked.text, asked.sent_at,"
    " deadline_at, waits, many, coalesce(answer.text, ''), answered_by, answered_at, expired_at, cancelled_at,"
    " failed_at, told_at, asks.reason FROM asks JOIN messages AS asked ON asked.id = asks.message"
    " LEFT JOIN messages AS answer ON answer.id = asks.answer "
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Unsettled:
    """An ask that is open, or whose asker was not told how it ended."""

    ask: Ask
    answer: int | None
    """The message."""
    typed: bool
    """Its answerer has the question."""
    lost: str
    """Why the note that bore the question never went in; empty if it did, or may yet."""
    noted: bool
    """The answer is a note in its asker's inbox."""


def add_asks(connection: sqlite3.Connection, messages: Sequence[Message], *, deadline_at: float, waits: bool) -> None:
    """These messages want an answer; several belong together."""
    many = messages[0].id if len(messages) > 1 else None
    connection.executemany(
        "INSERT INTO asks (message, many, waits, deadline_at) VALUES (?, ?, ?, ?)",
        [(message.id, many, waits, deadline_at) for message in messages],
    )


def answer_ask(connection: sqlite3.Connection, messages: Sequence[Message], *, ask: int, by: AnsweredBy) -> None:
    """That message is the answer. Raises UsageError if it was answered or cancelled before."""
    (answer,) = messages
    changed = connection.execute(
        "UPDATE asks SET answer = ?, answered_by = ?, answered_at = ?, told_at = NULL"
        " WHERE message = ? AND answered_at IS NULL AND cancelled_at IS NULL",
        (answer.id, by, answer.sent_at, ask),
    ).rowcount
    if not changed:
        raise UsageError(f"ask {ask} needs no answer any more: notify whoever asked, if there is more to say")


def end_ask(connection: sqlite3.Connection, ask: int, end: End, why: str = "") -> None:
    """It ends so, unless it ended before."""
    connection.execute(
        f"UPDATE asks SET {end}_at = ?, reason = ? WHERE message = ?"  # noqa: S608 - a word of End
        " AND coalesce(answered_at, expired_at, cancelled_at, failed_at) IS NULL",
        (time(), why, ask),
    )


def tell_ask(connection: sqlite3.Connection, ask: int, *, read: bool) -> None:
    """Its asker is told how it ended: by the call that waits, which reads the answer, or by a note."""
    now = time()
    connection.execute("UPDATE asks SET told_at = ? WHERE message = ? AND told_at IS NULL", (now, ask))
    if read:
        connection.execute(
            "UPDATE messages SET read_at = ?"
            " WHERE id = (SELECT answer FROM asks WHERE message = ?) AND read_at IS NULL",
            (now, ask),
        )


def remind_asks(connection: sqlite3.Connection, asks: Iterable[int]) -> None:
    """Their answerer is reminded of them once more."""
    connection.executemany("UPDATE asks SET reminded = reminded + 1 WHERE message = ?", [(ask,) for ask in asks])


def reminders(connection: sqlite3.Connection) -> dict[int, int]:
    """How often the answerers of what is open were reminded."""
    return dict(connection.execute("SELECT message, reminded FROM asks WHERE told_at IS NULL AND reminded > 0"))


def ask_numbered(connection: sqlite3.Connection, number: int) -> Ask | None:
    """The one of that number."""
    return next(iter(_found(connection, "WHERE asks.message = ?", number)), None)


def asks_numbered(connection: sqlite3.Connection, numbers: Iterable[int]) -> list[Ask]:
    """Those of these numbers."""
    found = (ask_numbered(connection, number) for number in numbers)
    return [ask for ask in found if ask]


def answer_of(connection: sqlite3.Connection, ask: int) -> int | None:
    """The message that answered it."""
    found = connection.execute("SELECT answer FROM asks WHERE message = ?", (ask,)).fetchone()
    return found[0] if found else None


def asks_keyed(connection: sqlite3.Connection, asker: PeerId, key: str) -> list[Ask]:
    """What a peer's program asked under that key, oldest first."""
    return _found(connection, "WHERE asked.key = ? AND asked.key <> '' ORDER BY asks.message", own_key(asker, key))


def newest_asks(connection: sqlite3.Connection, limit: int, *, peer: PeerId = "") -> list[Ask]:
    """The last ones, oldest first; only those that a peer put or was put, if that is asked."""
    whose = "WHERE asked.sender_id = ? OR asked.recipient_id = ? " if peer else ""
    values = (peer, peer) if peer else ()
    return _found(connection, f"{whose}ORDER BY asks.message DESC LIMIT ?", *values, limit)[::-1]


def unsettled_asks(connection: sqlite3.Connection) -> list[Unsettled]:
    """All of them, oldest first."""
    return [_unsettled(connection, ask) for ask in _found(connection, "WHERE told_at IS NULL ORDER BY asks.message")]


def _unsettled(connection: sqlite3.Connection, ask: Ask) -> Unsettled:
    answer = answer_of(connection, ask.id)
    note = connection.execute(
        f"SELECT submitted_at IS NOT NULL, {WAITING}, reason FROM inbox WHERE message = ?",  # noqa: S608 - our own words
        (ask.id,),
    ).fetchone()
    typed, waits, why = note or (False, True, "")
    noted = "SELECT 1 FROM inbox WHERE message = ?"
    return Unsettled(
        ask=ask,
        answer=answer,
        typed=bool(typed),
        lost="" if typed or waits else why or "the note that bore it was cancelled",
        noted=answer is not None and connection.execute(noted, (answer,)).fetchone() is not None,
    )


def _found(connection: sqlite3.Connection, which: str, *values: Any) -> list[Ask]:
    return [_ask(row) for row in connection.execute(f"{_SELECT}{which}", values)]


def _ask(row: Sequence[Any]) -> Ask:
    """Of a row of _SELECT."""
    (
        number, asker, asker_name, answerer, answerer_name, text, asked_at, deadline_at, waits, many, answer, by,
        answered_at, expired_at, cancelled_at, failed_at, told_at, reason,
    ) = row  # fmt: skip
    ends: tuple[tuple[Outcome, float | None], ...] = (
        ("expired", expired_at), ("cancelled", cancelled_at), ("failed", failed_at), ("answered", answered_at),
    )  # fmt: skip
    outcome, ended_at = next((end for end in ends if end[1] is not None), ("open", None))
    return Ask(
        id=number,
        asker=asker,
        asker_name=asker_name,
        answerer=answerer,
        answerer_name=answerer_name,
        text=text,
        asked_at=asked_at,
        deadline_at=deadline_at,
        waits=bool(waits),
        outcome=outcome,
        ended_at=ended_at,
        reason=reason,
        answer=answer,
        by=by,
        answered_at=answered_at,
        told_at=told_at,
        many=many,
    )
