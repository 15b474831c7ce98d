"""The runtime, wired once: panes, the screen they are shown on, and everybody who wants to hear what happens.

The screen is handed in as a Stage; this module knows no user interface.
"""

import asyncio
import logging
import os
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import replace
from functools import cached_property
from importlib import import_module
from time import time
from typing import TYPE_CHECKING, Any, Protocol

from muxer import __version__
from muxer.agents.spec import Cli
from muxer.bus.bus import LocalBus
from muxer.config import Config
from muxer.errors import MuxerError
from muxer.events import Event, PaneClosed, Warned
from muxer.fleet.agents import place_of
from muxer.fleet.clearing import Clearing
from muxer.fleet.crew import Crew
from muxer.fleet.descent import is_person
from muxer.fleet.history import History
from muxer.fleet.launcher import Launcher
from muxer.fleet.lifecycle import Evidence, status
from muxer.fleet.pane import Occupant, Pane
from muxer.fleet.panes import Panes
from muxer.fleet.projects import Projects
from muxer.fleet.restoring import bring_back, start_again
from muxer.fleet.resuming import Resumer
from muxer.fleet.spawning import Spawner
from muxer.fleet.supervisor import Supervisor
from muxer.mesh.mesh import Mesh
from muxer.model import ClientFacts, PaneFacts, PaneId, Policy, SplitWay, Status
from muxer.paths import HostPaths, config_folder
from muxer.store.database import Store
from muxer.store.log import newest
from muxer.store.panes import note_folder, number_of, runs_of
from muxer.terminal.custody import Custody
from muxer.terminal.terminal import Terminal
from muxer.wire.doorway import Doorway

if TYPE_CHECKING:  # it loads pygit2
    from muxer.exchange.exchange import Exchange

RECENT = 500
"""So many of the last reports of hooks are looked through."""

log = logging.getLogger(__name__)


class Stage(Protocol):
    """Where panes are shown."""

    def place(self, pane: PaneId, *, tab: str, way: SplitWay, show: bool) -> tuple[str, int, int]:
        """Make room for a pane that is about to be; its tab, columns and rows."""

    def place_tree(
        self, name: str, tree: Any, *, focus: PaneId, zoomed: bool
    ) -> tuple[str, dict[PaneId, tuple[int, int]]]:
        """Make a tab for a tree of panes that are about to be; what it is called, and each one's columns and rows."""

    def tab_data(self, tab: str) -> dict[str, Any]:
        """A tab (the shown one): name, tree, focus, zoomed. Raises UnknownName."""

    def open(self, pane: PaneId, terminal: Terminal) -> None:
        """The pane lives."""

    def close_pane(self, pane: PaneId) -> None:
        """The pane is gone, or never came to be."""

    def tab_of(self, pane: PaneId) -> str:
        """The name of the tab it lies in."""

    def resize_pane(self, pane: PaneId, cols: int, rows: int) -> None:
        """Give a pane that size, as far as its neighbours can spare it."""

    def focus(self, pane: PaneId) -> None:
        """Show it, and let people type into it from now on."""

    def act(self, action: str) -> None:
        """Do an action of the table, as a key would."""

    def clients(self) -> list[ClientFacts]:
        """Who is attached."""

    def dismiss_clients(self, reason: str) -> int:
        """Let every terminal go; how many there were."""

    async def offer_project(self, name: str, folder: str) -> str:
        """Is the folder to be kept as a project? `yes`, `later` or `never`."""

    async def ask_agreement(self, file: str, text: str) -> str:
        """May the commands of a project's file run, which says this now? `yes` or `no`."""


