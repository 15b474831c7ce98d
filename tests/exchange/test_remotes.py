"""What of agents' work is shared, and when nothing is: real workspaces of every kind, and a real remote."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from muxer.events import Event, PaneChanged, PaneClosed, Warned
from muxer.exchange import links
from muxer.exchange.links import PeerMoved
from muxer.exchange.remotes import Remotes
from muxer.exchange.trunks import Trunks
from muxer.fleet.agent import Agent
from muxer.fleet.agents import place_of_agent
from muxer.model import PaneId, Workspace
from muxer.settings.project_settings import choose
from muxer.store.database import Store, open_store
from muxer.workspaces import publishing
from muxer.workspaces.making import make
from muxer.workspaces.repository import ground_of
from muxer.workspaces.standing import standing_of
from tests.exchange.test_trunks import Known
from tests.fleet.delivering import small_cli
from tests.house import until
from tests.workspaces.repositories import commit, git, repository
from tests.workspaces.transports import bare, closed


class Sharing:
    """One host's agents on one repository."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.home = repository(folder / "shop")
        self.root = str(self.home)
        self.far = bare(folder / "far.git", self.home)
        git(self.home, "remote", "add", "origin", str(self.far))
        git(self.home, "fetch", "--quiet")
        self.agents: dict[PaneId, Agent] = {}
        self.names: dict[PaneId, str] = {}
        self.told: list[Event] = []
        self.peers: list[PeerMoved] = []
        self.works_done = 0
        self.store: Store
        self.remotes: Remotes

    async def open(self) -> None:
        self.store, _ = await open_store(
            str(self.folder / "facts.db"), on_logged=lambda _: None, on_trouble=lambda _: None
        )
        self.trunks = Trunks(Known(), self.told.append)
        self.remotes = Remotes(
            self.agents, self.store, self.told.append, trunks=self.trunks, name=lambda agent: self.names[agent.pane]
        )
        self.trunks.on_changed.append(self.remotes.tend)
        self.remotes.on_peer_moved.append(self.peers.append)

    async def close(self) -> None:
        runs = [task for _, task in self.remotes._runs.values()]
        self.remotes.stop()
        self.trunks.stop()
        await asyncio.gather(*runs, *self.remotes._bringing.values(), return_exceptions=True)
        await self.store.close()

    async def next_host(self) -> None:
        await self.close()
        await self.open()
        for agent in self.agents.values():
            self.read(agent)

    def agent(self, name: str, kind: Workspace = "worktree") -> Agent:
        ground = ground_of(self.root)
        assert ground
        pane = f"p{len(self.agents) + 1}"
        agent = Agent(len(self.agents) + 1, pane, small_cli(), token=name, folder=self.root, spawned_at=1.0)
        if kind != "here":
            place = make(kind, ground, name=name, under=str(self.folder / "trees"))
            agent.folder, agent.branch, agent.source = place.folder, place.branch, place.source
        agent.workspace = kind
        self.agents[pane], self.names[pane] = agent, name
        return agent

    def read(self, agent: Agent) -> None:
        """Somebody read how it stands."""
        self.remotes.seen(agent, standing_of(place_of_agent(agent), ""))

    def works(self, agent: Agent, file: str = "mine") -> str:
        self.works_done += 1
        head = commit(agent.folder, file, f"{self.works_done}\n")
        self.read(agent)
        return head

    def far_refs(self) -> dict[str, str]:
        listed = git(self.far, "for-each-ref", "--format=%(refname) %(objectname)", "refs/heads/muxer/")
        return dict(line.split() for line in listed.splitlines())

    def lies(self, agent: Agent) -> str:
        return self.far_refs().get(self.remotes.ref_of(agent), "")

    @property
    def lines(self) -> list[str]:
        return [event.text for event in self.told if isinstance(event, Warned)]


@pytest.fixture
async def sharing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Sharing]:
    monkeypatch.setattr(links, "SETTLE", 0.05)
    made = Sharing(tmp_path)
    await made.open()
    yield made
    await made.close()


def share(sharing: Sharing) -> None:
    choose(sharing.root, "remote", ["origin"])
    sharing.trunks.heed()


async def test_nothing_is_pushed_before_somebody_said_so(sharing: Sharing) -> None:
    claude = sharing.agent("claude")
    head = sharing.works(claude)
    assert sharing.remotes.links == {}
    assert sharing.remotes.reach(sharing.root) is None
    assert sharing.remotes.published(claude) == ""
    assert sharing.far_refs() == {}
    share(sharing)
    await until(lambda: sharing.remotes.links)
    await until(lambda: sharing.lies(claude) == head)
    await until(lambda: sharing.remotes.published(claude) == "yes")
    choose(sharing.root, "remote", [])
    sharing.trunks.heed()
    await until(lambda: not sharing.remotes.links)


