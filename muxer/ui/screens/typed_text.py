"""Several lines that a person writes in a dialog. Every key does its work in the order in which it was typed.

It always has the focus: a dialog takes the keys first that are not for the text. See typed_line for why.
"""

from collections.abc import Callable

from textual import events
from textual.widgets import TextArea

_EDITS = {
    "backspace": "delete_left", "ctrl+h": "delete_left", "delete": "delete_right", "ctrl+d": "delete_right",
    "ctrl+w": "delete_word_left", "alt+backspace": "delete_word_left", "ctrl+u": "delete_to_start_of_line",
    "ctrl+k": "delete_to_end_of_line", "left": "cursor_left", "ctrl+b": "cursor_left", "right": "cursor_right",
    "ctrl+f": "cursor_right", "ctrl+left": "cursor_word_left", "alt+b": "cursor_word_left",
    "ctrl+right": "cursor_word_right", "alt+f": "cursor_word_right", "up": "cursor_up", "ctrl+p": "cursor_up",
    "down": "cursor_down", "ctrl+n": "cursor_down", "home": "cursor_line_start", "ctrl+a": "cursor_line_start",
    "end": "cursor_line_end", "ctrl+e": "cursor_line_end", "pageup": "cursor_page_up", "pagedown": "cursor_page_down",
}  # fmt: skip
"""Readline's commonest keys, and what Textual calls them."""
LEAVE = frozenset({"escape", "ctrl+c", "ctrl+g"})
"""Keys that close a dialog."""
_BREAKS = frozenset({"alt+enter", "shift+enter", "ctrl+j"})


def _none(_text: str) -> bool:
    """No paste is for the dialog."""
    return False


class TypedText(TextArea):
    """`take` is asked for each key, with the letter that it writes if it writes one; `take_paste` for each paste."""

    def __init__(
        self,
        text: str = "",
        *,
        placeholder: str = "",
        take: Callable[[str, str], bool],
        take_paste: Callable[[str], bool] = _none,
    ) -> None:
        super().__init__(text, show_line_numbers=False, placeholder=placeholder, compact=True)
        self._take, self._take_paste = take, take_paste
        self.cursor_blink = False

    def on_mount(self) -> None:
        """Whoever goes on writing does so at the end."""
        self.move_cursor(self.document.end)

    def rest(self, *, resting: bool = True) -> None:
        """Keys are for the dialog: it is only shown, without a cursor."""
        self.read_only, self.show_cursor = resting, not resting

    def on_key(self, event: events.Key) -> None:
        """A key: the dialog's, an edit, or a letter, which is Textual's to write."""
        letter = event.character if event.is_printable and event.character else ""
        edit = _EDITS.get(event.key)
        if not self._take(event.key, letter):
            if self.read_only or (letter and edit is None):
                return
            if event.key in _BREAKS:
                self.insert("\n")
            elif edit is not None:
                getattr(self, f"action_{edit}")()
        event.stop()
        event.prevent_default()

    def on_paste(self, event: events.Paste) -> None:
        """A paste: the dialog's, or Textual's to write."""
        if self._take_paste(event.text):
            event.stop()
            event.prevent_default()
