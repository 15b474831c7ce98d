"""Finds what is new when a head moved, writes it down, tells that it was seen, and lets agents know of each other's.

Each commit is announced once: by its name, and by its patch where it was only moved. Old history is not.
"""

import asyncio
import logging
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

from muxer.errors import MuxerError
from muxer.events import AgentChanged, CommitSeen, Event, PaneClosed, WorkChanged
from muxer.exchange.announcing import summary_of
from muxer.exchange.courier import Courier
from muxer.exchange.links import PeerMoved
from muxer.fleet.agent import Agent
from muxer.fleet.agents import place_of_agent
from muxer.model import PaneId
from muxer.store import commits as records
from muxer.store.commits import Announced, Place
from muxer.store.database import Store
from muxer.work import Commit, Coordination, Relayed, Standing
from muxer.workspaces.repository import Workplace
from muxer.workspaces.sighting import Sighting, reaches, sighting

AGAIN = 2.0
"""Seconds after which is tried again what could not be written down."""

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Move:
    """A head that is another."""

    label: str
    """Whose: operator/agent."""
    place: Workplace
    head: str
    before: str = ""
    agent: Agent | None = None
    """None for one of another operator."""
    heeded: Callable[[], None] = field(default=lambda: None, compare=False)
    """It was looked at, and what is new is written down."""


