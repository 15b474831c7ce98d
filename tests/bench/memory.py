"""What a pane with 10,000 lines of history weighs, while it is busy and after it has been quiet.

Counted is the growth of the host and of the keeper, mapped files included.
"""

from collections.abc import Iterator
from pathlib import Path

from tests.bench import payloads
from tests.bench.figures import Figure, Target
from tests.bench.processes import resident
from tests.bench.rivals import Rival, rivals
from tests.bench.scale import Scale

LINES = 10_200
PATIENCE = 60
"""Seconds that a host has to make the history of quiet panes small."""

SCRIPT = """
stty -echo
cat {lines}
: >{done}
while [ ! -e {quiet} ]; do echo tick; sleep 1; done
read -r x
"""


def with_history(scale: Scale) -> Iterator[Figure]:
    """Growth for each of many hidden panes."""
    busy: dict[str, float] = {}
    quiet: dict[str, float] = {}
    with rivals(lambda _: ["stty -echo; read -r x"], 80, 24) as contenders:
        for rival in contenders:
            busy[rival.name], quiet[rival.name] = _weigh(rival, scale.hidden_panes)
    for name, taken, bound in (("busy", busy, 8), ("quiet", quiet, 1)):
        yield Figure(
            subject="memory of a pane with 10,000 lines", name=name, unit="MB", muxer=taken.get("muxer"),
            tmux=taken.get("tmux"), target=Target(bound=bound), note=f"of {scale.hidden_panes} panes",
        )  # fmt: skip


def _weigh(rival: Rival, panes: int) -> tuple[float, float]:
    seat, own = rival.seat, rival.folder
    servers = rival.processes()[1:]
    lines = own / "lines"
    plain = payloads.unit("ascii_scroll", 80, 24).split(b"\r\n")
    lines.write_bytes(b"\n".join(b"\x1b[3%dm%s\x1b[0m" % (n % 8, plain[n % len(plain)]) for n in range(LINES)) + b"\n")
    seat.wait_quiet(1)
    empty = resident(servers)

    def growth() -> float:
        return (resident(servers) - empty) / panes / 1e6

    done = [own / f"done-{pane}" for pane in range(panes)]
    for mark in done:
        rival.hide(SCRIPT.format(lines=lines, done=mark, quiet=own / "quiet"))
    if not seat.pump(60, lambda: all(mark.exists() for mark in done)):
        raise AssertionError(f"{rival.name} did not take {LINES} lines in {panes} panes within 60 s")
    seat.pump(1)
    busy = growth()
    Path(own, "quiet").touch()
    seat.pump(PATIENCE if rival.name == "muxer" else 2, lambda: growth() <= 1)
    return busy, growth()
