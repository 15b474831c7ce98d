"""The states that a pane can be in: for each a glyph, a plain glyph, a word and a colour's role, never one alone."""

import time
from dataclasses import dataclass
from typing import NamedTuple

from muxer.model import State, Status, Verdict


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
    "frozen": Sign("‖", "|", "quiet"),
    "crashed": Sign("✕", "x", "bad"),
    "exited": Sign("□", "_", "quiet"),
    "unknown": Sign("?", "?", "wait"),
}

UNREAD = Sign("•", "'", "accent")
"""Something was written that nobody has seen."""

_PLAIN = str.maketrans(
    {"…": "..", "·": "-", "▏": "|", "›": ">", "‹": "<", "▌": ">", "—": "-", "’": "'"}
    | {"│": "|", "┃": "#", "─": "-", "┌": "+", "┐": "+", "└": "+", "┘": "+"}
    | {"✎": "~", "‼": "!", "−": "-", "×": "x"}
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
    """A few words more on its state: `exited 1`, `again in 4s`."""
    ended: bool = False
    """Has its program ended?"""
    project: str = ""
    """What it belongs to: a project, by name, else a folder."""

    @property
    def word(self) -> str:
        """Its state, or the note where that says it too: `exited 1`."""
        return self.note if self.note.startswith(self.state) else self.state

    @property
    def more(self) -> str:
        """What the note says besides."""
        return "" if self.word == self.note else self.note

    @property
    def said(self) -> str:
        """All of it: `exited 1`, `crashed · gave up after 5 failures`."""
        return f"{self.word} · {self.more}" if self.more else self.word

    @property
    def about(self) -> str:
        """What it is busy with, in a line."""
        return self.last or self.title


def as_judged(status: Status, verdict: Verdict | None) -> Status:
    """What is said of a pane whose agent is judged, as long as its program may run."""
    if verdict is None or status.state == "frozen":
        return status
    note = f"waiting: {verdict.wait}" if verdict.state == "waiting" and verdict.wait else ""
    if verdict.state == "limited" and verdict.resets_at:
        note = f"limited until {clock_time(verdict.resets_at)}"
    return Status(state=verdict.state, note=note, evidence=verdict.evidence)


def clock_time(moment: float) -> str:
    """`16:00`, with the day where that is another."""
    there = time.localtime(moment)
    today = there[:3] == time.localtime()[:3]
    return time.strftime("%H:%M" if today else "%a %H:%M", there)


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
