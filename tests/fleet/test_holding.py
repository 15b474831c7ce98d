"""What keeps text back, and which door it takes."""

from dataclasses import replace

import pytest

from muxer.agents.spec import Door
from muxer.fleet.holding import Facts, route
from muxer.model import State, Verdict

KEYS = Door(kind="keys")
QUEUE = Door(kind="command", argv=("queue",), while_working=True)
TURN = Door(kind="turn-end", while_working=True)


def so(state: State = "idle", *, draft: bool | None = False, words: str = "", **facts: object) -> Facts:
    return Facts(verdict=Verdict(state=state, draft=draft, words=words), **facts)  # type: ignore[arg-type]


@pytest.mark.parametrize("urged", [False, True])
@pytest.mark.parametrize(
    ("facts", "why"),
    [
        (so("starting"), "it is starting"),
        (so("waiting", words="Run rm?"), "it waits for you: Run rm?"),
        (so("waiting"), "it waits for you: it asks something"),
        (so("limited"), "its usage limit is reached"),
        (so("unknown"), "what it does cannot be told"),
        (so("crashed"), "its program has ended"),
        (so(ended="exited 1"), "its program exited 1"),
        (so(frozen=True), "it is frozen"),
        (so(other="vim"), "vim is in front of it"),
        (so(draft=True), "you have a draft in its prompt"),
        (so(wrote=True), "you have a draft in its prompt"),
        (so(unread=True), "it does not read what is typed"),
    ],
)
def test_what_nobody_overrules(facts: Facts, why: str, urged: bool) -> None:
    assert route([KEYS], replace(facts, urged=urged)) == (None, why)


@pytest.mark.parametrize(
    ("facts", "why"),
    [
        ({"state": "working"}, "it works"),
        ({"muted": True}, "it is muted"),
        ({"typed_ago": 1.0}, "you are typing"),
    ],
)
def test_what_a_person_overrules(facts: dict[str, object], why: str) -> None:
    assert route([KEYS], so(**facts)) == (None, why)  # type: ignore[arg-type]
    assert route([KEYS], so(**facts, urged=True)) == (KEYS, "")  # type: ignore[arg-type]


def test_a_door_that_leaves_drafts_alone_is_taken_with_one() -> None:
    assert route([QUEUE, KEYS], so(draft=True)) == (QUEUE, "")
    assert route([QUEUE, KEYS], so("working")) == (QUEUE, "")
    assert route([QUEUE, KEYS], so("working", closed=frozenset({"command"}))) == (None, "it works")
    assert route([QUEUE, KEYS], so("waiting", urged=True))[0] is None


def test_who_types_is_waited_for_before_a_worse_door_is_tried() -> None:
    assert route([KEYS, QUEUE], so(typed_ago=1.0)) == (None, "you are typing")
    assert route([KEYS, QUEUE], so(typed_ago=1.0, urged=True)) == (KEYS, "")
    assert route([KEYS, QUEUE], so(draft=True)) == (QUEUE, "")


def test_an_agent_that_works_waits_for_its_turns_end_where_that_comes_first() -> None:
    assert route([TURN, QUEUE, KEYS], so("working")) == (None, "it gets this when its turn ends")
    assert route([TURN, QUEUE, KEYS], so("working", urged=True)) == (QUEUE, "")
    assert route([TURN, KEYS], so("working", closed=frozenset({"turn-end"}))) == (None, "it works")
    assert route([TURN, KEYS], so()) == (KEYS, "")


def test_keys_that_an_agent_takes_while_it_works() -> None:
    eager = Door(kind="keys", while_working=True)
    assert route([eager], so("working")) == (eager, "")
    assert route([eager], so("working", draft=True)) == (None, "you have a draft in its prompt")
