"""How every agent's work stands in git: read again when something happens to it, and told when it is another.

Where a head is comes first, at once; the files of its work tree after that, so seldom that reading costs no more than a
quarter of a core for each. What a head leaves behind is kept.
"""

import asyncio
import os
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field, replace
from functools import partial
from time import monotonic, thread_time
from typing import ParamSpec, TypeVar

from muxer.errors import MuxerError
from muxer.events import AgentChanged, Event, PaneClosed, PaneOpened, TrunkMoved, Warned, WorkChanged
from muxer.exchange.courtesy import RESTS
from muxer.fleet.agent import Agent
from muxer.fleet.agents import place_of_agent
from muxer.model import PaneId
from muxer.paths import homely
from muxer.work import Standing
from muxer.workspaces.moving import keep_all
from muxer.workspaces.reach import Stir
from muxer.workspaces.repository import Workplace
from muxer.workspaces.standing import standing_of
from muxer.workspaces.trail import Trail, steps, trail_of
from muxer.workspaces.watch import WorkWatch

P = ParamSpec("P")
T = TypeVar("T")

THREADS = 2
"""So many workspaces are read at once."""
REST = 3.0
"""Times as long as reading took, until it is read again because of its files."""


@dataclass(slots=True)
class _Sight:
    """One workspace as it was seen last."""

    agent: Agent
    place: Workplace
    trail: Trail
    told: Standing | None = None
    """As it was when its head was told of."""
    standing: Standing | None = None
    onto: str = ""
    """The tip of trunk that it was read against."""
    head_stirred: bool = True
    files_stirred: bool = True
    unkept: list[str] = field(default_factory=list)
    """What it left and only branches hold, which may go."""
    waiting: "list[asyncio.Future[Standing]]" = field(default_factory=list)
    task: "asyncio.Task[None] | None" = None
    rests_until: float = 0.0
    timer: asyncio.TimerHandle | None = None
    gone: bool = False

    def wanted(self, now: float) -> bool:
        """Is something to be read at once?"""
        return bool(self.head_stirred or self.waiting or (self.files_stirred and now >= self.rests_until))


