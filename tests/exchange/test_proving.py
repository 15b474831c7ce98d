"""Checks run in scratch checkouts: real programs, real repositories."""

import asyncio
import os
import sys
from collections.abc import AsyncIterator, Callable
from contextlib import suppress
from pathlib import Path

import psutil
import pytest

from muxer.config import Project
from muxer.errors import MuxerError
from muxer.events import Event, PaneClosed, TrialChanged
from muxer.exchange.proving import Proving, as_told, check_line
from muxer.work import Trial
from tests.house import until
from tests.workspaces.repositories import commit, git, repository


class Bench:
    """One host's checks."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.home = repository(folder / "home")
        self.told: list[Event] = []
        self.proving = self.next_host()

    def next_host(self) -> Proving:
        self.proving = Proving(self.told.append, under=f"{self.folder}/checks", env={**os.environ, "GIT_DIR": "/wrong"})
        return self.proving

    def begin(self, check: str, commit: str = "", pane: str = "p1", **rules: object) -> "asyncio.Task[Trial]":
        commit = commit or git(self.home, "rev-parse", "HEAD")
        settings = Project(check=check, **rules)  # type: ignore[arg-type]
        return asyncio.ensure_future(self.proving.prove(pane, str(self.home), commit, settings))

    def trial(self, pane: str = "p1") -> Trial:
        found = self.proving.trial_of(pane)
        assert found
        return found

    def left(self) -> list[str]:
        """Scratch checkouts, on the disk and in git."""
        trees = git(self.home, "worktree", "list").splitlines()[1:]
        with suppress(FileNotFoundError):
            trees += [entry.name for entry in (self.folder / "checks").iterdir() if entry.is_dir()]
        return trees


@pytest.fixture
async def bench(tmp_path: Path) -> AsyncIterator[Bench]:
    made = Bench(tmp_path)
    yield made
    made.proving.stop()
    await until(lambda: all(run.task is None or run.task.done() for run in made.proving._runs.values()), "the end")


def wrote(file: Path) -> Callable[[], bool]:
    return lambda: file.exists() and file.read_text() != ""


async def test_it_runs_on_that_commit_and_leaves_nothing(bench: Bench) -> None:
    old = git(bench.home, "rev-parse", "HEAD")
    commit(bench.home, "read.me", "new\n")
    (bench.home / ".gitignore").write_text(".env\n")
    (bench.home / ".env").write_text("KEY=1\n")
    git(bench.home, "add", ".gitignore")
    trial = await bench.begin("cat read.me; test -t 0 || echo no tty; git rev-parse HEAD; tty; cat .env 2>&1", old)
    assert trial.state == "red", ".env is not ignored in that commit, so it is not there"
    trial = await bench.begin("cat read.me; test -t 0 || echo no tty; git rev-parse HEAD", old)
    assert (trial.state, trial.lines[-3:]) == ("green", ("hello", "no tty", old))
    assert trial.result == old
    assert trial.ended_at >= trial.began_at > 0
    assert bench.left() == []
    assert not Path(bench.proving.log_of("p1")).exists()
    assert git(bench.home, "status", "--porcelain") == "A  .gitignore"


async def test_it_gets_what_git_does_not_have(bench: Bench) -> None:
    commit(bench.home, ".gitignore", ".env\nnode_modules\n")
    (bench.home / ".env").write_text("KEY=1\n")
    (bench.home / "node_modules" / "left-pad").mkdir(parents=True)
    trial = await bench.begin("cat .env; ls node_modules")
    assert trial.lines[-2:] == ("KEY=1", "left-pad")


async def test_what_it_says_is_seen_while_it_runs(bench: Bench) -> None:
    go = bench.folder / "go"
    line = f"printf '\\033[31mone\\033[0m\\n10%%\\r20%%\\rtwo\\n'; until test -e {go}; do sleep 0.01; done; echo three"
    task = bench.begin(line)
    await until(lambda: bench.proving.trial_of("p1") and "two" in bench.trial().lines, "its first lines")
    assert (bench.trial().state, bench.trial().lines) == ("runs", ("one", "two"))
    await until(lambda: len(bench.told) >= 3, "somebody told of it")
    go.touch()
    trial = await task
    assert trial.lines == ("one", "two", "three")
    assert bench.trial() == trial
    assert set(bench.told) == {TrialChanged("p1")}


async def test_all_that_a_red_one_said_is_kept(bench: Bench) -> None:
    trial = await bench.begin("i=0; while [ $i -lt 300 ]; do i=$((i+1)); echo line $i; done; exit 3")
    assert (trial.state, trial.why, len(trial.lines), trial.lines[-1]) == ("red", "exited 3", 200, "line 300")
    log = Path(bench.proving.log_of("p1"))
    assert len(log.read_text().splitlines()) == 300
    assert as_told(trial, str(log)) == f"the check exited 3: all that it said is in {log}"
    assert bench.left() == []


async def test_one_that_never_ends_is_ended_with_all_that_it_began(bench: Bench) -> None:
    pids = bench.folder / "pids"
    line = f"trap '' TERM; sleep 1000 & echo $$ $! >{pids}; echo begun; wait; wait"
    trial = await bench.begin(line, check_timeout=1)
    assert (trial.state, trial.why, trial.lines) == ("red", "took longer than 1 s", ("begun",))
    assert Path(bench.proving.log_of("p1")).read_text() == "begun\n"
    for pid in map(int, pids.read_text().split()):
        await until(lambda pid=pid: not psutil.pid_exists(pid), "its end")  # type: ignore[misc]
    assert bench.left() == []


async def test_what_it_leaves_behind_does_not_keep_anybody_waiting(bench: Bench) -> None:
    pid = bench.folder / "pid"
    trial = await bench.begin(f"sleep 1000 & echo $! >{pid}; echo done")
    assert (trial.state, trial.lines) == ("green", ("done",))
    await until(lambda: not psutil.pid_exists(int(pid.read_text())), "its end")


async def test_one_that_is_killed_says_so(bench: Bench) -> None:
    trial = await bench.begin("kill -9 $$")
    assert (trial.state, trial.why) == ("red", "was ended by SIGKILL")


async def test_nobody_waits_any_more_so_it_ends(bench: Bench) -> None:
    pid = bench.folder / "pid"
    one, two = [bench.begin(f"echo $$ >{pid}; exec sleep 1000") for _ in range(2)]
    await until(wrote(pid), "its start")
    one.cancel()
    await asyncio.wait([one])
    assert (bench.trial().state, psutil.pid_exists(int(pid.read_text()))) == ("runs", True), "the other still waits"
    two.cancel()
    await asyncio.wait([two])
    await until(lambda: bench.trial().state == "stopped", "its end")
    assert not psutil.pid_exists(int(pid.read_text()))
    assert bench.left() == []


async def test_what_was_green_is_not_run_again(bench: Bench) -> None:
    count = bench.folder / "count"
    line = f"echo >>{count}; test -e read.me"
    await bench.begin(line)
    again = git(bench.home, "commit-tree", "-m", "the same files", "HEAD^{tree}")
    trial = await bench.begin(line, again, pane="p2")
    assert (trial.state, trial.why, count.read_text()) == ("green", "it was green before", "\n")
    await bench.begin(f"{line};true", again)
    assert count.read_text() == "\n\n"
    commit(bench.home, "more", "1\n")
    await bench.begin(line)
    assert count.read_text() == "\n\n\n"
    for _ in range(2):
        assert (await bench.begin(f"{line}; false")).state == "red"
    assert count.read_text() == "\n" * 5, "what was red is"


async def test_another_commit_ends_the_check_of_the_one_before(bench: Bench) -> None:
    pid = bench.folder / "pid"
    line = f"test -e more || {{ echo $$ >{pid}; exec sleep 1000; }}"
    old = bench.begin(line)
    await until(wrote(pid), "its start")
    commit(bench.home, "more", "1\n")
    assert (await bench.begin(line)).state == "green"
    assert not psutil.pid_exists(int(pid.read_text()))
    await asyncio.wait([old])
    assert old.cancelled()


async def test_one_at_a_time_in_a_repository(bench: Bench) -> None:
    go = bench.folder / "go"
    first = bench.begin(f"until test -e {go}; do sleep 0.01; done")
    await until(lambda: bench.proving.trial_of("p1") and bench.trial().state == "runs", "the first")
    second = bench.begin("true", pane="p2")
    await until(lambda: bench.proving.trial_of("p2"), "the second")
    assert bench.trial("p2").state == "waits"
    go.touch()
    assert [(await first).state, (await second).state] == ["green", "green"]


async def test_what_a_killed_host_left_is_removed_by_the_next(bench: Bench) -> None:
    pid = bench.folder / "pid"
    task = bench.begin(f"echo $$ >{pid}; exec sleep 1000")
    await until(wrote(pid), "its start")
    assert len(bench.left()) == 2
    bench.proving.clear()
    assert len(bench.left()) == 2, "it is at work"
    old, other = bench.proving, bench.next_host()
    other.clear()
    assert bench.left() == []
    old.stop()
    await asyncio.wait([task])


HOST = """
import asyncio, os, sys
from muxer.config import Project
from muxer.exchange.proving import Proving
proving = Proving(lambda event: None, under=sys.argv[1], env=os.environ)
asyncio.run(proving.prove("p1", sys.argv[2], "HEAD", Project(check=sys.argv[3])))
"""


async def test_a_host_that_is_killed_takes_its_check_along(bench: Bench) -> None:
    pids = bench.folder / "pids"
    line = f"sleep 1000 & echo $$ $! >{pids}; trap '' TERM; sleep 1000"
    words = sys.executable, "-c", HOST, f"{bench.folder}/checks", str(bench.home), line
    host = await asyncio.create_subprocess_exec(*words)
    await until(wrote(pids), "its start")
    host.kill()
    await host.wait()
    for pid in map(int, pids.read_text().split()):
        await until(lambda pid=pid: not psutil.pid_exists(pid), "its end")  # type: ignore[misc]
    bench.proving.clear()
    assert bench.left() == []


async def test_what_watches_over_it_is_no_child_of_it_and_speaks_to_nobody(bench: Bench) -> None:
    count = "import psutil; print(len(psutil.Process().parent().children()))"
    trial = await bench.begin(f"{sys.executable} -c '{count}'; exit 3")
    assert (trial.lines, trial.why) == (("1",), "exited 3")
    trial = await bench.begin("read word || echo no input; { true <&3; } 2>/dev/null || echo no pipe")
    assert trial.lines == ("no input", "no pipe")


# ---- setup


async def test_the_setup_of_a_workspace_comes_first(bench: Bench) -> None:
    trial = await bench.begin("cat made; pwd", setup="echo setting up; pwd >made")
    assert (trial.state, trial.lines[:2]) == ("green", ("setting up", trial.lines[-1]))
    assert trial.lines[1] == trial.lines[2], "in the same folder"


async def test_a_setup_that_fails_is_no_check(bench: Bench) -> None:
    trial = await bench.begin("echo checked", setup=("sh", "-c", "echo no network; exit 4"))
    assert (trial.state, trial.why, trial.lines) == ("red", "did not run: its setup exited 4", ("no network",))
    assert Path(bench.proving.log_of("p1")).read_text() == "no network\n"


async def test_a_setup_that_never_ends_is_ended(bench: Bench) -> None:
    trial = await bench.begin("echo checked", setup="exec sleep 1000", check_timeout=1)
    assert trial.why == "did not run: its setup took longer than 1 s"


async def test_a_pane_that_closes_needs_no_check(bench: Bench) -> None:
    pid = bench.folder / "pid"
    task = bench.begin(f"echo $$ >{pid}; exec sleep 1000")
    await until(wrote(pid), "its start")
    bench.proving.heard(PaneClosed("p1"))
    await asyncio.wait([task])
    assert bench.proving.trial_of("p1") is None
    assert not psutil.pid_exists(int(pid.read_text()))


async def test_where_there_is_no_room_it_is_said(bench: Bench) -> None:
    (bench.folder / "checks").write_text("in the way")
    with pytest.raises(MuxerError, match="is not a folder"):
        await bench.begin("true")
    (bench.folder / "checks").unlink()
    assert (bench.trial().state, bench.left()) == ("stopped", [])
    with pytest.raises(MuxerError, match="rev-parse failed"):
        await bench.begin("true", "f" * 40)


def test_a_list_of_words_is_a_line() -> None:
    assert check_line(Project(check=("pytest", "-k", "a b"))) == "pytest -k 'a b'"
    assert check_line(Project(check="make test")) == "make test"
    assert check_line(Project()) == ""
