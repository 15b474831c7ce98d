"""Who may see and reach whom, as one table."""

import pytest

from muxer.mesh.circles import barrier, sees
from muxer.talk import Peer

PERSON = Peer(id="you", name="you", kind="person")
ADA = Peer(id="a1", name="ada", kind="agent", circle="shop")
BOB = Peer(id="a2", name="bob", kind="agent", circle="shop")
EVE = Peer(id="a3", name="eve", kind="agent", circle="bank")
LEAD = Peer(id="a4", name="lead", kind="agent", circle="bank", rank="orchestrator")
EYE = Peer(id="a5", name="eye", kind="agent", circle="shop", rank="observer")
LONER = Peer(id="a6", name="loner", kind="agent")
OTHER = Peer(id="g7", name="other", kind="guest")


@pytest.mark.parametrize(
    ("one", "other", "seen", "reached"),
    [
        (ADA, BOB, True, True),
        (ADA, EVE, False, False),
        (ADA, PERSON, True, True),
        (PERSON, EVE, True, True),
        (LEAD, ADA, True, True),
        (ADA, LEAD, False, False),
        (EVE, LEAD, True, True),
        (EYE, ADA, True, False),
        (EYE, PERSON, True, False),
        (EYE, EVE, False, False),
        (ADA, EYE, True, True),
        (LONER, OTHER, True, True),
        (LONER, ADA, False, False),
        (ADA, ADA, False, False),
        (PERSON, PERSON, False, False),
    ],
    ids=lambda one: one.name if isinstance(one, Peer) else "",
)
def test_who_sees_and_reaches_whom(one: Peer, other: Peer, *, seen: bool, reached: bool) -> None:
    assert sees(one, other) is seen
    assert (barrier(one, other) == "") is reached


@pytest.mark.parametrize(("one", "other"), [(ADA, EVE), (EYE, ADA), (EYE, PERSON), (ADA, LEAD)])
def test_whoever_was_asked_may_reply(one: Peer, other: Peer) -> None:
    assert barrier(one, other)
    assert barrier(one, other, replies=True) == ""


def test_whom_an_orchestrator_spoke_to_may_speak_to_it_and_to_nobody_else() -> None:
    assert barrier(ADA, LEAD, spoken=True) == ""
    assert barrier(ADA, EVE, spoken=True)


def test_a_refusal_says_why_in_one_line() -> None:
    assert barrier(ADA, ADA, replies=True) == "ada is you: say it to somebody else"
    assert barrier(ADA, EVE) == "eve is not in circle shop, where you are: list_peers shows whom you reach"
    assert barrier(LONER, EVE).startswith("eve is not in the circle without a name, where you are")
    assert barrier(EYE, ADA) == "you are an observer: you may read, and answer what you are asked"
