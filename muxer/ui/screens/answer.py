"""An answer of several lines, to read: what `:ls` or `:capture` say. Escape closes it."""

from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import VerticalScroll
from textual.screen import ModalScreen
from textual.widgets import Static

from muxer.ui.harmless import harmless
from muxer.ui.screens.panel import WIDTH, Panel


class Answer(ModalScreen[None]):
    """As wide as its longest line, if the terminal is."""

    CSS = f"""
    Answer {{ align-horizontal: center; background: $background 60%; &:ansi {{ background: transparent; }} }}
    Answer Panel {{ width: auto; min-width: {WIDTH}; }}
    Answer VerticalScroll {{
        width: auto; min-width: {WIDTH}; height: auto; max-height: 70vh; padding: 0 2; margin-top: 1;
    }}
    Answer VerticalScroll > Static {{ width: auto; }}
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape,q,enter,ctrl+c,ctrl+g", "dismiss", priority=True),
        Binding("down,j,ctrl+n", "scroll('down')", priority=True),
        Binding("up,k,ctrl+p", "scroll('up')", priority=True),
        Binding("pagedown,space,ctrl+d,ctrl+f", "scroll('page_down')", priority=True),
        Binding("pageup,b,ctrl+u", "scroll('page_up')", priority=True),
        Binding("home,g", "scroll('home')", priority=True),
        Binding("end,G", "scroll('end')", priority=True),
    ]

    def __init__(self, title: str, text: str) -> None:
        super().__init__()
        self._title = title
        self._text = "\n".join(harmless(line) for line in text.expandtabs().splitlines())

    def compose(self) -> ComposeResult:
        """The line that was asked, and its answer."""
        page = VerticalScroll(Static(self._text, markup=False))
        yield Panel(self._title, page, keys="↑ ↓ scroll · esc close")

    def on_resize(self) -> None:
        """Textual does not follow a `vh` within an automatic height by itself."""
        self.call_after_refresh(self.refresh, layout=True)

    def action_scroll(self, way: str) -> None:
        """Read on, or back."""
        getattr(self.query_one(VerticalScroll), f"scroll_{way}")(animate=False)
