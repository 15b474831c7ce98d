"""Help: the list of all keys."""

from muxer.ui.deeds.table import does
from muxer.ui.desk import Desk
from muxer.ui.screens.keys import KeysScreen


@does("help.keys")
def keys(desk: Desk) -> None:
    """Every action and its keys; choosing one does it."""
    desk.show_screen(KeysScreen(desk.look.keymap, desk.act))
