"""What peers say to each other arrives once, whole and in order, or whoever said it is told why it does not."""

import asyncio
import sqlite3
from collections.abc import Sequence
from dataclasses import replace

import pytest

from muxer.errors import MuxerError, StoreTrouble, UsageError
from muxer.events import Event, MessagePassed, PeersChanged, Warned
from muxer.mesh import post as module
from muxer.settable import Mesh
from muxer.store import retention, writer
from muxer.store.messages import message_numbered, newest_messages
from muxer.talk import Message, Peer
from tests.mesh.meeting import Meeting, Place


async def texts(mesh: Meeting, peer: Peer) -> list[str]:
    return [message.text for message in await mesh.post.read(peer)]


def passed(mesh: Meeting) -> list[Message]:
    return [event.message for event in mesh.told if isinstance(event, MessagePassed)]


async def test_what_is_said_is_written_told_and_read_once(mesh: Meeting) -> None:
    ada, bob = await mesh.guest("ada"), await mesh.guest("bob")
    (said,) = await mesh.post.send(ada, [bob], "the schema\nis merged", files=("/spool/1/notes.md",))
    assert (said.sender, said.sender_name, said.recipient, said.kind) == (ada.id, "ada", bob.id, "note")
    assert await mesh.post.of(said.id) == said
    assert passed(mesh) == [said]
    assert mesh.unread(bob) == [said]
    (read,) = await mesh.post.read(bob)
    assert (read.text, read.files) == ("the schema\nis merged", ("/spool/1/notes.md",))
    assert await mesh.post.read(bob) == []
    assert mesh.unread(ada) == []
    found = await mesh.store.read(message_numbered, said.id)
    assert found
    assert found.arrived_at


async def test_two_who_read_at_once_get_it_once(mesh: Meeting) -> None:
    ada, bob = await mesh.guest("ada"), await mesh.guest("bob")
    await mesh.post.send(ada, [bob], "once")
    first, second = await asyncio.gather(mesh.post.read(bob), mesh.post.read(bob))
    assert len(first) + len(second) == 1


async def test_what_one_says_keeps_its_order(mesh: Meeting) -> None:
    """B3, B22: many at once, none lost, none twice, and each is found by the number that its sender was told."""
    peers = [await mesh.guest(f"peer{n}") for n in range(5)]
    bob = peers[-1]

    async def says(peer: Peer) -> list[int]:
        sent = [mesh.post.send(peer, [bob], f"{peer.name} {n}") for n in range(100)]
        return [message.id for (message,) in await asyncio.gather(*sent)]

    numbers = await asyncio.gather(*map(says, peers[:-1]))
    read = await mesh.post.read(bob)
    assert [message.id for message in read] == sorted(number for some in numbers for number in some)
    for peer, some in zip(peers, numbers, strict=False):
        assert [message.text for message in read if message.sender == peer.id] == [
            f"{peer.name} {n}" for n in range(100)
        ]
        assert None not in [await mesh.post.of(number) for number in some]


async def test_a_request_that_comes_again_says_nothing_more(place: Place) -> None:
    mesh = await place.open()
    ada, bob = await mesh.guest("ada"), await mesh.guest("bob")
    sent = await asyncio.gather(*(mesh.post.send(ada, [bob], "once", key="ada-1") for _ in range(3)))
    assert len({message.id for (message,) in sent}) == 1
    mesh = await place.next_host()
    ((again,), (other,)) = [
        await mesh.post.send(mesh.peer(ada.id), [mesh.peer(bob.id)], "once", key=key) for key in ("ada-1", "ada-2")
    ]
    assert again.id == sent[0][0].id
    assert [message.id for message in mesh.unread(bob)] == [again.id, other.id]
    assert len(passed(mesh)) == 1


async def test_the_next_host_goes_on(place: Place) -> None:
    mesh = await place.open()
    ada, bob = await mesh.guest("ada"), await mesh.guest("bob")
    for text in ("read", "unread"):
        await mesh.post.send(ada, [bob, mesh.person], text)
        if text == "read":
            await mesh.post.read(bob)
    mesh = await place.next_host()
    assert await texts(mesh, mesh.peer(bob.id)) == ["unread"]
    assert await texts(mesh, mesh.person) == ["read", "unread"]
    (fresh,) = await mesh.post.send(mesh.peer(ada.id), [mesh.person], "more")
    assert fresh.id == 5


