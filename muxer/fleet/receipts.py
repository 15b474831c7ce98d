"""What agents were given and have not said that they have: taken by a door, or by the hook at the end of a turn.

It has arrived once its hook names it, or, where no hook does, once a turn begins after it or it stands on the screen.
What is given up may be heard of late; it is never given again by itself.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from time import time

from muxer.agents.fence import bears
from muxer.agents.signs import Told
from muxer.agents.spec import Door
from muxer.fleet.agent import Agent
from muxer.fleet.doors import HANDED, READ, Shut, Unsure, hand_over, way_of
from muxer.fleet.ledger import Ledger
from muxer.fleet.marks import times
from muxer.fleet.pane import Pane
from muxer.fleet.programs import Programs
from muxer.model import Note, PaneId, Verdict

PATIENCE = 10.0
"""Seconds in which an agent that is at rest shows that it has what it was given."""
UNSURE = "muxer ended while it was handed over: look whether it arrived, then send it again or not"
DOUBTED = 16
"""So many that were given up are listened for, in each pane."""
_GOES_ON = ("tool", "tool-ended", "asks", "answered", "turn-ended", "limited", "failed")
"""Hooks that only a turn fires: the one that was at its end went on."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Given:
    """Notes that went in as one text."""

    numbers: tuple[int, ...]
    text: str
    way: str
    pid: int
    """The program that has it."""
    at: float
    closed_at: float
    """When the door closed behind it."""
    busy: bool
    """It may have been in a turn already, and that says nothing of this."""
    before: int | None
    """How often it stood on the screen before; None where nobody looked."""
    doubt: str
    """What is said of it if it never shows."""


class Receipts:
    """Of all panes. `took` is called with who has what it was given, `give_up` with what never showed, and why."""

    def __init__(
        self, ledger: Ledger, panes: Programs, *, took: Callable[[PaneId], None],
        give_up: Callable[[PaneId, Sequence[int], str], None],
    ) -> None:  # fmt: skip
        self._ledger, self._panes, self._took, self._give_up = ledger, panes, took, give_up
        self._awaited: dict[PaneId, Given] = {}
        self._doubted: dict[PaneId, list[tuple[Sequence[int], str]]] = {}

    def are_due(self, pane: PaneId) -> bool:
        """Is one awaited there?"""
        return pane in self._awaited

    # ---- what is given

    def expect(self, pane: Pane, numbers: Sequence[int], text: str, way: str, *, works: bool) -> None:
        """It is given that now; its hook may speak of it before the door has closed."""
        self._awaited[pane.id] = Given(
            numbers=tuple(numbers),
            text=text,
            way=way,
            pid=pane.pid,
            at=time(),
            closed_at=time(),
            busy=works,
            before=times(text, pane.terminal.engine.lines()),
            doubt=f"{way} took it and it never showed: look, then send it again or not",
        )

    async def hand_over(self, pane: Pane, door: Door, values: Mapping[str, str], *, cwd: str) -> None:
        """Bring what is expected through a door. Raises Shut if it did not go in, and it is expected no more."""
        text, doubt = self._awaited[pane.id].text, ""
        try:
            await hand_over(door, text, values, program=pane.command[0] if pane.command else "", cwd=cwd)
        except Shut:
            if self._awaited.pop(pane.id, None):
                raise
        except Unsure as unsure:
            doubt = str(unsure)
        self.given(pane.id, doubt)

    def given(self, pane: PaneId, doubt: str = "") -> None:
        """The door has closed behind it, as far as can be told."""
        if given := self._awaited.get(pane):
            self._awaited[pane] = replace(given, closed_at=time(), doubt=doubt or given.doubt)
            self._ledger.stuck(given.numbers, f"given to {given.way}; not confirmed yet", step="given")

    def expect_again(self, pane: Pane, notes: Sequence[Note], text: str, doors: Sequence[Door]) -> None:
        """The last host gave it that, or was about to. What stood on the screen then, nobody knows."""
        way = notes[0].reason
        works = way != HANDED and any(door.while_working and way_of(door) == way for door in doors)
        self.expect(pane, [note.id for note in notes], text, way, works=works)
        self._awaited[pane.id] = replace(self._awaited[pane.id], before=None)
        self.given(pane.id, UNSURE)

    def doubt(self, pane: PaneId, numbers: Sequence[int], text: str) -> None:
        """That is given up, and may be heard of late."""
        self._doubted[pane] = [*self._doubted.get(pane, []), (numbers, text)][-DOUBTED:]

    def forget(self, pane: PaneId) -> None:
        """It is gone, or what went wrong is told in another way."""
        self._awaited.pop(pane, None)
        self._doubted.pop(pane, None)

    # ---- what shows it

    def told(self, agent: Agent, told: Told) -> bool:
        """A hook of an agent said something. Did it name what a door was given?"""
        given = self._awaited.get(agent.pane)
        named = given is not None and told.kind == "prompted" and bears(told.prompt, given.text)
        if given and (named or (given.way in (HANDED, READ) and told.kind in _GOES_ON)):
            self._take(agent.pane, given)
        elif told.kind == "prompted":
            self._hear_late(agent.pane, told.prompt)
        return named

    def _hear_late(self, pane: PaneId, prompt: str) -> None:
        for doubted in self._doubted.get(pane, []):
            if bears(prompt, doubted[1]):
                self._ledger.revive(pane, doubted[0])
                self._doubted[pane].remove(doubted)
                return

    def reads_on(self, pane: PaneId) -> bool:
        """An agent asks for more: it has what it asked for before. Is nothing else awaited there?"""
        if (given := self._awaited.get(pane)) and given.way == READ:
            self._take(pane, given)
        return pane not in self._awaited

    def look(self, agent: Agent, verdict: Verdict) -> float:
        """Does it show, or is it to be given up? Else in how many seconds that is to be asked again; 0 for never."""
        given, pane = self._awaited[agent.pane], self._panes.living.get(agent.pane)
        if pane is None or pane.exit is not None or pane.pid != given.pid:
            self._doubt(agent.pane, given, "its program ended before it showed that it has the text")
        elif (given.way in (HANDED, READ) or not _names_prompts(agent)) and _shows(given, verdict, pane):
            self._take(agent.pane, given)
        elif verdict.state in ("idle", "done", "unknown"):
            left = max(given.closed_at, verdict.since) + PATIENCE - time()
            if left > 0:
                return left
            self._doubt(agent.pane, given, given.doubt)
        return 0.0

    def _take(self, pane: PaneId, given: Given) -> None:
        del self._awaited[pane]
        self._took(pane)
        self._ledger.end(given.numbers, "submitted", given.way)

    def _doubt(self, pane: PaneId, given: Given, why: str) -> None:
        del self._awaited[pane]
        self.doubt(pane, given.numbers, given.text)
        self._give_up(pane, given.numbers, why)


def _names_prompts(agent: Agent) -> bool:
    """Do its hooks speak, and say what is submitted? Then nothing else is as good."""
    hooks = agent.cli.hooks
    return bool(agent.told) and hooks is not None and "prompted" in hooks.events.values()


def _shows(given: Given, verdict: Verdict, pane: Pane) -> bool:
    """Did a turn begin after it, or does it stand on the screen, and not in the composer?"""
    if verdict.state == "working" and (not given.busy or verdict.since >= given.at):
        return True
    return (
        given.before is not None
        and not verdict.draft
        and times(given.text, pane.terminal.engine.lines()) > given.before
    )
