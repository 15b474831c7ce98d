"""Spawns agents, and brings gone ones back: who each is is written down before its program starts.

What fails half way is undone, step by step; what was there before stays.
"""

import asyncio
import os
from collections.abc import Awaitable, Coroutine, Iterator, Mapping
from contextlib import AsyncExitStack, contextmanager, suppress
from dataclasses import dataclass, replace
from secrets import token_urlsafe
from time import time
from typing import Any, NamedTuple, Protocol, TypeVar

from msgspec import structs

from muxer.agents.spec import Cli
from muxer.config import PROJECT, Project
from muxer.errors import MuxerError, UsageError
from muxer.fleet import naming
from muxer.fleet.agent import Agent
from muxer.fleet.agents import Agents, agent_of, cli_of, place_of, place_of_agent
from muxer.fleet.choosing import cli_named, usual_cli
from muxer.fleet.housing import Block, Site, free_block, make_again, make_ready, setup_line
from muxer.fleet.pane import Occupant, Pane
from muxer.fleet.panes import Panes
from muxer.fleet.projects import Projects, repository_of
from muxer.fleet.resuming import Resumer
from muxer.model import PaneId, Policy, SplitWay, Workspace
from muxer.settings.project_settings import read_project
from muxer.store import agents as records
from muxer.store.agents import KnownAgent
from muxer.store.database import Store
from muxer.talk import Rank
from muxer.workspaces import making
from muxer.workspaces.repository import Workplace

T = TypeVar("T")


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """An agent as a person wants it. What is empty is chosen for them."""

    cli: str = ""
    command: tuple[str, ...] = ()
    """A program and its arguments, instead of a CLI."""
    name: str = ""
    stem: str = ""
    """What its name begins with, where only a free one will do."""
    role: str = ""
    circle: str = ""
    """Its project's name without one."""
    rank: Rank = "agent"
    parent: int | None = None
    """The agent that wants it."""
    prompt: str = ""
    model: str = ""
    effort: str = ""
    auto: bool = False
    project: str = ""
    cwd: str = ""
    """Where the person is."""
    workspace: Workspace | None = None
    adopt: str = ""
    """A worktree that a person made, where it is to work."""
    policy: Policy = "never"


class Seat(NamedTuple):
    """Where on the screen it goes."""

    tab: str = ""
    way: SplitWay = "right"


class Spawned(NamedTuple):
    """An agent that lives now, and what there is to say of how it came to be."""

    agent: Agent
    said: str
    resumed: bool = False
    """It goes on with its own conversation."""


class Around(Protocol):
    """What a spawner is among."""

    @property
    def clis(self) -> Mapping[str, Cli]:
        """What can be spawned, by name."""

    @property
    def projects(self) -> Projects:
        """Where agents work."""

    def open_pane(
        self, command: tuple[str, ...], *, cwd: str, tab: str, way: SplitWay, name: str, policy: Policy,
        occupant: Occupant,
    ) -> Awaitable[Pane]:  # fmt: skip
        """A program in a new pane. Raises SpawnFailed."""


