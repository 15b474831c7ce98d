"""Opening the review of what the agent in focus changed."""

from functools import partial

from muxer.ui.deeds.table import does
from muxer.ui.desk import Desk
from muxer.ui.harmless import harmless
from muxer.ui.screens.review import Review


@does("review.open")
def review(desk: Desk) -> None:
    """All that it changed, to be read, commented and promoted in parts."""
    pane = desk.bench.focus
    agent = desk.runtime.agent(pane) if pane is not None else None
    if pane is None or pane not in desk.runtime.terminals:
        desk.voice.warn("no pane is open to review")
    elif agent is None:
        desk.voice.warn(f"{harmless(desk.runtime.facts(pane).name)} is no agent: there is nothing of its to review")
    else:
        promote = partial(desk.runtime.call, "promote", agent=pane)
        desk.show_screen(Review(desk, pane, agent.name, lambda commit: promote(commit=commit)))
