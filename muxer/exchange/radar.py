"""Which agents are changing the same files at once, uncommitted edits included, and whose work would not merge.

Looked at again whenever a workspace was read. Both agents are told of a real conflict, once, if it is not gone again by
itself in some seconds: an edit that goes on looks like one.
"""

import asyncio
from collections.abc import Callable, Iterable, Mapping
from time import monotonic

from muxer.errors import MuxerError
from muxer.events import ClashesChanged, Event, PaneClosed, Warned
from muxer.exchange.courtesy import SENDER
from muxer.exchange.dues import Dues
from muxer.fleet.agent import Agent
from muxer.fleet.agents import place_of_agent
from muxer.model import PaneId
from muxer.store.clashes import tell_clash
from muxer.store.database import Store
from muxer.store.owed import Owed
from muxer.work import Clash, Standing
from muxer.workspaces.clashes import Pair, Work, conflicts_of

PERSISTS = 5.0
"""Seconds that a conflict must last until agents are told of it."""
NAMED = 5
"""So many paths are named."""


class Radar:
    """Of all agents of a host; it hears every event, and every reading of a workspace."""

    def __init__(
        self, agents: Mapping[PaneId, Agent], store: Store, tell: Callable[[Event], None], *,
        root_of: Callable[[Agent], str], name_of: Callable[[Agent], str], dues: Dues,
    ) -> None:  # fmt: skip
        self._agents, self._store, self._tell = agents, store, tell
        self._root_of, self._name_of, self._dues = root_of, name_of, dues
        self.wanted: Callable[[Agent], bool] = lambda _agent: True
        """Is it to be told of conflicts?"""
        self.persists = PERSISTS
        self._works: dict[PaneId, Work] = {}
        self._clashes: dict[Pair, Clash] = {}
        self._stale: set[PaneId] = set()
        self._task: asyncio.Task[None] | None = None
        self._due: dict[Pair, asyncio.TimerHandle] = {}
        self._telling: set[asyncio.Task[None]] = set()

    def clashes(self, root: str = "") -> list[Clash]:
        """Those of a repository, or of all: conflicts first, then by how much both change."""
        found = [clash for clash in self._clashes.values() if not root or self._root(clash.one) == root]
        return sorted(found, key=lambda clash: (-len(clash.conflicts), -len(clash.paths), clash.one, clash.other))

    def stop(self) -> None:
        """Look at nothing any more, and tell nobody."""
        for timer in self._due.values():
            timer.cancel()
        for task in (self._task, *self._telling):
            if task:
                task.cancel()

    # ---- what happens

    def read(self, agent: Agent, standing: Standing) -> None:
        """A workspace was read again."""
        work = work_of(agent, standing)
        if work is None and agent.pane not in self._works:
            return
        if work is None:
            self._works.pop(agent.pane, None)
        else:
            self._works[agent.pane] = work
        self._look_soon(agent.pane)

    def heard(self, event: Event) -> None:
        """Something happened."""
        if isinstance(event, PaneClosed) and event.pane in self._works:
            del self._works[event.pane]
            self._look_soon(event.pane)

    def _look_soon(self, pane: PaneId) -> None:
        self._stale.add(pane)
        if self._task is None or self._task.done():
            self._task = asyncio.get_running_loop().create_task(self._look())

    # ---- looking

    async def _look(self) -> None:
        while self._stale:
            stale, self._stale = self._stale, set()
            began = monotonic()
            works = dict(self._works)
            common = {pair: paths for pair in self._pairs(stale) if (paths := _common(works, pair))}
            conflicts = await asyncio.to_thread(conflicts_of, works, common) if common else {}
            known = {pair: clash for pair, clash in self._clashes.items() if not stale.isdisjoint(pair)}
            now = {
                pair: Clash(one=pair[0], other=pair[1], paths=paths, conflicts=conflicts.get(pair, ()))
                for pair, paths in common.items()
                if pair[0] in self._works and pair[1] in self._works
            }
            self._take(known, now)
            # An agent that saves again and again must not keep us busy.
            await asyncio.sleep(monotonic() - began)

    def _pairs(self, panes: Iterable[PaneId]) -> set[Pair]:
        """Those in which one of these works beside another one, in one repository and not in one folder."""
        places = {pane: (self._root(pane), self._works[pane].place.folder) for pane in self._works}
        return {
            (min(one, other), max(one, other))
            for one in panes
            if one in places
            for other in places
            if places[one][0] and places[one][0] == places[other][0] and places[one][1] != places[other][1]
        }

    def _take(self, known: Mapping[Pair, Clash], now: Mapping[Pair, Clash]) -> None:
        """These pairs clash so now."""
        changed = {pair for pair in {*known, *now} if known.get(pair) != now.get(pair)}
        roots = {self._root(pane) for pair in changed for pane in pair} - {""}
        for pair in changed:
            if pair in now:
                self._clashes[pair] = now[pair]
            else:
                self._clashes.pop(pair, None)
            self._tell_later(pair)
        for root in sorted(roots):
            self._tell(ClashesChanged(root))

    def _root(self, pane: PaneId) -> str:
        agent = self._agents.get(pane)
        return self._root_of(agent) if agent else ""

    # ---- telling agents

    def _tell_later(self, pair: Pair) -> None:
        if pair in self._clashes and self._clashes[pair].conflicts:
            if pair not in self._due:
                loop = asyncio.get_running_loop()
                self._due[pair] = loop.call_later(self.persists, self._tell_now, pair)
        elif timer := self._due.pop(pair, None):
            timer.cancel()

    def _tell_now(self, pair: Pair) -> None:
        self._due.pop(pair, None)
        clash = self._clashes.get(pair)
        one, other = (self._agents.get(pane) for pane in pair)
        if clash and one and other:
            task = asyncio.get_running_loop().create_task(self._tell_both(one, other, clash.conflicts))
            self._telling.add(task)
            task.add_done_callback(self._telling.discard)

    async def _tell_both(self, one: Agent, other: Agent, conflicts: tuple[str, ...]) -> None:
        listeners = [(agent, peer) for agent, peer in ((one, other), (other, one)) if self.wanted(agent)]
        notes = [(agent.id, self._name_of(peer), _branch_at_hand(agent, peer)) for agent, peer in listeners]

        def words(fresh: tuple[str, ...]) -> list[Owed]:
            return [
                Owed(agent=agent, sender=SENDER, text=conflict_note(peer, branch, fresh), kind="clash")
                for agent, peer, branch in notes
            ]

        try:
            await self._dues.pay(await self._store.ask(tell_clash, one.id, other.id, conflicts, words))
        except MuxerError as error:
            self._tell(Warned(f"{self._name_of(one)} and {self._name_of(other)} were not told of a conflict: {error}"))