@pytest.mark.parametrize("kind", ["worktree", "clone"])
async def test_published_is_the_head_whatever_branch_it_is_on(sharing: Sharing, kind: Workspace) -> None:
    share(sharing)
    claude = sharing.agent("claude", kind)
    first = sharing.works(claude)
    await until(lambda: sharing.lies(claude) == first)
    git(claude.folder, "switch", "--quiet", "--create", "elsewhere")
    second = sharing.works(claude)
    await until(lambda: sharing.lies(claude) == second)
    git(claude.folder, "switch", "--quiet", "--detach")
    third = sharing.works(claude)
    await until(lambda: sharing.lies(claude) == third)
    assert sharing.far_refs().keys() == {f"refs/heads/{claude.branch}"}
    own = git(claude.folder, "rev-parse", claude.branch)
    assert own == first  # the branch is its agent's: who comes back to it finds it as it was


async def test_a_clone_is_seen_in_its_repository_also_where_nothing_is_shared(sharing: Sharing) -> None:
    claude = sharing.agent("claude", "clone")
    for _ in range(3):
        head = sharing.works(claude)
    await until(
        lambda: git(sharing.home, "for-each-ref", "--format=%(objectname)", f"refs/heads/{claude.branch}") == head
    )
    await until(lambda: not sharing.remotes._bringing)
    assert sharing.remotes.links == {}
    assert sharing.told == []


async def test_the_folder_itself_is_never_published_and_still_hears(sharing: Sharing) -> None:
    share(sharing)
    here = sharing.agent("here", "here")
    sharing.works(here)
    await until(lambda: sharing.remotes.links)
    link = sharing.remotes.links[sharing.root]
    await until(lambda: link._leases)
    head = git(sharing.home, "rev-parse", "HEAD")
    git(sharing.home, "push", "--quiet", "origin", f"{head}:refs/heads/muxer/bob/codex/work")
    sharing.remotes.look(sharing.root)
    await until(lambda: sharing.peers)
    assert sharing.peers == [PeerMoved(sharing.root, "bob", "codex", "", head)]
    assert set(sharing.far_refs()) == {"refs/heads/muxer/bob/codex/work"}
    assert sharing.remotes.published(here) == ""
    assert sharing.remotes._heads == {}


async def test_a_head_in_the_middle_of_a_rebase_is_not_published(sharing: Sharing) -> None:
    share(sharing)
    claude = sharing.agent("claude")
    base = git(claude.folder, "rev-parse", "HEAD")
    commit(claude.folder, "mine", "first\n")
    head = sharing.works(claude)
    await until(lambda: sharing.lies(claude) == head)
    await asyncio.to_thread(git, claude.folder, "-c", "sequence.editor=sed -i 1s/pick/edit/", "rebase", "-i", base)
    assert git(claude.folder, "rev-parse", "HEAD") != head
    sharing.read(claude)
    assert sharing.remotes._heads[claude.pane] == head
    newest = commit(claude.folder, "more", "1\n")
    sharing.read(claude)
    git(claude.folder, "reset", "--quiet", "--hard", newest)
    git(claude.folder, "rebase", "--quit")
    git(claude.folder, "switch", "--quiet", "--force-create", claude.branch)
    sharing.read(claude)
    await until(lambda: sharing.lies(claude) == newest)


async def test_revis_16_a_workspace_that_is_gone_or_broken_does_not_stop_the_others(sharing: Sharing) -> None:
    share(sharing)
    gone, clone, fine = sharing.agent("gone"), sharing.agent("odd-name", "clone"), sharing.agent("Zoë 7")
    Path(gone.folder).rename(sharing.folder / "away")
    sharing.works(clone)
    await until(lambda: sharing.lies(clone))
    Path(clone.folder, ".git").rename(sharing.folder / "lost")
    for broken in (gone, clone):
        sharing.read(broken)
    head = sharing.works(fine)
    await until(lambda: sharing.lies(fine) == head)
    assert sharing.remotes.ref_of(fine) == "refs/heads/muxer/ada-l/zoë-7/work"
    assert sharing.lines == []


async def test_revis_14_a_very_deep_repository_is_shared_like_any(tmp_path: Path, sharing: Sharing) -> None:
    deep = tmp_path / ("d" * 80) / ("e" * 80) / "shop"
    deep.parent.mkdir(parents=True)
    git(tmp_path, "clone", "--quiet", str(sharing.far), str(deep))
    git(deep, "config", "user.email", "ada.l@example.org")
    sharing.home, sharing.root = deep, str(deep)
    share(sharing)
    claude = sharing.agent("claude")
    head = sharing.works(claude)
    await until(lambda: sharing.lies(claude) == head)


