import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from muxer.errors import MuxerError
from muxer.store.foreign import foreign_row


@pytest.fixture
def theirs(tmp_path: Path) -> Path:
    """A database of somebody else, in a folder whose name means something in an address."""
    folder = tmp_path / "odd ?mode=rwc#%41"
    folder.mkdir()
    with closing(sqlite3.connect(folder / "their.db")) as made:
        made.execute("PRAGMA journal_mode = wal")
        made.execute("CREATE TABLE things (name TEXT, size INTEGER)")
        made.execute("INSERT INTO things VALUES ('a', 3), ('b', 4)")
        made.commit()
    return folder / "their.db"


def test_the_first_row_is_read_while_its_owner_writes(theirs: Path) -> None:
    with closing(sqlite3.connect(theirs, isolation_level=None)) as owner:
        owner.execute("BEGIN IMMEDIATE")
        owner.execute("INSERT INTO things VALUES ('c', 5)")
        assert foreign_row(str(theirs), "SELECT sum(size) FROM things WHERE name <> :name", name="b") == (3,)
    assert foreign_row(str(theirs), "SELECT * FROM things WHERE name = :name", name="z") == ()


def test_nothing_is_written_or_made(theirs: Path) -> None:
    with pytest.raises(MuxerError, match="readonly"):
        foreign_row(str(theirs), "DELETE FROM things RETURNING name")
    with pytest.raises(MuxerError, match="cannot be read"):
        foreign_row(str(theirs.with_name("none.db")), "SELECT 1")
    assert not theirs.with_name("none.db").exists()


def test_what_is_no_database_is_said_in_a_line(tmp_path: Path) -> None:
    file = tmp_path / "their.db"
    file.write_text("no database" * 100)
    with pytest.raises(MuxerError, match="is not a database"):
        foreign_row(str(file), "SELECT * FROM sqlite_master")
