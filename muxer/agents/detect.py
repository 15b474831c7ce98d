"""What an agent's title, announcements and screen mean, and what it is doing by all evidence there is. Pure.

Hooks outrank OSC 7501, that outranks titles, those outrank the screen, that outranks silence. But a question that
stands on the screen is there, and what is newer wins where the older is known to be silent: Esc tells no hook.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from math import inf
from re import Match
from typing import NamedTuple

from muxer.agents.bottom import Written, asks_something, choices, one_line, rows_of, written
from muxer.agents.claims import Claim, claim_of
from muxer.agents.resets import limit_shown, reset_at
from muxer.agents.signs import Heard, Limit, Past, Reading, Shown, Sign, Told
from muxer.agents.spec import Cli, Rule
from muxer.model import Choice, State, Verdict, Wait

SETTLED = 0.3
"""Seconds for which a title must say that it is idle, before it is believed against a hook."""
LAG = 1.0
"""A title may still say what was before a hook, for so many seconds."""
DRAWN = 1.5
"""So many seconds after a hook said that it asks, that must be seen."""
QUIET = 3.0
"""Seconds without output in which whoever works would have written something."""
PATIENCE = 60.0
"""Seconds that it may take to start."""
BACK = 5.0
"""What lies so many seconds in the future was not: the clock was set back."""

_DIALOGS: tuple[Wait | None, ...] = ("permission", "question", "trust")
"""Waits that take the place of the composer; what looks like one over a composer is only spoken of."""
_STATUS: dict[str, tuple[State, Wait | None]] = {
    "idle": ("idle", None),
    "done": ("idle", None),
    "working": ("working", None),
    "error": ("waiting", "error"),
}
_KINDS: dict[str, Wait] = {"question": "question", "login": "login", "auth": "login"}
NEW = Past()
"""Nothing was seen of it before."""


# ---- what can be seen


class _Sight(NamedTuple):
    """A look at it."""

    rows: Sequence[str]
    composer: Written | None
    shown: Shown
    heard: Heard
    past: Past
    now: float


def read_screen(cli: Cli, shown: Shown, heard: Heard, now: float, past: Past = NEW) -> Reading:
    """What can be seen of it, hooks aside."""
    rows = rows_of(shown.lines)
    composer = written("\n".join(rows), cli.composer)
    reading, passed = _standing(_readings(cli, _Sight(rows, composer, shown, heard, past, now)), now)
    status = _status(heard)
    if status is not None and (reading is None or (reading.wait is None and reading.sign != "program")):
        reading = reading if passed and status.wait == "error" else status
    if reading is None:
        reading = Reading() if cli.rules else _silence(shown, now)
    if reading.state in ("idle", "unknown") and asks_something(composer.below if composer else rows):
        by = "screen: it looks like a question that no rule knows"
        return Reading(by=by, sign="screen", at=shown.at, limit=passed or past.limit)
    draft = None if composer is None or reading.choices else composer.draft
    return replace(reading, draft=draft, limit=reading.limit or passed or past.limit)


def _standing(readings: Iterable[Reading], now: float) -> tuple[Reading | None, Limit | None]:
    """The first that holds; and a limit that is over and merely still shown, which some call an error too."""
    passed: Limit | None = None
    for one in readings:
        if one.limit is not None and one.limit.is_over(now):
            passed = one.limit
        elif passed is None or one.wait != "error":
            return one, passed
    return None, passed


def _readings(cli: Cli, sight: _Sight) -> Iterator[Reading]:
    """What its file's rules say, in their order."""
    for rule in cli.rules:
        if not _announced(rule, sight.heard):
            continue
        if rule.screen is None:
            yield _read(rule, None, sight, ())
            continue
        text = "\n".join(sight.rows[-rule.rows :])
        found = rule.screen.search(text)
        if found is None:
            continue
        over = sight.composer is not None and sight.composer.left < len(text) - found.start()
        if not (over and rule.wait in _DIALOGS):
            yield _read(rule, found, sight, () if over else choices(text[found.start() :], cli.picks))


