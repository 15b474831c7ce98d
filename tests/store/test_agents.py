import sqlite3
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace

import pytest

from muxer.store.agents import (
    KnownAgent,
    KnownSession,
    add_agent,
    agent_numbered,
    clean_agent,
    describe_agent,
    drop_agent,
    gone_agents,
    introduce_agent,
    last_cli,
    living_agents,
    note_session,
    part_agent,
    place_agent,
    rank_agent,
    rename_agent,
    sessions_of,
)
from muxer.store.log import newest
from muxer.store.panes import close_pane, open_pane
from muxer.store.projects import add_project, remove_project
from tests.store.filled import in_memory, known_pane

ADA = KnownAgent(
    name="ada", cli="toy", project="shop", role="fixer", circle="api", workspace="worktree", folder="/trees/ada",
    branch="muxer/me/ada/work", token="secret", choices={"model": "big", "command": ["a", "b"]}, spawned_at=1.0,
)  # fmt: skip


@pytest.fixture
def database() -> Iterator[sqlite3.Connection]:
    with closing(in_memory()) as connection:
        add_project(connection, name="shop", folder="/srv/shop")
        open_pane(connection, known_pane(1))
        open_pane(connection, known_pane(2))
        yield connection


def kinds(database: sqlite3.Connection) -> list[str]:
    return [event.kind for event in newest(database, 9) if event.kind.startswith("agent.")]


def test_an_agent_is_kept_as_it_was_written_down(database: sqlite3.Connection) -> None:
    number = add_agent(database, ADA)
    assert agent_numbered(database, number) == replace(ADA, id=number)
    place_agent(database, number, "p2", "ada", "other")
    assert living_agents(database) == [replace(ADA, id=number, pane="p2", token="other")]
    assert agent_numbered(database, number + 1) is None


def test_one_that_never_came_to_be_is_nowhere(database: sqlite3.Connection) -> None:
    number = add_agent(database, ADA)
    note_session(database, number, "one", "")
    drop_agent(database, number)
    assert living_agents(database) == []
    assert sessions_of(database, number) == []


def test_one_comes_goes_comes_back_and_is_cleaned_up_after(database: sqlite3.Connection) -> None:
    number = add_agent(database, ADA)
    place_agent(database, number, "p1", "ada", "secret")
    part_agent(database, number)
    (gone,) = gone_agents(database)
    assert gone.gone_at is not None
    part_agent(database, number)
    assert gone_agents(database) == [gone]
    assert living_agents(database) == []
    rename_agent(database, number, "ada-2")
    place_agent(database, number, "p2", "ada-2", "new")
    (back,) = living_agents(database)
    assert (back.pane, back.name, back.token, gone_agents(database)) == ("p2", "ada-2", "new", [])
    part_agent(database, number)
    clean_agent(database, number)
    assert gone_agents(database) == []
    assert kinds(database) == [
        "agent.spawned", "agent.gone", "agent.renamed", "agent.restored", "agent.gone", "agent.cleaned",
    ]  # fmt: skip


def test_who_went_last_comes_first(database: sqlite3.Connection) -> None:
    first, second = add_agent(database, ADA), add_agent(database, ADA)
    part_agent(database, second)
    part_agent(database, first)
    assert [one.id for one in gone_agents(database)] == [first, second]


def test_one_whose_pane_and_project_are_gone_is_still_known(database: sqlite3.Connection) -> None:
    number = add_agent(database, ADA)
    place_agent(database, number, "p1", "ada", "secret")
    remove_project(database, "shop")
    close_pane(database, "p1")
    database.execute("DELETE FROM panes WHERE number = 1")
    assert living_agents(database) == [replace(ADA, id=number, project="", pane="")]


def test_what_is_chosen_anew_leaves_other_choices(database: sqlite3.Connection) -> None:
    number = add_agent(database, ADA)
    describe_agent(database, number, role="tester", circle="", choices={"model": "small", "port": 7})
    rename_agent(database, number, "grace")
    found = agent_numbered(database, number)
    assert found
    assert (found.name, found.role, found.circle) == ("grace", "tester", "")
    assert found.choices == {"model": "small", "command": ["a", "b"], "port": 7}


def test_all_conversations_are_kept_and_the_last_one_is_its_own(database: sqlite3.Connection) -> None:
    number, other = add_agent(database, ADA), add_agent(database, ADA)
    note_session(database, number, "one", "/talks/one")
    note_session(database, number, "two", "")
    note_session(database, number, "one", "")
    note_session(database, other, "one", "/elsewhere")
    assert sessions_of(database, number) == [
        KnownSession(session="one", transcript="/talks/one"), KnownSession(session="two", transcript=""),
    ]  # fmt: skip
    found = agent_numbered(database, number)
    assert found
    assert (found.session, found.transcript) == ("one", "")


def test_the_last_cli_is_the_last_that_was_spawned(database: sqlite3.Connection) -> None:
    assert last_cli(database) == ""
    add_agent(database, ADA)
    add_agent(database, replace(ADA, cli=""))
    assert last_cli(database) == "toy"


def test_rank_parent_and_what_it_says_of_itself_are_kept(database: sqlite3.Connection) -> None:
    parent = add_agent(database, replace(ADA, rank="orchestrator"))
    child = add_agent(database, replace(ADA, name="eve", parent=parent))
    rank_agent(database, child, "observer")
    introduce_agent(database, child, "reads along", 5.0)
    known = agent_numbered(database, child)
    assert known
    assert (known.rank, known.parent, known.description, known.described_at) == ("observer", parent, "reads along", 5.0)
    drop_agent(database, parent)
    orphan = agent_numbered(database, child)
    assert orphan
    assert orphan.parent is None
