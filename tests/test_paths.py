import os
import shutil
import stat
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from muxer import paths
from muxer.errors import Unsafe, UsageError
from muxer.paths import SOCKET_LIMIT, homely, host_paths, private_folder


@pytest.fixture
def home(monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    # Short, as a runtime folder is: a socket's path has little room.
    folder = Path(tempfile.mkdtemp(prefix="mux-", dir="/tmp"))
    (folder / "run").mkdir()
    for name in ["XDG_CONFIG_HOME", "XDG_STATE_HOME", "XDG_CACHE_HOME"]:
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("HOME", str(folder))
    monkeypatch.setenv("XDG_RUNTIME_DIR", f"{folder}/run")
    yield folder
    shutil.rmtree(folder)


def test_folders_hang_on_the_home(home: Path) -> None:
    assert paths.config_folder() == f"{home}/.config/muxer"
    assert paths.state_folder() == f"{home}/.local/state/muxer"
    assert paths.cache_folder() == f"{home}/.cache/muxer"
    assert paths.runtime_folder() == f"{home}/run/muxer"


def test_xdg_names_them_and_a_relative_one_is_no_name(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_CONFIG_HOME", "/elsewhere")
    monkeypatch.setenv("XDG_STATE_HOME", "relative")
    monkeypatch.setenv("XDG_RUNTIME_DIR", f"{home}/nowhere")
    assert paths.config_folder() == "/elsewhere/muxer"
    assert paths.state_folder() == f"{home}/.local/state/muxer"
    assert paths.runtime_folder() == f"/tmp/muxer-{os.getuid()}"


def test_without_a_home_the_user_database_is_asked(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("HOME")
    monkeypatch.delenv("XDG_CACHE_HOME", raising=False)
    assert os.path.isabs(paths.cache_folder())
    assert paths.cache_folder().endswith("/.cache/muxer")


def test_a_hosts_folders_are_made_and_ours_alone(home: Path) -> None:
    host = host_paths("two")
    assert host.name == "two"
    assert host.folder == f"{home}/run/muxer/two"
    assert host.state == f"{home}/.local/state/muxer/two"
    for folder in [host.folder, os.path.dirname(host.folder), host.state, os.path.dirname(host.state)]:
        assert stat.S_IMODE(os.stat(folder).st_mode) == 0o700
    assert {host.socket, host.keeper, host.lock, host.panes} == {
        f"{host.folder}/{name}" for name in ["host", "keeper", "lock", "panes"]
    }
    assert {host.log, host.database} == {f"{host.state}/host.log", f"{host.state}/muxer.db"}


@pytest.mark.parametrize("name", ["", ".", "..", "../x", "a/b", "-x", ".x", "a\nb", "a\0b"])
def test_a_name_that_leads_elsewhere_is_refused(home: Path, name: str) -> None:
    with pytest.raises(UsageError, match="cannot name a host"):
        host_paths(name)
    assert not list((home / "run").iterdir())


def test_a_path_that_no_socket_can_have_is_refused_before_anything_is_made(home: Path) -> None:
    room = SOCKET_LIMIT - len(f"{home}/run/muxer//keeper")
    with pytest.raises(UsageError, match="too long for a Unix socket: use a shorter -L name"):
        host_paths("x" * (room + 1))
    with pytest.raises(UsageError, match="too long"):
        host_paths("é" * (room // 2 + 1))
    assert not list((home / "run").iterdir())
    assert len(host_paths("x" * room).keeper) == SOCKET_LIMIT


def test_an_open_folder_of_ours_is_closed(tmp_path: Path) -> None:
    tmp_path.chmod(0o755)
    assert private_folder(str(tmp_path)) == str(tmp_path)
    assert stat.S_IMODE(tmp_path.stat().st_mode) == 0o700


def test_what_is_no_folder_is_refused(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    (tmp_path / "link").symlink_to(tmp_path)
    for name in ["file", "link", "file/below"]:
        with pytest.raises(Unsafe, match="is not a folder: move it away"):
            private_folder(str(tmp_path / name))


@pytest.mark.skipif(os.getuid() != 0, reason="only root can make a folder of somebody else")
def test_somebody_elses_folder_is_refused(tmp_path: Path) -> None:
    os.chown(tmp_path, 12345, 12345)
    with pytest.raises(Unsafe, match="belongs to uid 12345, not to you: remove it or set XDG_RUNTIME_DIR"):
        private_folder(str(tmp_path))


def test_a_folder_that_cannot_be_made_says_what_to_set() -> None:
    with pytest.raises(Unsafe, match=r"cannot make /proc/muxer: .*set XDG_RUNTIME_DIR and XDG_STATE_HOME"):
        private_folder("/proc/muxer")


def test_it_imports_next_to_nothing() -> None:
    program = "import sys; before = set(sys.modules); import muxer.paths; print(*set(sys.modules) - before)"
    loaded = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True).stdout
    assert set(loaded.split()) == {"muxer", "muxer.errors", "muxer.paths"}


def test_a_folder_as_people_write_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOME", "/home/kim")
    assert [homely(folder) for folder in ("/home/kim", "/home/kim/a", "/home/kimono")] == ["~", "~/a", "/home/kimono"]
