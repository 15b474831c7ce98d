"""What agents say to each other, as data: peers, messages, and asks with what became of them.

Everything here is plain: names and texts come from programs as they are, and are made harmless where they are shown.
"""

from dataclasses import dataclass
from typing import Literal

from muxer.model import PaneId, State

PeerId = str
"""`a12` an agent's, `g3` a guest's; YOU is the person's."""

YOU: PeerId = "you"

Rank = Literal["agent", "orchestrator", "observer"]
"""An orchestrator may cross circles; an observer only reads. A person grants them."""

MessageKind = Literal["note", "broadcast", "ask", "reply"]

Outcome = Literal["open", "answered", "expired", "cancelled", "failed"]
"""Of an ask. `expired`: its asker waits no more, an answer comes to it as a message. `failed`: nobody can answer."""

AnsweredBy = Literal["", "reply", "turn"]
"""The answerer called `reply`, or the end of its turn said it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Peer:
    """Somebody who takes part: an agent in a pane, a guest that came by itself, or the person."""

    id: PeerId
    name: str
    kind: Literal["agent", "guest", "person"]
    rank: Rank = "agent"
    circle: str = ""
    cli: str = ""
    role: str = ""
    project: str = ""
    folder: str = ""
    branch: str = ""
    pane: PaneId = ""
    """Empty for who has none."""
    state: State = "unknown"
    description: str = ""
    """What it says of itself; it is forgotten after a while."""
    task: str = ""
    """What it was asked last, in one line."""
    active_at: float = 0.0
    """When it did or said something last; 0 where nobody knows."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Message:
    """Something that one peer said to another. Times are time.time()."""

    id: int
    kind: MessageKind
    sender: PeerId
    sender_name: str
    """As it was called then."""
    recipient: PeerId
    recipient_name: str
    text: str
    sent_at: float
    reply_to: int | None = None
    circle: str = ""
    """The sender's."""
    arrived_at: float | None = None
    """When it was typed and taken, or read."""
    files: tuple[str, ...] = ()
    """Attachments, as paths in muxer's own spool."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Ask:
    """A question that one peer put to another. Its number is its message's."""

    id: int
    asker: PeerId
    asker_name: str
    answerer: PeerId
    answerer_name: str
    text: str
    asked_at: float
    deadline_at: float
    """When its asker stops waiting; 0 for never."""
    waits: bool = True
    """Does its asker do nothing else until it is over?"""
    outcome: Outcome = "open"
    ended_at: float | None = None
    reason: str = ""
    """Why it was not answered, or not in time, in one line."""
    answer: str = ""
    by: AnsweredBy = ""
    answered_at: float | None = None
    """Also of one that was answered late."""
    told_at: float | None = None
    """When its asker was told how it ended."""
    many: int | None = None
    """The first of those that were put to several at once."""
