"""The inbox dialog: what waits to be typed into an agent, and why. Each of it can be edited, sent now or dropped."""

import time

from textual import events, on
from textual.app import ComposeResult
from textual.content import Content
from textual.screen import ModalScreen
from textual.widgets import OptionList, Static
from textual.widgets.option_list import Option

from muxer.errors import MuxerError
from muxer.model import Note, PaneId
from muxer.ui.arrival import arrival_at
from muxer.ui.desk import Desk
from muxer.ui.fuzzy import ALL
from muxer.ui.harmless import harmless
from muxer.ui.screens.panel import PADDING, Panel, row
from muxer.ui.screens.placing import beside
from muxer.ui.screens.typed_text import TypedText
from muxer.ui.states import plainly, short_age

LISTED = 6
"""Notes that are seen at once."""
READ = 5
"""Rows of a note's text that are seen at once."""
HEIGHT = 9 + LISTED + READ


class InboxList(ModalScreen[None]):
    """Asks the runtime again after whatever it did, and whenever it is told that something changed."""

    CSS = f"""
    InboxList {{ background: transparent; }}
    InboxList Panel {{ margin: 0; }}
    InboxList OptionList {{ max-height: {LISTED}; }}
    InboxList OptionList > .option-list--option-disabled {{ color: $text-muted; }}
    InboxList #why {{ margin-top: 1; color: $text-warning; }}
    InboxList TypedText, InboxList TypedText:focus {{
        height: {READ}; margin: 1 {PADDING} 0 {PADDING}; padding: 0 1; border: none; background: $panel;
    }}
    InboxList #words {{ padding: 0 {PADDING}; height: 1; color: $text-muted; }}
    InboxList #words.-wrong {{ color: $text-error; }}
    """
    AUTO_FOCUS = "TypedText"

    def __init__(self, desk: Desk, pane: PaneId, name: str) -> None:
        super().__init__()
        self._desk, self._pane, self._called = desk, pane, harmless(name)
        self._notes: list[Note] = []
        self._shown = 0
        """The note whose text is shown."""

    def compose(self) -> ComposeResult:
        """What waits, why, and the text of the one under the bar."""
        listed = OptionList(markup=False)
        listed.can_focus = False
        text = TypedText(take=self._take)
        text.rest()
        arrows = "up down" if self._desk.look.ascii else "↑ ↓"
        yield Panel(
            f"INBOX  {self._called}",
            listed,
            Static(id="why", classes="panel--words", markup=False),
            text,
            Static(id="words", markup=False),
            keys=f"{arrows} move · enter send now · e edit · x drop · m mute or hear · esc close",
        )

    def on_mount(self) -> None:
        """As things are now, and from now on."""
        self._desk.attention.watcher = self._look_again
        self.refill()

    def on_unmount(self) -> None:
        """Nobody looks any more."""
        self._desk.attention.watcher = None

    def on_resize(self, event: events.Resize) -> None:
        """Beside the pane, if there is room."""
        place = beside(self._desk.place_of(self._pane), event.size.width, event.size.height, HEIGHT)
        panel = self.query_one(Panel)
        panel.styles.width = place.cols
        panel.styles.offset = (place.x, place.y)
        self.call_after_refresh(self.refill)

    # ---- what waits

    def _look_again(self) -> None:
        if list(self._desk.runtime.notes(self._pane)) != self._notes:
            self.refill()
        else:
            self._show()

    def refill(self) -> None:
        """Something of it may be another; the bar stays on its note, and goes with it: a key meant that one."""
        self._notes = list(self._desk.runtime.notes(self._pane))
        listed = self.query_one(OptionList)
        first = next((note.id for note in self._notes), 0)
        under = self._shown or first
        cols = max(10, listed.size.width - 2 * PADDING)
        listed.clear_options()
        listed.add_options([Option(self._row(note, cols)) for note in self._notes])
        if not self._notes:
            listed.add_option(Option("nothing waits to be typed", disabled=True))
        listed.highlighted = next((at for at, note in enumerate(self._notes) if note.id == under), None)
        self._show()

    def _row(self, note: Note, cols: int) -> Content:
        first = next((line for line in note.text.splitlines() if line.strip()), "")
        who = f"from {note.sender}" if note.sender else "from you"
        age = short_age(time.time() - note.queued_at) if note.queued_at else ""
        state = plainly(f"{note.state} {age}".strip(), plain=self._desk.look.ascii)
        return row(f"{note.id:>4}  {who}  {first}", ALL, state, cols)

    @property
    def _note(self) -> Note | None:
        bar = self.query_one(OptionList).highlighted
        return self._notes[bar] if bar is not None and bar < len(self._notes) else None

    def _show(self) -> None:
        note, text = self._note, self.query_one(TypedText)
        why = (note and note.reason) or str(arrival_at(self._desk.runtime, self._pane) or "")
        self.query_one("#why", Static).update(Content(harmless(why)))
        if text.read_only:
            self._shown = note.id if note else 0
            shown = "\n".join(map(harmless, note.text.expandtabs().splitlines())) if note else ""
            if shown != text.text:
                text.text = shown

    @on(OptionList.OptionHighlighted)
    def _highlighted(self, event: OptionList.OptionHighlighted) -> None:
        event.stop()
        self._show()

    # ---- what is done with it

    def _take(self, key: str, letter: str) -> bool:
        """One key each, while nothing is edited."""
        del letter
        listed, note = self.query_one(OptionList), self._note
        match key:
            case "escape" | "ctrl+c" | "ctrl+g":
                self._leave()
            case "enter":
                self._enter()
            case _ if self._editing:
                return False
            case "up" | "k" | "ctrl+p":
                listed.action_cursor_up()
            case "down" | "j" | "ctrl+n":
                listed.action_cursor_down()
            case "q":
                self.dismiss()
            case "m":
                agent = self._desk.runtime.agent(self._pane)
                self._do(**{"unmute" if agent and agent.muted else "mute": True})
            case "x" | "delete" if note:
                self._do(cancel=note.id)
            case "e" if note:
                self._edit()
        return True

    @property
    def _editing(self) -> bool:
        return not self.query_one(TypedText).read_only

    def _edit(self) -> None:
        text = self.query_one(TypedText)
        text.rest(resting=False)
        text.move_cursor(text.document.end)
        self._say("enter keeps it, alt+enter begins a new line, esc leaves it as it was", wrong=False)

    def _edited(self) -> None:
        self.query_one(TypedText).rest()
        self._say("")

    def _enter(self) -> None:
        """Keep what was edited; or send the note under the bar now."""
        if self._editing:
            text = self.query_one(TypedText).text
            self._edited()
            self._do(edit=self._shown, text=text)
        elif note := self._note:
            self._do(now=note.id)

    def _leave(self) -> None:
        """Close; while one edits, leave the text as it was."""
        if self._editing:
            self._edited()
            self._show()
        else:
            self.dismiss()

    def _do(self, **wish: object) -> None:
        self.run_worker(self._ask(wish), exclusive=False)

    async def _ask(self, wish: dict[str, object]) -> None:
        wrong = ""
        try:
            await self._desk.runtime.call("inbox", agent=self._pane, **wish)
        except MuxerError as error:
            wrong = str(error)
        if not self.is_attached:
            return
        if not wrong and "text" not in wish:
            self._shown = 0
        self._say(wrong)
        self.refill()

    def _say(self, words: str, *, wrong: bool = True) -> None:
        said = self.query_one("#words", Static)
        said.set_class(wrong, "-wrong")
        said.update(Content(harmless(words)))
