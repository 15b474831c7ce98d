"""Why text is held back from an agent, and which door it goes through. Pure: what is so now comes in as facts."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from time import localtime, strftime

from muxer.agents.spec import Door, DoorKind
from muxer.model import Verdict

HUMAN = 3.0
"""Seconds for which somebody who typed is not disturbed."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    """What is so of an agent, its pane and whoever sits before it."""

    verdict: Verdict
    ended: str = ""
    """How its program ended."""
    frozen: bool = False
    muted: bool = False
    other: str = ""
    """The program that has its terminal instead of it."""
    unread: bool = False
    """It has not read what was typed before."""
    wrote: bool = False
    """A person wrote into its composer and did not send that."""
    typed_ago: float = HUMAN
    """Seconds since a person typed."""
    urged: bool = False
    """A person wants it in now."""
    closed: frozenset[DoorKind] = frozenset()
    """Doors that cannot be used now."""


def route(doors: Sequence[Door], facts: Facts) -> tuple[Door | None, str]:
    """The first door that text may go through now; without one, why it is held."""
    if why := obstacle(facts) or (facts.muted and not facts.urged and "it is muted"):
        return None, why
    works = facts.verdict.state == "working"
    why = "it works"
    for door in doors:
        if door.kind in facts.closed:
            continue
        if door.kind == "turn-end":
            if works and not facts.urged:
                return None, "it gets this when its turn ends"
            continue
        if works and not (door.while_working or facts.urged):
            continue
        if door.kind != "keys":
            return door, ""
        why = _obstacle_to_keys(facts)
        if not why:
            return door, ""
        if why == _TYPING:  # that is over in a moment: no worse door is tried
            break
    return None, why


_TYPING = "you are typing"
_STATES: Mapping[str, str] = {
    "starting": "it is starting",
    "limited": "its usage limit is reached",
    "frozen": "it is frozen",
    "unknown": "what it does cannot be told",
    "crashed": "its program has ended",
    "exited": "its program has ended",
}


def obstacle(facts: Facts) -> str:
    """What nobody may overrule: where text would be lost, or would answer something that only a person may."""
    verdict = facts.verdict
    if facts.ended:
        return f"its program {facts.ended}"
    if facts.frozen:
        return "it is frozen"
    if verdict.state == "waiting":
        return f"it waits for you: {verdict.words or verdict.wait or 'it asks something'}"
    if verdict.state == "limited" and verdict.resets_at:
        return f"its usage limit is reached, until {strftime('%H:%M', localtime(verdict.resets_at))}"
    return _STATES.get(verdict.state, "") or (f"{facts.other} is in front of it" if facts.other else "")


def _obstacle_to_keys(facts: Facts) -> str:
    if facts.wrote or facts.verdict.draft:
        return "you have a draft in its prompt"
    if facts.unread:
        return "it does not read what is typed"
    if facts.typed_ago < HUMAN and not facts.urged:
        return _TYPING
    return ""
