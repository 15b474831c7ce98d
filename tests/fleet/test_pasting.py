"""A paste and its Enter: what people type meanwhile, what comes between, and what shows that it was taken."""

import asyncio
import os
import signal
import time

import pytest

from muxer.agents.spec import Keys
from muxer.errors import UsageError
from muxer.events import Warned
from muxer.fleet.agent import Agent
from muxer.model import Verdict
from tests.fleet.delivering import Delivering, small_cli
from tests.house import until

WRITING = "its text is in the prompt: you are writing where it stands"


@pytest.fixture
def hasty(monkeypatch: pytest.MonkeyPatch) -> None:
    """People are quiet after a moment."""
    for module in ("pasting", "inbox"):
        monkeypatch.setattr(f"muxer.fleet.{module}.HUMAN", 0.3)


async def test_what_people_type_meanwhile_is_neither_lost_nor_inside(place: Delivering) -> None:
    ada = await place.agent(cli=small_cli(keys=Keys(delay=0.3, confirm=3.0)))
    number = await place.inbox.put(ada, "x" * 200_000)
    terminal = place.house.panes.terminals[ada.pane]
    await until(lambda: terminal._pty._is_held, "a hold of all keys")
    while place.inbox.waiting(ada.pane):
        place.types(ada, "k")
        await asyncio.sleep(0.01)
    await place.inbox.left(number)
    assert place.inbox._drafts.wrote(ada.pane)
    place.types(ada, ".", sends=True)
    prompts = await place.prompted(2)
    assert prompts[0] == "x" * 200_000
    assert set(prompts[1]) == {"k", "."}
    assert terminal.unwritten == 0


async def test_a_question_between_the_text_and_its_enter_keeps_the_enter_back(place: Delivering) -> None:
    ada = await place.agent(cli=small_cli(keys=Keys(delay=0.4, confirm=3.0)))
    number = await place.inbox.put(ada, "careful")
    await until(lambda: place.look(ada).draft, "the text in the prompt")
    place.states[ada.pane] = Verdict(state="waiting", words="Allow this?")
    await until(lambda: "its text is in the prompt" in place.inbox.waiting(ada.pane)[0].reason)
    assert place.inbox.waiting(ada.pane)[0].state == "typing"
    with pytest.raises(UsageError, match="is on its way"):
        await place.inbox.cancel(number)
    assert place.lines() == []
    del place.states[ada.pane]
    place.inbox.heed(ada.pane)
    await place.inbox.left(number)
    assert place.prompts() == ["careful"]


async def test_a_text_that_a_person_throws_out_is_typed_again(place: Delivering) -> None:
    ada = await place.agent(cli=small_cli(keys=Keys(delay=0.4, confirm=3.0)))
    number = await place.inbox.put(ada, "careful")
    await until(lambda: place.look(ada).draft, "the text in the prompt")
    place.states[ada.pane] = Verdict(state="waiting", words="Allow this?")
    await until(lambda: "its text is in the prompt" in place.inbox.waiting(ada.pane)[0].reason)
    place.house.panes.terminals[ada.pane].write(b"\x15")
    del place.states[ada.pane]
    await until(lambda: place.look(ada).draft is False, "an empty prompt")
    place.inbox.heed(ada.pane)
    await place.inbox.left(number)
    assert place.prompts() == ["careful"]


async def test_an_enter_that_was_swallowed_is_typed_once_more(place: Delivering) -> None:
    ada = await place.agent("eats", cli=small_cli(keys=Keys(delay=0.02, confirm=0.3)))
    number = await place.inbox.put(ada, "hello")
    await place.inbox.left(number)
    assert place.prompts() == ["hello"]


async def test_a_second_enter_would_send_what_a_person_typed_meanwhile(place: Delivering) -> None:
    ada = await place.agent("eats", cli=small_cli(keys=Keys(delay=0.4, confirm=0.3)))
    number = await place.inbox.put(ada, "hello")
    await until(lambda: place.look(ada).draft, "the text in the prompt")
    place.types(ada, "!")
    assert place.house.panes.terminals[ada.pane]._pty._is_held
    await place.inbox.left(number)
    assert (await place.state(number))[0] == "failed"
    assert place.prompts() == []
    assert place.inbox._drafts.wrote(ada.pane)


