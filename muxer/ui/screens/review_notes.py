"""What a person says about lines of an agent's work, and all of it as one text for its inbox. Pure."""

from collections.abc import Iterable, Sequence
from typing import NamedTuple

from muxer.ui.screens.review_page import Row

QUOTED = 12
"""So many lines are quoted with a comment."""
LONGEST = 200
"""Characters of a quoted line."""


class Comment(NamedTuple):
    """About some lines of a file."""

    path: str
    lines: str
    """`41`, `41-43`; in the file as it is now, or `41 (removed)`."""
    quoted: tuple[str, ...]
    text: str
    marks: frozenset[tuple[str, int]]
    """The lines, as their hunk's id and their place in it."""


def comment_on(path: str, rows: Sequence[Row], text: str) -> Comment | None:
    """A comment on these rows; None where there is no line in them."""
    cells = [(row.hunk.id, cell) for row in rows if row.hunk for cell in dict.fromkeys(row.cells) if cell]
    if not cells:
        return None
    now = [cell.new for _, cell in cells if cell.new]
    before = [cell.old for _, cell in cells]
    lines = _span(now) if now else f"{_span(before)} (removed)"
    quoted = tuple(f"{cell.sign}{cell.text[:LONGEST]}".rstrip() for _, cell in cells[:QUOTED])
    quoted += ("…",) if len(cells) > QUOTED else ()
    return Comment(path, lines, quoted, text, frozenset((hunk, cell.at) for hunk, cell in cells))


def _span(numbers: Sequence[int]) -> str:
    first, last = min(numbers), max(numbers)
    return str(first) if first == last else f"{first}-{last}"


def note_of(comments: Iterable[Comment]) -> str:
    """As its agent gets it."""
    parts = [
        "\n".join([f"{comment.path}:{comment.lines}", *(f"> {line}" for line in comment.quoted), comment.text])
        for comment in comments
    ]
    head = "A comment on your changes:" if len(parts) == 1 else f"{len(parts)} comments on your changes:"
    return "\n\n".join([head, *parts])
