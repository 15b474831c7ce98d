"""Every agent's inbox: text arrives once and whole, never in a draft or a dialog, or somebody is told why it did not.

A note is written down before it is typed, the keeper types it, and only what showed that it was taken is submitted.
"""

import asyncio
import logging
from collections.abc import Callable, Coroutine, Mapping, Sequence
from time import time
from typing import Any

from muxer.agents.signs import Told
from muxer.agents.spec import Door
from muxer.errors import StoreTrouble, UsageError
from muxer.events import AgentChanged, Event, Warned
from muxer.fleet.agent import Agent
from muxer.fleet.digest import digest
from muxer.fleet.doorman import Doorman
from muxer.fleet.doors import HANDED, KEYS, READ, Shut, places, way_of
from muxer.fleet.drafts import Drafts
from muxer.fleet.holding import HUMAN, obstacle
from muxer.fleet.ledger import Ledger
from muxer.fleet.pane import Pane
from muxer.fleet.panes import Panes
from muxer.fleet.pasting import Batch, Outcome, Paster
from muxer.fleet.receipts import UNSURE, Receipts
from muxer.model import HumanKey, Note, PaneId, Verdict
from muxer.store import inbox as records
from muxer.store.database import Store
from muxer.store.inbox import Kept
from muxer.talk import Message
from muxer.terminal.dictation import Dictation

EXPIRES = 7 * 24 * 3600.0
"""Seconds after which a note that could not be typed is not worth typing any more."""
TRIES = 8
"""So often a text is laid into a composer, and found gone from it, before that is given up."""
LOOK_AGAIN = 1.0
"""Seconds after which is looked again for what nobody tells: another program in front, a full disk."""

log = logging.getLogger(__name__)


