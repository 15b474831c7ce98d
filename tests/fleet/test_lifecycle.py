from dataclasses import replace
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from muxer.fleet import lifecycle
from muxer.fleet.lifecycle import Again, Close, Evidence, GiveUp, Outcome, Stay, after, lasting, status
from muxer.model import Exit, Logged, PaneFacts, Policy, Run, Verdict

POLICIES: tuple[Policy, ...] = ("never", "on-failure", "always")
FAILED, WELL, KILLED, UNSEEN = Exit(status=1), Exit(status=0), Exit(signal=9), Exit()


def run(how: Exit, *, began: float = 0.0, lasted: float = 5.0, asked: bool = False) -> Run:
    return Run(started_at=began, ended_at=began + lasted, exit=how, asked=asked)


def decide(policy: Policy, *runs: Run, late: float = 0.0, shell: bool = False) -> Outcome:
    """What follows so many seconds after the end of the last run."""
    return after(policy, runs, (runs[-1].ended_at or 0.0) + late, shell=shell)


def in_order(waits: list[float], how: Exit = FAILED, lasted: float = 0.0) -> list[Run]:
    """Runs with such waits between them."""
    runs = [run(how, lasted=lasted)]
    for wait in waits:
        runs.append(run(how, began=(runs[-1].ended_at or 0.0) + wait, lasted=lasted))
    return runs


@pytest.mark.parametrize(
    ("how", "never", "on_failure", "always"),
    [
        (WELL, Close(), Close(), Again(1.0)),
        (FAILED, Stay(), Again(1.0), Again(1.0)),
        (KILLED, Stay(), Again(1.0), Again(1.0)),
        (UNSEEN, Stay(), Stay(), Again(1.0)),
    ],
)
def test_what_follows_an_end(how: Exit, never: Outcome, on_failure: Outcome, always: Outcome) -> None:
    assert [decide(policy, run(how)) for policy in POLICIES] == [never, on_failure, always]


@pytest.mark.parametrize("policy", POLICIES)
@pytest.mark.parametrize("how", [WELL, FAILED, KILLED])
def test_what_a_person_ended_stays_as_it_is(policy: Policy, how: Exit) -> None:
    assert decide(policy, run(how, asked=True)) == Stay()


def test_a_shell_goes_whatever_its_last_command_said_unless_it_failed_to_start() -> None:
    assert decide("never", run(FAILED, lasted=1.1), shell=True) == Close()
    assert decide("on-failure", run(FAILED, lasted=1.1), shell=True) == Close()
    assert decide("never", run(UNSEEN, lasted=1.1), shell=True) == Close()
    assert decide("never", run(FAILED, lasted=0.9), shell=True) == Stay()
    assert decide("never", run(KILLED, lasted=1.1), shell=True) == Stay()
    assert decide("always", run(FAILED, lasted=1.1), shell=True) == Again(1.0)


def test_each_failure_makes_the_wait_longer() -> None:
    runs: list[Run] = [run(FAILED, lasted=60.0)]
    waits = []
    for _ in range(20):
        outcome = decide("on-failure", *runs)
        assert isinstance(outcome, Again)
        waits.append(outcome.delay)
        runs.append(run(FAILED, began=(runs[-1].ended_at or 0.0) + outcome.delay, lasted=60.0))
    assert waits == [*(float(n**2) for n in range(1, 18)), 300.0, 300.0, 300.0]


def test_five_failures_in_a_minute_are_enough() -> None:
    fast = in_order([1, 4, 9, 16], lasted=7.5)
    assert decide("always", *fast[:4]) == Again(16.0)
    assert decide("always", *fast) == GiveUp()
    slow = in_order([1, 4, 9, 16], lasted=7.6)
    assert decide("always", *slow) == Again(25.0)


def test_ends_that_are_no_failures_are_never_given_up() -> None:
    assert decide("always", *in_order([1.0] * 9, WELL)) == Again(1.0)
    assert decide("always", *in_order([1.0] * 9, UNSEEN)) == Again(1.0)


@pytest.mark.parametrize(
    ("between", "expected"),
    [
        (run(FAILED, began=20, lasted=600), Again(4.0)),
        (run(FAILED, began=20, lasted=599), Again(25.0)),
        (run(WELL, began=20), Again(1.0)),
        (run(FAILED, began=20, asked=True), Again(1.0)),
    ],
    ids=["ten healthy minutes", "not quite ten", "an end that was no failure", "a person"],
)
def test_what_makes_failures_forgotten(between: Run, expected: Again) -> None:
    assert decide("on-failure", *in_order([1, 4]), between, run(FAILED, began=between.started_at + 700)) == expected


