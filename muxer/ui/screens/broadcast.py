"""The broadcast dialog: agents to pick, what would become of text for each of them now, and the text."""

from collections.abc import Callable, Sequence
from typing import NamedTuple

from textual import events, on
from textual.app import ComposeResult
from textual.content import Content
from textual.screen import ModalScreen
from textual.widgets import OptionList, Static, TextArea
from textual.widgets.option_list import Option

from muxer.model import PaneId
from muxer.ui.arrival import Arrival
from muxer.ui.desk import Desk
from muxer.ui.fuzzy import ALL
from muxer.ui.screens.panel import PADDING, Panel, row
from muxer.ui.screens.placing import beside
from muxer.ui.screens.typed_text import LEAVE, TypedText

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
    arrival: Arrival | None = None
    """None where no agent is: nothing waits for such a pane, it can only be typed into."""


class Broadcast(ModalScreen[None]):
    """Tells whoever opened it what was written, and to whom it goes."""

    CSS = f"""
    Broadcast {{ background: transparent; }}
    Broadcast Panel {{ margin: 0; }}
    Broadcast OptionList {{ max-height: {LISTED}; }}
    Broadcast OptionList > .option-list--option-highlighted {{
        color: $foreground; background: transparent; text-style: none;
    }}
    Broadcast.-picks OptionList > .option-list--option-highlighted {{
        color: $primary; background: $panel; text-style: bold;
    }}
    Broadcast TypedText, Broadcast TypedText:focus {{
        height: 4; margin: 1 {PADDING} 0 {PADDING}; padding: 0 1; border: none; background: $panel;
    }}
    Broadcast #preview {{ margin-top: 1; }}
    Broadcast #preview.-wrong {{ color: $text-error; }}
    """
    AUTO_FOCUS = "TypedText"

    def __init__(
        self,
        desk: Desk,
        look: Callable[[], list[Target]],
        *,
        draft: str,
        on_leave: Callable[[str], None],
        on_send: Callable[[str, list[Target]], None],
        on_sync: Callable[[list[PaneId]], None],
    ) -> None:
        super().__init__()
        self._desk, self._look, self._draft = desk, look, draft
        self._targets = look()
        self._picked = {target.pane for target in self._targets if target.picked}
        self._wrong, self._picks, self._leaving = "", False, False
        self._marks = ("[x]", "[ ]") if desk.look.ascii else ("■", "□")
        self._tell, self._send, self._sync = on_leave, on_send, on_sync

    def compose(self) -> ComposeResult:
        """Who, what, and what becomes of it."""
        listed = OptionList(markup=False)
        listed.can_focus = False
        yield Panel(
            "BROADCAST",
            listed,
            TypedText(self._draft, placeholder="what to write", take=self._take, take_paste=lambda _text: self._picks),
            Static(id="preview", classes="panel--words", markup=False),
            keys="enter send · tab pick · ctrl+s synced typing · alt+enter new line · esc close",
        )

    def on_mount(self) -> None:
        """The panes, those of the tab picked; what would happen is looked at again when that may be another."""
        self._desk.attention.watcher = self._look_again
        self._fill()

    def on_unmount(self) -> None:
        """Nobody looks any more."""
        self._desk.attention.watcher = None

    def on_resize(self, event: events.Resize) -> None:
        """Beside the pane in focus, if there is room."""
        height = HEIGHT - LISTED + max(1, min(LISTED, len(self._targets)))
        pane = self._desk.place_of(self._desk.bench.focus or "")
        place = beside(pane, event.size.width, event.size.height, height)
        panel = self.query_one(Panel)
        panel.styles.width = place.cols
        panel.styles.offset = (place.x, place.y)
        self.call_after_refresh(self._fill)

    # ---- who

    def _look_again(self) -> None:
        targets = self._look()
        if targets != self._targets:
            self._targets = targets
            self._fill()

    def _row(self, target: Target) -> Content:
        mark = self._marks[0] if target.pane in self._picked else self._marks[1]
        cols = max(10, self.query_one(OptionList).size.width - 2 * PADDING)
        fate = f"{target.arrival}" if target.arrival else "no agent: typed into only"
        line = row(f"{mark} {target.name}  {target.about}", ALL, fate, cols)
        return line if target.arrival else line.stylize("$text-muted")

    def _fill(self) -> None:
        listed = self.query_one(OptionList)
        bar = listed.highlighted
        listed.clear_options()
        listed.add_options([Option(self._row(target)) for target in self._targets])
        if not self._targets:
            listed.add_option(Option("no pane is open to write to", disabled=True))
        listed.highlighted = min(bar or 0, max(0, len(self._targets) - 1))
        self._preview()

    @on(OptionList.OptionSelected)
    def _clicked(self, event: OptionList.OptionSelected) -> None:
        event.stop()
        self._turn_mark(event.option_index)

    def _turn_mark(self, at: int | None) -> None:
        if at is not None and at < len(self._targets):
            target, self._wrong = self._targets[at], ""
            self._picked ^= {target.pane}
            self.query_one(OptionList).replace_option_prompt_at_index(at, self._row(target))
            self._preview()

    def _pick_all(self) -> None:
        """All of them, or none."""
        everybody = {target.pane for target in self._targets}
        self._picked = set() if self._picked >= everybody else everybody
        self._wrong = ""
        self._fill()

    @on(TextArea.Changed)
    def _written(self, event: TextArea.Changed) -> None:
        event.stop()
        self._wrong = ""
        self._preview()

    @property
    def _chosen(self) -> list[Target]:
        return [target for target in self._targets if target.pane in self._picked]

    def _preview(self) -> None:
        text = self.query_one(TypedText).text
        lines = len(text.strip("\n").splitlines())
        what = f"{lines} line{'s' * (lines != 1)}, {len(text)} characters" if text.strip() else "nothing written yet"
        agents = [target for target in self._chosen if target.arrival]
        left_out = [target.name for target in self._chosen if not target.arrival]
        said = [f"to {_named([target.name for target in agents])}" if agents else "to no agent", what]
        said += [f"not to {_named(left_out)}: no agent"] if left_out else []
        shown = self.query_one("#preview", Static)
        shown.set_class(bool(self._wrong), "-wrong")
        shown.update(Content(self._wrong or " · ".join(said)))

    # ---- keys

    def _take(self, key: str, letter: str) -> bool:
        """A key: is it ours, and not the text's?"""
        del letter
        deeds: dict[str, Callable[[], object]] = {
            "enter": self._enter, "tab": self._turn, "shift+tab": self._turn, "ctrl+s": self._type_into,
        }  # fmt: skip
        if self._picks:
            listed = self.query_one(OptionList)
            deeds |= dict.fromkeys(("up", "k", "ctrl+p"), listed.action_cursor_up)
            deeds |= dict.fromkeys(("down", "j", "ctrl+n"), listed.action_cursor_down)
            deeds |= {"space": lambda: self._turn_mark(listed.highlighted), "a": self._pick_all}
        deed = self._leave if key in LEAVE else deeds.get(key)
        if deed and not self._leaving:
            deed()
        return bool(deed) or self._picks

    def _turn(self) -> None:
        """From the panes to the text, and back."""
        self._picks = not self._picks
        self.set_class(self._picks, "-picks")
        self.query_one(TypedText).rest(resting=self._picks)

    # ---- the end

    def _leave(self) -> None:
        """Close; what was written is there the next time. A key may come while it is closing: that does nothing."""
        self._leaving = True
        self._tell(self.query_one(TypedText).text)
        self.dismiss()

    def _enter(self) -> None:
        """Close, and send it to the picked agents; what is missing is said here."""
        agents, text = [target for target in self._chosen if target.arrival], self.query_one(TypedText).text
        missing = "" if agents else "pick an agent: tab, then space"
        self._wrong = missing if text.strip() else "nothing is written yet"
        if self._wrong:
            self._preview()
            return
        self._leaving = True
        self._send(text, agents)
        self.dismiss()

    def _type_into(self) -> None:
        """Close, and type into the picked panes together."""
        self._leave()
        self.app.call_later(self._sync, [target.pane for target in self._chosen])


def _named(names: Sequence[str]) -> str:
    more = f" and {len(names) - NAMED} more" if len(names) > NAMED else ""
    return f"{', '.join(names[:NAMED])}{more}"
