"""The log as somebody follows it: what was logged before, then what is logged now. No gap, and nothing twice."""

import asyncio
from collections.abc import AsyncGenerator, Awaitable, Callable, Sequence

from muxer.bus.bus import Bus, Missed
from muxer.model import Logged

Read = Callable[[int, int], Awaitable[Sequence[Logged]]]
"""What was logged after that id, oldest first, and no more than so many."""

CHUNK = 500
PAUSE = 0.1
"""What comes within so many seconds after a batch is told together, or fifty followers would take half a core."""


async def follow(bus: Bus, read: Read, since: int, kinds: Sequence[str] = ()) -> AsyncGenerator[list[Logged], None]:
    """Everything after the event `since`, or all of these kinds (`pane` holds `pane.opened`), in batches.

    Whoever leaves closes it.
    """
    beginnings = tuple(f"{kind}." for kind in kinds)
    last = since
    with bus.subscribe() as subscription:
        behind = True  # what is logged from here on is heard, so it does no harm to read it, too
        while True:
            if behind:
                batch = await read(last, CHUNK)
                behind = len(batch) == CHUNK
            else:
                heard = await subscription.take()
                behind = isinstance(heard, Missed)
                batch = () if isinstance(heard, Missed) else [event for event in heard if event.id > last]
            if not batch:
                continue
            last = batch[-1].id
            wanted = [event for event in batch if not kinds or f"{event.kind}.".startswith(beginnings)]
            if wanted:
                yield wanted
            if not behind:
                await asyncio.sleep(PAUSE)
