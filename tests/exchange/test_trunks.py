"""Where trunk is, also when somebody else than muxer moves it."""

from collections.abc import Callable
from pathlib import Path
from threading import Event

import pytest

from muxer import events
from muxer.events import TrunkMoved, Warned
from muxer.exchange.trunks import Trunks
from muxer.fleet.agent import Agent
from muxer.settings.project_settings import choose
from muxer.store.projects import Project
from muxer.work import Coordination
from tests.fleet.delivering import small_cli
from tests.house import until
from tests.workspaces.repositories import commit, git, repository
from tests.workspaces.transports import bare


class Known:
    """What projects there are: one, or none."""

    def __init__(self) -> None:
        self.folder = ""

    def of(self, folder: str) -> Project | None:
        return Project(id=1, name="shop", folder=self.folder) if self.folder and folder else None


class Looking:
    def __init__(self, folder: Path) -> None:
        self.home = repository(folder / "shop")
        self.root = str(self.home)
        self.told: list[events.Event] = []
        self.changed: list[Coordination] = []
        self.known = Known()
        self.trunks = Trunks(self.known, self.told.append)
        self.trunks.on_changed.append(self.changed.append)
        self.agent = agent_at(self.root)
        self.agent.workspace, self.agent.source = "worktree", self.root

    async def look(self, holds: Callable[[], object]) -> None:
        self.trunks.look(self.root)
        await until(holds)
        await until(lambda: not self.trunks._looks)


def agent_at(folder: str) -> Agent:
    return Agent(1, "p1", small_cli(), token="t", folder=folder, spawned_at=1.0)


@pytest.fixture
def looking(tmp_path: Path) -> Looking:
    return Looking(tmp_path)


async def test_it_is_known_at_once_and_told_when_it_moved(looking: Looking) -> None:
    first = git(looking.home, "rev-parse", "HEAD")
    assert looking.trunks.tip(looking.agent) == first
    assert looking.told == []
    second = commit(looking.home, "more", "1\n")
    assert looking.trunks.tip(looking.agent) == first
    await looking.look(lambda: looking.told)
    assert looking.told == [TrunkMoved(looking.root, first, second)]
    assert looking.trunks.tip(looking.agent) == second
    await looking.look(lambda: not looking.trunks._looks)
    assert len(looking.told) == len(looking.changed) - 1 == 1


async def test_what_happens_while_it_is_looked_at_is_looked_at_too(looking: Looking) -> None:
    looking.trunks.of(looking.agent)
    look, looked, on = looking.trunks._found, Event(), Event()

    def slowly(root: str) -> tuple[Coordination, str]:
        found = look(root)
        looked.set()
        on.wait(20)
        return found

    looking.trunks._found = slowly  # type: ignore[method-assign]
    looking.trunks.look(looking.root)
    await until(looked.is_set)
    tip = commit(looking.home, "more", "1\n")
    looking.trunks.look(looking.root)
    on.set()
    await until(lambda: looking.trunks.tip(looking.agent) == tip)


async def test_a_pull_and_another_choice_move_it(looking: Looking, tmp_path: Path) -> None:
    far = bare(tmp_path / "far.git", looking.home)
    git(looking.home, "remote", "add", "origin", str(far))
    git(looking.home, "fetch", "--quiet")
    tip = commit(looking.home, "more", "1\n")
    assert looking.trunks.tip(looking.agent) == tip
    choose(looking.root, "remote", ["origin"])
    looking.trunks.heed()
    await until(lambda: looking.trunks.of(looking.agent).shared)
    before = git(looking.home, "rev-parse", "origin/main")
    assert looking.told == [TrunkMoved(looking.root, tip, before)]
    git(looking.home, "push", "--quiet", "origin", "main")
    await looking.look(lambda: len(looking.told) == 2)
    assert looking.told[1] == TrunkMoved(looking.root, before, tip)


async def test_what_was_chosen_for_the_project_around_it_holds(looking: Looking, tmp_path: Path) -> None:
    git(looking.home, "branch", "dev")
    looking.known.folder = str(tmp_path)
    choose(str(tmp_path), "base", ["dev"])
    assert looking.trunks.of(looking.agent).base == "dev"


async def test_the_folder_itself_belongs_to_the_repository_around_it(looking: Looking, tmp_path: Path) -> None:
    (looking.home / "src").mkdir()
    git(looking.home, "worktree", "add", "--quiet", "-b", "side", str(tmp_path / "side"))
    for folder in (looking.home, looking.home / "src", tmp_path / "side"):
        assert looking.trunks.root_of(agent_at(str(folder))) == looking.root
    (tmp_path / "plain").mkdir()
    plain = agent_at(str(tmp_path / "plain"))
    assert looking.trunks.of(plain) == Coordination(root=plain.folder, operator="")


async def test_one_that_cannot_be_read_says_so_once_and_stays_as_it_was(looking: Looking, tmp_path: Path) -> None:
    known = looking.trunks.of(looking.agent)
    away = looking.home.rename(tmp_path / "away")
    await looking.look(lambda: looking.told)
    await looking.look(lambda: True)
    assert looking.trunks.of(looking.agent) == known
    (warned,) = looking.told
    assert isinstance(warned, Warned)
    assert "git cannot read" in warned.text
    away.rename(looking.home)
    await looking.look(lambda: True)
    looking.trunks.look("/elsewhere")
    assert looking.told == [warned]
    looking.trunks.stop()
