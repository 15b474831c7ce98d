"""Hosts and keepers that run, and what is left of those that do not."""

import asyncio
import os
import shutil
import socket
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from muxer.channel import PROTOCOL
from muxer.checkup import hosts
from muxer.checkup.hosts import answers, host, keeper, leftovers
from muxer.paths import HostPaths
from tests.conftest import HOST, Desk
from tests.house import until


@pytest.fixture
def folder() -> Iterator[Path]:
    made = tempfile.mkdtemp(prefix="mx", dir="/tmp")
    yield Path(made)
    shutil.rmtree(made, ignore_errors=True)


def paths_of(desk: Desk) -> HostPaths:
    runtime, state = desk.env["XDG_RUNTIME_DIR"], desk.env["XDG_STATE_HOME"]
    return HostPaths(HOST, f"{runtime}/muxer/{HOST}", f"{state}/muxer/{HOST}")


def test_what_does_not_run_is_no_mistake(desk: Desk) -> None:
    paths = paths_of(desk)
    assert [one.grade for one in (*host(paths), *keeper(paths))] == ["note", "note"]
    assert not os.path.exists(paths.folder)


def test_what_runs_is_named_and_one_of_another_version_is_wrong(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    desk.new("cat", name="a")
    paths = paths_of(desk)
    (one,) = host(paths)
    assert (one.finding, one.grade) == (f"'{HOST}', process {desk.host()}, panes: 1", "fine")
    (one,) = keeper(paths)
    assert (one.finding, one.grade) == (f"process {desk.keeper()}, protocol {PROTOCOL}", "fine")
    monkeypatch.setattr(hosts, "__version__", "9.9")
    monkeypatch.setattr(hosts, "PROTOCOL", 99)
    assert [(one.grade, one.remedy) for one in (*host(paths), *keeper(paths))] == [
        ("wrong", "muxer reload renews it"),
        ("wrong", f"end its agents, then kill {desk.keeper()}"),
    ]


def test_a_ring_that_no_pane_holds_is_told(desk: Desk) -> None:
    desk.new("cat", name="a")
    paths = paths_of(desk)
    assert "no pane" not in str([one for one in leftovers(paths) if one.grade != "wrong"])
    Path(paths.panes, "p77.ring").touch()
    assert any(one.finding.endswith("panes/p77.ring") for one in leftovers(paths))


async def test_a_keeper_whose_folder_is_gone_is_a_leftover(folder: Path) -> None:
    path = folder / "t" / "keeper"
    path.parent.mkdir(0o700)
    started = await asyncio.create_subprocess_exec(sys.executable, "-P", "-m", "muxer.keeper", str(path))
    try:
        await until(lambda: path.exists() and answers(str(path)), "the keeper")
        with socket.socket(socket.AF_UNIX) as visitor:  # it stays for who is connected
            visitor.connect(str(path))
            paths = HostPaths("t", str(path.parent), str(folder))
            assert f"process {started.pid}," not in str(list(leftovers(paths)))
            shutil.rmtree(path.parent)
            found = [one for one in leftovers(paths) if f"process {started.pid}," in one.finding]
            assert [(one.grade, one.remedy) for one in found] == [("wrong", f"kill {started.pid}")]
    finally:
        started.kill()
        await started.wait()


def test_one_that_listens_and_says_nothing_is_no_keeper(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(hosts, "PATIENCE", 0.1)
    with socket.socket(socket.AF_UNIX) as listener:
        listener.bind(str(folder / "keeper"))
        listener.listen()
        with pytest.raises(TimeoutError):
            list(keeper(HostPaths("t", str(folder), str(folder))))
