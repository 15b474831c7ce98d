"""Opening the palette: for everything, for a verb, for places."""

from muxer.ui.deeds.table import does
from muxer.ui.desk import Desk
from muxer.ui.palette.screen import Palette


@does("palette.open")
def open_palette(desk: Desk) -> None:
    """Everything by name."""
    desk.show_screen(Palette(desk))


@does("palette.line")
def open_line(desk: Desk) -> None:
    """A verb and its arguments."""
    desk.show_screen(Palette(desk, line=":"))


@does("palette.goto")
def go_to(desk: Desk) -> None:
    """Panes, tabs, layouts and themes only."""
    desk.show_screen(Palette(desk, places_only=True))
