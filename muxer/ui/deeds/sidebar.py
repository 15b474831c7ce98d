"""The sidebar: shown or hidden, and a filter that goes to a pane by a few letters of its name."""

from muxer.ui.deeds.table import does
from muxer.ui.desk import Desk
from muxer.ui.line_entry import LineEntry

_STEPS = {"up": -1, "down": 1, "shift+tab": -1, "tab": 1, "ctrl+p": -1, "ctrl+n": 1, "ctrl+k": -1, "ctrl+j": 1}


@does("sidebar.toggle")
def toggle(desk: Desk) -> None:
    """Show it, or hide it."""
    wish = not desk.sidebar.display
    if _show(desk, wish=wish):
        desk.choose("look", "sidebar", "shown" if wish else "hidden")


@does("sidebar.filter")
def narrow(desk: Desk) -> None:
    """Type a few letters of a pane's name; enter goes there."""
    before = desk.sidebar.shown
    if desk.sidebar.display or _show(desk, wish=True):
        desk.voice.put(Sieve(desk, before))


def _show(desk: Desk, *, wish: bool) -> bool:
    desk.show_sidebar(wish=wish)
    if desk.sidebar.display == wish:
        return True
    desk.show_sidebar(wish=None)
    desk.voice.warn("too narrow for the sidebar")
    return False


class Sieve:
    """The keyboard while somebody filters. A sidebar that was only opened for it is closed again."""

    def __init__(self, desk: Desk, before: bool | None) -> None:
        self._desk = desk
        self._before = before
        self._line = LineEntry("go to", self._go, on_change=self._narrow, on_leave=self._leave)
        self._narrow("")

    @property
    def words(self) -> str:
        """What is typed, and what keys do."""
        return f"{self._line.words}   ↑ ↓ choose · enter go there · esc leave"

    def press(self, key: str) -> bool:
        """A key; True when it is done."""
        if key in _STEPS:
            self._desk.sidebar.step(_STEPS[key])
            return False
        return self._line.press(key)

    def paste(self, text: str) -> None:
        """Text like any other."""
        self._line.paste(text)

    def _narrow(self, text: str) -> None:
        self._desk.sidebar.sift(text)

    def _go(self, _text: str) -> None:
        pane = self._desk.sidebar.chosen
        self._leave()
        if pane is not None and self._desk.bench.focus_on(pane):
            self._desk.arranged()

    def _leave(self) -> None:
        self._desk.sidebar.sift(None)
        if self._before != self._desk.sidebar.shown:
            self._desk.show_sidebar(wish=self._before)
