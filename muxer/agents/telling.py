"""What a hook's payload says, in muxer's words; and what a hook that ends a turn may answer."""

import json
import re
from collections.abc import Mapping
from typing import Any

from muxer.agents.signs import Told
from muxer.agents.spec import Cli, HookKind

LONGEST = 300
"""Letters of what is asked or said that a person is shown."""

_ESSENCE = (
    "command", "cmd", "file_path", "filePath", "path", "url", "query", "pattern", "patterns", "prompt", "description",
)  # fmt: skip
"""What says best what a tool is about to do, best first."""
_LIMIT = re.compile(
    r"\b(?:hit|reached)\s+your\b[^.·]*\blimit\b|(?<!context)\s+limit\s+reached\b|\bout of usage\b", re.IGNORECASE
)
_PASSING = re.compile(r"\btemporar(?:y|ily)\b", re.IGNORECASE)
"""What some count among limits, but the next try may do."""


def told_by(cli: Cli, event: str, data: Mapping[str, Any], at: float) -> Told | None:
    """What that event of its hooks says; None where its file does not know it."""
    hooks = cli.hooks
    kind: HookKind | None = hooks.events.get(event) if hooks else None
    if hooks is None or kind is None:
        return None

    def field(name: str) -> Any:
        return _found(data, hooks.fields.get(name, ""))

    if kind in ("notified", "failed"):
        kind = hooks.notices.get(_text(field("notice")), kind)
    message = in_one_line(_text(field("message")))
    if kind in ("limited", "failed"):
        kind = _kind_of_failure(kind, message)
    tool = in_one_line(_text(field("tool")))
    doing = f"{tool}: {_essence(field('input'))}".strip(": ") if tool else ""
    return Told(
        kind=kind,
        at=at,
        event=event,
        session=_text(field("session")),
        transcript=_text(field("transcript")),
        tool=tool,
        prompt=_text(field("prompt")),
        words=in_one_line(doing) or message,
        answer=_text(field("answer")) if kind == "turn-ended" else "",
    )


def _kind_of_failure(kind: HookKind, words: str) -> HookKind:
    """What it says outranks how its CLI files it."""
    if _PASSING.search(words):
        return "failed"
    return "limited" if _LIMIT.search(words) else kind


def payload(data: str) -> Mapping[str, Any]:
    """What a hook was handed, as far as that is a JSON object."""
    try:
        found = json.loads(data)
    except (ValueError, RecursionError):
        return {}
    return found if isinstance(found, dict) else {}


def turn_end_answer(cli: Cli, text: str) -> str:
    """What the hook at the end of a turn prints so that the agent goes on with this text; empty where it cannot."""
    if not text or all(door.kind != "turn-end" for door in cli.doors):
        return ""
    return json.dumps({"decision": "block", "reason": text})


def tells_answers(cli: Cli) -> bool:
    """Do its hooks say what began a turn, and what was said last in it?"""
    hooks = cli.hooks
    return hooks is not None and "answer" in hooks.fields and {"prompted", "turn-ended"} <= set(hooks.events.values())


def in_one_line(text: str) -> str:
    """What a program says, without what could steer a terminal, and not longer than a person reads."""
    words = " ".join("".join(letter if letter.isprintable() else " " for letter in text[: LONGEST * 10]).split())
    return words if len(words) <= LONGEST else f"{words[: LONGEST - 1]}…"


def _found(data: Mapping[str, Any], paths: str) -> object:
    """What stands there; names joined by dots lead into it, and of several the first that is there counts."""
    for path in paths.split("|") if paths else ():
        value: object = data
        for name in path.split("."):
            value = value.get(name) if isinstance(value, Mapping) else None
        if value:
            return value
    return None


def _text(value: object) -> str:
    return value.encode(errors="replace").decode() if isinstance(value, str) else ""


def _essence(given: object) -> str:
    """What a tool is about to do."""
    if isinstance(given, str):
        return given
    if isinstance(given, list) and all(isinstance(one, str) for one in given):
        return " ".join(given)
    if not isinstance(given, Mapping):
        return ""
    best = next((name for name in _ESSENCE if given.get(name)), None)
    return _essence(given[best]) if best else json.dumps(given, ensure_ascii=False, default=str) if given else ""
