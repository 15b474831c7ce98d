"""All keys: every action with its words and the keys that do it, in groups, to search. Enter does it, Escape leaves."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import ClassVar

from textual import events, on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal
from textual.content import Content
from textual.screen import ModalScreen
from textual.widgets import Input, OptionList, Static
from textual.widgets.option_list import Option

from muxer.settings.action import GROUPS, Action
from muxer.settings.actions import ACTIONS
from muxer.settings.keymaps import Keymap, together
from muxer.ui.fuzzy import ALL, Match, find
from muxer.ui.screens.panel import Panel, room_in_panel

AROUND = 9
"""Rows of the screen that are not the list's."""
EXACT = 10.0
"""What it is worth that somebody typed the very key."""


@dataclass(frozen=True, slots=True)
class Line:
    """An action and its keys, as written."""

    action: Action
    keys: str
    ways: tuple[str, ...]

    def match(self, query: str) -> Match | None:
        """How well it answers: by its words, its group, or a key."""
        query = query.strip()
        if query and any(query in (way, way.rpartition(" ")[2]) for way in self.ways):
            return Match(EXACT, ())
        return find(query, f"{self.action.words} {self.action.group} {self.action.id} {self.keys}")


def lines_of(keymap: Keymap) -> list[Line]:
    """Every action in the order of the groups."""
    order = sorted(ACTIONS.values(), key=lambda action: GROUPS.index(action.group))
    return [Line(action, together(ways), ways) for action in order for ways in [tuple(keymap.ways(action.id))]]


def drawn(line: Line, match: Match, cols: int) -> Content:
    """A row of the list: words on the left, keys on the right."""
    keys = Content(line.keys or "palette").truncate(cols // 2, ellipsis=True)
    words = Content(line.action.words).truncate(cols - keys.cell_length - 2, ellipsis=True)
    for at in match.at:
        if at < len(words):
            words = words.stylize("underline", at, at + 1)
    gap = Content(" " * (cols - words.cell_length - keys.cell_length))
    return Content.assemble(words, gap, keys.stylize("$primary" if line.keys else "not bold $text-muted"))


class KeysScreen(ModalScreen[None]):
    """Narrows the list as one types."""

    CSS = """
    KeysScreen { align-horizontal: center; background: $background 60%; &:ansi { background: transparent; } }
    KeysScreen #find { height: 1; padding: 0 2; margin-top: 1; }
    KeysScreen #mark { width: 2; color: $primary; }
    """
    AUTO_FOCUS = "Input"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape,ctrl+c,ctrl+g", "leave", priority=True),
        Binding("down,ctrl+n,tab", "move('cursor_down')", priority=True),
        Binding("up,ctrl+p,shift+tab", "move('cursor_up')", priority=True),
        Binding("pagedown", "move('page_down')", priority=True),
        Binding("pageup", "move('page_up')", priority=True),
    ]

    def __init__(self, keymap: Keymap, on_choice: Callable[[str], None]) -> None:
        super().__init__()
        self._title = f"KEYS  {keymap.name}"
        self._lines = lines_of(keymap)
        self._on_choice = on_choice
        self._filled: tuple[str, int] | None = None

    def compose(self) -> ComposeResult:
        """A line to type into, and the list."""
        words = "type a key or what you want to do"
        line = Horizontal(Static("›", id="mark"), Input(placeholder=words, compact=True), id="find")
        yield Panel(self._title, line, OptionList(markup=False), keys="↑ ↓ move · enter do it · esc close")

    def on_mount(self) -> None:
        """The keyboard stays with the line, whose cursor keeps still."""
        self.query_one(OptionList).can_focus = False
        self.query_one(Input).cursor_blink = False
        self._fill()

    def on_resize(self, _event: events.Resize) -> None:
        """Rows are as wide as the panel."""
        self._fill()

    def _fill(self) -> None:
        query, cols = self.query_one(Input).value, room_in_panel(self.size.width)
        listed = self.query_one(OptionList)
        listed.styles.height = listed.styles.max_height = max(4, self.size.height - AROUND)
        if self._filled == (query, cols):
            return
        self._filled = query, cols
        found = [(line, match) for line in self._lines if (match := line.match(query))]
        listed.clear_options().add_options(self._ranked(found, cols) if query.strip() else self._grouped(cols))
        if not found:
            listed.add_option(Option(f"no action or key is named {query!r}", disabled=True))
        listed.action_first()

    @staticmethod
    def _ranked(found: list[tuple[Line, Match]], cols: int) -> list[Option]:
        found.sort(key=lambda one: -one[1].score)
        return [Option(drawn(line, match, cols), id=line.action.id) for line, match in found]

    def _grouped(self, cols: int) -> list[Option]:
        options: list[Option] = []
        group = ""
        for line in self._lines:
            if line.action.group != group:
                if group:
                    options.append(Option("", disabled=True))
                group = line.action.group
                options.append(Option(Content(group).stylize("$text-muted"), disabled=True))
            options.append(Option(drawn(line, ALL, cols), id=line.action.id))
        return options

    @on(Input.Changed)
    def _typed(self, event: Input.Changed) -> None:
        event.stop()
        self._fill()

    def action_move(self, way: str) -> None:
        """The bar, a row or a page."""
        listed = self.query_one(OptionList)
        first = next((at for at, option in enumerate(listed.options) if not option.disabled), None)
        if way == "cursor_up" and listed.highlighted == first:
            listed.scroll_home(animate=False)  # the first heading is worth a look
        else:
            getattr(listed, f"action_{way}")()

    @on(OptionList.OptionSelected)
    def _clicked(self, event: OptionList.OptionSelected) -> None:
        event.stop()
        self._choose(event.option.id)

    @on(Input.Submitted)
    def _entered(self, event: Input.Submitted) -> None:
        event.stop()
        listed = self.query_one(OptionList)
        if listed.highlighted is not None:
            self._choose(listed.get_option_at_index(listed.highlighted).id)

    def _choose(self, action: str | None) -> None:
        if action is not None and self.is_current:
            self.dismiss()
            self.app.call_later(self._on_choice, action)

    def action_leave(self) -> None:
        """Nothing is to be done."""
        if self.is_current:
            self.dismiss()

    def on_click(self, event: events.Click) -> None:
        """A click beside the panel leaves it."""
        if self.get_widget_at(event.screen_x, event.screen_y)[0] is self:
            self.action_leave()
