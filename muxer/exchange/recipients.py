"""Who hears of which commits, and when: pure."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache

from muxer.model import State
from muxer.work import Relayed

MOST = 6
"""So many notes an agent is sent in a minute, and so many may wait for it: what comes then is told as one, later."""
MINUTE = 60.0
_BUSY: frozenset[State] = frozenset({"starting", "working", "waiting", "limited", "frozen"})
_WILD = {"**/": "(?:.*/)?", "**": ".*", "*": "[^/]*", "?": "[^/]"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Party:
    """An agent that makes commits, or hears of them."""

    label: str
    """operator/agent, which it keeps whatever it is called later."""
    circle: str = ""
    folder: str = ""
    """Where it works."""
    foreign: bool = False
    """Another operator's."""


def hears(listener: Party, author: Party) -> bool:
    """Are its commits any business of the listener's? Circles are an operator's own: others stand in none."""
    if listener.label == author.label or listener.folder == author.folder:
        return False
    return author.foreign or listener.circle in ("", author.circle)


def is_wanted(mode: Relayed, globs: Iterable[str], paths: Iterable[str]) -> bool:
    """Does it want to be told of a commit that touches these paths?"""
    if mode != "paths":
        return mode != "off"
    patterns = [_pattern(glob) for glob in globs]
    return any(pattern.fullmatch(path) for path in paths for pattern in patterns)


def patience(mode: Relayed, state: State, *, sent: Sequence[float], waiting: int, now: float) -> float | None:
    """Seconds until it is to be told; None for when it, or its inbox, changes. `sent`: when it was told before."""
    if waiting >= MOST or (mode == "digest" and state in _BUSY):
        return None
    most = 1 if mode == "digest" else MOST
    return max(0.0, sent[-most] + MINUTE - now) if len(sent) >= most else 0.0


@lru_cache(maxsize=256)
def _pattern(glob: str) -> re.Pattern[str]:
    """As in .gitignore: without a slash it means any file or folder of that name, and a folder means all in it."""
    glob = glob.removeprefix("./").rstrip("/")
    if "/" not in glob:
        glob = f"**/{glob}"
    pieces = re.split(r"(\*\*/|\*\*|\*|\?)", glob.removeprefix("/"))
    return re.compile("".join(_WILD.get(piece) or re.escape(piece) for piece in pieces) + "(?:/.*)?", re.DOTALL)
