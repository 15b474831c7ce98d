"""What waits, in order, and what becomes of it: any order of deeds leaves memory and file of one mind."""

import asyncio
import contextlib
import tempfile
from collections.abc import AsyncIterator, Coroutine
from pathlib import Path
from typing import Any

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from muxer.errors import UnknownName, UsageError
from muxer.fleet.ledger import LARGEST, Ledger
from muxer.model import Note
from muxer.store.database import Store, open_store
from muxer.store.panes import open_pane
from tests.store.filled import known_pane


async def opened(file: Path) -> Store:
    store, _ = await open_store(str(file), on_logged=lambda _: None, on_trouble=lambda _: None)
    store.note(open_pane, known_pane(1))
    return store


@pytest.fixture
async def ledger(tmp_path: Path) -> AsyncIterator[Ledger]:
    store = await opened(tmp_path / "db")
    yield Ledger(store, lambda _: None)
    await store.close()


def put(ledger: Ledger, text: str = "x") -> int:
    number = ledger.next_number()
    ledger.add(Note(id=number, agent=0, pane="p1", sender="", text=text, state="queued", queued_at=1.0))
    return number


async def test_so_much_goes_in_together(ledger: Ledger) -> None:
    assert ledger.batch("p1") == []
    first = put(ledger, "x" * (LARGEST + 1))
    assert [note.id for note in ledger.batch("p1")] == [first], "one alone may be larger"
    put(ledger)
    assert [note.id for note in ledger.batch("p1")] == [first]
    third = put(ledger)
    ledger.urge(third)
    assert [note.id for note in ledger.batch("p1", urged=True)] == [third]


async def test_each_time_that_a_text_is_begun_the_keeper_knows_it_by_another_key(ledger: Ledger) -> None:
    number = put(ledger)
    await ledger.begin(ledger.batch("p1"), "keys")
    first = ledger.key([number])
    ledger.back([number], "later")
    await ledger.begin(ledger.batch("p1"), "keys")
    assert ledger.key([number]) != first
    kept, steps = await ledger.trace(number)
    assert kept.note.state == "typing"
    assert [what for _, what, _ in steps] == ["typing", "held", "typing"]
    with pytest.raises(UnknownName):
        await ledger.trace(99)


async def test_what_is_on_its_way_is_left_alone(ledger: Ledger) -> None:
    number = put(ledger)
    await ledger.begin(ledger.batch("p1"), "keys")
    for deed in (ledger.urge, lambda which: ledger.edit(which, "y")):
        with pytest.raises(UsageError, match="is on its way"):
            deed(number)
    ledger.hold("p1", "it works")
    assert ledger.waiting("p1")[0].state == "typing"
    ledger.end([number], "submitted")
    with pytest.raises(UsageError, match="does not wait any more"):
        ledger.urge(number)
    await asyncio.wait_for(ledger.left(number), 5)


class Notes(RuleBasedStateMachine):
    """Notes are put, held, begun, taken back and ended, and the host dies in between."""

    numbers = st.integers(1, 12)

    def __init__(self) -> None:
        super().__init__()
        self.folder = tempfile.TemporaryDirectory()
        self.runner = asyncio.Runner()
        self.store = self.do(opened(Path(self.folder.name) / "db"))
        self.begin()
        self.alive: dict[int, str] = {}
        self.typing: list[int] = []
        self.ended: set[int] = set()

    def do(self, work: Coroutine[Any, Any, Any]) -> Any:
        return self.runner.run(work)

    def begin(self) -> None:
        self.ledger = Ledger(self.store, lambda _: None)

    @rule(text=st.text(st.characters(codec="utf-8"), min_size=1))
    def put(self, text: str) -> None:
        async def work() -> int:
            return put(self.ledger, text)

        number = self.do(work())
        assert number not in self.alive
        assert number not in self.ended
        self.alive[number] = text

    @rule(number=numbers)
    def cancel(self, number: int) -> None:
        async def work() -> None:
            self.ledger.end([self.ledger.untouched(number).id], "cancelled")

        may = number in self.alive and number not in self.typing
        with contextlib.nullcontext() if may else pytest.raises(UsageError):
            self.do(work())
        if may:
            del self.alive[number]
            self.ended.add(number)

    @rule(why=st.sampled_from(["it works", "you type"]))
    def hold(self, why: str) -> None:
        async def work() -> None:
            self.ledger.hold("p1", why)

        self.do(work())

    @precondition(lambda self: not self.typing and self.alive)
    @rule()
    def type_all(self) -> None:
        notes = self.ledger.batch("p1")
        self.do(self.ledger.begin(notes, "keys"))
        self.typing = [note.id for note in notes]

    @precondition(lambda self: self.typing)
    @rule(taken=st.booleans())
    def conclude(self, taken: bool) -> None:
        async def work() -> None:
            if taken:
                self.ledger.end(self.typing, "submitted")
            else:
                self.ledger.back(self.typing, "gone")

        self.do(work())
        if taken:
            self.ended |= set(self.typing)
            self.alive = {number: text for number, text in self.alive.items() if number not in self.typing}
        self.typing = []

    @rule()
    def die(self) -> None:
        async def work() -> None:
            await self.store.settled()
            self.begin()
            await self.ledger.learn()

        self.do(work())

    @invariant()
    def of_one_mind(self) -> None:
        waiting = self.ledger.waiting("p1")
        assert {note.id: note.text for note in waiting} == self.alive
        assert [note.id for note in waiting] == sorted(self.alive)
        assert [note.id for note in waiting if note.state == "typing"] == self.typing

    def teardown(self) -> None:
        self.do(self.store.close())
        self.runner.close()
        self.folder.cleanup()


TestNotes = Notes.TestCase
TestNotes.settings = settings(max_examples=25, stateful_step_count=25, deadline=None)
