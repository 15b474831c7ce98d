"""Settings: the screen that changes them, and reading them again."""

from muxer.shipped import names
from muxer.ui.deeds.table import does
from muxer.ui.desk import Desk
from muxer.ui.screens.chooser import Chooser
from muxer.ui.screens.settings import Settings


@does("settings.open")
def show(desk: Desk) -> None:
    """The common ones, to change."""
    desk.show_screen(Settings(desk))


@does("settings.reload")
def reload(desk: Desk) -> None:
    """What the files say now, though saving them does the same."""
    desk.runtime.read_again()


@does("keymap.choose")
def choose_keymap(desk: Desk) -> None:
    """A list; the chosen one holds at once."""
    known, now = names("keymaps"), desk.look.keymap.name
    entries = [(name, "the keys now" if name == now else "", name) for name in known]
    chooser = Chooser(
        "Keymap",
        entries,
        lambda name: desk.choose("look", "keymap", name),
        start=known.index(now) if now in known else 0,
    )
    desk.show_screen(chooser)
