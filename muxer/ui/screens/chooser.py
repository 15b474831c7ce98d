"""A list to choose from by typing: themes, keymaps, copied texts, layouts, notices. Enter chooses, Escape leaves."""

from collections.abc import Callable, Sequence
from functools import partial
from typing import Any

from textual import events, on
from textual.app import ComposeResult
from textual.containers import Horizontal
from textual.screen import ModalScreen
from textual.widgets import Input, OptionList, Static
from textual.widgets.option_list import Option

from muxer.ui.fuzzy import Match, find
from muxer.ui.screens.panel import Panel, room_in_panel, row
from muxer.ui.screens.typed_line import TypedLine

MOST = 20
"""Entries that are seen at once, in a terminal of so many rows and AROUND more."""
AROUND = 9
"""Rows of the screen that are not the list's."""

Entry = tuple[str, str, object]
"""A label, a word of help for it, and what it stands for."""


def _nothing(_value: Any = None) -> None:
    """Whoever asked waits for the choice."""


class Chooser(ModalScreen[None]):
    """Narrows its entries as one types; tells who asked what is under the bar, what was chosen, or that one left."""

    CSS = """
    Chooser { align-horizontal: center; background: $background 60%; &:ansi { background: transparent; } }
    Chooser.-tries { background: transparent; }
    Chooser #find { height: 1; padding: 0 2; margin-top: 1; }
    Chooser #mark { width: 2; color: $primary; }
    """
    AUTO_FOCUS = "Input"

    def __init__(
        self,
        title: str,
        entries: Sequence[Entry],
        on_choice: Callable[[Any], None],
        *,
        on_highlight: Callable[[Any], None] | None = None,
        on_leave: Callable[[], None] | None = None,
        start: int = 0,
    ) -> None:
        super().__init__(classes="-tries" if on_highlight else None)  # what is tried on is to be seen
        self._title, self._entries, self._start = title, list(entries), start
        self._chosen = on_choice
        self._moved = on_highlight or _nothing
        self._left = on_leave or _nothing
        self._shown: list[tuple[Entry, Match]] = []
        self._query = ""
        self._cols = 0
        self._told: object = _nothing
        self._answered = False

    def compose(self) -> ComposeResult:
        """A line to type into, and the list."""
        typed = TypedLine("", placeholder="type to find", commands=self._commands())
        line = Horizontal(Static("›", id="mark"), typed, id="find")
        keys = "↑ ↓ move · enter choose · esc close"
        yield Panel(self._title.upper(), line, OptionList(markup=False), keys=keys)

    def on_mount(self) -> None:
        """The list as a whole, with the bar where it should start."""
        listed = self.query_one(OptionList)
        listed.can_focus = False
        self._fit()
        self._fill(self._start)

    def on_resize(self, _event: events.Resize) -> None:
        """Rows are as wide as the panel."""
        self._fit()
        if self._cols != room_in_panel(self.app.size.width):
            self._fill(self.query_one(OptionList).highlighted or 0)

    def _fit(self) -> None:
        """The list stays as high as it is while one types."""
        styles, room = self.query_one(OptionList).styles, max(1, min(MOST, self.app.size.height - AROUND))
        styles.max_height = room
        styles.min_height = min(room, len(self._entries))

    def _commands(self) -> dict[str, Callable[[], None]]:
        up, down, leave = partial(self._move, -1), partial(self._move, 1), self._leave
        return {
            "enter": self._enter, "escape": leave, "ctrl+c": leave, "ctrl+g": leave,
            "up": up, "ctrl+p": up, "shift+tab": up, "down": down, "ctrl+n": down, "tab": down,
            "pageup": partial(self._page, "page_up"), "pagedown": partial(self._page, "page_down"),
        }  # fmt: skip

    # ---- the list

    def _fill(self, bar: int = 0) -> None:
        query = self._query = self.query_one(Input).value
        found = [(entry, match) for entry in self._entries if (match := find(query, f"{entry[0]} {entry[1]}"))]
        if query.strip():
            found.sort(key=lambda one: -one[1].score)
        self._shown = found
        self._cols = cols = room_in_panel(self.app.size.width)
        options = [Option(row(label, match, about, cols)) for (label, about, _), match in found]
        nothing = f"nothing here is named {query!r}" if self._entries else "nothing here yet"
        listed = self.query_one(OptionList)
        listed.clear_options().add_options(options or [Option(nothing, disabled=True)])
        listed.highlighted = min(bar, len(found) - 1) if found else None

    @on(Input.Changed)
    def _typed(self, event: Input.Changed) -> None:
        event.stop()
        if event.value != self._query:
            self._fill()

    def _move(self, steps: int) -> None:
        """The bar, a row down or up; round at the ends."""
        listed = self.query_one(OptionList)
        if self._shown:
            listed.highlighted = ((listed.highlighted or 0) + steps) % len(self._shown)

    def _page(self, way: str) -> None:
        if self._shown:
            getattr(self.query_one(OptionList), f"action_{way}")()

    @on(OptionList.OptionHighlighted)
    def _highlighted(self, event: OptionList.OptionHighlighted) -> None:
        event.stop()
        if self._answered or event.option_index >= len(self._shown):
            return
        entry = self._shown[event.option_index][0]
        if entry is not self._told:
            self._told = entry
            self._moved(entry[2])

    # ---- the end

    @on(OptionList.OptionSelected)
    def _clicked(self, event: OptionList.OptionSelected) -> None:
        event.stop()
        self._choose(event.option_index)

    def _enter(self) -> None:
        if self.query_one(Input).value != self._query:
            self._fill()  # enter came before the list had answered the last letter
        bar = self.query_one(OptionList).highlighted
        if bar is not None:
            self._choose(bar)

    def _choose(self, number: int) -> None:
        if not self._answered and number < len(self._shown):
            self._answered = True
            value = self._shown[number][0][2]
            self.dismiss()
            self.app.call_later(self._chosen, value)

    def _leave(self) -> None:
        if not self._answered:
            self._answered = True
            self.dismiss()
            self.app.call_later(self._left)

    def on_click(self, event: events.Click) -> None:
        """A click beside the panel leaves it."""
        if self.get_widget_at(event.screen_x, event.screen_y)[0] is self:
            self._leave()
