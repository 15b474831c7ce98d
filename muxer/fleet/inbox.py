"""Every agent's inbox: text arrives once and whole, never in a draft or a dialog, or somebody is told why it did not.

A note is written down before it is typed, the keeper types it, and only what showed that it was taken is submitted.
"""

import asyncio
import logging
from collections.abc import Callable, Coroutine, Mapping, Sequence
from dataclasses import replace
from time import time
from typing import Any

from muxer.agents.fence import fenced
from muxer.agents.signs import Told
from muxer.agents.spec import Door, DoorKind
from muxer.errors import StoreTrouble, UnknownName, UsageError
from muxer.events import AgentChanged, Event, Warned
from muxer.fleet.agent import Agent
from muxer.fleet.doors import Shut, Unsure, hand_over, places, usable
from muxer.fleet.drafts import SETTLED, Drafts
from muxer.fleet.foreground import other_program
from muxer.fleet.holding import HUMAN, Facts, obstacle, route
from muxer.fleet.ledger import Ledger
from muxer.fleet.panes import Panes
from muxer.fleet.pasting import Batch, Outcome, Paster
from muxer.model import HumanKey, Note, PaneId, Verdict
from muxer.store import inbox as records
from muxer.store.database import Store
from muxer.store.inbox import Kept
from muxer.terminal.dictation import Dictation

