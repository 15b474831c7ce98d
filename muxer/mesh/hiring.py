"""Agents that have agents spawned, and end those: as far as the settings of their project let them."""

from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace

from muxer.config import Project
from muxer.errors import MuxerError
from muxer.fleet.agent import Agent
from muxer.fleet.agents import Agents
from muxer.fleet.projects import Projects
from muxer.fleet.spawning import Spawned, Spawner, Wanted
from muxer.settings.project_settings import read_project
from muxer.store.agents import agent_numbered
from muxer.store.database import Store


def refusal(parent: Agent, wanted: Wanted, rules: Project, *, has: int, depth: int) -> str:
    """Why that agent may not have this one, in one line; empty if it may. `depth`: how many are above it."""
    project, clis = parent.project, rules.spawn_clis
    reasons = (
        (parent.rank == "observer", "you are an observer: you may read, and answer what you are asked"),
        (not project, "agents have agents only in a project: ask the person for muxer project add"),
        (
            not rules.spawns,
            f"agents may have none of their own here: muxer project set {project} spawns 2, by a person, lets them",
        ),
        (
            has >= rules.spawns,
            f"you have {has} of your own, and spawns of {project} is {rules.spawns}: kill_peer one that is done",
        ),
        (
            depth >= rules.spawns_deep,
            f"you were spawned by an agent, and spawns_deep of {project} is {rules.spawns_deep}: ask the person",
        ),
        (bool(clis) and wanted.cli not in clis, f"spawn_clis of {project} is {', '.join(clis)}: choose one as cli"),
        (wanted.auto and not parent.auto, "you ask before you act, and so does whoever you spawn: leave off auto"),
    )
    return next((why for refused, why in reasons if refused), "")


class Hiring:
    """One for the host."""

    def __init__(self, agents: Agents, projects: Projects, spawner: Spawner, store: Store) -> None:
        self._agents, self._projects, self._spawner, self._store = agents, projects, spawner, store
        self._coming: Counter[int] = Counter()
        """How many are being spawned, by whose they will be."""

    async def spawn(self, parent: Agent, wanted: Wanted) -> Spawned:
        """An agent of that agent's own, in its project and its circle, and of no rank. Raises MuxerError."""
        cli = wanted.cli or parent.cli.name
        wanted = replace(
            wanted, cli=cli, command=(), project=parent.project, circle=parent.circle, rank="agent", parent=parent.id,
            adopt="", policy="never",
        )  # fmt: skip
        with self._counted(parent) as has:
            if why := refusal(parent, wanted, self._rules(parent), has=has, depth=len(await self.above(parent))):
                raise MuxerError(why)
            return await self._spawner.spawn(wanted)

    async def must_be_own(self, parent: Agent, agent: Agent) -> None:
        """Raises MuxerError for one that neither it nor one of its own had spawned."""
        if parent.id not in await self.above(agent):
            name = self._agents.facts(agent).name
            raise MuxerError(f"{name} was not spawned by you: whoever spawned it ends it, or the person")

    async def above(self, agent: Agent) -> list[int]:
        """Who had it spawned, who had that one spawned, and so on; also those that are gone."""
        parents = {one.id: one.parent for one in self._agents.living.values()}
        line: list[int] = []
        parent = agent.parent
        while parent is not None and parent not in line:
            line.append(parent)
            if parent in parents:
                parent = parents[parent]
            else:
                known = await self._store.read(agent_numbered, parent)
                parent = known.parent if known else None
        return line

    @contextmanager
    def _counted(self, parent: Agent) -> Iterator[int]:
        """How many it has, with those that come."""
        living = sum(one.parent == parent.id for one in self._agents.living.values())
        has = living + self._coming[parent.id]
        self._coming[parent.id] += 1
        try:
            yield has
        finally:
            self._coming[parent.id] -= 1
            self._coming += Counter()  # those at nought are forgotten

    def _rules(self, parent: Agent) -> Project:
        """What holds in its project: only a person says it, and no file of the project's own."""
        return read_project(self._projects.find(parent.project).folder).project if parent.project else Project()
