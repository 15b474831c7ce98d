"""The promote dialog: which folder and branch it would be about. Promoting is not there yet, which it says."""

import os
from typing import ClassVar

from textual import events
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.content import Content
from textual.screen import ModalScreen
from textual.widgets import Static

from muxer.paths import homely
from muxer.ui.harmless import harmless
from muxer.ui.layout import Region
from muxer.ui.screens.panel import Panel
from muxer.ui.screens.placing import beside

HEIGHT = 10
_SMALL = 4096
"""No file that git keeps a branch's name in is larger."""


def branch_of(root: str) -> str:
    """The branch checked out in a repository or worktree, as its files say; a short commit id where there is none."""
    git = os.path.join(root, ".git")
    try:
        if os.path.isfile(git):
            git = os.path.join(root, _read(git).partition("gitdir: ")[2])
        head = _read(os.path.join(git, "HEAD"))
    except (OSError, UnicodeDecodeError):
        return ""
    ref = head.removeprefix("ref: refs/heads/")
    return ref if ref != head else f"{head[:7]}, no branch" if head else ""


def _read(file: str) -> str:
    with open(file, encoding="utf-8") as opened:
        return opened.read(_SMALL).strip()


class Promote(ModalScreen[None]):
    """Any of its keys closes it; nothing is changed."""

    CSS = """
    Promote { background: transparent; }
    Promote Panel { margin: 0; }
    Promote #facts { margin-top: 1; }
    Promote #plain { margin-top: 1; color: $text-warning; }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape,enter,n,q,ctrl+c,ctrl+g", "dismiss", priority=True),
    ]

    def __init__(self, name: str, folder: str, branch: str, *, pane: Region | None) -> None:
        super().__init__()
        self._who, self._folder, self._branch, self._pane = harmless(name), homely(folder), harmless(branch), pane

    def compose(self) -> ComposeResult:
        """Where it would promote from, and that it cannot."""
        about = [("folder  ", harmless(self._folder)), ("branch  ", self._branch or "none: no git repository is here")]
        lines = [Content.assemble(Content(label).stylize("$text-muted"), Content(value)) for label, value in about]
        plainly = "Promoting comes with a later version; nothing is changed. Until then, git in this pane does it."
        yield Panel(
            f"PROMOTE  {self._who}",
            Static(Content("\n").join(lines), id="facts", classes="panel--words"),
            Static(plainly, id="plain", classes="panel--words", markup=False),
            keys="n or esc close",
        )

    def on_resize(self, event: events.Resize) -> None:
        """Beside the pane, if there is room."""
        place = beside(self._pane, event.size.width, event.size.height, HEIGHT)
        panel = self.query_one(Panel)
        panel.styles.width = place.cols
        panel.styles.offset = (place.x, place.y)
