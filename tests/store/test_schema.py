import hashlib
import re
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from muxer.store.opening import open_file
from muxer.store.panes import close_pane, last_number, open_pane, set_policy
from muxer.store.schema import STEPS, WAITING
from tests.store.filled import fill, in_memory, insert, known_pane

RELEASED = (
    "52c25302405903ba684eb676473b733940a118efdff41746264d0223e4e2758a",
    "4cc221a367aee0cb88d58371591c3bbd964f1b90cd5012433371dab07aa830d2",
    "b38984b6b1e65a6c73a602fdee8337893fa2ddf6a020541faacce8d64a05d47a",
    "2125754f5285172625ea7fd1dc78bfe555b0ee54f1b4e0198de49bbe6777cd94",
)
"""The checksum of every step that somebody's file may have been through. Add a new one; change none."""
SCHEMAS = sorted((Path(__file__).parent / "schemas").glob("*.sql"), key=lambda path: int(path.stem))


@pytest.fixture
def database() -> Iterator[sqlite3.Connection]:
    with closing(in_memory()) as connection:
        yield connection


def test_steps_that_were_released_never_change() -> None:
    assert tuple(hashlib.sha256(step.encode()).hexdigest() for step in STEPS) == RELEASED


def test_every_schema_has_a_dump() -> None:
    assert [path.stem for path in SCHEMAS] == [str(number + 1) for number in range(len(STEPS))]


@pytest.mark.parametrize("schema", SCHEMAS, ids=lambda path: path.stem)
def test_every_older_file_opens_and_keeps_its_rows(schema: Path, tmp_path: Path) -> None:
    file = str(tmp_path / "muxer.db")
    with closing(sqlite3.connect(file, isolation_level=None)) as old:
        old.executescript(schema.read_text())
        tables = [name for (name,) in old.execute("SELECT name FROM sqlite_schema WHERE type = 'table'")]
        rows = {table: old.execute(f"SELECT count(*) FROM {table}").fetchone() for table in tables}
        newest = old.execute("SELECT max(id) FROM events").fetchone()
    writer, reader, said = open_file(file)
    with closing(writer), closing(reader):
        assert said == ""
        assert reader.execute("PRAGMA user_version").fetchone() == (len(STEPS),)
        assert {table: reader.execute(f"SELECT count(*) FROM {table}").fetchone() for table in tables} == rows
        assert reader.execute("PRAGMA foreign_key_check").fetchall() == []
        assert last_number(reader) == 2
        open_pane(writer, known_pane(3))
        assert reader.execute("SELECT max(id) FROM events").fetchone() == (newest[0] + 1,)


def test_everything_is_in_the_dump_that_a_schema_leaves(database: sqlite3.Connection) -> None:
    fill(database)
    tables = database.execute("SELECT name FROM sqlite_schema WHERE type = 'table'").fetchall()
    assert [name for (name,) in tables if not database.execute(f"SELECT 1 FROM {name}").fetchone()] == []


def test_every_change_is_logged_once(database: sqlite3.Connection) -> None:
    fill(database)
    logged = [kind for (kind,) in database.execute("SELECT kind FROM events ORDER BY id")]
    assert logged == [
        "project.added", "file.agreed", "pane.opened", "run.started", "pane.opened", "run.started", "run.ended",
        "pane.renamed", "pane.closed", "agent.spawned", "agent.spawned", "agent.renamed", "agent.gone",
        "agent.restored", "agent.gone", "agent.cleaned", "message.sent", "inbox.queued", "inbox.queued", "inbox.typed",
        "inbox.submitted", "task.added", "lock.taken", "commit.announced", "pull.opened", "check.seen",
        "work.promoted", "promotion.undone", "sync.pending", "agent.archived", "guest.joined", "guest.left",
        "brake.pulled", "brake.released", "message.sent", "message.sent", "message.sent", "message.sent",
        "ask.answered", "ask.expired", "ask.cancelled", "ask.failed",
    ]  # fmt: skip


def test_what_stays_as_it_was_is_not_logged(database: sqlite3.Connection) -> None:
    fill(database)
    before = database.execute("SELECT count(*) FROM events").fetchone()
    set_policy(database, "p2", "on-failure")
    close_pane(database, "p1")
    open_pane(database, known_pane(2))
    assert database.execute("SELECT count(*) FROM events").fetchone() == before


def test_every_table_with_numbers_of_its_own_counts_on() -> None:
    made = re.findall(
        r"CREATE TABLE (\w+) \(\s*(\w+) INTEGER PRIMARY KEY(?! CHECK| REFERENCES)( AUTOINCREMENT)?", "".join(STEPS)
    )
    assert len(made) >= 11
    assert [table for table, _, counts in made if not counts] == []


def test_a_full_inbox_is_asked_by_its_index(database: sqlite3.Connection) -> None:
    open_pane(database, known_pane(1))
    database.execute(
        "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 2000)"
        " INSERT INTO inbox (pane, text, queued_at, submitted_at) SELECT 1, 'x', i, iif(i % 100, 1.0, NULL) FROM n"
    )
    query = f"SELECT id FROM inbox WHERE pane = 1 AND {WAITING} ORDER BY id"
    (plan,) = [row[3] for row in database.execute(f"EXPLAIN QUERY PLAN {query}")]
    assert plan == "SEARCH inbox USING INDEX inbox_waiting (pane=?)"
    assert len(database.execute(query).fetchall()) == 20


@pytest.mark.parametrize(
    ("table", "column"), [("inbox", "pane"), ("inbox", "message"), ("messages", "reply_to"), ("runs", "pane"),
                          ("agents", "pane"), ("inbox", "agent"), ("inbox", "digest"), ("sessions", "agent"),
                          ("attempts", "inbox"), ("promotions", "agent"), ("clashes", "other"), ("tasks", "agent"),
                          ("locks", "agent"), ("checks", "pull")]
)  # fmt: skip
def test_who_points_at_a_row_is_found_by_an_index(database: sqlite3.Connection, table: str, column: str) -> None:
    plan = database.execute(f"EXPLAIN QUERY PLAN SELECT rowid FROM {table} WHERE {column} = 1").fetchone()[3]
    assert plan.startswith(f"SEARCH {table} USING")


def test_a_pane_that_goes_takes_its_runs_and_leaves_its_agent(database: sqlite3.Connection) -> None:
    fill(database)
    database.execute("DELETE FROM panes WHERE number = 2")
    assert database.execute("SELECT count(*) FROM runs").fetchone() == (1,)
    assert database.execute("SELECT pane FROM agents WHERE name = 'ada'").fetchone() == (None,)
    assert database.execute("SELECT count(*) FROM inbox").fetchone() == (0,)


def test_only_json_is_taken_as_json(database: sqlite3.Connection) -> None:
    with pytest.raises(sqlite3.IntegrityError):
        insert(database, "events", at=1.0, kind="x", subject="y", data="{")
