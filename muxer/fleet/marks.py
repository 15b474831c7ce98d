"""How a text is known again on a screen, whatever breaks its lines and frames it there. Pure."""

import re
from collections.abc import Iterable, Sequence
from itertools import dropwhile, takewhile

from muxer.agents.bottom import rows_of, written
from muxer.agents.spec import Composer

MARK = 16
"""Letters of a text's beginning, or of its end, that are enough."""
_LINES = re.compile(r"[\u2500-\u259f\s]+")
_RULE = re.compile(r"\s*[\u2500-\u259f]{10}")
_FRAME = re.compile(r"\[from [^\n]*, (?:note|ask) \d+\]")


def times(text: str, lines: Iterable[str]) -> int:
    """How often it stands there. One that muxer framed is known by its number, another by how it begins."""
    framed = _FRAME.match(text)
    mark = _squeezed(framed[0]) if framed else _squeezed(text)[:MARK]
    return _squeezed("".join(lines)).count(mark)


def composed(lines: Sequence[str], composer: Composer | None) -> str:
    """What is written in the composer, as it looks there; empty where nothing is, or it cannot be seen."""
    text = "\n".join(rows_of(lines))
    found = written(text, composer)
    if found is None or not found.draft:
        return ""
    rows = dropwhile(_RULE.match, text[len(text) - found.left :].split("\n"))
    return _squeezed("".join(takewhile(lambda row: not _RULE.match(row), rows)))


def may_hide_more(text: str, look: str) -> bool:
    """Does a composer that looks so show the text's end without its beginning? What is above cannot be told then."""
    whole = _squeezed(text)
    return whole not in look and whole[-MARK:] in look


def _squeezed(text: str) -> str:
    return _LINES.sub("", text)
