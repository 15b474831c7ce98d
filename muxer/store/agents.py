"""Agents, the conversations that each of them had, and what a person chose when it was spawned."""

import json
import sqlite3
from collections.abc import Mapping
from dataclasses import dataclass, field
from time import time
from typing import Any

from muxer.model import PaneId, Workspace
from muxer.store.panes import number_of
from muxer.talk import Rank


@dataclass(frozen=True, slots=True, kw_only=True)
class KnownAgent:
    """An agent as it was written down."""

    id: int = 0
    name: str
    pane: PaneId = ""
    """Empty while it has none."""
    cli: str
    project: str = ""
    session: str = ""
    transcript: str = ""
    role: str = ""
    circle: str = ""
    workspace: Workspace = "here"
    folder: str = ""
    branch: str = ""
    token: str = ""
    choices: Mapping[str, Any] = field(default_factory=dict)
    """All else that was chosen for it: model, effort, auto, prompt, command, policy, and where its work came from."""
    muted: bool = False
    spawned_at: float = 0.0
    gone_at: float | None = None
    archived_at: float | None = None
    """When its folder was put away."""
    rank: Rank = "agent"
    description: str = ""
    described_at: float = 0.0
    parent: int | None = None
    """The agent that had it spawned."""


@dataclass(frozen=True, slots=True, kw_only=True)
class KnownSession:
    """A conversation that an agent had: one that muxer began, or that a hook told with the agent's own token."""

    session: str
    transcript: str


_COLUMNS = (
    "SELECT agents.id, agents.name, pane, cli, coalesce(projects.name, ''), session, transcript, role, circle,"
    " workspace, agents.folder, branch, token, choices, muted_at, spawned_at, gone_at, archived_at,"
    " rank, description, described_at, parent"
    " FROM agents LEFT JOIN projects ON projects.id = project"
)


def add_agent(connection: sqlite3.Connection, agent: KnownAgent) -> int:
    """It is about to be; its id."""
    added = connection.execute(
        "INSERT INTO agents (name, cli, project, session, role, circle, workspace, folder, branch, token, choices,"
        " spawned_at, rank, parent)"
        " VALUES (?, ?, (SELECT id FROM projects WHERE name = ?), ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        (
            agent.name, agent.cli, agent.project, agent.session, agent.role, agent.circle, agent.workspace,
            agent.folder, agent.branch, agent.token, json.dumps(agent.choices), agent.spawned_at,
            agent.rank, agent.parent,
        ),
    ).lastrowid  # fmt: skip
    assert added
    return added


def drop_agent(connection: sqlite3.Connection, agent: int) -> None:
    """It never came to be."""
    connection.execute("DELETE FROM agents WHERE id = ?", (agent,))


def place_agent(connection: sqlite3.Connection, agent: int, pane: PaneId, name: str, token: str) -> None:
    """It lives in that pane from now on, also if it was gone."""
    connection.execute(
        "UPDATE agents SET pane = ?, name = ?, token = ?, gone_at = NULL, archived_at = NULL WHERE id = ?",
        (number_of(pane), name, token, agent),
    )


def part_agent(connection: sqlite3.Connection, agent: int) -> None:
    """It is gone; its workspace stays."""
    connection.execute("UPDATE agents SET gone_at = ? WHERE id = ? AND gone_at IS NULL", (time(), agent))


def clean_agent(connection: sqlite3.Connection, agent: int) -> None:
    """Its workspace is gone, too."""
    connection.execute("UPDATE agents SET cleaned_at = ? WHERE id = ?", (time(), agent))


def archive_agent(connection: sqlite3.Connection, agent: int, kept: str) -> None:
    """Its folder is put away; what was not committed there is kept under that reference."""
    connection.execute(
        "UPDATE agents SET archived_at = ?, choices = json_set(choices, '$.kept', ?) WHERE id = ?",
        (time(), kept, agent),
    )


def drop_unhoused(connection: sqlite3.Connection, folder: str) -> bool:
    """Who was to work there and never had a pane never came to be; has anybody else ever worked there?"""
    connection.execute("DELETE FROM agents WHERE folder = ? AND pane IS NULL", (folder,))
    return connection.execute("SELECT 1 FROM agents WHERE folder = ?", (folder,)).fetchone() is not None


