import json
from typing import Any

import pytest

from muxer.errors import UsageError
from muxer.mcp import VERSIONS, Tool, answered


async def shout(text: str) -> object:
    if text == "no":
        raise UsageError("not that")
    return text.upper()


async def count() -> object:
    return {"größe": 2}


TOOLS = (
    Tool(name="shout", help="Shout.", arguments={"text": "What."}, call=shout),
    Tool(name="count", help="Count.", arguments={}, call=count),
)


async def reply(method: str, **params: object) -> Any:
    asked = {"jsonrpc": "2.0", "id": 7, "method": method, "params": params}
    answer = json.loads(await answered(json.dumps(asked), TOOLS, about="words"))
    assert (answer["jsonrpc"], answer["id"]) == ("2.0", 7)
    return answer.get("result", answer.get("error"))


@pytest.mark.parametrize(
    ("asked", "spoken"), [(VERSIONS[-1], VERSIONS[-1]), ("2099-01-01", VERSIONS[0]), (["x"], VERSIONS[0])]
)
async def test_it_introduces_itself(asked: object, spoken: str) -> None:
    said = await reply("initialize", protocolVersion=asked, capabilities={})
    assert (said["protocolVersion"], said["instructions"], said["serverInfo"]["name"]) == (spoken, "words", "muxer")
    assert await reply("ping") == {}


async def test_tools_are_listed_with_their_arguments() -> None:
    first, second = (await reply("tools/list"))["tools"]
    assert first == {
        "name": "shout",
        "description": "Shout.",
        "inputSchema": {
            "type": "object",
            "properties": {"text": {"type": "string", "description": "What."}},
            "required": ["text"],
            "additionalProperties": False,
        },
    }
    assert second["inputSchema"]["properties"] == {}


@pytest.mark.parametrize(
    ("name", "arguments", "text", "refused"),
    [
        ("shout", {"text": "hé"}, "HÉ", False),
        ("shout", {"text": "no"}, "not that", True),
        ("shout", {"text": 3}, "shout needs text, as text, and nothing else", True),
        ("shout", {"text": "a", "from": "b"}, "shout needs text, as text, and nothing else", True),
        ("shout", {}, "shout needs text, as text, and nothing else", True),
        ("shout", [1], "shout needs text, as text, and nothing else", True),
        ("count", None, '{"größe": 2}', False),
    ],
)
async def test_a_tool_is_called(name: str, arguments: object, text: str, *, refused: bool) -> None:
    said = await reply("tools/call", name=name, arguments=arguments)
    assert said == {"content": [{"type": "text", "text": text}], "isError": refused}


async def test_what_there_is_not_is_said() -> None:
    assert await reply("tools/call", name="shot") == {"code": -32602, "message": "no such tool: there is shout, count"}
    assert await reply("tools/call", name=["shout"]) == {
        "code": -32602,
        "message": "no such tool: there is shout, count",
    }
    assert (await reply("resources/list"))["code"] == -32601


@pytest.mark.parametrize(
    ("message", "code"),
    [
        ("{", -32700),
        ("[" * 100_000, -32700),
        ("[]", -32600),
        ("3", -32600),
        ('{"id": 1}', -32600),
        ('{"method": 1}', -32600),
    ],
)
async def test_what_is_no_request_is_refused(message: str, code: int) -> None:
    answer = json.loads(await answered(message, TOOLS))
    assert (answer["id"], answer["error"]["code"]) == (None, code)


async def test_what_wants_no_answer_gets_none() -> None:
    assert await answered('{"jsonrpc": "2.0", "method": "notifications/initialized"}', TOOLS) == ""
    assert await answered('{"jsonrpc": "2.0", "method": "tools/call", "params": {"name": "shout"}}', TOOLS) == ""


async def test_an_answer_is_one_line_with_the_id_as_it_came() -> None:
    for which in ("a\nb", 0, None, 1.5):
        asked = json.dumps(
            {"id": which, "method": "tools/call", "params": {"name": "shout", "arguments": {"text": "\n"}}}
        )
        answer = await answered(asked, TOOLS)
        assert "\n" not in answer
        assert json.loads(answer)["id"] == which
