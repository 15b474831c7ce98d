"""Panes that write as fast as they can: how long until the last line stands on the outer screen, and at what cost."""

import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from tempfile import TemporaryDirectory

from tests.bench import payloads
from tests.bench.figures import Figure, Target, median, times_at_least, times_at_most
from tests.bench.pacing import Gate
from tests.bench.processes import cpu_seconds
from tests.bench.rivals import Rival, rivals
from tests.bench.scale import Scale
from tests.seat import Seat

SCRIPT = r"""
stty -echo
run=0
while read -r file <{gate}; do
    cat "$file"
    run=$((run + 1))
    printf '\033[r\033[0m\033[2J\033[H@@%s.%s@\n' {pane} $run
done
"""
"""Writes a file whenever it is told to, and then a mark that no payload holds."""

TWELVE = ("agent_tui", "alt_full", "ascii_scroll", "dense_cells")


def one_pane(scale: Scale) -> Iterator[Figure]:
    """Every payload in one pane, at two sizes: wall time and CPU."""
    for cols, rows in ((80, 24), (200, 50)):
        size = cols, rows
        kinds = list(payloads.KINDS)
        taken = _measure(scale.runs, kinds, panes=1, size=size, pane_size=size, megabytes=scale.megabytes)
        where = f"one pane {cols}x{rows}"
        walls = list(_figures(f"flood, {where}", "s", taken, 0, times_at_least(3)))
        yield from walls
        yield Figure(
            subject=f"flood, {where}", name="median of the ratios", unit="x", target=Target(bound=4, at_least=True),
            muxer=median(figure.ratio for figure in walls if figure.ratio is not None),
        )  # fmt: skip
        yield from _figures(f"CPU of a flood, {where}", "s/MB", taken, 1, times_at_most(1 / 3))


def twelve_panes(scale: Scale) -> Iterator[Figure]:
    """All panes of a full screen at once."""
    megabytes = scale.megabytes / 6
    taken = _measure(scale.runs, TWELVE, panes=12, size=(200, 50), pane_size=(50, 12), megabytes=megabytes)
    yield from _figures("flood, twelve panes 200x50", "s", taken, 0, times_at_least(2))
    yield from _figures("CPU of a flood, twelve panes 200x50", "s/MB", taken, 1, None)


Taken = dict[str, dict[str, list[tuple[float, float]]]]
"""By payload and rival: wall seconds and CPU seconds per MB of each run."""


Size = tuple[int, int]


def _measure(runs: int, kinds: Sequence[str], *, panes: int, size: Size, pane_size: Size, megabytes: float) -> Taken:
    taken: Taken = {kind: {} for kind in kinds}
    with (
        TemporaryDirectory(prefix="muxer-bench-") as folder,
        rivals(lambda own: _scripts(own, panes), *size) as contenders,
    ):
        sides = [_Side(rival, panes) for rival in contenders]
        for kind in kinds:
            payload = payloads.write(Path(folder), kind, megabytes, *pane_size)
            for _ in range(runs):
                for side in sides:
                    taken[kind].setdefault(side.rival.name, []).append(side.flood(payload))
            payload.unlink()
    return taken


def _scripts(own: Path, panes: int) -> list[str]:
    return [SCRIPT.format(gate=Gate(own / f"gate-{pane}").path, pane=pane) for pane in range(panes)]


class _Side:
    """One rival and the gates of its panes."""

    def __init__(self, rival: Rival, panes: int) -> None:
        self.rival = rival
        self._gates = [Gate(rival.folder / f"gate-{pane}") for pane in range(panes)]
        self._processes = rival.processes()
        self._run = 0

    def flood(self, payload: Path) -> tuple[float, float]:
        """Once: wall seconds, and CPU seconds per MB."""
        seat = self.rival.seat
        self._run += 1
        for gate in self._gates:
            gate.arm()
        seat.wait_quiet()
        del seat.raw[:]
        missing = [f"@@{pane}.{self._run}@".encode() for pane in range(len(self._gates))]
        spent = cpu_seconds(self._processes)
        began = time.perf_counter()
        for gate in self._gates:
            gate.release(str(payload))
        _see(seat, missing)
        wall = time.perf_counter() - began
        seat.wait_quiet()
        spent = cpu_seconds(self._processes) - spent
        return wall, spent / (payload.stat().st_size * len(self._gates) / 1e6)


def _see(seat: Seat, marks: list[bytes], timeout: float = 60) -> None:
    """Until each mark was written; every byte is looked at about once."""
    looked = 0
    deadline = time.monotonic() + timeout
    while marks:
        if not seat.read(1) and (seat.ended or time.monotonic() > deadline):
            raise AssertionError(f"{marks} did not come; last bytes: {bytes(seat.raw[-300:])!r}")
        if seat.raw.find(b"@@", looked) >= 0:
            marks = [mark for mark in marks if seat.raw.find(mark, looked) < 0]
        looked = max(0, len(seat.raw) - 4096)


def _figures(subject: str, unit: str, taken: Taken, measure: int, target: Target | None) -> Iterator[Figure]:
    for kind, by_rival in taken.items():
        middle = {name: median(run[measure] for run in runs) for name, runs in by_rival.items()}
        yield Figure(
            subject=subject, name=kind, unit=unit, muxer=middle.get("muxer"), tmux=middle.get("tmux"),
            target=target, speed=unit == "s",
        )  # fmt: skip
