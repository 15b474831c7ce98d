"""Announced commits, and who is told of them, as they are written down."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing

import pytest

from muxer.store.agents import KnownAgent, add_agent, describe_agent
from muxer.store.commits import (
    Announced,
    Place,
    announce,
    announced_since,
    begin_at,
    choose,
    heads,
    known,
    move_on,
    places,
)
from muxer.store.log import newest
from muxer.store.owed import Owed, still_owed
from muxer.store.panes import open_pane
from tests.store.filled import in_memory, known_pane


@pytest.fixture
def database() -> Iterator[sqlite3.Connection]:
    with closing(in_memory()) as connection:
        for number, name in enumerate(("ada", "bob"), 1):
            open_pane(connection, known_pane(number))
            add_agent(connection, KnownAgent(name=name, cli="toy", choices={"model": "big"}))
        yield connection


def one(sha: str, patch: str = "") -> Announced:
    return Announced(sha=sha, patch=patch, author="kim/ada", summary=f"Did {sha}")


def test_a_commit_is_announced_once_in_each_repository(database: sqlite3.Connection) -> None:
    announce(database, "/shop", [one("a", "p"), one("b")], agent=1, head="b")
    announce(database, "/shop", [one("b"), one("c", "p")])
    announce(database, "/other", [one("a")], agent=2, head="a")
    rows = announced_since(database, "/shop", 0)
    assert [(row.sha, row.patch, row.author, row.summary) for row in rows] == [
        ("a", "p", "kim/ada", "Did a"),
        ("b", "", "kim/ada", "Did b"),
        ("c", "p", "kim/ada", "Did c"),
    ]
    assert [row.sha for row in announced_since(database, "/shop", rows[1].id)] == ["c"]
    assert heads(database) == {1: "b", 2: "a"}
    logged = [event.subject for event in newest(database, 99) if event.kind == "commit.announced"]
    assert sorted(logged) == ["a", "a", "b", "c"]


def test_one_is_known_by_its_name_and_by_its_patch(database: sqlite3.Connection) -> None:
    announce(database, "/shop", [one("a", "p"), one("b"), one("c", "q")])
    announce(database, "/other", [one("d", "q")])
    assert known(database, "/shop", ["b", "x"], ["q", ""]) == {"b": "", "c": "q"}
    assert known(database, "/shop", [], []) == {}


def test_who_comes_is_told_of_nothing_before(database: sqlite3.Connection) -> None:
    announce(database, "/shop", [one("a"), one("b")])
    assert [place.told for place in places(database, [1, 2])] == [2, 2]
    begin_at(database, 1, "h")
    announce(database, "/shop", [one("c")])
    begin_at(database, 1, "i")
    assert places(database, [1, 2]) == [Place(agent=1, told=2), Place(agent=2, told=3)]
    assert heads(database) == {1: "i"}


def test_one_that_never_came_to_be_has_no_head(database: sqlite3.Connection) -> None:
    begin_at(database, 9, "h")
    announce(database, "/shop", [one("a")], agent=9, head="a")
    assert heads(database) == {}
    assert len(announced_since(database, "/shop", 0)) == 1


def test_choices_stay_beside_others(database: sqlite3.Connection) -> None:
    begin_at(database, 1, "h")
    choose(database, 1, "paths", ["src/**", "*.md"])
    move_on(database, [(1, 7)], [Owed(agent=2, sender="ada", text="one", kind="relay")])
    describe_agent(database, 1, role="r", circle="c", choices={"model": "small"})
    assert places(database, [1]) == [Place(agent=1, mode="paths", paths=("src/**", "*.md"), told=7)]
    [(model,)] = database.execute("SELECT json_extract(choices, '$.model') FROM agents WHERE id = 1")
    assert model == "small"
    assert [one.text for one in still_owed(database)] == ["one"]
    choose(database, 1, "off", [])
    database.execute("""UPDATE agents SET choices = json_set(choices, '$.relay', 'later') WHERE id = 2""")
    assert [(place.mode, place.paths) for place in places(database, [1, 2])] == [("off", ()), ("all", ())]
