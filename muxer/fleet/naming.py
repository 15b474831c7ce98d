"""What panes are called: a name in one line, which people can read, type and tell from others."""

import os
from collections.abc import Collection, Sequence

from muxer.errors import UsageError

LONGEST = 60
"""Characters of a name: it is to be read in a list, and typed."""


def readable(name: str) -> str:
    """A name in one line. Raises UsageError for one that nobody could read or type."""
    name = " ".join(name.split())
    if not name or not name.isprintable():
        raise UsageError("a pane's name has letters and digits: type some")
    if len(name) > LONGEST:
        raise UsageError(f"a pane's name has {LONGEST} characters at most, not {len(name)}")
    return name


def named_for(command: Sequence[str]) -> str:
    """What a pane is called that runs a command."""
    word = "".join(filter(str.isprintable, os.path.basename(command[0]).lstrip("-")))
    return word.strip() or "pane"


def free_name(stem: str, taken: Collection[str]) -> str:
    """The name, or with a number after it when a pane has it."""
    ends = ("", *(f"-{n}" for n in range(2, len(taken) + 2)))
    return next(name for end in ends if (name := f"{stem[: LONGEST - len(end)]}{end}") not in taken)
