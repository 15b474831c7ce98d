"""What panes are called: a name in one line, which people can read, type and tell from others.

A name is the sender of what its agent says: it is none that could be taken for muxer or for the person.
"""

import os
import re
from collections.abc import Collection, Sequence

from muxer.errors import UsageError
from muxer.fleet.lookalikes import taken_for

LONGEST = 60
"""Characters of a name: it is to be read in a list, and typed."""

_ID = re.compile(r"[apg]\d+")
"""An agent's, a pane's or a guest's: whoever says that means it."""
_NOT_AGENTS = ("muxer", "you", "user", "your user", "operator", "person")


def readable(name: str) -> str:
    """A name in one line. Raises UsageError for one that nobody could read or type."""
    name = " ".join(name.split())
    if not name or not name.isprintable():
        raise UsageError("a pane's name has letters and digits: type some")
    if len(name) > LONGEST:
        raise UsageError(f"a pane's name has {LONGEST} characters at most, not {len(name)}")
    if other := _other(name):
        raise UsageError(f"{name!r} could be taken for {other}: choose another name")
    return name


def _other(name: str) -> str:
    """Who else could be meant by that; empty where nobody could."""
    if _ID.fullmatch(name):
        return "the id of another"
    return "muxer, or for you, by who gets its notes" if taken_for(name, _NOT_AGENTS) else ""


def named_for(command: Sequence[str]) -> str:
    """What a pane is called that runs a command."""
    word = "".join(filter(str.isprintable, os.path.basename(command[0]).lstrip("-")))
    return word.strip() or "pane"


def free_name(stem: str, taken: Collection[str]) -> str:
    """The name, or with a number after it when a pane has it, or when it is none for a pane."""
    ends = ("", *(f"-{n}" for n in range(2, len(taken) + 3)))
    names = (f"{stem[: LONGEST - len(end)]}{end}" for end in ends)
    return next(name for name in names if name not in taken and not _other(name))