def work_of(agent: Agent, standing: Standing) -> Work | None:
    """All that it changes; None where that cannot be merged with anything."""
    if not standing.head or not standing.touched:
        return None
    return Work(
        place=place_of_agent(agent),
        head=standing.head,
        paths=tuple(file.path for file in standing.touched),
        loose=frozenset((*standing.uncommitted, *standing.untracked)),
    )


def _branch_at_hand(agent: Agent, peer: Agent) -> str:
    """The branch of a peer, where that is seen from the agent's folder."""
    return peer.branch if peer.workspace == "worktree" and agent.workspace != "clone" else ""


def conflict_note(peer: str, branch: str, paths: tuple[str, ...]) -> str:
    """What an agent is told of a conflict with another one's work."""
    named = ", ".join("".join(filter(str.isprintable, path)) for path in paths[:NAMED])
    more = f" and {len(paths) - NAMED} more" if len(paths) > NAMED else ""
    where = f" (git diff HEAD...{branch} shows what is committed)" if branch else ""
    return (
        f"You and {peer} are changing the same lines of {named}{more}: as both are now, they would not merge{where}."
        " Agree with each other who changes what, or keep your change away from theirs."
    )


def _common(works: Mapping[PaneId, Work], pair: Pair) -> tuple[str, ...]:
    one, other = (works[pane].paths for pane in pair)
    return tuple(sorted({*one} & {*other}))
