"""Threads of what peers said, without a screen."""

from muxer.talk import YOU
from muxer.ui.screens.mesh_threads import Filter, chains, lines_of
from tests.ui.screens.meshed import PEERS, ask, message

ASKED = message(3, "a1", "a2", "which endpoints return totals?", kind="ask", circle="api")
SAID = [
    message(1, "a4", "a3", "begin with the schema"),
    message(2, YOU, "a1", "commit what you have"),
    ASKED,
    message(4, "a3", "g1", "the page is ready", circle="web"),
    message(5, "a2", "a1", "GET /orders", kind="reply", reply_to=3, circle="api"),
]


def seen(chosen: Filter) -> list[tuple[int, bool]]:
    return [(line.message.id, line.under) for line in lines_of(SAID, [], chosen, PEERS)]


def test_a_reply_stands_under_what_it_answers_and_threads_as_they_began() -> None:
    assert seen(Filter()) == [(1, False), (2, False), (3, False), (5, True), (4, False)]


def test_a_reply_to_what_is_not_known_any_more_stands_for_itself() -> None:
    lines = lines_of(SAID[3:], [], Filter(), PEERS)
    assert [(line.message.id, line.under) for line in lines] == [(4, False), (5, False)]


def test_a_thread_is_seen_whole_as_soon_as_one_message_of_it_is_meant() -> None:
    thread = [(3, False), (5, True)]
    assert seen(Filter(text="ENDPOINTS")) == thread
    assert seen(Filter(text="get /orders")) == thread
    assert seen(Filter(kind="asks")) == thread
    assert seen(Filter(kind="notes")) == [(1, False), (2, False), (4, False)]
    assert seen(Filter(kind="mine")) == [(2, False)]
    assert seen(Filter(peer="a2")) == thread
    assert seen(Filter(text="gus")) == [(4, False)]
    assert seen(Filter(text="nowhere")) == []


def test_a_circle_is_of_who_says_it_and_of_whom_it_is_said_to() -> None:
    assert seen(Filter(circle="web")) == [(1, False), (4, False)]
    assert seen(Filter(circle="api")) == [(2, False), (3, False), (5, True)]
    assert seen(Filter(circle="")) == [(1, False), (2, False)]


def test_what_became_of_an_ask_goes_with_it() -> None:
    answered = ask(ASKED, outcome="answered")
    found = {line.message.id: line.ask for line in lines_of(SAID, [answered], Filter(), PEERS)}
    assert found[3] == answered
    assert found[5] is None


def test_a_broadcast_is_one_line_whoever_answers_it() -> None:
    words = {"kind": "broadcast", "sent_at": 100.0}
    sent = [message(n, "a1", to, "rebase", **words) for n, to in ((1, "a2"), (2, "a3"))]
    late = message(3, "a1", "g1", "rebase", kind="broadcast", sent_at=101.0, arrived_at=None)
    reply = message(4, "g1", "a1", "done", kind="reply", reply_to=3)
    again = message(5, "a1", "a2", "rebase", kind="broadcast", sent_at=200.0)
    lines = lines_of([*sent, late, reply, again], [], Filter(), PEERS)
    assert [(line.message.id, line.to, line.under) for line in lines] == [
        (1, ("bob", "cyd", "gus"), False), (4, ("ada",), True), (5, ("bob",), False),
    ]  # fmt: skip
    assert [line.waits for line in lines] == [1, 0, 0]


def test_what_a_person_says_to_several_is_one_line_and_what_is_said_again_another() -> None:
    sent = [message(n, YOU, to, "go on", sent_at=100.0) for n, to in enumerate(("a1", "a2", "a2", "a3"), 1)]
    asked = [message(n, YOU, to, "go on?", kind="ask", sent_at=100.0) for n, to in ((5, "a1"), (6, "a2"))]
    lines = lines_of([*sent, *asked], [], Filter(), PEERS)
    assert [line.to for line in lines] == [("ada", "bob"), ("bob", "cyd"), ("ada",), ("bob",)]


def test_who_waits_for_whom_is_told_in_chains() -> None:
    def asks(number: int, one: str, other: str, **more: object) -> object:
        return ask(message(number, one, other, "?", kind="ask"), **more)

    ends = asks(1, "a1", "a2"), asks(2, "a2", "a3"), asks(3, "a2", "g1"), asks(4, "a4", YOU)
    others = asks(5, "g1", "a4", outcome="answered"), asks(6, "g1", "a1", waits=False)
    found = chains([*others, *reversed(ends)])  # type: ignore[list-item]
    assert [tuple(one.id for one in chain) for chain in found] == [(1, 2), (1, 3), (4,)]


def test_a_ring_does_not_hang_whoever_looks_at_it() -> None:
    into = [ask(message(n, *pair, "?")) for n, pair in enumerate((("a3", "a1"), ("a1", "a2"), ("a2", "a1")))]
    assert [[one.id for one in chain] for chain in chains(into)] == [[0, 1]]
