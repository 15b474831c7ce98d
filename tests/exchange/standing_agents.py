"""Agents in workspaces of one repository, whose work is watched."""

import asyncio
import subprocess
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from pathlib import Path

from muxer.events import Event, PaneClosed, PaneOpened
from muxer.exchange.standings import Standings
from muxer.fleet.agent import Agent
from muxer.model import PaneId, Workspace
from muxer.work import Standing
from tests.fleet.delivering import small_cli
from tests.house import until
from tests.workspaces.repositories import git, repository
from tests.workspaces.watching_work import clone_of, tree_of

Move = tuple[PaneId, str, str]


class Crew:
    """What is told of them."""

    def __init__(self, folder: Path) -> None:
        self.shop = repository(folder / "shop")
        self.agents: dict[PaneId, Agent] = {}
        self.told: list[Event] = []
        self.moves: list[Move] = []
        self.roots: list[str] = []
        self.begin()

    def begin(self) -> None:
        self.standings = Standings(self.agents, self.tell, lambda _: self.tip)
        self.standings.on_moved.append(self._moved)
        self.standings.on_refs.append(self.roots.append)
        self.task = asyncio.create_task(self.standings.run())

    @property
    def tip(self) -> str:
        return git(self.shop, "rev-parse", "main")

    def tell(self, event: Event) -> None:
        self.told.append(event)
        self.standings.heard(event)

    def _moved(self, agent: Agent, before: Standing | None, now: Standing) -> None:
        self.moves.append((agent.pane, before.head if before else "", now.head))

    def add(self, name: str, kind: Workspace = "worktree") -> Agent:
        """An agent, and its pane opens."""
        pane = f"p{len(self.agents) + 1}"
        agent = Agent(len(self.agents) + 1, pane, small_cli(), token=name, folder=str(self.shop), spawned_at=0)
        agent.workspace = kind
        if kind != "here":
            place = tree_of(self.shop, name) if kind == "worktree" else clone_of(self.shop, name)
            agent.folder, agent.branch, agent.source = place.folder, place.branch, place.source
        self.agents[pane] = agent
        self.tell(PaneOpened(pane))
        return agent

    async def spawn(self, name: str, kind: Workspace = "worktree") -> Agent:
        """An agent that is watched."""
        agent = self.add(name, kind)
        await until(lambda: self.standings.of(agent.pane), "how it stands")
        await until(lambda: agent.folder in self.standings._watch._reaches, "its watch")
        await self.rest()
        return agent

    def part(self, agent: Agent) -> None:
        del self.agents[agent.pane]
        self.tell(PaneClosed(agent.pane))

    def of(self, agent: Agent) -> Standing:
        found = self.standings.of(agent.pane)
        assert found
        return found

    def moves_of(self, agent: Agent) -> list[tuple[str, str]]:
        return [(before, now) for pane, before, now in self.moves if pane == agent.pane]

    async def rest(self) -> None:
        """All that was done before this is told, and forgotten."""
        seen = -1
        while seen != len(self.told) + len(self.moves) + len(self.roots):
            seen = len(self.told) + len(self.moves) + len(self.roots)
            for _ in range(30):
                await asyncio.sleep(0.01)
        for told in (self.told, self.moves, self.roots):
            told.clear()

    async def end(self) -> None:
        self.standings.stop()
        await asyncio.wait([self.task])
        with suppress(asyncio.CancelledError):
            self.task.result()


@asynccontextmanager
async def crew_in(folder: Path) -> AsyncIterator[Crew]:
    made = Crew(folder)
    try:
        yield made
    finally:
        await made.end()


def kept(folder: Path | str) -> set[str]:
    """What muxer keeps there."""
    return {*git(folder, "for-each-ref", "--format=%(objectname)", "refs/muxer/kept").split()}


def tries(folder: str, *words: str) -> None:
    """Git does that, or stops in the middle."""
    with suppress(subprocess.CalledProcessError):
        git(folder, *words)
