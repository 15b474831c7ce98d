"""Transcripts as the real programs wrote them, shortened, and lines that nobody should write."""

import json
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from muxer.agents.usage import FORMATS, Tally
from muxer.model import Usage

SEEN = Path(__file__).parent / "transcripts"
"""Each is one turn with one tool: two requests to a model that counts 10 tokens in and 5 out for anything."""


def counted(name: str, *lines: bytes) -> Usage:
    tally = Tally()
    for line in lines:
        FORMATS[name].feed(tally, line)
    return tally.usage


def said(**fields: object) -> bytes:
    return json.dumps(fields).encode()


@pytest.mark.parametrize(
    ("name", "usage"),
    [
        ("claude", Usage(input=20, output=10, cached=0, context=15, model="claude-opus-4-8")),
        ("codex", Usage(input=20, output=10, cached=0, context=15, window=258_400, model="stub-model")),
        ("gemini", Usage(input=20, output=10, cached=0, context=15, model="gemini-2.5-pro")),
    ],
)
def test_what_the_real_programs_wrote(name: str, usage: Usage) -> None:
    assert counted(name, *(SEEN / f"{name}.jsonl").read_bytes().splitlines()) == usage


def claude(answer: str, anew: int, output: int, cached: int = 0, **more: object) -> bytes:
    used = {"input_tokens": anew, "output_tokens": output, "cache_read_input_tokens": cached}
    message = {"id": answer, "model": "m-1", "usage": used}
    return said(type="assistant", message=message, **more)


def test_an_answer_written_in_parts_is_counted_once() -> None:
    usage = counted("claude", claude("a", 7, 1, 100), claude("a", 7, 30, 100), claude("b", 5, 2, 130))
    assert (usage.input, usage.output, usage.cached, usage.context) == (12, 32, 230, 137)


def test_what_a_helper_used_counts_but_is_not_the_context() -> None:
    usage = counted("claude", claude("a", 7, 1), claude("b", 900, 9, isSidechain=True))
    assert (usage.input, usage.context) == (907, 8)


def test_a_cost_is_said_only_where_the_program_says_it() -> None:
    assert counted("claude", claude("a", 1, 1)).cost is None
    told = counted("claude", claude("a", 1, 1, costUSD=0.25), claude("a", 1, 2, costUSD=0.25))
    assert told.cost == pytest.approx(0.25)


def test_codex_counts_by_itself_and_its_input_holds_what_was_cached() -> None:
    total = {"input_tokens": 1000, "cached_input_tokens": 900, "output_tokens": 50}
    last = {"input_tokens": 400, "cached_input_tokens": 300, "output_tokens": 10}
    info = {"total_token_usage": total, "last_token_usage": last, "model_context_window": 1000}
    usage = counted("codex", said(type="event_msg", payload={"type": "token_count", "info": info}))
    assert (usage.input, usage.cached, usage.output, usage.context) == (100, 900, 50, 410)
    assert usage.share == pytest.approx(0.41)
    silent = said(type="event_msg", payload={"type": "token_count", "info": None})
    assert not counted("codex", silent).known


def test_gemini_writes_whole_conversations_anew_too() -> None:
    def answer(name: str, sent: int) -> dict[str, object]:
        tokens = {"input": sent, "output": 2, "cached": 3, "thoughts": 4, "tool": 1}
        return {"id": name, "type": "gemini", "model": "g", "tokens": tokens}

    lines = said(**answer("a", 10)), said(**{"$set": {"messages": [answer("a", 10), {"type": "user"}, answer("b", 5)]}})
    usage = counted("gemini", *lines)
    assert (usage.input, usage.output, usage.cached, usage.context) == (8 + 3, 12, 6, 12)


ODD = [
    b"", b"{", b'"usage" "tokens" "token_count"', b'["usage", "tokens", "token_count"]', b'\xff"usage"tokens',
    b'{"type":"assistant","message":{"usage":7}}', b'{"type":"assistant","message":{"usage":{"input_tokens":"many"}}}',
    b'{"type":"gemini","tokens":[1]}', b'{"messages":[1,null,{"type":"gemini","tokens":{"input":true}}]}',
    b'{"payload":{"type":"token_count","info":{"total_token_usage":{"input_tokens":-4}}},"type":"event_msg"}',
    b'{"payload":[],"type":"turn_context"}', b'{"usage":' + b"[" * 100_000,
]  # fmt: skip


@pytest.mark.parametrize("name", ["claude", "codex", "gemini"])
def test_what_says_nothing_counts_for_nothing(name: str) -> None:
    usage = counted(name, *ODD)
    assert (usage.input or 0, usage.output or 0, usage.cost) == (0, 0, None)


NAMES = (
    "type", "message", "usage", "tokens", "payload", "info", "id", "input_tokens", "total_token_usage", "messages",
    "$set", "model", "costUSD", "input",
)  # fmt: skip
WORDS = st.sampled_from(["assistant", "gemini", "token_count", ""])
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | WORDS,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(NAMES), inner, max_size=6),
    max_leaves=30,
)


@given(st.sampled_from(["claude", "codex", "gemini"]), st.lists(JSON, max_size=4))
def test_no_line_breaks_it(name: str, lines: list[object]) -> None:
    usage = counted(name, *(json.dumps(line).encode() for line in lines))
    assert all((getattr(usage, what) or 0) >= 0 for what in ("input", "output", "cached"))


def test_opencode_is_asked_by_a_query(tmp_path: Path) -> None:
    with closing(sqlite3.connect(tmp_path / "opencode.db")) as made:
        made.executescript((SEEN / "opencode.sql").read_text())
        row = made.execute(FORMATS["opencode"].query, {"session": "ses_1"}).fetchone()
        nobody = made.execute(FORMATS["opencode"].query, {"session": "ses_0"}).fetchone()
    usage = FORMATS["opencode"].row(row)
    assert usage == Usage(input=27, output=11, cached=0, cost=0.5, context=15, model="stub-model")
    assert FORMATS["opencode"].row(nobody) == Usage()
