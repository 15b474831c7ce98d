"""Themes: the next one, or one from a list that is tried on while one looks."""

from muxer.errors import MuxerError
from muxer.settings.themes import read_theme
from muxer.shipped import names
from muxer.ui.deeds.table import does
from muxer.ui.desk import Desk
from muxer.ui.screens.chooser import Chooser


def _keep(desk: Desk, name: str) -> None:
    """Wear it from now on, also in the next host; where it cannot be read, that is said."""
    desk.wear(theme=name)
    if desk.look.theme.name == name:
        desk.choose("look", "theme", name)


@does("theme.next")
def next_theme(desk: Desk) -> None:
    """The one after this, round at the end; one that cannot be read is passed over."""
    known, worn = names("themes"), desk.look.theme.name
    at = known.index(worn) if worn in known else -1
    for steps in range(1, len(known)):
        name = known[(at + steps) % len(known)]
        desk.wear(theme=name)
        if desk.look.theme.name == name:
            if steps == 1:
                desk.voice.tell(f"theme {name}")
            desk.choose("look", "theme", name)
            return


@does("theme.choose")
def choose(desk: Desk) -> None:
    """A list; whatever is under the bar is worn, and Escape puts the old one back."""
    known, before = names("themes"), desk.look.theme.name
    chooser = Chooser(
        "Theme",
        [(name, _about(name), name) for name in known],
        lambda name: _keep(desk, name),
        on_highlight=lambda name: desk.wear(theme=name),
        on_leave=lambda: desk.wear(theme=before),
        start=known.index(before) if before in known else 0,
    )
    desk.show_screen(chooser)


def _about(name: str) -> str:
    try:
        theme = read_theme(name)
    except MuxerError:
        return "cannot be read"
    if not theme.palette:
        return "your terminal's own colours"
    return "dark" if theme.dark else "light"
