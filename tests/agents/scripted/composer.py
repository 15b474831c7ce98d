"""The line in which people write."""

import re

from tests.agents.scripted.screen import wrapped

PLACEHOLDER = 'Try "fix the tests"'
LONG = 500
"""A paste of more letters, or of a hundredth as many lines, is shown as a mark, as all the real ones do."""


class Composer:
    """The line in which people write, and from where each piece of it came."""

    def __init__(self, guard: float) -> None:
        self.parts: list[tuple[str, str]] = []
        self.popup = False
        self._guard = guard
        self._written_at = 0.0

    @property
    def text(self) -> str:
        return "".join(text for _, text in self.parts)

    def shown(self) -> str:
        return "".join(
            f"[Pasted text +{text.count(chr(10))} lines]" if kind == "pasted" and _is_long(text) else text
            for kind, text in self.parts
        )

    def write(self, kind: str, text: str, now: float) -> None:
        if self.parts and self.parts[-1][0] == kind == "typed":
            text = self.parts.pop()[1] + text
        self.parts.append((kind, text.replace("\r\n", "\n").replace("\r", "\n")))
        self._written_at = now
        self.popup = bool(re.search(r"(?:^|\s)@\S+$", self.text))

    def too_soon(self, now: float) -> bool:
        """Is an Enter still part of what is being pasted?"""
        return bool(self.parts) and now - self._written_at < self._guard

    def rub_out(self) -> None:
        if self.parts:
            kind, text = self.parts.pop()
            if len(text) > 1:
                self.parts.append((kind, text[:-1]))
        self.popup = False

    def clear(self) -> list[tuple[str, str]]:
        parts, self.parts, self.popup = self.parts, [], False
        return parts

    def rows(self, cols: int, placeholder: str) -> list[str]:
        text = self.shown() or placeholder
        rows = [piece for row in text.split("\n") for piece in wrapped(row, max(10, cols - 3))]
        return [f"{'❯' if not at else ' '} {row}" for at, row in enumerate(rows)]


def _is_long(text: str) -> bool:
    return len(text) > LONG or text.count("\n") > LONG // 100
