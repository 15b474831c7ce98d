"""Where trunk is in each repository that agents work on, looked at again when its references or settings change."""

import asyncio
import logging
from collections.abc import Callable
from typing import Protocol

from muxer.errors import MuxerError
from muxer.events import Event, TrunkMoved, Warned
from muxer.fleet.agent import Agent
from muxer.fleet.projects import repository_of
from muxer.settings.project_settings import ProjectSettings, read_project
from muxer.store.projects import Project
from muxer.work import Coordination
from muxer.workspaces.coordination import coordination_of
from muxer.workspaces.repository import ground_of

log = logging.getLogger(__name__)


class Knowing(Protocol):
    """Knows projects."""

    def of(self, folder: str) -> Project | None:
        """The one that a folder belongs to."""


def rules_of(projects: Knowing, root: str) -> ProjectSettings:
    """How work goes in a repository: as was said for the project around it, or for itself."""
    project = projects.of(root)
    return read_project(project.folder if project else root)


class Trunks:
    """Of all repositories that agents work on."""

    def __init__(self, projects: Knowing, tell: Callable[[Event], None]) -> None:
        self._projects, self._tell = projects, tell
        self.on_changed: list[Callable[[Coordination], None]] = []
        """It is coordinated otherwise now, or just known."""
        self._known: dict[str, Coordination] = {}
        self._roots: dict[str, str] = {}
        """The repository around each folder that an agent works in itself."""
        self._troubles: dict[str, str] = {}
        """What keeps each from being known as it is now."""
        self._looks: dict[str, asyncio.Task[tuple[Coordination, str]]] = {}
        self._again: set[str] = set()

    # ---- which

    def of(self, agent: Agent) -> Coordination:
        """How its work comes together with that of others; it raises nothing."""
        root = self.root_of(agent)
        return self._known[root] if root in self._known else self._learned(root, *self._found(root))

    def tip(self, agent: Agent) -> str:
        """Where its trunk is; empty where nobody can tell."""
        return self.of(agent).tip

    def known(self, root: str) -> Coordination | None:
        """How work comes together there; None where nobody asked yet."""
        return self._known.get(root)

    def root_of(self, agent: Agent) -> str:
        """The repository that its work is of; its own folder where that is in none."""
        if agent.workspace != "here" and agent.source:
            return agent.source
        if agent.folder not in self._roots:
            try:
                ground = ground_of(agent.folder)
            except MuxerError:
                ground = None
            if ground is None:
                return agent.folder
            self._roots[agent.folder] = repository_of(ground.root) or ground.root
        return self._roots[agent.folder]

    # ---- what happens

    def look(self, root: str) -> None:
        """Soon, see where its trunk is now; a repository that nobody asked about is nobody's concern."""
        if root not in self._known:
            return
        if root in self._looks:
            self._again.add(root)
            return
        task = asyncio.get_running_loop().create_task(asyncio.to_thread(self._found, root))
        self._looks[root] = task
        task.add_done_callback(lambda _: self._looked(root, task))

    def heed(self) -> None:
        """Settings of projects are others: look at all."""
        for root in [*self._known]:
            self.look(root)

    def stop(self) -> None:
        """Look at nothing any more."""
        for task in self._looks.values():
            task.cancel()

    def _looked(self, root: str, task: asyncio.Task[tuple[Coordination, str]]) -> None:
        del self._looks[root]
        if task.cancelled():
            return
        if error := task.exception():
            log.error("the trunk of %s cannot be looked at", root, exc_info=error)
        else:
            self._learned(root, *task.result())
        if root in self._again:
            self._again.discard(root)
            self.look(root)

    def _found(self, root: str) -> tuple[Coordination, str]:
        """As it is now; as it was, and why, where that cannot be read."""
        try:
            return coordination_of(root, rules_of(self._projects, root).project), ""
        except MuxerError as error:
            return self._known.get(root) or Coordination(root=root, operator=""), str(error)

    def _learned(self, root: str, now: Coordination, why: str) -> Coordination:
        if why and self._troubles.get(root) != why:
            self._tell(Warned(why))
        self._troubles[root] = why
        before = self._known.get(root)
        if before == now:
            return now
        self._known[root] = now
        if before and now.tip and before.tip != now.tip:
            self._tell(TrunkMoved(root, before.tip, now.tip))
        for heard in self.on_changed:
            heard(now)
        return now