class Services:
    """What verbs work with."""

    def __init__(
        self, *, paths: HostPaths, config: Config, custody: Custody, panes: Panes, store: Store, bus: LocalBus
    ) -> None:
        self.paths = paths
        self.config = config
        self.panes = panes
        self.custody = custody
        self.store, self.bus = store, bus
        self.projects = Projects(store, self)
        self.stage: Stage
        self.doorway: Doorway
        self.listeners: list[Callable[[Event], None]] = []
        self.reload: Callable[[], Awaitable[dict[str, Any]]]
        self.on_empty: Callable[[], None] = lambda: None
        self.on_stop: Callable[[], None] = lambda: None
        self.supervisor = Supervisor(panes, store, close=self.close_pane, tell=self.tell)
        self.history = History(paths, say=lambda trouble: self.tell(Warned(trouble)))
        self.history.wanted = config.panes.history
        self.crew = Crew(store, panes, custody.dictation, self.tell)
        self.crew.going_on.wanted = config.agents.go_on
        self.agents, self.sentry = self.crew.agents, self.crew.sentry
        self.inbox, self.meter, self.hooked = self.crew.inbox, self.crew.meter, self.crew.hooked
        launcher = Launcher(paths, panes.env)
        self.resumer = Resumer(self.agents, panes, store, launcher, restart=self.supervisor.restart, tell=self.tell)
        self.resumer.deliver = self.inbox.put
        self.inbox.folder_of = lambda agent: launcher.folder_of(agent.id)
        self.spawner = Spawner(self.agents, panes, store, self.resumer, around=self, under=f"{paths.state}/worktrees")
        self.clearing = Clearing(self.agents, panes, store, launcher)
        self.mesh = Mesh(
            self.crew, panes, store, self.tell, projects=self.projects, spawner=self.spawner,
            limits=lambda: self.config.mesh, spool=f"{paths.state}/spool",
        )  # fmt: skip
        self.crew.on_hooked, self.crew.reminder = self.mesh.turns.told, self.mesh.turns.reminder
        panes.again = self.resumer.again
        panes.on_saved = self._saved
        panes.on_heard = self.crew.output
        self.begun = False
        """Is it seen what agents do in git?"""
        self._cut_off: list[Pane] = []

    @cached_property
    def exchange(self) -> "Exchange":
        """What workspaces give each other. Git takes longer to load than a first picture can wait."""
        from muxer.exchange.exchange import Exchange  # noqa: PLC0415 - as said

        return Exchange(self.crew, self.projects, self.store, self.tell, state=self.paths.state, env=self.panes.env)

    async def begin_exchange(self) -> None:
        """From now on, see what agents do in git."""
        await asyncio.to_thread(import_module, "muxer.exchange.exchange")
        self.begun = True
        await self.exchange.begin()

    def end_exchange(self) -> None:
        """See nothing any more, and begin nothing."""
        if self.begun:
            self.begun = False
            self.exchange.stop()

    def is_person(self, asker: int | None) -> bool:
        """Is it a person who asks by that process, or who sits at the screen (None), and no agent's program?"""
        return asker is None or is_person(asker, self.agents.programs())

    @property
    def clis(self) -> Mapping[str, Cli]:
        """What can be spawned, by name."""
        return self.crew.clis

    @property
    def terminals(self) -> Mapping[PaneId, Terminal]:
        """Every living pane's terminal."""
        return self.panes.terminals

    def tell(self, event: Event) -> None:
        """Something happened: everybody hears it, in order, and one who fails does not deafen the others."""
        for listener in tuple(self.listeners):
            try:
                listener(event)
            except Exception:  # the event pump is the one place that catches everything
                log.exception("a listener failed on %r", event)
        self.supervisor.heard(event)
        self.resumer.heard(event)  # it asks whose pane that was
        self.crew.heard(event)
        self.mesh.heard(event)
        if self.begun:
            self.exchange.heard(event)
        if isinstance(event, PaneClosed):
            self.history.forget(event.pane)
            if not self.panes.living:
                self.on_empty()

    def heed(self, config: Config) -> None:
        """These settings hold from now on."""
        if self.config.panes.history and not config.panes.history:
            self.history.forget_all()
        self.config = config
        self.history.wanted = config.panes.history
        self.crew.going_on.wanted = config.agents.go_on
        self.panes.heed(config)
        if self.begun:
            self.exchange.trunks.heed()

    # ---- panes

    def facts(self, pane: PaneId) -> PaneFacts:
        """What is known of a pane."""
        facts = self.panes.facts(pane, self.stage.tab_of(pane))
        agent = self.agents.of(pane)
        return replace(facts, project=(agent.project if agent else "") or self.projects.name_of(facts.cwd))

    def busy(self, pane: PaneId) -> str:
        """The program that closing it would end."""
        return self.panes.busy(pane)

    def status(self, pane: PaneId, *, waits: str = "") -> Status:
        """What it is doing, as far as can be seen at once; `waits` is what it waits for a person with."""
        return status(self._evidence(pane, waits))

    async def explain(self, pane: PaneId) -> Status:
        """The same, with all that the log knows."""
        runs = await self.store.read(runs_of, pane)
        hooks = await self.store.read(newest, RECENT, ("hook",))
        if self.agents.of(pane):
            self.sentry.look(pane)
        seen = replace(self._evidence(pane), runs=runs, hooks=[hook for hook in hooks if hook.subject == pane])
        return status(seen)

    def _evidence(self, pane: PaneId, waits: str = "") -> Evidence:
        found = self.panes.living.get(pane)
        if found is None:
            return Evidence(facts=None, now=time())
        agent = self.agents.of(pane)
        return Evidence(
            facts=self.facts(pane), now=time(), busy=self.busy(pane), waits=waits, heard_at=found.heard_at,
            agent=agent.verdict if agent else None,
        )  # fmt: skip

    async def open_pane(
        self, command: Sequence[str], *, cwd: str = "", tab: str = "", way: SplitWay = "right", name: str = "",
        show: bool = True, policy: Policy = "never", occupant: Occupant | None = None,
    ) -> Pane:  # fmt: skip
        """A program in a new pane. Raises SpawnFailed."""
        cwd = cwd or self._folder()
        pane = self.panes.new_id()
        _, cols, rows = self.stage.place(pane, tab=tab, way=way, show=show)
        try:
            return await self.start(
                pane, command, cwd=cwd, name=name, cols=cols, rows=rows, policy=policy, occupant=occupant
            )
        except MuxerError:
            self.stage.close_pane(pane)
            raise

    async def start(
        self, pane: PaneId, command: Sequence[str], *, cwd: str, name: str, cols: int, rows: int,
        policy: Policy = "never", occupant: Occupant | None = None,
    ) -> Pane:  # fmt: skip
        """A program in a pane that has its place already. Raises SpawnFailed."""
        opened = await self.panes.open(
            pane, command, cwd=cwd, name=name, cols=cols, rows=rows, policy=policy, occupant=occupant
        )
        self._show(opened)
        return opened

    def _folder(self) -> str:
        folder = os.environ.get("MUXER_CWD", "") or os.path.expanduser("~")
        return folder if os.path.isdir(folder) else "/"

    def _show(self, pane: Pane) -> None:
        self.stage.open(pane.id, pane.terminal)
        pane.terminal.start()

    async def recover(self) -> list[PaneId]:
        """Show what another host left."""
        await self.panes.recover()
        self._cut_off = await bring_back(self.panes, self.store, self.history)
        gone = await self.crew.learn(f"{config_folder()}/clis")
        for known in gone:
            self.spawner.parted(place_of(known))
        await self.mesh.learn()
        await self.spawner.tidy()
        await self.supervisor.learn()
        return sorted(self.panes.living, key=number_of)

    def show_recovered(self) -> None:
        """Their places stand: let them be seen."""
        for pane in tuple(self.panes.living.values()):
            self._show(pane)
        self.supervisor.begin()

    async def revive(self) -> None:
        """Start what a reboot cut off."""
        cut_off, self._cut_off = self._cut_off, []
        await start_again(cut_off, self.supervisor, self.tell, resumes=self.resumer.resumes)

    async def read_clis(self) -> None:
        """Know what can be spawned, and tell what is wrong in its files."""
        for trouble in await asyncio.to_thread(self.crew.troubles):
            self.tell(Warned(trouble))

    def _saved(self, pane: Pane) -> None:
        """What the next host needs when the runtime folder is gone, too."""
        self.history.keep(pane.id)
        if pane.shell and pane.exit is None and (folder := pane.folder) != pane.cwd:
            pane.cwd = folder
            self.store.note(note_folder, pane.id, folder)

    async def close_pane(self, pane: Pane) -> None:
        """Hang its program up and take it away."""
        self.stage.close_pane(pane.id)  # first, for the stage asks about whatever it shows
        await self.panes.forget(pane)

    # ---- everything

    def overview(self) -> dict[str, Any]:
        """What `muxer ls` shows."""
        return {
            "host": {"name": self.paths.name, "pid": os.getpid(), "version": __version__},
            "keeper": {"pid": self.custody.keeper_pid},
            "clients": self.stage.clients(),
            "panes": [self.facts(pane) for pane in self.panes.living],
        }
