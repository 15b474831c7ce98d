"""One timer for many things, and only while there is one whose time is to come."""

import asyncio
from collections.abc import Callable
from heapq import heappop, heappush
from time import time


class Alarm:
    """Rings with the number of each thing at its time (time.time()), or a little later."""

    def __init__(self, ring: Callable[[int], None]) -> None:
        self._ring = ring
        self._due: list[tuple[float, int]] = []
        self._timer: asyncio.TimerHandle | None = None

    def set(self, at: float, number: int) -> None:
        """Ring then for that, whatever else it is rung for."""
        heappush(self._due, (at, number))
        if self._due[0] == (at, number):
            self._wind()

    def stop(self) -> None:
        """Ring for nothing any more."""
        self._due.clear()
        self._wind()

    def _wind(self) -> None:
        if self._timer:
            self._timer.cancel()
        self._timer = None
        if self._due:
            wait = max(0.0, self._due[0][0] - time())
            self._timer = asyncio.get_running_loop().call_later(wait, self._strike)

    def _strike(self) -> None:
        now = time()
        rung = []
        while self._due and self._due[0][0] <= now:
            rung.append(heappop(self._due)[1])
        self._wind()
        for number in rung:
            self._ring(number)
