"""Who hears what was logged. Subscribing is entering a context; nothing is lost between that and the first look.

Each subscriber has one bounded queue. One that is slow is told what it missed, and reads that from the log.
"""

import asyncio
from collections.abc import Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from typing import Protocol

from muxer.model import Logged

ROOM = 1024
"""Events that wait for one subscriber."""


@dataclass(frozen=True, slots=True)
class Missed:
    """Events from `first` to `last` came faster than they were taken; the log has them."""

    first: int
    last: int


class Subscription(Protocol):
    """What one subscriber hears."""

    async def take(self) -> Sequence[Logged] | Missed:
        """All that waits, as soon as something does."""


class Bus(Protocol):
    """Passes on what was logged."""

    def publish(self, events: Sequence[Logged]) -> None:
        """These are durable now."""

    def subscribe(self, *, room: int = ROOM) -> AbstractContextManager[Subscription]:
        """Hear everything from now on."""


class _Queue:
    __slots__ = ("_missed", "_room", "_waiting", "_woken")

    def __init__(self, room: int) -> None:
        self._room = room
        self._waiting: list[Logged] = []
        self._missed: Missed | None = None
        self._woken = asyncio.Event()

    def put(self, events: Sequence[Logged]) -> None:
        if self._missed is None and len(self._waiting) + len(events) <= self._room:
            self._waiting.extend(events)
        else:
            first = self._missed.first if self._missed else (self._waiting or events)[0].id
            self._missed = Missed(first, events[-1].id)
            self._waiting.clear()
        self._woken.set()

    async def take(self) -> Sequence[Logged] | Missed:
        await self._woken.wait()
        self._woken.clear()
        taken: Sequence[Logged] | Missed = self._missed or self._waiting
        self._missed, self._waiting = None, []
        return taken


class LocalBus:
    """The bus of one host."""

    def __init__(self) -> None:
        self._queues: set[_Queue] = set()

    def publish(self, events: Sequence[Logged]) -> None:
        """These are durable now."""
        for waiting in tuple(self._queues) if events else ():
            waiting.put(events)

    @contextmanager
    def subscribe(self, *, room: int = ROOM) -> Iterator[_Queue]:
        """Hear everything from now on."""
        waiting = _Queue(room)
        self._queues.add(waiting)
        try:
            yield waiting
        finally:
            self._queues.discard(waiting)
