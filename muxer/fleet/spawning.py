"""Spawns agents, and brings gone ones back: who each is is written down before its program starts.

What fails half way is undone, step by step; what was there before stays.
"""

import asyncio
import os
from collections.abc import Awaitable, Coroutine, Mapping
from contextlib import AsyncExitStack, suppress
from dataclasses import dataclass, replace
from secrets import token_urlsafe
from time import time
from typing import Any, NamedTuple, Protocol, TypeVar

from muxer.agents.spec import Cli
from muxer.config import PROJECT
from muxer.errors import MuxerError
from muxer.fleet import naming
from muxer.fleet.agent import Agent
from muxer.fleet.agents import Agents, agent_of, cli_of, place_of
from muxer.fleet.choosing import cli_named, usual_cli
from muxer.fleet.pane import Occupant, Pane
from muxer.fleet.panes import Panes
from muxer.fleet.projects import Projects, repository_of
from muxer.fleet.resuming import Resumer
from muxer.model import PaneId, Policy, SplitWay, Workspace
from muxer.paths import homely, private_folder
from muxer.settings.project_settings import read_project
from muxer.store import agents as records
from muxer.store.agents import KnownAgent
from muxer.store.database import Store
from muxer.workspaces import making
from muxer.workspaces.repository import Workplace, ground_of, slug

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
    prompt: str = ""
    model: str = ""
    effort: str = ""
    auto: bool = False
    project: str = ""
    cwd: str = ""
    """Where the person is."""
    workspace: Workspace | None = None
    policy: Policy = "never"


class _Ground(NamedTuple):
    """Where it is wanted."""

    project: str
    """Empty where there is none."""
    root: str
    """What its workspace is made from."""
    here: str
    """The folder itself."""


class Seat(NamedTuple):
    """Where on the screen it goes."""

    tab: str = ""
    way: SplitWay = "right"


class Spawned(NamedTuple):
    """An agent that lives now, and what there is to say of how it came to be."""

    agent: Agent
    said: str


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
        self._tasks: set[asyncio.Task[Any]] = set()

    # ---- a new one

    async def spawn(self, wanted: Wanted, seat: Seat = Seat()) -> Spawned:  # noqa: B008 - never changes
        """An agent in a pane of its own. Raises MuxerError, and leaves nothing behind then."""
        return await self._whole(self._spawn(wanted, seat))

    async def _spawn(self, wanted: Wanted, seat: Seat) -> Spawned:
        ground = self._ground(wanted)
        wanted, cli = await self._chosen(wanted, ground)
        if not wanted.command:
            self._launcher.must_find(cli)
        taken = self._panes.taken() | {known.name for known in await self._store.read(records.gone_agents)}
        name = wanted.name or naming.free_name(naming.named_for([wanted.stem or cli.short]), taken)
        with self._panes.reserve(name) as name:
            async with AsyncExitStack() as undo:
                place, said = await asyncio.to_thread(self._claim, wanted, ground, name)
                undo.push_async_callback(asyncio.to_thread, making.unclaim, place)
                known = await self._written(wanted, ground, place, name)
                undo.callback(self._store.note, records.drop_agent, known.id)
                undo.callback(self._launcher.forget, known.id)
                await asyncio.to_thread(making.fill, place)
                undo.push_async_callback(asyncio.to_thread, making.undo, place)
                agent = agent_of(known, self._around.clis)
                await self._move_in(agent, place, known, seat, prompt=wanted.prompt)
                undo.pop_all()
        return Spawned(agent, said)

    def _ground(self, wanted: Wanted) -> _Ground:
        """The project around the person, or the repository, or where they are."""
        cwd = wanted.cwd if os.path.isdir(wanted.cwd) else os.path.expanduser("~")
        projects = self._around.projects
        project = projects.find(wanted.project) if wanted.project else projects.of(cwd)
        if project is None:
            return _Ground("", repository_of(cwd) or cwd, cwd)
        return _Ground(project.name, project.folder, project.folder if wanted.project else cwd)

    async def _chosen(self, wanted: Wanted, ground: _Ground) -> tuple[Wanted, Cli]:
        """With all that a person left open, as far as there is one answer. Raises UsageError."""
        if wanted.command:
            return wanted, cli_of(wanted.command)
        named = wanted.cli
        if ground.project:
            settings = read_project(ground.root)
            kind = settings.project.workspace
            if not wanted.workspace and settings.origin((PROJECT, "workspace")) != "default":
                wanted = replace(wanted, workspace=kind)
            chosen = settings.origin((PROJECT, "cli")) != "default"
            if not named and chosen and await self._around.projects.may_run(settings):
                named = settings.project.cli
        clis = self._around.clis
        if named:
            cli = cli_named(named, clis)
        else:
            installed = [cli for cli in clis.values() if cli.binary and self._launcher.program(cli)]
            cli = usual_cli(installed, await self._store.read(records.last_cli))
        return replace(wanted, cli=cli.name), cli

    def _claim(self, wanted: Wanted, ground: _Ground, name: str) -> tuple[Workplace, str]:
        """Where it is to work, and what there is to say of that. Takes its time."""
        around = None if wanted.workspace == "here" else ground_of(ground.root)
        kind, said = making.choose(wanted.workspace, around, ground.root)
        if around is None or kind == "here":
            return Workplace(kind="here", folder=ground.here), said
        private_folder(self._under)
        project = slug(ground.project or os.path.basename(around.root)) or "project"
        return making.claim(kind, around, name=name, under=f"{self._under}/{project}"), said

    async def _written(self, wanted: Wanted, ground: _Ground, place: Workplace, name: str) -> KnownAgent:
        known = KnownAgent(
            name=name,
            cli=wanted.cli,
            project=ground.project,
            role=wanted.role,
            circle=wanted.circle,
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
            },
            spawned_at=time(),
        )
        return replace(known, id=await self._store.ask(records.add_agent, known))

    # ---- one that is gone

    async def restore(self, known: KnownAgent, seat: Seat = Seat()) -> Spawned:  # noqa: B008 - never changes
        """It lives again where it worked, and goes on with its own conversation if it can. Raises MuxerError."""
        return await self._whole(self._restore(known, seat))

    async def _restore(self, known: KnownAgent, seat: Seat) -> Spawned:
        if not os.path.isdir(known.folder):
            raise MuxerError(
                f"{homely(known.folder)}, where {known.name} worked, is gone: muxer spawn begins a new one"
            )
        if known.id in self._returning or known.id in {agent.id for agent in self._agents.living.values()}:
            raise MuxerError(f"{known.name} is back already: muxer agent ls shows it")
        self._returning.add(known.id)
        try:
            with self._panes.reserve(self._panes.free_name(known.name)) as name:
                known = replace(known, name=name, token=token_urlsafe(24))
                agent = agent_of(replace(known, spawned_at=time()), self._around.clis)
                session, why = await self._resumer.conversation(agent)
                prompt = "" if session else agent.prompt
                await self._move_in(agent, place_of(known), known, seat, prompt=prompt, resume=session)
        finally:
            self._returning.discard(known.id)
        return Spawned(agent, f"{why}, so it begins a new one" if why else "")

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
        self.parted(Workplace(kind=agent.workspace, folder=agent.folder, branch=agent.branch))

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
