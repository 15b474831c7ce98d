"""What it costs to put a note into an inbox, and how soon one is typed and taken by an agent that is idle."""

import asyncio
import tempfile
from collections.abc import Iterator
from pathlib import Path
from time import perf_counter

from muxer.agents.spec import Keys
from muxer.fleet.pasting import SETTLING
from tests.bench.figures import Figure, Target, median
from tests.bench.scale import Scale
from tests.fleet.delivering import delivering_in, small_cli

NOTES = 5_000
DELIVERIES = 30
DELAY = 0.02


def notes(scale: Scale) -> Iterator[Figure]:
    """A flood of notes for one agent that is muted; then notes one by one for one that is idle."""
    taken = [asyncio.run(_flood()) for _ in range(scale.runs)]
    subject = "the inbox"
    rate, worst = (median(values) for values in zip(*taken, strict=True))
    yield Figure(subject=subject, name="notes put", unit="/s", muxer=rate, target=Target(bound=20_000, at_least=True))
    yield Figure(subject=subject, name="one of them, p99", unit="ms", muxer=worst, target=Target(bound=1))
    soon = asyncio.run(_deliver())
    yield Figure(
        subject=subject, name="put to submitted, p50", unit="ms", muxer=soon, target=Target(bound=60),
        note=f"{DELAY * 1000:.0f} ms of it are the agent's own delay",
    )  # fmt: skip


async def _flood() -> tuple[float, float]:
    with tempfile.TemporaryDirectory() as folder:
        async with delivering_in(Path(folder)) as place:
            ada = await place.agent()
            place.inbox.mute(ada, muted=True)
            costs = []
            began = perf_counter()
            for _ in range(NOTES):
                before = perf_counter()
                await place.inbox.put(ada, "look at this", sender="bob")
                costs.append(perf_counter() - before)
            rate = NOTES / (perf_counter() - began)
            await place.house.stores[-1].settled()
            return rate, sorted(costs)[NOTES * 99 // 100] * 1000


async def _deliver() -> float | None:
    with tempfile.TemporaryDirectory() as folder:
        async with delivering_in(Path(folder)) as place:
            ada = await place.agent(cli=small_cli(keys=Keys(delay=DELAY, confirm=3.0)))
            costs = []
            for _ in range(DELIVERIES):
                before = perf_counter()
                await place.inbox.left(await place.inbox.put(ada, "look at this"))
                costs.append((perf_counter() - before) * 1000)
                await asyncio.sleep(SETTLING)  # one that just took a text may still begin to work on it
            return median(costs)
