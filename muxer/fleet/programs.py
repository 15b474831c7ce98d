"""The programs of the living panes: signalled, stopped, frozen, and waited for."""

import asyncio
import signal
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress

from muxer.channel import GRACE
from muxer.errors import MuxerError
from muxer.events import Event, PaneChanged, PaneEnded
from muxer.fleet.pane import Pane
from muxer.model import Exit, PaneId, Policy
from muxer.store import panes as records
from muxer.store.database import Store
from muxer.terminal.custody import Custody, Scope


class Programs:
    """All of them."""

    def __init__(self, custody: Custody, store: Store, tell: Callable[[Event], None]) -> None:
        self.living: dict[PaneId, Pane] = {}
        self._custody, self._store, self._tell = custody, store, tell
        self._waiting: dict[PaneId, set[asyncio.Event]] = {}

    @contextmanager
    def watch(self, pane: PaneId) -> Iterator[asyncio.Event]:
        """An event that is set whenever the pane's screen changes, or its program ends."""
        woken = asyncio.Event()
        self._waiting.setdefault(pane, set()).add(woken)
        try:
            yield woken
        finally:
            self._waiting[pane].discard(woken)
            if not self._waiting[pane]:
                del self._waiting[pane]

    def _wake(self, pane: PaneId) -> None:
        for waiting in self._waiting.get(pane, ()):
            waiting.set()

    def exited(self, pane: PaneId, how: Exit) -> None:
        """Its program ended."""
        found = self.living.get(pane)
        if found is not None and found.exit is None:
            found.exit = how
            self._store.note(records.end_run, pane, how, asked=found.asked)
            self._tell(PaneEnded(pane, how))
            self._wake(pane)

    async def signal(self, pane: Pane, number: int) -> None:
        """Send its program a signal."""
        await self._custody.signal(pane.id, number)

    async def stop(self, pane: Pane, grace: float = GRACE) -> None:
        """End its program and keep the pane; what does not end within the grace is killed."""
        if pane.exit is not None:
            return
        pane.asked = True
        await self._end_program(pane, grace)
        if pane.exit is None and pane.id in self.living:
            raise MuxerError(f"{pane.name}, process {pane.pid}, cannot be killed now: try again in a moment")

    async def _end_program(self, pane: Pane, grace: float) -> None:
        if pane.frozen:
            await self.thaw(pane)
        ends = (signal.SIGTERM, signal.SIGHUP) if pane.wants_hangup else (signal.SIGTERM,)
        for number in (*ends, signal.SIGCONT):
            await self._signal(pane, number)
        if not await self._until(pane, lambda: pane.exit is not None, grace):
            await self._signal(pane, signal.SIGKILL, "session")
            await self._until(pane, lambda: pane.exit is not None, GRACE)

    async def _signal(self, pane: Pane, number: int, scope: Scope = "group") -> None:
        """Signal a pane, which may end or be closed meanwhile."""
        try:
            await self._custody.signal(pane.id, number, scope)
        except MuxerError:
            if pane.exit is None and pane.id in self.living:
                raise

    async def _until(self, pane: Pane, done: Callable[[], bool], patience: float) -> bool:
        """Wait until something is so of a pane; it may be closed meanwhile."""
        with self.watch(pane.id) as woken, suppress(TimeoutError):
            async with asyncio.timeout(patience):
                while not done() and pane.id in self.living:
                    woken.clear()
                    await woken.wait()
        return done()

    async def freeze(self, pane: Pane | None = None) -> None:
        """Stop all processes of a pane, or of all, where they are; also for the next host."""
        for each in (pane,) if pane else tuple(self.living.values()):
            if each.exit is None:
                await self._remember(each, frozen=True)
                await self._signal(each, signal.SIGSTOP, "session")
                self._tell(PaneChanged(each.id))

    async def thaw(self, pane: Pane | None = None) -> None:
        """Let them go on."""
        for each in (pane,) if pane else tuple(self.living.values()):
            if each.frozen:
                await self._signal(each, signal.SIGCONT, "session")
                await self._remember(each, frozen=False)
                self._tell(PaneChanged(each.id))

    async def set_policy(self, pane: Pane, policy: Policy) -> None:
        """When its program is started again, from its next end on."""
        await self._remember(pane, policy=policy)
        self._store.note(records.set_policy, pane.id, policy)
        self._tell(PaneChanged(pane.id))

    async def _remember(self, pane: Pane, **facts: object) -> None:
        """Have that remembered of a pane for the next host."""
        pane.facts = {**pane.facts, **facts}
        if pane.pid:
            await self._custody.note(pane.id, pane.facts)