def test_a_person_who_starts_it_again_makes_its_failures_forgotten() -> None:
    given_up = in_order([1, 4, 9, 16])
    assert decide("always", *given_up, run(FAILED, began=10_000)) == Again(1.0)
    waiting = in_order([1, 4])
    assert decide("always", *waiting, run(FAILED, began=(waiting[-1].ended_at or 0) + 3)) == Again(1.0)
    assert decide("always", *waiting, run(FAILED, began=(waiting[-1].ended_at or 0) + 9)) == Again(16.0)


def test_what_of_the_wait_has_passed_is_not_waited_again() -> None:
    runs = in_order([100.0] * 9)
    assert decide("always", *runs) == Again(100.0)
    assert decide("always", *runs, late=40.0) == Again(60.0)
    assert decide("always", *runs, late=99.5) == Again(1.0)
    assert decide("always", *runs, late=1e9) == Again(1.0)


def test_a_clock_that_was_set_back_costs_one_wait_at_most_and_gives_nothing_up() -> None:
    runs = in_order([100.0] * 9)
    assert decide("always", *runs, late=-86_400.0) == Again(100.0)
    back = [*runs, *(run(FAILED, began=n * 100.0 - 86_400, lasted=0) for n in range(4))]
    assert decide("always", *back) == Again(16.0)
    while_it_ran = [*in_order([100.0] * 3), run(FAILED, began=400, lasted=-86_400)]
    assert decide("always", *while_it_ran, run(FAILED, began=-85_900)) == Again(36.0)


MOMENTS = st.floats(-1e6, 1e10)
ENDS = st.builds(Exit, status=st.none() | st.integers(0, 3), signal=st.none() | st.just(9))
RUNS = st.lists(
    st.builds(Run, started_at=MOMENTS, ended_at=MOMENTS, exit=ENDS, asked=st.booleans()), min_size=1, max_size=20
)


@given(st.sampled_from(POLICIES), RUNS, MOMENTS, st.booleans())
def test_whatever_the_clock_did_a_wait_is_neither_none_nor_hours(
    policy: Policy, runs: list[Run], now: float, shell: bool
) -> None:
    outcome = after(policy, runs, now, shell=shell)
    if runs[-1].asked:
        assert outcome == Stay()
    if isinstance(outcome, Again):
        assert policy != "never"
        assert lifecycle.FIRST <= outcome.delay <= lifecycle.LONGEST


@given(st.lists(st.floats(0, 30), min_size=12, max_size=12))
def test_what_fails_at_once_is_given_up_in_time(lengths: list[float]) -> None:
    """The supervisor's loop, with a right clock: what it does is always one or the other."""
    now, runs = 1e9, list[Run]()
    for length in lengths:
        runs.append(run(FAILED, began=now, lasted=length))
        now += length
        outcome = after("always", runs, now)
        ends = [one.ended_at or 0.0 for one in runs[-5:]]
        assert isinstance(outcome, GiveUp) == (len(ends) == 5 and ends[-1] - ends[0] <= 60.0)
        if not isinstance(outcome, Again):
            return
        now += outcome.delay
    assert all(then.started_at - (before.ended_at or 0.0) >= 1.0 - 1e-6 for before, then in pairwise(runs))


@given(st.lists(st.floats(-1e5, 1e5), min_size=40, max_size=40))
def test_a_clock_that_is_set_all_the_time_makes_no_storm(jumps: list[float]) -> None:
    """Each restart still waits a second at least, whatever was jumped."""
    clock, waited, runs = 1e9, 0.0, list[Run]()
    for count, jump in enumerate(jumps):
        runs.append(run(FAILED, began=clock, lasted=jump))
        clock += jump
        outcome = after("always", runs, clock)
        if not isinstance(outcome, Again):
            break
        assert waited >= count
        waited += outcome.delay
        clock += outcome.delay - jump


# ---- status

FACTS = PaneFacts(
    id="p1", name="api", tab="1", pid=7, command=("npm", "start"), cwd="/", cols=80, rows=24, state="running", title=""
)


def said(facts: PaneFacts | None, **known: object) -> tuple[str, str]:
    found = status(replace(Evidence(facts=facts, now=100.0), **known))  # type: ignore[arg-type]
    return found.state, found.note


