"""Tabs: a new one, going from one to another, moving, naming and closing them."""

from functools import partial

from muxer.errors import UsageError
from muxer.ui import arranging
from muxer.ui.deeds.table import DEEDS, does
from muxer.ui.desk import Desk
from muxer.ui.harmless import harmless
from muxer.ui.line_entry import LineEntry
from muxer.ui.workbench import Tab

NAMED = 3
"""So many running programs are named when a tab is to be closed."""


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


def _move(desk: Desk, *, steps: int) -> None:
    if arranging.move_tab(desk.bench, steps):
        desk.arranged()


DEEDS["tab.next"] = partial(_turn, steps=1)
DEEDS["tab.previous"] = partial(_turn, steps=-1)
DEEDS["tab.left"] = partial(_move, steps=-1)
DEEDS["tab.right"] = partial(_move, steps=1)
for _number in range(1, 10):
    DEEDS[f"tab.{_number}"] = partial(_show, number=_number)


@does("tab.last")
def last(desk: Desk) -> None:
    """Back to the tab that was shown before."""
    if desk.bench.last_tab():
        desk.arranged()


@does("tab.rename")
def rename(desk: Desk) -> None:
    """Another name for it; none at all makes it a number again."""
    tab = desk.bench.tab
    if tab is None:
        return

    def done(text: str) -> None:
        try:
            changed = tab in desk.bench.tabs and arranging.rename_tab(desk.bench, tab, text)
        except UsageError as error:
            desk.voice.warn(str(error))
            return
        if changed:
            desk.arranged()

    desk.voice.put(LineEntry("rename tab", done, text=harmless(tab.name)))


@does("tab.close")
def close(desk: Desk) -> None:
    """Close all of its panes; where programs run, ask once."""
    tab = desk.bench.tab
    if tab is None:
        return
    panes = [pane for pane in tab.panes() if pane in desk.runtime.terminals]
    if len(panes) < len(tab.panes()):
        desk.voice.warn("a pane of this tab is still starting")
        return
    busy = [harmless(name) for pane in panes if (name := desk.runtime.busy(pane))]

    def answered(key: str) -> None:
        if key in ("y", "enter"):
            for pane in panes:
                if pane in desk.runtime.terminals:
                    desk.call("kill", pane=pane)

    if busy:
        desk.voice.ask(f"{_question(tab, busy)}  y close · n keep", answered)
    else:
        answered("y")


def _question(tab: Tab, busy: list[str]) -> str:
    names = busy[:NAMED] + ([f"{len(busy) - NAMED} more"] if len(busy) > NAMED else [])
    listed = " and ".join([", ".join(names[:-1]), names[-1]] if len(names) > 1 else names)
    return f"close tab {harmless(tab.name)}, where {listed} {'run' if len(busy) > 1 else 'runs'}?"
