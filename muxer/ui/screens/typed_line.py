"""The line of the palette and of choosers. Every key does its work in the order in which it was typed.

Textual runs a binding only when its key has travelled through the whole screen, while letters typed after it are
already in the line: a line that was pasted, or typed in a hurry, would become another.
"""

from collections.abc import Callable, Mapping

from textual import events
from textual.command import CommandInput

_EDITS = {
    "backspace": "delete_left", "ctrl+h": "delete_left", "delete": "delete_right", "ctrl+d": "delete_right",
    "ctrl+w": "delete_left_word", "alt+backspace": "delete_left_word", "ctrl+u": "delete_left_all",
    "ctrl+k": "delete_right_all", "left": "cursor_left", "ctrl+b": "cursor_left", "right": "cursor_right",
    "ctrl+f": "cursor_right", "ctrl+left": "cursor_left_word", "alt+b": "cursor_left_word",
    "ctrl+right": "cursor_right_word", "alt+f": "cursor_right_word", "home": "home", "ctrl+a": "home", "end": "end",
    "ctrl+e": "end",
}  # fmt: skip
"""Readline's commonest keys, and what Textual calls them."""


class TypedLine(CommandInput):
    """Edits itself; keys of `commands` belong to the screen."""

    def __init__(self, text: str, *, placeholder: str, commands: Mapping[str, Callable[[], None]]) -> None:
        super().__init__(text, placeholder=placeholder, select_on_focus=False, compact=True)
        self._commands = commands

    def on_key(self, event: events.Key) -> None:
        """A key that is no letter."""
        command = self._commands.get(event.key)
        edit = _EDITS.get(event.key)
        if command is not None:
            command()
        elif edit is not None:
            getattr(self, f"action_{edit}")()
        else:
            return
        event.stop()
        event.prevent_default()

    def put(self, text: str) -> None:
        """Let this be the line."""
        self.value = text
        self.action_end()
