"""Two questions about a project: whether a folder is to be kept as one, and whether its file's commands may run."""

from collections.abc import Callable
from time import monotonic
from typing import ClassVar

from textual import events
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import VerticalScroll
from textual.screen import ModalScreen
from textual.widget import Widget
from textual.widgets import Static

from muxer.paths import homely
from muxer.ui.desk import Desk
from muxer.ui.harmless import harmless
from muxer.ui.screens.panel import PADDING, Panel

AROUND = 9
"""Rows of the screen that show nothing of the file."""
SETTLED = 0.4
"""Seconds in which nobody agrees: a key was meant for what was there before."""


class _Asking(ModalScreen[None]):
    """Its answer is told when it is gone, however it went."""

    AUTO_FOCUS = None

    def __init__(self, answer: Callable[[str], None], otherwise: str) -> None:
        super().__init__()
        self._answer, self._said = answer, otherwise

    def action_say(self, word: str) -> None:
        """Answer, and go."""
        self._said = word
        self.dismiss()

    def on_unmount(self) -> None:
        """Whoever asked may go on."""
        self._answer(self._said)


class ProjectOffer(_Asking):
    """Is this folder to be kept as a project? `yes`, `later` or `never`; whoever types on has said `later`."""

    CSS = f"""
    ProjectOffer {{ align-horizontal: center; background: transparent; }}
    ProjectOffer .panel--words {{ margin-top: 1; }}
    ProjectOffer .panel--quiet {{ padding: 0 {PADDING}; }}
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("y", "say('yes')", priority=True),
        Binding("n,escape", "say('later')", priority=True),
        Binding("v", "say('never')", priority=True),
    ]
    KEYS = frozenset({"y", "n", "v", "escape"})

    def __init__(self, name: str, folder: str, answer: Callable[[str], None]) -> None:
        super().__init__(answer, "later")
        self._called, self._folder = harmless(name), harmless(homely(folder))

    def compose(self) -> ComposeResult:
        """What it would be called, and where it is."""
        yield Panel(
            "PROJECT",
            Static(f"Keep {self._called} as a project?", classes="panel--words", markup=False),
            Static(self._folder, classes="panel--quiet", markup=False),
            keys="y yes · n not now · v never for this folder",
        )


class Agreement(_Asking):
    """A project's file, to be read before its commands may run: `yes` or `no`. Enter agrees to nothing."""

    CSS = f"""
    Agreement {{ align-horizontal: center; background: transparent; }}
    Agreement .panel--words {{ margin-top: 1; }}
    Agreement VerticalScroll {{
        height: auto; margin-top: 1; padding: 0 {PADDING}; scrollbar-size-vertical: 1;
    }}
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("y", "say('yes')", priority=True),
        Binding("n,escape,q,ctrl+c,ctrl+g", "say('no')", priority=True),
        Binding("down,j,ctrl+n", "scroll('down')", priority=True),
        Binding("up,k,ctrl+p", "scroll('up')", priority=True),
        Binding("pagedown,space,ctrl+d,ctrl+f", "scroll('page_down')", priority=True),
        Binding("pageup,b,ctrl+u", "scroll('page_up')", priority=True),
        Binding("home,g", "scroll('home')", priority=True),
        Binding("end,G", "scroll('end')", priority=True),
    ]

    def __init__(self, desk: Desk, file: str, text: str, answer: Callable[[str], None]) -> None:
        super().__init__(answer, "no")
        self._since = monotonic()
        self._file, self._plain = harmless(homely(file)), desk.look.ascii
        self._text = "\n".join(map(harmless, text.expandtabs(4).splitlines()))

    def compose(self) -> ComposeResult:
        """The file as it is now."""
        arrows = "up down" if self._plain else "↑ ↓"
        yield Panel(
            f"AGREE  {self._file}",
            Static("Its commands may run if you agree to this:", classes="panel--words"),
            VerticalScroll(Static(self._text, markup=False)),
            keys=f"y agree · {arrows} scroll · n not",
        )

    def on_resize(self, event: events.Resize) -> None:
        """A long file scrolls."""
        self._page.styles.max_height = max(1, event.size.height - AROUND)

    def action_say(self, word: str) -> None:
        """Answer, and go."""
        if word == "no" or monotonic() - self._since >= SETTLED:
            super().action_say(word)

    @property
    def _page(self) -> Widget:
        return self.query_one(VerticalScroll)

    def action_scroll(self, way: str) -> None:
        """Read on, or back."""
        getattr(self._page, f"scroll_{way}")(animate=False)
