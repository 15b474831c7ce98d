"""Reads the log of what changed. What it is told by is its id: a clock may jump, ids only grow."""

import json
import sqlite3
from collections.abc import Sequence
from typing import Literal

from muxer.model import Logged

_KINDS = """
WITH RECURSIVE known(kind) AS (
    SELECT min(kind) FROM events
    UNION ALL
    SELECT (SELECT min(kind) FROM events WHERE kind > known.kind) FROM known WHERE known.kind IS NOT NULL
)
SELECT kind FROM known WHERE kind IS NOT NULL
"""
"""Each kind once: a few leaps through the index, not a walk."""


def since(connection: sqlite3.Connection, last: int, limit: int = -1, kinds: Sequence[str] = ()) -> list[Logged]:
    """What was logged after that id, oldest first. The kind `pane` holds `pane.opened` and all the others of it."""
    return _chosen(connection, last, limit, kinds, "ASC")


def newest(connection: sqlite3.Connection, limit: int, kinds: Sequence[str] = ()) -> list[Logged]:
    """What was logged last, oldest first."""
    return _chosen(connection, 0, limit, kinds, "DESC")


def last_id(connection: sqlite3.Connection) -> int:
    """The id of the last entry; 0 when there is none."""
    return int(connection.execute("SELECT coalesce(max(id), 0) FROM events").fetchone()[0])


def _chosen(
    connection: sqlite3.Connection, last: int, limit: int, kinds: Sequence[str], way: Literal["ASC", "DESC"]
) -> list[Logged]:
    known = _known(connection, kinds) if kinds else []
    which = f"kind IN ({', '.join('?' * len(known))}) AND" if kinds else ""
    ids = f"SELECT id FROM events WHERE {which} id > ? ORDER BY id {way} LIMIT ?"  # noqa: S608 - our own words
    rows = connection.execute(
        f"SELECT id, at, kind, subject, data FROM events WHERE id IN ({ids}) ORDER BY id",  # noqa: S608
        (*known, last, limit),
    )
    return [Logged(number, at, kind, subject, json.loads(data)) for number, at, kind, subject, data in rows]


def _known(connection: sqlite3.Connection, kinds: Sequence[str]) -> list[str]:
    begins = tuple(f"{kind}." for kind in kinds)
    return [kind for (kind,) in connection.execute(_KINDS) if f"{kind}.".startswith(begins)]
