"""Keeps workspaces on trunk: each clean one whose agent rests is rebased in memory and moved in one safe step.

What keeps one from it is written down, and looked at again when that changes. A conflict changes nothing.
"""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, replace
from time import time
from typing import Literal

from muxer.errors import MuxerError
from muxer.events import AgentChanged, Event, PaneClosed, TrunkMoved, WorkChanged
from muxer.exchange.courtesy import (
    ASKED,
    GIVEN_UP,
    MOVING,
    RESTS,
    SENDER,
    Put,
    busy,
    conflict,
    conflict_note,
    moved_note,
    obstacle,
    trunk_name,
    waits_for_agent,
)
from muxer.fleet.agent import Agent
from muxer.fleet.agents import place_of_agent
from muxer.model import PaneId, Verdict
from muxer.store import syncs as records
from muxer.store.database import Store
from muxer.store.syncs import Sync
from muxer.work import Coordination, Standing
from muxer.workspaces.bringing import has_trunk
from muxer.workspaces.commits import counts, is_ancestor
from muxer.workspaces.merging import paths_between, rebased
from muxer.workspaces.moving import move_workspace

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of a workspace that was looked at."""

    what: Literal["current", "moved", "waits", "left"]
    words: str


class Syncer:
    """For all workspaces of a host; it hears every event."""

    def __init__(
        self, agents: Mapping[PaneId, Agent], store: Store, tell: Callable[[Event], None], *,
        seen: Callable[[Agent], Standing | None], look: Callable[[Agent], Awaitable[Standing]],
        trunk: Callable[[Agent], Coordination], verdict: Callable[[Agent], Verdict], put: Put,
    ) -> None:  # fmt: skip
        self._agents, self._store, self._tell = agents, store, tell
        self._seen, self._look, self._trunk, self._verdict, self._put = seen, look, trunk, verdict, put
        self.wanted: Callable[[Agent], bool] = lambda _agent: True
        """Is its workspace to be moved without anybody asking for that?"""
        self.pending: dict[PaneId, Sync] = {}
        """Those that are to be moved, and what they wait for."""
        self._current: dict[PaneId, tuple[str, str]] = {}
        """Heads that were found to have that tip of trunk."""
        self._tasks: dict[PaneId, asyncio.Task[Outcome]] = {}
        self._again: set[PaneId] = set()
        """What happened to them meanwhile is to be looked at, too."""
        self._telling: PaneId = ""
        """Of which one others are told just now."""
        self._ended = False

    async def learn(self) -> None:
        """Go on where the last host was, once agents are known."""
        panes = {agent.id: pane for pane, agent in self._agents.items()}
        for sync in await self._store.read(records.syncs):
            if pane := panes.get(sync.agent):
                self.pending[pane] = sync
        for pane in self._agents:
            self.heed(pane)

    # ---- what people ask

    async def sync(self, agent: Agent, *, urged: bool = False) -> Outcome:
        """Move its workspace onto trunk if that can be done now; if `urged`, also under an agent that works."""
        await self._done(agent)
        if (sync := self.pending.get(agent.pane)) and sync.why == GIVEN_UP:
            self._note(agent, replace(sync, why=ASKED))
        return await asyncio.shield(self._start(agent, asked=True, urged=urged))

    async def abort(self, agent: Agent) -> Outcome:
        """Leave it where it is until trunk moves again, if it waits."""
        await self._done(agent)
        sync = self.pending.get(agent.pane)
        if sync is None:
            return Outcome("left", "nothing waits there")
        self._note(agent, replace(sync, why=GIVEN_UP))
        return Outcome("left", GIVEN_UP)

    async def _done(self, agent: Agent) -> None:
        """What is under way there is over."""
        while task := self._tasks.get(agent.pane):
            await asyncio.wait([task])

    # ---- what happens

    def heard(self, event: Event) -> None:
        """Something happened."""
        match event:
            case TrunkMoved(root):
                for pane, agent in self._agents.items():
                    if agent.workspace != "here" and self._trunk(agent).root == root:
                        self.heed(pane)
            case WorkChanged(pane) if pane != self._telling:
                self.heed(pane)
            case AgentChanged(pane) if self._rests_now(pane):
                self.heed(pane)
            case PaneClosed(pane):
                self._current.pop(pane, None)
                if sync := self.pending.pop(pane, None):
                    self._store.note(records.end_sync, sync.agent)
            case _:
                pass

    def heed(self, pane: PaneId) -> None:
        """Something about a workspace is another: soon, see whether it is to be moved."""
        agent = self._agents.get(pane)
        if agent is None or self._ended or agent.workspace == "here" or not self.wanted(agent):
            return
        if pane in self._tasks:
            self._again.add(pane)
        elif not self._is_current(agent):
            self._start(agent)

    def stop(self) -> None:
        """Begin nothing any more; the next host goes on."""
        self._ended = True
        for task in self._tasks.values():
            task.cancel()

    def _is_current(self, agent: Agent) -> bool:
        """Whatever is another there, has it all of trunk?"""
        standing, known = self._seen(agent), self._current.get(agent.pane)
        return (
            standing is not None and agent.pane not in self.pending and known == (standing.head, self._trunk(agent).tip)
        )

    def _rests_now(self, pane: PaneId) -> bool:
        """Was only its agent in the way?"""
        agent, sync = self._agents.get(pane), self.pending.get(pane)
        return agent is not None and sync is not None and waits_for_agent(sync.why) and agent.verdict.state in RESTS

    def _start(self, agent: Agent, *, asked: bool = False, urged: bool = False) -> asyncio.Task[Outcome]:
        task = asyncio.get_running_loop().create_task(self._settle(agent, asked=asked, urged=urged))
        self._tasks[agent.pane] = task
        task.add_done_callback(lambda _: self._over(agent.pane, task))
        return task

    def _over(self, pane: PaneId, task: asyncio.Task[Outcome]) -> None:
        del self._tasks[pane]
        if not task.cancelled() and (error := task.exception()):
            log.error("the workspace of %s cannot be brought onto trunk", pane, exc_info=error)
        if pane in self._again:
            self._again.discard(pane)
            self.heed(pane)

    # ---- how

    async def _settle(self, agent: Agent, *, asked: bool, urged: bool) -> Outcome:
        if agent.workspace == "here":
            return Outcome("left", "it works in the folder itself, which muxer never moves")
        trunk = self._trunk(agent)
        if not trunk.tip:
            return Outcome("current", "nothing was promoted yet")
        try:
            standing = None if asked else self._seen(agent)
            if standing is None or not obstacle(standing, self._verdict(agent), trunk, urged=urged):
                standing = await self._look(agent)
            return await self._sync(agent, trunk, standing, urged=urged)
        except MuxerError as error:
            return self._waits(agent, trunk.tip, str(error))

    async def _sync(self, agent: Agent, trunk: Coordination, standing: Standing, *, urged: bool) -> Outcome:
        place = place_of_agent(agent)
        if not standing.head:
            return self._waits(agent, trunk.tip, standing.why) if agent.pane in self.pending else _left(standing)
        if await asyncio.to_thread(has_trunk, place, standing.head, trunk.tip):
            return await self._arrived(agent, trunk, standing.head)
        known = self.pending.get(agent.pane)
        if known and (known.onto, known.why) == (trunk.tip, GIVEN_UP):
            return Outcome("left", GIVEN_UP)
        if why := obstacle(standing, self._verdict(agent), trunk, urged=urged):
            return self._waits(agent, trunk.tip, why)
        made = await asyncio.to_thread(rebased, place.folder, standing.head, trunk.tip)
        if made.conflicts:
            return await self._conflicts(agent, trunk, made.conflicts, standing.head, made.at or standing.head)
        return await self._move(agent, trunk, standing.head, made.sha, urged=urged)

    async def _move(self, agent: Agent, trunk: Coordination, old: str, new: str, *, urged: bool) -> Outcome:
        """It is written down first: whoever is killed in between, the next host knows what to tell the agent."""
        self._note(agent, self._made(agent, trunk.tip, MOVING, f"{old} {new}"))
        try:
            await self._store.ask(lambda _connection: None)
            if why := "" if urged else busy(self._verdict(agent)):
                return self._waits(agent, trunk.tip, why)
            await asyncio.to_thread(move_workspace, place_of_agent(agent), old=old, new=new)
        except MuxerError as error:
            return self._waits(agent, trunk.tip, str(error))
        return await self._arrived(agent, trunk, new)

    async def _conflicts(
        self, agent: Agent, trunk: Coordination, paths: tuple[str, ...], head: str, commit: str
    ) -> Outcome:
        """Its agent is told once of each head and each tip of trunk."""
        both = f"{head} {trunk.tip}"
        if self._told(agent) != both:
            await self._put(agent, conflict_note(paths, trunk, commit), sender=SENDER, kind="sync")
        return self._waits(agent, trunk.tip, conflict(paths, trunk), both)

    async def _arrived(self, agent: Agent, trunk: Coordination, head: str) -> Outcome:
        """It has trunk; also where its agent did that itself."""
        self._current[agent.pane] = head, trunk.tip
        outcome = Outcome("current", f"it has all of {trunk_name(trunk)}")
        sync = self.pending.get(agent.pane)
        if sync is None:
            return outcome
        if sync.why == MOVING and (text := await asyncio.to_thread(_moved, agent, trunk, sync.told, head)):
            await self._put(agent, text, sender=SENDER, kind="sync")
            outcome = Outcome("moved", text.partition(": ")[0])
        if self.pending.pop(agent.pane, None):
            self._store.note(records.end_sync, agent.id)
            self._changed(agent)
        return outcome

    # ---- what waits

    def _waits(self, agent: Agent, onto: str, why: str, told: str = "") -> Outcome:
        self._note(agent, self._made(agent, onto, why, told or self._told(agent)))
        return Outcome("waits", why)

    def _told(self, agent: Agent) -> str:
        """What its agent was told of last."""
        sync = self.pending.get(agent.pane)
        return sync.told if sync and sync.why != MOVING else ""

    def _made(self, agent: Agent, onto: str, why: str, told: str) -> Sync:
        known = self.pending.get(agent.pane)
        return Sync(agent=agent.id, onto=onto, why=why, told=told, since=known.since if known else time())

    def _note(self, agent: Agent, sync: Sync) -> None:
        known = self.pending.get(agent.pane)
        if known == sync or agent.pane not in self._agents:
            return
        self.pending[agent.pane] = sync
        self._store.note(records.note_sync, sync)
        if known is None or known.why != sync.why:
            self._changed(agent)

    def _changed(self, agent: Agent) -> None:
        """Others want to know that; for ourselves it is no news."""
        self._telling = agent.pane
        self._tell(WorkChanged(agent.pane))
        self._telling = ""


def _left(standing: Standing) -> Outcome:
    return Outcome("left", standing.why or "it has no commit")


def _moved(agent: Agent, trunk: Coordination, told: str, head: str) -> str:
    """What is to be said of that move; nothing, if it never came to be."""
    old, new = told.split()
    if not is_ancestor(agent.folder, new, head):
        return ""
    commits, _ = counts(agent.folder, new, trunk.tip)
    return moved_note(trunk, old, new, commits=commits, paths=paths_between(agent.folder, old, new))
