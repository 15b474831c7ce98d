"""Finding by typing: every typed word must be in a text, whole, or letter by letter from the start of a word.

Pure, and quick enough to look through a thousand texts at each key.
"""

from typing import NamedTuple


class Match(NamedTuple):
    """How well a text answers, from 0 to 1, and which of its characters do."""

    score: float
    at: tuple[int, ...]


ALL = Match(0.0, ())
"""What everything is where nothing is asked."""

_WHOLE, _INSIDE, _SPREAD = 0.8, 0.5, 0.2
"""What a word is worth that begins a word of the text, that lies inside one, and whose letters are spread."""
_FIRST = 0.15
"""More for the very beginning of the text."""


def find(query: str, text: str) -> Match | None:
    """Where the words of a query are in a text; None unless all of them are."""
    words = query.lower().split()
    if not words:
        return ALL
    plain = text.lower()
    if len(plain) != len(text):  # a letter whose small form is two: positions would be off
        plain = text
    score, at = 0.0, set[int]()
    for word in words:
        found = _whole(word, plain) or _spread(word, plain)
        if found is None:
            return None
        score += found.score
        at.update(found.at)
    shortness = 0.05 / (1 + len(text))
    return Match(score / len(words) + shortness, tuple(sorted(at)))


def _begins(plain: str, at: int) -> bool:
    return at == 0 or not plain[at - 1].isalnum()


def _whole(word: str, plain: str) -> Match | None:
    first = at = plain.find(word)
    if at < 0:
        return None
    while at >= 0 and not _begins(plain, at):
        at = plain.find(word, at + 1)
    worth = _WHOLE if at >= 0 else _INSIDE
    at = max(at, first) if at >= 0 else first
    end = at + len(word)
    closed = 0.03 if end == len(plain) or not plain[end].isalnum() else 0.0
    return Match(worth + closed + (_FIRST if at == 0 else 0.0), tuple(range(at, end)))


def _spread(word: str, plain: str) -> Match | None:
    """Letters in order, each next to the one before or at the start of a word: `sr` finds `split right`."""
    if len(word) < 2:
        return None
    starts = [at for at in range(len(plain)) if plain[at].isalnum() and _begins(plain, at)]
    for start in starts:
        if plain[start] == word[0]:
            at = _chain(word, plain, start, starts)
            if at:
                return Match(_SPREAD + (_FIRST if start == 0 else 0.0), at)
    return None


def _chain(word: str, plain: str, start: int, starts: list[int]) -> tuple[int, ...]:
    at = [start]
    for letter in word[1:]:
        after = at[-1] + 1
        if after < len(plain) and plain[after] == letter:
            at.append(after)
            continue
        there = next((s for s in starts if s >= after and plain[s] == letter), -1)
        if there < 0:
            return ()
        at.append(there)
    return tuple(at)
