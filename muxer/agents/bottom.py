"""The live bottom of a screen: where people write, what is asked there, and the answers that it offers. Pure."""

import re
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from muxer.agents.spec import Composer, Picks
from muxer.model import Choice

LONGEST = 300
"""Letters of what is asked."""
NEAR = 20
"""A question is looked for in so many of the last rows."""
_FRAME = re.compile(r"[\u2500-\u259f\s]+")
_UNSEEN = re.compile(r"[\x00-\x1f\x7f-\x9f\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff]")
_CHOICE = re.compile(r"(?m)^[\s│┃|]*[❯›▶►→●◉>*][ \xa0]*\(?(?:\d{1,2}|[a-z])[.)][ \xa0]\S")
_OTHER = re.compile(r"(?m)^[\s│┃|]*\(?(?:\d{1,2}|[a-z])[.)][ \xa0]\S")
_CONFIRM = re.compile(
    r"[\[(](?:y(?:es)?/no?(?:/[a-z])*)[\])]:?\s*\Z|\b(?:enter|return) (?:to )?(?:con(?:firm|tinue)|select|proceed)\b",
    re.IGNORECASE,
)


class Written(NamedTuple):
    """A composer that was found."""

    draft: bool
    """Is something written in it?"""
    left: int
    """So many letters from its start to the end of the text."""
    below: tuple[str, ...]
    """The rows after its first one."""


def rows_of(lines: Sequence[str]) -> list[str]:
    """The rows that are not blank."""
    return [line for line in lines if line and not line.isspace()]


def written(text: str, composer: Composer | None) -> Written | None:
    """The last composer in the text; None where there is none."""
    if composer is None or not (rows := [*composer.row.finditer(text)]):
        return None
    found = rows[-1]
    draft = (found["draft"] or "").strip()
    is_draft = bool(draft) and not (composer.empty and composer.empty.fullmatch(draft))
    return Written(is_draft, len(text) - found.start(), tuple(text[found.end() :].split("\n")[1:]))


def asks_something(rows: Sequence[str]) -> bool:
    """Does it look like a question with answers to choose from, whichever CLI asks it?"""
    near = "\n".join(rows[-NEAR:])
    return bool((_CHOICE.search(near) and _OTHER.search(near)) or _CONFIRM.search("\n".join(rows[-2:])))


def choices(text: str, picks: Picks) -> tuple[Choice, ...]:
    """The answers that it shows; else those that are known to be understood."""
    found = tuple(_shown(text, picks)) if picks.row is not None else ()
    if found or "yes" not in picks.keys:
        return found
    return tuple(Choice(picks.keys[name], name) for name in ("yes", "no", "cancel") if name in picks.keys)


def _shown(text: str, picks: Picks) -> Iterator[Choice]:
    if picks.row is not None:
        for row in picks.row.finditer(text):
            yield Choice(picks.keys.get(row["key"], row["key"]), one_line(row["label"]))


def one_line(text: str) -> str:
    """Words of a program, without the frame around them and whatever would not be seen."""
    return " ".join(_FRAME.sub(" ", _UNSEEN.sub(" ", text)).split())[:LONGEST]
