"""What a conversation has used, counted from the transcript that its CLI writes: line by line, or by one query.

A line that is no JSON, or says nothing of tokens, counts for nothing. `input` is what a model read anew and `cached`
what it knew from before: together they are all that it was sent. What helpers of an agent use may be missing.
"""

import json
import os
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from muxer.model import Usage

Line = Mapping[str, Any]


@dataclass(slots=True, kw_only=True)
class Tally:
    """What was counted so far."""

    usage: Usage = field(default_factory=Usage)
    answers: dict[str, tuple[int, int, int]] = field(default_factory=dict)
    """Input, output and cached tokens by the id of an answer, for one may be written down several times."""

    def count(self, answer: str, tokens: tuple[int, int, int]) -> None:
        """Let this be what that answer has used, whatever was said of it before."""
        before = self.answers.get(answer, (0, 0, 0))
        self.answers[answer] = tokens
        had = (self.usage.input or 0, self.usage.output or 0, self.usage.cached or 0)
        now = [sum_ - old + new for sum_, old, new in zip(had, before, tokens, strict=True)]
        self.usage = replace(self.usage, input=now[0], output=now[1], cached=now[2])


@dataclass(frozen=True, slots=True, kw_only=True)
class Format:
    """How a transcript is read: its lines, those that hold one of the marks; or a database, by a query."""

    marks: tuple[bytes, ...] = ()
    """No other line is worth being read as JSON."""
    read: Callable[[Tally, Line], None] = lambda _tally, _line: None
    query: str = ""
    """With the id of the conversation; its one row is what `row` reads."""
    row: Callable[[Sequence[Any]], Usage] = lambda _row: Usage()
    where: Callable[[], str] = lambda: ""
    """The file, for a CLI that has one for all conversations."""

    def feed(self, tally: Tally, line: bytes) -> None:
        """One line more."""
        if not any(mark in line for mark in self.marks):
            return
        try:
            said = json.loads(line)
        except (ValueError, RecursionError):
            return
        if isinstance(said, dict):
            self.read(tally, said)


def _part(line: Line, *path: str) -> Line:
    found: object = line
    for name in path:
        found = found.get(name) if isinstance(found, dict) else None
    return found if isinstance(found, dict) else {}


def _tokens(said: Line, *names: str) -> int:
    values = (said.get(name) for name in names)
    return sum(value for value in values if type(value) is int and value > 0)


def _word(value: object) -> str:
    return value if isinstance(value, str) else ""


def _claude(tally: Tally, line: Line) -> None:
    message = _part(line, "message")
    used = _part(message, "usage")
    if line.get("type") != "assistant" or not used or message.get("model") == "<synthetic>":
        return
    anew = _tokens(used, "input_tokens", "cache_creation_input_tokens")
    output, cached = _tokens(used, "output_tokens"), _tokens(used, "cache_read_input_tokens")
    answer = _word(message.get("id")) or _word(line.get("uuid"))
    is_new = answer not in tally.answers
    tally.count(answer, (anew, output, cached))
    if line.get("isSidechain") is not True:
        tally.usage = replace(tally.usage, context=anew + cached + output, model=_word(message.get("model")))
    cost = line.get("costUSD")
    if is_new and isinstance(cost, int | float) and not isinstance(cost, bool):
        tally.usage = replace(tally.usage, cost=(tally.usage.cost or 0.0) + cost)


def _codex(tally: Tally, line: Line) -> None:
    payload = _part(line, "payload")
    if model := _word(payload.get("model")) if line.get("type") == "turn_context" else "":
        tally.usage = replace(tally.usage, model=model)
    info = _part(payload, "info")
    window = _tokens(info, "model_context_window") or _tokens(payload, "model_context_window")
    if window and line.get("type") == "event_msg":
        tally.usage = replace(tally.usage, window=window)
    total, last = _part(info, "total_token_usage"), _part(info, "last_token_usage")
    if payload.get("type") != "token_count" or not total:
        return
    cached = _tokens(total, "cached_input_tokens")
    tally.usage = replace(
        tally.usage,
        input=max(0, _tokens(total, "input_tokens") - cached),
        output=_tokens(total, "output_tokens"),
        cached=cached,
        context=_tokens(last, "input_tokens", "output_tokens") if last else None,
    )


def _gemini(tally: Tally, line: Line) -> None:
    # Messages come alone, or together where the conversation is written anew.
    together = line.get("messages") or _part(line, "$set").get("messages")
    for message in together if isinstance(together, list) else [line]:
        used = _part(message, "tokens") if isinstance(message, dict) else {}
        if not used or message.get("type") != "gemini":
            continue
        cached = _tokens(used, "cached")
        sent, output = _tokens(used, "input", "tool"), _tokens(used, "output", "thoughts")
        tally.count(_word(message.get("id")), (max(0, sent - cached), output, cached))
        tally.usage = replace(tally.usage, context=sent + output, model=_word(message.get("model")))


OPENCODE = """
SELECT sum(tokens_input + tokens_cache_write), sum(tokens_output + tokens_reasoning), sum(tokens_cache_read), sum(cost),
    (SELECT data FROM message WHERE session_id = :session AND json_extract(data, '$.tokens.output') > 0
     ORDER BY time_created DESC LIMIT 1)
FROM session WHERE id = :session OR parent_id = :session
"""


def _opencode(row: Sequence[Any]) -> Usage:
    anew, output, cached, cost, data = row
    if anew is None:
        return Usage()
    last = json.loads(data) if data else {}
    used = _part(last, "tokens")
    context = _tokens(used, "input", "output", "reasoning") + _tokens(_part(used, "cache"), "read", "write")
    return Usage(
        input=anew, output=output, cached=cached, cost=cost, context=context or None, model=_word(last.get("modelID"))
    )


def _opencode_file() -> str:
    data = os.environ.get("XDG_DATA_HOME", "") or os.path.expanduser("~/.local/share")
    return os.path.join(data, "opencode", "opencode.db")


FORMATS: Mapping[str, Format] = {
    "claude": Format(marks=(b'"usage"',), read=_claude),
    "codex": Format(marks=(b'"token_count"', b'"turn_context"', b'"task_started"'), read=_codex),
    "gemini": Format(marks=(b'"tokens"',), read=_gemini),
    "opencode": Format(query=OPENCODE, row=_opencode, where=_opencode_file),
}
"""By what a CLI's file calls it."""
