"""Opening the inbox of the agent in focus."""

from muxer.ui.deeds.table import does
from muxer.ui.desk import Desk
from muxer.ui.harmless import harmless
from muxer.ui.screens.inbox import InboxList


@does("agent.inbox")
def inbox(desk: Desk) -> None:
    """What waits to be typed into it."""
    pane = desk.bench.focus
    agent = desk.runtime.agent(pane) if pane is not None else None
    if pane is None or pane not in desk.runtime.terminals:
        desk.voice.warn("no pane is open")
    elif agent is None:
        name = harmless(desk.runtime.facts(pane).name)
        desk.voice.warn(f"{name} is no agent: nothing waits for it, what you type goes straight in")
    else:
        desk.show_screen(InboxList(desk, pane, agent.name))
