"""Programs are found as exec would find them, and their numbers are not mistaken for others'."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import psutil
import pytest

from muxer.channel import Refused
from muxer.children import UNKNOWN_EXIT, Child, find_program, is_clean, start
from tests.keeping import until


def program(path: Path, mode: int = 0o755) -> str:
    path.parent.mkdir(exist_ok=True)
    path.write_text("#!/bin/sh\n")
    path.chmod(mode)
    return str(path)


def test_programs_are_found_along_the_path(tmp_path: Path) -> None:
    here = str(tmp_path)
    first, second = program(tmp_path / "a" / "tool"), program(tmp_path / "b" / "tool")
    assert find_program("tool", here, {"PATH": f"{here}/a:{here}/b"}) == first
    os.chmod(first, 0o644)
    assert find_program("tool", here, {"PATH": f"{here}/a:{here}/b"}) == second
    assert find_program("tool", here, {"PATH": "a:b"}) == second, "relative places are the folder's"
    assert find_program("b/tool", here, {}) == second
    assert find_program("../b/tool", f"{here}/a", {}) == f"{here}/a/../b/tool"
    assert find_program("sh", here, {}).endswith("/sh"), "without a PATH there is the system's"
    with pytest.raises(Refused, match="/a/tool is not executable"):
        find_program("tool", here, {"PATH": f"{here}/a"})
    with pytest.raises(Refused, match="not found in PATH"):
        find_program("b", here, {"PATH": here})


def test_what_exec_chokes_on_is_known() -> None:
    assert is_clean("é \udcff\n")
    assert not is_clean("a\0b")
    assert not is_clean("\ud800")
    assert not is_clean(b"bytes")
    assert not is_clean(None)


FORKING = """
import sys
from muxer.children import start
try:
    start(["/bin/true"], cwd="/", env={"A": "\\0"}, cols=20, rows=5)
finally:
    with open(sys.argv[1], "a") as log:
        log.write("one went on\\n")
"""


def test_child_that_fails_on_its_way_to_exec_never_comes_back(tmp_path: Path) -> None:
    log = tmp_path / "log"
    subprocess.run([sys.executable, "-c", FORKING, str(log)], check=True, timeout=30)
    assert log.read_text() == "one went on\n"


def test_child_of_ours_ends_once_and_is_known_by_its_status() -> None:
    pid, master = start(["sh", "-c", "exit 5"], cwd="/", env={}, cols=20, rows=5)
    child = Child(pid, ours=True)
    deadline = time.monotonic() + 10
    while (how := child.ended()) is None:
        assert time.monotonic() < deadline
        time.sleep(0.01)
    assert how == {"status": 5, "signal": None}
    os.close(master)


def test_number_that_somebody_else_has_now_is_not_watched_or_signalled() -> None:
    # It leads no session, so it cannot be what was once started on a pty.
    with subprocess.Popen(["sleep", "60"]) as other:
        child = Child(other.pid, ours=False)
        assert child.ended() == UNKNOWN_EXIT
        child.tell([os.getpgid(other.pid)], signal.SIGKILL)
        child.close()
        assert other.poll() is None
        other.kill()


@pytest.mark.parametrize("pidfd", [True, False])
def test_adopted_child_is_seen_to_end(monkeypatch: pytest.MonkeyPatch, pidfd: bool) -> None:
    if not pidfd:

        def missing(_pid: int, _flags: int = 0) -> int:
            raise OSError(38, "Function not implemented")

        monkeypatch.setattr(os, "pidfd_open", missing, raising=False)
    with subprocess.Popen(["sleep", "60"], start_new_session=True) as other:
        child = Child(other.pid, ours=False)
        assert child.ended() is None
        child.tell([other.pid], signal.SIGTERM)
        assert other.wait(10) == -signal.SIGTERM
        assert child.ended() == UNKNOWN_EXIT
        child.close()


TREE = """
import os, signal, sys, time
signal.signal(signal.SIGTERM, signal.SIG_IGN)
for _ in range(3):
    if not os.fork():
        os.setpgid(0, 0)
        break
os.write(1, b"%d\\n" % os.getpid())
time.sleep(60)
"""


@pytest.mark.skipif(sys.platform != "linux", reason="reads /proc")
def test_session_is_stopped_goes_on_and_is_killed_whole(monkeypatch: pytest.MonkeyPatch) -> None:
    def states() -> set[str]:
        return {str(psutil.Process(pid).status()) for pid in pids if psutil.pid_exists(pid)} - {psutil.STATUS_ZOMBIE}

    def watched(pid: int, number: int) -> None:
        told.extend([pid] if number else [])  # 0 only asks
        kill(pid, number)

    told: list[int] = []
    kill = os.kill
    monkeypatch.setattr(os, "kill", watched)
    command = [sys.executable, "-c", TREE]
    leader = subprocess.Popen(command, start_new_session=True, stdout=subprocess.PIPE, text=True)
    stranger = subprocess.Popen(["sleep", "60"], start_new_session=True)
    child = Child(leader.pid, ours=False)
    try:
        assert leader.stdout
        pids = [int(leader.stdout.readline()) for _ in range(4)]
        assert child.tell_session(signal.SIGSTOP)
        until(lambda: states() == {psutil.STATUS_STOPPED}, "all stand still")
        assert sorted(told) == sorted(pids)
        assert told[0] == leader.pid
        told.clear()
        assert child.tell_session(signal.SIGCONT)
        until(lambda: psutil.STATUS_STOPPED not in states(), "all go on")
        assert told[-1] == leader.pid
        assert child.tell_session(signal.SIGKILL)
        until(lambda: not states(), "all are gone")
        assert stranger.poll() is None
    finally:
        child.tell_session(signal.SIGKILL)
        for each in (leader, stranger):
            each.kill()
            each.communicate()
        child.close()


def test_group_of_a_session_is_told_from_others() -> None:
    with subprocess.Popen(["sleep", "60"], start_new_session=True) as other:
        child = Child(other.pid, ours=False)
        with subprocess.Popen(["sleep", "60"], start_new_session=True) as stranger:
            known = child.has(other.pid), child.has(stranger.pid)
            stranger.kill()
        other.kill()
        child.close()
        assert known == (True, False)
