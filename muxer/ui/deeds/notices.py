"""Muting a pane, reading what was said lately, and going where it was said."""

import asyncio

from muxer.model import PaneId
from muxer.ui.deeds.table import does
from muxer.ui.desk import Desk
from muxer.ui.harmless import harmless
from muxer.ui.notices import Said
from muxer.ui.screens.chooser import Chooser
from muxer.ui.states import plainly, short_age


def go_to(desk: Desk, pane: PaneId) -> None:
    """Show it, and type into it from now on."""
    if pane not in desk.views:
        desk.voice.warn("that pane is gone")
    elif desk.bench.focus_on(pane):
        desk.arranged()


@does("pane.mute")
def mute(desk: Desk) -> None:
    """Mute the pane, or hear it again; its title says so."""
    pane = desk.bench.focus
    if pane is None or pane not in desk.runtime.terminals:
        return
    muted = desk.notices.mute(pane)
    name = harmless(desk.runtime.facts(pane).name)
    desk.voice.tell(f"{name} is muted" if muted else f"{name} is heard again")
    desk.redraw(pane)


@does("notices.show")
def show(desk: Desk) -> None:
    """A list of what was said lately; choosing goes to the pane."""
    said = desk.notices.lately
    if not said:
        desk.voice.tell("nothing was said yet")
        return
    now = asyncio.get_running_loop().time()
    entries = [(_label(desk, one), short_age(now - one.when), one) for one in said]

    def chosen(one: Said) -> None:
        if one.pane:
            go_to(desk, one.pane)

    desk.show_screen(Chooser("What was said lately", entries, chosen))


def _label(desk: Desk, one: Said) -> str:
    mark = " " if one.seen else plainly("▲", plain=desk.look.ascii)
    times = f" ({one.times} times)" if one.times > 1 else ""
    return f"{mark} {one.name}  {one.words}{times}"
