"""Which door a text may go through into an agent now, or why none: here its facts are gathered, `holding` decides."""

from collections.abc import Callable, Mapping, Sequence
from time import time

from muxer.agents.spec import Door, DoorKind
from muxer.fleet.agent import Agent
from muxer.fleet.doors import usable
from muxer.fleet.drafts import Drafts
from muxer.fleet.foreground import other_program
from muxer.fleet.holding import Facts, obstacle, route
from muxer.fleet.ledger import Ledger
from muxer.fleet.programs import Programs
from muxer.model import Note, PaneId, Verdict


class Doorman:
    """For all agents."""

    def __init__(
        self, panes: Programs, drafts: Drafts, ledger: Ledger, look: Callable[[Agent], Verdict],
        places: Callable[[Agent], Mapping[str, str]],
    ) -> None:  # fmt: skip
        self._panes, self._drafts, self._ledger = panes, drafts, ledger
        self._look, self._places = look, places
        self._shut: dict[PaneId, set[DoorKind]] = {}
        """Doors that were found shut, until the agent is heard of again."""

    def facts(self, agent: Agent, *, urged: bool = False, verdict: Verdict | None = None) -> Facts:
        """What is so of it, or would be if it did that."""
        pane = self._panes.living.get(agent.pane)
        if pane is None:
            return Facts(verdict=agent.verdict, ended="is gone")
        verdict = verdict or self._look(agent)
        closed = {door.kind for door in agent.cli.doors if not usable(door, self._places(agent))}
        if not agent.told:  # its hooks do not speak
            closed.add("turn-end")
        return Facts(
            verdict=verdict,
            ended="" if pane.exit is None else str(pane.exit),
            frozen=pane.frozen,
            muted=agent.muted,
            other="" if pane.exit else other_program(pane, agent.cli),
            unread=pane.terminal.unread > 0,
            wrote=self._drafts.wrote(pane.id, verdict.draft, pane.heard_at),
            typed_ago=time() - self._drafts.typed_at(pane.id),
            urged=urged,
            closed=frozenset(closed | self._shut.get(pane.id, set())),
        )

    def blocked(self, agent: Agent) -> str:
        """Why an Enter would do harm, or be lost."""
        return obstacle(self.facts(agent))

    def why(self, agent: Agent) -> str:
        """Why nothing may go in now; empty if something may."""
        return route(agent.cli.doors, self.facts(agent))[1]

    def chosen(self, agent: Agent) -> tuple[Door | None, Sequence[Note], str]:
        """What may go in now, and how; or why nothing may."""
        door, why = route(agent.cli.doors, self.facts(agent))
        if door is not None:
            return door, self._ledger.batch(agent.pane), ""
        if urged := self._ledger.batch(agent.pane, urged=True):
            door, _ = route(agent.cli.doors, self.facts(agent, urged=True))
        return door, urged, why

    def turns_away(self, agent: Agent, door: Door, notes: Sequence[Note]) -> bool:
        """Has something come between since that was chosen?"""
        if any(map(self._ledger.is_held, notes)):
            return True
        urged = all(self._ledger.is_urged(note.id) for note in notes)
        return route(agent.cli.doors, self.facts(agent, urged=urged))[0] != door

    def shut(self, pane: PaneId, kind: DoorKind) -> None:
        """Nothing came through that one."""
        self._shut.setdefault(pane, set()).add(kind)

    def forget(self, pane: PaneId) -> None:
        """It is heard of: doors that were shut may be open again."""
        self._shut.pop(pane, None)
