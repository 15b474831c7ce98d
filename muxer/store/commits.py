"""Commits that were announced, how far each agent's were seen, and how far each agent was told of the others'.

Announced commits are numbered in one row: an agent's place in it is what it was told of.
"""

import json
import sqlite3
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from time import time
from typing import get_args

from muxer.store.owed import Owed, owe
from muxer.work import Relayed


@dataclass(frozen=True, slots=True, kw_only=True)
class Announced:
    """A commit that others are told of."""

    id: int = 0
    """Its place in the row of all."""
    sha: str
    patch: str = ""
    author: str
    """Whose it is: operator/agent."""
    summary: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """What an agent wants to be told of, and how far it was."""

    agent: int
    mode: Relayed = "all"
    paths: tuple[str, ...] = ()
    told: int = 0
    """The last announced commit that it need not be told of any more."""


# ---- what was seen


def heads(connection: sqlite3.Connection) -> dict[int, str]:
    """How far the commits of each agent were seen."""
    return {agent: str(sha) for agent, sha in connection.execute("SELECT agent, sha FROM heads")}


def begin_at(connection: sqlite3.Connection, agent: int, head: str) -> None:
    """Its workspace is seen first: what is there by now is no news, and neither is what others have announced."""
    _see(connection, agent, head)
    connection.execute(
        "UPDATE agents SET choices = json_set(choices, '$.told', (SELECT coalesce(max(id), 0) FROM commits))"
        " WHERE id = ? AND json_extract(choices, '$.told') IS NULL",
        (agent,),
    )


def announce(
    connection: sqlite3.Connection, root: str, commits: Iterable[Announced], *, agent: int = 0, head: str = ""
) -> None:
    """They are known in that repository now, oldest first, and so is how far the agent's were seen."""
    connection.executemany(
        "INSERT OR IGNORE INTO commits (folder, sha, patch, author, summary, announced_at) VALUES (?, ?, ?, ?, ?, ?)",
        [(root, one.sha, one.patch, one.author, one.summary, time()) for one in commits],
    )
    if agent:
        _see(connection, agent, head)


def known(connection: sqlite3.Connection, root: str, shas: Collection[str], patches: Collection[str]) -> dict[str, str]:
    """The commits of that repository that were announced and are one of these, or change the same: their patches."""
    rows = connection.execute(
        "SELECT sha, patch FROM commits WHERE folder = :root AND sha IN (SELECT value FROM json_each(:shas)) UNION"
        " SELECT sha, patch FROM commits WHERE folder = :root AND patch IN (SELECT value FROM json_each(:patches))",
        {"root": root, "shas": json.dumps([*shas]), "patches": json.dumps([patch for patch in patches if patch])},
    )
    return dict(rows.fetchall())


def announced_since(connection: sqlite3.Connection, root: str, place: int) -> list[Announced]:
    """What was announced in that repository after that place."""
    rows = connection.execute(
        "SELECT id, sha, patch, author, summary FROM commits WHERE id > ? AND folder = ? ORDER BY id", (place, root)
    )
    return [
        Announced(id=number, sha=sha, patch=patch, author=author, summary=summary)
        for number, sha, patch, author, summary in rows
    ]


def _see(connection: sqlite3.Connection, agent: int, head: str) -> None:
    """One that never came to be has none."""
    connection.execute(
        "INSERT OR REPLACE INTO heads (agent, sha, seen_at) SELECT id, ?, ? FROM agents WHERE id = ?",
        (head, time(), agent),
    )


# ---- who is told


def places(connection: sqlite3.Connection, agents: Collection[int]) -> list[Place]:
    """Where these are; those that were not seen yet are at the end."""
    rows = connection.execute(
        "SELECT id, json_extract(choices, '$.relay'), json_extract(choices, '$.paths'),"
        " coalesce(json_extract(choices, '$.told'), (SELECT coalesce(max(id), 0) FROM commits))"
        " FROM agents WHERE id IN (SELECT value FROM json_each(?))",
        (json.dumps([*agents]),),
    )
    return [
        Place(agent=agent, mode=_mode(mode), paths=tuple(json.loads(paths or "[]")), told=told)
        for agent, mode, paths, told in rows
    ]


def choose(connection: sqlite3.Connection, agent: int, mode: Relayed, paths: Sequence[str]) -> None:
    """A person chose what it is told of."""
    connection.execute(
        "UPDATE agents SET choices = json_set(choices, '$.relay', ?, '$.paths', json(?)) WHERE id = ?",
        (mode, json.dumps([*paths]), agent),
    )


def move_on(connection: sqlite3.Connection, places: Iterable[tuple[int, int]], owed: Sequence[Owed]) -> None:
    """These agents are at these places now, and this is owed to them."""
    connection.executemany(
        "UPDATE agents SET choices = json_set(choices, '$.told', ?) WHERE id = ?",
        [(told, agent) for agent, told in places],
    )
    owe(connection, owed)


def _mode(word: str | None) -> Relayed:
    return next((mode for mode in get_args(Relayed) if mode == word), "all")
