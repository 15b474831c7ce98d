"""An ask that somebody still has to learn of: what is known of it beyond what is written down, and how it ends."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, field

from muxer.store.asks import End
from muxer.talk import Ask, Message, Peer

GRACE = 10.0
"""Seconds in which a call that was cut off may come again for its answer, before that goes as a note."""
AWAY = 30.0
"""Seconds after which a program that ended is not waited for any more."""

_DOES = {
    "starting": "starts",
    "working": "works",
    "waiting": "waits for a person",
    "limited": "has reached its limit",
    "frozen": "is frozen",
    "crashed": "crashed",
    "exited": "ended",
}


@dataclass(slots=True)
class Call:
    """Somebody who waits for the end of an ask now."""

    over: asyncio.Event
    progress: Callable[[str], None]
    said: str = ""

    def looks(self, answerer: Peer) -> None:
        """Say what the answerer does, if that is news."""
        words = does(answerer)
        if words and words != self.said:
            self.said = words
            self.progress(words)


@dataclass(slots=True)
class Matter:
    """Of one ask."""

    ask: Ask
    answer: Message | None = None
    """What its asker is still to get."""
    typed: bool = False
    """Its answerer has read the question."""
    closing: bool = False
    """What becomes of it is being written down: nothing else may end it."""
    calls: list[Call] = field(default_factory=list)
    note_at: float = 0.0
    """When its asker is told by a note, if no call comes for it."""

    @property
    def is_open(self) -> bool:
        """Does its asker still wait for an answer?"""
        return self.ask.outcome == "open"

    @property
    def is_late(self) -> bool:
        """Was it answered after its asker had been told that it was not?"""
        return self.ask.outcome in ("expired", "failed") and self.ask.answered_at is not None


def ending(
    ask: Ask, now: float, *, asker: Peer | None, answerer: Peer | None, away_since: float
) -> tuple[End, str] | None:
    """How an open ask ends now, and why; None if it goes on. `away_since`: when the answerer's program ended, or 0."""
    if asker is None:
        return "cancelled", "its asker is gone"
    if answerer is None:
        return "failed", f"{ask.answerer_name} is gone"
    if away_since and now >= away_since + AWAY:
        return "failed", f"the program of {ask.answerer_name} ended and was not started again"
    if ask.deadline_at and now >= ask.deadline_at:
        return "expired", f"no answer in {ask.deadline_at - ask.asked_at:.0f} s: a later one comes as a message"
    return None


def does(peer: Peer) -> str:
    """What it does, in some words; empty where there is nothing to say."""
    return f"{peer.name} {_DOES[peer.state]}" if peer.state in _DOES else ""