EXPIRES = 7 * 24 * 3600.0
"""Seconds after which a note that could not be typed is not worth typing any more."""
TRIES = 8
"""So often a text is laid into a composer, and found gone from it, before that is given up."""
LOOK_AGAIN = 1.0
"""Seconds after which is looked again for what nobody tells: another program in front, a full disk."""
PATIENCE = 10.0
"""Seconds in which an agent goes on with what the hook at its turn's end was given."""
KEYS, HANDED = "keys", "the hook at the end of its turn"
UNSURE = "muxer ended while it was handed over: look whether it arrived, then send it again or not"

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
        self._paster = Paster(panes, dictation, self._drafts, self._look, self._blocked)
        self._ledger = Ledger(store, lambda pane: tell(AgentChanged(pane)))
        self._laid: dict[PaneId, Batch] = {}
        """What is in a composer, or on its way there."""
        self._doubtful: dict[PaneId, Batch] = {}
        """What was typed last and given up: a hook may still tell that it was taken."""
        self._handed: dict[PaneId, tuple[int, ...]] = {}
        """What the hook at a turn's end was given, until the agent goes on."""
        self._shut: dict[PaneId, set[DoorKind]] = {}
        """Doors that were found shut, until the agent is heard of again."""
        self._tasks: dict[PaneId, asyncio.Task[None]] = {}
        self._due: dict[PaneId, asyncio.Handle] = {}
        self._ended = False

    # ---- what people and programs ask

    async def put(self, agent: Agent, text: str, *, sender: str = "", kind: str = "note") -> int:
        """Take a text for an agent; its number. It is durable once the store has settled, and typed after that."""
        if not text.strip():
            raise UsageError("there is nothing in that text: say something")
        number = self._ledger.next_number()
        note = Note(
            id=number, agent=agent.id, pane=agent.pane, sender=sender, text=text, state="queued", queued_at=time(),
            muted=agent.muted,
        )  # fmt: skip
        self._ledger.add(note)
        if kind != "note":
            self._ledger.step([number], "queued", kind)
        self.heed(agent.pane)
        return number

    def waiting(self, pane: PaneId) -> list[Note]:
        """What is still to be typed there, oldest first."""
        return self._ledger.waiting(pane)

    def reason(self, agent: Agent) -> str:
        """Why nothing can be typed into it now; empty if it can."""
        if agent.pane in self._laid and agent.pane not in self._tasks:
            return self.waiting(agent.pane)[0].reason
        return route(agent.cli.doors, self._facts(agent))[1]

    async def cancel(self, number: int) -> None:
        """It is not to be typed. Raises UsageError for one that was, or is on its way."""
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
        await self._store.settled()
        found = await self._store.read(records.note_traced, number)
        if found is None:
            raise UnknownName("note", str(number), [])
        return found

    async def left(self, number: int) -> None:
        """Wait until a note is taken by its agent, or never will be."""
        await self._ledger.left(number)

    # ---- what happens

    def human_typed(self, pane: PaneId, key: HumanKey) -> None:
        """A person typed into a pane."""
        if agent := self._agents.get(pane):
            wrote = self._drafts.wrote(pane)
            self._drafts.typed(pane, key, time(), asked=agent.verdict.state == "waiting")
            if wrote != self._drafts.wrote(pane):
                self.heed(pane)

    def told(self, agent: Agent, told: Told) -> None:
        """A hook of an agent said something."""
        pane = agent.pane
        if told.kind == "prompted":
            self._drafts.sent(pane)
            if batch := self._laid.get(pane) or self._doubtful.get(pane):
                batch.told(told.prompt)
            if (doubtful := self._doubtful.get(pane)) and doubtful.prompted:
                del self._doubtful[pane]
                self._ledger.revive(pane, doubtful.numbers)
        if handed := self._handed.pop(pane, ()):
            self._ledger.end(handed, "submitted", HANDED)
        self._shut.pop(pane, None)
        self._ledger.follow(
            pane, works=told.kind in ("prompted", "tool"), rests=told.kind == "turn-ended", since=told.at
        )
        self.heed(pane)

    def offer(self, agent: Agent) -> str:
        """For a hook at the end of a turn: what waits, and is handed over now; empty if nothing does.

        Who calls it lets the store settle before he answers.
        """
        pane = agent.pane
        facts = replace(self._facts(agent), verdict=Verdict(state="idle"))
        if pane in self._tasks or pane in self._laid or pane in self._handed or agent.muted or obstacle(facts):
            return ""
        notes = self._ledger.batch(pane)
        if not notes or all(door.kind != "turn-end" for door in agent.cli.doors):
            return ""
        self._ledger.hand(notes, HANDED)
        self._handed[pane] = tuple(note.id for note in notes)
        asyncio.get_running_loop().call_later(PATIENCE + LOOK_AGAIN, self.heed, pane)
        return self._text(notes)

    def heed(self, pane: PaneId) -> None:
        """Something about a pane or its agent is another: soon, type what can be typed."""
        if pane not in self._due and self._ledger.is_busy(pane) and not self._ended:
            self._due[pane] = asyncio.get_running_loop().call_soon(self._consider, pane)

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
        found, key = self._panes.living.get(pane), self._key(numbers)
        last = self._dictation.last(pane)
        if last is not None and last.number == key and found is not None:
            self._laid[pane] = Batch(numbers=numbers, text=self._text(notes), key=key, pid=found.pid)
        elif notes[0].reason == KEYS and found is not None and found.pid and found.exit is None:
            self._ledger.back(numbers, "the last host ended before it was typed")
        else:
            self._ledger.end(numbers, "failed", UNSURE)

    # ---- whether

    def _look(self, agent: Agent) -> Verdict:
        return self.look(agent)

    def _facts(self, agent: Agent, *, urged: bool = False) -> Facts:
        pane = self._panes.living.get(agent.pane)
        if pane is None:
            return Facts(verdict=agent.verdict, ended="is gone")
        verdict, now = self.look(agent), time()
        closed = {door.kind for door in agent.cli.doors if not usable(door, places(agent, self.folder_of(agent)))}
        if not agent.told:  # its hooks do not speak
            closed.add("turn-end")
        return Facts(
            verdict=verdict,
            ended="" if pane.exit is None else str(pane.exit),
            frozen=pane.frozen,
            muted=agent.muted,
            other="" if pane.exit else other_program(pane, agent.cli),
            unread=pane.terminal.unwritten > 0,
            wrote=self._drafts.wrote(pane.id, verdict.draft, now),
            typed_ago=now - self._drafts.typed_at(pane.id),
            urged=urged,
            closed=frozenset(closed | self._shut.get(pane.id, set())),
        )

    def _blocked(self, agent: Agent) -> str:
        """Why an Enter would do harm, or be lost."""
        return obstacle(self._facts(agent))

    def _consider(self, pane: PaneId) -> None:
        """Begin a delivery, or say why not."""
        self._due.pop(pane, None)
        agent, waiting = self._agents.get(pane), self.waiting(pane)
        if agent is None:
            if waiting and pane not in self._tasks:
                self._ledger.end([note.id for note in waiting], "failed", "its pane is gone")
            self._forget(pane)
            return
        state, since = agent.verdict.state, agent.verdict.since
        self._ledger.follow(pane, works=state == "working", rests=state in ("idle", "done"), since=since)
        if handed := state == "working" and self._handed.pop(pane, ()):
            self._ledger.end(handed, "submitted", HANDED)
        elif pane in self._handed and time() - since > PATIENCE and state in ("idle", "done"):
            self._fail(
                pane, self._handed.pop(pane), "the hook at the end of its turn was given it, and it did not go on"
            )
        if waiting and pane not in self._tasks and pane not in self._handed:
            self._begin(agent, waiting)

    def _forget(self, pane: PaneId) -> None:
        self._drafts.forget(pane)
        for known in (self._laid, self._doubtful, self._handed, self._shut):
            known.pop(pane, None)

    def _begin(self, agent: Agent, waiting: Sequence[Note]) -> None:
        pane = agent.pane
        if batch := self._laid.get(pane):
            known = self._paster.outcome(agent, batch)
            if known is None:
                self._start(pane, self._finish(agent, batch))
            else:
                self._conclude(agent, batch, known)
            return
        if old := [note.id for note in waiting if time() - note.queued_at > EXPIRES]:
            self._ledger.end(old, "expired", waiting[0].reason)
        if wait := self._paster.settling(agent):
            self._heed_later(pane, wait)
            return
        door, notes, why = self._chosen(agent)
        if door is not None:
            self._start(pane, self._deliver(agent, door, notes))
        elif why:
            self._ledger.hold(pane, why)
            self._look_again(agent)

    def _chosen(self, agent: Agent) -> tuple[Door | None, list[Note], str]:
        """What may go in now, and how; or why nothing may."""
        facts, pane = self._facts(agent), agent.pane
        door, why = route(agent.cli.doors, facts)
        if door is not None:
            return door, self._ledger.batch(pane), ""
        if urged := self._ledger.batch(pane, urged=True):
            door, _ = route(agent.cli.doors, replace(facts, urged=True))
        return door, urged, why

    def _look_again(self, agent: Agent) -> None:
        """A person who typed goes quiet, a program in front ends: of that nobody tells."""
        pane, facts = agent.pane, self._facts(agent)
        if facts.typed_ago < HUMAN:
            self._heed_later(pane, SETTLED if facts.wrote else HUMAN - facts.typed_ago)
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
            if typed := [note.id for note in self.waiting(pane) if note.state == "typing"]:
                self._fail(pane, typed, f"muxer failed at it: {error}")
        if pane not in self._laid:
            self.heed(pane)

    async def _deliver(self, agent: Agent, door: Door, notes: Sequence[Note]) -> None:
        pane, numbers = agent.pane, tuple(note.id for note in notes)
        try:
            await self._ledger.begin(notes, KEYS if door.kind == "keys" else f"its {door.kind} door")
        except StoreTrouble as trouble:
            self._ledger.hold(pane, str(trouble))
            return
        found = self._panes.living.get(pane)
        if found is None or self._turned_away(agent, door, notes):
            self._ledger.back(numbers, self.reason(agent) or "something else came first")
        elif door.kind == "keys":
            batch = Batch(numbers=numbers, text=self._text(notes), key=self._key(numbers), pid=found.pid)
            self._laid[pane] = batch
            self._conclude(agent, batch, await self._paster.paste(agent, batch))
        else:
            await self._hand_over(agent, door, numbers, self._text(notes))

    def _turned_away(self, agent: Agent, door: Door, notes: Sequence[Note]) -> bool:
        """Has something come between while it was written down?"""
        urged = all(self._ledger.is_urged(note.id) for note in notes)
        return route(agent.cli.doors, self._facts(agent, urged=urged))[0] != door

    async def _hand_over(self, agent: Agent, door: Door, numbers: Sequence[int], text: str) -> None:
        pane = self._panes.living[agent.pane]
        program = pane.command[0] if pane.command else ""
        try:
            await hand_over(door, text, places(agent, self.folder_of(agent)), program=program, cwd=agent.folder)
        except Shut as shut:
            self._shut.setdefault(agent.pane, set()).add(door.kind)
            self._ledger.back(numbers, str(shut))
        except Unsure as unsure:
            self._fail(agent.pane, numbers, str(unsure))
        else:
            self._ledger.end(numbers, "submitted", f"its {door.kind} door")

    async def _finish(self, agent: Agent, batch: Batch) -> None:
        self._conclude(agent, batch, await self._paster.finish(agent, batch))

    def _conclude(self, agent: Agent, batch: Batch, outcome: Outcome) -> None:
        pane, (what, why) = agent.pane, outcome
        if what == "laid":
            self._ledger.stuck(batch.numbers, f"its text is in the prompt: {why}")
            return
        self._laid.pop(pane, None)
        if what == "taken":
            self._drafts.sent(pane)
            self._ledger.end(batch.numbers, "submitted", why)
            self._ledger.follow(pane, works=batch.prompted)
        elif what == "gone" and self._ledger.tries(batch.numbers[0]) < TRIES:
            self._ledger.back(batch.numbers, why)
            self.heed(pane)
        else:
            self._doubtful[pane] = batch
            self._fail(pane, batch.numbers, why)

    def _fail(self, pane: PaneId, numbers: Sequence[int], why: str) -> None:
        self._ledger.end(numbers, "failed", why)
        found = self._panes.living.get(pane)
        which = ", ".join(map(str, numbers))
        self._tell(Warned(f"note {which} did not reach {found.name if found else pane}: {why}"))

    def _key(self, numbers: Sequence[int]) -> int:
        """What the keeper knows a text by: each time that one is begun has its own."""
        return numbers[0] << 8 | self._ledger.tries(numbers[0]) & 0xFF

    def _text(self, notes: Sequence[Note]) -> str:
        return "\n\n".join(
            fenced(note.id, note.text, sender=note.sender, circle=self._circle(note.sender)) for note in notes
        )

    def _circle(self, sender: str) -> str:
        panes = (pane.id for pane in self._panes.living.values() if sender and pane.name == sender)
        return next((self._agents[pane].circle for pane in panes if pane in self._agents), "")
