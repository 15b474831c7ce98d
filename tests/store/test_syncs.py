"""Workspaces that wait, as they are written down."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace

import pytest

from muxer.store.agents import KnownAgent, add_agent, drop_agent
from muxer.store.log import newest
from muxer.store.syncs import Sync, end_sync, note_sync, syncs
from tests.store.filled import in_memory


@pytest.fixture
def database() -> Iterator[sqlite3.Connection]:
    with closing(in_memory()) as connection:
        for name in ("ada", "bob"):
            add_agent(connection, KnownAgent(name=name, cli="toy"))
        yield connection


def test_one_waits_since_it_began_to(database: sqlite3.Connection) -> None:
    first = Sync(agent=1, onto="abc", why="its agent works", since=2.0)
    note_sync(database, first)
    note_sync(database, replace(first, onto="def", why="1 file is not committed", told="both", since=9.0))
    note_sync(database, Sync(agent=2, onto="def", why="its agent works", since=1.0))
    assert syncs(database) == [
        Sync(agent=2, onto="def", why="its agent works", since=1.0),
        Sync(agent=1, onto="def", why="1 file is not committed", told="both", since=2.0),
    ]
    logged = [event for event in newest(database, 9) if event.kind == "sync.pending"]
    assert [event.data["why"] for event in logged] == ["its agent works", "its agent works"]


def test_one_that_waits_no_more_is_gone(database: sqlite3.Connection) -> None:
    note_sync(database, Sync(agent=1, onto="abc", why="its agent works"))
    note_sync(database, Sync(agent=2, onto="abc", why="its agent works"))
    assert all(sync.since for sync in syncs(database))
    end_sync(database, 1)
    drop_agent(database, 2)
    assert syncs(database) == []
