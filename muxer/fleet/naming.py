"""What panes are called: a name in one line, which people can read, type and tell from others.

A name is the sender of what its agent says: it is none that could be taken for muxer or for the person.
"""

import os
import unicodedata
from collections.abc import Collection, Sequence

from muxer.errors import UsageError

LONGEST = 60
"""Characters of a name: it is to be read in a list, and typed."""

_NOT_AGENTS = frozenset({"muxer", "you", "user", "youruser"})
_LOOKS = {
    "e": "еєεҽᴇɛ", "m": "мᴍμ", "o": "оοօᴏσ0", "r": "гᴦʀɾ", "s": "ѕꜱʂ5", "u": "υսᴜци", "x": "хχᶍ", "y": "уүγʏ",
    "": "\u115f\u1160",
}  # fmt: skip
_LOOKALIKES = {ord(other): letter for letter, others in _LOOKS.items() for other in others}


def readable(name: str) -> str:
    """A name in one line. Raises UsageError for one that nobody could read or type."""
    name = " ".join(name.split())
    if not name or not name.isprintable():
        raise UsageError("a pane's name has letters and digits: type some")
    if len(name) > LONGEST:
        raise UsageError(f"a pane's name has {LONGEST} characters at most, not {len(name)}")
    if _poses(name):
        raise UsageError(f"{name!r} could be taken for muxer, or for you, by who gets its notes: choose another name")
    return name


def _poses(name: str) -> bool:
    """Does it read as one that no agent has, whatever its case, its signs and its alphabet?"""
    folded = unicodedata.normalize("NFKD", name).casefold().translate(_LOOKALIKES)
    return "".join(filter(str.isalnum, folded)).replace("rn", "m") in _NOT_AGENTS


def named_for(command: Sequence[str]) -> str:
    """What a pane is called that runs a command."""
    word = "".join(filter(str.isprintable, os.path.basename(command[0]).lstrip("-")))
    return word.strip() or "pane"


def free_name(stem: str, taken: Collection[str]) -> str:
    """The name, or with a number after it when a pane has it, or when it is none for a pane."""
    ends = ("", *(f"-{n}" for n in range(2, len(taken) + 3)))
    names = (f"{stem[: LONGEST - len(end)]}{end}" for end in ends)
    return next(name for name in names if name not in taken and not _poses(name))
