"""A Textual app with nothing on it but words, for screens that lie over it."""

from textual.app import App, ComposeResult
from textual.screen import Screen
from textual.widgets import OptionList, Static


class Stage(App[None], inherit_bindings=False):
    """Real Textual, without panes."""

    ENABLE_COMMAND_PALETTE = False

    def compose(self) -> ComposeResult:
        yield Static("\n".join(f"what a program said, line {n}" for n in range(100)))


def shown(screen: Screen[None]) -> list[str]:
    """The rows of its list, as they are read."""
    return [str(option.prompt).rstrip() for option in screen.query_one(OptionList).options]


def text(screen: Screen[None]) -> str:
    """All that is on the screen."""
    with screen.app._context():
        return "\n".join(strip.text.rstrip() for strip in screen._compositor.render_strips())
