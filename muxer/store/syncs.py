"""Workspaces that are to be moved onto a commit, and what keeps them from it."""

import sqlite3
from dataclasses import dataclass
from time import time


@dataclass(frozen=True, slots=True, kw_only=True)
class Sync:
    """One that waits."""

    agent: int
    onto: str
    """The commit."""
    why: str
    """What it waits for, in one line."""
    told: str = ""
    """What its agent was told of, or what is under way: two commits."""
    since: float = 0.0


def note_sync(connection: sqlite3.Connection, sync: Sync) -> None:
    """It waits for that now; since when it waits at all stays as it was."""
    connection.execute(
        "INSERT INTO syncs (agent, onto, why, told, since) VALUES (?, ?, ?, ?, ?) ON CONFLICT DO UPDATE"
        " SET onto = excluded.onto, why = excluded.why, told = excluded.told",
        (sync.agent, sync.onto, sync.why, sync.told, sync.since or time()),
    )


def end_sync(connection: sqlite3.Connection, agent: int) -> None:
    """It waits no more."""
    connection.execute("DELETE FROM syncs WHERE agent = ?", (agent,))


def syncs(connection: sqlite3.Connection) -> list[Sync]:
    """All that wait, longest first."""
    rows = connection.execute("SELECT agent, onto, why, told, since FROM syncs ORDER BY since, agent")
    return [Sync(agent=agent, onto=onto, why=why, told=told, since=since) for agent, onto, why, told, since in rows]
