"""How much is kept, by count: a clock may jump. What waits or lives is never dropped, and no id comes again."""

import sqlite3
from dataclasses import dataclass

from muxer.store.schema import WAITING


@dataclass(frozen=True, slots=True)
class Bound:
    """Of the rows of a table that may go at all, so many are kept."""

    table: str
    kept: int
    which: str = "TRUE"


KEPT: tuple[Bound, ...] = (
    Bound("agents", 1_000, "gone_at IS NOT NULL AND (cleaned_at IS NOT NULL OR workspace = 'here')"),
    Bound("asks", 20_000, "told_at IS NOT NULL"),
    Bound("attempts", 100_000),
    Bound("brakes", 1_000, "released_at IS NOT NULL"),
    Bound("checks", 20_000),
    Bound("clashes", 20_000),
    Bound("commits", 50_000),
    Bound("events", 5_000, "kind GLOB 'hook.*'"),  # they hold all that an agent sent along
    Bound("events", 200_000),
    Bound("guests", 1_000, "left_at IS NOT NULL"),
    Bound("inbox", 20_000, f"NOT ({WAITING})"),
    Bound("leases", 20_000),
    Bound(
        "messages",
        20_000,
        f"id NOT IN (SELECT message FROM inbox WHERE {WAITING} AND message IS NOT NULL)"  # noqa: S608 - our own words
        " AND id NOT IN (SELECT message FROM asks WHERE told_at IS NULL)"
        " AND NOT (read_at IS NULL AND recipient_id IN"
        " (SELECT 'you' UNION ALL SELECT 'g' || id FROM guests WHERE left_at IS NULL))",
    ),
    Bound("panes", 1_000, f"closed_at IS NOT NULL AND number NOT IN (SELECT pane FROM inbox WHERE {WAITING})"),  # noqa: S608
    Bound("promotions", 10_000),
    Bound("sessions", 20_000, "agent NOT IN (SELECT id FROM agents WHERE gone_at IS NULL)"),
    Bound("tasks", 10_000, "coalesce(done_at, dropped_at) IS NOT NULL"),
)
RUNS = 200
"""How many are kept of each pane."""

_PAGES = 1_000
"""How many free pages are given back at once."""


def tidy(connection: sqlite3.Connection) -> None:
    """Drop what is more than that, oldest first, and give its room back."""
    connection.execute("BEGIN IMMEDIATE")
    for bound in KEPT:
        which, table = bound.which, bound.table
        last = f"SELECT rowid FROM {table} WHERE {which} ORDER BY rowid DESC LIMIT 1 OFFSET {bound.kept}"  # noqa: S608
        connection.execute(f"DELETE FROM {table} WHERE {which} AND rowid <= ({last})")  # noqa: S608
    newest = "SELECT id, row_number() OVER (PARTITION BY pane ORDER BY id DESC) AS place FROM runs"
    connection.execute(f"DELETE FROM runs WHERE id IN (SELECT id FROM ({newest}) WHERE place > {RUNS})")  # noqa: S608
    connection.execute("COMMIT")
    # A script, for each page is a step of its own, and execute takes one.
    connection.executescript(f"PRAGMA incremental_vacuum({_PAGES})")
