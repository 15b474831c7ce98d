"""Several notes as the one text that an agent gets, each with its writer."""

from collections.abc import Iterable, Mapping

from muxer.agents.fence import fenced
from muxer.fleet.agent import Agent
from muxer.fleet.pane import Pane
from muxer.model import Note, PaneId


def digest(notes: Iterable[Note], panes: Iterable[Pane], agents: Mapping[PaneId, Agent]) -> str:
    """Of these, whose writers are in these panes."""
    circles = {pane.name: agents[pane.id].circle for pane in panes if pane.id in agents}
    return "\n\n".join(
        fenced(note.id, note.text, sender=note.sender, circle=circles.get(note.sender, "")) for note in notes
    )