class Relay:
    """For all agents of a host; it hears every event."""

    def __init__(
        self, agents: Mapping[PaneId, Agent], store: Store, tell: Callable[[Event], None], *, courier: Courier,
        trunk: Callable[[Agent], Coordination], seen: Callable[[PaneId], Standing | None],
    ) -> None:  # fmt: skip
        self._agents, self._store, self._tell = agents, store, tell
        self._courier, self._trunk, self._seen = courier, trunk, seen
        self._moves: dict[str, list[_Move]] = {}
        """What is to be looked at in each repository, in the order in which it happened."""
        self._looked: dict[PaneId, str] = {}
        """The heads that were looked at."""
        self._stirred: set[str] = set()
        self._tasks: dict[str, asyncio.Task[None]] = {}
        self._due: dict[str, asyncio.TimerHandle] = {}
        self._open = False

    def learn(self) -> None:
        """Go on where the last host was, once agents are known."""
        self._open = True
        for root in {self._trunk(agent).root for agent in self._agents.values()} | {*self._moves}:
            self._stir(root)

    # ---- what people ask

    async def places(self, agents: Sequence[Agent]) -> list[Place]:
        """What these are told of. Raises StoreTrouble."""
        return await self._store.read(records.places, [agent.id for agent in agents])

    async def choose(self, agent: Agent, mode: Relayed, paths: Sequence[str]) -> None:
        """It is told of these from now on. Raises StoreTrouble."""
        await self._store.ask(records.choose, agent.id, mode, paths)
        self._stir(self._trunk(agent).root)

    # ---- what happens

    def moved(self, agent: Agent, before: Standing | None, now: Standing) -> None:
        """Its head is another. A rebase is looked at when it is over."""
        del before  # what was seen of it is written down
        if now.upset == "unborn" or (now.head and now.upset != "rebase"):
            self._looked[agent.pane] = now.head
            move = _Move(label=self._courier.label(agent), place=place_of_agent(agent), head=now.head, agent=agent)
            self._note(self._trunk(agent).root, move)

    def peer_moved(self, moved: PeerMoved) -> None:
        """Another operator published something."""
        label, place = f"{moved.operator}/{moved.agent}", Workplace(kind="here", folder=moved.root)
        move = _Move(label=label, place=place, head=moved.after, before=moved.before, heeded=moved.heeded)
        if move not in self._moves.get(moved.root, ()):
            self._note(moved.root, move)

    def heard(self, event: Event) -> None:
        """Something happened."""
        match event:
            case WorkChanged(pane):
                agent, now = self._agents.get(pane), self._seen(pane)
                if agent and now and now.head != self._looked.get(pane):
                    self.moved(agent, None, now)
            case AgentChanged(pane) if self._courier.is_ready(pane):
                self._stir(self._trunk(self._agents[pane]).root)
            case PaneClosed(pane):
                self._looked.pop(pane, None)
                self._courier.forget(pane)
            case _:
                pass

    async def settled(self) -> None:
        """Wait until what happened is announced, and told to whom it can be told now."""
        while self._tasks:
            await asyncio.wait([*self._tasks.values()])

    def stop(self) -> None:
        """Begin nothing any more; the next host goes on."""
        self._open = False
        for task in self._tasks.values():
            task.cancel()
        for timer in self._due.values():
            timer.cancel()

    # ---- one repository after the other at once, one thing after the other in each

    def _note(self, root: str, move: _Move) -> None:
        self._moves.setdefault(root, []).append(move)
        self._stir(root)

    def _stir(self, root: str) -> None:
        if timer := self._due.pop(root, None):
            timer.cancel()
        if not self._open:
            return
        self._stirred.add(root)
        if root not in self._tasks:
            task = self._tasks[root] = asyncio.get_running_loop().create_task(self._work(root))
            task.add_done_callback(lambda _: self._over(root, task))

    def _stir_later(self, root: str, seconds: float) -> None:
        self._due[root] = asyncio.get_running_loop().call_later(seconds, self._stir, root)

    def _over(self, root: str, task: asyncio.Task[None]) -> None:
        del self._tasks[root]
        if not task.cancelled() and (error := task.exception()):
            log.error("commits of %s cannot be relayed", root, exc_info=error)
            self._moves.pop(root, None)  # the next time a head moves, they are looked at again

    async def _work(self, root: str) -> None:
        wait: float | None = None
        while root in self._stirred:
            self._stirred.discard(root)
            moves = self._moves.setdefault(root, [])
            try:
                while moves:
                    first: dict[str, _Move] = {}
                    for move in moves:
                        first.setdefault(move.label, move)
                    await self._announce(root, first)
                    for move in first.values():
                        moves.remove(move)
                wait = await self._courier.bring(root)
            except MuxerError as error:
                log.warning("commits of %s are relayed later: %s", root, error)
                wait = AGAIN
        if wait is not None:
            self._stir_later(root, wait)

    # ---- what is new

    async def _announce(self, root: str, moves: Mapping[str, _Move]) -> None:
        """Who has least that is new comes first: what one made and another has, too, is the former's."""
        seen: dict[str, Sighting] = {}
        heads = await self._store.read(records.heads)
        for label, move in moves.items():
            agent = move.agent
            if agent and agent.id not in heads:
                await self._store.ask(records.begin_at, agent.id, move.head)
            elif found := await self._sighting(root, move, heads):
                seen[label] = found
        for label in sorted(seen, key=lambda label: len(seen[label].commits)):
            if not seen[label].back:
                await self._write_down(root, moves[label], seen[label])
            moves[label].heeded()

    async def _sighting(self, root: str, move: _Move, heads: Mapping[int, str]) -> Sighting | None:
        agents = [agent for agent in self._agents.values() if self._trunk(agent).root == root]
        if not agents:
            return None
        others = [heads[agent.id] for agent in agents if agent is not move.agent and agent.id in heads]
        before, since = move.before, 0.0
        if move.agent:
            before, since = heads[move.agent.id], move.agent.spawned_at
        trunk = self._trunk(agents[0])
        try:
            return await asyncio.to_thread(
                sighting, move.place, move.head, before, trunk=trunk, others=others, since=since
            )
        except MuxerError as error:  # that one is marked where it stands
            log.info("%s cannot be looked at: %s", move.label, error)
            return None

    async def _write_down(self, root: str, move: _Move, found: Sighting) -> None:
        fresh = await self._fresh(root, move, found.commits)
        rows = [
            Announced(
                sha=commit.sha, patch=commit.patch, author=move.label,
                summary=summary_of(commit, found.amends.get(commit.sha, "")),
            )
            for commit in fresh
        ]  # fmt: skip
        agent = move.agent
        await self._store.ask(records.announce, root, rows, agent=agent.id if agent else 0, head=move.head)
        self._courier.remember(fresh)
        if agent and fresh:
            self._tell(CommitSeen(agent.pane, tuple(fresh)))

    async def _fresh(self, root: str, move: _Move, commits: Sequence[Commit]) -> list[Commit]:
        """Those that nobody announced. One that changes the same is the same, unless it stands beside it."""
        known = await self._store.read(
            records.known, root, [one.sha for one in commits], [one.patch for one in commits]
        )
        fresh = []
        for commit in commits:
            twins = [sha for sha, patch in known.items() if patch and patch == commit.patch]
            if commit.sha in known:
                continue
            if not twins or await asyncio.to_thread(reaches, move.place, move.head, twins):
                fresh.append(commit)
        return fresh
