"""Text arrives once and whole: into a small agent in a real pty, typed by a real keeper."""

import os
import signal
from dataclasses import replace
from pathlib import Path

import pytest

from muxer.agents.spec import Door, Keys
from muxer.errors import UnknownName, UsageError
from muxer.fleet.agent import Agent
from muxer.fleet.ledger import EARLY
from muxer.store.inbox import add_notes, begin_typing
from muxer.store.messages import add_messages
from muxer.talk import Message
from tests.fleet.delivering import Delivering, small_cli
from tests.house import until


async def test_a_text_is_typed_and_taken(place: Delivering) -> None:
    ada = await place.agent()
    number = await place.inbox.put(ada, "look at\nthe tests")
    await place.inbox.left(number)
    assert place.prompts() == ["look at\nthe tests"]
    _, steps = await place.inbox.trace(number)
    assert [what for _, what, _ in steps] == ["typing", "submitted"]
    assert place.inbox.waiting(ada.pane) == []


async def test_what_a_peer_says_is_framed(place: Delivering) -> None:
    ada = await place.agent()
    bob = await place.agent(name="bob")
    bob.circle = "api"
    number = await place.inbox.put(ada, "!reboot", sender="bob")
    await place.inbox.left(number)
    assert place.prompts() == [f"[from bob, circle api, note {number}]\n!reboot\n[end of note {number}]"]


async def test_revis_09_a_draft_is_left_alone(place: Delivering) -> None:
    ada = await place.agent()
    place.types(ada, "half a th")
    number = await place.inbox.put(ada, "news")
    await until(lambda: place.inbox.waiting(ada.pane)[0].state == "held")
    assert place.inbox.reason(ada) == "you have a draft in its prompt"
    place.types(ada, "ought", sends=True)
    assert await place.prompted(1) == ["half a thought"]
    await place.inbox.urge(number)  # or it would be quiet for three seconds first
    assert await place.prompted(2) == ["half a thought", "news"]


async def test_a_draft_that_was_taken_back_holds_nothing(place: Delivering) -> None:
    ada = await place.agent()
    place.types(ada, "no")
    await until(lambda: place.look(ada).draft, "the draft")
    number = await place.inbox.put(ada, "news")
    place.house.panes.terminals[ada.pane].write(b"\x15")
    await until(lambda: place.look(ada).draft is False, "an empty prompt")
    await place.inbox.left(number)
    assert place.prompts() == ["news"]


async def test_revis_09_a_question_is_never_typed_into_even_when_urged(place: Delivering) -> None:
    ada = await place.agent()
    place.house.panes.terminals[ada.pane].write(b"\x01")
    await until(lambda: place.look(ada).state == "waiting", "the question")
    number = await place.inbox.put(ada, "1")
    await place.inbox.urge(number)
    await until(lambda: place.inbox.waiting(ada.pane)[0].reason == "it waits for you: Allow this?")
    assert place.lines() == []
    place.house.panes.terminals[ada.pane].write(b"1")
    await place.inbox.left(number)
    assert place.lines() == [{"approved": "1"}, {"prompt": "1"}]


async def test_an_agent_that_works_gets_it_afterwards_unless_urged(place: Delivering) -> None:
    ada = await place.agent()
    await place.inbox.left(await place.inbox.put(ada, "work on it"))
    first = await place.inbox.put(ada, "first")
    await until(lambda: place.inbox.waiting(ada.pane)[0].reason == "it works")
    second = await place.inbox.put(ada, "second")
    await place.inbox.urge(second)
    await place.inbox.left(second)
    assert place.prompts() == ["work on it", "second"], "who is urged is typed alone"
    place.house.panes.terminals[ada.pane].write(b"\x1a")
    await place.inbox.left(first)
    assert place.prompts() == ["work on it", "second", "first"]


async def test_several_that_wait_go_in_as_one(place: Delivering) -> None:
    ada = await place.agent()
    place.inbox.mute(ada, muted=True)
    numbers = [await place.inbox.put(ada, f"news {n}", sender="bob" if n else "") for n in range(3)]
    await until(lambda: [note.reason for note in place.inbox.waiting(ada.pane)] == ["it is muted"] * 3)
    place.inbox.mute(ada, muted=False)
    for number in numbers:
        await place.inbox.left(number)
    (prompt,) = place.prompts()
    assert prompt.startswith("news 0\n\n[from bob, note 2]\nnews 1\n[end of note 2]\n\n[from bob, note 3]")
    assert [(await place.inbox.trace(number))[0].digest for number in numbers] == [numbers[0]] * 3


