"""What an agent was given has not arrived until it says so, or shows it."""

import json
import os
import signal
import sys
from dataclasses import replace
from pathlib import Path
from time import time

import pytest

from muxer.agents.spec import Door, Hooks
from muxer.events import Warned
from muxer.fleet import doors, pasting, receipts
from muxer.fleet.agent import Agent
from muxer.fleet.receipts import UNSURE
from muxer.model import Verdict
from muxer.store.inbox import begin_typing
from tests.fleet.delivering import Delivering, small_cli
from tests.house import until

NEVER = "its file door took it and it never showed: look, then send it again or not"
SPEAKS = Hooks(format="none", events={"Prompt": "prompted"})


@pytest.fixture
def door(tmp_path: Path) -> Door:
    return Door(kind="file", file=str(tmp_path / "in.jsonl"), body='{"text": {text}}', while_working=True)


def reads(door: Door) -> str:
    return f"door:{door.file}"


def impatient(monkeypatch: pytest.MonkeyPatch, seconds: float = 0.2) -> None:
    monkeypatch.setattr(receipts, "PATIENCE", seconds)


async def given(place: Delivering, agent: Agent, way: str = "its file door") -> None:
    why = f"given to {way}; not confirmed yet"
    await until(lambda: [note.reason for note in place.inbox.waiting(agent.pane)][:1] == [why], why)


async def considered(place: Delivering, agent: Agent) -> None:
    """It was looked at once more."""
    place.inbox.heed(agent.pane)
    handle = place.inbox._due[agent.pane]
    await until(lambda: place.inbox._due.get(agent.pane) is not handle, "a look")


async def test_what_never_shows_has_failed_and_is_not_typed_again(
    place: Delivering, door: Door, monkeypatch: pytest.MonkeyPatch
) -> None:
    impatient(monkeypatch)
    ada = await place.agent(cli=small_cli(door))
    number = await place.inbox.put(ada, "hello")
    await given(place, ada)
    await until(lambda: place.inbox.reason(ada) == "given to its file door; not confirmed yet")
    await place.inbox.left(number)
    assert await place.state(number) == ("failed", NEVER)
    assert [event for event in place.told if isinstance(event, Warned)]
    assert len(Path(door.file).read_text().splitlines()) == 1
    assert place.prompts() == []


async def test_what_was_given_up_is_believed_when_it_is_told_late(
    place: Delivering, door: Door, monkeypatch: pytest.MonkeyPatch
) -> None:
    impatient(monkeypatch)
    ada = await place.agent(cli=small_cli(door))
    numbers = [await place.inbox.put(ada, "hello")]
    await place.inbox.left(numbers[0])
    numbers.append(await place.inbox.put(ada, "another"))
    await place.inbox.left(numbers[1])
    place.hook(ada, "prompted", "neither")
    place.hook(ada, "prompted", "hello")
    assert [(await place.state(number))[0] for number in numbers] == ["seen", "failed"]
    place.hook(ada, "prompted", "another")
    assert (await place.state(numbers[1]))[0] == "seen"


async def test_a_turn_or_the_text_on_the_screen_is_enough_where_no_hook_speaks(place: Delivering, door: Door) -> None:
    ada = await place.agent(reads(door), cli=small_cli(door))
    for text in ("hello", "hello", "work on it"):
        number = await place.inbox.put(ada, text)
        await place.inbox.left(number)
        assert (await place.state(number))[0] in ("submitted", "seen")
    assert place.prompts() == ["hello", "hello", "work on it"]


async def test_a_turn_that_was_on_already_says_nothing(
    place: Delivering, door: Door, monkeypatch: pytest.MonkeyPatch
) -> None:
    impatient(monkeypatch, 0.0)
    ada = await place.agent(reads(door), cli=small_cli(door))
    place.types(ada, "work", sends=True)
    await until(lambda: place.look(ada).state == "working", "its turn")
    number = await place.inbox.put(ada, "hello")
    await given(place, ada)
    await considered(place, ada)
    assert place.inbox.waiting(ada.pane), "neither arrived nor given up: it works"
    impatient(monkeypatch, 20.0)
    place.house.panes.terminals[ada.pane].write(b"\x1a")
    await place.inbox.left(number)
    assert (await place.state(number))[0] in ("submitted", "seen")
    assert place.prompts() == ["work", "hello"]


