"""What waits for a person: an agent that asks, one that stopped, a finished turn, held text, a peer's words. Pure."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import NamedTuple

from muxer.model import Need, NeedKind, Note, PaneId, Verdict
from muxer.talk import Ask, Message, PeerId

LAST = ("limit", "held")
"""What nobody has to hurry for comes after all else."""


class Watched(NamedTuple):
    """An agent, as far as it can need a person."""

    pane: PaneId
    name: str
    verdict: Verdict
    notes: Sequence[Note] = ()
    """What waits to be typed into it, oldest first."""


def needs(watched: Iterable[Watched], said: Iterable[Need] = ()) -> list[Need]:
    """Everything that waits for a person, longest first; `said` is what peers said to them."""
    found = [*(need for agent in watched for need in _needs_of(agent)), *said]
    return sorted(found, key=lambda need: (need.kind in LAST, need.since))


def said_to_person(
    asks: Iterable[Ask], unread: Iterable[Message], pane_of: Callable[[PeerId], PaneId]
) -> Iterator[Need]:
    """A need for each open question, and one for all that a peer wrote otherwise, oldest first; its newest words."""
    for ask in asks:
        yield Need(
            pane=pane_of(ask.asker), name=ask.asker_name, kind="asked", words=ask.text, since=ask.asked_at, ask=ask.id
        )
    told = [one for one in unread if one.kind != "ask"]
    lasts = {one.sender: one for one in told}
    for first in {one.sender: one for one in reversed(told)}.values():
        last = lasts[first.sender]
        yield Need(pane=pane_of(last.sender), name=last.sender_name, kind="told", words=last.text, since=first.sent_at)


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
