"""The one look of dialogs: a raised block of the same width everywhere, a title above, the keys below, no box in it."""

from rich.cells import cell_len
from textual.app import ComposeResult
from textual.containers import Vertical
from textual.content import Content
from textual.widget import Widget
from textual.widgets import Static

from muxer.ui.fuzzy import Match
from muxer.ui.harmless import harmless

WIDTH = 80
"""Of every panel, where the terminal has so many columns."""
PADDING = 2
"""Blank columns on each side of its words."""


class Band(Static):
    """A panel's first or last row. Its words fill it, so that their style goes from edge to edge without a ground."""

    DEFAULT_CSS = """
    Band {
        height: 1; background: $panel;
        &.-head { color: $primary; text-style: bold; &:ansi { text-style: bold reverse; } }
        &.-foot { color: $text-muted; margin-top: 1; &:ansi { text-style: underline; } }
        &.-wrong { color: $text-error; }
    }
    """

    def __init__(self, words: str, *, parts: str = "", classes: str, id: str | None = None) -> None:  # noqa: A002 - Textual's name
        super().__init__(classes=classes, id=id)
        self._words, self._parts = words, parts

    def say(self, words: str, *, wrong: bool = False) -> None:
        """Other words."""
        self._words = words
        self.set_class(wrong, "-wrong")
        self.refresh()

    def render(self) -> Content:
        """As wide as it is."""
        cols = self.size.width - 2 * PADDING
        words = that_fit(self._words, self._parts, cols) if self._parts else self._words
        shown = Content(words).truncate(max(0, cols), ellipsis=True)
        return Content(f"{' ' * PADDING}{shown.plain}{' ' * (cols - shown.cell_length + PADDING)}")


class Panel(Vertical):
    """A title, whatever it is about, and a line of keys."""

    DEFAULT_CSS = f"""
    Panel {{
        width: {WIDTH}; max-width: 100%; height: auto; max-height: 100%; padding: 0; margin-top: 2;
        background: $surface; color: $foreground;
        .panel--words {{ padding: 0 {PADDING}; height: auto; }}
        .panel--quiet {{ padding: 0 {PADDING}; height: auto; color: $text-muted; }}
        Input, Input:focus {{
            border: none; height: 1; padding: 0; width: 1fr; background: transparent; background-tint: 0%;
        }}
        OptionList, OptionList:focus {{
            border: none; height: auto; max-height: 14; padding: 0; margin-top: 1;
            background: transparent; background-tint: 0%; scrollbar-size-vertical: 0;
        }}
        OptionList > .option-list--option {{ padding: 0 {PADDING}; }}
        OptionList > .option-list--option-hover {{ background: $panel; }}
        OptionList > .option-list--option-highlighted, OptionList:focus > .option-list--option-highlighted {{
            color: $primary; background: $panel; text-style: bold;
        }}
        OptionList > .option-list--option-disabled {{ color: $error; text-style: none; }}
    }}
    """

    def __init__(self, title: str, *body: Widget, keys: str) -> None:
        super().__init__()
        self._title, self._body, self._keys = title, body, keys

    def compose(self) -> ComposeResult:
        """Title, body, keys."""
        yield Band(self._title, classes="-head")
        yield from self._body
        yield Band(self._keys, parts=" · ", classes="-foot")


def that_fit(words: str, between: str, cols: int) -> str:
    """A line of keys, without as many of them as it takes to fit; the last one closes, and stays."""
    parts = words.split(between)
    while len(parts) > 1 and cell_len(between.join(parts)) > cols:
        del parts[-2]
    return between.join(parts)


def row(label: str, match: Match, right: str, cols: int) -> Content:
    """One line of a list: what it is, the typed letters underlined, and a quiet word at its right end."""
    label, right = harmless(label), harmless(right)
    left = Content(label).truncate(max(1, cols), ellipsis=True)
    for at in match.at:
        if at < len(left) - (len(left) < len(label)):
            left = left.stylize("underline", at, at + 1)
    room = cols - left.cell_length - 2
    if room < 4 or not right:
        return left
    aside = Content(right).truncate(room, ellipsis=True)
    gap = Content(" " * (cols - left.cell_length - aside.cell_length))
    return Content.assemble(left, gap, aside.stylize("not bold $text-muted"))


def room_in_panel(screen_cols: int) -> int:
    """Columns for a row of a list in a panel."""
    return max(10, min(WIDTH, screen_cols) - 2 * PADDING)
