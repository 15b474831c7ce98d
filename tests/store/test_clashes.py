import sqlite3
from collections.abc import Iterator
from contextlib import closing

import pytest

from muxer.store.agents import KnownAgent, add_agent, drop_agent
from muxer.store.clashes import tell_clash
from muxer.store.owed import Owed, still_owed
from tests.store.filled import in_memory

ADA = KnownAgent(name="ada", cli="toy", token="secret", spawned_at=1.0)


@pytest.fixture
def database() -> Iterator[sqlite3.Connection]:
    with closing(in_memory()) as connection:
        for _ in range(3):
            add_agent(connection, ADA)
        yield connection


def words(paths: tuple[str, ...]) -> list[Owed]:
    return [Owed(agent=1, sender="muxer", text=" ".join(paths), kind="clash")]


def test_a_pair_is_told_of_a_path_once_and_it_is_owed_to_them(database: sqlite3.Connection) -> None:
    assert tell_clash(database, 1, 2, ["a", "b"], words) == words(("a", "b"))
    assert tell_clash(database, 2, 1, ["b", "c"], words) == words(("c",))
    assert tell_clash(database, 2, 1, ["b", "c"], words) == ()
    assert tell_clash(database, 1, 3, ["a"], words) == words(("a",))
    assert still_owed(database) == [*words(("a", "b")), *words(("c",)), *words(("a",))]


def test_what_was_told_goes_with_an_agent(database: sqlite3.Connection) -> None:
    tell_clash(database, 1, 2, ["a"], words)
    drop_agent(database, 2)
    assert database.execute("SELECT count(*) FROM clashes").fetchone() == (0,)