def _announced(rule: Rule, heard: Heard) -> bool:
    return (
        (rule.title is None or rule.title.search(heard.title) is not None)
        and all(heard.program.get(name) == value for name, value in rule.program.items())
        and (not rule.progress or rule.progress == heard.progress)
    )


def _read(rule: Rule, found: Match[str] | None, sight: _Sight, offered: tuple[Choice, ...]) -> Reading:
    groups = {} if found is None else found.groupdict(default="")
    shown, heard = sight.shown, sight.heard
    sign: Sign = "screen"
    at = shown.at
    if rule.program:
        sign, at = "program", heard.program_at
    elif rule.title is not None or rule.progress:
        sign, at = "title", max(heard.title_at, heard.progress_at)
    words = one_line(groups.get("words", ""))
    limit: Limit | None = None
    if rule.state == "limited":
        reset = groups.get("reset", "")
        limit = limit_shown(f"{words} {reset}", reset, sight.past.limit, shown.at, sight.now)
    return Reading(
        state=rule.state,
        wait=rule.wait,
        words=words,
        choices=offered if rule.wait else (),
        limit=limit,
        by=f"{sign}: rule {rule.name}",
        sign=sign,
        at=at,
    )


def _status(heard: Heard) -> Reading | None:
    """What the program says of itself, whichever it is."""
    said, kind = heard.program.get("state", ""), heard.program.get("kind", "")
    state, wait = _STATUS.get(said, ("unknown", None))
    if said == "blocked":
        state, wait = "waiting", _KINDS.get(kind, "permission")
    if state == "unknown":
        return None
    by = one_line(f"program: {said} {kind}")
    return Reading(state=state, wait=wait, by=by, sign="program", at=heard.program_at)


def _silence(shown: Shown, now: float) -> Reading:
    if not shown.at:
        return Reading()
    writes = _age(shown.at, now) < QUIET
    state: State = "working" if writes else "idle"
    return Reading(state=state, by="output" if writes else "silence", sign="silence", at=shown.at)


# ---- what it is doing


def judge(
    cli: Cli, told: Sequence[Told], heard: Heard, shown: Shown, reading: Reading, *, spawned_at: float, now: float,
    past: Past = NEW,
) -> Verdict:  # fmt: skip
    """What it is doing, and why that is believed."""
    claim = _claim(cli, told, spawned_at)
    if claim is not None and _is_over(claim, reading, past, now):
        claim = claim._replace(state="idle", wait=None)
    holds = claim is not None and _holds(cli, claim, reading, shown, now)
    hook = [] if claim is None else [(claim.reason, claim.at)]
    seen = [(": ".join(filter(None, (reading.by, reading.words))), reading.at)] if reading.by else []
    signs = (*hook, *seen) if holds else (*seen, *hook)
    evidence = tuple(f"{one_line(by)}, {_ago(at, now)}" for by, at in (*signs, *_others(heard, shown)))
    if claim is None or not holds:
        young = not past.begun and _age(spawned_at, now) < (QUIET if reading.sign else PATIENCE)
        return replace(_by_reading(claim, reading, now, young=young), evidence=evidence)
    return Verdict(
        state=claim.state,
        wait=claim.wait,
        words=one_line(claim.told.words) if claim.wait else "",
        draft=reading.draft,
        since=claim.at,
        resets_at=_resets_at(claim, reading) if claim.state == "limited" else 0.0,
        evidence=evidence,
    )


def _claim(cli: Cli, told: Sequence[Told], spawned_at: float) -> Claim | None:
    claim = claim_of(one for one in told if one.at >= spawned_at)
    if claim is not None and claim.told.kind == "started" and cli.rules:
        return None  # it may not be on the screen yet
    if claim is not None and claim.told.kind == "asks" and not _trusted(cli):
        return claim._replace(state="working", wait=None)
    return claim


def _trusted(cli: Cli) -> bool:
    return cli.hooks is not None and cli.hooks.trusted


