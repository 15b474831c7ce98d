"""Asks between peers of a real mesh, each outcome once for both sides. `repowire_NN` are its defects by number."""

import asyncio
from collections.abc import Callable
from typing import Any

import pytest

from muxer.errors import MuxerError, UnknownName, UsageError
from muxer.mesh import docket
from muxer.talk import Ask
from tests.house import until
from tests.mesh.meeting import Meeting, Place


@pytest.fixture
def hasty(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nobody comes again for an answer."""
    monkeypatch.setattr(docket, "GRACE", 0.02)


async def test_an_answer_goes_to_the_call_that_waits_and_nowhere_else(mesh: Meeting) -> None:
    ada, bob = await mesh.guest("ada"), await mesh.guest("bob")
    found = await mesh.answered(ada, bob, "which port?", "8080")
    assert (found.outcome, found.answer, found.by) == ("answered", "8080", "reply")
    assert found.told_at
    assert mesh.unread(ada) == []
    assert mesh.unread(bob) == [], "who answered need not be asked any more"
    assert mesh.outcomes(found.id) == ["open", "answered"]


async def test_an_answer_that_nobody_waits_for_comes_as_a_message(mesh: Meeting) -> None:
    ada, bob = await mesh.guest("ada"), await mesh.guest("bob")
    asked = await mesh.asks.ask(ada, bob, "which port?", waits=False)
    assert asked.deadline_at == 0
    await mesh.asks.reply(bob, asked.id, "8080")
    await until(lambda: mesh.unread(ada), "the answer")
    (message,) = await mesh.post.read(ada)
    assert (message.kind, message.reply_to, message.text) == ("reply", asked.id, "8080")
    assert (await mesh.asks.find(asked.id)).told_at
    assert mesh.unread(ada) == []


async def test_repowire_19_interleaved_asks_are_matched_by_their_numbers(mesh: Meeting) -> None:
    ada, bob, cyd = [await mesh.guest(name) for name in ("ada", "bob", "cyd")]
    first = await mesh.asks.ask(ada, cyd, "first?")
    second = await mesh.asks.ask(bob, cyd, "second?")
    third = await mesh.asks.ask(ada, cyd, "third?", waits=False)
    with pytest.raises(UsageError, match=rf"3 answers .* {first.id} \(ada\), {second.id} \(bob\), {third.id} \(ada\)"):
        await mesh.asks.reply(cyd, None, "to whom?")
    for ask, text in ((third, "3"), (second, "2"), (first, "1")):
        await mesh.asks.reply(cyd, ask.id, text)
    assert (await mesh.asks.outcome(first.id, ada)).answer == "1"
    assert (await mesh.asks.outcome(second.id, bob)).answer == "2"
    assert (await mesh.asks.outcome(third.id, ada)).answer == "3"


async def test_without_a_number_the_only_one_is_answered(mesh: Meeting) -> None:
    ada, bob = await mesh.guest("ada"), await mesh.guest("bob")
    asked = await mesh.asks.ask(ada, bob, "?")
    assert mesh.asks.open_to(bob.id) == mesh.asks.open_from(ada.id) == [asked]
    assert (await mesh.asks.reply(bob, None, "!")).id == asked.id
    assert mesh.asks.open_to(bob.id) == []
    with pytest.raises(UsageError, match="nobody waits"):
        await mesh.asks.reply(bob, None, "!")


async def test_repowire_17_nobody_answers_for_another(mesh: Meeting) -> None:
    ada, bob, eve = [await mesh.guest(name) for name in ("ada", "bob", "eve")]
    asked = await mesh.asks.ask(ada, bob, "?")
    for other in (eve, ada, mesh.person):
        with pytest.raises(UsageError, match="put to bob: nobody else"):
            await mesh.asks.reply(other, asked.id, "lies")
    with pytest.raises(UsageError, match="none of yours"):
        await mesh.asks.outcome(asked.id, eve)
    with pytest.raises(UsageError, match="none of yours"):
        await mesh.asks.cancel(eve, asked.id)
    with pytest.raises(UnknownName, match=f"did you mean|{asked.id}"):
        await mesh.asks.reply(eve, 77, "?")
    assert (await mesh.asks.outcome(asked.id, mesh.person)).outcome == "open"
    assert mesh.asks.open_to(bob.id) == [asked]


async def test_who_would_wait_for_ever_is_told_for_whom(mesh: Meeting) -> None:
    ada, bob, cyd = [await mesh.guest(name) for name in ("ada", "bob", "cyd")]
    await mesh.asks.ask(ada, bob, "?")
    await mesh.asks.ask(bob, cyd, "?")
    with pytest.raises(UsageError, match="for ever, ada waits for bob, who waits for you: reply"):
        await mesh.asks.ask(cyd, ada, "?")
    assert mesh.asks.open_to(ada.id) == []
    assert (await mesh.asks.ask(cyd, ada, "?", waits=False)).outcome == "open"
    asked = await mesh.asks.ask_many(cyd, [ada, await mesh.guest("dan")], "?")
    assert [ask.answerer_name for ask in asked] == ["dan"], "who can be asked is asked"


async def test_two_that_ask_each_other_at_once_do_not_both_wait(mesh: Meeting) -> None:
    ada, bob = await mesh.guest("ada"), await mesh.guest("bob")
    both = await asyncio.gather(mesh.asks.ask(ada, bob, "?"), mesh.asks.ask(bob, ada, "?"), return_exceptions=True)
    assert [type(one) for one in both] == [Ask, UsageError]


async def test_a_person_at_a_prompt_keeps_nobody_waiting(mesh: Meeting) -> None:
    ada = await mesh.guest("ada")
    asked = await mesh.asks.ask(mesh.person, ada, "?")
    back = await mesh.asks.ask(ada, mesh.person, "which one?")
    assert [message.id for message in mesh.unread(mesh.person)] == [back.id]
    await mesh.asks.reply(mesh.person, back.id, "that one")
    assert (await mesh.asks.outcome(back.id, ada)).answer == "that one"
    await mesh.asks.reply(ada, asked.id, "!")
    assert (await mesh.asks.outcome(asked.id, mesh.person)).answer == "!"


async def test_nobody_asks_itself(mesh: Meeting) -> None:
    ada = await mesh.guest("ada")
    with pytest.raises(MuxerError, match="is you"):
        await mesh.asks.ask(ada, ada, "?")
    with pytest.raises(UsageError, match="nothing in that"):
        await mesh.asks.ask(ada, mesh.person, " ")


# time, and second thoughts


async def test_who_waited_long_enough_goes_on(mesh: Meeting) -> None:
    ada, bob = await mesh.guest("ada"), await mesh.guest("bob")
    asked = await mesh.asks.ask(ada, bob, "?", seconds=0.05)
    found = await mesh.asks.outcome(asked.id, ada)
    assert found.outcome == "expired"
    assert found.reason.startswith("no answer in 0 s")
    assert mesh.asks.open_to(bob.id) == []


@pytest.mark.parametrize("defect", ["repowire_14", "repowire_23"])
async def test_repowire_14_23_a_late_answer_comes_once_as_a_message(defect: str, place: Place) -> None:
    mesh = await place.open()
    ada, bob = await mesh.guest("ada"), await mesh.guest("bob")
    asked = await mesh.asks.ask(ada, bob, "?", seconds=0.02)
    assert (await mesh.asks.outcome(asked.id, ada)).outcome == "expired"
    if defect == "repowire_23":
        mesh = await place.next_host()
    late = await mesh.asks.reply(bob, asked.id, "late")
    assert (late.outcome, late.answer) == ("expired", "late")
    await until(lambda: mesh.unread(ada), "the late answer")
    assert [message.text for message in await mesh.post.read(ada)] == ["late"]
    mesh = await place.next_host()
    assert mesh.unread(ada) == []
    with pytest.raises(UsageError, match="it is answered"):
        await mesh.asks.reply(bob, asked.id, "later still")


async def test_so_long_and_no_longer(mesh: Meeting) -> None:
    ada, bob = await mesh.guest("ada"), await mesh.guest("bob")
    asked = await mesh.asks.ask(ada, bob, "?")
    assert (await mesh.asks.outcome(asked.id, ada, seconds=0.01)).outcome == "open"
    await mesh.asks.reply(bob, asked.id, "!")
    assert (await mesh.asks.outcome(asked.id, ada)).answer == "!"
    assert (await mesh.asks.outcome(asked.id, ada)).answer == "!", "who asks again how it ended is told"


async def test_what_its_asker_does_not_want_any_more_need_not_be_answered(mesh: Meeting) -> None:
    ada, bob = await mesh.guest("ada"), await mesh.guest("bob")
    asked = await mesh.asks.ask(ada, bob, "?")
    assert (await mesh.asks.cancel(ada, asked.id)).outcome == "cancelled"
    await until(lambda: mesh.unread(bob) == [], "a question that is taken back before it is read")
    with pytest.raises(UsageError, match="needs no answer any more, its asker cancelled it"):
        await mesh.asks.reply(bob, asked.id, "!")
    assert (await mesh.asks.cancel(ada, asked.id)).outcome == "cancelled", "twice does no harm"
    assert (await mesh.asks.find(asked.id)).told_at


async def test_who_read_the_question_hears_that_it_is_cancelled(mesh: Meeting) -> None:
    ada, bob = await mesh.guest("ada"), await mesh.guest("bob")
    asked = await mesh.asks.ask(ada, bob, "?")
    await mesh.post.read(bob)
    waiting = asyncio.ensure_future(mesh.asks.outcome(asked.id, ada))
    await asyncio.sleep(0)
    await mesh.asks.cancel(mesh.person, asked.id, "not now")
    assert ((await waiting).outcome, (await waiting).reason) == ("cancelled", "not now")
    await until(lambda: mesh.unread(bob), "word of it")
    (message,) = mesh.unread(bob)
    assert (message.sender_name, message.reply_to) == ("muxer", asked.id)
    assert "needs no answer any more" in message.text


async def test_a_call_that_is_cancelled_while_it_asks_takes_that_back(mesh: Meeting) -> None:
    ada, bob = await mesh.guest("ada"), await mesh.guest("bob")
    asking = asyncio.ensure_future(mesh.asks.ask(ada, bob, "?"))
    await asyncio.sleep(0)
    await asyncio.sleep(0)
    asking.cancel()
    with pytest.raises(asyncio.CancelledError):
        await asking
    await until(lambda: mesh.outcomes(1) == ["open", "cancelled"], "the end of it")
    await until(lambda: mesh.unread(bob) == [], "the end of its question")


@pytest.mark.usefixtures("hasty")
async def test_an_answer_that_came_after_the_call_was_cut_off_comes_as_a_message(mesh: Meeting) -> None:
    ada, bob = await mesh.guest("ada"), await mesh.guest("bob")
    asked = await mesh.asks.ask(ada, bob, "?")
    waiting = asyncio.ensure_future(mesh.asks.outcome(asked.id, ada))
    await asyncio.sleep(0)
    waiting.cancel()
    await asyncio.wait([waiting])
    await mesh.asks.reply(bob, asked.id, "!")
    await until(lambda: mesh.unread(ada), "the answer")
    assert (await mesh.asks.outcome(asked.id, ada)).answer == "!"
    assert mesh.unread(ada) == [], "who asked for it has it, and not twice"


# who goes


async def test_who_asks_somebody_that_goes_learns_it(mesh: Meeting) -> None:
    ada, bob = await mesh.guest("ada"), await mesh.guest("bob")
    asked = await mesh.asks.ask(ada, bob, "?")
    waiting = asyncio.ensure_future(mesh.asks.outcome(asked.id, ada))
    await asyncio.sleep(0)
    mesh.leaves(bob)
    assert ((await waiting).outcome, (await waiting).reason) == ("failed", "bob is gone")


@pytest.mark.usefixtures("hasty")
async def test_who_did_not_wait_learns_it_by_a_message(mesh: Meeting) -> None:
    ada, bob = await mesh.guest("ada"), await mesh.guest("bob")
    asked = await mesh.asks.ask(ada, bob, "?", waits=False)
    mesh.leaves(bob)
    await until(lambda: mesh.unread(ada), "the message")
    (message,) = mesh.unread(ada)
    assert message.text == f"Ask {asked.id} to bob got no answer: bob is gone."
    assert (message.sender, message.reply_to) == ("", asked.id)


async def test_repowire_15_an_answer_to_somebody_that_is_gone_is_refused_and_stored_nowhere(mesh: Meeting) -> None:
    ada, bob = await mesh.guest("ada"), await mesh.guest("bob")
    asked = await mesh.asks.ask(ada, bob, "?")
    await mesh.post.read(bob)
    mesh.leaves(ada)
    for _ in range(2):
        with pytest.raises(UsageError, match="needs no answer any more, its asker is gone"):
            await mesh.asks.reply(bob, asked.id, "!")
    assert (await mesh.asks.find(asked.id)).answer == ""
    await until(lambda: [message.sender_name for message in mesh.unread(bob)] == ["muxer"], "word of it")


async def test_repowire_15_the_same_reply_again_is_one_answer(mesh: Meeting) -> None:
    ada, bob = await mesh.guest("ada"), await mesh.guest("bob")
    asked = await mesh.asks.ask(ada, bob, "?", waits=False)
    for _ in range(2):
        assert (await mesh.asks.reply(bob, asked.id, "!")).answer == "!"
    with pytest.raises(UsageError, match="it is answered"):
        await mesh.asks.reply(bob, asked.id, "something else")
    await until(lambda: mesh.unread(ada), "the answer")
    assert [message.text for message in mesh.unread(ada)] == ["!"]


async def test_of_two_answers_at_once_one_counts(mesh: Meeting) -> None:
    ada, bob = await mesh.guest("ada"), await mesh.guest("bob")
    asked = await mesh.asks.ask(ada, bob, "?", waits=False)
    both = await asyncio.gather(
        *(mesh.asks.reply(bob, asked.id, text) for text in ("one", "two")), return_exceptions=True
    )
    assert [type(one) for one in both] == [Ask, UsageError]
    await until(lambda: [message.text for message in mesh.unread(ada)] == ["one"], "the one")


# several, and much


async def test_repowire_02_many_are_asked_at_once(mesh: Meeting, monkeypatch: pytest.MonkeyPatch) -> None:
    ada = await mesh.guest("ada")
    peers = [await mesh.guest(f"peer{number}") for number in range(20)]
    asked: list[object] = []
    write = mesh.store.ask

    def counted(work: Any, *args: Any, **named: Any) -> Any:
        asked.append(work)
        return write(work, *args, **named)

    monkeypatch.setattr(mesh.store, "ask", counted)
    asks = await mesh.asks.ask_many(ada, peers, "?")
    assert len(asked) == 1, "one step for all"
    assert {ask.many for ask in asks} == {asks[0].id}
    assert [ask.answerer for ask in asks] == [peer.id for peer in peers]
    waiting = asyncio.gather(*(mesh.asks.outcome(ask.id, ada) for ask in asks))
    for peer, ask in zip(peers, asks, strict=True):
        await mesh.asks.reply(peer, ask.id, peer.name)
    assert [ask.answer for ask in await waiting] == [peer.name for peer in peers]


async def test_a_long_answer_is_whole(mesh: Meeting) -> None:
    ada, bob = await mesh.guest("ada"), await mesh.guest("bob")
    answer = "äöü日本✳ " * (1 << 16)
    answer = answer.encode()[: 1 << 20].decode(errors="ignore")
    found = await mesh.answered(ada, bob, "?", answer)
    assert found.answer == answer
    assert (await mesh.asks.find(found.id)).answer == answer


async def test_who_waits_hears_what_is_done_for_it(mesh: Meeting) -> None:
    ada, bob = await mesh.guest("ada"), await mesh.guest("bob")
    asked = await mesh.asks.ask(ada, bob, "?")
    said: list[str] = []
    progress: Callable[[str], None] = said.append
    await mesh.asks.outcome(asked.id, ada, seconds=0.01, progress=progress)
    assert said == [], "of a guest nobody knows what it does"


# hosts that die


async def test_repowire_13_what_was_asked_of_the_last_host_is_answered_by_the_next(place: Place) -> None:
    mesh = await place.open()
    ada, bob = await mesh.guest("ada"), await mesh.guest("bob")
    asked = await mesh.asks.ask(ada, bob, "?", key="talk:1")
    mesh = await place.next_host()
    again = await mesh.asks.ask(ada, bob, "?", key="talk:1")
    assert again == asked
    waiting = asyncio.ensure_future(mesh.asks.outcome(again.id, ada))
    await asyncio.sleep(0)
    await mesh.asks.reply(bob, None, "!")
    assert (await waiting).answer == "!"
    assert mesh.unread(ada) == []


@pytest.mark.usefixtures("hasty")
async def test_who_does_not_come_again_for_its_answer_is_brought_it(place: Place) -> None:
    mesh = await place.open()
    ada, bob = await mesh.guest("ada"), await mesh.guest("bob")
    asked = await mesh.asks.ask(ada, bob, "?", key="talk:1")
    mesh = await place.next_host()
    await mesh.asks.reply(bob, asked.id, "!")
    await until(lambda: [message.text for message in mesh.unread(ada)] == ["!"], "the answer")


async def test_nobody_comes_upon_anothers_ask_by_its_key(mesh: Meeting) -> None:
    ada, bob, eve = [await mesh.guest(name) for name in ("ada", "bob", "eve")]
    asked = await mesh.asks.ask(ada, bob, "a secret?", key="talk:1")
    other = await mesh.asks.ask(eve, bob, "mine", key="talk:1")
    assert other.id != asked.id
    assert other.text == "mine"


async def test_what_ran_out_while_no_host_was_there_is_over(place: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    mesh = await place.open()
    ada, bob = await mesh.guest("ada"), await mesh.guest("bob")
    asked = await mesh.asks.ask(ada, bob, "?", seconds=30, key="talk:1")
    monkeypatch.setattr(docket, "time", lambda: asked.deadline_at + 1)
    mesh = await place.next_host()
    again = await mesh.asks.ask(ada, bob, "?", key="talk:1")
    assert (await mesh.asks.outcome(again.id, ada)).outcome == "expired"
    assert mesh.unread(ada) == []


async def test_a_host_that_ends_leaves_what_is_open_open(place: Place) -> None:
    mesh = await place.open()
    ada, bob = await mesh.guest("ada"), await mesh.guest("bob")
    asked = await mesh.asks.ask(ada, bob, "?")
    mesh.asks.stop()
    assert (await mesh.asks.cancel(ada, asked.id)).outcome == "open", "calls that end with it cancel nothing"
    mesh = await place.next_host()
    assert [ask.id for ask in mesh.asks.open_to(bob.id)] == [asked.id]
