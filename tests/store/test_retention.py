import sqlite3
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest

from muxer.model import Exit
from muxer.store import retention
from muxer.store.log import since
from muxer.store.opening import open_file
from muxer.store.panes import close_pane, end_run, last_number, open_pane, open_panes, runs_of, start_run
from muxer.store.retention import KEPT, RUNS, Bound, tidy
from tests.store.filled import fill, in_memory, insert, known_pane


@pytest.fixture
def database() -> Iterator[sqlite3.Connection]:
    with closing(in_memory()) as connection:
        yield connection


@pytest.fixture
def few(monkeypatch: pytest.MonkeyPatch) -> None:
    """Three of everything."""
    monkeypatch.setattr(retention, "KEPT", tuple(replace(bound, kept=3) for bound in KEPT))
    monkeypatch.setattr(retention, "RUNS", 3)


def ids(connection: sqlite3.Connection, table: str) -> list[int]:
    return [number for (number,) in connection.execute(f"SELECT rowid FROM {table} ORDER BY rowid")]


def test_every_table_that_grows_by_itself_is_bounded(database: sqlite3.Connection) -> None:
    tables = {name for (name,) in database.execute("SELECT name FROM sqlite_schema WHERE type = 'table'")}
    by_people = {"agreed", "declined", "layout", "locks", "projects", "pulls", "sqlite_sequence"}
    of_agents = {"heads", "syncs"}  # one row of each at most, which goes with it
    assert tables - by_people - of_agents - {"runs"} == {bound.table for bound in KEPT}


def test_what_is_in_bounds_stays(database: sqlite3.Connection) -> None:
    fill(database)
    before = [*database.iterdump()]
    tidy(database)
    assert [*database.iterdump()] == before


@pytest.mark.usefixtures("few")
def test_the_oldest_go_by_id_whatever_the_clock_said(database: sqlite3.Connection) -> None:
    for number in range(6):
        insert(database, "commits", folder="/srv", sha=str(number), summary="x", announced_at=100.0 - number)
    tidy(database)
    assert ids(database, "commits") == ids(database, "events") == [4, 5, 6]


@pytest.mark.usefixtures("few")
def test_an_id_that_went_does_not_come_again(database: sqlite3.Connection) -> None:
    for number in range(1, 7):
        open_pane(database, known_pane(number))
        close_pane(database, f"p{number}")
    tidy(database)
    database.execute("DELETE FROM panes")
    database.execute("DELETE FROM events")
    assert last_number(database) == 6
    open_pane(database, known_pane(7))
    assert [event.id for event in since(database, 0)] == [13]


def test_hooks_do_not_drive_out_the_rest(database: sqlite3.Connection, monkeypatch: pytest.MonkeyPatch) -> None:
    bounds = [replace(bound, kept=2) for bound in KEPT if "hook" in bound.which]
    monkeypatch.setattr(retention, "KEPT", bounds)
    for number in range(9):
        insert(database, "events", at=1.0, kind="hook.stop" if number % 3 else "run.ended", subject="p1", data="{}")
    tidy(database)
    assert ids(database, "events") == [1, 4, 7, 8, 9]


@pytest.mark.usefixtures("few")
def test_a_pane_that_is_open_is_never_dropped(database: sqlite3.Connection) -> None:
    for number in range(1, 11):
        open_pane(database, known_pane(number))
        start_run(database, f"p{number}", 1)
        if number % 2:
            end_run(database, f"p{number}", Exit(0))
            close_pane(database, f"p{number}")
    tidy(database)
    assert [pane.id for pane in open_panes(database)] == ["p2", "p4", "p6", "p8", "p10"]
    assert ids(database, "panes") == [2, 4, 5, 6, 7, 8, 9, 10]
    assert ids(database, "runs") == [2, 4, 5, 6, 7, 8, 9, 10]


@pytest.mark.usefixtures("few")
def test_each_pane_keeps_its_last_runs(database: sqlite3.Connection) -> None:
    for number in (1, 2):
        open_pane(database, known_pane(number))
    for count in range(12):
        pane = f"p{1 + count % 2}"
        start_run(database, pane, count)
        end_run(database, pane, Exit(count))
    tidy(database)
    assert [run.exit for run in runs_of(database, "p1")] == [Exit(6), Exit(8), Exit(10)]
    assert [run.exit for run in runs_of(database, "p2")] == [Exit(7), Exit(9), Exit(11)]


