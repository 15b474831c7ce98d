"""The notes that wait or are on their way, as the store has them: each change is made here and written down at once."""

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import replace
from time import time

from muxer.errors import UnknownName, UsageError
from muxer.model import Note, NoteState, PaneId
from muxer.store import inbox as records
from muxer.store.database import Store
from muxer.store.inbox import Kept, Moment

LARGEST = 64 << 10
"""Characters of notes that go in together; one alone may have more."""
EARLY = "muxer is starting"
"""Why what peers say waits until it is known what a person holds."""


class Ledger:
    """Of all panes. `changed` is called with a pane whose notes are others."""

    def __init__(self, store: Store, changed: Callable[[PaneId], None]) -> None:
        self._store, self._changed = store, changed
        self._last = 0
        self._waiting: dict[PaneId, dict[int, Note]] = {}
        self._where: dict[int, PaneId] = {}
        self._urged: set[int] = set()
        self._tries: dict[int, int] = {}
        self._afoot: dict[PaneId, dict[int, float]] = {}
        """What was submitted and is not answered; when it was seen, or 0."""
        self._ends: dict[int, asyncio.Event] = {}
        self._bringing: dict[int, int] = {}
        """The note that brings a peer's message."""
        self.keeps_back: Callable[[Note], str] = lambda _note: EARLY
        """Why what a peer says has to wait even if its agent could take it."""
        self.on_end: Callable[[Sequence[Note], Moment, str], None] = lambda _notes, _moment, _why: None
        """Some do not wait any more."""

    # ---- what there is

    def waiting(self, pane: PaneId) -> list[Note]:
        """What is still to be typed there, oldest first."""
        return list(self._waiting.get(pane, {}).values())

    def count(self, pane: PaneId) -> int:
        """How many there are."""
        return len(self._waiting.get(pane, ()))

    def is_held(self, note: Note) -> bool:
        """Is it kept back, and does no person want it in now?"""
        return bool(self._kept_back(note))

    def _kept_back(self, note: Note) -> str:
        return self.keeps_back(note) if note.speaker and note.id not in self._urged else ""

    def bringing(self, message: int) -> int | None:
        """The note that brings that message, if it waits."""
        return self._bringing.get(message)

    def is_busy(self, pane: PaneId) -> bool:
        """Is there anything to follow?"""
        return pane in self._waiting or pane in self._afoot

    def batch(self, pane: PaneId, *, urged: bool = False) -> list[Note]:
        """What goes in next, as one; only what a person urged, if that is asked."""
        taken: list[Note] = []
        size = 0
        for note in self._waiting.get(pane, {}).values():
            if (urged and note.id not in self._urged) or self.is_held(note):
                continue
            size += len(note.text)
            if taken and size > LARGEST:
                break
            taken.append(note)
        return taken

    def untouched(self, number: int) -> Note:
        """A note that nothing was done with yet. Raises UsageError."""
        if number not in self._where:
            raise UsageError(f"note {number} does not wait any more: muxer trace {number} says what became of it")
        note = self._waiting[self._where[number]][number]
        if note.state == "typing":
            raise UsageError(f"note {number} is on its way: muxer trace {number} says how far it is")
        return note

    async def trace(self, number: int) -> tuple[Kept, list[tuple[float, str, str]]]:
        """A note, and each step on its way. Raises UnknownName."""
        await self._store.settled()
        found = await self._store.read(records.note_traced, number)
        if found is None:
            raise UnknownName("note", str(number), [])
        return found

    async def handed(self, agent: int, key: str) -> list[Note]:
        """What an agent was given for that request of its own."""
        await self._store.settled()
        return [kept.note for kept in await self._store.read(records.notes_read, agent, key)]

    async def left(self, number: int) -> None:
        """Wait until a note does not wait any more."""
        if number in self._where:
            await self._ends.setdefault(number, asyncio.Event()).wait()

    def is_urged(self, number: int) -> bool:
        """Does a person want it in now?"""
        return number in self._urged

    def tries(self, number: int) -> int:
        """How often it was begun to be typed."""
        return self._tries.get(number, 0)

    def key(self, numbers: Sequence[int]) -> int:
        """What the keeper knows a text by: each time that one is begun has its own."""
        return numbers[0] << 8 | self.tries(numbers[0]) & 0xFF

    # ---- what becomes of it

    def next_number(self) -> int:
        """One that no note ever had."""
        self._last += 1
        return self._last

    def add(self, note: Note) -> None:
        """Another one waits."""
        self._store.note(records.add_notes, [note])
        self.take(note)

    def take(self, note: Note) -> None:
        """Another one waits, which is written down."""
        self._waiting.setdefault(note.pane, {})[note.id] = note
        self._where[note.id] = note.pane
        if note.message is not None:
            self._bringing[note.message] = note.id

    def edit(self, number: int, text: str) -> None:
        """It says something else."""
        note = self.untouched(number)
        self._waiting[note.pane][number] = replace(note, text=text)
        self._store.note(records.edit_note, number, text)
        self._changed(note.pane)

    def urge(self, number: int) -> PaneId:
        """A person wants it in now; where it waits."""
        note = self.untouched(number)
        self._urged.add(number)
        self._store.note(records.urge_note, number)
        return note.pane

    def mute(self, pane: PaneId, *, muted: bool) -> None:
        """What waits there is muted, or not any more."""
        notes = self._waiting.get(pane, {})
        notes |= {number: replace(note, muted=muted) for number, note in notes.items()}
        self._changed(pane)

    def hold(self, pane: PaneId, why: str) -> None:
        """What waits there is kept back; without a reason, only what has one of its own."""
        fresh: dict[str, list[Note]] = {}
        for note in self._waiting.get(pane, {}).values():
            if note.state in ("queued", "held"):
                reason = self._kept_back(note) or why
                if reason and reason != note.reason:
                    fresh.setdefault(reason, []).append(note)
        for reason, notes in fresh.items():
            self._set(notes, "held", reason)
            self._store.note(records.hold_notes, [note.id for note in notes], reason)
        if fresh:
            self._changed(pane)

    async def begin(self, notes: Sequence[Note], way: str) -> None:
        """They go in now, that way; it is durable when this returns. Raises StoreTrouble."""
        self._set(notes, "typing", way)
        numbers = [note.id for note in notes]
        try:
            await self._store.ask(records.begin_typing, numbers, way)
        except BaseException:
            self._set(notes, "held", "nothing can be written down now")
            raise
        self._tried(numbers)

    def hand(self, notes: Sequence[Note], way: str) -> None:
        """The same, and soon durable."""
        self._set(notes, "typing", way)
        numbers = [note.id for note in notes]
        self._store.note(records.begin_typing, numbers, way)
        self._tried(numbers)

    def _tried(self, numbers: Sequence[int]) -> None:
        self._tries.update({number: self.tries(number) + 1 for number in numbers})

    def back(self, numbers: Sequence[int], why: str) -> None:
        """They did not go in after all, and wait again."""
        self._set([self._waiting[self._where[number]][number] for number in numbers], "held", why)
        self._store.note(records.take_back, numbers, why)
        self._changed(self._where[numbers[0]])

    def stuck(self, numbers: Sequence[int], why: str, *, step: str = "held") -> None:
        """They are in the composer and something keeps their Enter back, or a door took them and nothing shows that."""
        pane = self._where[numbers[0]]
        notes = self._waiting[pane]
        if notes[numbers[0]].reason != why:
            self._set([notes[number] for number in numbers], "typing", why)
            self._store.note(records.note_attempt, numbers, step, why)
            self._changed(pane)

    def step(self, numbers: Sequence[int], what: str, detail: str = "") -> None:
        """Something on their way that is worth a line of their trace."""
        self._store.note(records.note_attempt, numbers, what, detail)

    def end(self, numbers: Sequence[int], moment: Moment, why: str = "") -> None:
        """They do not wait any more."""
        pane = self._where[numbers[0]]
        self._store.note(records.mark_notes, numbers, moment, why)
        ended = [self._waiting[pane].pop(number) for number in numbers]
        for number, note in zip(numbers, ended, strict=True):
            del self._where[number]
            self._bringing.pop(note.message or 0, None)
            self._urged.discard(number)
            self._tries.pop(number, None)
            if end := self._ends.pop(number, None):
                end.set()
        if not self._waiting[pane]:
            del self._waiting[pane]
        if moment == "submitted":
            self._afoot.setdefault(pane, {}).update(dict.fromkeys(numbers, 0.0))
        self._changed(pane)
        self.on_end(ended, moment, why)

    def revive(self, pane: PaneId, numbers: Sequence[int]) -> None:
        """They were given up, and were submitted after all."""
        self._store.note(records.mark_notes, numbers, "submitted", "told late")
        self._afoot.setdefault(pane, {}).update(dict.fromkeys(numbers, 0.0))

    def follow(self, pane: PaneId, *, works: bool, rests: bool = False, since: float = 0.0) -> None:
        """What was submitted is seen by an agent that works, and answered by one that came to rest after that."""
        afoot = self._afoot.get(pane, {})
        if works and (unseen := [number for number, seen in afoot.items() if not seen]):
            afoot.update(dict.fromkeys(unseen, time()))
            self._store.note(records.mark_notes, unseen, "seen")
        if rests and (answered := [number for number, seen in afoot.items() if 0 < seen <= since]):
            self._store.note(records.mark_notes, answered, "answered")
            for number in answered:
                del afoot[number]
        if not afoot:
            self._afoot.pop(pane, None)

    def _set(self, notes: Sequence[Note], state: NoteState, reason: str) -> None:
        for note in notes:
            self._waiting[note.pane][note.id] = replace(note, state=state, reason=reason)

    async def learn(self) -> list[Kept]:
        """Know what the last host knew; what waits or is on its way."""
        self._last = max(self._last, await self._store.read(records.last_note))
        found = await self._store.read(records.waiting_notes)
        for kept in found:
            self.take(kept.note)
            self._tries[kept.note.id] = kept.tries
            if kept.urged:
                self._urged.add(kept.note.id)
        return found
