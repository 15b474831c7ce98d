import sqlite3
from collections.abc import Iterator
from contextlib import closing

import pytest

from muxer.errors import UnknownName, UsageError
from muxer.store.log import newest
from muxer.store.projects import (
    add_project,
    agree,
    agreed_digest,
    decline,
    declined,
    project_named,
    projects,
    remove_project,
)
from tests.store.filled import in_memory


@pytest.fixture
def database() -> Iterator[sqlite3.Connection]:
    with closing(in_memory()) as connection:
        yield connection


def test_projects_are_listed_by_name(database: sqlite3.Connection) -> None:
    shop = add_project(database, name="shop", folder="/srv/shop")
    api = add_project(database, name="api", folder="/srv/api")
    assert projects(database) == [api, shop]
    assert project_named(database, "shop") == shop


def test_a_name_and_a_folder_are_taken_once(database: sqlite3.Connection) -> None:
    add_project(database, name="shop", folder="/srv/shop")
    with pytest.raises(UsageError, match="/srv/shop is the project shop already: give this one another --name"):
        add_project(database, name="shop", folder="/srv/other")
    with pytest.raises(UsageError, match="/srv/shop is the project shop already: muxer project rm shop removes it"):
        add_project(database, name="other", folder="/srv/shop")
    assert len(projects(database)) == 1


def test_one_that_is_removed_leaves_its_id_behind(database: sqlite3.Connection) -> None:
    first = add_project(database, name="shop", folder="/srv/shop")
    remove_project(database, "shop")
    assert projects(database) == []
    assert add_project(database, name="shop", folder="/srv/shop").id > first.id
    with pytest.raises(UnknownName):
        remove_project(database, "api")


def test_a_person_who_said_no_may_still_add_it(database: sqlite3.Connection) -> None:
    assert not declined(database, "/srv/shop")
    decline(database, "/srv/shop")
    decline(database, "/srv/shop")
    assert declined(database, "/srv/shop")
    add_project(database, name="shop", folder="/srv/shop")
    assert not declined(database, "/srv/shop")


def test_each_time_that_a_file_is_agreed_to_is_logged(database: sqlite3.Connection) -> None:
    assert agreed_digest(database, "/srv/a.toml") == ""
    agree(database, "/srv/a.toml", "one")
    agree(database, "/srv/a.toml", "two")
    assert agreed_digest(database, "/srv/a.toml") == "two"
    assert [event.data["digest"] for event in newest(database, 9)] == ["one", "two"]
