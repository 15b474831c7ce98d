import sqlite3
from collections.abc import Iterator
from contextlib import closing

import pytest

from muxer.store.agents import KnownAgent, add_agent, drop_agent
from muxer.store.clashes import tell_clash
from tests.store.filled import in_memory

ADA = KnownAgent(name="ada", cli="toy", token="secret", spawned_at=1.0)


@pytest.fixture
def database() -> Iterator[sqlite3.Connection]:
    with closing(in_memory()) as connection:
        for _ in range(3):
            add_agent(connection, ADA)
        yield connection


def test_a_pair_is_told_of_a_path_once(database: sqlite3.Connection) -> None:
    assert tell_clash(database, 1, 2, ["a", "b"]) == ("a", "b")
    assert tell_clash(database, 2, 1, ["b", "c"]) == ("c",)
    assert tell_clash(database, 1, 3, ["a"]) == ("a",)


def test_what_was_told_goes_with_an_agent(database: sqlite3.Connection) -> None:
    tell_clash(database, 1, 2, ["a"])
    drop_agent(database, 2)
    assert database.execute("SELECT count(*) FROM clashes").fetchone() == (0,)
