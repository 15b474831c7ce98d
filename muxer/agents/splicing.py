"""Hooks put into JSON that a person wrote, and taken out again, as text: every other byte stays as it is."""

import json
import re
from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

from muxer.errors import MuxerError

_STRING = re.compile(r'"(?:[^"\\]|\\.)*"')
_PLAIN = re.compile(r"[^\s,\]}]+")
_BETWEEN = re.compile(r"[\s,:]*")
UNIT = "  "


class _Node(NamedTuple):
    """A value where it stands, or a member of an object with its name."""

    start: int
    end: int
    opens: str
    """`{`, `[`, or nothing for what holds nothing."""
    members: "list[_Member]"

    def named(self, name: str) -> "_Node | None":
        return next((member.node for member in reversed(self.members) if member.name == name), None)


class _Member(NamedTuple):
    name: str
    start: int
    node: _Node

    @property
    def end(self) -> int:
        return self.node.end


def with_hooks(text: str, entries: Mapping[str, Any], ours: Callable[[str, Any], bool], **top: object) -> str:
    """The text with our entry in the list of each event; older ones of ours go.

    `top` is what the object needs beside them. Raises MuxerError for a text that is not the JSON of an object.
    """
    text = text if text.strip() else "{}\n"
    data = _data(text)
    if all(entry in _listed(data, event) for event, entry in entries.items()):
        return text
    text = without_hooks(text, ours)
    for name, value in top.items():
        if name not in data:
            text = _inserted(text, _parsed(text), value, name)
    for event, entry in entries.items():
        root = _parsed(text)
        hooks = root.named("hooks")
        events = hooks.named(event) if hooks else None
        if hooks is None:
            text = _inserted(text, root, {event: [entry]}, "hooks")
        elif events is None:
            text = _inserted(text, hooks, [entry], event)
        else:
            text = _inserted(text, events, entry)
    return text


def without_hooks(text: str, ours: Callable[[str, Any], bool]) -> str:
    """The text without any entry of ours, nor a list or table that only held those. Raises MuxerError."""
    while found := _ours(text, ours):
        outer, at = found
        if at:
            text = text[: outer.members[at - 1].end] + text[outer.members[at].end :]
        elif len(outer.members) > 1:
            text = text[: outer.members[0].start] + text[outer.members[1].start :]
        else:
            text = text[: outer.start + 1] + text[outer.end - 1 :]
    return text


def _ours(text: str, ours: Callable[[str, Any], bool]) -> tuple[_Node, int] | None:
    """The first thing that is to go: what holds it, and at which place; the widest that holds nothing else."""
    data, root = _data(text), _parsed(text)
    hooks = root.named("hooks")
    for event in data.get("hooks", {}):
        entries = _listed(data, event)
        at = next((at for at, entry in enumerate(entries) if ours(event, entry)), None)
        if at is None or hooks is None:
            continue
        if len(entries) > 1:
            node = hooks.named(event)
            assert node
            return node, at
        name, outer = (event, hooks) if len(hooks.members) > 1 else ("hooks", root)
        return outer, max(at for at, member in enumerate(outer.members) if member.name == name)
    return None


def _data(text: str) -> dict[str, Any]:
    """What it says. Raises MuxerError, with the line that is wrong."""
    try:
        data = json.loads(text)
    except json.JSONDecodeError as error:
        raise MuxerError(f"line {error.lineno} is not JSON ({error.msg.lower()})") from None
    except RecursionError:
        raise MuxerError("it is nested too deep") from None
    if not isinstance(data, dict):
        raise MuxerError("it does not hold a JSON object")
    hooks = data.get("hooks", {})
    if not (isinstance(hooks, dict) and all(isinstance(entries, list) for entries in hooks.values())):
        raise MuxerError('its "hooks" are not lists by event')
    return data


def _listed(data: dict[str, Any], event: str) -> list[Any]:
    found: list[Any] = data.get("hooks", {}).get(event, [])
    return found


def _parsed(text: str) -> _Node:
    """Where everything stands, in text that is JSON."""
    return _value(text, _skip(text, 0))


def _skip(text: str, at: int) -> int:
    found = _BETWEEN.match(text, at)
    return found.end() if found else at


def _value(text: str, at: int) -> _Node:
    opens = text[at]
    if opens not in "{[":
        found = (_STRING if opens == '"' else _PLAIN).match(text, at)
        assert found
        return _Node(at, found.end(), "", [])
    members: list[_Member] = []
    here = _skip(text, at + 1)
    while text[here] not in "}]":
        start, name = here, ""
        if opens == "{":
            found = _STRING.match(text, here)
            assert found
            name, here = json.loads(found[0]), _skip(text, found.end())
        node = _value(text, here)
        members.append(_Member(name, start, node))
        here = _skip(text, node.end)
    return _Node(at, here + 1, opens, members)


def _inserted(text: str, outer: _Node, value: object, name: str = "") -> str:
    """The text with one member more at the end of that, written as those before it are."""
    line = text[text.rfind("\n", 0, outer.start) + 1 : outer.start]
    margin = line[: len(line) - len(line.lstrip())]
    label = f"{json.dumps(name)}: " if name else ""
    if not outer.members:
        inner = margin + UNIT
        return f"{text[: outer.start + 1]}\n{inner}{label}{_written(value, inner)}\n{margin}{text[outer.end - 1 :]}"
    gap = text[outer.start + 1 : outer.members[0].start]
    last = outer.members[-1].end
    piece = _written(value, gap.rpartition("\n")[2]) if "\n" in gap else json.dumps(value, ensure_ascii=False)
    return f"{text[:last]},{gap or ' '}{label}{piece}{text[last:]}"


def _written(value: object, margin: str) -> str:
    return json.dumps(value, ensure_ascii=False, indent=UNIT).replace("\n", f"\n{margin}")
