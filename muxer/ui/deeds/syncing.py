"""Synced typing: marking panes, and typing into all of them at once."""

from muxer.ui.deeds.table import does
from muxer.ui.desk import Desk
from muxer.ui.harmless import harmless


@does("pane.mark")
def mark(desk: Desk) -> None:
    """Mark the pane for synced typing, or unmark it."""
    pane = desk.bench.focus
    if pane is None or pane not in desk.runtime.terminals:
        return
    was_on = bool(desk.syncing.panes)
    marked = desk.syncing.mark(pane)
    name, count = harmless(desk.runtime.facts(pane).name), len(desk.syncing.marked)
    if was_on and not desk.syncing.panes:
        desk.voice.warn("synced typing is off: one pane is left")
    else:
        way = desk.look.keymap.way("pane.sync")
        more = f"{count} marked" + (f"; {way} types into them together" if way and not was_on else "")
        desk.voice.tell(f"{name} is {'marked' if marked else 'unmarked'}: {more}")
    _retitle(desk)


@does("pane.sync")
def sync(desk: Desk) -> None:
    """Type into the marked panes together (all of the tab where none is marked), or into one again."""
    syncing = desk.syncing
    if syncing.panes:
        syncing.stop()
        desk.voice.tell("synced typing is off")
    else:
        tab = desk.bench.tab
        panes = syncing.marked or (tuple(tab.panes()) if tab else ())
        living = [pane for pane in panes if _runs(desk, pane)]
        if not syncing.start(living):
            way = desk.look.keymap.way("pane.mark")
            how = f"mark two with {way}, or " if way else ""
            desk.voice.warn(f"synced typing needs two panes with programs: {how}split the tab")
            return
    _retitle(desk)


def _runs(desk: Desk, pane: str) -> bool:
    terminal = desk.runtime.terminals.get(pane)
    return terminal is not None and not terminal.ended


def _retitle(desk: Desk) -> None:
    for pane in desk.views:
        desk.redraw(pane)
    desk.say_again()