def test_a_state_follows_from_the_evidence() -> None:
    assert said(None, waits="x") == ("starting", "")
    assert said(FACTS) == ("idle", "")
    assert said(FACTS, busy="node") == ("working", "")
    assert said(FACTS, busy="node", waits="a bell") == ("waiting", "")
    assert said(replace(FACTS, frozen=True), busy="node", waits="a bell") == ("frozen", "")


def test_an_end_is_told_with_what_follows_it() -> None:
    assert said(replace(FACTS, exit=WELL), waits="x") == ("exited", "exited 0")
    assert said(replace(FACTS, exit=KILLED)) == ("crashed", "killed by signal 9")
    assert said(replace(FACTS, exit=UNSEEN)) == ("exited", "its end was not seen")
    assert said(replace(FACTS, exit=FAILED, again_at=103.2)) == ("starting", "again in 4s")
    assert said(replace(FACTS, exit=FAILED, gave_up=True)) == ("crashed", "gave up after 5 failures")


@pytest.mark.parametrize(("now", "left"), [(-1e6, 300), (99.0, 1), (100.0, 1), (1e9, 1)])
def test_a_countdown_survives_a_clock_that_is_set(now: float, left: int) -> None:
    assert said(replace(FACTS, exit=FAILED, again_at=100.0), now=now) == ("starting", f"again in {left}s")


def test_the_evidence_is_told_strongest_first() -> None:
    seen = Evidence(
        facts=replace(FACTS, exit=FAILED, again_at=104.0, policy="always", restarts=2, title="api"),
        now=100.0,
        heard_at=88.0,
        runs=[run(FAILED, began=20, lasted=3), run(KILLED, began=40, lasted=60, asked=True), Run(started_at=99.0)],
        hooks=[Logged(1, 30.0, "hook.Start", "p1"), Logged(2, 95.0, "hook.Stop", "p1")],
    )
    assert status(seen).evidence == (
        "its program exited 1: npm start",
        "it is started again in 4s",
        "restart policy: always, restarts so far: 2",
        "title: api",
        "last output: 12s ago",
        "run 1s ago: not ended",
        "run 1m ago: killed by signal 9 after 1m, as a person wanted",
        "run 1m ago: exited 1 after 3s",
        "hook Stop: 5s ago",
        "hook Start: 1m ago",
    )
    assert status(Evidence(facts=replace(FACTS, frozen=True), now=1.0, waits="a bell", busy="node")).evidence == (
        "process 7 runs: npm start",
        "its processes are stopped: muxer thaw lets them go on",
        "it waits for you: a bell",
        "in the foreground: node",
        "restart policy: never",
    )
    gave_up = status(Evidence(facts=replace(FACTS, exit=FAILED, gave_up=True), now=1.0))
    assert "it failed 5 times within 60s: muxer restart starts it again" in gave_up.evidence


def test_an_agent_is_said_to_do_what_its_verdict_says() -> None:
    asks = Verdict(state="waiting", wait="permission", words="Bash: ls", evidence=("hook PermissionRequest, 2s ago",))
    assert said(FACTS, busy="node", agent=asks) == ("waiting", "permission: Bash: ls")
    assert said(FACTS, busy="node", agent=Verdict(state="idle"), waits="a bell") == ("idle", "")
    assert said(FACTS, busy="node", agent=Verdict(state="done")) == ("done", "")
    assert said(FACTS, agent=Verdict(state="unknown")) == ("unknown", "")
    assert said(FACTS, agent=Verdict(state="unknown"), waits="a bell") == ("waiting", "")
    limited = Verdict(state="limited", wait="limit", words="5-hour limit", resets_at=100.0 + 7200)
    assert said(FACTS, agent=limited) == ("limited", "limit: 5-hour limit (ends in 2h)")
    assert said(FACTS, agent=replace(limited, resets_at=0.0)) == ("limited", "limit: 5-hour limit")
    assert said(replace(FACTS, frozen=True), agent=asks) == ("frozen", "")
    assert said(replace(FACTS, exit=KILLED), agent=asks) == ("crashed", "killed by signal 9")
    told = status(Evidence(facts=FACTS, now=1.0, agent=asks)).evidence
    assert told[:2] == ("process 7 runs: npm start", "hook PermissionRequest, 2s ago")


def test_a_time_is_short() -> None:
    assert [lasting(seconds) for seconds in (-5, 0, 59.9, 60, 7199, 7200, 200_000)] == [
        "0s", "0s", "59s", "1m", "1h", "2h", "2d",
    ]  # fmt: skip
