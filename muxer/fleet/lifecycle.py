"""When a program that ended is started again, and what a pane is said to be doing. Pure: it is told all that it needs.

Times are time.time(), which may jump. What that makes of a run's length or of the time between two runs is never less
than nothing, so a jump can cost a count or a wait, but neither leads to a storm of restarts nor to a wait for hours.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from math import ceil

from muxer.model import Exit, Logged, PaneFacts, Policy, Run, State, Status, Verdict

SHORT_LIFE = 1.0
"""A shell that ends sooner than this did not end because somebody typed exit."""
HEALTHY = 600.0
"""A run as long as this, in seconds, makes good for all failures before it."""
FIRST, LONGEST = 1.0, 300.0
"""The waits before a program is started again, in seconds: 1, 4, 9, 16 … for one failure after the other."""
FAILURES, WITHIN = 5, 60.0
"""So many failures in so many seconds, and it is not started again."""
EARLY = 0.5
"""A run that began so many seconds before its time was begun by a person: timers do not go off early."""
SHOWN_RUNS = 5
UNSEEN = "its end was not seen"
"""What is said of a program that ended while neither host nor keeper lived."""


@dataclass(frozen=True, slots=True)
class Close:
    """It ended well: its pane goes."""


@dataclass(frozen=True, slots=True)
class Stay:
    """The pane stays, to be read."""


@dataclass(frozen=True, slots=True)
class Again:
    """It is started again after so many seconds."""

    delay: float


@dataclass(frozen=True, slots=True)
class GiveUp:
    """It failed too often and too fast."""


Outcome = Close | Stay | Again | GiveUp


def after(policy: Policy, runs: Sequence[Run], now: float, *, shell: bool = False) -> Outcome:
    """What follows the end of the last of these runs, oldest first. `shell`: it was opened as one."""
    last = runs[-1]
    if last.asked:
        return Stay()
    if policy != "always" and _ended_well(last, shell=shell):
        return Close()
    if policy == "never" or (policy == "on-failure" and not _failed(last)):
        return Stay()
    failures = _failures(runs)
    if _too_fast(failures):
        return GiveUp()
    wait = _wait(failures)
    return Again(min(wait, max(FIRST, (last.ended_at or now) + wait - now)))


def _ended_well(run: Run, *, shell: bool) -> bool:
    if run.exit is None or run.exit.signal is not None:
        return False
    return run.exit.status == 0 or (shell and _length(run) > SHORT_LIFE)


def _failed(run: Run) -> bool:
    """Surely: of an end that nobody saw, nothing is known."""
    return run.exit is not None and (run.exit.signal is not None or run.exit.status not in (None, 0))


def _length(run: Run) -> float:
    return max(0.0, (run.ended_at or run.started_at) - run.started_at)


def _failures(runs: Sequence[Run]) -> list[Run]:
    """Those that count: one after the other, since the last healthy run, and since a person last had a hand in it."""
    counted: list[Run] = []
    for run in runs:
        if not _failed(run) or run.asked or _length(run) >= HEALTHY or _by_hand(run, counted):
            counted.clear()
        if _failed(run) and not run.asked:
            counted.append(run)
    return counted


def _by_hand(run: Run, before: Sequence[Run]) -> bool:
    """Only a person starts it before its time, or after it was given up."""
    if not before:
        return False
    return _too_fast(before) or run.started_at < (before[-1].ended_at or 0.0) + _wait(before) - EARLY


def _wait(failures: Sequence[Run]) -> float:
    return min(LONGEST, FIRST * max(1, len(failures)) ** 2)


def _too_fast(failures: Sequence[Run]) -> bool:
    ends = [run.ended_at or 0.0 for run in failures[-FAILURES:]]
    return len(ends) == FAILURES and sum(max(0.0, then - before) for before, then in pairwise(ends)) <= WITHIN


# ---- what a pane is doing


@dataclass(frozen=True, slots=True, kw_only=True)
class Evidence:
    """What is known of a pane. The facts are None until its program runs."""

    facts: PaneFacts | None
    now: float
    busy: str = ""
    """The program that closing it would end."""
    waits: str = ""
    """What it waits for a person with."""
    agent: Verdict | None = None
    """What the agent in it does."""
    heard_at: float = 0.0
    """When it last wrote something; 0 when this host has not heard of it."""
    runs: Sequence[Run] = ()
    hooks: Sequence[Logged] = ()
    """What its program's hooks reported, oldest first."""


