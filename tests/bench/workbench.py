"""What a person waits for on a full workbench: the palette, another theme, the sidebar, an echo beside it."""

import contextlib
import os
import random
import sys
import time
from collections.abc import Iterator
from pathlib import Path

from tests.bench.echo import TYPED, press
from tests.bench.figures import Figure, Target, median, percentile
from tests.bench.processes import cpu_seconds
from tests.bench.rivals import Muxer, home, run
from tests.bench.scale import Scale

MANY = 200
COLS, ROWS = 120, 40
SETTLED = 0.15
"""A screen on which nothing has come for so long shows what it will show."""

OPEN_MANY = """
import sys
from muxer.paths import host_paths
from muxer.wire.client import call
for number in range(int(sys.argv[1])):
    call(host_paths("bench"), "new", {"command": ["sh", "-c", "read -r x"], "split": "none", "name": f"pane-{number}"})
"""


class _Whole(Muxer):
    """With the size of the screen given, not that of a pane."""

    def _fit(self) -> None:
        """The sidebar takes what it takes."""


@contextlib.contextmanager
def _full(sidebar: str, *scripts: str, panes: int = MANY) -> Iterator[Muxer]:
    """A host with so many panes, one of them on the screen, and the sidebar as it is said."""
    with home() as env, contextlib.ExitStack() as stack:
        config = Path(env["XDG_CONFIG_HOME"], "muxer", "config.toml")
        config.write_text(f'[look]\nclock = false\nsidebar = "{sidebar}"\n')
        muxer = _Whole(env, COLS, ROWS)
        stack.callback(muxer.close)
        first, *others = scripts or ("echo ready; read -r x",)
        muxer.open([first])
        for script in others:
            muxer.hide(script)
        run([sys.executable, "-c", OPEN_MANY, str(panes - 1 - len(others))], env, muxer.seat, check=True)
        muxer.seat.send("\x021")
        muxer.seat.wait_quiet(1, timeout=60)
        yield muxer


def _shown_after(muxer: Muxer, keys: str, mark: bytes = b"") -> tuple[float, float]:
    """Milliseconds from the key to the first picture that holds the mark, and to the last byte that it caused."""
    seat = muxer.seat
    del seat.raw[:]
    began = last = time.perf_counter()
    first = 0.0
    seat.send(keys)
    while time.perf_counter() - last < SETTLED or not seat.raw:
        if seat.read(SETTLED):
            last = time.perf_counter()
            first = first or (last if mark in seat.raw else 0.0)
        elif time.perf_counter() - began > 10:
            raise AssertionError(f"nothing came of {keys!r}")
    return (first - began) * 1000, (last - began) * 1000


def dialogs(scale: Scale) -> Iterator[Figure]:
    """The palette opens and a theme is changed."""
    opened, settled, changed = [], [], []
    with _full("shown") as muxer:
        for _ in range(scale.runs * 4):
            muxer.seat.send("\x02")
            muxer.seat.pump(0.05)
            first, last = _shown_after(muxer, "p", b"attach: zoom")
            opened.append(first)
            settled.append(last)
            muxer.seat.send("\x1b")
            muxer.seat.wait_quiet(0.3)
            muxer.seat.send("\x02")
            muxer.seat.pump(0.05)
            changed.append(_shown_after(muxer, "\x14")[1])
            muxer.seat.wait_quiet(0.3)
    for name, taken, bound in (
        ("the palette is there", opened, 50),
        ("nothing of it changes any more", settled, None),
        ("another theme is worn", changed, 100),
    ):
        yield Figure(
            subject=f"with {MANY} panes", name=name, unit="ms", muxer=median(taken),
            target=Target(bound=bound) if bound else None,
            note=f"worst {max(taken):.3g}",
        )  # fmt: skip


def sidebar(scale: Scale) -> Iterator[Figure]:
    """A hidden pane says something new, again and again: what one update of the sidebar costs."""
    spent: dict[str, float] = {}
    changes = scale.keys
    for state in ("shown", "hidden"):
        with _full(state, "echo ready; read -r x", _titles(changes)) as muxer:
            host = muxer.processes()[1:2]
            muxer.seat.wait_quiet(1)
            before = cpu_seconds(host)
            Path(muxer.env["HOME"], "go").touch()
            muxer.seat.pump(changes * 0.3 + 1)
            spent[state] = 1000 * (cpu_seconds(host) - before) / changes
    yield Figure(
        subject=f"with {MANY} panes", name="one update of the sidebar, CPU", unit="ms",
        muxer=max(0.0, spent["shown"] - spent["hidden"]), target=Target(bound=16),
        note=f"{spent['hidden']:.2g} ms without it",
    )  # fmt: skip


def _titles(changes: int) -> str:
    return (
        'until [ -e "$HOME/go" ]; do sleep 0.1; done; '
        f"n=0; while [ $n -lt {changes} ]; do n=$((n+1)); echo title-$n; sleep 0.3; done; read -r x"
    )


def echo(scale: Scale) -> Iterator[Figure]:
    """Typing with the sidebar, many panes and their news beside it, to typing in a bare pane."""
    noise = "n=0; while :; do n=$((n+1)); echo news-$n; sleep 0.05; done"
    dice = random.Random(1)
    taken: dict[str, list[float]] = {"full": [], "bare": []}
    with _full("shown", TYPED, noise) as full, _full("hidden", TYPED, panes=1) as bare:
        for _ in range(scale.runs):
            for name, muxer in (("full", full), ("bare", bare)):
                taken[name] += [press(muxer, nth, dice) for nth in range(scale.keys)]
    for share, name in ((0.5, "p50"), (0.99, "p99")):
        reached = {kind: percentile(values, share) or 0.0 for kind, values in taken.items()}
        yield Figure(
            subject="key to echo on a full workbench, to a bare pane", name=name, unit="times",
            muxer=reached["full"] / reached["bare"], target=Target(bound=1.2) if share == 0.5 else None,
            note=f"{reached['full']:.2f} ms to {reached['bare']:.2f} ms, load {os.getloadavg()[0]:.1f}",
        )  # fmt: skip