async def test_a_hook_that_names_prompts_is_waited_for(place: Delivering, door: Door) -> None:
    ada = await place.agent(reads(door), cli=replace(small_cli(door), hooks=SPEAKS))
    place.hook(ada, "started")
    number = await place.inbox.put(ada, "work on it")
    await place.prompted(1)
    await given(place, ada)
    await until(lambda: place.look(ada).state == "working", "its turn")
    await considered(place, ada)
    assert place.inbox.waiting(ada.pane)
    place.hook(ada, "prompted", "what a person sent")
    assert place.inbox.waiting(ada.pane)
    place.hook(ada, "prompted", "work on it")
    assert (await place.state(number))[0] == "seen"


async def test_a_hook_may_be_faster_than_the_door(place: Delivering, tmp_path: Path) -> None:
    begun, done = tmp_path / "begun", tmp_path / "done"
    waits = f"import os, time; open({str(begun)!r}, 'w')\nwhile not os.path.exists({str(done)!r}): time.sleep(0.01)"
    ada = await place.agent(cli=small_cli(Door(kind="command", argv=("-c", waits))))
    number = await place.inbox.put(ada, "hello")
    await until(begun.exists, "the command")
    place.hook(ada, "prompted", "hello")
    assert (await place.state(number))[0] == "seen"
    done.touch()
    await until(lambda: ada.pane not in place.inbox._tasks, "the end of the command")
    assert (await place.state(number))[0] == "seen"


