"""A database with something in every table. `python -m tests.store.filled > tests/store/schemas/N.sql` dumps it.

Each schema is dumped once, by the muxer that brings it; later ones must open what it holds.
"""

import sqlite3
import sys
from contextlib import closing
from typing import Any

from muxer.model import Exit, Policy
from muxer.store.agents import KnownAgent, add_agent, clean_agent, note_session, part_agent, place_agent
from muxer.store.brakes import pull_brake, release_brake
from muxer.store.opening import migrate
from muxer.store.panes import KnownPane, close_pane, end_run, open_pane, rename_pane, start_run, write_layout
from muxer.store.projects import add_project, agree, decline
from muxer.store.schema import STEPS


def known_pane(number: int = 1, name: str = "claude", policy: Policy = "on-failure") -> KnownPane:
    return KnownPane(
        id=f"p{number}", name=name, command=("claude", "--continue", "two words"), cwd="/srv/shop", shell=False,
        policy=policy,
    )  # fmt: skip


def in_memory() -> sqlite3.Connection:
    """An empty one of the newest schema."""
    connection = sqlite3.connect(":memory:", isolation_level=None)
    connection.execute("PRAGMA foreign_keys = ON")
    migrate(connection)
    return connection


def insert(connection: sqlite3.Connection, /, table: str, **values: Any) -> int:
    """A row, by its columns; its id."""
    marks = ", ".join("?" * len(values))
    row = connection.execute(f"INSERT INTO {table} ({', '.join(values)}) VALUES ({marks})", [*values.values()])
    assert row.lastrowid
    return row.lastrowid


def fill(connection: sqlite3.Connection) -> None:
    """A row or two of everything."""
    project = add_project(connection, name="shop", folder="/srv/shop")
    decline(connection, "/srv/other")
    agree(connection, "/srv/shop/.muxer/config.toml", "c0ffee")
    for number in (1, 2):
        open_pane(connection, known_pane(number))
        start_run(connection, f"p{number}", 4000 + number)
    end_run(connection, "p1", Exit(1), asked=True)
    rename_pane(connection, "p2", "zażółć 漢字")
    close_pane(connection, "p1")
    write_layout(connection, {"tabs": ["p2"]})
    agent = add_agent(
        connection,
        KnownAgent(
            name="ada", cli="claude", project=project.name, workspace="worktree", folder="/trees/ada", branch="work",
            token="secret", choices={"model": "big"}, spawned_at=1.0,
        ),
    )  # fmt: skip
    place_agent(connection, agent, "p2", "ada", "secret")
    note_session(connection, agent, "0f0f", "/talks/0f0f")
    gone = add_agent(connection, KnownAgent(name="eve", cli="", choices={"command": ["cat"]}, spawned_at=1.0))
    place_agent(connection, gone, "p1", "eve-2", "secret")
    part_agent(connection, gone)
    place_agent(connection, gone, "p1", "eve-2", "secret")
    part_agent(connection, gone)
    clean_agent(connection, gone)
    message = insert(connection, "messages", kind="task", sender="human", recipient="ada", text="build it", sent_at=2.0)
    first = insert(connection, "inbox", pane=2, agent=agent, message=message, text="build it", queued_at=3.0)
    done = insert(connection, "inbox", pane=2, agent=agent, sender="eve", digest=first, text="hello", queued_at=3.0)
    insert(connection, "attempts", inbox=done, at=3.5, what="held", detail="it works")
    for moment in ("typed", "submitted"):
        connection.execute(f"UPDATE inbox SET {moment}_at = 4.0 WHERE id = ?", (done,))
    insert(connection, "tasks", project=project.id, title="a task", agent=agent, added_at=6.0, claimed_at=7.0)
    insert(connection, "locks", path="/srv/shop/a.py", agent=agent, taken_at=8.0)
    insert(connection, "commits", folder="/srv/shop", sha="abc", summary="Built it", announced_at=9.0)
    pull = insert(
        connection, "pulls", project=project.id, agent=agent, number=7, url="https://example.org/7", head="work",
        opened_at=10.0,
    )  # fmt: skip
    insert(connection, "checks", pull=pull, sha="abc", name="tests", seen_at=11.0)
    insert(connection, "heads", agent=agent, sha="abc", seen_at=12.0)
    insert(connection, "leases", root="/srv/shop", ref="refs/heads/muxer/kim/ada/work", sha="abc", seen_at=12.0)
    landed = insert(
        connection, "promotions", agent=agent, name="ada", root="/srv/shop", trunk="refs/heads/muxer/trunk",
        before="abc", after="def", subject="Built it", promoted_at=13.0,
    )  # fmt: skip
    connection.execute("UPDATE promotions SET undone_at = 14.0 WHERE id = ?", (landed,))
    insert(connection, "syncs", agent=agent, onto="def", why="it works", since=15.0)
    insert(connection, "clashes", one=agent, other=gone, path="a.py", told_at=16.0)
    connection.execute("UPDATE agents SET archived_at = 17.0 WHERE id = ?", (gone,))
    guest = insert(connection, "guests", name="gus", cli="codex", circle="shop", token="other", joined_at=18.0)
    connection.execute("UPDATE guests SET left_at = 19.0 WHERE id = ?", (guest,))
    pull_brake(connection, "a1", "a2")
    release_brake(connection, "a1", "a2")
    said = [
        insert(
            connection, "messages", kind="ask", sender="ada", recipient="gus", sender_id="a1", recipient_id="g1",
            key=f"talk:{number}", circle="shop", text="why?", sent_at=18.0 + number,
        )
        for number in range(4)
    ]  # fmt: skip
    for message, moment in zip(said, ("answered", "expired", "cancelled", "failed"), strict=True):
        insert(connection, "asks", message=message, waits=1, deadline_at=20.0)
        connection.execute(f"UPDATE asks SET {moment}_at = 21.0 WHERE message = ?", (message,))


def dump(connection: sqlite3.Connection) -> str:
    """All of it, as SQL that makes it again."""
    return "\n".join((f"PRAGMA user_version = {len(STEPS)};", *connection.iterdump(), ""))


def main() -> None:
    with closing(in_memory()) as connection:
        fill(connection)
        sys.stdout.write(dump(connection))


if __name__ == "__main__":
    main()