async def test_one_that_works_on_something_else_has_not_taken_it(place: Delivering) -> None:
    ada = await place.agent(cli=small_cli(keys=Keys(delay=0.02, confirm=0.3)))
    os.kill(place.house.panes.living[ada.pane].pid, signal.SIGSTOP)
    number = await place.inbox.put(ada, "hello")
    await until(lambda: (last := place.house.custody.dictation.last(ada.pane)) and last.enters, "its Enter")
    place.states[ada.pane] = Verdict(state="working", since=time.time() + 1, draft=False)
    await place.inbox.left(number)
    assert await place.state(number) == ("failed", "it did not show that it took the text")


async def test_what_is_not_confirmed_has_failed(place: Delivering) -> None:
    ada = await place.agent(cli=small_cli(keys=Keys(delay=0.02, confirm=0.2)))
    terminal = place.house.panes.terminals[ada.pane]
    number = await place.inbox.put(ada, "hello")
    os.kill(place.house.panes.living[ada.pane].pid, signal.SIGSTOP)
    await place.inbox.left(number)
    assert await place.state(number) == ("failed", "it did not show that it took the text")
    assert [event for event in place.told if isinstance(event, Warned)]
    os.kill(place.house.panes.living[ada.pane].pid, signal.SIGCONT)
    assert terminal


async def test_a_hook_that_names_the_text_is_enough(place: Delivering) -> None:
    ada = await place.agent(cli=small_cli(keys=Keys(delay=0.02, confirm=30.0)))
    os.kill(place.house.panes.living[ada.pane].pid, signal.SIGSTOP)
    number = await place.inbox.put(ada, "hello\nthere")
    await until(lambda: (last := place.house.custody.dictation.last(ada.pane)) and last.enters, "its Enter")
    place.hook(ada, "prompted", "something else")
    place.hook(ada, "prompted", "hello  there")
    await place.inbox.left(number)
    assert (await place.state(number))[0] == "seen"
    place.hook(ada, "turn-ended")
    assert (await place.state(number))[0] == "answered"
    os.kill(place.house.panes.living[ada.pane].pid, signal.SIGCONT)
    await place.prompted(1)


async def test_a_program_that_knows_no_paste_gets_one_line(place: Delivering) -> None:
    ada = await place.agent("plain")
    await place.inbox.left(await place.inbox.put(ada, "one\ntwo\tthree"))
    assert place.prompts() == ["one two three"]


async def test_what_is_confirmed_late_is_believed(place: Delivering) -> None:
    ada = await place.agent(cli=small_cli(keys=Keys(delay=0.02, confirm=0.2)))
    pid = place.house.panes.living[ada.pane].pid
    os.kill(pid, signal.SIGSTOP)
    number = await place.inbox.put(ada, "hello")
    await place.inbox.left(number)
    assert (await place.state(number))[0] == "failed"
    os.kill(pid, signal.SIGCONT)
    await place.prompted(1)
    place.hook(ada, "prompted", "hello")
    assert (await place.state(number))[0] == "seen"


# a text that lies in a prompt where a person writes too


async def laid(place: Delivering, text: str = "careful") -> tuple[Agent, int]:
    """It is in the prompt, and cannot be sent."""
    ada = await place.agent(cli=small_cli(keys=Keys(delay=0.4, confirm=3.0)))
    number = await place.inbox.put(ada, text)
    await until(lambda: place.look(ada).draft, "the text in the prompt")
    place.states[ada.pane] = Verdict(state="limited", draft=True)
    await until(lambda: "its text is in the prompt" in place.inbox.waiting(ada.pane)[0].reason)
    return ada, number


async def writes_there(place: Delivering, agent: Agent) -> None:
    """A person does, and nothing else is in the way any more."""
    place.types(agent, "!")
    terminal = place.house.panes.terminals[agent.pane]
    await until(lambda: terminal.engine.lines()[1].endswith("!"), "what the person wrote")
    del place.states[agent.pane]
    place.inbox.heed(agent.pane)
    await until(lambda: place.inbox.waiting(agent.pane)[0].reason == WRITING, WRITING)


def erases(place: Delivering, agent: Agent, keys: bytes = b"\x7f") -> None:
    place.inbox.human_typed(agent.pane, "other")
    place.house.panes.terminals[agent.pane].write(keys)