def status(seen: Evidence) -> Status:
    """Its state, and why it is said to be that."""
    facts = seen.facts
    if facts is None:
        return Status(state="starting", evidence=("its program is being started",))
    state, note = _state(seen, facts)
    return Status(state=state, note=note, evidence=tuple(_evidence(seen, facts)))


def _state(seen: Evidence, facts: PaneFacts) -> tuple[State, str]:
    if facts.exit is not None:
        return _ended_state(facts, facts.exit, seen.now)
    if facts.frozen:
        return "frozen", ""
    if seen.agent is not None and not (seen.agent.state == "unknown" and seen.waits):
        return seen.agent.state, _words(seen.agent, seen.now)
    if seen.waits:
        return "waiting", ""
    return ("working" if seen.busy else "idle"), ""


def _words(agent: Verdict, now: float) -> str:
    """What it waits with, and what it asks."""
    words = ": ".join(filter(None, (agent.wait, agent.words)))
    if agent.state == "limited" and agent.resets_at > now:
        return f"{words} (ends in {lasting(agent.resets_at - now)})"
    return words


def _ended_state(facts: PaneFacts, how: Exit, now: float) -> tuple[State, str]:
    if facts.again_at:
        return "starting", f"again in {seconds_until(facts.again_at, now)}s"
    if facts.gave_up:
        return "crashed", f"gave up after {FAILURES} failures"
    if how.state == "lost":
        return "exited", UNSEEN
    return ("crashed" if how.state == "crashed" else "exited"), str(how)


def seconds_until(moment: float, now: float) -> int:
    """As a countdown shows it: never 0, and never longer than any wait is, whatever the clock did."""
    return ceil(min(LONGEST, max(1.0, moment - now)))


def _evidence(seen: Evidence, facts: PaneFacts) -> Iterator[str]:
    if facts.exit is None:
        yield f"process {facts.pid} runs: {' '.join(facts.command)}"
        if facts.frozen:
            yield "its processes are stopped: muxer thaw lets them go on"
        yield from () if seen.agent is None else seen.agent.evidence
        if seen.waits:
            yield f"it waits for you: {seen.waits}"
        yield f"in the foreground: {seen.busy}" if seen.busy else "its shell waits for a command"
    else:
        yield f"its program {facts.exit}: {' '.join(facts.command)}"
        if facts.again_at:
            yield f"it is started again in {seconds_until(facts.again_at, seen.now)}s"
        if facts.gave_up:
            yield f"it failed {FAILURES} times within {WITHIN:g}s: muxer restart starts it again"
    yield f"restart policy: {facts.policy}" + (f", restarts so far: {facts.restarts}" if facts.restarts else "")
    if facts.title:
        yield f"title: {facts.title}"
    if seen.heard_at:
        yield f"last output: {lasting(seen.now - seen.heard_at)} ago"
    for run in reversed(seen.runs[-SHOWN_RUNS:]):
        yield _told(run, seen.now)
    for hook in reversed(seen.hooks):
        yield f"{hook.kind.replace('.', ' ', 1)}: {lasting(seen.now - hook.at)} ago"


def _told(run: Run, now: float) -> str:
    began = f"run {lasting(now - run.started_at)} ago"
    if run.ended_at is None:
        return f"{began}: not ended"
    return f"{began}: {run.exit} after {lasting(_length(run))}" + (", as a person wanted" if run.asked else "")


def lasting(seconds: float) -> str:
    """`12s`, `4m`, `2h`, `3d`."""
    for size, unit in ((86_400, "d"), (3_600, "h"), (60, "m")):
        if seconds >= size:
            return f"{int(seconds // size)}{unit}"
    return f"{max(0, int(seconds))}s"
