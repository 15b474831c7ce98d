"""What becomes of text for an agent, as far as can be seen now: typed at once, queued, or held, and why."""

from collections.abc import Sequence
from typing import Literal, NamedTuple

from muxer.model import Note, PaneId, State
from muxer.ui.runtime import Runtime

PASSING: frozenset[State] = frozenset({"starting", "working"})
"""What keeps text back for a while only, and by itself."""


class Arrival(NamedTuple):
    """What would happen, and why not more than that."""

    fate: Literal["now", "queued", "held"]
    why: str = ""

    def __str__(self) -> str:
        return f"{self.fate}: {self.why}" if self.why else self.fate


def arrival(state: State, hold: str, notes: Sequence[Note]) -> Arrival:
    """What would become of text that is sent now, behind what waits already; `hold` keeps back all of it."""
    if hold:
        return Arrival("queued" if state in PASSING else "held", hold)
    why = next((note.reason for note in notes if note.state == "held" and note.reason), "")
    if why:
        return Arrival("held", why)
    return Arrival("queued", "behind others") if notes else Arrival("now")


def arrival_at(runtime: Runtime, pane: PaneId) -> Arrival | None:
    """The same for the agent of a pane; None where there is none."""
    verdict = runtime.verdict(pane)
    return arrival(verdict.state, runtime.hold(pane), runtime.notes(pane)) if verdict else None


def held_words(notes: Sequence[Note]) -> str:
    """What a pane's title says of what waits: `2 notes held: you have a draft in its prompt`."""
    held = [note for note in notes if note.state == "held"]
    waiting = held or [note for note in notes if note.state == "queued"]
    if not waiting:
        return ""
    reason = next((note.reason for note in waiting if note.reason), "")
    many = f"{len(waiting)} note{'s' * (len(waiting) != 1)} {'held' if held else 'queued'}"
    return f"{many}: {reason}" if reason else many