async def test_no_other_program_gets_it(place: Delivering) -> None:
    house = place.house
    ada = await place.agent()
    place.agents[ada.pane] = other = Agent(ada.id, ada.pane, small_cli(), token="", folder="/", spawned_at=0)
    object.__setattr__(other, "cli", replace(small_cli(), binary=("elsewhere",)))
    living = house.panes.living[ada.pane]
    living.pid, pid = 1, living.pid
    number = await place.inbox.put(other, "hello")
    await until(lambda: place.inbox.waiting(ada.pane)[0].reason.endswith("is in front of it"))
    await place.inbox.urge(number)
    living.pid = pid
    await place.inbox.left(number)
    assert place.prompts() == ["hello"]


async def test_an_agent_that_ended_keeps_its_notes_for_the_next_program(place: Delivering) -> None:
    ada = await place.agent()
    pane = place.house.panes.living[ada.pane]
    await place.house.panes.stop(pane)
    number = await place.inbox.put(ada, "hello")
    await until(lambda: "its program" in place.inbox.waiting(ada.pane)[0].reason)
    await place.house.panes.restart(pane)
    await place.inbox.left(number)
    assert place.prompts() == ["hello"]


async def test_a_pane_that_is_closed_takes_its_notes_along(place: Delivering) -> None:
    ada = await place.agent()
    place.inbox.mute(ada, muted=True)
    number = await place.inbox.put(ada, "hello")
    await place.house.panes.forget(place.house.panes.living[ada.pane])
    del place.agents[ada.pane]
    place.inbox.heed(ada.pane)
    await place.inbox.left(number)
    assert await place.state(number) == ("failed", "its pane is gone")


async def test_a_note_can_be_changed_and_cancelled_while_it_waits(place: Delivering) -> None:
    ada = await place.agent()
    place.inbox.mute(ada, muted=True)
    first, second = [await place.inbox.put(ada, text) for text in ("one", "two")]
    await place.inbox.edit(first, "other")
    await place.inbox.cancel(second)
    place.inbox.mute(ada, muted=False)
    await place.inbox.left(first)
    assert place.prompts() == ["other"]
    assert await place.state(second) == ("cancelled", "")
    with pytest.raises(UsageError, match=f"muxer trace {second}"):
        await place.inbox.edit(second, "late")
    with pytest.raises(UsageError, match="nothing in that text"):
        await place.inbox.put(ada, "  ")
    with pytest.raises(UnknownName):
        await place.inbox.trace(99)


# doors


async def test_the_hook_at_a_turns_end_is_given_all_that_waits(place: Delivering) -> None:
    ada = await place.agent(cli=small_cli(Door(kind="turn-end")))
    assert place.inbox.offer(ada) == ""
    await place.inbox.left(await place.inbox.put(ada, "work on it"))
    place.hook(ada, "prompted", "work on it")
    numbers = [await place.inbox.put(ada, text, sender="bob") for text in ("one", "two")]
    await until(lambda: place.inbox.waiting(ada.pane)[1].reason == "it gets this when its turn ends")
    text = place.inbox.offer(ada)
    assert "one" in text
    assert text.endswith(f"two\n[end of note {numbers[1]}]")
    assert place.inbox.offer(ada) == "", "only once"
    place.hook(ada, "tool")
    assert await place.state(numbers[0]) == ("seen", "")
    assert place.prompts() == ["work on it"]


async def said(place: Delivering, agent: Agent, text: str, *, speaker: str = "a9") -> int:
    """What a peer says, as a note that waits."""
    number = len(place.inbox.waiting(agent.pane)) + 100 * agent.id
    message = Message(
        id=number, kind="note", sender=speaker, sender_name="bob", recipient=f"a{agent.id}", recipient_name="ada",
        text=text, sent_at=1.0, circle="api",
    )  # fmt: skip
    note = place.inbox.draft(agent, text, sender="bob", said=message)
    store = place.house.stores[-1]
    await store.ask(add_messages, [message], "", lambda connection, _: add_notes(connection, [note]))
    place.inbox.take(note)
    return note.id


