"""The screens that dead hosts left: brought back, or put aside when they bring down one host after the other."""

import os
from collections.abc import Callable
from contextlib import suppress

from muxer.model import PaneId
from muxer.terminal.terminal import Terminal

RECOVERIES = 2
"""So many hosts may die while they bring a pane back, before its screen is given up."""


def bring_back(
    pane: PaneId, fd: int, folder: str, cols: int, rows: int, *, scrollback: int, say: Callable[[], None]
) -> Terminal:
    """A pane's terminal as it was. `say`: its output brought down host after host, and is put aside."""
    trying = f"{folder}/{pane}.trying"
    with open(trying, "a", encoding="utf-8") as tries:
        tries.write("x")
    if os.path.getsize(trying) > RECOVERIES:
        for kind in ("ring", "snapshot"):
            with suppress(FileNotFoundError):
                os.replace(f"{folder}/{pane}.{kind}", f"{folder}/{pane}.{kind}.crashed")
        say()
    terminal = Terminal.recovered(pane, fd, folder, cols, rows, scrollback=scrollback)
    os.unlink(trying)
    return terminal


def clear(pane: PaneId, folder: str) -> None:
    """Remove what was put aside."""
    for kind in ("trying", "ring.crashed", "snapshot.crashed"):
        with suppress(FileNotFoundError):
            os.unlink(f"{folder}/{pane}.{kind}")
