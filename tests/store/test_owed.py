"""What agents are owed, as it is written down."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing

import pytest

from muxer.store.agents import KnownAgent, add_agent, part_agent
from muxer.store.owed import Owed, owe, settle, still_owed
from muxer.store.panes import open_pane
from tests.store.filled import in_memory, insert, known_pane


@pytest.fixture
def database() -> Iterator[sqlite3.Connection]:
    with closing(in_memory()) as connection:
        for number, name in enumerate(("ada", "bob"), 1):
            open_pane(connection, known_pane(number))
            add_agent(connection, KnownAgent(name=name, cli="toy", choices={"model": "big"}))
        yield connection


def one(agent: int, sender: str, text: str) -> Owed:
    return Owed(agent=agent, sender=sender, text=text, kind="relay")


def arrives(database: sqlite3.Connection, agent: int, sender: str, text: str) -> None:
    insert(database, "inbox", pane=agent, agent=agent, sender=sender, text=text, queued_at=1.0)


def test_it_is_owed_until_it_is_in_the_inbox(database: sqlite3.Connection) -> None:
    assert still_owed(database) == []
    owed = [one(1, "bob", "one 'quoted' \"twice\"\nand\x1b é"), one(1, "eve", "two"), one(2, "ada", "one")]
    owe(database, owed[:1])
    owe(database, owed[1:])
    assert still_owed(database) == owed
    arrives(database, 1, owed[0].sender, owed[0].text)
    arrives(database, 1, "ada", "two")
    arrives(database, 2, "eve", "two")
    assert still_owed(database) == owed[1:]
    settle(database)
    database.execute("DELETE FROM inbox")
    assert still_owed(database) == owed[1:]


def test_who_is_gone_is_owed_nothing(database: sqlite3.Connection) -> None:
    owe(database, [one(1, "bob", "one"), one(2, "ada", "one")])
    part_agent(database, 2)
    assert still_owed(database) == [one(1, "bob", "one")]


def test_other_choices_stay(database: sqlite3.Connection) -> None:
    owe(database, [one(1, "bob", "one")])
    arrives(database, 1, "bob", "one")
    settle(database)
    [(choices,)] = database.execute("SELECT choices FROM agents WHERE id = 1")
    assert choices == '{"model":"big","owed":[]}'