class Spawner:
    """One for the host."""

    def __init__(
        self, agents: Agents, panes: Panes, store: Store, resumer: Resumer, *, around: Around, under: str
    ) -> None:
        self._agents, self._panes, self._store = agents, panes, store
        self._launcher, self._resumer, self._around = resumer.launcher, resumer, around
        self._under = under
        """The folder of all workspaces that are made."""
        agents.on_gone = self._gone
        self._locking = asyncio.Lock()
        """Who comes back at once is not to find the lock that is about to be taken away."""
        self._returning: set[int] = set()
        self._blocks: list[Block] = []
        """Ports of those that are about to live."""
        self._tasks: set[asyncio.Task[Any]] = set()

    # ---- a new one

    async def spawn(self, wanted: Wanted, seat: Seat = Seat()) -> Spawned:  # noqa: B008 - never changes
        """An agent in a pane of its own. Raises MuxerError, and leaves nothing behind then."""
        return await self._whole(self._spawn(wanted, seat))

    async def _spawn(self, wanted: Wanted, seat: Seat) -> Spawned:
        wanted, cli, site, said = await self._chosen(wanted, self._site(wanted))
        if not wanted.command:
            self._launcher.must_find(cli)
        gone = {known.name for known in await self._store.read(records.gone_agents)}
        taken = self._panes.taken() | gone  # from here until it is reserved, nothing else happens
        name = wanted.name or naming.free_name(naming.named_for([wanted.stem or cli.short]), taken)
        with self._panes.reserve(name) as name, self._ports(site.rules.ports) as ports:
            async with AsyncExitStack() as undo:
                if wanted.adopt:
                    place = await self._adopted(wanted.adopt)
                else:
                    place, more = await asyncio.to_thread(
                        make_ready, site, wanted.workspace, name=name, under=self._under
                    )
                    said += more
                    undo.push_async_callback(asyncio.to_thread, making.undo, place)
                known = await self._written(wanted, site, place, name, ports)
                undo.callback(self._store.note, records.drop_agent, known.id)
                undo.callback(self._launcher.forget, known.id)
                agent = agent_of(known, self._around.clis)
                await self._move_in(agent, place, known, seat, prompt=wanted.prompt)
                undo.pop_all()
            making.finished(place)
        return Spawned(agent, "\n".join(said))

    def _site(self, wanted: Wanted) -> Site:
        """The project around the person, or the repository, or where they are."""
        cwd = wanted.cwd if os.path.isdir(wanted.cwd) else os.path.expanduser("~")
        projects = self._around.projects
        project = projects.find(wanted.project) if wanted.project else projects.of(wanted.adopt or cwd)
        if project is None:
            return Site(project="", root=repository_of(cwd) or cwd, here=cwd)
        here = project.folder if wanted.project else cwd
        return Site(project=project.name, root=project.folder, here=here)

    async def _chosen(self, wanted: Wanted, site: Site) -> tuple[Wanted, Cli, Site, list[str]]:
        """With all that a person left open, as far as there is one answer. Raises UsageError."""
        named, said = wanted.cli, []
        if site.project:
            settings = read_project(site.root)
            rules = settings.project
            if not (wanted.workspace or wanted.command) and settings.origin((PROJECT, "workspace")) != "default":
                wanted = replace(wanted, workspace=rules.workspace)
            if wanted.adopt or wanted.workspace == "here":
                rules = structs.replace(rules, setup="")
            chosen = not (named or wanted.command) and settings.origin((PROJECT, "cli")) != "default"
            may = await self._around.projects.may_run(settings) if chosen or rules.setup else False
            named = rules.cli if chosen and may else named
            if rules.setup and not may:
                said = [f"the setup of {site.project} was not run: muxer project agree {site.project} lets it"]
                rules = structs.replace(rules, setup="")
            site = replace(site, rules=rules)
        if wanted.command:
            return wanted, cli_of(wanted.command), site, said
        clis = self._around.clis
        if named:
            cli = cli_named(named, clis)
        else:
            installed = [cli for cli in clis.values() if cli.binary and self._launcher.program(cli)]
            cli = usual_cli(installed, await self._store.read(records.last_cli))
        return replace(wanted, cli=cli.name), cli, site, said

    async def _adopted(self, folder: str) -> Workplace:
        place = await asyncio.to_thread(making.adopt, folder)
        if inside := next((one for one in self._agents.living.values() if one.folder == place.folder), None):
            name = self._agents.facts(inside).name
            raise UsageError(f"{name} works there: muxer spawn --workspace here adds another")
        return place

    @contextmanager
    def _ports(self, room: int, wanted: int = 0) -> Iterator[Block]:
        """A block that no living agent has, and none that is about to live."""
        taken = [*self._blocks, *(agent.ports for agent in self._agents.living.values())]
        block = free_block(room, taken, wanted)
        self._blocks.append(block)
        try:
            yield block
        finally:
            self._blocks.remove(block)

    async def _written(self, wanted: Wanted, site: Site, place: Workplace, name: str, ports: Block) -> KnownAgent:
        known = KnownAgent(
            name=name,
            cli=wanted.cli,
            project=site.project,
            role=wanted.role,
            circle=wanted.circle or site.project,
            rank=wanted.rank,
            parent=wanted.parent,
            workspace=place.kind,
            folder=place.folder,
            branch=place.branch,
            token=token_urlsafe(24),
            choices={
                "model": wanted.model,
                "effort": wanted.effort,
                "auto": wanted.auto,
                "prompt": wanted.prompt,
                "command": wanted.command,
                "policy": wanted.policy,
                "source": place.source,
                "adopted": bool(wanted.adopt),
                "setup": "" if place.kind == "here" or wanted.adopt else setup_line(site.rules),
                "ports": ports[0],
                "room": ports[1],
            },
            spawned_at=time(),
        )
        return replace(known, id=await self._store.ask(records.add_agent, known))

    # ---- one that is gone

    async def restore(self, known: KnownAgent, seat: Seat = Seat()) -> Spawned:  # noqa: B008 - never changes
        """It lives again where it worked, and goes on with its own conversation if it can. Raises MuxerError."""
        return await self._whole(self._restore(known, seat))

    async def _restore(self, known: KnownAgent, seat: Seat) -> Spawned:
        if known.id in self._returning or known.id in {agent.id for agent in self._agents.living.values()}:
            raise MuxerError(f"{known.name} is back already: muxer agent ls shows it")
        self._returning.add(known.id)
        room, wanted = int(known.choices.get("room", 0)), int(known.choices.get("ports", 0))
        try:
            with self._panes.reserve(self._panes.free_name(known.name)) as name, self._ports(room, wanted) as ports:
                said = await self._reopened(known)
                known = replace(known, name=name, token=token_urlsafe(24))
                agent = agent_of(replace(known, spawned_at=time()), self._around.clis)
                agent.ports = ports
                session, why = await self._resumer.conversation(agent)
                prompt = "" if session else agent.prompt
                await self._move_in(agent, place_of(known), known, seat, prompt=prompt, resume=session)
                choices = {"ports": ports[0], "room": ports[1], "kept": ""}
                self._store.note(
                    records.describe_agent, agent.id, role=agent.role, circle=agent.circle, choices=choices
                )
        finally:
            self._returning.discard(known.id)
        said += [f"{why}, so it begins a new one"] if why else []
        return Spawned(agent, "; ".join(said), resumed=bool(session))

    async def _reopened(self, known: KnownAgent) -> list[str]:
        """Its workspace, made again where that was put away, or removed by somebody."""
        if os.path.isdir(known.folder):
            return []
        if known.workspace == "here":
            raise MuxerError(f"{known.folder}, where {known.name} worked, is gone: muxer spawn begins a new one")
        place, kept = place_of(known), str(known.choices.get("kept", ""))
        rules = read_project(place.source).project if known.project else Project()
        return await asyncio.to_thread(make_again, place, rules, kept=kept)

    async def tidy(self) -> None:
        """What a host that was killed had not finished is taken away, unless somebody lives there after all."""
        for place in await asyncio.to_thread(lambda: list(making.half_made(self._under))):
            if await self._store.ask(records.drop_unhoused, place.folder):
                making.finished(place)
            else:
                await asyncio.to_thread(making.undo, place)

    # ---- moving in and out

    async def _move_in(
        self, agent: Agent, place: Workplace, known: KnownAgent, seat: Seat, *, prompt: str, resume: str = ""
    ) -> None:
        start, launch = self._resumer.launch(agent, known.name, prompt=prompt, resume=resume)

        def moves_in(pane: PaneId) -> None:
            agent.pane = pane
            self._agents.join(agent, known.name)
            self._store.note(records.place_agent, agent.id, pane, known.name, agent.token)

        async with self._locking:
            await asyncio.to_thread(making.lock, place, known.name)
        try:
            await self._around.open_pane(
                start.command, cwd=agent.folder, tab=seat.tab, way=seat.way, name=known.name,
                policy=known.choices.get("policy", "never"), occupant=Occupant(env=start.env, moves_in=moves_in),
            )  # fmt: skip
        except BaseException:
            self._agents.leave(agent.pane)
            self._store.note(records.part_agent, agent.id)
            self.parted(place)
            raise
        await self._resumer.began(agent, launch)

    def _gone(self, agent: Agent) -> None:
        self.parted(place_of_agent(agent))

    def parted(self, place: Workplace) -> None:
        """Who worked there is gone: whoever wants to remove it may."""

        async def unlock() -> None:
            with suppress(MuxerError):  # its repository may be gone as well
                async with self._locking:
                    await asyncio.to_thread(making.unlock, place)

        self._begin(unlock())

    def _begin(self, doing: Coroutine[Any, Any, T]) -> "asyncio.Task[T]":
        task = asyncio.ensure_future(doing)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        return task

    async def _whole(self, doing: Coroutine[Any, Any, T]) -> T:
        """To its end, whatever becomes of whoever asked for it."""
        return await asyncio.shield(self._begin(doing))
