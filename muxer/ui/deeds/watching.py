"""Opening the radar, the monitor and the mesh: how the work of all agents stands, and what they say to each other."""

from functools import partial

from muxer.model import PaneId
from muxer.ui.deeds.dialogs import write_to
from muxer.ui.deeds.notices import go_to
from muxer.ui.deeds.table import does
from muxer.ui.desk import Desk
from muxer.ui.screens.mesh import Mesh
from muxer.ui.screens.monitor import Monitor
from muxer.ui.screens.radar import Deeds, Radar


@does("radar.open")
def radar(desk: Desk) -> None:
    """Who changes the same files."""

    def review(pane: PaneId) -> None:
        go_to(desk, pane)
        desk.act("review.open")

    deeds = Deeds(go=partial(go_to, desk), write=partial(write_to, desk), review=review)
    desk.show_screen(Radar(desk, deeds))


@does("monitor.open")
def monitor(desk: Desk) -> None:
    """All agents' work, and what happens."""
    desk.show_screen(Monitor(desk, go=partial(go_to, desk)))


@does("mesh.open")
def mesh(desk: Desk) -> None:
    """Who talks to whom."""
    desk.show_screen(Mesh(desk, go=partial(go_to, desk)))
