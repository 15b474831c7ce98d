"""Tabs: a new one, and going from one to another."""

from functools import partial

from muxer.ui.deeds.table import DEEDS, does
from muxer.ui.desk import Desk


@does("tab.new")
def new(desk: Desk) -> None:
    """A shell in a tab of its own."""
    desk.call("new", command=[], split="none", no_attach=True)


def _turn(desk: Desk, *, steps: int) -> None:
    if desk.bench.turn(steps):
        desk.arranged()


def _show(desk: Desk, *, number: int) -> None:
    if desk.bench.show(number):
        desk.arranged()


DEEDS["tab.next"] = partial(_turn, steps=1)
DEEDS["tab.previous"] = partial(_turn, steps=-1)
for _number in range(1, 10):
    DEEDS[f"tab.{_number}"] = partial(_show, number=_number)