async def test_what_cannot_be_sent_is_refused_and_leaves_nothing(mesh: Meeting) -> None:
    ada, bob = await mesh.guest("ada"), await mesh.guest("bob")
    for text in ("", " \n "):
        with pytest.raises(UsageError, match="say something"):
            await mesh.post.send(ada, [bob], text)
    with pytest.raises(UsageError, match=r"^1,048,577 bytes are more than the 1 MB"):
        await mesh.post.send(ada, [bob], "x" * (module.LARGEST + 1))
    with pytest.raises(UsageError, match="1 MB"):
        await mesh.post.send(ada, [bob], "ż" * (module.LARGEST // 2 + 1))
    with pytest.raises(MuxerError, match=r"^ada is you[^\n]*$"):
        await mesh.post.send(ada, [ada], "to me")
    with pytest.raises(MuxerError, match="nobody to say that to"):
        await mesh.post.send(ada, [], "to whom")
    assert await mesh.store.read(newest_messages, 10) == []
    assert mesh.unread(bob) == passed(mesh) == []


async def test_what_is_just_not_too_long_arrives_whole(mesh: Meeting) -> None:
    ada, bob = await mesh.guest("ada"), await mesh.guest("bob")
    whole = "ż\0\x1b[2J" + "x" * (module.LARGEST - 7)
    await mesh.post.send(ada, [bob], whole)
    await mesh.post.send(ada, [bob], "half a \ud800 letter")
    assert await texts(mesh, bob) == [whole, "half a ? letter"]


async def test_of_several_those_are_told_who_can_be(mesh: Meeting) -> None:
    """B32: nobody is told twice, and nobody who is not there stops the others."""
    ada, bob = await mesh.guest("ada"), await mesh.guest("bob")
    far = mesh.peer((await mesh.guests.join("cyd", circle="elsewhere")).peer)
    sent = await mesh.post.send(ada, [bob, far, ada, bob], "to all", kind="broadcast")
    assert [(message.recipient, message.kind) for message in sent] == [(bob.id, "broadcast")]
    assert mesh.unread(far) == []
    with pytest.raises(MuxerError, match="not in the circle"):
        await mesh.post.send(ada, [far], "to one")


async def test_too_many_are_refused_in_one_line(place: Place) -> None:
    mesh = await place.open(Mesh(pair_rate=2))
    ada, bob, cyd = [await mesh.guest(name) for name in ("ada", "bob", "cyd")]
    for _ in range(2):
        await mesh.post.send(ada, [bob], "again")
    with pytest.raises(MuxerError, match=r"^that is more than 2 messages a minute[^\n]*$"):
        await mesh.post.send(ada, [bob], "again")
    assert [one.recipient for one in await mesh.post.send(ada, [bob, cyd], "both")] == [cyd.id]
    for _ in range(5):
        await mesh.post.send(mesh.person, [bob], "a person may")
    assert len(mesh.unread(bob)) == 7


async def test_a_full_inbox_takes_no_more(mesh: Meeting, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "WAITING", 2)
    ada, bob = await mesh.guest("ada"), await mesh.guest("bob")
    for _ in range(2):
        await mesh.post.send(ada, [bob], "more")
    with pytest.raises(MuxerError, match="2 messages wait for bob"):
        await mesh.post.send(ada, [bob], "more")
    await mesh.post.read(bob)
    await mesh.post.send(ada, [bob], "more")


async def test_what_cannot_be_written_is_not_said(mesh: Meeting) -> None:
    ada, bob = await mesh.guest("ada"), await mesh.guest("bob")

    def fails(_connection: sqlite3.Connection, _messages: Sequence[Message]) -> None:
        raise StoreTrouble("no room")

    with pytest.raises(StoreTrouble, match="no room"):
        await mesh.post.send(ada, [bob], "lost?", also=fails)
    assert mesh.unread(bob) == passed(mesh) == []
    assert await mesh.store.read(newest_messages, 10) == []


async def test_who_waits_no_more_has_said_it_all_the_same(mesh: Meeting) -> None:
    ada, bob = await mesh.guest("ada"), await mesh.guest("bob")
    sending = asyncio.ensure_future(mesh.post.send(ada, [bob], "said"))
    await asyncio.sleep(0)
    sending.cancel()
    with pytest.raises(asyncio.CancelledError):
        await sending
    await mesh.store.settled()
    await asyncio.sleep(0)
    assert await texts(mesh, bob) == ["said"]


async def test_what_is_only_kept_arrives_once_it_is_put(place: Place) -> None:
    mesh = await place.open()
    ada, bob = await mesh.guest("ada"), await mesh.guest("bob")
    kept = await mesh.post.keep(ada, bob, "an answer", kind="reply")
    assert mesh.unread(bob) == []
    for _ in range(2):
        mesh.post.put(kept)
    assert await texts(mesh, bob) == ["an answer"]
    found = await mesh.post.of(kept.id)
    assert found
    mesh.post.put(found)
    assert mesh.unread(bob) == []
    said = await mesh.post.keep(None, bob, "no answer is needed")
    assert (said.sender, said.sender_name) == ("", "muxer")


async def test_what_was_not_read_can_be_withdrawn(place: Place) -> None:
    mesh = await place.open()
    ada, bob = await mesh.guest("ada"), await mesh.guest("bob")
    ((first,), (second,)) = [await mesh.post.send(ada, [bob], text) for text in ("first", "second")]
    assert await mesh.post.withdraw(first.id)
    assert not await mesh.post.withdraw(first.id)
    assert await texts(mesh, bob) == ["second"]
    assert not await mesh.post.withdraw(second.id)
    mesh = await place.next_host()
    assert mesh.unread(bob) == []


async def test_what_is_kept_of_it_is_bounded(place: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    """B44: however much is said, so much is kept; what is not read yet is."""
    monkeypatch.setattr(retention, "KEPT", tuple(replace(bound, kept=50) for bound in retention.KEPT))
    monkeypatch.setattr(writer, "TIDY_EVERY", 100)
    mesh = await place.open()
    ada, bob = await mesh.guest("ada"), await mesh.guest("bob")
    await mesh.post.send(ada, [mesh.person], "not read yet")
    for turn in range(300):
        await mesh.post.send(ada, [bob], f"turn {turn}")
        await mesh.post.read(bob)
    kept = await mesh.store.read(newest_messages, 1_000)
    assert 50 <= len(kept) <= 51 + 100
    assert kept[0].text == "not read yet"


# ---- what is held


def warnings(told: Sequence[Event]) -> list[str]:
    return [event.text for event in told if isinstance(event, Warned)]


async def answer_each_other(mesh: Meeting, one: Peer, other: Peer, turns: int) -> None:
    for turn in range(turns):
        pair = (one, other) if turn % 2 == 0 else (other, one)
        await mesh.post.send(pair[0], [pair[1]], f"turn {turn}")


async def test_a_loop_is_held_shown_once_and_let_go_by_a_person(place: Place) -> None:
    mesh = await place.open(Mesh(loop=3))
    ada, bob = await mesh.guest("ada"), await mesh.guest("bob")
    await answer_each_other(mesh, ada, bob, 3)
    assert [len(mesh.unread(one)) for one in (ada, bob)] == [1, 2]
    await answer_each_other(mesh, bob, ada, 2)
    assert [len(mesh.unread(one)) for one in (ada, bob)] == [0, 0], "what they said before waits, too"
    (line,) = warnings(mesh.told)
    assert line.endswith("muxer brake --release bob,ada")
    await mesh.post.send(mesh.person, [await mesh.guest("cyd")], "go on")
    assert mesh.unread(bob) == []
    mesh = await mesh_after(place, Mesh(loop=3))
    assert mesh.unread(bob) == [], "the next host knows it"
    await mesh.post.let_go(mesh.peer(bob.id), mesh.peer(ada.id))
    assert await texts(mesh, bob) == ["turn 0", "turn 2", "turn 1"]
    with pytest.raises(UsageError, match="are not held"):
        await mesh.post.let_go(mesh.peer(bob.id), mesh.peer(ada.id))
    mesh = await mesh_after(place, Mesh(loop=3))
    assert mesh.post.pace.loops() == []


async def mesh_after(place: Place, limits: Mesh) -> Meeting:
    place.meeting.stop()
    await place.meeting.store.settled()
    return await place.open(limits)


async def test_a_person_who_speaks_lets_a_loop_go_on(place: Place) -> None:
    mesh = await place.open(Mesh(loop=2))
    ada, bob = await mesh.guest("ada"), await mesh.guest("bob")
    await answer_each_other(mesh, ada, bob, 3)
    assert mesh.unread(bob) == []
    await mesh.post.send(mesh.person, [ada], "well done")
    assert await texts(mesh, bob) == ["turn 0", "turn 2"]


async def test_the_brake_holds_what_agents_say_and_nothing_of_a_person(place: Place) -> None:
    mesh = await place.open()
    ada, bob = await mesh.guest("ada"), await mesh.guest("bob")
    await mesh.post.brake(on=True)
    assert PeersChanged("") in mesh.told
    for sender, recipient, text in ((ada, bob, "held"), (mesh.person, bob, "yours"), (ada, mesh.person, "for you")):
        await mesh.post.send(sender, [recipient], text)
    assert await texts(mesh, bob) == ["yours"]
    assert await texts(mesh, mesh.person) == ["for you"]
    mesh = await place.next_host()
    assert mesh.post.pace.braked
    assert mesh.unread(bob) == []
    await mesh.post.brake(on=False)
    assert await texts(mesh, mesh.peer(bob.id)) == ["held"]
    mesh = await place.next_host()
    assert not mesh.post.pace.braked


async def test_who_left_takes_what_waits_along(mesh: Meeting) -> None:
    ada, bob = await mesh.guest("ada"), await mesh.guest("bob")
    await mesh.post.send(ada, [bob], "too late")
    mesh.leaves(bob)
    mesh.tell(PeersChanged(bob.id))
    assert mesh.unread(bob) == []
