"""The spawn dialog: which agent, where, how, and what it is to do first. Enter spawns, the next time the same again."""

from collections.abc import Callable, Mapping

from textual import events
from textual.app import ComposeResult
from textual.containers import VerticalScroll
from textual.content import Content
from textual.geometry import Region
from textual.screen import ModalScreen
from textual.widgets import Static

from muxer.errors import MuxerError
from muxer.ui.desk import Desk
from muxer.ui.harmless import harmless
from muxer.ui.line_entry import LineEntry
from muxer.ui.screens.panel import PADDING, Panel, room_in_panel
from muxer.ui.screens.spawn_form import EMPTY, LABELS, SpawnForm
from muxer.ui.screens.typed_text import LEAVE, TypedText

LABEL = 12
"""Columns."""
PROMPT = 3
"""Rows of the first prompt that are seen at once."""
PROMPT_ROW = "prompt"
"""Where the bar is while one writes it."""
AROUND = 10 + PROMPT
"""Rows of the screen that are not the form's."""


class Spawn(ModalScreen[None]):
    """Tells whoever opened it what was wished, or written when it was left. The prompt always has the focus."""

    CSS = f"""
    Spawn {{ align-horizontal: center; background: transparent; }}
    Spawn VerticalScroll {{ height: auto; margin-top: 1; scrollbar-size-vertical: 0; }}
    Spawn TypedText, Spawn TypedText:focus {{
        height: {PROMPT}; margin: 1 {PADDING} 0 {PADDING}; padding: 0 1; border: none; background: $panel;
    }}
    Spawn #words {{ margin-top: 1; padding: 0 {PADDING}; height: 1; color: $text-muted; }}
    Spawn #words.-wrong {{ color: $text-error; }}
    """
    AUTO_FOCUS = "TypedText"

    def __init__(
        self,
        desk: Desk,
        form: SpawnForm,
        *,
        draft: str,
        on_spawn: Callable[[SpawnForm, str], None],
        on_leave: Callable[[str], None],
    ) -> None:
        super().__init__()
        self._desk, self._form, self._draft = desk, form, draft
        self._begin, self._keep = on_spawn, on_leave
        self._row, self._wrong, self._leaving = "cli", "", False
        self._entry = LineEntry("", lambda _text: None)

    def compose(self) -> ComposeResult:
        """The form, the first prompt, and what the row under the bar is for."""
        form = VerticalScroll(Static(id="rows", markup=False))
        form.can_focus = False
        arrows = ("up down", "left right") if self._desk.look.ascii else ("↑ ↓", "← →")
        yield Panel(
            "SPAWN AN AGENT",
            form,
            TypedText(self._draft, placeholder="what it is to do first", take=self._take, take_paste=self._take_paste),
            Static(id="words", markup=False),
            keys=f"enter spawn · {arrows[0]} move · {arrows[1]} change · tab prompt · alt+enter new line · esc close",
        )

    async def on_mount(self) -> None:
        """The projects are asked for; the rest is there."""
        self._fill()
        self.run_worker(self._learn())

    async def _learn(self) -> None:
        try:
            said = await self._desk.runtime.call("project", action="ls")
        except MuxerError:
            return  # the folder is there to be chosen
        if self._leaving or not self.is_attached:
            return
        rows = said.get("projects", ()) if isinstance(said, Mapping) else ()
        self._form.know_projects([(str(row["name"]), str(row["folder"])) for row in rows])
        self._fill()

    def on_resize(self, event: events.Resize) -> None:
        """In a low terminal the rows scroll."""
        self.query_one(VerticalScroll).styles.max_height = max(1, event.size.height - AROUND)
        self.call_after_refresh(self._fill)

    # ---- rows

    @property
    def _prompting(self) -> bool:
        return self._row == PROMPT_ROW

    def _fill(self) -> None:
        rows, cols = self._form.rows, room_in_panel(self.size.width)
        if self._row not in (*rows, PROMPT_ROW):
            self._go("cli")
        self.query_one(TypedText).rest(resting=not self._prompting)
        lines = [self._line(row, cols) for row in rows]
        self.query_one("#rows", Static).update(Content("\n").join(lines))
        words = (
            "what it is told as soon as it listens; alt+enter begins a new line"
            if self._prompting
            else self._form.words(self._row)
        )
        self._say(self._wrong or words)
        if not self._prompting:
            self.query_one(VerticalScroll).scroll_to_region(Region(0, rows.index(self._row), 1, 1), animate=False)

    def _line(self, row: str, cols: int) -> Content:
        under = row == self._row
        choice, ink = self._form.choice(row), "bold $primary" if under else "$foreground"
        if choice is None:
            value = self._entry.words.lstrip(" ") if under else harmless(self._form.values[row])
            value, ink = (value, ink) if value else (EMPTY[row], "$text-muted")
            value = value.replace("▏", "|") if self._desk.look.ascii else value
        else:
            left, right = ("< ", " >") if self._desk.look.ascii else ("‹ ", " ›")
            value = f"{left}{harmless(choice.shown)}{right}" if under else f"  {harmless(choice.shown)}"
            ink = ink if choice.ready else "$text-muted"
        value = value if choice else f"  {value}"
        shown = Content(value).truncate(max(1, cols - LABEL), ellipsis=True)
        pad = " " * max(0, cols - LABEL - shown.cell_length)
        label = (f"{LABELS[row]:{LABEL}}", "$text-muted")
        line = Content.assemble(" " * PADDING, label, (shown.plain, ink), pad, " " * PADDING)
        return line.stylize("on $panel") if under else line

    def _say(self, words: str) -> None:
        said = self.query_one("#words", Static)
        said.set_class(bool(self._wrong), "-wrong")
        said.update(Content(harmless(words)).truncate(room_in_panel(self.size.width), ellipsis=True))

    def _go(self, row: str) -> None:
        self._row, text = row, self._form.values.get(row, "")
        self._entry = LineEntry("", lambda _text: None, text=text, on_change=self._written)

    def _written(self, text: str) -> None:
        self._form.values[self._row] = text

    # ---- keys and the mouse

    def _take(self, key: str, letter: str) -> bool:
        """A key: is it ours, and not the prompt's?"""
        deed = {"enter": self._spawn, "tab": self._turn, "shift+tab": self._turn}.get(key)
        deed = self._leave if key in LEAVE else deed
        if deed:
            deed()
        elif not self._prompting and not self._leaving:
            self._wrong = ""
            self._press(key, letter)
            self._fill()
        return bool(deed) or not self._prompting

    def _press(self, key: str, letter: str) -> None:
        rows, writes = self._form.rows, self._form.choice(self._row) is None
        steps = {"up": -1, "ctrl+p": -1, "down": 1, "ctrl+n": 1}.get(key)
        if steps:
            self._go(rows[(rows.index(self._row) + steps) % len(rows)])
        elif writes:
            self._entry.press(letter or key)
        elif key in ("left", "right", "space"):
            self._form.step(self._row, -1 if key == "left" else 1)
        elif letter:
            self._form.jump(self._row, letter)

    def _take_paste(self, text: str) -> bool:
        """Its first line goes into the row, if one writes there."""
        if not self._prompting and self._form.choice(self._row) is None:
            self._entry.paste(text)
            self._fill()
        return not self._prompting

    def on_click(self, event: events.Click) -> None:
        """On a row: go there; once more: change it. Beside the panel: close."""
        rows = self.query_one("#rows", Static)
        widget, region = self.get_widget_at(event.screen_x, event.screen_y)
        if widget is self:
            self._leave()
        elif widget is self.query_one(TypedText):
            self._go(PROMPT_ROW)
            self._fill()
        elif widget is rows:
            self._wrong = ""
            row = self._form.rows[min(event.screen_y - region.y, len(self._form.rows) - 1)]
            if row == self._row and self._form.choice(row):
                self._form.step(row, 1)
            self._go(row)
            self._fill()

    def _turn(self) -> None:
        """From the rows to the prompt, and back."""
        self._go("cli" if self._prompting else PROMPT_ROW)
        self._fill()

    # ---- the end

    def _leave(self) -> None:
        """Close; the prompt is there the next time. A key may come while it is closing: that does nothing."""
        if not self._leaving:
            self._leaving = True
            self._keep(self.query_one(TypedText).text)
            self.dismiss()

    def _spawn(self) -> None:
        """Close, and let it begin; what is wrong is said here."""
        self._wrong = self._form.wrong
        if self._wrong:
            self._fill()
        elif not self._leaving:
            self._leaving = True
            self._begin(self._form, self.query_one(TypedText).text)
            self.dismiss()
