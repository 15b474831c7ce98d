import os
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from muxer.errors import StoreTrouble
from muxer.store.health import examine, health
from muxer.store.opening import open_file
from muxer.store.schema import STEPS
from tests.store.filled import fill, in_memory
from tests.store.test_database import keeping, send


def test_a_healthy_one_says_what_it_holds(tmp_path: Path) -> None:
    file = str(tmp_path / "muxer.db")
    writer, reader, _ = open_file(file)
    with closing(writer), closing(reader):
        fill(writer)
        found = examine(file)
    assert (found.schema, found.known, found.problems) == (len(STEPS), len(STEPS), ())
    assert found.rows["panes"] == 2
    assert found.rows["events"] == 42
    assert found.oldest is not None
    assert found.size == os.path.getsize(file)


async def test_it_is_asked_of_a_living_one_in_memory_too(tmp_path: Path) -> None:
    (tmp_path / "state").write_text("a file")
    async with keeping(tmp_path / "state" / "muxer.db") as kept:
        await kept.store.ask(send, "x")
        found = await kept.store.read(health, thorough=True)
    assert found.rows["messages"] == 1
    assert found.problems == ()


def test_an_empty_log_has_no_oldest_event() -> None:
    with closing(in_memory()) as connection:
        assert health(connection).oldest is None


def test_a_damaged_page_is_found(tmp_path: Path) -> None:
    file = tmp_path / "muxer.db"
    writer, reader, _ = open_file(str(file))
    fill(writer)
    (page,) = writer.execute("SELECT rootpage FROM sqlite_schema WHERE name = 'runs_pane'").fetchone()
    reader.close()
    writer.close()
    with file.open("r+b") as half:
        half.seek((page - 1) * 4096)
        half.write(b"\xa5" * 4096)
    assert examine(str(file)).problems


def test_an_index_that_lies_is_found_by_a_thorough_look(tmp_path: Path) -> None:
    file = tmp_path / "muxer.db"
    writer, reader, _ = open_file(str(file))
    fill(writer)
    writer.execute("PRAGMA writable_schema = ON")
    writer.execute("UPDATE sqlite_schema SET sql = 'CREATE INDEX runs_pane ON runs (pid, id)' WHERE name = 'runs_pane'")
    reader.close()
    writer.close()
    assert examine(str(file)).problems == ()
    assert any("runs_pane" in problem for problem in examine(str(file), thorough=True).problems)


def test_a_newer_one_can_be_looked_at(tmp_path: Path) -> None:
    file = tmp_path / "muxer.db"
    with closing(sqlite3.connect(file)) as connection:
        connection.executescript("CREATE TABLE events (id, at); PRAGMA user_version = 99;")
    found = examine(str(file))
    assert (found.schema, found.rows) == (99, {"events": 0})


@pytest.mark.parametrize("content", [None, "", "not a database, and long enough to be looked at as one" * 20])
def test_what_is_no_database_is_one_line(tmp_path: Path, content: str | None) -> None:
    file = tmp_path / "muxer.db"
    if content is not None:
        file.write_text(content)
    with pytest.raises(StoreTrouble, match=f"^{file} cannot be read: [^\n]+$"):
        examine(str(file))
