"""Two people with homes and muxers of their own, who share a remote: their agents hear of each other's commits once."""

import signal
from collections.abc import Iterator
from contextlib import ExitStack, closing
from pathlib import Path

import psutil
import pytest

from muxer.store.opening import read_only
from tests.agents.driving import script, told
from tests.conftest import HOST, Desk
from tests.exchange.relaying import told_of
from tests.hostlog import mistakes
from tests.seat import muxer_home
from tests.waiting import until
from tests.workspaces.repositories import commit, git, repository
from tests.workspaces.transports import bare

pytestmark = pytest.mark.timeout(180)


class Operator:
    """A person at work on a clone of what is shared, with one agent that both call claude."""

    def __init__(self, desk: Desk, name: str) -> None:
        self.desk, self.name = desk, name
        for key, value in (("user.name", name), ("user.email", f"{name}@example.org")):
            git(desk.folder, "config", key, value)
        self.log = script(desk.env, hooks=True)
        desk.run("init", "--remote", "origin", "--yes")
        (made,) = desk.json("spawn", "--cli", "scripted", "--name", "claude", "--workspace", "worktree")["spawned"]
        self.folder = made["folder"]
        until(lambda: told(self.log, "claude", "ready"), "the agent")
        until(self.has_looked, "its first look at what is shared, before which all is old")

    def has_looked(self) -> bool:
        file = Path(self.desk.env["XDG_STATE_HOME"], "muxer", HOST, "muxer.db")
        with closing(read_only(str(file))) as facts:
            return facts.execute("SELECT 1 FROM leases WHERE sha = ''").fetchone() is not None

    def commits(self, name: str) -> None:
        """Its agent does, and it is published."""
        head = commit(self.folder, name, "1\n")
        until(lambda: git(self.desk.folder, "ls-remote", "origin", f"muxer/{self.name}/*").startswith(head), name)

    def hears(self, name: str) -> bool:
        """Was its agent told of that commit? Looks whether there is something."""
        self.desk.run("init", "--yes")
        return self.told(name) != [0]

    def told(self, *names: str) -> list[int]:
        return told_of([record["text"] for record in told(self.log, "claude", "submitted")], *names)

    def kill_host(self) -> None:
        """And start the next one."""
        host = psutil.Process(self.desk.host())
        host.send_signal(signal.SIGKILL)
        host.wait(20)
        self.desk.json("new", "--no-attach", "--split=float", "--", "true")


@pytest.fixture
def pair(tmp_path: Path) -> Iterator[tuple[Operator, Operator]]:
    far = bare(tmp_path / "far.git", repository(tmp_path / "seed"))
    with ExitStack() as stack:
        desks = []
        for name in ("ada", "bob"):
            (tmp_path / name).mkdir()
            git(tmp_path, "clone", "--quiet", f"file://{far}", str(tmp_path / name / "shop"))
            desks.append(Desk(stack.enter_context(muxer_home(tmp_path / name)), tmp_path / name / "shop"))
        yield Operator(desks[0], "ada"), Operator(desks[1], "bob")
        assert [mistakes(desk) for desk in desks] == ["", ""]


def test_each_is_told_of_the_others_commits_once_and_nothing_is_lost_by_a_kill(pair: tuple[Operator, Operator]) -> None:
    ada, bob = pair
    ada.commits("one")
    bob.commits("two")
    until(lambda: bob.hears("one") and ada.hears("two"), "the first notes", 40)
    bob.kill_host()
    ada.commits("three")
    until(lambda: bob.hears("three"), "the note after a kill", 40)
    assert bob.told("one", "two", "three") == [1, 0, 1]
    assert ada.told("one", "two", "three") == [0, 1, 0]
    (first, _) = told(bob.log, "claude", "submitted")
    assert "ada/claude, an agent of another operator, committed" in first["text"]
