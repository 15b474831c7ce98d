"""The states that a pane can be in: for each a glyph, a plain glyph, a word and a colour's role, never one alone.

`state_of` says only what can be seen from outside; whoever knows more of an agent may say more.
"""

from dataclasses import dataclass
from typing import Literal, NamedTuple

from muxer.model import PaneFacts

State = Literal["starting", "working", "waiting", "done", "idle", "limited", "crashed", "exited", "unknown"]


class Sign(NamedTuple):
    """How a state is shown; its own name is its word."""

    glyph: str
    plain: str
    role: str


SIGNS: dict[State, Sign] = {
    "starting": Sign("◌", ".", "quiet"),
    "working": Sign("●", "*", "work"),
    "waiting": Sign("▲", "!", "wait"),
    "done": Sign("◆", "+", "good"),
    "idle": Sign("○", "-", "quiet"),
    "limited": Sign("≡", "=", "wait"),
    "crashed": Sign("✕", "x", "bad"),
    "exited": Sign("□", "_", "quiet"),
    "unknown": Sign("?", "?", "wait"),
}

UNREAD = Sign("•", "'", "accent")
"""Something was written that nobody has seen."""

_PLAIN = str.maketrans(
    {"…": "..", "·": "-", "▏": "|", "›": ">", "‹": "<", "▌": ">", "—": "-", "’": "'"}
    | {"│": "|", "┃": "#", "─": "-", "┌": "+", "┐": "+", "└": "+", "┘": "+"}
    | {"↑": "up", "↓": "down", "←": "left", "→": "right"}
    | {sign.glyph: sign.plain for sign in (*SIGNS.values(), UNREAD)}
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Sight:
    """What was last seen of a pane."""

    name: str = ""
    state: State = "starting"
    since: float = 0.0
    """When it came to be in that state, as the loop counts time."""
    title: str = ""
    """What its program calls itself, else its folder or command."""
    last: str = ""
    """The last line of its screen that says something."""
    note: str = ""
    """How its program ended."""
    project: str = ""
    """The folder that it belongs to."""

    @property
    def about(self) -> str:
        """What it is busy with, in a line."""
        return self.last or self.title


def state_of(facts: PaneFacts | None, *, busy: bool, waits: bool) -> State:
    """What can be honestly known today of a pane: `facts` is None until its program runs."""
    if facts is None:
        return "starting"
    if facts.exit is not None:
        how = facts.exit.state
        return "crashed" if how == "crashed" else "exited" if how == "exited" else "unknown"
    if waits:
        return "waiting"
    return "working" if busy else "idle"


def glyph_of(state: State, *, plain: bool) -> str:
    """One cell."""
    return SIGNS[state].plain if plain else SIGNS[state].glyph


def plainly(text: str, *, plain: bool) -> str:
    """Muxer's own words, without glyphs that a poor terminal lacks."""
    return text.translate(_PLAIN) if plain else text


def short_age(seconds: float) -> str:
    """`12s`, `4m`, `2h`, `3d`: three cells at most, for 99 days and longer too."""
    for size, unit in ((86_400, "d"), (3_600, "h"), (60, "m")):
        if seconds >= size:
            return f"{min(99, int(seconds // size))}{unit}"
    return f"{max(0, int(seconds))}s"


def settled_age(seconds: float) -> str:
    """An age that only changes by the minute; nothing in the first one."""
    return short_age(seconds) if seconds >= 60 else ""
