from muxer.agents.claims import claim_of
from muxer.agents.signs import Told
from muxer.agents.spec import HookKind


def told(kind: HookKind, at: float, tool: str = "", words: str = "") -> Told:
    return Told(kind=kind, at=at, event=kind, tool=tool, words=words)


def state(*said: Told) -> tuple[str, str]:
    claim = claim_of(said)
    return (claim.state, claim.told.words) if claim else ("", "")


def test_a_turn() -> None:
    said = [told("started", 1), told("prompted", 2), told("tool", 3, "Bash"), told("asks", 4, "Bash", "Bash: ls")]
    said += [told("tool-ended", 5, "Bash"), told("turn-ended", 6)]
    assert [state(*said[:count])[0] for count in range(7)] == [
        "", "idle", "working", "working", "waiting", "working", "idle",
    ]  # fmt: skip
    assert state(*said[:4]) == ("waiting", "Bash: ls")


def test_of_two_questions_an_answer_closes_its_own() -> None:
    asked = [told("asks", 1, "Bash", "first"), told("asks", 2, "Edit", "second")]
    assert state(*asked) == ("waiting", "first")
    assert state(*asked, told("tool-ended", 3, "Bash")) == ("waiting", "second")
    assert state(*asked, told("tool-ended", 3, "Edit")) == ("waiting", "first")
    assert state(*asked, told("answered", 3)) == ("waiting", "second")
    assert state(*asked, told("answered", 3), told("answered", 4)) == ("working", "")
    assert state(*asked, told("turn-ended", 3))[0] == "idle"


def test_what_runs_beside_a_question_does_not_close_it() -> None:
    asked = told("asks", 1, "Bash", "first")
    for beside in (told("tool", 2, "Read"), told("tool-ended", 2, "Read"), told("tool-ended", 2), told("notified", 2)):
        assert state(asked, beside) == ("waiting", "first")


def test_a_reminder_is_no_second_question() -> None:
    asked = [told("asks", 1, "Bash"), told("asks", 7)]
    assert state(*asked, told("tool-ended", 8, "Bash"))[0] == "working"
    assert state(told("asks", 7, words="it needs you")) == ("waiting", "it needs you")


def test_an_end_says_nothing_of_what_comes_then() -> None:
    assert state(told("prompted", 1), told("ended", 2)) == ("", "")
    assert state(told("ended", 1), told("started", 2))[0] == "idle"


def test_a_failed_turn_waits_until_the_next_one() -> None:
    assert state(told("prompted", 1), told("failed", 2, words="overloaded")) == ("waiting", "overloaded")
    assert state(told("limited", 2, words="resets 3pm")) == ("limited", "resets 3pm")
    assert state(told("failed", 2), told("prompted", 3))[0] == "working"


def test_they_are_taken_in_the_order_of_their_times() -> None:
    assert state(told("turn-ended", 2), told("prompted", 1))[0] == "idle"
