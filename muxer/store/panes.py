"""Panes, each run of their programs, and how they are laid out."""

import json
import sqlite3
from collections.abc import Mapping
from dataclasses import dataclass
from time import time
from typing import Any

from muxer.model import Exit, PaneId, Policy, Run


@dataclass(frozen=True, slots=True, kw_only=True)
class KnownPane:
    """A pane as it was written down."""

    id: PaneId
    name: str
    command: tuple[str, ...]
    cwd: str
    shell: bool
    policy: Policy


def number_of(pane: PaneId) -> int:
    """`p12` is 12."""
    return int(pane[1:])


def last_number(connection: sqlite3.Connection) -> int:
    """The highest number that a pane ever had."""
    found = connection.execute("SELECT seq FROM sqlite_sequence WHERE name = 'panes'").fetchone()
    return int(found[0]) if found else 0


def open_pane(connection: sqlite3.Connection, pane: KnownPane) -> None:
    """It is about to be. Known ones stay as they are."""
    connection.execute(
        "INSERT INTO panes (number, name, command, cwd, shell, policy, opened_at) VALUES (?, ?, ?, ?, ?, ?, ?)"
        " ON CONFLICT DO NOTHING",
        (number_of(pane.id), pane.name, json.dumps(pane.command), pane.cwd, pane.shell, pane.policy, time()),
    )


def rename_pane(connection: sqlite3.Connection, pane: PaneId, name: str) -> None:
    """It is called something else."""
    connection.execute("UPDATE panes SET name = ? WHERE number = ?", (name, number_of(pane)))


def set_policy(connection: sqlite3.Connection, pane: PaneId, policy: Policy) -> None:
    """Its program is started again by that."""
    connection.execute("UPDATE panes SET policy = ? WHERE number = ?", (policy, number_of(pane)))


def note_folder(connection: sqlite3.Connection, pane: PaneId, cwd: str) -> None:
    """Where its program was last seen."""
    connection.execute("UPDATE panes SET cwd = ? WHERE number = ?", (cwd, number_of(pane)))


def close_pane(connection: sqlite3.Connection, pane: PaneId) -> None:
    """It is gone, by itself or because a person closed it."""
    connection.execute(
        "UPDATE panes SET closed_at = ? WHERE number = ? AND closed_at IS NULL", (time(), number_of(pane))
    )


def open_panes(connection: sqlite3.Connection) -> list[KnownPane]:
    """Every pane that nobody closed, oldest first."""
    rows = connection.execute(
        "SELECT number, name, command, cwd, shell, policy FROM panes WHERE closed_at IS NULL ORDER BY number"
    )
    return [
        KnownPane(
            id=f"p{number}", name=name, command=tuple(json.loads(command)), cwd=cwd, shell=bool(shell), policy=policy
        )
        for number, name, command, cwd, shell, policy in rows
    ]


def start_run(connection: sqlite3.Connection, pane: PaneId, pid: int) -> None:
    """Its program was started."""
    connection.execute("INSERT INTO runs (pane, pid, started_at) VALUES (?, ?, ?)", (number_of(pane), pid, time()))


def end_run(connection: sqlite3.Connection, pane: PaneId, how: Exit, *, asked: bool = False) -> None:
    """Its program ended."""
    connection.execute(
        "UPDATE runs SET ended_at = ?, status = ?, signal = ?, asked = ? WHERE id ="
        " (SELECT max(id) FROM runs WHERE pane = ?) AND ended_at IS NULL",
        (time(), how.status, how.signal, asked, number_of(pane)),
    )


def spare(connection: sqlite3.Connection, pane: PaneId) -> None:
    """A person wants its last end to be its last: it is not started again by itself."""
    connection.execute(
        "UPDATE runs SET asked = 1 WHERE id = (SELECT max(id) FROM runs WHERE pane = ?)", (number_of(pane),)
    )


def runs_of(connection: sqlite3.Connection, pane: PaneId, last: int = 50) -> list[Run]:
    """The last times that its program was started, oldest first."""
    rows = connection.execute(
        "SELECT started_at, ended_at, status, signal, asked FROM runs WHERE pane = ? ORDER BY id DESC LIMIT ?",
        (number_of(pane), last),
    ).fetchall()
    return [
        Run(
            started_at=started,
            ended_at=ended,
            exit=None if ended is None else Exit(status, signal),
            asked=bool(asked),
        )
        for started, ended, status, signal, asked in reversed(rows)
    ]


def write_layout(connection: sqlite3.Connection, bench: Mapping[str, Any]) -> None:
    """What is where."""
    connection.execute(
        "INSERT INTO layout (id, bench) VALUES (1, ?) ON CONFLICT DO UPDATE SET bench = excluded.bench",
        (json.dumps(bench),),
    )


def read_layout(connection: sqlite3.Connection) -> dict[str, Any]:
    """What was where."""
    found = connection.execute("SELECT bench FROM layout").fetchone()
    return dict(json.loads(found[0])) if found else {}