async def test_who_adopted_a_branch_of_its_person_is_seen_by_its_name(sharing: Sharing) -> None:
    share(sharing)
    claude, twin = sharing.agent("claude"), sharing.agent("twin")
    git(twin.folder, "switch", "--quiet", "--create", "feature")
    twin.branch, sharing.names[twin.pane] = "feature", "claude"
    git(sharing.home, "config", "user.email", "ada.l@example.com")
    head = sharing.works(claude)
    sharing.works(twin)
    await until(lambda: sharing.lies(claude) == head)
    sharing.names[twin.pane] = "scout"
    newest = sharing.works(twin)
    await until(lambda: sharing.lies(twin) == newest)
    assert set(sharing.far_refs()) == {"refs/heads/muxer/ada-l/claude/work", "refs/heads/muxer/ada-l/scout/work"}
    assert "feature" not in git(sharing.far, "branch")


async def test_agents_keep_their_branch_when_their_person_is_called_otherwise(sharing: Sharing) -> None:
    share(sharing)
    claude = sharing.agent("claude")
    git(sharing.home, "config", "user.email", "somebody.else@example.org")
    sharing.trunks.heed()
    head = sharing.works(claude)
    await until(lambda: sharing.far_refs() == {"refs/heads/muxer/ada-l/claude/work": head})


async def test_revis_17_an_agent_whose_name_is_taken_is_published_once_it_has_another(sharing: Sharing) -> None:
    share(sharing)
    claude, codex = sharing.agent("claude"), sharing.agent("codex")
    theirs = commit(sharing.home, "theirs", "1\n")
    git(sharing.home, "push", "--quiet", "origin", f"{theirs}:refs/heads/{claude.branch}")
    git(sharing.home, "reset", "--quiet", "--hard", "HEAD^")
    head, side = sharing.works(claude), sharing.works(codex)
    await until(lambda: sharing.lies(codex) == side)
    await until(lambda: sharing.remotes.published(claude) == "its name is taken")
    await until(lambda: sharing.remotes.links[sharing.root].reach.tries)
    assert len(sharing.lines) == 1
    sharing.names[claude.pane] = "claudia"
    sharing.remotes.heard(PaneChanged(claude.pane))
    named = "refs/heads/muxer/ada-l/claudia/work"
    await until(lambda: sharing.far_refs().get(named) == head)
    await until(lambda: sharing.remotes.published(claude) == "yes")
    await sharing.next_host()
    newest = sharing.works(claude)
    await until(lambda: sharing.far_refs().get(named) == newest)
    assert sharing.far_refs()[f"refs/heads/{claude.branch}"] == theirs
    assert sharing.remotes.published(codex) == "yes"


async def test_a_remote_that_is_away_is_said_where_work_is_shown(sharing: Sharing) -> None:
    git(sharing.home, "remote", "set-url", "origin", closed())
    share(sharing)
    claude = sharing.agent("claude")
    sharing.works(claude)
    assert sharing.remotes.published(claude) == "soon"
    await until(lambda: sharing.remotes.published(claude) == "offline")
    git(sharing.home, "remote", "set-url", "origin", str(sharing.far))
    sharing.remotes.look(sharing.root)
    await until(lambda: sharing.remotes.published(claude) == "yes")


async def test_a_clone_that_cannot_be_brought_says_so_once(sharing: Sharing) -> None:
    claude = sharing.agent("claude", "clone")
    sharing.works(claude)
    await until(lambda: git(sharing.home, "for-each-ref", f"refs/heads/{claude.branch}"))
    git(sharing.home, "checkout", "--quiet", claude.branch)
    for _ in range(2):
        sharing.works(claude)
        await until(lambda: not sharing.remotes._bringing)
    (line,) = sharing.lines
    assert line.startswith("claude is not seen by others: muxer/ada-l/claude/work is checked out in")
    git(sharing.home, "checkout", "--quiet", "main")
    sharing.read(claude)
    head = git(claude.folder, "rev-parse", "HEAD")
    await until(lambda: git(sharing.home, "rev-parse", claude.branch) == head)


async def test_a_line_ends_with_the_last_agent(sharing: Sharing) -> None:
    share(sharing)
    claude, codex = sharing.agent("claude"), sharing.agent("codex")
    sharing.works(claude)
    await until(lambda: sharing.remotes.links)
    (run,) = sharing.remotes._runs.values()
    for agent in (claude, codex):
        del sharing.agents[agent.pane]
        sharing.remotes.heard(PaneClosed(agent.pane))
        assert bool(sharing.remotes.links) == bool(sharing.agents)
    await asyncio.wait([run[1]])
    assert publishing.shared_in(sharing.root, "origin").keys() <= sharing.far_refs().keys()