def rename_agent(connection: sqlite3.Connection, agent: int, name: str) -> None:
    """It is called something else."""
    connection.execute("UPDATE agents SET name = ? WHERE id = ?", (name, agent))


def describe_agent(
    connection: sqlite3.Connection, agent: int, *, role: str, circle: str, choices: Mapping[str, Any]
) -> None:
    """A person, or its next start, chose anew; other choices stay."""
    connection.execute(
        "UPDATE agents SET role = ?, circle = ?, choices = json_patch(choices, ?) WHERE id = ?",
        (role, circle, json.dumps(choices), agent),
    )


def rank_agent(connection: sqlite3.Connection, agent: int, rank: Rank) -> None:
    """A person ranked it so."""
    connection.execute("UPDATE agents SET rank = ? WHERE id = ?", (rank, agent))


def introduce_agent(connection: sqlite3.Connection, agent: int, description: str, at: float) -> None:
    """It said of itself what it is at."""
    connection.execute("UPDATE agents SET description = ?, described_at = ? WHERE id = ?", (description, at, agent))


def note_session(connection: sqlite3.Connection, agent: int, session: str, transcript: str) -> None:
    """It has that conversation now."""
    connection.execute(
        "INSERT INTO sessions (agent, session, transcript, began_at) VALUES (?, ?, ?, ?) ON CONFLICT DO UPDATE"
        " SET transcript = excluded.transcript WHERE excluded.transcript <> ''",
        (agent, session, transcript, time()),
    )
    connection.execute("UPDATE agents SET session = ?, transcript = ? WHERE id = ?", (session, transcript, agent))


def sessions_of(connection: sqlite3.Connection, agent: int) -> list[KnownSession]:
    """All that it had, oldest first."""
    rows = connection.execute("SELECT session, transcript FROM sessions WHERE agent = ? ORDER BY id", (agent,))
    return [KnownSession(session=session, transcript=transcript) for session, transcript in rows]


def living_agents(connection: sqlite3.Connection) -> list[KnownAgent]:
    """Those that are not gone, oldest first."""
    return [_known(row) for row in connection.execute(f"{_COLUMNS} WHERE gone_at IS NULL ORDER BY agents.id")]


def gone_agents(connection: sqlite3.Connection) -> list[KnownAgent]:
    """Those whose workspace is still there, or may be; who went last comes first."""
    rows = connection.execute(
        f"{_COLUMNS} WHERE gone_at IS NOT NULL AND cleaned_at IS NULL ORDER BY gone_at DESC, agents.id DESC"
    )
    return [_known(row) for row in rows]


def agent_numbered(connection: sqlite3.Connection, agent: int) -> KnownAgent | None:
    """The one of that id."""
    row = connection.execute(f"{_COLUMNS} WHERE agents.id = ?", (agent,)).fetchone()
    return _known(row) if row else None


def last_cli(connection: sqlite3.Connection) -> str:
    """What was spawned last; empty before the first."""
    row = connection.execute("SELECT cli FROM agents WHERE cli <> '' ORDER BY id DESC LIMIT 1").fetchone()
    return str(row[0]) if row else ""


def _known(row: tuple[Any, ...]) -> KnownAgent:
    (
        number, name, pane, cli, project, session, transcript, role, circle, workspace, folder, branch, token, choices,
        muted_at, spawned_at, gone_at, archived_at, rank, description, described_at, parent,
    ) = row  # fmt: skip
    return KnownAgent(
        id=number,
        name=name,
        pane=f"p{pane}" if pane is not None else "",
        cli=cli,
        project=project,
        session=session,
        transcript=transcript,
        role=role,
        circle=circle,
        workspace=workspace or "here",
        folder=folder,
        branch=branch,
        token=token,
        choices=json.loads(choices),
        muted=muted_at is not None,
        spawned_at=spawned_at,
        gone_at=gone_at,
        archived_at=archived_at,
        rank=rank,
        description=description,
        described_at=described_at or 0.0,
        parent=parent,
    )
