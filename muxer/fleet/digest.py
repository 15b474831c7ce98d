"""Several notes as the one text that an agent gets, each with its writer."""

from collections.abc import Iterable, Mapping, Sequence

from muxer.agents.fence import fenced
from muxer.agents.telling import tells_answers
from muxer.fleet.agent import Agent
from muxer.fleet.pane import Pane
from muxer.model import Note, PaneId
from muxer.talk import YOU


def digest(notes: Sequence[Note], panes: Iterable[Pane], agents: Mapping[PaneId, Agent], *, opens: bool = False) -> str:
    """Of these, whose writers are in these panes. `opens`: a turn begins with them, and with nothing else."""
    circles = {pane.name: agents[pane.id].circle for pane in panes if pane.id in agents}
    alone = opens and len(notes) == 1
    return "\n\n".join(
        fenced(
            note.id,
            note.text,
            sender="" if note.speaker == YOU else note.sender,
            circle=note.circle if note.speaker else circles.get(note.sender, ""),
            ask=note.message if note.kind == "ask" else None,
            how=_how(agents.get(note.pane), note, alone=alone) if note.kind == "ask" else "",
        )
        for note in notes
    )


def _how(agent: Agent | None, note: Note, *, alone: bool) -> str:
    """How the one that is asked answers."""
    cli = agent.cli if agent else None
    by_tool = f"muxer's reply tool, ask {note.message}" if cli and cli.mcp else f'muxer reply {note.message} "…"'
    by_turn = ", or with what you say last in this turn" if alone and cli and tells_answers(cli) else ""
    return f"answer with {by_tool}{by_turn}"