class Inbox:
    """All of them."""

    def __init__(
        self, store: Store, panes: Panes, agents: Mapping[PaneId, Agent], tell: Callable[[Event], None], *,
        dictation: Dictation,
    ) -> None:  # fmt: skip
        self._store, self._panes, self._agents, self._tell = store, panes, agents, tell
        self.look: Callable[[Agent], Verdict] = lambda agent: agent.verdict
        """What an agent does, looked at now."""
        self.folder_of: Callable[[Agent], str] = lambda _agent: ""
        """Where the files lie that were written for an agent."""
        self._dictation = dictation
        self._drafts = Drafts()
        self._ledger = self.notes = Ledger(store, lambda pane: tell(AgentChanged(pane)))
        self._doorman = Doorman(panes, self._drafts, self._ledger, self._look, self._places)
        self._paster = Paster(panes, dictation, self._drafts, self._look, self._doorman.blocked)
        self._receipts = Receipts(self._ledger, panes, took=self._paster.took, give_up=self._fail)
        self._laid: dict[PaneId, Batch] = {}
        """What is in a composer, or on its way there."""
        self._tasks: dict[PaneId, asyncio.Task[None]] = {}
        self._due: dict[PaneId, asyncio.Handle] = {}
        self._ended = False

    # ---- what people and programs ask

    async def put(self, agent: Agent, text: str, *, sender: str = "", kind: str = "note") -> int:
        """Take a text for an agent; its number. It is durable once the store has settled, and typed after that."""
        if not text.strip():
            raise UsageError("there is nothing in that text: say something")
        note = self.draft(agent, text, sender=sender)
        self._ledger.add(note)
        if kind != "note":
            self._ledger.step([note.id], "queued", kind)
        self.heed(agent.pane)
        return note.id

    def draft(self, agent: Agent, text: str, *, sender: str = "", said: Message | None = None) -> Note:
        """A note that nobody knows of yet; it may bring what a peer said."""
        return Note(
            id=self._ledger.next_number(), agent=agent.id, pane=agent.pane, sender=sender, text=text, state="queued",
            queued_at=time(), muted=agent.muted, message=said.id if said else None,
            speaker=said.sender if said else "", kind=said.kind if said else "note",
            circle=said.circle if said else "",
        )  # fmt: skip

    def take(self, note: Note) -> None:
        """Have that typed, which was drafted here and is written down by now."""
        self._ledger.take(note)
        self.heed(note.pane)

    def waiting(self, pane: PaneId) -> list[Note]:
        """What is still to be typed there, oldest first."""
        return self._ledger.waiting(pane)

    def reason(self, agent: Agent) -> str:
        """Why nothing can be typed into it now; empty if it can."""
        pane = agent.pane
        if pane not in self._tasks and (pane in self._laid or self._receipts.are_due(pane)):
            return next((note.reason for note in self.waiting(pane) if note.state == "typing"), "")
        return self._doorman.why(agent)

    async def cancel(self, number: int) -> None:
        """It is not to be typed. Raises UsageError for one that was, or is on its way."""
        self.withdraw(number)

    def withdraw(self, number: int) -> None:
        """The same, at once."""
        self._ledger.end([self._ledger.untouched(number).id], "cancelled")

    async def edit(self, number: int, text: str) -> None:
        """It says something else. Raises UsageError as `cancel` does."""
        if not text.strip():
            raise UsageError("there is nothing in that text: cancel the note instead")
        self._ledger.edit(number, text)

    async def urge(self, number: int) -> None:
        """Type it now, even if its agent works, is muted, or somebody types. Raises UsageError as `cancel` does."""
        self.heed(self._ledger.urge(number))

    def mute(self, agent: Agent, muted: bool) -> None:
        """Type nothing into it until a person says so."""
        agent.muted = muted
        self._store.note(records.mute_agent, agent.id, muted=muted)
        self._ledger.mute(agent.pane, muted=muted)
        self.heed(agent.pane)

    async def trace(self, number: int) -> tuple[Kept, list[tuple[float, str, str]]]:
        """A note, and each step on its way: when, what, and how it went. Raises UnknownName."""
        return await self._ledger.trace(number)

    async def left(self, number: int) -> None:
        """Wait until a note is taken by its agent, or never will be."""
        await self._ledger.left(number)

    # ---- what happens

    def human_typed(self, pane: PaneId, key: HumanKey) -> None:
        """A person typed into a pane."""
        if agent := self._agents.get(pane):
            wrote = self._drafts.wrote(pane)
            self._drafts.typed(pane, key, time(), asked=agent.verdict.state == "waiting")
            if wrote != self._drafts.wrote(pane) or pane in self._laid:
                self.heed(pane)

    def told(self, agent: Agent, told: Told) -> None:
        """A hook of an agent said something."""
        pane = agent.pane
        came_by_door = self._receipts.told(agent, told)
        if told.kind == "prompted" and not came_by_door:
            if batch := self._laid.get(pane):
                batch.told(told.prompt)
            self._drafts.sent(pane, batch.began_at if batch and batch.prompted else told.at)
        self._doorman.forget(pane)
        self._ledger.follow(
            pane, works=told.kind in ("prompted", "tool"), rests=told.kind == "turn-ended", since=told.at
        )
        self.heed(pane)

    def offer(self, agent: Agent) -> str:
        """For a hook at the end of a turn: what waits, and is handed over now; empty if nothing does.

        Who calls it lets the store settle before he answers.
        """
        pane, found = agent.pane, self._panes.living.get(agent.pane)
        if found is None or pane in self._tasks or pane in self._laid or self._receipts.are_due(pane) or agent.muted:
            return ""
        notes, facts = self._ledger.batch(pane), self._doorman.facts(agent, verdict=Verdict(state="idle"))
        if not notes or obstacle(facts) or all(door.kind != "turn-end" for door in agent.cli.doors):
            return ""
        return self._hand(agent, found, notes, HANDED)

    async def read(self, agent: Agent, key: str = "") -> str:
        """For an agent that asks what waits for it: that, handed over now; empty if nothing does.

        A request that comes again under its key is given the same. It is durable when this returns.
        """
        if key and (before := await self._ledger.handed(agent.id, key)):
            return self._text(before)
        pane, found = agent.pane, self._panes.living.get(agent.pane)
        if found is None or pane in self._tasks or pane in self._laid or agent.muted:
            return ""
        if not self._receipts.reads_on(pane) or not (notes := self._ledger.batch(pane)):
            return ""
        text = self._hand(agent, found, notes, READ)
        numbers = [note.id for note in notes]
        self._ledger.step(numbers, "read", key)
        if not agent.told:  # its hooks do not speak: nothing will ever show it
            self._receipts.reads_on(pane)
        await self._store.settled()
        return text

    def _hand(self, agent: Agent, pane: Pane, notes: Sequence[Note], way: str) -> str:
        text, works = self._text(notes), self.look(agent).state == "working"
        self._ledger.hand(notes, way)
        self._receipts.expect(pane, [note.id for note in notes], text, way, works=works)
        self._receipts.given(pane.id)
        self.heed(pane.id)
        return text

    def heed(self, pane: PaneId) -> None:
        """Something about a pane or its agent is another: soon, type what can be typed."""
        due = self._due.get(pane)
        if self._ended or not self._ledger.is_busy(pane) or (due and not isinstance(due, asyncio.TimerHandle)):
            return
        if due:
            due.cancel()
        self._due[pane] = asyncio.get_running_loop().call_soon(self._consider, pane)

    def heed_all(self) -> None:
        """What keeps notes back is another."""
        for pane in self._agents:
            self.heed(pane)

    def _heed_later(self, pane: PaneId, seconds: float) -> None:
        if pane not in self._due and not self._ended:
            self._due[pane] = asyncio.get_running_loop().call_later(seconds, self._consider, pane)

    def stop(self) -> None:
        """Begin nothing any more; the next host goes on."""
        self._ended = True
        for due in self._due.values():
            due.cancel()
        for task in self._tasks.values():
            task.cancel()

    async def learn(self) -> None:
        """Go on where the last host was, once panes and agents are known."""
        begun: dict[tuple[PaneId, int], list[Kept]] = {}
        for kept in await self._ledger.learn():
            if kept.note.state == "typing":
                begun.setdefault((kept.note.pane, kept.digest), []).append(kept)
            self.heed(kept.note.pane)
        for (pane, _), together in begun.items():
            self._resume(pane, [kept.note for kept in together])

    def _resume(self, pane: PaneId, notes: Sequence[Note]) -> None:
        """The last host had begun to type them: the keeper knows how far that came."""
        numbers = tuple(note.id for note in notes)
        found, key = self._panes.living.get(pane), self._ledger.key(numbers)
        last = self._dictation.last(pane)
        if last is not None and last.number == key and found is not None:
            text = self._text(notes, opens=True)
            self._laid[pane] = Batch(numbers=numbers, text=text, key=key, pid=found.pid, enters=last.enters)
        elif found is None or not found.pid or found.exit is not None or pane not in self._agents:
            self._ledger.end(numbers, "failed", UNSURE)
        elif notes[0].reason == KEYS:
            self._ledger.back(numbers, "the last host ended before it was typed")
        else:
            self._receipts.expect_again(found, notes, self._text(notes), self._agents[pane].cli.doors)

    # ---- whether

    def _look(self, agent: Agent) -> Verdict:
        return self.look(agent)

    def _places(self, agent: Agent) -> Mapping[str, str]:
        return places(agent, self.folder_of(agent))

    def _consider(self, pane: PaneId) -> None:
        """Begin a delivery, or say why not."""
        self._due.pop(pane, None)
        agent, waiting = self._agents.get(pane), self.waiting(pane)
        if agent is None:
            if waiting and pane not in self._tasks:
                self._ledger.end([note.id for note in waiting], "failed", "its pane is gone")
            self._forget(pane)
            return
        is_free = pane not in self._tasks
        if is_free and self._receipts.are_due(pane) and (wait := self._receipts.look(agent, self.look(agent))):
            self._heed_later(pane, wait)
        state, since = agent.verdict.state, agent.verdict.since
        self._ledger.follow(pane, works=state == "working", rests=state in ("idle", "done"), since=since)
        if is_free and not self._receipts.are_due(pane) and (waiting := self.waiting(pane)):
            self._begin(agent, waiting)

    def _forget(self, pane: PaneId) -> None:
        self._laid.pop(pane, None)
        for those in (self._drafts, self._receipts, self._doorman):
            those.forget(pane)

    def _begin(self, agent: Agent, waiting: Sequence[Note]) -> None:
        pane = agent.pane
        if batch := self._laid.get(pane):
            known = self._paster.outcome(agent, batch)
            if known is None:
                self._start(pane, self._finish(agent, batch))
            else:
                self._conclude(agent, batch, known)
                self._look_again(agent)
            return
        if old := [note.id for note in waiting if time() - note.queued_at > EXPIRES]:
            self._ledger.end(old, "expired", waiting[0].reason)
        if wait := self._paster.settling(agent):
            self._heed_later(pane, wait)
            return
        door, notes, why = self._doorman.chosen(agent)
        if door is not None and notes:
            self._start(pane, self._deliver(agent, door, notes))
        else:
            self._ledger.hold(pane, why)
            if why:
                self._look_again(agent)

    def _look_again(self, agent: Agent) -> None:
        """A person who typed goes quiet, a program in front ends: of that nobody tells."""
        pane, facts = agent.pane, self._doorman.facts(agent)
        if facts.typed_ago < HUMAN:
            self._heed_later(pane, HUMAN - facts.typed_ago)
        elif facts.other or facts.unread or self._store.trouble:
            self._heed_later(pane, LOOK_AGAIN)

    # ---- how

    def _start(self, pane: PaneId, work: Coroutine[Any, Any, None]) -> None:
        task = self._tasks[pane] = asyncio.get_running_loop().create_task(work)
        task.add_done_callback(lambda _: self._over(pane))

    def _over(self, pane: PaneId) -> None:
        task = self._tasks.pop(pane)
        if not task.cancelled() and (error := task.exception()):
            log.error("a delivery to %s failed", pane, exc_info=error)
            self._laid.pop(pane, None)
            self._receipts.forget(pane)
            if typed := [note.id for note in self.waiting(pane) if note.state == "typing"]:
                self._fail(pane, typed, f"muxer failed at it: {error}")
        if pane not in self._laid:
            self.heed(pane)

    async def _deliver(self, agent: Agent, door: Door, notes: Sequence[Note]) -> None:
        pane, numbers = agent.pane, tuple(note.id for note in notes)
        try:
            await self._ledger.begin(notes, way_of(door))
        except StoreTrouble as trouble:
            self._ledger.hold(pane, str(trouble))
            return
        if self._doorman.turns_away(agent, door, notes):
            self._ledger.back(numbers, self.reason(agent) or "something else came first")
        elif door.kind == "keys":
            pid = self._panes.living[pane].pid
            self._laid[pane] = batch = Batch(
                numbers=numbers, text=self._text(notes, opens=True), key=self._ledger.key(numbers), pid=pid
            )
            self._conclude(agent, batch, await self._paster.paste(agent, batch))
        else:
            text = self._text(notes, opens=self.look(agent).state != "working")
            await self._hand_over(agent, door, numbers, text)

    async def _hand_over(self, agent: Agent, door: Door, numbers: Sequence[int], text: str) -> None:
        pane = self._panes.living[agent.pane]
        self._receipts.expect(pane, numbers, text, way_of(door), works=self.look(agent).state == "working")
        try:
            await self._receipts.hand_over(pane, door, self._places(agent), cwd=agent.folder)
        except Shut as shut:
            self._doorman.shut(pane.id, door.kind)
            self._ledger.back(numbers, str(shut))

    async def _finish(self, agent: Agent, batch: Batch) -> None:
        self._conclude(agent, batch, await self._paster.finish(agent, batch))

    def _conclude(self, agent: Agent, batch: Batch, outcome: Outcome) -> None:
        pane, (what, why) = agent.pane, outcome
        if what == "laid":
            self._ledger.stuck(batch.numbers, f"its text is in the prompt: {why}")
            return
        self._laid.pop(pane, None)
        if what == "taken":
            self._drafts.sent(pane, batch.began_at or time())
            self._ledger.end(batch.numbers, "submitted", why)
            self._ledger.follow(pane, works=batch.prompted)
        elif what == "gone" and self._ledger.tries(batch.numbers[0]) < TRIES:
            self._ledger.back(batch.numbers, why)
            self.heed(pane)
        else:
            self._receipts.doubt(pane, batch.numbers, batch.text)
            self._fail(pane, batch.numbers, why)

    def _fail(self, pane: PaneId, numbers: Sequence[int], why: str) -> None:
        self._ledger.end(numbers, "failed", why)
        name = self._panes.living[pane].name if pane in self._panes.living else pane
        self._tell(Warned(f"note {', '.join(map(str, numbers))} did not reach {name}: {why}"))

    def _text(self, notes: Sequence[Note], *, opens: bool = False) -> str:
        opens = opens and not any(self._ledger.is_urged(note.id) for note in notes)
        return digest(notes, self._panes.living.values(), self._agents, opens=opens)
