import os
import shutil
import sqlite3
import stat
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path

import pytest

from muxer.errors import StoreTrouble
from muxer.store.opening import open_file
from muxer.store.panes import open_pane, open_panes
from muxer.store.schema import STEPS
from tests.store.filled import fill, known_pane


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "muxer.db"


def opened(file: Path) -> str:
    """What is said; a pane is written and read again."""
    writer, reader, said = open_file(str(file))
    with closing(writer), closing(reader):
        open_pane(writer, known_pane())
        assert [pane.id for pane in open_panes(reader)] == ["p1"]
    return said


def killed(file: Path, fill_too: str = "") -> None:
    """Somebody wrote a pane and was killed: all of it lies in the -wal."""
    program = (
        "import os, sys; from muxer.store.opening import open_file; from tests.store.filled import fill\n"
        f"writer, _, _ = open_file(sys.argv[1]); fill(writer)\n{fill_too}\nos.kill(os.getpid(), 9)"
    )
    subprocess.run([sys.executable, "-c", program, str(file)], check=False)
    assert Path(f"{file}-wal").stat().st_size > 0


def bytes_of(folder: Path) -> dict[str, bytes]:
    """What cannot be made again: -shm is an index of the -wal."""
    return {path.name: path.read_bytes() for path in folder.iterdir() if not path.name.endswith("-shm")}


def test_a_new_file_is_durable_and_small(file: Path) -> None:
    writer, reader, said = open_file(str(file))
    with closing(writer), closing(reader):
        assert said == ""
        settings = ("journal_mode", "synchronous", "foreign_keys", "auto_vacuum", "user_version")
        found = [writer.execute(f"PRAGMA {name}").fetchone()[0] for name in settings]
        assert found == ["wal", 2, 1, 2, len(STEPS)]
        with pytest.raises(sqlite3.OperationalError):
            open_pane(reader, known_pane())


def test_nobody_else_can_read_it(file: Path) -> None:
    file.touch(0o644)
    writer, reader, _ = open_file(str(file))
    with closing(writer), closing(reader):
        open_pane(writer, known_pane())
        modes = {path.name: stat.S_IMODE(path.stat().st_mode) for path in file.parent.iterdir()}
    assert modes == {"muxer.db": 0o600, "muxer.db-wal": 0o600, "muxer.db-shm": 0o600}


def test_a_folder_that_is_missing_is_made(tmp_path: Path) -> None:
    assert opened(tmp_path / "state" / "desk" / "muxer.db") == ""


def test_a_file_of_zero_bytes_is_a_new_one(file: Path) -> None:
    file.touch()
    assert opened(file) == ""


def test_what_was_begun_before_a_kill_that_came_early_is_taken_back(file: Path) -> None:
    program = (
        "import os, sqlite3, sys; made = sqlite3.connect(sys.argv[1], isolation_level=None)\n"
        "rows = 'INSERT INTO t VALUES (zeroblob(900));' * 900\n"
        "made.executescript(f'PRAGMA cache_size = 2; BEGIN; CREATE TABLE t (x); {rows}')\nos.kill(os.getpid(), 9)"
    )
    with closing(sqlite3.connect(file)) as made:
        made.executescript("CREATE TABLE t (x); DROP TABLE t")
    subprocess.run([sys.executable, "-c", program, file], check=False)
    journal = Path(f"{file}-journal")
    assert journal.exists(), "only who may write can take that back"
    assert opened(file) == ""
    assert not journal.exists()


def test_what_was_written_before_a_kill_is_there(file: Path) -> None:
    killed(file)
    writer, reader, said = open_file(str(file))
    with closing(writer), closing(reader):
        assert said == ""
        assert [pane.id for pane in open_panes(reader)] == ["p2"]


@pytest.mark.parametrize("alive", [False, True], ids=["left well", "killed"])
def test_a_newer_one_is_refused_and_not_touched(file: Path, *, alive: bool) -> None:
    newer = "writer.execute('PRAGMA user_version = 99')"
    if alive:
        killed(file, newer)
    else:
        opened(file)
        with closing(sqlite3.connect(file)) as connection:
            connection.execute("PRAGMA user_version = 99")
    before = bytes_of(file.parent)
    with pytest.raises(StoreTrouble, match=r"newer muxer \(schema 99, this one knows \d+\): start that one, or move"):
        open_file(str(file))
    after = bytes_of(file.parent)
    assert {name: after[name] for name in before} == before
    assert all(name in before or content == b"" for name, content in after.items())


