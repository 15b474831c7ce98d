"""Layouts as they were, to go back to. Every one of them holds just the panes that live now.

A pane that is opened or closed is no step: it is put into, or taken out of, all layouts that are remembered.
"""

from typing import NamedTuple

from muxer.model import PaneId
from muxer.ui import layout
from muxer.ui.layout import Node, Way

STEPS = 100
"""So many are remembered."""


class TabShape(NamedTuple):
    """A tab as far as it can be undone. Its key stays the same when its name does not."""

    key: int
    name: str
    tree: Node


Shape = tuple[TabShape, ...]


class Newcomer(NamedTuple):
    """A pane that was just placed: in which tab, and on which side of which pane."""

    pane: PaneId
    key: int
    name: str
    beside: PaneId | None
    side: Way


class History:
    """What can be undone, and done again."""

    def __init__(self) -> None:
        self._past: list[Shape] = []
        self._future: list[Shape] = []
        self._was = ""

    def record(self, shape: Shape, *, gesture: str = "") -> None:
        """A layout that is about to change. Changes of one gesture in a row are one step."""
        if gesture and gesture == self._was:
            return
        self._was = gesture
        self._past.append(shape)
        del self._past[:-STEPS]
        self._future.clear()

    def settle(self) -> None:
        """The gesture is over."""
        self._was = ""

    def undo(self, now: Shape) -> Shape | None:
        """The layout before this one; nothing if there is none."""
        return self._turn(now, self._past, self._future)

    def redo(self, now: Shape) -> Shape | None:
        """The layout that was undone last; nothing if there is none."""
        return self._turn(now, self._future, self._past)

    def _turn(self, now: Shape, source: list[Shape], target: list[Shape]) -> Shape | None:
        self._was = ""
        while source:
            shape = source.pop()
            if shape != now:  # two may have become the same since a pane was closed
                target.append(now)
                return shape
        return None

    def opened(self, newcomer: Newcomer) -> None:
        """A pane was placed."""
        self._past = [_with(shape, newcomer) for shape in self._past]
        self._future = [_with(shape, newcomer) for shape in self._future]
        self._was = ""

    def closed(self, pane: PaneId) -> None:
        """A pane is gone."""
        self._past = [_without(shape, pane) for shape in self._past]
        self._future = [_without(shape, pane) for shape in self._future]
        self._was = ""


def _with(shape: Shape, newcomer: Newcomer) -> Shape:
    pane, key, name, beside, side = newcomer
    if all(tab.key != key for tab in shape):
        return (*shape, TabShape(key, free_name(name, {tab.name for tab in shape}), pane))
    return tuple(tab._replace(tree=_beside(tab.tree, beside, pane, side)) if tab.key == key else tab for tab in shape)


def _beside(tree: Node, beside: PaneId | None, pane: PaneId, side: Way) -> Node:
    held = list(layout.panes(tree))
    return layout.insert(tree, beside if beside in held else held[-1], pane, side)


def _without(shape: Shape, pane: PaneId) -> Shape:
    rest = ((tab, layout.close(tab.tree, pane)) for tab in shape)
    return tuple(tab._replace(tree=tree) for tab, tree in rest if tree is not None)


def free_name(name: str, taken: set[str]) -> str:
    """The name, or with the first number that makes it free."""
    return next(wish for n in range(1, len(taken) + 2) if (wish := name if n == 1 else f"{name}-{n}") not in taken)
