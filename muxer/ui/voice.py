"""What muxer says to a person in the status line: a question, a line to fill in, a warning, or nothing.

One thing at a time, in that order. A warning goes by itself; a question stays until a key answers it.
"""

import asyncio
from collections.abc import Callable
from typing import Protocol

from muxer.ui.harmless import harmless

WARNING = 6.0
"""How long a warning stays, in seconds; a long one has its reader's time."""
PER_CHARACTER = 0.06


class Asked(Protocol):
    """Something that keys answer until it is done."""

    @property
    def words(self) -> str:
        """What the status line shows of it."""

    def press(self, key: str) -> bool:
        """A key as keymaps name it; True when the matter is closed."""

    def paste(self, text: str) -> None:
        """A whole paste."""


class Question:
    """One key answers it."""

    def __init__(self, words: str, on_answer: Callable[[str], None]) -> None:
        self.words = harmless(words)
        self._on_answer = on_answer

    def press(self, key: str) -> bool:
        """Any key is an answer."""
        self._on_answer(key)
        return True

    def paste(self, text: str) -> None:
        """Nothing to paste into."""
        del text


class Voice:
    """Holds what is to be said; `changed` is called when that is something else."""

    def __init__(self, changed: Callable[[], None]) -> None:
        self._changed = changed
        self._open: Asked | None = None
        self._warning = ""
        self._role = "bad"
        self._timer: asyncio.TimerHandle | None = None

    @property
    def asking(self) -> bool:
        """Is a question open?"""
        return self._open is not None

    def ask(self, question: str, on_answer: Callable[[str], None]) -> None:
        """Ask; one key answers."""
        self.put(Question(question, on_answer))

    def put(self, asked: Asked) -> None:
        """Let keys go to this until it is done."""
        self._open = asked
        self._changed()

    def answer(self, key: str) -> None:
        """The key for what is open."""
        asked = self._open
        if asked is not None and asked.press(key) and self._open is asked:
            self._open = None
        self._changed()

    def paste(self, text: str) -> None:
        """A paste for what is open."""
        if self._open is not None:
            self._open.paste(text)
            self._changed()

    def warn(self, text: str) -> None:
        """One line that a person should read."""
        self._say(text, "bad")

    def tell(self, text: str) -> None:
        """One line that is good to know: what was done, what was chosen."""
        self._say(text, "text")

    def _say(self, text: str, role: str) -> None:
        self._warning, self._role = harmless(text), role
        if self._timer is not None:
            self._timer.cancel()
        stay = max(WARNING, PER_CHARACTER * len(text))
        self._timer = asyncio.get_running_loop().call_later(stay, self._calm)
        self._changed()

    def _calm(self) -> None:
        self._warning = ""
        self._timer = None
        self._changed()

    def words(self) -> tuple[str, str]:
        """What to say now, and in which role; nothing where nothing is to be said."""
        if self._open is not None:
            return self._open.words, "wait"
        return (self._warning, self._role) if self._warning else ("", "")
