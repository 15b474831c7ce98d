"""The modes of the screen: what a keymap's `[mode.NAME]` names is entered and left here. The status line says which."""

from functools import partial

from muxer.terminal.keys import parse_key
from muxer.ui.deeds.table import DEEDS, does
from muxer.ui.desk import Desk


def _enter(desk: Desk, *, mode: str) -> None:
    desk.mode = mode
    desk.say_again()


for _mode in ("resize", "pane", "tab", "move", "session", "lock"):
    DEEDS[f"mode.{_mode}"] = partial(_enter, mode=_mode)


@does("mode.leave")
def leave(desk: Desk) -> None:
    """Back to typing."""
    desk.mode = ""
    desk.say_again()


@does("prefix.send")
def send_prefix(desk: Desk) -> None:
    """The prefix itself, for a program that wants it."""
    terminal = desk.runtime.terminals.get(desk.bench.focus or "")
    if terminal is not None and desk.look.keymap.prefix:
        terminal.press(parse_key(desk.look.keymap.prefix))
