"""Fingers on a keymap: they press every way to an action, each time until what it does is seen."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from muxer.settings.actions import ACTIONS
from tests.conftest import Desk
from tests.presses import each_way, in_mode, keys
from tests.seat import Seat
from tests.ui.deeds.screens import has, places, shows

Met = Callable[[Seat], object]
"""Is it seen?"""


def answers(met: Met, goal: bool) -> Met:
    return lambda seat: bool(met(seat)) is goal


def sees(what: Met, wanted: object) -> Met:
    return lambda seat: what(seat) == wanted


class Fingers:
    """Somebody who knows one keymap by heart, at a terminal."""

    def __init__(self, desk: Desk, name: str, *words: str) -> None:
        folder = Path(desk.env["XDG_CONFIG_HOME"]) / "muxer"
        (folder / "config.toml").write_text(f'[look]\nkeymap = "{name}"\n')
        self.name = name
        self.desk = desk
        editor = desk.folder / "editor"
        editor.write_text('#!/bin/sh\nhead -n 3 "$1"; exec cat\n')
        editor.chmod(0o700)
        self.seat = desk.sit(*words, EDITOR=str(editor))
        self.seat.wait_for(lambda s: s.board and len(places(s)) == 1)

    def each(self, action: str) -> Iterator[str]:
        """What a terminal sends for every way to do an action; out of a mode that stays after it."""
        for way in each_way(self.name, action):
            yield keys(way) + (keys("escape") if ACTIONS[action].repeats and in_mode(self.name, way) else "")

    def press(self, action: str) -> None:
        """The first way to do an action."""
        self.seat.send(next(self.each(action)))

    def back_and_forth(self, there: str, back: str, met: Met) -> None:
        """Each way to do it is seen to work; the other action undoes it."""
        for action, other, goal in ((there, back, True), (back, there, False)):
            for way in self.each(action):
                self.seat.wait_for(answers(met, not goal))
                self.seat.send(way)
                self.seat.wait_for(answers(met, goal))
                self.press(other)
            self.press(action)

    def toggles(self, action: str, met: Met) -> None:
        """Each way to do it is seen to work, and done again undoes it."""
        for way in self.each(action):
            self.seat.send(way)
            self.seat.wait_for(met)
            self.seat.send(way)
            self.seat.wait_for(lambda s: not met(s))

    def opens(self, action: str, text: str) -> None:
        """Each way to do it opens what shows the text; Escape closes it."""
        for way in self.each(action):
            self.seat.wait_for(lambda s: text not in s.text)
            self.seat.send(way)
            self.seat.wait_for(text)
            self.seat.send(keys("escape"))
            self.seat.wait_for(lambda s: text not in s.text)


def in_focus(seat: Seat) -> str:
    """The pane that the cursor is in."""
    x, y = seat.cursor
    above = {name: place for name, place in places(seat).items() if place[0] <= x and place[1] <= y}
    return max(above, key=lambda name: above[name]) if above else ""


def focus_on(pane: str) -> Met:
    return lambda seat: in_focus(seat) == pane


def focus_elsewhere(before: str) -> Met:
    return lambda seat: in_focus(seat) not in ("", before)


def others(before: set[str]) -> Met:
    """Are panes shown, and none of these?"""
    return lambda seat: places(seat) and not before & set(places(seat))


@contextmanager
def three(desk: Desk, name: str) -> Iterator[Fingers]:
    """sh on the left; sh-2 above sh-3, which has the focus, on the right."""
    fingers = Fingers(desk, name)
    fingers.press("split.right")
    fingers.seat.wait_for(has("sh-2"))
    fingers.press("split.down")
    fingers.seat.wait_for(shows("sh", "sh-2", "sh-3"))
    fingers.seat.wait_for(focus_on("sh-3"))
    yield fingers
