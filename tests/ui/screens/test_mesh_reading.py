"""What a person reads of the mesh, and where the bars are, without a screen."""

from muxer.talk import YOU, Message, Peer
from muxer.ui.screens.mesh_reading import Known, Reading, entries_of
from muxer.ui.screens.mesh_threads import Filter
from tests.ui.screens.meshed import ADA, BOB, CYD, GUS, PEERS, PERSON, ask, message

TALK = [message(n, "a1", "a2", f"say {n}") for n in range(1, 6)]


def reading(*talk: Message) -> Reading:
    made = Reading()
    made.take(Known(PEERS, talk or TALK))
    return made


def shown(read: Reading) -> tuple[str, tuple[Peer, ...]]:
    return read.addressed.kind, read.addressed.peers


def at(read: Reading, number: int) -> int:
    return [line.message.id for line in read.lines].index(number)


def test_peers_stand_by_circle_and_the_person_first() -> None:
    found = [(entry.kind, entry.id) for entry in entries_of(PEERS)]
    assert found == [
        ("all", ""), ("peer", YOU), ("circle", "api"), ("peer", "a1"), ("peer", "a2"), ("circle", ""), ("peer", "a4"),
        ("circle", "web"), ("peer", "a3"), ("peer", "g1"),
    ]  # fmt: skip
    everybody = entries_of(PEERS)[0].peers
    assert PERSON not in everybody
    assert len(everybody) == 5


def test_the_newest_is_followed_until_the_bar_is_moved() -> None:
    read = reading()
    assert read.follows
    read.take(Known(PEERS, [*TALK, message(6, "a1", "a2", "more")]))
    assert read.at == 5
    read.step(-2)
    assert not read.follows
    read.take(Known(PEERS, [*TALK, message(6, "a1", "a2", "more"), message(7, "a1", "a2", "and more")]))
    assert (read.at, read.line and read.line.message.id) == (3, 4)
    read.step(99)
    assert read.follows
    read.step(-99)
    assert read.at == 0


def test_a_bar_whose_message_is_seen_no_longer_follows_again() -> None:
    read = reading()
    read.step(-4)
    read.choose(Filter(text="say 5"))
    assert read.follows
    assert read.at == 0


def test_the_list_s_bar_stays_on_its_peer_whoever_comes_and_goes() -> None:
    read = reading()
    read.inside = False
    read.step(4)
    assert read.entry.id == "a2"
    read.take(Known([PERSON, BOB, CYD], TALK))
    assert read.entry.id == "a2"
    read.take(Known([PERSON, CYD], TALK))
    assert shown(read)[0] == "peer"
    read.take(Known())
    assert shown(read)[0] == "all"
    read.step(5)
    read.step(-5)
    assert shown(read)[0] == "all"


def test_what_was_unread_stays_marked_until_the_bar_was_on_it() -> None:
    unread = [message(n, "a1", YOU, "?", arrived_at=None) for n in (6, 7)]
    read = Reading()
    assert read.take(Known(PEERS, [*TALK, *unread]))
    assert not read.take(Known(PEERS, [*TALK, *unread]))
    seen = [message(n, "a1", YOU, "?") for n in (6, 7)]
    assert not read.take(Known(PEERS, [*TALK, *seen]))
    assert read.unread == {6, 7}
    assert read.news_of(read.entries[1]) == 2
    read.step(-1)
    assert read.unread == {7}
    read.step(1)
    assert not read.unread


def test_what_a_peer_has_not_got_is_counted() -> None:
    waiting = message(9, "a3", "g1", "?", arrived_at=None)
    read = Reading()
    read.take(Known(PEERS, [waiting], waits={"a1": 3}))
    counts = {entry.id: read.news_of(entry) for entry in read.entries if entry.kind == "peer"}
    assert counts == {YOU: 0, "a1": 3, "a2": 0, "a3": 0, "a4": 0, "g1": 1}
    assert read.news_of(read.entries[0]) == 0


def test_a_circle_is_marked_whole_and_whoever_leaves_is_not_written_to() -> None:
    read = reading()
    read.enter(2)
    read.mark()
    assert read.marked == {"a1", "a2"}
    read.enter(3)
    read.mark()
    assert read.marked == {"a2"}
    read.enter(9)
    read.mark()
    assert [peer.name for peer in read.addressed.peers] == ["bob", "gus"]
    read.take(Known([PERSON, ADA, GUS], TALK))
    assert [peer.name for peer in read.addressed.peers] == ["gus"]


def test_whom_one_writes_to_is_under_the_bar() -> None:
    read = reading(message(1, "a3", YOU, "ready"), message(2, YOU, "a2", "go"))
    assert shown(read)[1] == (BOB,)
    read.step(-1)
    assert shown(read)[1] == (CYD,)
    read.inside = False
    read.enter(7)
    assert shown(read) == ("circle", (CYD, GUS))
    read.enter(1)
    assert shown(read)[1] == ()
    read.enter(0)
    assert len(read.addressed.peers) == 5


def test_what_waits_for_the_person_is_gone_to_out_of_a_filter() -> None:
    asked = message(6, "a1", YOU, "may I?", kind="ask")
    other = message(7, "a1", "a2", "and you?", kind="ask")
    read = Reading()
    read.take(Known(PEERS, [*TALK, asked, other], [ask(asked), ask(other)]))
    assert [one.id for one in read.asked] == [6]
    read.choose(Filter(text="say"))
    read.inside = False
    read.seek(read.asked[0])
    assert read.inside
    assert read.at == at(read, 6)
    assert read.chosen == Filter()


def test_a_peer_that_left_is_called_by_its_id() -> None:
    assert (reading().name_of("a1"), reading().name_of("a77")) == ("ada", "a77")