@pytest.mark.usefixtures("few")
def test_what_waits_to_be_typed_is_never_dropped_nor_what_it_belongs_to(database: sqlite3.Connection) -> None:
    for number in range(1, 11):
        open_pane(database, known_pane(number))
        message = insert(database, "messages", kind="note", sender="a", recipient="b", text="x", sent_at=1.0)
        row = insert(database, "inbox", pane=number, message=message, text="x", queued_at=1.0)
        if number > 2:
            database.execute("UPDATE inbox SET submitted_at = 2.0 WHERE id = ?", (row,))
        close_pane(database, f"p{number}")
    tidy(database)
    assert ids(database, "inbox") == ids(database, "messages") == ids(database, "panes") == [1, 2, 8, 9, 10]
    assert database.execute("SELECT count(*) FROM inbox WHERE message IS NULL").fetchone() == (0,)


@pytest.mark.usefixtures("few")
def test_tasks_and_agents_go_when_they_are_done(database: sqlite3.Connection) -> None:
    for number in range(1, 7):
        insert(
            database,
            "agents",
            name="ada",
            cli="x",
            spawned_at=1.0,
            gone_at=None if number < 3 else 2.0,
            workspace="here",
        )
        insert(database, "tasks", title="x", added_at=1.0, done_at=None if number == 1 else 2.0)
    tidy(database)
    assert ids(database, "agents") == [1, 2, 4, 5, 6]
    assert ids(database, "tasks") == [1, 4, 5, 6]


@pytest.mark.usefixtures("few")
def test_who_left_work_behind_is_known_until_it_is_cleaned_up(database: sqlite3.Connection) -> None:
    for number in range(1, 9):
        values = {"workspace": "worktree", "cleaned_at": 3.0 if number > 4 else None}
        agent = insert(database, "agents", name="ada", cli="x", spawned_at=1.0, gone_at=2.0, **values)
        insert(database, "sessions", agent=agent, session="one", began_at=1.0)
    tidy(database)
    assert ids(database, "agents") == [1, 2, 3, 4, 6, 7, 8]
    assert ids(database, "sessions") == [6, 7, 8]


def test_the_room_is_given_back(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(retention, "KEPT", (Bound("events", 1),))
    writer, reader, _ = open_file(str(tmp_path / "muxer.db"))
    with closing(writer), closing(reader):
        for number in range(100):
            insert(writer, "events", at=1.0, kind="x", subject=str(number), data=f'"{"x" * 5000}"')
        (before,) = writer.execute("PRAGMA page_count").fetchone()
        tidy(writer)
        (after,) = writer.execute("PRAGMA page_count").fetchone()
        assert after < before - 100
        assert writer.execute("PRAGMA integrity_check").fetchone() == ("ok",)


def test_so_much_is_kept() -> None:
    counts = [(bound.table, bound.kept) for bound in KEPT]
    assert counts == [
        ("agents", 1_000), ("asks", 20_000), ("attempts", 100_000), ("brakes", 1_000), ("checks", 20_000),
        ("clashes", 20_000), ("commits", 50_000), ("events", 5_000), ("events", 200_000), ("guests", 1_000),
        ("inbox", 20_000), ("leases", 20_000), ("messages", 20_000), ("panes", 1_000), ("promotions", 10_000),
        ("sessions", 20_000), ("tasks", 10_000),
    ]  # fmt: skip
    assert RUNS == 200


@pytest.mark.usefixtures("few")
def test_what_somebody_without_a_pane_has_not_read_stays(database: sqlite3.Connection) -> None:
    for number, left_at in ((1, None), (2, 5.0)):
        insert(database, "guests", id=number, name="gus", token=f"t{number}", joined_at=1.0, left_at=left_at)
    words = {"kind": "note", "sender": "ada", "recipient": "x", "text": "x", "sent_at": 1.0}
    unread = [insert(database, "messages", recipient_id=peer, **words) for peer in ("you", "g1")]
    read = [insert(database, "messages", recipient_id=peer, read_at=2.0, **words) for peer in ("you", "g1", "g2")]
    gone = [insert(database, "messages", recipient_id=peer, **words) for peer in ("g2", "a7", "a7")]
    tidy(database)
    assert ids(database, "messages") == [*unread, *gone]
    assert read[-1] < gone[0]
