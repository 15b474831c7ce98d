"""Decides what happens when a program ends: its pane goes, or stays, or the program is started again. Nobody else does.

Each pane whose program ended has one task, which is over once that is done: a broken pane holds up no other.
"""

import asyncio
import shlex
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field, replace
from time import time

from muxer.errors import MuxerError, StoreTrouble
from muxer.events import Event, PaneChanged, PaneClosed, PaneEnded, PaneOpened, Warned
from muxer.fleet.lifecycle import FAILURES, WITHIN, Again, Close, GiveUp, after
from muxer.fleet.pane import Pane
from muxer.fleet.panes import LAST_WORDS, NOT_STARTED, Panes
from muxer.model import Exit, PaneId, Policy, Run
from muxer.store.database import Store
from muxer.store.panes import runs_of, spare

KEPT = 200
"""Runs of a pane that are looked at."""


@dataclass(slots=True)
class _Life:
    """What is known of one pane's program. Also true while nothing can be written to the store."""

    runs: list[Run]
    trouble: str = ""
    """Why it could not be started the last time."""
    task: "asyncio.Task[None] | None" = None
    """Sees to its last end."""
    turn: asyncio.Lock = field(default_factory=asyncio.Lock)
    """Held by whoever stops or starts it."""


class Supervisor:
    """One for the host; it hears every event."""

    def __init__(
        self, panes: Panes, store: Store, *, close: Callable[[Pane], Awaitable[None]], tell: Callable[[Event], None]
    ) -> None:
        self._panes, self._store = panes, store
        self._close, self._tell = close, tell
        self._lives: dict[PaneId, _Life] = {}

    # ---- what happens

    def heard(self, event: Event) -> None:
        """Something happened."""
        match event:
            case PaneOpened(pane):
                self._lives[pane] = _Life([Run(started_at=time())])
            case PaneEnded(pane, how) if pane in self._lives:
                self._ended(self._lives[pane], self._panes.living[pane], how)
            case PaneClosed(pane):
                self._forget(pane)
            case _:
                pass

    async def learn(self) -> None:
        """What became of the programs in all panes that are not known yet, for another host opened them."""
        for pane in [pane for pane in self._panes.living.values() if pane.id not in self._lives]:
            runs = await self._runs_of(pane)
            if not runs or (pane.exit is None and runs[-1].ended_at is not None):
                runs.append(Run(started_at=time()))
            self._lives[pane.id] = _Life(runs)
            self._panes.outlook[pane.id] = (len(runs) - 1, 0.0, False)

    def begin(self) -> None:
        """See to those of them that ended. Of what ended with its keeper nobody knows how: restoring sees to that."""
        for pane in self._panes.living.values():
            life = self._lives.get(pane.id)
            if life is not None and life.task is None and pane.exit is not None and (pane.pid or pane.exit != Exit()):
                self._ended(life, pane, pane.exit)

    def end(self) -> None:
        """Nothing is started again from now on."""
        for pane in tuple(self._lives):
            self._forget(pane)

    # ---- what a person wants

    async def restart(self, pane: Pane) -> None:
        """Start its program anew, whether it has ended or not. Its failures are forgotten. Raises SpawnFailed."""
        life = self._lives.setdefault(pane.id, _Life([]))
        async with life.turn:
            self._rest(life)
            await self._panes.stop(pane)
            self._foresee(pane)
            await self._start(life, pane)

    async def stop(self, pane: Pane) -> None:
        """End its program; the pane stays as it is then."""
        life = self._lives.setdefault(pane.id, _Life([]))
        async with life.turn:
            self._rest(life)
            await self._panes.stop(pane)
            self._store.note(spare, pane.id)
            self._foresee(pane)

    async def set_policy(self, pane: Pane, policy: Policy) -> None:
        """When its program is started again, from its next end on; what waits for its start is looked at anew."""
        await self._panes.set_policy(pane, policy)
        life = self._lives.setdefault(pane.id, _Life([]))
        async with life.turn:
            if self._rest(life):
                self._foresee(pane)
                self._follow_soon(life, pane)

    # ---- one pane

    async def _runs_of(self, pane: Pane) -> list[Run]:
        try:
            return await self._store.read(runs_of, pane.id, KEPT)
        except StoreTrouble as error:
            self._tell(Warned(f"{pane.name}: {error}"))
            return []

    def _ended(self, life: _Life, pane: Pane, how: Exit) -> None:
        if life.runs[-1].ended_at is None:
            life.runs[-1] = replace(life.runs[-1], ended_at=time(), exit=how, asked=pane.asked)
        self._follow_soon(life, pane)

    def _follow_soon(self, life: _Life, pane: Pane) -> None:
        life.task = asyncio.ensure_future(self._follow(life, pane))

    async def _follow(self, life: _Life, pane: Pane) -> None:
        try:
            await self._last_words(pane)
            while wait := await self._decide(life, pane):
                await asyncio.sleep(wait)
                async with life.turn:
                    if await self._try_start(life, pane):
                        return
        except MuxerError as error:
            self._tell(Warned(f"{pane.name}: {error}"))

    async def _decide(self, life: _Life, pane: Pane) -> float:
        """How long to wait before it is started again; 0 when it is not, and all that was to be done is done."""
        if life.runs[-1].ended_at is None or pane.id not in self._panes.living:
            return 0.0
        match after(pane.policy, life.runs, time(), shell=pane.shell):
            case Close():
                await self._close(pane)
            case GiveUp():
                self._foresee(pane, gave_up=True)
                why = life.trouble or str(life.runs[-1].exit)
                self._tell(
                    Warned(
                        f"{pane.name} failed {FAILURES} times within {WITHIN:g} s ({why}): "
                        f"muxer restart {shlex.quote(pane.name)} starts it again"
                    )
                )
            case Again(delay):
                self._foresee(pane, again_at=time() + delay)
                return delay
            case _:
                pass
        return 0.0

    async def _try_start(self, life: _Life, pane: Pane) -> bool:
        try:
            await self._start(life, pane)
        except MuxerError as error:
            life.trouble = str(error)
            life.runs.append(Run(started_at=time(), ended_at=time(), exit=NOT_STARTED))
            return False
        return True

    async def _start(self, life: _Life, pane: Pane) -> None:
        life.runs.append(Run(started_at=time()))
        try:
            await self._panes.restart(pane)
        except MuxerError:
            life.runs.pop()
            raise
        life.trouble = ""
        del life.runs[:-KEPT]
        self._foresee(pane, restarts=self._restarts(pane) + 1)

    @staticmethod
    def _rest(life: _Life) -> bool:
        """Do no more about its last end; was there something to be done?"""
        task, life.task = life.task, None
        return task is not None and task is not asyncio.current_task() and task.cancel()

    def _forget(self, pane: PaneId) -> None:
        life = self._lives.pop(pane, None)
        if life is not None:
            self._rest(life)
        self._panes.outlook.pop(pane, None)

    def _restarts(self, pane: Pane) -> int:
        return self._panes.outlook.get(pane.id, (0, 0.0, False))[0]

    def _foresee(
        self, pane: Pane, *, again_at: float = 0.0, gave_up: bool = False, restarts: int | None = None
    ) -> None:
        """Let everybody know what comes next."""
        self._panes.outlook[pane.id] = (self._restarts(pane) if restarts is None else restarts, again_at, gave_up)
        self._tell(PaneChanged(pane.id))

    @staticmethod
    async def _last_words(pane: Pane) -> None:
        loop = asyncio.get_running_loop()
        deadline = loop.time() + LAST_WORDS
        while not pane.terminal.ended and loop.time() < deadline:  # noqa: ASYNC110 - a moment, once a program
            await asyncio.sleep(0.01)