async def still_laid(place: Delivering, agent: Agent) -> None:
    """Once the person is quiet, and everything was looked at."""
    await until(lambda: agent.pane not in place.inbox._due and agent.pane not in place.inbox._tasks, "a last look")
    assert place.inbox.waiting(agent.pane)[0].reason == WRITING
    assert place.prompts() == []


@pytest.mark.usefixtures("hasty")
async def test_a_text_is_sent_once_the_person_took_out_what_they_wrote_behind_it(place: Delivering) -> None:
    ada, number = await laid(place)
    await writes_there(place, ada)
    await still_laid(place, ada)
    erases(place, ada)
    await place.inbox.left(number)
    assert place.prompts() == ["careful"]


@pytest.mark.usefixtures("hasty")
async def test_what_a_person_wrote_behind_it_stays_until_they_send_it(place: Delivering) -> None:
    ada, number = await laid(place)
    await writes_there(place, ada)
    await still_laid(place, ada)
    place.types(ada, "?", sends=True)
    await place.inbox.left(number)
    assert place.prompts() == ["careful!?"]


@pytest.mark.usefixtures("hasty")
async def test_what_a_person_wrote_and_nobody_drew_yet_stays(place: Delivering) -> None:
    ada, _ = await laid(place)
    os.kill(place.house.panes.living[ada.pane].pid, signal.SIGSTOP)
    place.types(ada, "!")
    del place.states[ada.pane]
    place.inbox.heed(ada.pane)
    await until(lambda: place.inbox.waiting(ada.pane)[0].reason == WRITING, WRITING)
    await until(lambda: time.time() - place.inbox._drafts.typed_at(ada.pane) > 1, "a quiet person")
    place.inbox.heed(ada.pane)
    assert place.inbox.waiting(ada.pane)[0].reason == WRITING
    os.kill(place.house.panes.living[ada.pane].pid, signal.SIGCONT)
    await until(lambda: place.house.panes.terminals[ada.pane].engine.lines()[1].endswith("!"), "what was written")
    await still_laid(place, ada)


@pytest.mark.usefixtures("hasty")
async def test_a_prompt_that_shows_only_an_end_may_hide_what_a_person_wrote(
    place: Delivering, monkeypatch: pytest.MonkeyPatch
) -> None:
    ada, _ = await laid(place)
    monkeypatch.setattr("muxer.fleet.pasting.may_hide_more", lambda _text, look: look == ">careful")
    await writes_there(place, ada)
    erases(place, ada)
    await until(lambda: place.house.panes.terminals[ada.pane].engine.lines()[1].endswith("l"), "what was written")
    await still_laid(place, ada)


async def test_what_is_laid_before_one_that_does_not_read_is_not_laid_again(place: Delivering) -> None:
    ada = await place.agent(cli=small_cli(keys=Keys(delay=0.3, confirm=10.0)))
    number = await place.inbox.put(ada, "careful")
    os.kill(place.house.panes.living[ada.pane].pid, signal.SIGSTOP)
    await until(lambda: place.house.custody.dictation.last(ada.pane), "the text")
    place.states[ada.pane] = Verdict(state="limited", draft=False)
    await until(lambda: "its text is in the prompt" in place.inbox.waiting(ada.pane)[0].reason)
    del place.states[ada.pane]
    place.inbox.heed(ada.pane)
    await until(lambda: (last := place.house.custody.dictation.last(ada.pane)) and last.enters, "its Enter")
    os.kill(place.house.panes.living[ada.pane].pid, signal.SIGCONT)
    await place.inbox.left(number)
    assert place.prompts() == ["careful"]


async def test_an_enter_of_another_host_is_not_taken_to_have_worked_by_an_empty_prompt(place: Delivering) -> None:
    ada = await place.agent("loses", cli=small_cli(keys=Keys(delay=0.02, confirm=0.3)))
    pid = place.house.panes.living[ada.pane].pid
    os.kill(pid, signal.SIGSTOP)
    number = await place.inbox.put(ada, "hello")
    await until(lambda: (last := place.house.custody.dictation.last(ada.pane)) and last.enters, "its Enter")
    await place.next_host()
    os.kill(pid, signal.SIGCONT)
    await place.inbox.left(number)
    assert await place.state(number) == ("failed", "it did not show that it took the text")
