import sqlite3
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace

import pytest

from muxer.model import Exit
from muxer.store.log import newest
from muxer.store.panes import (
    close_pane,
    end_run,
    last_number,
    note_folder,
    number_of,
    open_pane,
    open_panes,
    read_layout,
    rename_pane,
    runs_of,
    set_policy,
    start_run,
    write_layout,
)
from tests.store.filled import in_memory, known_pane


@pytest.fixture
def database() -> Iterator[sqlite3.Connection]:
    with closing(in_memory()) as connection:
        yield connection


def test_a_pane_is_known_as_it_was_opened(database: sqlite3.Connection) -> None:
    pane = known_pane(12)
    open_pane(database, pane)
    assert open_panes(database) == [pane]
    assert number_of(pane.id) == last_number(database) == 12


def test_one_that_is_known_stays_as_it_is(database: sqlite3.Connection) -> None:
    open_pane(database, known_pane(1, "claude"))
    open_pane(database, known_pane(1, "codex"))
    assert [pane.name for pane in open_panes(database)] == ["claude"]


def test_numbers_go_on_when_every_pane_is_gone(database: sqlite3.Connection) -> None:
    assert last_number(database) == 0
    open_pane(database, known_pane(7))
    database.execute("DELETE FROM panes")
    assert last_number(database) == 7


def test_what_changes_is_kept_and_told(database: sqlite3.Connection) -> None:
    open_pane(database, known_pane(1))
    rename_pane(database, "p1", "ada")
    set_policy(database, "p1", "always")
    note_folder(database, "p1", "/srv/else")
    assert open_panes(database) == [replace(known_pane(1), name="ada", policy="always", cwd="/srv/else")]
    close_pane(database, "p1")
    close_pane(database, "p1")
    assert open_panes(database) == []
    told = [(event.kind, dict(event.data)) for event in newest(database, 3)]
    assert told == [
        ("pane.renamed", {"name": "ada", "before": "claude"}),
        ("pane.policy", {"name": "ada", "policy": "always"}),
        ("pane.closed", {"name": "ada"}),
    ]


def test_each_run_ends_once(database: sqlite3.Connection) -> None:
    open_pane(database, known_pane(1))
    for how in (Exit(1), Exit(signal=9), Exit()):
        start_run(database, "p1", 4711)
        end_run(database, "p1", how, asked=how.signal == 9)
        end_run(database, "p1", Exit(0))
    start_run(database, "p1", 4712)
    runs = runs_of(database, "p1")
    assert [(run.exit, run.asked) for run in runs] == [
        (Exit(1), False), (Exit(signal=9), True), (Exit(), False), (None, False),
    ]  # fmt: skip
    assert runs[-1].ended_at is None
    assert runs_of(database, "p1", 2) == runs[-2:]
    assert runs_of(database, "p2") == []


def test_the_last_layout_is_the_one_that_counts(database: sqlite3.Connection) -> None:
    assert read_layout(database) == {}
    write_layout(database, {"tabs": [1]})
    write_layout(database, {"tabs": [2]})
    assert read_layout(database) == {"tabs": [2]}