def scribble(at: int, size: int = 4096) -> Callable[[Path], None]:
    def do(file: Path) -> None:
        with file.open("r+b") as half:
            half.seek(at)
            half.write(b"\xa5" * size)

    return do


def replace(file: Path) -> None:
    file.unlink()
    with closing(sqlite3.connect(file)) as connection:
        connection.execute("CREATE TABLE panes (a)")


DAMAGES: dict[str, Callable[[Path], object]] = {
    "text": lambda file: file.write_text("this is not a database\n" * 100),
    "header": scribble(0, 100),
    "page": scribble(8 * 4096),
    "cut": lambda file: os.truncate(file, 5 * 4096),
    "somebody else's": replace,
    "wal": lambda file: Path(f"{file}-wal").write_bytes(b"\xa5" * 9000),
}


@pytest.mark.parametrize("damage", [*DAMAGES.values()], ids=[*DAMAGES])
def test_a_broken_one_is_put_aside_and_that_is_said_once(file: Path, damage: Callable[[Path], None]) -> None:
    writer, reader, _ = open_file(str(file))
    fill(writer)
    reader.close()
    writer.close()
    damage(file)
    before = bytes_of(file.parent)
    said = opened(file)
    assert said.startswith(f"{file} was broken (")
    assert said.endswith(f"): it lies in {file}.broken now, and a new one was begun")
    assert "\n" not in said
    aside = bytes_of(file.parent)
    assert {name: aside[name.replace("muxer.db", "muxer.db.broken")] for name in before} == before
    assert opened(file) == ""


def test_an_older_broken_one_is_kept_too(file: Path) -> None:
    for place in ("muxer.db.broken", "muxer.db.broken-2"):
        file.write_text("not a database, and long enough to be looked at as one" * 20)
        assert f"it lies in {file.parent / place} now" in opened(file)
        assert (file.parent / place).read_text().startswith("not a database")


def test_where_there_can_be_no_folder_it_is_kept_in_memory(tmp_path: Path) -> None:
    (tmp_path / "state").write_text("a file")
    said = opened(tmp_path / "state" / "desk" / "muxer.db")
    assert said == (
        f"what happens is kept in memory only (Not a directory): see that {tmp_path}/state/desk can be written, "
        "and start the host again"
    )


def test_two_in_memory_are_apart(tmp_path: Path) -> None:
    (tmp_path / "state").write_text("a file")
    opened(tmp_path / "state" / "muxer.db")
    opened(tmp_path / "state" / "muxer.db")


def test_a_folder_in_its_place_is_left_alone(file: Path) -> None:
    file.mkdir()
    assert "kept in memory only (Is a directory)" in opened(file)
    assert file.is_dir()


@pytest.fixture
def anywhere() -> Iterator[Path]:
    """A folder that everybody can reach."""
    folder = Path(tempfile.mkdtemp(prefix="mx", dir="/tmp"))
    folder.chmod(0o755)
    yield folder
    shutil.rmtree(folder)


AS_NOBODY = """
import os, resource, sys
from pathlib import Path
from tests.store.test_opening import opened
os.umask(0)
if os.getuid() == 0:
    os.setgroups([]); os.setgid(65534); os.setuid(65534)
{before}
print(opened(Path(sys.argv[1])))
"""


def said_by_nobody(file: Path, before: str = "") -> str:
    """By somebody whom the folder's modes hold back, which root is not."""
    program = AS_NOBODY.format(before=before)
    return subprocess.run([sys.executable, "-c", program, str(file)], check=True, capture_output=True, text=True).stdout


def test_a_folder_that_may_only_be_read_leaves_memory(anywhere: Path) -> None:
    anywhere.chmod(0o555)
    assert "kept in memory only (Permission denied)" in said_by_nobody(anywhere / "muxer.db")
    assert list(anywhere.iterdir()) == []


def test_a_broken_file_in_such_a_folder_leaves_memory(anywhere: Path) -> None:
    file = anywhere / "muxer.db"
    file.write_text("not a database, and long enough to be looked at as one" * 20)
    file.chmod(0o666)
    anywhere.chmod(0o555)
    assert "kept in memory only (Permission denied)" in said_by_nobody(file)
    assert [path.name for path in anywhere.iterdir()] == ["muxer.db"]


def test_a_disk_without_room_leaves_memory(anywhere: Path) -> None:
    anywhere.chmod(0o777)
    full = "resource.setrlimit(resource.RLIMIT_FSIZE, (5000, 5000))"
    assert "kept in memory only (disk I/O error)" in said_by_nobody(anywhere / "muxer.db", full)