def _is_over(claim: Claim, reading: Reading, past: Past, now: float) -> bool:
    """Is it a limit that has ended, or what stopped it, and it has worked since?"""
    if claim.state == "limited" and 0 < _resets_at(claim, reading) <= now:
        return True
    return claim.wait in ("limit", "error") and past.worked_at > claim.at


def _by_reading(claim: Claim | None, reading: Reading, now: float, *, young: bool) -> Verdict:
    state, words = reading.state, reading.words
    if reading.sign in ("", "silence") and young:
        state = "starting"
    if claim is not None and claim.wait == reading.wait == "permission":
        words = one_line(claim.told.words) or words
    return Verdict(
        state=state,
        wait=reading.wait,
        words=words,
        choices=reading.choices,
        draft=reading.draft,
        since=reading.at or now,
        resets_at=reading.limit.resets_at if reading.limit and reading.state == "limited" else 0.0,
    )


def remembered(past: Past, reading: Reading, verdict: Verdict, now: float) -> Past:
    """What to know of it at the next look."""
    if verdict.state == "working":
        return Past(begun=True, worked_at=now)
    before_it = verdict.state in ("starting", "unknown") or verdict.wait in ("trust", "login")
    return replace(past, begun=past.begun or not before_it, limit=reading.limit)


def _holds(cli: Cli, claim: Claim, reading: Reading, shown: Shown, now: float) -> bool:
    """Is what the hooks say believed against what can be seen?"""
    if reading.state == "unknown":
        return not reading.by or claim.state == "waiting"
    if reading.wait in _DIALOGS or not _trusted(cli):
        return False
    if reading.sign == "silence" or claim.state == reading.state:
        return True
    return not _outdated(claim, reading, shown, now)


def _outdated(claim: Claim, reading: Reading, shown: Shown, now: float) -> bool:
    if claim.state == "working":
        settled = reading.sign != "screen" and reading.at > claim.at and _age(reading.at, now) >= SETTLED
        return settled or min(_age(shown.at, now), _age(claim.at, now)) >= QUIET
    if claim.wait == "permission":
        return shown.at > claim.at and _age(claim.at, now) >= DRAWN
    if reading.state == "working":
        return reading.at > claim.at + (0 if reading.sign == "program" else LAG)
    return claim.state == "idle" or (claim.wait == "error" and reading.state == "limited")


def _resets_at(claim: Claim, reading: Reading) -> float:
    """When the limit ends that a hook told, or that is shown."""
    told = reset_at(claim.told.words, claim.told.at)
    return told or (reading.limit.resets_at if reading.limit else 0.0)


def next_look(
    cli: Cli, told: Sequence[Told], shown: Shown, reading: Reading, *, spawned_at: float, now: float
) -> float:
    """When time alone may lead to another verdict; 0 if it cannot."""
    claim = _claim(cli, told, spawned_at)
    moments = [reading.at + SETTLED, shown.at + QUIET, spawned_at + QUIET, spawned_at + PATIENCE]
    if reading.limit is not None:
        moments.append(reading.limit.resets_at)
    if claim is not None:
        moments += [claim.at + DRAWN, claim.at + QUIET]
        moments += [_resets_at(claim, reading)] if claim.state == "limited" else []
    return min((moment for moment in moments if moment > now), default=0.0)


def _others(heard: Heard, shown: Shown) -> Iterator[tuple[str, float]]:
    """What else can be seen, with its time."""
    if heard.program:
        yield "program " + " ".join(heard.program.values()), heard.program_at
    if heard.title:
        yield f"title {heard.title}", heard.title_at
    if shown.at:
        yield "output", shown.at


def _age(at: float, now: float) -> float:
    """A clock that was set back makes what was new old."""
    return inf if at > now + BACK else max(0.0, now - at)


def _ago(at: float, now: float) -> str:
    age = _age(at, now)
    if not at or age == inf:
        return "some time ago"
    return f"{int(age)}s ago" if age < 120 else f"{int(age // 60)}m ago"
