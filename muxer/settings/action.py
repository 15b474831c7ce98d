"""One thing that a key or the palette can do."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Action:
    """Something a person can ask of the screen."""

    id: str
    words: str
    repeats: bool = False
    """Is it done several times in a row? Then a mode stays after it."""

    @property
    def group(self) -> str:
        """Actions of one group are listed together."""
        return self.id.partition(".")[0]
