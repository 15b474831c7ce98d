"""One frame clock for the whole screen.

At most 60 frames a second, and never more than a quarter of the loop's time; a pane that was just typed into is drawn
alone and at once. What could not be drawn now (the program holds its frame, no client can take one) stays asked for.
"""

import asyncio
from collections.abc import Callable
from time import perf_counter

from muxer.model import PaneId

FRAME = 1 / 60
DUTY = 3
"""A frame costs its clients and the terminals outside as much again, so it is paid for with three times its time."""
HOT = 0.1
"""How long after a key its pane is drawn out of turn."""
HOT_FRAME = 0.004
"""A pane that floods while somebody types into it must not take every turn of the loop."""


class FrameClock:
    """Decides when panes are drawn; `draw` draws them and tells which must be asked for again."""

    def __init__(self, draw: Callable[[set[PaneId]], set[PaneId]]) -> None:
        self._draw = draw
        self._loop = asyncio.get_running_loop()
        self._asked: set[PaneId] = set()
        self._asleep: set[PaneId] = set()
        self._timer: asyncio.Handle | None = None
        self._next = 0.0
        self._hot: PaneId | None = None
        self._hot_timer: asyncio.TimerHandle | None = None
        self._hot_until = 0.0
        self._next_hot = 0.0

    def typed_into(self, pane: PaneId) -> None:
        """Its echo should not wait for the clock."""
        self._hot = pane
        self._hot_until = self._loop.time() + HOT
        self._next_hot = 0.0

    def ask(self, pane: PaneId) -> None:
        """The pane's picture changed."""
        now = self._loop.time()
        if pane != self._hot or now >= self._hot_until:
            self._asked.add(pane)
        elif now >= self._next_hot:
            self._draw_hot()
        elif self._hot_timer is None:
            self._hot_timer = self._loop.call_at(self._next_hot, self._draw_hot)
        self._wind(now)

    def _draw_hot(self) -> None:
        if self._hot_timer is not None:
            self._hot_timer.cancel()
            self._hot_timer = None
        if self._hot is not None:
            self._next_hot = self._loop.time() + HOT_FRAME
            self._asked.discard(self._hot)
            self._asked |= self._draw({self._hot})

    def sleep(self, panes: set[PaneId]) -> None:
        """Nobody can take a frame now: these are asked for again on waking, at no cost until then."""
        self._asleep |= panes

    def wake(self) -> None:
        """Somebody can take a frame again."""
        if self._asleep:
            self._asked |= self._asleep
            self._asleep = set()
            self._wind(self._loop.time())

    def _wind(self, now: float) -> None:
        if self._asked and self._timer is None:
            self._timer = self._loop.call_at(max(self._next, now), self._tick)

    def _tick(self) -> None:
        self._timer = None
        asked, self._asked = self._asked, set()
        began = perf_counter()
        self._asked |= self._draw(asked)
        took = perf_counter() - began
        now = self._loop.time()
        self._next = now + max(FRAME - took, DUTY * took)
        self._wind(now)

    def stop(self) -> None:
        """No more frames."""
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
        if self._hot_timer is not None:
            self._hot_timer.cancel()
            self._hot_timer = None
        self._asked.clear()
        self._asleep.clear()
