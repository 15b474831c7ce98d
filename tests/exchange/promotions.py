"""A repository, agents in workspaces of their own, and who promotes their work: real git, real store, real checks."""

import asyncio
import os
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from muxer.events import Event
from muxer.exchange.promoting import Promoter
from muxer.exchange.proving import Proving
from muxer.exchange.pulling import Pulls
from muxer.fleet.agent import Agent
from muxer.fleet.agents import place_of_agent
from muxer.forge.forge import Forge
from muxer.forge.remote_urls import Hosted
from muxer.model import PaneId, Verdict
from muxer.settings.project_settings import ProjectSettings, choose, read_project
from muxer.store import projects as kept
from muxer.store.agents import KnownAgent, add_agent
from muxer.store.database import Store, open_store
from muxer.store.projects import Project
from muxer.work import Coordination, Standing
from muxer.workspaces.coordination import coordination_of
from muxer.workspaces.making import make
from muxer.workspaces.repository import BRANCHES, ground_of
from muxer.workspaces.standing import standing_of
from tests.fleet.delivering import small_cli
from tests.workspaces.repositories import git, repository


class Ground:
    """One host's promotions."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.home = repository(folder / "home")
        self.agents: dict[PaneId, Agent] = {}
        self.seen: dict[PaneId, Standing] = {}
        self.told: list[Event] = []
        self.notes: list[tuple[str, str]] = []
        self.moved: list[str] = []
        self.agreed = True
        self.asked = 0
        self.forge: Forge | None = None
        self.hosted: list[Hosted] = []
        self.projects: list[Project] = []
        self.store: Store
        self.proving: Proving
        self.promoter: Promoter

    async def open(self) -> None:
        self.store, _ = await open_store(
            str(self.folder / "facts.db"), on_logged=lambda _: None, on_trouble=lambda _: None
        )
        self.proving = Proving(self.told.append, under=f"{self.folder}/checks", env=os.environ)
        self.promoter = Promoter(
            self.agents, self.store, self.told.append, projects=self, proving=self.proving,
            pulls=Pulls(self.store, self, ref_of=self.ref_of, forge=self.found_forge),
            under=f"{self.folder}/promoting", name=lambda agent: agent.token,
            seen=lambda agent: self.seen.get(agent.pane), look=self.look, trunk=self.trunk_of, ref_of=self.ref_of,
            moved=self.moved.append, put=self.put,
        )  # fmt: skip

    async def next_host(self) -> None:
        self.proving.stop()
        await self.store.close()
        await self.open()
        self.proving.clear()
        await self.promoter.learn()

    # ---- what the promoter is handed

    def of(self, folder: str) -> Project | None:
        return next((one for one in self.projects if folder == one.folder), None)

    async def add(self, folder: str, name: str = "") -> Project:
        added = await self.store.ask(kept.add_project, name=name or "home", folder=folder)
        self.projects.append(added)
        return added

    async def may_run(self, settings: ProjectSettings) -> bool:
        assert settings.project.check
        self.asked += 1
        return self.agreed

    def trunk_of(self, _agent: Agent) -> Coordination:
        return self.trunk

    def ref_of(self, agent: Agent) -> str:
        return f"{BRANCHES}{agent.branch}"

    def found_forge(self, hosted: Hosted) -> Forge | None:
        self.hosted.append(hosted)
        return self.forge

    async def look(self, agent: Agent) -> Standing:
        seen = self.seen[agent.pane] = await asyncio.to_thread(standing_of, place_of_agent(agent), self.trunk.tip)
        return seen

    async def put(self, agent: Agent, text: str, *, sender: str, kind: str) -> int:
        assert (sender, kind) == ("muxer", "sync")
        self.notes.append((agent.token, text))
        return len(self.notes)

    # ---- what a test does

    @property
    def trunk(self) -> Coordination:
        return coordination_of(str(self.home), read_project(str(self.home)).project)

    @property
    def tip(self) -> str:
        return self.trunk.tip

    def set(self, name: str, *words: str) -> None:
        choose(str(self.home), name, words)

    async def agent(self, name: str, kind: str = "worktree", task: str = "") -> Agent:
        ground = ground_of(str(self.home))
        assert ground
        number = await self.store.ask(add_agent, KnownAgent(name=name, cli="small"))
        agent = Agent(number, f"p{number}", small_cli(), token=name, folder=str(self.home), spawned_at=1.0)
        if kind != "here":
            place = make(kind, ground, name=name, under=f"{self.folder}/trees")  # type: ignore[arg-type]
            agent.folder, agent.workspace = place.folder, place.kind
            agent.branch, agent.source = place.branch, place.source
            git(place.folder, "config", "user.name", "Ada Lovelace")
            git(place.folder, "config", "user.email", "ada@example.org")
        agent.verdict, agent.prompt = Verdict(state="idle"), task
        self.agents[agent.pane] = agent
        await self.look(agent)
        return agent

    def subjects(self, ref: str = "muxer/trunk") -> list[str]:
        return git(self.home, "log", "--topo-order", "--format=%s", ref).splitlines()

    def lost(self) -> list[str]:
        """Commits that no reference reaches."""
        said = git(self.home, "fsck", "--unreachable", "--no-reflogs", "--no-progress").splitlines()
        return [line.split()[2] for line in said if " commit " in line]


@asynccontextmanager
async def ground_in(folder: Path) -> AsyncIterator[Ground]:
    made = Ground(folder)
    await made.open()
    yield made
    made.proving.stop()
    await made.store.close()
