"""What becomes of asks when panes, programs and notes come and go, with small agents in real ptys."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from muxer.events import AgentChanged
from muxer.mesh import docket, matter
from tests.house import until
from tests.mesh.housed import ANSWER, QUESTION, Housed, housed_in


@pytest.fixture
async def place(tmp_path: Path) -> AsyncIterator[Housed]:
    async with housed_in(tmp_path) as made:
        yield made


async def test_an_agent_is_typed_the_question_once_and_its_asker_has_the_answer(place: Housed) -> None:
    ada, bob = await place.peers("ada", "bob")
    asked = await place.story("waits", ada, bob)
    assert (asked.outcome, asked.answer) == ("answered", ANSWER)
    assert place.read("bob", QUESTION) == 1
    assert place.prompts("ada") == []


async def test_an_agent_that_went_on_is_typed_the_answer_once(place: Housed) -> None:
    ada, bob = await place.peers("ada", "bob")
    assert (await place.story("goes on", ada, bob)).told_at
    assert place.read("ada", ANSWER) == 1


async def test_an_agent_is_told_once_that_a_question_is_cancelled(place: Housed) -> None:
    ada, bob = await place.peers("ada", "bob")
    await place.story("cancels", ada, bob)
    assert [QUESTION in prompt for prompt in place.prompts("bob")] == [True, False]
    assert place.prompts("ada") == []


async def test_a_note_that_is_cancelled_ends_its_ask(place: Housed) -> None:
    ada, bob = await place.peers("ada", "bob")
    place.inbox.mute(place.agents[bob.pane], muted=True)
    asked = await place.mesh.asks.ask(ada, bob, QUESTION)
    waiting = asyncio.ensure_future(place.mesh.asks.outcome(asked.id, ada))
    (note,) = place.inbox.waiting(bob.pane)
    await place.inbox.cancel(note.id)
    found = await waiting
    assert (found.outcome, found.reason) == ("failed", "the note that bore it was cancelled")
    await place.inbox.cancel(await place.inbox.put(place.agents[bob.pane], "another"))


async def test_who_answers_without_having_been_typed_to_is_not(place: Housed) -> None:
    ada, bob = await place.peers("ada", "bob")
    place.inbox.mute(place.agents[bob.pane], muted=True)
    asked = await place.mesh.asks.ask(ada, bob, QUESTION)
    await place.mesh.asks.reply(bob, asked.id, ANSWER)
    assert place.inbox.waiting(bob.pane) == []
    assert (await place.mesh.asks.outcome(asked.id, ada)).outcome == "answered"


async def test_a_pane_that_is_closed_answers_nothing_any_more(place: Housed) -> None:
    ada, bob = await place.peers("ada", "bob")
    asked = await place.mesh.asks.ask(ada, bob, QUESTION)
    waiting = asyncio.ensure_future(place.mesh.asks.outcome(asked.id, ada))
    await place.house.panes.forget(place.house.panes.living[bob.pane])
    assert ((await waiting).outcome, (await waiting).reason) == ("failed", "bob is gone")


async def test_nobody_is_typed_what_somebody_asked_that_is_gone(place: Housed) -> None:
    ada, bob = await place.peers("ada", "bob")
    place.inbox.mute(place.agents[bob.pane], muted=True)
    asked = await place.mesh.asks.ask(ada, bob, QUESTION)
    await place.house.panes.forget(place.house.panes.living[ada.pane])
    await until(lambda: not place.inbox.waiting(bob.pane), "the note's end")
    found = await place.mesh.asks.find(asked.id)
    assert (found.outcome, found.reason) == ("cancelled", "its asker is gone")
    assert found.told_at, "nobody is to be told"


async def test_repowire_16_24_a_program_that_is_started_again_gets_what_waited_once(place: Housed) -> None:
    ada, bob = await place.peers("ada", "bob")
    pane = place.house.panes.living[bob.pane]
    await place.house.panes.stop(pane)
    asked = await place.mesh.asks.ask(ada, bob, QUESTION)
    await until(lambda: "its program" in place.inbox.reason(place.agents[bob.pane]), "a reason")
    await place.house.panes.restart(pane)
    await place.prompted(1, "bob")
    await place.mesh.asks.reply(place.mesh.peer(bob.id), asked.id, ANSWER)
    assert (await place.mesh.asks.outcome(asked.id, ada)).answer == ANSWER
    assert place.read("bob", QUESTION) == 1


async def test_a_program_that_is_started_again_is_told_once_more_what_it_was_asked(place: Housed) -> None:
    ada, bob = await place.peers("ada", "bob")
    asked = await place.mesh.asks.ask(ada, bob, QUESTION)
    await place.prompted(1, "bob")
    await until(lambda: not place.inbox.waiting(bob.pane), "its arrival")
    for _ in range(2):
        await place.house.panes.restart(place.house.panes.living[bob.pane])
        await place.prompted(2, "bob")
        await until(lambda: not place.inbox.waiting(bob.pane), "its arrival")
    await place.inbox.left(await place.inbox.put(place.agents[bob.pane], "all the same"))
    assert [f"still open: ask {asked.id})\n{QUESTION}" in prompt for prompt in place.prompts("bob")] == [
        False,
        True,
        False,
    ]
    assert "from ada" in place.prompts("bob")[1], "in its asker's name, and framed as such"
    assert place.mesh.asks.open_to(bob.id) == [asked]


async def test_a_program_that_is_not_started_again_fails_what_it_was_asked(
    place: Housed, monkeypatch: pytest.MonkeyPatch
) -> None:
    for module in (docket, matter):
        monkeypatch.setattr(module, "AWAY", 0.05)
    ada, bob = await place.peers("ada", "bob")
    asked = await place.mesh.asks.ask(ada, bob, QUESTION)
    waiting = asyncio.ensure_future(place.mesh.asks.outcome(asked.id, ada))
    await place.prompted(1, "bob")
    await place.house.panes.stop(place.house.panes.living[bob.pane])
    assert (await waiting).reason == "the program of bob ended and was not started again"
    again = await place.mesh.asks.ask(ada, place.mesh.peer(bob.id), QUESTION)
    assert (await place.mesh.asks.outcome(again.id, ada)).outcome == "failed", "one that was gone before, too"
    await until(lambda: not place.inbox.waiting(bob.pane), "the end of its notes")


async def test_who_waits_hears_what_the_other_does(place: Housed) -> None:
    ada, bob = await place.peers("ada", "bob")
    said: list[str] = []
    asked = await place.mesh.asks.ask(ada, bob, "work on this")
    waiting = asyncio.ensure_future(place.mesh.asks.outcome(asked.id, ada, progress=said.append))
    await place.prompted(1, "bob")
    place.types(place.agents[bob.pane], "work", sends=True)
    await until(lambda: place.look(place.agents[bob.pane]).state == "working", "its work")
    for _ in range(2):
        place.mesh.tell(AgentChanged(bob.pane))  # as a sentry would
    assert said == ["bob works"]
    await place.mesh.asks.reply(bob, asked.id, ANSWER)
    await waiting
