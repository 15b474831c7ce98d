"""What was copied lately, newest first. Kept in memory only: it may hold secrets."""

MANY = 50
LARGEST = 1 << 20


class Buffers:
    """A short pile of texts; the same text twice is there once, on top."""

    def __init__(self) -> None:
        self._texts: list[str] = []

    def add(self, text: str) -> None:
        """Put a text on top."""
        text = text[:LARGEST]
        if not text:
            return
        if text in self._texts:
            self._texts.remove(text)
        self._texts.insert(0, text)
        del self._texts[MANY:]

    def drop(self, number: int) -> None:
        """Forget one, counted from the top."""
        del self._texts[number : number + 1]

    @property
    def top(self) -> str:
        """The newest, or nothing."""
        return self._texts[0] if self._texts else ""

    @property
    def all(self) -> tuple[str, ...]:
        """All of them, newest first."""
        return tuple(self._texts)
