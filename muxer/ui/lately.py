"""What a person chose lately, and what they began to write. In memory only: it may hold secrets."""

from typing import Any

from muxer.model import PaneId

MANY = 30


class Lately:
    """Choices, newest first, and drafts by the dialog they belong to."""

    def __init__(self) -> None:
        self._chosen: list[str] = []
        self.drafts: dict[str, str] = {}
        """Text that was left unfinished, for the next time."""
        self.reviews: dict[PaneId, Any] = {}
        """What was made of an agent's work in a review that was left; only the review knows what is in it."""
        self.spawned: dict[str, str] = {}
        """What the last agent was spawned with."""

    def chose(self, what: str) -> None:
        """Something was chosen: it comes first from now on."""
        if what in self._chosen:
            self._chosen.remove(what)
        self._chosen.insert(0, what)
        del self._chosen[MANY:]

    @property
    def chosen(self) -> tuple[str, ...]:
        """What was chosen, newest first."""
        return tuple(self._chosen)
