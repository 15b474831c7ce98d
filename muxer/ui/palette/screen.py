"""The palette: Textual's command palette with muxer's grammar. A line that cannot be done stays, with what is wrong."""

import asyncio
from collections.abc import Callable
from functools import partial
from typing import cast

from textual import events, on, work
from textual.app import ComposeResult
from textual.command import Command, CommandList, CommandPalette, Provider
from textual.containers import Horizontal, Vertical
from textual.widgets import Input, LoadingIndicator, OptionList, Static

from muxer.errors import MuxerError
from muxer.ui.desk import Desk
from muxer.ui.palette.entries import Entry
from muxer.ui.palette.finder import Finder
from muxer.ui.palette.grammar import SIGNS
from muxer.ui.palette.provider import EntryProvider, Row
from muxer.ui.palette.saying import ask
from muxer.ui.screens.panel import PADDING, WIDTH, Band, room_in_panel
from muxer.ui.screens.typed_line import TypedLine

HINT = "   ".join((*(f"{sign} {word}" for sign, _, word in SIGNS), "esc close"))


class _Calm(LoadingIndicator):
    """Textual's palette wants one; ours never waits, and nothing may tick unseen."""

    def on_mount(self) -> None:
        """After Textual's own, which sets a timer."""
        self.auto_refresh = None