class Standings:
    """Of all agents of a host; it hears every event."""

    def __init__(
        self, agents: Mapping[PaneId, Agent], tell: Callable[[Event], None], trunk_of: Callable[[Agent], str]
    ) -> None:
        self._agents, self._tell, self._trunk_of = agents, tell, trunk_of
        self.on_moved: list[Callable[[Agent, Standing | None, Standing], None]] = []
        """Whose head is another: as it stood, None at first sight, and where its head is; the rest is read later."""
        self.on_read: list[Callable[[Agent, Standing], None]] = []
        """It was read again, whether it is another or not."""
        self.on_refs: list[Callable[[str], None]] = []
        """References moved in that repository."""
        self.name_of: Callable[[Agent], str] = lambda agent: os.path.basename(agent.folder)
        """What is kept for it is kept under that name."""
        self.known_head: Callable[[Agent], str] = lambda _agent: ""
        """Where its head was when the last host saw it; what it left since then is kept, too."""
        self._sights: dict[PaneId, _Sight] = {}
        self._watch = WorkWatch(self._stirred)
        self._watch.refs_moved = self._refs_moved
        self._watch.say = lambda line: tell(Warned(line))
        self._pool = ThreadPoolExecutor(THREADS, "standings")
        self._warned = ""
        self._ended = False

    def learn(self) -> None:
        """Look at those that live already."""
        for agent in self._agents.values():
            self.join(agent)

    async def run(self) -> None:
        """Watch all workspaces until told to stop."""
        await self._watch.run()

    def stop(self) -> None:
        """Look at nothing any more."""
        self._ended = True
        self._watch.stop()
        for sight in self._sights.values():
            if sight.timer:
                sight.timer.cancel()
            if sight.task:
                sight.task.cancel()
        self._pool.shutdown(wait=False)

    # ---- what people ask

    def of(self, pane: PaneId) -> Standing | None:
        """How it stood when it was read last; None before that."""
        sight = self._sights.get(pane)
        return sight.standing if sight else None

    async def look(self, agent: Agent) -> Standing:
        """How it stands now."""
        self.join(agent)
        sight = self._sights[agent.pane]
        sight.head_stirred = sight.files_stirred = True
        waiting: asyncio.Future[Standing] = asyncio.get_running_loop().create_future()
        sight.waiting.append(waiting)
        self._begin(sight)
        return await waiting

    # ---- what happens

    def join(self, agent: Agent) -> None:
        """Look at its workspace from now on."""
        if agent.pane in self._sights or self._ended:
            return
        self._sights[agent.pane] = _Sight(agent, place_of_agent(agent), trail=Trail(head=self.known_head(agent)))
        self._watch.watch(agent.folder, place_of_agent(agent))

    def leave(self, pane: PaneId) -> None:
        """Look at it no more."""
        sight = self._sights.pop(pane, None)
        if sight is None:
            return
        sight.gone = True
        self._begin(sight)
        if all(other.agent.folder != sight.agent.folder for other in self._sights.values()):
            self._watch.unwatch(sight.agent.folder)

    def heard(self, event: Event) -> None:
        """Something happened."""
        match event:
            case PaneOpened(pane) | AgentChanged(pane) if pane in self._agents:
                agent = self._agents[pane]
                self.join(agent)
                if agent.folder in self._watch.blind and agent.verdict.state in RESTS:
                    self._watch.look_now(agent.folder)
            case PaneClosed(pane):
                self.leave(pane)
            case TrunkMoved():
                for sight in self._sights.values():
                    if self._trunk_of(sight.agent) != sight.onto:
                        self._stir(sight, "files")
            case _:
                pass

    def _refs_moved(self, root: str) -> None:
        for sight in self._sights.values():
            if sight.unkept:
                self._stir(sight, "refs")
        for listener in self.on_refs:
            listener(root)

    def _stirred(self, folder: str, stir: Stir) -> None:
        for sight in tuple(self._sights.values()):
            if sight.agent.folder == folder:
                self._stir(sight, stir)

    def _stir(self, sight: _Sight, stir: Stir) -> None:
        sight.head_stirred |= stir != "files"
        sight.files_stirred |= stir != "refs"
        self._begin(sight)

    def _begin(self, sight: _Sight) -> None:
        """Read it, unless that is going on, or its files were read just now."""
        if sight.timer:
            sight.timer.cancel()
            sight.timer = None
        if sight.task or self._ended or sight.gone:
            return
        loop = asyncio.get_running_loop()
        if sight.wanted(monotonic()):
            sight.task = loop.create_task(self._read(sight))
        elif sight.files_stirred:
            sight.timer = loop.call_later(sight.rests_until - monotonic(), self._begin, sight)

    # ---- reading

    async def _read(self, sight: _Sight) -> None:
        """Once more for what happened meanwhile."""
        try:
            while sight.wanted(monotonic()):
                if sight.head_stirred:
                    await self._follow(sight)
                if sight.waiting or (sight.files_stirred and monotonic() >= sight.rests_until):
                    await self._look_over(sight)
        finally:
            sight.task = None
            for waiting in sight.waiting:
                waiting.cancel()
        self._begin(sight)

    async def _follow(self, sight: _Sight) -> None:
        """Where its head is now, and where it was meanwhile."""
        sight.head_stirred = False
        before = sight.trail
        try:
            trail = await self._in_thread(trail_of, sight.place, before)
        except MuxerError:
            sight.files_stirred = True  # its standing says what is wrong
            return
        sight.trail = trail
        sight.files_stirred |= before.place != trail.place
        sight.unkept += trail.left
        made = await self._keep(sight)  # first: what is told of is where the next host begins
        if sight.told is not None and not sight.gone:
            for head in steps(sight.told.head, trail):
                self._moved(sight, replace(sight.standing or Standing(), head=head, branch=trail.branch))
        if before.head and before.read < 0:  # no host saw what came after it
            self._tell_missed(sight, [ref for ref in made if not ref.endswith(before.head[:12])])

    async def _keep(self, sight: _Sight) -> list[str]:
        """What its head left behind; the references that were made for that."""
        if not sight.unkept:
            return []
        name = self.name_of(sight.agent) or os.path.basename(sight.agent.folder)
        try:
            left = [*dict.fromkeys(sight.unkept)]
            made, sight.unkept = await self._in_thread(keep_all, sight.agent.folder, name, left)
        except MuxerError as error:  # tried again when it stirs again
            line = f"{sight.unkept[0][:12]} of {name} is only in git's reflog: {error}"
            if line != self._warned:
                self._warned = line
                self._tell(Warned(line))
            return []
        return made

    def _tell_missed(self, sight: _Sight, refs: list[str]) -> None:
        if refs:
            more = f" and {len(refs) - 1} more" if len(refs) > 1 else ""
            line = f"{self.name_of(sight.agent)} left commits behind while muxer was away, kept as {refs[0]}{more}:"
            self._tell(Warned(f"{line} git -C {homely(sight.agent.folder)} log HEAD..{refs[0]}"))

    async def _look_over(self, sight: _Sight) -> None:
        """All of it."""
        sight.files_stirred = False
        asked = len(sight.waiting)
        sight.onto = self._trunk_of(sight.agent)
        standing, took = await self._in_thread(_timed, sight.place, sight.onto)
        sight.rests_until = monotonic() + REST * took
        for waiting in sight.waiting[:asked]:
            if not waiting.done():
                waiting.set_result(standing)
        del sight.waiting[:asked]
        if sight.gone:
            return
        changed, sight.standing = standing != sight.standing, standing
        if sight.told is None:
            self._moved(sight, standing)
        elif standing.head not in ("", sight.trail.head):
            sight.head_stirred = True
        for listener in self.on_read:
            listener(sight.agent, standing)
        if changed:
            self._tell(WorkChanged(sight.agent.pane))

    def _moved(self, sight: _Sight, now: Standing) -> None:
        before, sight.told = sight.told, now
        for listener in self.on_moved:
            listener(sight.agent, before, now)

    async def _in_thread(self, function: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
        return await asyncio.get_running_loop().run_in_executor(self._pool, partial(function, *args, **kwargs))


def _timed(place: Workplace, onto: str) -> tuple[Standing, float]:
    """How it stands, and what it cost to see that."""
    began = thread_time()
    return standing_of(place, onto), thread_time() - began
