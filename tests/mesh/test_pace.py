"""How fast peers may write, and who is held."""

import random

import pytest

from muxer.mesh import pace as module
from muxer.mesh.pace import BRAKED, Pace
from muxer.settable import Mesh
from muxer.talk import YOU


def limited(*, pair: int = 1_000, circle: int = 1_000, loop: int = 1_000) -> Pace:
    limits = Mesh(pair_rate=pair, circle_rate=circle, loop=loop)
    return Pace(lambda: limits)


def passes(pace: Pace, sender: str, recipient: str, now: float = 0.0, *, circle: str = "shop") -> bool:
    """Is it let through? Then it is said."""
    if pace.why_not(sender, recipient, circle, now):
        return False
    pace.passed(sender, recipient, circle, now)
    return True


def test_so_many_a_minute_from_one_to_another() -> None:
    pace = limited(pair=3)
    assert [passes(pace, "a1", "a2", second) for second in (0, 10, 20, 30)] == [True, True, True, False]
    assert passes(pace, "a2", "a1", 30), "the other way is a pair of its own"
    assert passes(pace, "a1", "a3", 30)
    why = pace.why_not("a1", "a2", "shop", 30)
    assert why == "that is more than 3 messages a minute from one agent to another (mesh.pair_rate): say it in 32 s"
    assert passes(pace, "a1", "a2", 62)
    assert not passes(pace, "a1", "a2", 62)


def test_so_many_a_minute_in_a_circle() -> None:
    pace = limited(circle=3)
    assert [passes(pace, f"a{one}", "a9") for one in range(4)] == [True, True, True, False]
    assert "in one circle (mesh.circle_rate)" in pace.why_not("a5", "a6", "shop", 0.0)
    assert passes(pace, "a5", "a6", circle="other")


@pytest.mark.parametrize("seed", range(5))
def test_no_minute_ever_has_more_and_none_waits_for_long(seed: int) -> None:
    chance, pace, now, most = random.Random(seed), limited(pair=20), 0.0, 20
    said: list[float] = []
    for _ in range(1_000):
        now += chance.expovariate(0.5)
        if passes(pace, "a1", "a2", now):
            said.append(now)
            assert len([at for at in said if at > now - module.MINUTE]) <= most
        else:
            assert len([at for at in said if at > now - module.MINUTE - module.STEP]) >= most


def test_the_wait_that_is_named_is_enough() -> None:
    pace = limited(pair=1)
    passes(pace, "a1", "a2", 100.0)
    seconds = float(pace.why_not("a1", "a2", "shop", 100.5).rpartition("in ")[2].removesuffix(" s"))
    assert pace.why_not("a1", "a2", "shop", 100.5 + seconds) == ""


def to_and_fro(pace: Pace, turns: int, one: str = "a1", other: str = "a2") -> list[bool]:
    return [pace.passed(*((one, other) if turn % 2 == 0 else (other, one)), "shop", 0.0) for turn in range(turns)]


def test_two_that_answer_each_other_without_end_are_held() -> None:
    pace = limited(loop=4)
    assert to_and_fro(pace, 6) == [False, False, False, False, True, False], "told once"
    assert pace.loops() == [("a1", "a2")]
    assert pace.why_held("a2", "a1") == pace.why_held("a1", "a2") != ""
    assert pace.why_held("a1", "a3") == ""
    assert pace.let_go("a2", "a1")
    assert not pace.let_go("a2", "a1")
    assert pace.why_held("a1", "a2") == ""
    assert to_and_fro(pace, 5)[-1], "that was no leave for ever"


def test_who_only_reports_makes_no_loop() -> None:
    pace = limited(loop=4)
    assert not any(pace.passed("a1", "a2", "shop", 0.0) for _ in range(100))
    assert pace.loops() == []


def test_a_person_who_speaks_to_either_lets_them_go_on() -> None:
    pace = limited(loop=4)
    to_and_fro(pace, 4)
    assert pace.person_spoke("a2") == []
    assert not any(to_and_fro(pace, 4))
    assert to_and_fro(pace, 1) == [True]
    to_and_fro(pace, 5, "a3", "a4")
    assert pace.person_spoke("a1") == [("a1", "a2")]
    assert pace.loops() == [("a3", "a4")]


def test_what_is_said_to_the_person_is_no_loop() -> None:
    pace = limited(loop=2)
    assert not any(pace.passed("a1", YOU, "shop", 0.0) for _ in range(10))


def test_the_brake_holds_everybody() -> None:
    pace = limited()
    pace.braked = True
    assert pace.why_held("a1", "a2") == BRAKED
    pace.braked = False
    assert pace.why_held("a1", "a2") == ""


def test_what_is_remembered_is_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "MOST", 10)
    pace = limited(pair=2)
    for peer in range(1_000):
        passes(pace, f"a{peer}", "g1", circle=f"c{peer}")
        passes(pace, "a0", "g1", float(peer))
    for those in (pace._pairs, pace._circles, pace._rallies):
        assert len(those) <= 10
    assert pace._pairs["a0", "g1"].wait(2, 999.0) > 0, "who speaks is not forgotten"
