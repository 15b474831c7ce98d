"""Brakes, as they are written down."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing

import pytest

from muxer.store.brakes import pull_brake, pulled_brakes, release_brake
from tests.store.filled import in_memory


@pytest.fixture
def database() -> Iterator[sqlite3.Connection]:
    with closing(in_memory()) as connection:
        yield connection


def test_each_holds_until_it_is_released(database: sqlite3.Connection) -> None:
    pull_brake(database)
    pull_brake(database, "a1", "a2")
    pull_brake(database, "a1", "g3")
    release_brake(database, "a1", "a2")
    assert pulled_brakes(database) == [("", ""), ("a1", "g3")]
    release_brake(database)
    assert pulled_brakes(database) == [("a1", "g3")]


def test_one_that_holds_is_not_pulled_twice(database: sqlite3.Connection) -> None:
    for _ in range(2):
        pull_brake(database)
    release_brake(database)
    assert pulled_brakes(database) == []
    pull_brake(database)
    assert pulled_brakes(database) == [("", "")]
    logged = [kind for (kind,) in database.execute("SELECT kind FROM events ORDER BY id")]
    assert logged == ["brake.pulled", "brake.released", "brake.pulled"]
