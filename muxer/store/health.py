"""How the file of facts is doing, for whoever asks what is wrong."""

import sqlite3
from collections.abc import Mapping
from contextlib import closing
from dataclasses import dataclass

from muxer.errors import StoreTrouble
from muxer.paths import homely
from muxer.store.opening import read_only
from muxer.store.schema import STEPS

SQLITE = sqlite3.sqlite_version
"""The version of the library."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Health:
    """What was found."""

    schema: int
    known: int
    """The newest schema that this muxer knows."""
    problems: tuple[str, ...]
    size: int
    """In bytes."""
    rows: Mapping[str, int]
    """Of each table; of none when there are problems."""
    oldest: float | None
    """When the first event was that is still in the log."""


def health(connection: sqlite3.Connection, *, thorough: bool = False) -> Health:
    """Look at all of it; thoroughly, also whether its indexes say the same as its tables."""

    def one(query: str) -> int:
        return int(connection.execute(query).fetchone()[0])

    check = "integrity_check" if thorough else "quick_check"
    found = [row[0] for row in connection.execute(f"PRAGMA {check}(20)")]
    problems = () if found == ["ok"] else tuple(found)
    named = "SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT GLOB 'sqlite_*'"
    tables = [] if problems else [name for (name,) in connection.execute(named)]
    oldest = connection.execute("SELECT at FROM events ORDER BY id LIMIT 1").fetchone()
    return Health(
        schema=one("PRAGMA user_version"),
        known=len(STEPS),
        problems=problems,
        size=one("PRAGMA page_count") * one("PRAGMA page_size"),
        rows={name: one(f'SELECT count(*) FROM "{name}"') for name in tables},  # noqa: S608 - its own name
        oldest=oldest[0] if oldest else None,
    )


def examine(file: str, *, thorough: bool = False) -> Health:
    """The health of a file, whether or not a host has it open; nothing is changed. Raises StoreTrouble."""
    try:
        with closing(read_only(file)) as connection:
            return health(connection, thorough=thorough)
    except sqlite3.Error as error:
        raise StoreTrouble(
            f"{homely(file)} cannot be read: {error}; start the host again, and it puts a broken one aside"
        ) from error
