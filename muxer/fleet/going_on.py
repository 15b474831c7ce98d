"""Has agents go on by themselves once a usage limit that stopped them is over, where a person wants that.

What one is told then waits in its inbox, as any text does: it is seen there, and cancelled there.
"""

import asyncio
from collections.abc import Mapping

from muxer.fleet.agent import Agent
from muxer.fleet.inbox import Inbox
from muxer.model import PaneId, State

GO_ON = "The usage limit is over: go on where you were."


class GoingOn:
    """One for the host."""

    def __init__(self, agents: Mapping[PaneId, Agent], inbox: Inbox) -> None:
        self._agents, self._inbox = agents, inbox
        self._states: dict[PaneId, State] = {}
        self._putting: set[asyncio.Task[int]] = set()
        self.wanted = False

    def heard(self, pane: PaneId) -> None:
        """What an agent does may be another."""
        agent = self._agents.get(pane)
        if agent is None:
            self._states.pop(pane, None)
            return
        before, now = self._states.get(pane), agent.verdict.state
        self._states[pane] = now
        if now == before:
            return
        waiting = [note for note in self._inbox.waiting(pane) if note.text == GO_ON and note.state != "typing"]
        if now == "limited" and before == "working" and self.wanted:
            self._begin(agent)
        elif now == "working":  # a person was faster
            for note in waiting:
                self._inbox.withdraw(note.id)

    def _begin(self, agent: Agent) -> None:
        task = asyncio.ensure_future(self._inbox.put(agent, GO_ON, kind="when its limit is over"))
        self._putting.add(task)
        task.add_done_callback(self._putting.discard)
