"""What can happen, in the past tense. Each event is complete: whoever hears it needs to ask nothing."""

from dataclasses import dataclass

from muxer.model import Exit, PaneId


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
class Noticed:
    """Its program announced something: a bell, a notification, progress, text for the clipboard."""

    pane: PaneId
    notice: object
    """A terminal's Notice; this module does not know terminals."""


@dataclass(frozen=True, slots=True)
class Warned:
    """Something a person should know, in one line."""

    text: str


Event = PaneOpened | PaneChanged | PaneEnded | PaneClosed | AgentChanged | Noticed | Warned
