"""The broadcast dialog: panes to pick, and text for them. It says that it cannot send yet; the draft is kept."""

from collections.abc import Callable, Sequence
from typing import ClassVar, NamedTuple

from textual import events, on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.content import Content
from textual.screen import ModalScreen
from textual.widgets import OptionList, Static, TextArea
from textual.widgets.option_list import Option

from muxer.model import PaneId
from muxer.ui.fuzzy import ALL
from muxer.ui.layout import Region
from muxer.ui.screens.panel import PADDING, Panel, row
from muxer.ui.screens.placing import beside

LISTED = 6
"""Panes that are seen at once."""
NAMED = 4
"""Panes that the preview calls by name."""
HEIGHT = 18


class Target(NamedTuple):
    """A pane that could be written to."""

    pane: PaneId
    name: str
    about: str
    picked: bool


class Broadcast(ModalScreen[None]):
    """Tells whoever opened it what was written and picked, when it is left."""

    CSS = f"""
    Broadcast {{ background: transparent; }}
    Broadcast Panel {{ margin: 0; }}
    Broadcast OptionList {{ max-height: {LISTED}; }}
    Broadcast OptionList > .option-list--option-highlighted {{
        color: $foreground; background: transparent; text-style: none;
    }}
    Broadcast OptionList:focus > .option-list--option-highlighted {{
        color: $primary; background: $panel; text-style: bold;
    }}
    Broadcast TextArea, Broadcast TextArea:focus {{
        height: 4; margin: 1 {PADDING} 0 {PADDING}; padding: 0 1; border: none; background: $panel;
    }}
    Broadcast #plain {{ margin-top: 1; color: $text-warning; }}
    """
    AUTO_FOCUS = "TextArea"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape,ctrl+c,ctrl+g", "leave", priority=True),
        Binding("tab,shift+tab", "turn", priority=True),
        Binding("ctrl+s", "sync", priority=True),
    ]

    def __init__(
        self,
        targets: Sequence[Target],
        *,
        draft: str,
        sync_way: str,
        pane: Region | None,
        plain: bool,
        on_leave: Callable[[str], None],
        on_sync: Callable[[list[PaneId]], None],
    ) -> None:
        super().__init__()
        self._targets = list(targets)
        self._picked = {target.pane for target in targets if target.picked}
        self._draft, self._sync_way, self._pane = draft, sync_way, pane
        self._marks = ("[x]", "[ ]") if plain else ("■", "□")
        self._tell, self._sync = on_leave, on_sync

    def compose(self) -> ComposeResult:
        """Who, what, and what is to be known."""
        way = f" ({self._sync_way})" if self._sync_way else ""
        plainly = f"Sending comes with a later version. Today, synced typing{way} types into all of these at once."
        yield Panel(
            "BROADCAST",
            OptionList(markup=False),
            TextArea(self._draft, show_line_numbers=False, placeholder="what to write", compact=True),
            Static(id="preview", classes="panel--quiet", markup=False),
            Static(plainly, id="plain", classes="panel--words", markup=False),
            keys="space pick · tab panes, text · ctrl+s sync · esc close",
        )

    def on_mount(self) -> None:
        """The panes, those of the tab picked."""
        self._fill()
        text = self.query_one(TextArea)
        text.move_cursor(text.document.end)

    def on_resize(self, event: events.Resize) -> None:
        """Beside the pane in focus, if there is room."""
        listed = max(1, min(LISTED, len(self._targets)))
        place = beside(self._pane, event.size.width, event.size.height, HEIGHT - LISTED + listed)
        panel = self.query_one(Panel)
        panel.styles.width = place.cols
        panel.styles.offset = (place.x, place.y)
        self.call_after_refresh(self._fill)

    # ---- who

    def _row(self, target: Target) -> Content:
        mark = self._marks[0] if target.pane in self._picked else self._marks[1]
        cols = max(10, self.query_one(OptionList).size.width - 2 * PADDING)
        return row(f"{mark} {target.name}", ALL, target.about, cols)

    def _fill(self) -> None:
        listed = self.query_one(OptionList)
        bar = listed.highlighted
        listed.clear_options()
        listed.add_options([Option(self._row(target)) for target in self._targets])
        if not self._targets:
            listed.add_option(Option("no pane is open to write to", disabled=True))
        listed.highlighted = bar if bar is not None else 0
        self._preview()

    @on(OptionList.OptionSelected)
    def _pick(self, event: OptionList.OptionSelected) -> None:
        event.stop()
        if event.option_index < len(self._targets):
            target = self._targets[event.option_index]
            self._picked ^= {target.pane}
            event.option_list.replace_option_prompt_at_index(event.option_index, self._row(target))
            self._preview()

    def on_key(self, event: events.Key) -> None:
        """Space picks, as enter does."""
        listed = self.query_one(OptionList)
        if event.key == "space" and listed.has_focus:
            event.stop()
            listed.action_select()

    @on(TextArea.Changed)
    def _written(self, event: TextArea.Changed) -> None:
        event.stop()
        self._preview()

    def _preview(self) -> None:
        names = [target.name for target in self._targets if target.pane in self._picked]
        text = self.query_one(TextArea).text
        lines = len(text.strip("\n").splitlines())
        what = f"{lines} line{'s' * (lines != 1)}, {len(text)} characters" if text.strip() else "nothing written yet"
        more = f" and {len(names) - NAMED} more" if len(names) > NAMED else ""
        who = f"to {', '.join(names[:NAMED])}{more}" if names else "to nobody yet"
        self.query_one("#preview", Static).update(Content(f"{who} · {what}"))

    # ---- the end

    def action_turn(self) -> None:
        """From the panes to the text, and back."""
        text, listed = self.query_one(TextArea), self.query_one(OptionList)
        (listed if text.has_focus else text).focus()

    def action_leave(self) -> None:
        """Close; what was written is there the next time. A key may come while it is closing: that does nothing."""
        for text in self.query(TextArea):
            self._tell(text.text)
            self.dismiss()

    def action_sync(self) -> None:
        """Close, and type into the picked panes together."""
        self.action_leave()
        picked = [target.pane for target in self._targets if target.pane in self._picked]
        self.app.call_later(self._sync, picked)
