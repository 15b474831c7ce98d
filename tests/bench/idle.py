"""Thirty panes in which nothing happens cost nothing: no byte to the terminal, no time on the CPU."""

from collections.abc import Iterator

from tests.bench.figures import Figure, Target
from tests.bench.processes import cpu_seconds
from tests.bench.rivals import rivals
from tests.bench.scale import Scale

SCRIPT = "echo waiting; read -r x"


def thirty_panes(scale: Scale) -> Iterator[Figure]:
    """Twelve on the screen, eighteen out of sight."""
    written: dict[str, float] = {}
    spent: dict[str, float] = {}
    with rivals(lambda _: [SCRIPT] * 12, 200, 50) as contenders:
        for rival in contenders:
            for _ in range(18):
                rival.hide(SCRIPT)
            processes = rival.processes()
            rival.seat.wait_quiet(2, timeout=30)
            before, total = cpu_seconds(processes[1:]), rival.seat.total
            rival.seat.pump(scale.idle_seconds)
            spent[rival.name] = 100 * (cpu_seconds(processes[1:]) - before) / scale.idle_seconds
            written[rival.name] = rival.seat.total - total
    for name, unit, taken, bound in (("written", "bytes", written, 0), ("CPU of the host", "% core", spent, 0.5)):
        yield Figure(
            subject=f"idle with 30 panes, {scale.idle_seconds:g} s", name=name, unit=unit, muxer=taken.get("muxer"),
            tmux=taken.get("tmux"), target=Target(bound=bound),
        )  # fmt: skip
