"""One repository, its trunk, and agents in workspaces of their own, for the tests of what keeps them on trunk."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from muxer.events import AgentChanged, Event, TrunkMoved, WorkChanged
from muxer.exchange.syncing import Syncer
from muxer.fleet.agent import Agent
from muxer.fleet.agents import place_of_agent
from muxer.model import PaneId, State, Verdict
from muxer.store.agents import KnownAgent, add_agent
from muxer.store.database import Store, open_store
from muxer.work import Coordination, Standing
from muxer.workspaces.making import make
from muxer.workspaces.repository import ground_of
from muxer.workspaces.standing import standing_of
from tests.fleet.delivering import small_cli
from tests.house import until
from tests.workspaces.repositories import commit, git, repository


class Ground:
    """One repository, its trunk, and agents in workspaces of their own."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.home = repository(folder / "home")
        self.trees = folder / "trees"
        git(self.home, "worktree", "add", "--quiet", "-b", "muxer/trunk", str(folder / "trunk"))
        self.agents: dict[PaneId, Agent] = {}
        self.notes: list[tuple[str, str]] = []
        self.told: list[Event] = []
        self.looks = 0
        self.inside: list[PaneId] = []
        """Where somebody looks just now."""
        self.seen: dict[PaneId, Standing] = {}
        self.store: Store
        self.syncer: Syncer

    async def open(self) -> None:
        self.store, _ = await open_store(
            str(self.folder / "facts.db"), on_logged=lambda _: None, on_trouble=lambda _: None
        )
        self.syncer = Syncer(
            self.agents, self.store, self.tell, seen=lambda agent: self.seen.get(agent.pane), look=self.look,
            trunk=lambda _: self.trunk, verdict=lambda agent: agent.verdict, put=self.put,
        )  # fmt: skip

    async def next_host(self) -> None:
        await self.rest()
        self.syncer.stop()
        await self.store.close()
        await self.open()
        await self.syncer.learn()

    @property
    def trunk(self) -> Coordination:
        tip = git(self.home, "rev-parse", "muxer/trunk")
        return Coordination(root=str(self.home), operator="ada", base="main", trunk="refs/heads/muxer/trunk", tip=tip)

    def tell(self, event: Event) -> None:
        self.told.append(event)
        self.syncer.heard(event)

    async def look(self, agent: Agent) -> Standing:
        self.looks += 1
        self.inside.append(agent.pane)
        assert self.inside.count(agent.pane) == 1, "two at once"
        await self.read(agent)
        self.inside.remove(agent.pane)
        return self.seen[agent.pane]

    async def read(self, agent: Agent) -> None:
        self.seen[agent.pane] = await asyncio.to_thread(standing_of, place_of_agent(agent), self.trunk.tip)

    async def stir(self, agent: Agent) -> None:
        """Its workspace changed, and somebody saw it."""
        await self.read(agent)
        self.tell(WorkChanged(agent.pane))
        await self.rest()

    async def put(self, agent: Agent, text: str, *, sender: str, kind: str) -> int:
        assert (sender, kind) == ("muxer", "sync")
        self.notes.append((agent.token, text))
        return len(self.notes)

    async def agent(self, name: str, kind: str = "worktree", state: State = "idle") -> Agent:
        ground = ground_of(str(self.home))
        assert ground
        place = make(kind, ground, name=name, under=str(self.trees))  # type: ignore[arg-type]
        number = await self.store.ask(add_agent, KnownAgent(name=name, cli="small"))
        agent = Agent(number, f"p{number}", small_cli(), token=name, folder=place.folder, spawned_at=1.0)
        agent.workspace, agent.branch, agent.source = place.kind, place.branch, place.source
        agent.verdict = Verdict(state=state)
        self.agents[agent.pane] = agent
        git(place.folder, "config", "user.name", "Ada Lovelace")
        git(place.folder, "config", "user.email", "ada@example.org")
        return agent

    def promote(self, name: str, text: str) -> str:
        before = self.trunk.tip
        after = commit(self.folder / "trunk", name, text)
        self.tell(TrunkMoved(str(self.home), before, after))
        return after

    def turn(self, agent: Agent, state: State) -> None:
        agent.verdict = Verdict(state=state)
        self.tell(AgentChanged(agent.pane))

    async def rest(self) -> None:
        """Nothing is under way any more."""
        await until(lambda: not self.syncer._tasks, "the end of it")

    def why(self, agent: Agent) -> str:
        sync = self.syncer.pending.get(agent.pane)
        return sync.why if sync else ""

    def head(self, agent: Agent) -> str:
        return git(agent.folder, "rev-parse", "HEAD")


@asynccontextmanager
async def ground_in(folder: Path) -> AsyncIterator[Ground]:
    made = Ground(folder)
    await made.open()
    yield made
    await made.rest()
    made.syncer.stop()
    await made.store.close()