def holding(place: Delivering, *reasons: str) -> None:
    """A person holds what peers say, or not any more."""
    place.inbox.notes.keeps_back = lambda _note: "".join(reasons)
    place.inbox.heed_all()


async def test_what_is_held_waits_and_lets_the_rest_pass(place: Delivering) -> None:
    holding(place, "you hold it")
    ada = await place.agent()
    held = await said(place, ada, "from a peer")
    assert place.inbox.notes.bringing(100 * ada.id) == held
    await place.inbox.left(await place.inbox.put(ada, "from you"))
    await until(lambda: [note.reason for note in place.inbox.waiting(ada.pane)] == ["you hold it"])
    assert place.prompts() == ["from you"]
    holding(place)
    await place.inbox.left(held)
    assert place.prompts()[1].startswith("[from bob")
    assert place.inbox.notes.bringing(100 * ada.id) is None


async def test_a_person_may_have_one_in_that_is_held(place: Delivering) -> None:
    holding(place, "you hold it")
    ada = await place.agent()
    first, second = [await said(place, ada, text) for text in ("first", "second")]
    await place.inbox.urge(second)
    await place.inbox.left(second)
    assert [note.id for note in place.inbox.waiting(ada.pane)] == [first]


async def test_the_next_host_holds_what_peers_said_until_it_knows_whether_to(place: Delivering) -> None:
    holding(place, "you hold it")
    ada = await place.agent()
    number = await said(place, ada, "from a peer")
    await place.next_host()
    (note,) = place.inbox.waiting(ada.pane)
    assert (note.speaker, note.message, note.circle, note.kind) == ("a9", 100 * ada.id, "api", "note")
    await until(lambda: place.inbox.waiting(ada.pane)[0].reason == EARLY)
    holding(place)
    await place.inbox.left(number)
    assert len(place.prompts()) == 1


async def test_an_agent_that_asks_is_handed_what_waits_once(place: Delivering) -> None:
    ada = await place.agent(cli=small_cli(Door(kind="turn-end")))
    assert await place.inbox.read(ada) == ""
    await place.inbox.left(await place.inbox.put(ada, "work on it"))
    place.hook(ada, "prompted", "work on it")
    one, two = [await place.inbox.put(ada, text, sender="bob") for text in ("one", "two")]
    text = await place.inbox.read(ada, "ada-1")
    assert text.endswith(f"two\n[end of note {two}]")
    assert await place.inbox.read(ada, "ada-1") == text, "that request came again"
    assert place.inbox.offer(ada) == ""
    assert (await place.state(one))[0] == "typing"
    place.hook(ada, "tool-ended")
    assert (await place.state(one))[0] in ("submitted", "seen")
    assert await place.inbox.read(ada, "ada-2") == ""
    assert await place.inbox.read(ada, "ada-1") == text
    assert place.prompts() == ["work on it"]


async def test_who_asks_again_has_what_it_was_handed(place: Delivering) -> None:
    ada = await place.agent()
    await place.inbox.left(await place.inbox.put(ada, "work on it"))
    place.hook(ada, "prompted", "work on it")
    number = await place.inbox.put(ada, "one", sender="bob")
    assert "one" in await place.inbox.read(ada, "ada-1")
    more = await place.inbox.put(ada, "more", sender="bob")
    text = await place.inbox.read(ada, "ada-2")
    assert "more" in text
    assert "one" not in text
    assert [(await place.state(note))[0] for note in (number, more)] in (["submitted", "typing"], ["seen", "typing"])


async def test_what_was_read_just_before_a_host_died_is_handed_over_again_for_that_request(place: Delivering) -> None:
    ada = await place.agent()
    await place.inbox.left(await place.inbox.put(ada, "work on it"))
    place.hook(ada, "prompted", "work on it")
    await place.inbox.put(ada, "one", sender="bob")
    text = await place.inbox.read(ada, "ada-1")
    await place.next_host()
    assert await place.inbox.read(ada, "ada-1") == text
    assert place.prompts() == ["work on it"]


async def test_an_agent_whose_hooks_do_not_speak_has_what_it_read(place: Delivering) -> None:
    ada = await place.agent()
    await place.inbox.left(await place.inbox.put(ada, "work on it"))
    number = await place.inbox.put(ada, "one", sender="bob")
    await until(lambda: place.inbox.waiting(ada.pane)[0].reason == "it works")
    assert "one" in await place.inbox.read(ada)
    assert (await place.state(number))[0] in ("submitted", "seen")
    place.inbox.mute(ada, muted=True)
    await place.inbox.put(ada, "two", sender="bob")
    assert await place.inbox.read(ada) == "", "it is muted"


