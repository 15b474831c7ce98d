"""Splitting, moving between panes, zooming and closing."""

from collections.abc import Callable
from functools import partial

from muxer.ui.deeds.table import DEEDS, does
from muxer.ui.desk import Desk
from muxer.ui.layout import Way
from muxer.ui.titles import harmless


def _step(desk: Desk, *, way: Way) -> None:
    if desk.bench.step(way, desk.panes_room):
        desk.arranged()


for _way in ("left", "right", "up", "down"):
    DEEDS[f"focus.{_way}"] = partial(_step, way=_way)


@does("split.right")
def split_right(desk: Desk) -> None:
    """A shell beside the pane in focus."""
    desk.call("new", command=[], split="right", no_attach=True)


@does("split.down")
def split_down(desk: Desk) -> None:
    """A shell below it."""
    desk.call("new", command=[], split="down", no_attach=True)


@does("pane.zoom")
def zoom(desk: Desk) -> None:
    """The pane alone, or all again."""
    desk.bench.zoom()
    desk.arranged()


@does("pane.close")
def close(desk: Desk) -> None:
    """Close it; where a program runs, ask first."""
    pane = desk.bench.focus
    if pane is None:
        return
    if pane not in desk.runtime.terminals:
        desk.voice.warn("this pane is still starting")
        return
    busy = desk.runtime.busy(pane)
    if not busy:
        desk.call("kill", pane=pane)
        return
    name = harmless(desk.runtime.facts(pane).name)
    desk.voice.ask(f"close {name}, where {harmless(busy)} runs?  y close · n keep", _if_yes(desk, pane))


def _if_yes(desk: Desk, pane: str) -> Callable[[str], None]:
    def answered(key: str) -> None:
        if key in ("y", "enter"):
            desk.call("kill", pane=pane)

    return answered
