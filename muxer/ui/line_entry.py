"""A line to fill in, in the status line: a name, a needle to search for. Enter is done, Escape leaves it."""

import re
from collections.abc import Callable

from muxer.ui.harmless import harmless

_WORD_BEFORE = re.compile(r"\S*\s*\Z")

Edit = Callable[[str, str], tuple[str, str]]

_EDITS: dict[str, Edit] = {
    "backspace": lambda before, after: (before[:-1], after),
    "delete": lambda before, after: (before, after[1:]),
    "ctrl+u": lambda _, after: ("", after),
    "ctrl+k": lambda before, _: (before, ""),
    "ctrl+w": lambda before, after: (_WORD_BEFORE.sub("", before), after),
    "left": lambda before, after: (before[:-1], before[-1:] + after),
    "right": lambda before, after: (before + after[:1], after[1:]),
    "home": lambda before, after: ("", before + after),
    "end": lambda before, after: (before + after, ""),
    "space": lambda before, after: (f"{before} ", after),
}
"""What a key makes of the text before and after the cursor."""
_SAME = {
    "ctrl+h": "backspace", "ctrl+d": "delete", "alt+backspace": "ctrl+w", "ctrl+b": "left", "ctrl+f": "right",
    "ctrl+a": "home", "ctrl+e": "end",
}  # fmt: skip


def _nothing(_text: str) -> None:
    """Whoever asked waits for the end."""


class LineEntry:
    """Text with a cursor; readline's commonest keys."""

    def __init__(
        self,
        label: str,
        on_done: Callable[[str], None],
        *,
        text: str = "",
        on_change: Callable[[str], None] = _nothing,
        on_leave: Callable[[], None] = lambda: None,
    ) -> None:
        self._label = harmless(label)
        self._on_done, self._on_change, self._on_leave = on_done, on_change, on_leave
        self._before, self._after = text, ""

    @property
    def text(self) -> str:
        """What stands in the line."""
        return self._before + self._after

    @property
    def words(self) -> str:
        """The label, and the text with a bar for its cursor."""
        return f"{self._label} {self._before}▏{self._after}"

    def paste(self, text: str) -> None:
        """Its first line is text like any other."""
        self._before += harmless(text.splitlines()[0] if text else "")
        self._on_change(self.text)

    def press(self, key: str) -> bool:
        """A key; True when done or left."""
        if key in ("escape", "ctrl+c", "ctrl+g"):
            self._on_leave()
            return True
        if key == "enter":
            self._on_done(self.text)
            return True
        before = self.text
        edit = _EDITS.get(_SAME.get(key, key))
        if edit is not None:
            self._before, self._after = edit(self._before, self._after)
        elif len(key) == 1 and key.isprintable():
            self._before += key
        if self.text != before:
            self._on_change(self.text)
        return False
