"""What peers said to each other.

A key is what the sender's program calls its request: one that comes again is the same.
"""

import json
import sqlite3
from collections.abc import Callable, Iterable, Sequence
from time import time
from typing import Any

from muxer.talk import Message, PeerId

_FIELDS = (
    "id", "kind", "sender_id", "sender", "recipient_id", "recipient", "text", "sent_at", "reply_to", "circle", "files",
)  # fmt: skip
_ARRIVED = "coalesce(read_at, (SELECT max(submitted_at) FROM inbox WHERE inbox.message = messages.id))"
_SELECT = f"SELECT {', '.join(_FIELDS)}, {_ARRIVED} FROM messages "  # noqa: S608 - our own words
_INSERT = (
    f"INSERT INTO messages ({', '.join(_FIELDS)}, key)"  # noqa: S608
    f" VALUES ({', '.join('?' * len(_FIELDS))}, ?)"
)

Also = Callable[[sqlite3.Connection, Sequence[Message]], None]
"""What is written down with fresh messages, or not at all: that they are asks, or the answer to one."""


def last_message(connection: sqlite3.Connection) -> int:
    """The highest number that a message ever had."""
    found = connection.execute("SELECT seq FROM sqlite_sequence WHERE name = 'messages'").fetchone()
    return int(found[0]) if found else 0


def add_messages(
    connection: sqlite3.Connection, messages: Sequence[Message], key: str = "", also: Also | None = None
) -> list[Message]:
    """They were said, one to each recipient; for one that was said before under that key, that one."""
    known = {message.recipient: _keyed(connection, key, message) for message in messages} if key else {}
    fresh = [message for message in messages if known.get(message.recipient) is None]
    connection.executemany(_INSERT, [(*_row(message), own_key(message.sender, key)) for message in fresh])
    if also and fresh:
        also(connection, fresh)
    return [known.get(message.recipient) or message for message in messages]


def message_numbered(connection: sqlite3.Connection, number: int) -> Message | None:
    """The one of that number."""
    return next(iter(_found(connection, "WHERE id = ?", number)), None)


def newest_messages(connection: sqlite3.Connection, limit: int, *, peer: PeerId = "", after: int = 0) -> list[Message]:
    """The last ones after that number, oldest first; only what one peer said or was told, if that is asked."""
    whose = "AND (sender_id = ? OR recipient_id = ?) " if peer else ""
    found = _found(
        connection, f"WHERE id > ? {whose}ORDER BY id DESC LIMIT ?", after, *((peer, peer) if peer else ()), limit
    )
    return found[::-1]


def messages_unread(connection: sqlite3.Connection, recipient: PeerId) -> list[Message]:
    """What waits for somebody who has no pane, oldest first. An answer that a call may still fetch does not yet."""
    return _found(
        connection,
        "WHERE recipient_id = ? AND read_at IS NULL"
        " AND id NOT IN (SELECT answer FROM asks WHERE told_at IS NULL AND answer IS NOT NULL) ORDER BY id",
        recipient,
    )


def read_messages(connection: sqlite3.Connection, numbers: Iterable[int]) -> None:
    """They were given to whom they are for."""
    connection.executemany(
        "UPDATE messages SET read_at = ? WHERE id = ? AND read_at IS NULL", [(time(), number) for number in numbers]
    )


def own_key(sender: PeerId, key: str) -> str:
    """As it is written down: nobody comes upon another's request by its key."""
    return f"{sender} {key}" if key else ""


def _keyed(connection: sqlite3.Connection, key: str, message: Message) -> Message | None:
    which = "WHERE key = ? AND key <> '' AND recipient_id = ?"
    return next(iter(_found(connection, which, own_key(message.sender, key), message.recipient)), None)


def _row(message: Message) -> tuple[Any, ...]:
    return (
        message.id, message.kind, message.sender, message.sender_name, message.recipient, message.recipient_name,
        message.text, message.sent_at, message.reply_to, message.circle, json.dumps(message.files),
    )  # fmt: skip


def _found(connection: sqlite3.Connection, which: str, *values: Any) -> list[Message]:
    return [_message(row) for row in connection.execute(f"{_SELECT}{which}", values)]


def _message(row: Sequence[Any]) -> Message:
    """Of a row of _SELECT."""
    number, kind, sender, sender_name, recipient, recipient_name, text, sent_at, reply_to, circle, files, arrived = row
    return Message(
        id=number,
        kind=kind,
        sender=sender,
        sender_name=sender_name,
        recipient=recipient,
        recipient_name=recipient_name,
        text=text,
        sent_at=sent_at,
        reply_to=reply_to,
        circle=circle,
        arrived_at=arrived,
        files=tuple(json.loads(files)),
    )
