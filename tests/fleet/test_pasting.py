"""A paste and its Enter: what people type meanwhile, what comes between, and what shows that it was taken."""

import asyncio
import os
import signal
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from muxer.agents.spec import Keys
from muxer.errors import UsageError
from muxer.events import Warned
from muxer.model import Verdict
from tests.fleet.delivering import Delivering, delivering_in, small_cli
from tests.house import until


@pytest.fixture
async def place(tmp_path: Path) -> AsyncIterator[Delivering]:
    async with delivering_in(tmp_path) as made:
        yield made


async def test_what_people_type_meanwhile_is_neither_lost_nor_inside(place: Delivering) -> None:
    ada = await place.agent(cli=small_cli(keys=Keys(delay=0.3, confirm=3.0)))
    number = await place.inbox.put(ada, "x" * 200_000)
    terminal = place.house.panes.terminals[ada.pane]
    await until(lambda: terminal._pty._is_held, "a hold of all keys")
    while place.inbox.waiting(ada.pane):
        place.types(ada, "k")
        await asyncio.sleep(0.01)
    await place.inbox.left(number)
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
    with pytest.raises(UsageError, match="is being typed"):
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
