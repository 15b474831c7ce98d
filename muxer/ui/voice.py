"""What muxer says to a person in the status line: a question, a warning, the keys after the prefix, or the prefix.

One thing at a time, in that order. A warning goes by itself; a question stays until a key answers it.
"""

import asyncio
from collections.abc import Callable

from muxer.ui.keymaps import Keymap
from muxer.ui.titles import harmless

WARNING = 6.0
"""How long a warning stays, in seconds; a long one has its reader's time."""
PER_CHARACTER = 0.06


class Voice:
    """Holds what is to be said; `changed` is called when that is something else."""

    def __init__(self, keymap: Keymap, changed: Callable[[], None]) -> None:
        self._keymap = keymap
        self._changed = changed
        self._question = ""
        self._on_answer: Callable[[str], None] | None = None
        self._warning = ""
        self._timer: asyncio.TimerHandle | None = None

    @property
    def asking(self) -> bool:
        """Is a question open?"""
        return self._on_answer is not None

    def ask(self, question: str, on_answer: Callable[[str], None]) -> None:
        """Ask; one key answers."""
        self._question, self._on_answer = harmless(question), on_answer
        self._changed()

    def answer(self, key: str) -> None:
        """The key for the open question."""
        on_answer, self._on_answer = self._on_answer, None
        if on_answer is not None:
            on_answer(key)
        self._changed()

    def warn(self, text: str) -> None:
        """One line that a person should read."""
        self._warning = harmless(text)
        if self._timer is not None:
            self._timer.cancel()
        stay = max(WARNING, PER_CHARACTER * len(text))
        self._timer = asyncio.get_running_loop().call_later(stay, self._calm)
        self._changed()

    def _calm(self) -> None:
        self._warning = ""
        self._timer = None
        self._changed()

    def words(self, *, prefixed: bool) -> tuple[str, str]:
        """What to say now, and in which role; no role is the quiet one."""
        if self.asking:
            return self._question, "wait"
        if self._warning:
            return self._warning, "bad"
        if prefixed:
            return self._help(), "accent"
        return f"{self._keymap.prefix} …", ""

    def _help(self) -> str:
        shown = (
            ("split.right", "right"), ("split.down", "down"), ("pane.zoom", "zoom"), ("pane.close", "close"),
            ("tab.new", "tab"), ("tab.next", "next"), ("tab.previous", "back"), ("client.detach", "detach"),
        )  # fmt: skip
        keys = [(self._keymap.keys_of(action)[:1], word) for action, word in shown]
        return "  ".join(f"{key[0]} {word}" for key, word in keys if key)
