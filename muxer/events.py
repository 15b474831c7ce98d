"""What can happen, in the past tense. Each event is complete: whoever hears it needs to ask nothing."""

from dataclasses import dataclass

from muxer.model import Exit, PaneId
from muxer.talk import Ask, Message, PeerId
from muxer.work import Commit


@dataclass(frozen=True, slots=True)
class PaneOpened:
    """A program runs in a new pane."""

    pane: PaneId


@dataclass(frozen=True, slots=True)
class PaneChanged:
    """Its title, name, folder or size is another."""

    pane: PaneId


@dataclass(frozen=True, slots=True)
class PaneEnded:
    """Its program ended; the pane may stay to be read."""

    pane: PaneId
    exit: Exit


@dataclass(frozen=True, slots=True)
class PaneClosed:
    """It is gone from the screen and from the keeper."""

    pane: PaneId


@dataclass(frozen=True, slots=True)
class AgentChanged:
    """What the agent of this pane is doing, what it has used, or what waits to be typed into it is another."""

    pane: PaneId


@dataclass(frozen=True, slots=True)
class CommitSeen:
    """The agent of this pane has these commits now, oldest first, that nobody was told of before."""

    pane: PaneId
    commits: tuple[Commit, ...]


@dataclass(frozen=True, slots=True)
class WorkChanged:
    """The workspace of this pane's agent stands differently: commits, files, what it waits for."""

    pane: PaneId


@dataclass(frozen=True, slots=True)
class TrunkMoved:
    """The trunk of this repository points to another commit."""

    root: str
    before: str
    after: str


@dataclass(frozen=True, slots=True)
class ClashesChanged:
    """Other work clashes in this repository."""

    root: str


@dataclass(frozen=True, slots=True)
class TrialChanged:
    """The check of this pane's promotion said something, or ended."""

    pane: PaneId


@dataclass(frozen=True, slots=True)
class MessagePassed:
    """One peer said that to another."""

    message: Message


@dataclass(frozen=True, slots=True)
class AskChanged:
    """It was asked, or it ended, or its asker was told so."""

    ask: Ask


@dataclass(frozen=True, slots=True)
class PeersChanged:
    """Somebody came, left, or is described, ranked or grouped differently; or what peers say is held, or let go."""

    peer: PeerId
    """Empty for more than one."""


@dataclass(frozen=True, slots=True)
class Noticed:
    """Its program announced something: a bell, a notification, progress, text for the clipboard."""

    pane: PaneId
    notice: object
    """A terminal's Notice; this module does not know terminals."""


@dataclass(frozen=True, slots=True)
class Warned:
    """Something a person should know, in one line."""

    text: str


Event = (
    PaneOpened
    | PaneChanged
    | PaneEnded
    | PaneClosed
    | AgentChanged
    | CommitSeen
    | WorkChanged
    | TrunkMoved
    | ClashesChanged
    | TrialChanged
    | MessagePassed
    | AskChanged
    | PeersChanged
    | Noticed
    | Warned
)