async def test_a_door_leaves_the_draft_alone_and_a_shut_one_is_passed_by(place: Delivering, tmp_path: Path) -> None:
    file = tmp_path / "in.jsonl"
    ada = await place.agent(f"door:{file}", cli=small_cli(Door(kind="file", file=str(file), body='{"text": {text}}')))
    place.types(ada, "draft")
    await place.inbox.put(ada, 'a "b"\nc')
    await place.prompted(1)
    place.hook(ada, "prompted", 'a "b"\nc')
    assert place.inbox.waiting(ada.pane) == []
    assert file.read_text() == '{"text": "a \\"b\\"\\nc"}\n'
    file.rename(tmp_path / "old")
    file.symlink_to(tmp_path / "old")
    number = await place.inbox.put(ada, "more")
    await until(lambda: place.inbox.waiting(ada.pane)[0].reason == "you have a draft in its prompt")
    _, steps = await place.inbox.trace(number)
    assert any("cannot be written" in detail for _, _, detail in steps)


# the next host


async def test_what_waits_outlives_the_host(place: Delivering) -> None:
    ada = await place.agent()
    place.inbox.mute(ada, muted=True)
    number = await place.inbox.put(ada, "hello")
    ada.muted = False
    await place.next_host()
    await place.inbox.left(number)
    assert place.prompts() == ["hello"]
    assert await place.inbox.put(ada, "again") == number + 1


@pytest.mark.parametrize("enters", [0, 1])
async def test_a_host_that_dies_while_it_types_loses_and_repeats_nothing(place: Delivering, enters: int) -> None:
    ada = await place.agent(cli=small_cli(keys=Keys(delay=0.3, confirm=30.0)))
    if enters:
        os.kill(place.house.panes.living[ada.pane].pid, signal.SIGSTOP)
    text = "hello" if enters else "hello" * 5000
    number = await place.inbox.put(ada, text)

    def came_so_far() -> bool:
        last = place.house.custody.dictation.last(ada.pane)
        return last is not None and last.enters >= enters

    await until(came_so_far, "the typing")
    await place.next_host()
    os.kill(place.house.panes.living[ada.pane].pid, signal.SIGCONT)
    await place.inbox.left(number)
    assert (await place.state(number))[0] in ("submitted", "seen")
    assert await place.prompted(1) == [text]


async def test_what_a_program_was_given_whole_before_it_ended_beside_its_host_is_not_typed_again(
    place: Delivering,
) -> None:
    ada = await place.agent(cli=small_cli(keys=Keys(delay=0.02, confirm=30.0)))
    pid = place.house.panes.living[ada.pane].pid
    os.kill(pid, signal.SIGSTOP)
    number = await place.inbox.put(ada, "hello")
    await until(lambda: (last := place.house.custody.dictation.last(ada.pane)) and last.enters, "its Enter")
    place.inbox.stop()
    os.kill(pid, signal.SIGKILL)
    await place.next_host()
    await place.inbox.left(number)
    assert (await place.state(number))[0] == "failed"


async def test_a_host_that_dies_before_the_first_byte_types_it_once(place: Delivering) -> None:
    ada = await place.agent()
    place.inbox.mute(ada, muted=True)
    number = await place.inbox.put(ada, "hello")
    await until(lambda: place.inbox.waiting(ada.pane)[0].reason == "it is muted")
    await place.house.stores[-1].ask(begin_typing, [number], "keys")
    ada.muted = False
    await place.next_host()
    await place.inbox.left(number)
    assert place.prompts() == ["hello"]


async def test_a_keeper_that_dies_meanwhile_is_told(place: Delivering) -> None:
    ada = await place.agent(cli=small_cli(keys=Keys(delay=0.4, confirm=0.3)))
    number = await place.inbox.put(ada, "hello")
    await until(lambda: place.look(ada).draft, "the text in the prompt")
    os.kill(place.house.custody.keeper_pid, signal.SIGKILL)
    await place.inbox.left(number)
    assert (await place.state(number))[0] == "failed"
    assert place.prompts() == []
