"""The common settings, one row each: what it is, its value, and where that is set. A change holds at once."""

from typing import ClassVar

from textual import events
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import VerticalScroll
from textual.content import Content
from textual.geometry import Region
from textual.screen import ModalScreen
from textual.widgets import Static

from muxer.settings.offers import Offer, offers
from muxer.ui.desk import Desk
from muxer.ui.harmless import harmless
from muxer.ui.screens.panel import PADDING, Panel, room_in_panel

GROUP, LABEL, VALUE = 10, 21, 20
"""Columns; what is left is for where it is set."""
NARROW = 70
"""Columns with which values take no more room than they need."""
AROUND = 9
"""Rows of the screen that are no settings."""


class Settings(ModalScreen[None]):
    """Escape closes it; there is nothing to confirm."""

    CSS = f"""
    Settings {{ align-horizontal: center; background: transparent; }}
    Settings VerticalScroll {{ height: auto; margin-top: 1; scrollbar-size-vertical: 0; }}
    Settings #rows {{ padding: 0; }}
    Settings #words {{ margin-top: 1; padding: 0 {PADDING}; height: 1; color: $text-muted; }}
    """
    AUTO_FOCUS = None
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape,q,ctrl+c,ctrl+g", "dismiss", priority=True),
        Binding("down,j,ctrl+n,tab", "move(1)", priority=True),
        Binding("up,k,ctrl+p,shift+tab", "move(-1)", priority=True),
        Binding("right,l,enter,space", "change(1)", priority=True),
        Binding("left,h", "change(-1)", priority=True),
    ]

    def __init__(self, desk: Desk) -> None:
        super().__init__()
        self._desk = desk
        self._at = 0

    def compose(self) -> ComposeResult:
        """Rows, and what the one under the bar is for."""
        rows = VerticalScroll(Static(id="rows", markup=False))
        rows.can_focus = False
        arrows = ("up down", "left right") if self._desk.look.ascii else ("↑ ↓", "← →")
        keys = f"{arrows[0]} move · {arrows[1]} change · esc close"
        yield Panel("SETTINGS", rows, Static(id="words", markup=False), keys=keys)

    def on_mount(self) -> None:
        """As things are now."""
        self._fill()

    def on_resize(self, event: events.Resize) -> None:
        """In a low terminal the rows scroll."""
        self.query_one(VerticalScroll).styles.max_height = max(1, event.size.height - AROUND)
        self.call_after_refresh(self._fill)

    # ---- rows

    @property
    def _offers(self) -> tuple[Offer, ...]:
        return offers(self._desk.look.config)

    def _fill(self) -> None:
        cols = room_in_panel(self.size.width) + 2 * PADDING
        lines, group = [], ""
        for at, offer in enumerate(self._offers):
            lines.append(self._line(offer, cols, first=offer.key[0] != group, under=at == self._at))
            group = offer.key[0]
        self.query_one("#rows", Static).update(Content("\n").join(lines))
        self.query_one("#words", Static).update(self._offers[self._at].words)
        self.query_one(VerticalScroll).scroll_to_region(Region(0, self._at, 1, 1), animate=False)

    def _line(self, offer: Offer, cols: int, *, first: bool, under: bool) -> Content:
        left, right = ("< ", " >") if self._desk.look.ascii else ("‹ ", " ›")
        value = harmless(offer.shown(self._desk.look.config))
        value = f"{left}{value}{right}" if under else f"  {value}"
        origin = _place(self._desk.runtime.settings.origin(offer.key))
        wide = VALUE if cols > NARROW else len(value) + 2
        room = max(0, cols - 2 * PADDING - GROUP - LABEL - wide)
        origin = next((way for way in (origin, origin.partition(":")[0]) if len(way) <= room), "")
        ink = "bold $primary" if under else "$foreground"
        line = Content.assemble(
            " " * PADDING,
            (f"{offer.key[0].capitalize() if first else '':{GROUP}}", "$text-muted"),
            (f"{offer.label:{LABEL}}", ink),
            (f"{value:{wide}}", ink),
            (f"{origin:>{room}}", "$text-muted"),
            " " * PADDING,
        )
        return line.stylize("on $panel") if under else line

    # ---- keys and the mouse

    def action_move(self, steps: int) -> None:
        """To another row; round at the ends."""
        self._at = (self._at + steps) % len(self._offers)
        self._fill()

    def action_change(self, steps: int) -> None:
        """To the value before or after this one."""
        offer = self._offers[self._at]
        self._desk.choose(*offer.key, offer.stepped(self._desk.look.config, steps))
        self._at = next(at for at, one in enumerate(self._offers) if one.key[1] == offer.key[1])
        self._fill()

    def on_click(self, event: events.Click) -> None:
        """On a row: go there; once more: change it. Beside the panel: close."""
        rows = self.query_one("#rows", Static)
        widget, region = self.get_widget_at(event.screen_x, event.screen_y)
        if widget is self:
            self.dismiss()
        elif widget is rows:
            at = event.screen_y - region.y
            if at == self._at:
                self.action_change(1)
            self._at = min(at, len(self._offers) - 1)
            self._fill()


def _place(origin: str) -> str:
    """The file's name and the line; a project's with the folder that tells it from the person's own."""
    name = origin.rpartition("/")[2]
    return f".muxer/{name}" if "/.muxer/" in origin else name