class Palette(CommandPalette):
    """Open it with the beginning of a line, or for places only."""

    CSS = f"""
    Palette {{
        background: $background 60%;
        &:ansi {{ background: transparent; }}
        #--container {{
            width: {WIDTH}; max-width: 100%; height: auto; max-height: 100%; margin-top: 2;
            background: $surface; visibility: visible;
        }}
        #--input, #--input.--list-visible {{ height: 1; padding: 0 {PADDING}; margin-top: 1; border: none; }}
        #mark {{ width: 2; color: $primary; text-style: bold; }}
        CommandInput, CommandInput:focus {{ border: none; height: 1; padding: 0; }}
        LoadingIndicator {{ display: none; }}
        CommandList, CommandList.--visible {{
            border: none; max-height: 20; padding: 0; margin-top: 1;
            scrollbar-size-vertical: 0;
        }}
        CommandList > .option-list--option {{ padding: 0 {PADDING}; text-style: none; }}
        CommandList > .option-list--option-hover {{ background: $panel; }}
        CommandList > .option-list--option-highlighted {{ color: $primary; background: $panel; text-style: bold; }}
    }}
    """

    def __init__(self, desk: Desk, *, line: str = "", places_only: bool = False) -> None:
        self._desk = desk
        self._finder = Finder(desk, places_only=places_only)
        self._line = line

        def provider() -> type[Provider]:
            return cast("type[Provider]", partial(EntryProvider, rows=self.rows))

        self._cols = 0
        """For how wide a row the list was made."""
        self._title = "GO TO" if places_only else "PALETTE"
        self._words = "go to a pane, tab, layout or theme" if places_only else "type to find, or begin with a sign"
        super().__init__([provider], classes="-ready")

    def compose(self) -> ComposeResult:
        """The same parts as Textual's own, and what first characters mean."""
        with Vertical(id="--container"):
            yield Band(self._title, classes="-head")
            with Horizontal(id="--input"):
                yield Static("›", id="mark")
                yield TypedLine(self._line, placeholder=self._words, commands=self._commands())
            listed = CommandList(*self._first_rows(), classes="--visible")
            listed.styles.height = self._height()
            yield listed
            yield _Calm()
            yield Band(HINT, parts="   ", classes="-foot", id="hint")

    # ---- the line

    def _commands(self) -> dict[str, Callable[[], None]]:
        up, down, leave = partial(self._list, "cursor_up"), partial(self._list, "cursor_down"), self._leave
        return {
            "enter": self._enter, "tab": self._complete, "escape": leave, "ctrl+c": leave, "ctrl+g": leave,
            "up": up, "ctrl+p": up, "shift+tab": up, "down": down, "ctrl+n": down,
            "pageup": partial(self._list, "page_up"), "pagedown": partial(self._list, "page_down"),
        }  # fmt: skip

    def _list(self, action: str) -> None:
        getattr(self.query_one(CommandList), f"action_{action}")()

    @property
    def line(self) -> str:
        """What is typed."""
        return self.query_one(TypedLine).value

    def rows(self) -> list[Row]:
        """What the line offers."""
        return self._rows(self.line)

    def _rows(self, line: str) -> list[Row]:
        self._cols = cols = room_in_panel(self.app.size.width)
        return [Row(offer, line, rank, cols) for rank, offer in enumerate(self._finder.offers(line))]

    def _height(self) -> int:
        """Of the list, in rows: it stays while one types. Textual does not follow a `vh` in an automatic height."""
        rows = self.app.size.height
        return max(1, min(20, rows // 2, rows - 8))

    def _first_rows(self) -> list[Command]:
        """The list as it will be once Textual has asked the provider: the first picture need not wait for that."""
        return [Command(row.prompt, row) for row in self._rows(self._line)]

    @on(Input.Changed)
    def _changed(self, _event: Input.Changed) -> None:
        self._say(HINT, wrong=False)

    def _say(self, words: str, *, wrong: bool) -> None:
        self.query_one("#hint", Band).say(words, wrong=wrong)

    def _complete(self) -> None:
        row = self._under_bar()
        # A verb's line as it stands is the first row, and what it could become follows.
        rows = [row, *self.rows()] if self.line.lstrip().startswith(":") else [row]
        fill = next((fill for row in rows if row is not None and (fill := row.entry.completed)), "")
        if fill:
            self.query_one(TypedLine).put(fill)

    # ---- choosing

    def _under_bar(self) -> Row | None:
        """The bar's row, unless the list still answers an older line: then the first that answers this one."""
        option = self.query_one(CommandList).highlighted_option
        hit = option.hit if isinstance(option, Command) else None
        if isinstance(hit, Row) and hit.line == self.line:
            return hit
        return next(iter(self.rows()), None)

    def _enter(self) -> None:
        row = self._under_bar()
        if row is not None:
            self._choose(row.entry)

    @on(OptionList.OptionSelected)
    def _clicked(self, event: OptionList.OptionSelected) -> None:
        event.stop()
        event.prevent_default()
        hit = event.option.hit if isinstance(event.option, Command) else None
        if isinstance(hit, Row):
            self._choose(hit.entry)

    def _choose(self, entry: Entry) -> None:
        if entry.fill:
            self.query_one(TypedLine).put(entry.fill)
        elif entry.run is not None:
            self._ask(entry)
        elif entry.do is not None:
            self._leave_with(entry)
        else:
            self.app.bell()

    def _leave(self) -> None:
        if self.is_current:
            self.dismiss()

    def _leave_with(self, entry: Entry) -> None:
        self._remember(entry)
        self.dismiss()
        if entry.do is not None:
            # Not through Textual: a deed that fails must not end the app.
            asyncio.get_running_loop().call_soon(self._do, entry)

    def _do(self, entry: Entry) -> None:
        assert entry.do is not None
        try:
            entry.do()
        except MuxerError as error:
            self._desk.voice.warn(str(error))

    @work(exclusive=True, group="asked")
    async def _ask(self, entry: Entry) -> None:
        assert entry.run is not None
        wrong = await ask(self._desk, self.line or entry.label, entry.run())
        if wrong:
            self._say(wrong, wrong=True)
        else:
            self._remember(entry)
            self.dismiss()

    def _remember(self, entry: Entry) -> None:
        if entry.id:
            self._desk.lately.chose(entry.id)

    def on_resize(self, _event: events.Resize) -> None:
        """Rows are as wide as the panel: ask for them again, if that is another width."""
        self.query_one(CommandList).styles.height = self._height()
        if self._cols != room_in_panel(self.app.size.width):
            typed = self.query_one(TypedLine)
            self.post_message(Input.Changed(typed, typed.value))
