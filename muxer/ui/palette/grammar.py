"""What a line in the palette means. Its first character says it: a verb, words for a pane, a search, a command.

Pure: it reads, and does nothing.
"""

from dataclasses import dataclass
from typing import Literal

Kind = Literal["find", "verb", "tell", "tell all", "task", "search", "shell"]

SIGNS: tuple[tuple[str, Kind, str], ...] = (
    (":", "verb", "verb"),
    ("@", "tell", "pane"),
    ("@@", "tell all", "all"),
    ("#", "task", "task"),
    ("/", "search", "search"),
    ("!", "shell", "command"),
)
"""First characters, what they mean, and the word for it in the palette's last line. Whatever has none is looked for."""

_LONGEST_FIRST = sorted(SIGNS, key=lambda one: -len(one[0]))


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """A line, understood."""

    kind: Kind
    name: str = ""
    """The verb, or the pane that is spoken to."""
    text: str = ""
    """What comes after it; all of it, where there is no name."""
    named: bool = False
    """Is the name whole? Something, if only a blank, comes after it."""


def read_line(line: str) -> Line:
    """What a person means by a line."""
    line = line.lstrip()
    found = next(((sign, kind) for sign, kind, _ in _LONGEST_FIRST if line.startswith(sign)), None)
    if found is None:
        return Line(kind="find", text=line.strip())
    sign, kind = found
    rest = line[len(sign) :]
    if kind not in ("verb", "tell"):
        return Line(kind=kind, text=rest.strip())
    name, named, text = _first_word(rest.lstrip() if kind == "verb" else rest)
    return Line(kind=kind, name=name, text=text, named=named)


def _first_word(text: str) -> tuple[str, bool, str]:
    """A name, quoted if it has blanks; whether it ended; what comes after it."""
    if text[:1] in {'"', "'"}:
        name, end, rest = text[1:].partition(text[0])
        return name, bool(end), rest.strip()
    name, blank, rest = text.partition(" ")
    return name, bool(blank), rest.strip()


def spelled(name: str) -> str:
    """A name as it is written in a line, so that read_line reads the same name."""
    if name and " " not in name and name[0] not in "\"'@":
        return name
    quote = "'" if '"' in name else '"'
    return f"{quote}{name}{quote}"
