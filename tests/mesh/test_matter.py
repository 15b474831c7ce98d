import asyncio
from dataclasses import replace

import pytest

from muxer.mesh.matter import AWAY, Call, Matter, does, ending
from muxer.model import State
from muxer.talk import Ask, Peer

ADA = Peer(id="a1", name="ada", kind="agent", state="working")
BOB = Peer(id="a2", name="bob", kind="agent", state="idle")
ASK = Ask(
    id=7, asker="a1", asker_name="ada", answerer="a2", answerer_name="bob", text="?", asked_at=100.0, deadline_at=160.0
)


@pytest.mark.parametrize(
    ("now", "asker", "answerer", "away_since", "end"),
    [
        (159.0, ADA, BOB, 0.0, None),
        (160.0, ADA, BOB, 0.0, ("expired", "no answer in 60 s: a later one comes as a message")),
        (101.0, None, BOB, 0.0, ("cancelled", "its asker is gone")),
        (101.0, None, None, 0.0, ("cancelled", "its asker is gone")),
        (101.0, ADA, None, 0.0, ("failed", "bob is gone")),
        (105.0 + AWAY - 1, ADA, BOB, 105.0, None),
        (105.0 + AWAY, ADA, BOB, 105.0, ("failed", "the program of bob ended and was not started again")),
    ],
)
def test_how_one_ends(
    now: float, asker: Peer | None, answerer: Peer | None, away_since: float, end: tuple[str, str] | None
) -> None:
    assert ending(ASK, now, asker=asker, answerer=answerer, away_since=away_since) == end


def test_one_without_a_deadline_is_open_for_ever() -> None:
    patient = replace(ASK, deadline_at=0.0)
    assert ending(patient, 1e12, asker=ADA, answerer=BOB, away_since=0.0) is None


def test_an_answer_after_the_end_is_late() -> None:
    assert Matter(ASK).is_open
    assert not Matter(replace(ASK, outcome="expired")).is_late
    assert Matter(replace(ASK, outcome="expired", answered_at=200.0)).is_late
    assert not Matter(replace(ASK, outcome="answered", answered_at=150.0)).is_late


@pytest.mark.parametrize(
    ("state", "words"), [("working", "bob works"), ("waiting", "bob waits for a person"), ("idle", ""), ("unknown", "")]
)
def test_what_a_peer_does_is_said_where_it_tells_something(state: State, words: str) -> None:
    assert does(replace(BOB, state=state)) == words


def test_who_waits_hears_only_news() -> None:
    said: list[str] = []
    call = Call(asyncio.Event(), said.append)
    states: tuple[State, ...] = ("working", "working", "idle", "working", "waiting")
    for state in states:
        call.looks(replace(BOB, state=state))
    assert said == ["bob works", "bob waits for a person"]
