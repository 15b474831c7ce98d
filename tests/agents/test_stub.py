import http.client
import json
from collections.abc import Iterator
from typing import Any

import pytest

from tests.agents.stub import ANSWER, DONE, Stub, find_tool, plan, serving
from tests.agents.wires import APART, WIRES, Asked, Called, Refused, Said

PATHS = {
    "anthropic": "/v1/messages",
    "chat": "/v1/chat/completions",
    "responses": "/v1/responses",
    "gemini": "/v1beta/models/m:streamGenerateContent?alt=sse",
}
each_wire = pytest.mark.parametrize("wire", PATHS)


@pytest.fixture
def stub() -> Iterator[Stub]:
    with serving() as model:
        yield model


def request(wire: str, words: str, *, tool: str = "", result: str = "") -> dict[str, Any]:
    """What an agent sends: somebody's words, a tool there is, and perhaps what that gave back."""
    if wire == "anthropic":
        messages: list[Any] = [{"role": "user", "content": [{"type": "text", "text": words}]}]
        if result:
            messages.append({"role": "assistant", "content": [{"type": "tool_use", "id": "1", "name": tool}]})
            messages.append({"role": "user", "content": [{"type": "tool_result", "content": result}]})
        return {"stream": True, "messages": messages, "tools": [{"name": tool}]}
    if wire == "chat":
        messages = [{"role": "user", "content": words}]
        if result:
            messages += [{"role": "assistant", "tool_calls": []}, {"role": "tool", "content": result}]
        return {"stream": True, "messages": messages, "tools": [{"function": {"name": tool}}]}
    if wire == "responses":
        items: list[Any] = [{"role": "user", "content": [{"type": "input_text", "text": words}]}]
        if result:
            items += [{"type": "function_call"}, {"type": "function_call_output", "output": result}]
        return {"stream": True, "input": items, "tools": [{"type": "function", "name": tool}]}
    contents: list[Any] = [{"role": "user", "parts": [{"text": words}]}]
    if result:
        contents.append({"role": "model", "parts": [{"functionCall": {"name": tool}}]})
        contents.append({"role": "user", "parts": [{"functionResponse": {"response": {"output": result}}}]})
    return {"contents": contents, "tools": [{"functionDeclarations": [{"name": tool}]}]}


def post(stub: Stub, wire: str, body: dict[str, Any]) -> tuple[int, str]:
    connection = http.client.HTTPConnection("127.0.0.1", stub.port, timeout=10)
    try:
        connection.request("POST", PATHS[wire], json.dumps(body), {"content-type": "application/json"})
        response = connection.getresponse()
        return response.status, response.read().decode()
    finally:
        connection.close()


@each_wire
def test_answers_and_remembers(stub: Stub, wire: str) -> None:
    status, said = post(stub, wire, request(wire, "hello there", tool="run"))
    assert status == 200
    assert f"{ANSWER}[1]" in said
    (seen,) = stub.requests
    assert (seen.wire, seen.asked) == (wire, Asked("hello there", None, ("run",)))
    assert stub.times("hello there") == 1


@each_wire
def test_calls_the_tool_that_it_is_told_to(stub: Stub, wire: str) -> None:
    words = 'please TOOL:run {"cmd": "ls -l"}'
    _, said = post(stub, wire, request(wire, words, tool="mcp__muxer__run"))
    assert "mcp__muxer__run" in said
    assert "ls -l" in said
    _, said = post(stub, wire, request(wire, "go on", tool="run", result="three files"))
    assert f"{DONE}[2]" in said
    assert "three files" in said
    assert "three files" in stub.results()


@each_wire
def test_speaks_for_as_long_as_it_is_told(stub: Stub, wire: str) -> None:
    _, said = post(stub, wire, request(wire, "SLOW:0.5", tool="run"))
    assert "tick1" in said


@each_wire
def test_fails_as_it_is_told(stub: Stub, wire: str) -> None:
    assert post(stub, wire, request(wire, "ERR:503", tool="run"))[0] == 503
    status, said = post(stub, wire, request(wire, "LIMIT:60", tool="run"))
    assert status == 429
    assert "limit" in said.lower()


def test_words_that_follow_a_tool_come_first() -> None:
    again = 'TOOL:run {"cmd": "next"}'
    assert plan(Asked(again, "a result", ("run",)), 1, 0) == Called("run", {"cmd": "next"})
    assert plan(Asked("thanks", "a result", ("run",)), 1, 0) == Said(f"{DONE}[1] a result")


def test_a_title_is_a_title() -> None:
    assert plan(Asked("TOOL:run {}", None, ()), 1, 0) == Said("A title")
    assert plan(Asked("ERR:500", None, ("run",), as_json=True), 1, 0).__class__ is Said


def test_a_limit_ends_when_it_says() -> None:
    refused = plan(Asked("LIMIT:60", None, ("run",)), 1, 1000.0)
    assert isinstance(refused, Refused)
    assert refused.resets_at == 1060


@pytest.mark.parametrize(
    ("name", "tools", "found"),
    [
        ("run", ("run", "mcp__run"), "run"),
        ("run", ("rerun", "mcp__muxer__run"), "mcp__muxer__run"),
        ("run", (f"mcp__muxer{APART}run",), f"mcp__muxer{APART}run"),
        ("run", ("rerun",), ""),
    ],
)
def test_finds_tools_by_the_end_of_their_name(name: str, tools: tuple[str, ...], found: str) -> None:
    assert find_tool(name, tools) == found


def test_what_agents_add_is_not_what_a_person_said() -> None:
    text = "<system-reminder>\nTOOL:run {}\n</system-reminder>\nhello"
    asked = WIRES["/messages"].read({"messages": [{"role": "user", "content": text}]})
    assert asked.user == "hello"


def test_counts_what_the_model_saw_not_how_often_it_was_asked(stub: Stub) -> None:
    body = request("chat", 'say "hi" once', tool="run")
    post(stub, "chat", body)
    post(stub, "chat", body)
    assert stub.times('say "hi" once') == 1
    assert len(stub.asked('say "hi" once')) == 2
    assert stub.times("never said") == 0
