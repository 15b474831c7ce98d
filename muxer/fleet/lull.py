"""Notices which terminals have fallen quiet, and has them take less memory. Without output it sets no timer at all."""

import asyncio
from collections import Counter
from collections.abc import Callable

from muxer.model import PaneId

QUIET = 4.0
"""Seconds without output."""
BREATH = 0.05
"""Between two terminals: making one small takes milliseconds, and keys must not wait for thirty of them."""


LONG = 8
"""So many times quiet was waited for in vain, and the terminal is one that does not fall quiet."""


class Lull:
    """Told of every output; calls `hush` for each terminal that has been quiet for a while.

    `long` is called now and then for those that do not fall quiet.
    """

    def __init__(self, hush: Callable[[PaneId], None], long: Callable[[PaneId], None]) -> None:
        self._hush, self._long = hush, long
        self._loud_for: Counter[PaneId] = Counter()
        self._loop = asyncio.get_running_loop()
        self._loud: set[PaneId] = set()
        self._settling: set[PaneId] = set()
        self._timer: asyncio.TimerHandle | None = None

    def seen(self, pane: PaneId) -> None:
        """The pane had output."""
        self._loud.add(pane)
        if self._timer is None:
            self._timer = self._loop.call_later(QUIET, self._tick)

    def _tick(self) -> None:
        quiet = self._settling - self._loud
        self._settling, self._loud = self._loud, set()
        self._loud_for = Counter({pane: self._loud_for[pane] + 1 for pane in self._settling})
        for at, pane in enumerate(sorted(quiet)):
            self._loop.call_later(at * BREATH, self._hush, pane)
        for at, pane in enumerate(sorted(pane for pane, times in self._loud_for.items() if times == LONG)):
            self._loud_for[pane] = 0
            self._loop.call_later(at * BREATH, self._long, pane)
        self._timer = self._loop.call_later(QUIET, self._tick) if self._settling else None

    def stop(self) -> None:
        """No more timers."""
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
