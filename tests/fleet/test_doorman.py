"""The door that a text may go through now, by what is so of an agent in a real pty."""

import os
import signal
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from muxer.agents.spec import Door
from muxer.fleet.agent import Agent
from muxer.fleet.doorman import Doorman
from muxer.model import Verdict
from tests.fleet.delivering import Delivering, delivering_in, small_cli
from tests.house import until

FILE = Door(kind="file", file="{folder}/in", body='{"text": {text}}')


@pytest.fixture
async def place(tmp_path: Path) -> AsyncIterator[Delivering]:
    async with delivering_in(tmp_path) as made:
        yield made


def doorman(place: Delivering) -> Doorman:
    return place.inbox._doorman


def pid(place: Delivering, agent: Agent) -> int:
    return place.house.panes.living[agent.pane].pid


async def test_what_was_shut_is_passed_by_until_the_agent_is_heard_of(place: Delivering, tmp_path: Path) -> None:
    place.inbox.folder_of = lambda _agent: str(tmp_path)
    ada = await place.agent(cli=small_cli(FILE))
    assert doorman(place).chosen(ada)[0] == FILE
    doorman(place).shut(ada.pane, "file")
    assert doorman(place).chosen(ada)[0] == Door(kind="keys")
    doorman(place).forget(ada.pane)
    assert doorman(place).chosen(ada)[0] == FILE


async def test_a_door_whose_words_nobody_knows_is_shut(place: Delivering) -> None:
    ada = await place.agent(cli=small_cli(FILE))
    assert doorman(place).chosen(ada)[0] == Door(kind="keys")


async def test_what_came_between_turns_a_text_away(place: Delivering) -> None:
    ada = await place.agent()
    door = Door(kind="keys")
    assert not doorman(place).turns_away(ada, door, [])
    assert doorman(place).why(ada) == ""
    place.states[ada.pane] = Verdict(state="waiting", words="Allow?")
    assert doorman(place).turns_away(ada, door, [])
    assert doorman(place).blocked(ada) == doorman(place).why(ada) == "it waits for you: Allow?"
    assert doorman(place).facts(ada, verdict=Verdict(state="idle")).verdict.state == "idle"


async def test_keys_that_were_not_read_hold_text_even_if_it_draws(place: Delivering) -> None:
    ada = await place.agent()
    pane = place.house.panes.living[ada.pane]
    os.kill(pane.pid, signal.SIGUSR1)
    place.types(ada, "half")
    typed_at = place.inbox._drafts.wrote_at(ada.pane)
    await until(lambda: pane.heard_at > typed_at, "a picture after the keys")
    assert place.look(ada).draft is False
    assert doorman(place).why(ada) == "it does not read what is typed"
    os.kill(pane.pid, signal.SIGUSR1)
    await until(lambda: doorman(place).why(ada) == "you have a draft in its prompt")


async def test_keys_that_were_not_drawn_are_a_draft(place: Delivering) -> None:
    ada = await place.agent()
    os.kill(pid(place, ada), signal.SIGSTOP)
    place.types(ada, "half")
    assert place.look(ada).draft is False
    assert doorman(place).why(ada) == "you have a draft in its prompt"
    place.types(ada, "\x15")
    os.kill(pid(place, ada), signal.SIGCONT)
    await until(lambda: doorman(place).why(ada) == "you are typing", "an empty prompt")


async def test_a_pane_that_is_gone_has_no_door(place: Delivering) -> None:
    ada = await place.agent()
    await place.house.panes.forget(place.house.panes.living[ada.pane])
    assert doorman(place).why(ada) == "its program is gone"
    assert doorman(place).chosen(ada)[0] is None
