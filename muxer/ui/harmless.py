"""Text that others wrote (programs, folders, people far away), made safe to show among muxer's own words."""

import unicodedata
from collections.abc import Iterator

MARKS = 4
"""The most marks over and under one letter: no language has more, and a cell without end is no cell."""

_CHANGES_WIDTH = frozenset("\ufe0e\ufe0f\u3164\u115f\u1160\U0001f3fb\U0001f3fc\U0001f3fd\U0001f3fe\U0001f3ff")
"""Selects how an emoji looks, colours its skin, or fills a place of no width."""


def harmless(text: str) -> str:
    """Text from a program, without anything that could move a cursor or turn a line, or has no certain width."""
    if text.isascii() and text.isprintable():
        return text
    return "".join(_certain(text))


def _certain(text: str) -> Iterator[str]:
    """What joins and changes emoji is left out with what controls: terminals do not agree how wide that makes them."""
    marks = 0
    for letter in text:
        is_mark = unicodedata.category(letter) in ("Mn", "Me")
        marks = marks + 1 if is_mark else 0
        if letter.isprintable() and marks <= MARKS and letter not in _CHANGES_WIDTH:
            yield letter
