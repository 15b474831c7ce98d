import os
import sqlite3
from pathlib import Path

import pytest

from muxer.bus.bus import LocalBus
from muxer.checkup import files
from muxer.checkup.files import database, folders, space
from muxer.errors import StoreTrouble
from muxer.paths import HostPaths, host_paths
from muxer.store.database import open_store


@pytest.fixture
def paths(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> HostPaths:
    (tmp_path / "run").mkdir()
    monkeypatch.setenv("XDG_RUNTIME_DIR", str(tmp_path / "run"))
    return host_paths("t")


def test_folders_and_files_that_others_can_enter_are_wrong(paths: HostPaths) -> None:
    assert [one.grade for one in folders(paths)] == ["fine"]
    Path(paths.log).touch(0o644)
    os.chmod(paths.state, 0o755)
    found = list(folders(paths))
    assert [one.grade for one in found] == ["wrong", "wrong"]
    assert found[0].finding.endswith("state/muxer/t is open to others (755)")
    assert found[0].remedy.startswith("chmod 700 ")
    assert found[1].remedy.endswith("t/host.log")


def test_what_is_no_folder_or_no_file_is_wrong(paths: HostPaths) -> None:
    os.rmdir(paths.state)
    os.symlink("/tmp", paths.state)
    os.mkdir(paths.socket)
    assert [one.remedy for one in folders(paths)] == ["move it away", "move it away"]


def test_what_is_not_there_yet_is_neither_made_nor_wrong(paths: HostPaths) -> None:
    other = HostPaths("u", f"{paths.folder}u", f"{paths.state}u")
    assert [one.grade for one in (*folders(other), *database(other), *space(other))] == ["fine", "note", "fine"]
    assert not os.path.exists(other.folder)
    assert not os.path.exists(other.state)


async def test_a_sound_database_tells_its_size_and_an_unsound_one_is_wrong(paths: HostPaths) -> None:
    bus = LocalBus()
    store, _ = await open_store(paths.database, on_logged=bus.publish, on_trouble=print)
    (one,) = database(paths)
    assert one.finding.startswith("sound, schema ")
    await store.close()
    with sqlite3.connect(paths.database) as connection:
        connection.execute("PRAGMA user_version = 99")
    connection.close()
    (one,) = database(paths)
    assert (one.grade, one.remedy) == ("wrong", "start the newer muxer")
    Path(paths.database).write_bytes(b"no database at all" * 100)
    with pytest.raises(StoreTrouble, match="cannot be read"):
        list(database(paths))


def test_room_that_is_scarce_is_wrong(paths: HostPaths, monkeypatch: pytest.MonkeyPatch) -> None:
    assert [one.grade for one in space(paths)] == ["fine"]
    monkeypatch.setattr(files, "SCARCE", 1 << 60)
    assert [one.grade for one in space(paths)] == ["wrong", "wrong"]
