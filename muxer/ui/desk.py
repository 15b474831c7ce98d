"""What a deed is handed: the screen, the panes on it, the runtime, and ways to speak with the person.

The app is the desk; deeds, dialogs and the palette see no more of it than this.
"""

from collections.abc import Mapping
from typing import Any, Protocol

from textual.screen import Screen

from muxer.model import PaneId
from muxer.ui.attention import Attention
from muxer.ui.buffers import Buffers
from muxer.ui.driver import SocketDriver
from muxer.ui.lately import Lately
from muxer.ui.layout import Region
from muxer.ui.look import Look
from muxer.ui.notices import Notices
from muxer.ui.runtime import Runtime
from muxer.ui.states import Sight
from muxer.ui.syncing import Syncing
from muxer.ui.voice import Voice
from muxer.ui.widgets.pane import PaneView
from muxer.ui.widgets.pane_grid import Sheet
from muxer.ui.widgets.sidebar import Sidebar
from muxer.ui.workbench import Workbench


class Desk(Protocol):
    """What a deed is handed."""

    host: str
    """The host's name."""
    mode: str
    """The mode that the screen is in: `resize`, `lock`, … of the keymap; nothing while people type."""

    lately: Lately
    """What was chosen in the palette, and drafts."""

    @property
    def runtime(self) -> Runtime:
        """Terminals, facts, verbs."""

    @property
    def look(self) -> Look:
        """Theme, keymap and settings as they are now."""

    @property
    def voice(self) -> Voice:
        """Questions, lines to fill in and warnings, in the status line."""

    @property
    def driver(self) -> SocketDriver:
        """Who is attached."""

    @property
    def bench(self) -> Workbench:
        """What is where."""

    @property
    def views(self) -> Mapping[PaneId, PaneView]:
        """Every pane's picture."""

    @property
    def sidebar(self) -> Sidebar:
        """The list of all panes."""

    @property
    def panes_room(self) -> Region:
        """The cells there are for panes."""

    @property
    def buffers(self) -> Buffers:
        """What was copied, newest first."""

    @property
    def notices(self) -> Notices:
        """What was said lately, who waits, who is muted."""

    @property
    def attention(self) -> Attention:
        """All that waits for a person."""

    @property
    def syncing(self) -> Syncing:
        """Which panes are typed into together."""

    def sight(self, pane: PaneId) -> Sight:
        """What was last seen of a pane."""

    def place_of(self, pane: PaneId) -> Region | None:
        """Where a pane lies on the screen, its title included; None when it is not shown."""

    def arranged(self) -> None:
        """The workbench is another: show it."""

    def show_sidebar(self, *, wish: bool | None) -> None:
        """Show it or hide it, as far as there is room; None leaves it to the settings."""

    def redraw(self, pane: PaneId) -> None:
        """A pane's picture or title is another, though its program wrote nothing."""

    def say_again(self) -> None:
        """What the status line or the sidebar says may be something else."""

    def typed_into(self, pane: PaneId) -> None:
        """The pane's echo should not wait, and its history is left."""

    def call(self, verb: str, **arguments: object) -> None:
        """Run a verb on a person's behalf; what is wrong is said in the status line."""

    def act(self, action: str) -> None:
        """Do an action of the table."""

    def copy(self, text: str) -> None:
        """Put text on the clipboards outside, and on top of the buffers."""

    def lay(self, name: str, sheet: Sheet | None) -> None:
        """Lay rows over the panes, or take them away."""

    def show_screen(self, screen: Screen[Any]) -> None:
        """Lay a Textual screen over everything: a dialog, the palette."""

    def choose(self, group: str, name: str, value: object) -> None:
        """Let a setting hold from now on, and in the next host; where it cannot, that is said."""

    def wear(self, *, theme: str = "", keymap: str = "") -> None:
        """Change the theme or the keymap, now; a name that cannot be read is said."""