async def test_a_door_in_doubt_is_waited_for_too(place: Delivering, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(doors, "PATIENCE", 0.2)
    impatient(monkeypatch)
    stalls = Door(kind="command", argv=("-c", "import signal; signal.pause()"))
    ada = await place.agent(cli=small_cli(stalls))
    number = await place.inbox.put(ada, "hello")
    await given(place, ada, "its command door")
    await place.inbox.left(number)
    state, why = await place.state(number)
    assert state == "failed"
    assert "did not end" in why
    assert Path(sys.executable).name in why


async def test_a_draft_is_still_one_when_another_text_came_by_a_door(place: Delivering, door: Door) -> None:
    ada = await place.agent(cli=small_cli(door))
    place.types(ada, "half")
    await place.inbox.put(ada, "hello")
    await given(place, ada)
    place.hook(ada, "prompted", "hello")
    assert place.inbox._drafts.wrote(ada.pane)
    place.hook(ada, "prompted", "half")
    assert not place.inbox._drafts.wrote(ada.pane)


async def test_a_program_that_ends_takes_it_along(place: Delivering, door: Door) -> None:
    ada = await place.agent(cli=small_cli(door))
    number = await place.inbox.put(ada, "hello")
    await given(place, ada)
    await place.house.panes.stop(place.house.panes.living[ada.pane])
    place.inbox.heed(ada.pane)
    await place.inbox.left(number)
    assert await place.state(number) == ("failed", "its program ended before it showed that it has the text")


async def test_what_the_hook_at_a_turns_end_was_given_fails_if_it_does_not_go_on(
    place: Delivering, monkeypatch: pytest.MonkeyPatch
) -> None:
    impatient(monkeypatch)
    ada = await place.agent(cli=small_cli(Door(kind="turn-end")))
    place.inbox.mute(ada, muted=True)
    number = await place.inbox.put(ada, "hello")
    await until(lambda: place.inbox.waiting(ada.pane)[0].state == "held")
    ada.muted = False
    assert place.inbox.offer(ada) == "hello"
    place.hook(ada, "ended")
    place.hook(ada, "prompted", "what a person sent")
    await place.inbox.left(number)
    state, why = await place.state(number)
    assert (state, why.partition(" took it")[0]) == ("failed", "the hook at the end of its turn")


async def test_one_that_has_what_it_was_given_is_left_to_begin(
    place: Delivering, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pasting, "SETTLING", 30.0)
    ada = await place.agent(cli=small_cli(Door(kind="turn-end")))
    place.inbox.mute(ada, muted=True)
    await place.inbox.put(ada, "hello")
    await until(lambda: place.inbox.waiting(ada.pane)[0].state == "held")
    place.inbox.mute(ada, muted=False)
    assert place.inbox.offer(ada) == "hello"
    place.hook(ada, "tool")
    assert place.inbox.waiting(ada.pane) == []
    await place.inbox.put(ada, "another")
    await considered(place, ada)
    assert place.inbox._tasks == {}
    place.states[ada.pane] = ada.verdict = Verdict(state="idle", since=time())
    place.inbox.heed(ada.pane)
    assert await place.prompted(1) == ["another"]


# the next host


async def handed_by_a_host_that_died(place: Delivering, way: str, door: Door, *words: str) -> tuple[Agent, int]:
    ada = await place.agent(*words, cli=small_cli(door))
    place.inbox.mute(ada, muted=True)
    number = await place.inbox.put(ada, "hello")
    await until(lambda: place.inbox.waiting(ada.pane)[0].reason == "it is muted")
    await place.house.stores[-1].ask(begin_typing, [number], way)
    ada.muted = False
    await place.next_host()
    return ada, number


async def test_what_another_host_handed_over_is_doubted_and_not_given_again(
    place: Delivering, door: Door, monkeypatch: pytest.MonkeyPatch
) -> None:
    impatient(monkeypatch)
    ada, number = await handed_by_a_host_that_died(place, "its file door", door)
    await place.inbox.left(number)
    assert await place.state(number) == ("failed", UNSURE)
    assert not Path(door.file).exists()
    place.hook(ada, "prompted", "hello")
    assert (await place.state(number))[0] == "seen"


async def test_what_another_host_handed_over_may_still_be_told(place: Delivering, door: Door) -> None:
    ada, number = await handed_by_a_host_that_died(place, "its file door", door)
    await given(place, ada)
    place.hook(ada, "prompted", "hello")
    assert (await place.state(number))[0] == "seen"


async def test_a_turn_that_the_next_host_finds_shows_it_only_where_none_was_on(place: Delivering, door: Door) -> None:
    ada, number = await handed_by_a_host_that_died(place, "its file door", replace(door, while_working=False))
    place.states[ada.pane] = Verdict(state="working", since=1.0)
    place.inbox.heed(ada.pane)
    await place.inbox.left(number)
    assert (await place.state(number))[0] in ("submitted", "seen")
    del place.states[ada.pane]
    bob = await place.agent(name="bob", cli=small_cli(door))
    place.inbox.mute(bob, muted=True)
    number = await place.inbox.put(bob, "hello")
    await until(lambda: place.inbox.waiting(bob.pane)[0].reason == "it is muted")
    await place.house.stores[-1].ask(begin_typing, [number], "its file door")
    place.states[bob.pane] = Verdict(state="working", since=1.0)
    await place.next_host()
    await given(place, bob)
    await considered(place, bob)
    assert place.inbox.waiting(bob.pane)


async def test_what_stood_on_the_screen_before_the_next_host_says_nothing(
    place: Delivering, door: Door, monkeypatch: pytest.MonkeyPatch
) -> None:
    impatient(monkeypatch)
    ada = await place.agent(cli=small_cli(door))
    place.types(ada, "hello", sends=True)
    await place.prompted(1)
    place.inbox.mute(ada, muted=True)
    number = await place.inbox.put(ada, "hello")
    await until(lambda: place.inbox.waiting(ada.pane)[0].reason == "it is muted")
    await place.house.stores[-1].ask(begin_typing, [number], "its file door")
    await place.next_host()
    await place.inbox.left(number)
    assert (await place.state(number))[0] == "failed"


async def test_a_program_that_is_not_there_any_more_cannot_show_it(place: Delivering, door: Door) -> None:
    ada = await place.agent(cli=small_cli(door))
    number = await place.inbox.put(ada, "hello")
    await given(place, ada)
    os.kill(place.house.panes.living[ada.pane].pid, signal.SIGKILL)
    await until(lambda: place.house.panes.living[ada.pane].exit, "its end")
    await place.next_host()
    assert await place.state(number) == ("failed", UNSURE)
    assert json.loads(Path(door.file).read_text())["text"] == "hello"
