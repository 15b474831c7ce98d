"""From a key going down to its letter on the outer screen, through client and host."""

import random
import time
from collections.abc import Iterator
from pathlib import Path

from tests.bench import payloads
from tests.bench.figures import Figure, percentile, times_at_most
from tests.bench.pacing import gated, let_go, only
from tests.bench.rivals import Rival, rivals
from tests.bench.scale import Scale

TYPED = "stty raw -echo; exec cat"

LETTERS = "".join(map(chr, range(0x410, 0x450)))
"""Cyrillic, which no payload and no frame around a pane holds. Two lines' worth, so that no letter is still there."""


def idle(scale: Scale) -> Iterator[Figure]:
    """Nothing else happens."""
    with rivals(lambda _: [TYPED], 80, 24) as contenders:
        taken = _measure(scale, contenders, others=False)
    yield _figure("key to echo, idle", "p50", taken, 0.5, 2.5)
    yield _figure("key to echo, idle", "p99", taken, 0.99, 2.5)


def beside_floods(scale: Scale) -> Iterator[Figure]:
    """Three other panes write as fast as they can."""

    def scripts(own: Path) -> list[str]:
        payload = payloads.write(own, "agent_tui", 2, 100, 24)
        return [*(gated(own, pane, f"while :; do cat {payload}; done") for pane in range(3)), TYPED]

    with rivals(scripts, 200, 50) as contenders:
        for rival in contenders:
            let_go(rival, 3)
        taken = _measure(scale, contenders, others=True)
    yield _figure("key to echo beside three floods", "p50", taken, 0.5, None)
    yield _figure("key to echo beside three floods", "p99", taken, 0.99, 1.5)


def _measure(scale: Scale, contenders: list[Rival], *, others: bool) -> dict[str, list[float]]:
    dice = random.Random(1)
    taken: dict[str, list[float]] = {rival.name: [] for rival in contenders}
    for _ in range(scale.runs):
        for rival in contenders:
            with only(rival, contenders, slice(0, 3 if others else 0)):
                for nth in range(scale.keys):
                    taken[rival.name].append(press(rival, nth, dice))
    return taken


def press(rival: Rival, nth: int, dice: random.Random) -> float:
    """Milliseconds until it shows."""
    seat = rival.seat
    if nth % 32 == 0:
        seat.send("\r")
        seat.pump(0.05)
    seat.pump(dice.uniform(0.004, 0.03))
    del seat.raw[:]
    letter = LETTERS[nth % 64].encode()
    pressed = time.perf_counter()
    seat.send(letter)
    while letter not in seat.raw:
        if not seat.read(5):
            raise AssertionError(f"{rival.name} did not echo a key in 5 s")
    return (time.perf_counter() - pressed) * 1000


def _figure(subject: str, name: str, taken: dict[str, list[float]], share: float, bound: float | None) -> Figure:
    reached = {rival: percentile(values, share) for rival, values in taken.items()}
    return Figure(
        subject=subject, name=name, unit="ms", muxer=reached.get("muxer"), tmux=reached.get("tmux"),
        target=times_at_most(bound) if bound else None, note=f"of {len(next(iter(taken.values())))} keys",
    )  # fmt: skip
