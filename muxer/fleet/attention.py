"""What waits for a person: an agent that asks, one that stopped, a finished turn, text that is held. Pure."""

from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

from muxer.model import Need, NeedKind, Note, PaneId, Verdict

LAST = ("limit", "held")
"""What nobody has to hurry for comes after all else."""


class Watched(NamedTuple):
    """An agent, as far as it can need a person."""

    pane: PaneId
    name: str
    verdict: Verdict
    notes: Sequence[Note] = ()
    """What waits to be typed into it, oldest first."""


def needs(watched: Iterable[Watched]) -> list[Need]:
    """Everything that waits for a person, longest first."""
    found = [need for agent in watched for need in _needs_of(agent)]
    return sorted(found, key=lambda need: (need.kind in LAST, need.since))


def _needs_of(agent: Watched) -> Iterator[Need]:
    verdict, held = agent.verdict, tuple(note for note in agent.notes if note.state == "held" and not note.muted)
    kind = _kind(verdict)
    if kind is not None:
        asks = kind not in ("done", "crashed")
        yield Need(
            pane=agent.pane,
            name=agent.name,
            kind=kind,
            words=verdict.words,
            choices=verdict.choices if asks else (),
            since=verdict.since,
            resets_at=verdict.resets_at,
            notes=held if kind != "done" else (),
        )
    if held and kind in (None, "done"):  # else it is held for just what is asked, and goes on with the answer
        yield Need(
            pane=agent.pane,
            name=agent.name,
            kind="held",
            words=held[0].reason,
            since=min(note.queued_at for note in held),
            notes=held,
        )


def _kind(verdict: Verdict) -> NeedKind | None:
    match verdict.state:
        case "waiting":
            return verdict.wait or "question"
        case "limited":
            return "limit"
        case "done":
            return "done"
        case "crashed":
            return "crashed"
    return None
