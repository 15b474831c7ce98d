"""Opening the promote dialog."""

from muxer.ui.deeds.table import does
from muxer.ui.desk import Desk
from muxer.ui.harmless import harmless
from muxer.ui.screens.promote import Promote


@does("promote.open")
def promote(desk: Desk) -> None:
    """What the work of a pane's agent would give to trunk."""
    pane = desk.bench.focus
    if pane is None or desk.runtime.agent(pane) is None:
        desk.voice.warn("no agent works in this pane: go to one whose work is to be promoted")
        return
    desk.show_screen(Promote(desk, pane, harmless(desk.runtime.facts(pane).name)))
