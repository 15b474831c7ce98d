"""Turns of agents, as their hooks tell them: the end of one that an ask alone opened answers that ask.

Who ends a turn and leaves asks open is reminded of them, if its CLI takes a text there: once in a turn, and of each
ask twice at most.
"""

import asyncio
import logging
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from muxer.agents.fence import asked_alone, bears, in_brief
from muxer.agents.signs import Told
from muxer.agents.spec import HookKind
from muxer.errors import MuxerError
from muxer.events import AgentChanged, AskChanged, Event, PaneClosed, PaneEnded
from muxer.fleet.agent import Agent
from muxer.fleet.inbox import Inbox
from muxer.mesh.asks import Asks
from muxer.mesh.peers import Peers
from muxer.model import HumanKey, PaneId
from muxer.store import asks as records
from muxer.store.database import Store
from muxer.talk import Ask

REMINDERS = 2
"""So often an agent is reminded of one ask."""
LISTED = 8
"""So many asks are named at once."""

_MEANING: Mapping[HookKind, Mapping[str, Any]] = {
    "asks": {"asking": True},
    "answered": {"asking": False},
    "tool-ended": {"asking": False},
    "limited": {"ask": None, "over": True},
    "failed": {"ask": None, "over": True},
    "turn-ended": {"over": True},
}
"""What a hook changes in a turn."""

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class Turn:
    """An agent's last one."""

    began: float = 0.0
    ask: int | None = None
    """What opened it, if that was an ask and nothing else, and nothing came in since."""
    asking: bool = False
    """It asked a person something, and that is open."""
    over: bool = False
    """It ended, or the agent was seen at rest since."""
    reminder: str = ""
    """What its agent was told at its end, and went on with."""


class Turns:
    """Of all agents; it hears every event."""

    def __init__(self, asks: Asks, peers: Peers, inbox: Inbox, store: Store, living: Mapping[PaneId, Agent]) -> None:
        self._asks, self._peers, self._inbox, self._store, self._living = asks, peers, inbox, store, living
        self._turns: dict[PaneId, Turn] = {}
        self._answering: dict[int, asyncio.Task[None]] = {}
        self._reminded: dict[int, int] = {}
        """How often, of asks that are open."""

    async def learn(self) -> None:
        """Know how often the last host reminded whom."""
        self._reminded = await self._store.read(records.reminders)

    def told(self, agent: Agent, told: Told) -> None:
        """A hook of an agent said something; the end of a turn may be an answer."""
        turn = follow(self._turns.get(agent.pane), told)
        if turn and turn.ask is not None and told.kind == "turn-ended" and self._answers(agent, turn, told):
            number, turn = turn.ask, replace(turn, ask=None)
            self._answering[number] = asyncio.get_running_loop().create_task(self._answer(agent, number, told.answer))
            self._answering[number].add_done_callback(lambda _: self._answering.pop(number, None))
        self._keep(agent.pane, turn)

    def reminder(self, agent: Agent) -> str:
        """For a hook at the end of a turn, after what waits was handed over: what else its agent is to be told.

        Empty if nothing is. Who calls it lets the store settle before he answers.
        """
        turn = self._turns.get(agent.pane, Turn(over=True))
        due = [] if turn.reminder or agent.muted or not _goes_on(agent) else self._due(agent)
        text = reminding(due, tool=bool(agent.cli.mcp))
        for ask in due:
            self._reminded[ask.id] = self._reminded.get(ask.id, 0) + 1
        if due:
            self._store.note(records.remind_asks, [ask.id for ask in due])
        if not due or any(note.state == "typing" for note in self._inbox.waiting(agent.pane)):
            turn = replace(turn, ask=None)  # what it says from now on may be about something else
        self._keep(agent.pane, replace(turn, reminder=text or turn.reminder))
        return text

    def typed(self, pane: PaneId, key: HumanKey) -> None:
        """A person typed: what is no text may have stopped a turn, and some CLIs tell of that as of any other end."""
        turn = self._turns.get(pane)
        if turn and key == "other" and not turn.asking:
            self._turns[pane] = replace(turn, ask=None)

    def heard(self, event: Event) -> None:
        """Something happened."""
        match event:
            case AgentChanged(pane) if (turn := self._turns.get(pane)) and (agent := self._living.get(pane)):
                if agent.verdict.state in ("idle", "done") and agent.verdict.since > turn.began:
                    self._turns[pane] = replace(turn, over=True)
            case PaneEnded(pane) | PaneClosed(pane):
                self._keep(pane, None)
            case AskChanged(ask) if ask.outcome != "open":
                self._reminded.pop(ask.id, None)
            case _:
                pass

    def _keep(self, pane: PaneId, turn: Turn | None) -> None:
        if turn is None:
            self._turns.pop(pane, None)
        else:
            self._turns[pane] = turn

    def _answers(self, agent: Agent, turn: Turn, told: Told) -> bool:
        """Is what it said last the answer? Not while it waits for something itself."""
        peer = self._peers.of_agent(agent)
        asked_others = any(ask.asked_at >= turn.began for ask in self._asks.open_from(peer.id))
        return bool(told.answer.strip()) and not turn.asking and not asked_others

    async def _answer(self, agent: Agent, number: int, words: str) -> None:
        try:
            await self._asks.reply(self._peers.of_agent(agent), number, words, by="turn")
        except MuxerError as error:  # it called reply itself, or nobody wants to know any more
            log.info("the end of a turn did not answer ask %s: %s", number, error)

    def _due(self, agent: Agent) -> list[Ask]:
        """What it has read, and was not reminded of too often."""
        return [
            ask
            for ask in self._asks.open_to(self._peers.of_agent(agent).id)
            if ask.id not in self._answering
            and self._inbox.notes.bringing(ask.id) is None
            and self._reminded.get(ask.id, 0) < REMINDERS
        ]


def follow(turn: Turn | None, told: Told) -> Turn | None:
    """What a hook makes of an agent's turn; None where it is in none."""
    if told.kind == "prompted":
        return _begun(turn, told)
    if turn is None or told.kind == "ended":
        return None
    return replace(turn, **_MEANING.get(told.kind, {}))


def _begun(turn: Turn | None, told: Told) -> Turn:
    """A prompt begins a turn, or comes into one; one that muxer had its agent go on with is the same."""
    if turn and turn.reminder and bears(told.prompt, turn.reminder):
        return replace(turn, over=False)
    ask = asked_alone(told.prompt)
    if turn is None or turn.over:
        return Turn(began=told.at, ask=ask)
    return turn if ask == turn.ask else replace(turn, ask=None)


def reminding(asks: Sequence[Ask], *, tool: bool) -> str:
    """The words for these, none for none."""
    if not asks:
        return ""
    lines = [f"- ask {ask.id}, from {in_brief(ask.asker_name)}: {in_brief(ask.text)}" for ask in asks[:LISTED]]
    lines += [f"- and {len(asks) - LISTED} more"] if len(asks) > LISTED else []
    waits = "This still waits" if len(asks) == 1 else f"These {len(asks)} still wait"
    how = "muxer's reply tool" if tool else f'muxer reply {asks[0].id} "…"'
    return "\n".join([f"{waits} for an answer of yours:", *lines, f"Answer with {how}, or say there that you cannot."])


def _goes_on(agent: Agent) -> bool:
    """Does its CLI take a text at the end of a turn?"""
    return any(door.kind == "turn-end" for door in agent.cli.doors)
