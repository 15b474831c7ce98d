"""Twelve agents that think at 30 frames a second: what the multiplexer spends on showing them."""

import sys
from collections.abc import Iterator
from pathlib import Path

from tests.bench import payloads, player
from tests.bench.figures import Figure, median, times_at_most
from tests.bench.pacing import gated, let_go, only
from tests.bench.processes import cpu_seconds
from tests.bench.rivals import rivals
from tests.bench.scale import Scale

RATE = 30
SUBJECT = "twelve panes at 30 frames a second, 200x50"


def twelve_panes(scale: Scale) -> Iterator[Figure]:
    """CPU of the multiplexer, the programs' own not counted."""

    def scripts(own: Path) -> list[str]:
        frames = own / "frames"
        frames.write_bytes(payloads.unit("agent_tui", 50, 12))
        play = f"exec {sys.executable} -S -E {player.__file__} {frames} {RATE}"
        return [gated(own, pane, play) for pane in range(12)]

    spent: dict[str, list[float]] = {}
    written: dict[str, list[float]] = {}
    with rivals(scripts, 200, 50) as contenders:
        for rival in contenders:
            let_go(rival, 12)
        processes = {rival.name: rival.processes() for rival in contenders}
        for _ in range(scale.runs):
            for rival in contenders:
                with only(rival, contenders):
                    rival.seat.pump(0.3)
                    del rival.seat.raw[:]
                    before = cpu_seconds(processes[rival.name])
                    rival.seat.pump(scale.seconds)
                    used = cpu_seconds(processes[rival.name]) - before
                    spent.setdefault(rival.name, []).append(100 * used / scale.seconds)
                    written.setdefault(rival.name, []).append(len(rival.seat.raw) / scale.seconds / 1000)
    for name, unit, taken, target in (
        ("CPU", "% core", spent, times_at_most(1.5)),
        ("written to the terminal", "kB/s", written, None),
    ):
        middle = {rival: median(values) for rival, values in taken.items()}
        yield Figure(
            subject=SUBJECT, name=name, unit=unit, muxer=middle.get("muxer"), tmux=middle.get("tmux"), target=target
        )
