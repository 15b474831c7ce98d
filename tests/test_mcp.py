"""The protocol, from a client that says whatever it likes."""

import asyncio
import json
import logging
from collections.abc import AsyncIterator
from typing import Any

import pytest

from muxer import mcp
from muxer.errors import UsageError
from muxer.mcp import AT_ONCE, LONGEST, UNREAD, VERSIONS, Call, Offered, Page, Talk, Tool
from tests.house import until

NONE = {"type": "object", "properties": {}}


class Shop:
    """Tools, and what became of their calls."""

    def __init__(self) -> None:
        self.calls: list[Call] = []
        self.over: list[tuple[object, ...]] = []
        self.gate = asyncio.Event()

    async def shout(self, arguments: dict[str, Any], call: Call) -> object:
        self.calls.append(call)
        if arguments.get("text") == "no":
            raise UsageError("not\nthat")
        return str(arguments["text"]).upper()

    async def count(self, _arguments: dict[str, Any], _call: Call) -> object:
        return {"größe": 2}

    async def wait(self, _arguments: dict[str, Any], call: Call) -> object:
        self.calls.append(call)
        try:
            await self.gate.wait()
        except asyncio.CancelledError as error:
            self.over.append(error.args)
            raise
        return "waited"

    async def fail(self, _arguments: dict[str, Any], _call: Call) -> object:
        raise ZeroDivisionError("a bug")

    async def large(self, _arguments: dict[str, Any], _call: Call) -> object:
        return "x" * (UNREAD // 2)

    @property
    def offered(self) -> Offered:
        async def read() -> str:
            return "[]"

        names = ("shout", "count", "wait", "fail", "large")
        tools = [Tool(name=name, help=f"{name}.", schema=NONE, call=getattr(self, name)) for name in names]
        pages = [Page(name="rules", help="Rules.", read=read), Page(name="peers", help="P.", read=read, uri="a://b")]
        return Offered(about="words", tools=tools, pages=pages)


class Client:
    """Somebody who talks."""

    def __init__(self) -> None:
        self.shop = Shop()
        self.hung_up = False
        self.talk = Talk(self.shop.offered, name="t", called_off="off", hang_up=self.hang_up)
        self.lines: list[Any] = []
        self.reading = asyncio.ensure_future(self.read())

    def hang_up(self) -> None:
        self.hung_up = True

    async def read(self) -> None:
        async for lines in self.talk.said():
            self.lines += map(json.loads, lines.split(b"\n"))

    def say(self, method: str, which: object = 7, **params: object) -> None:
        self.talk.heard(json.dumps({"jsonrpc": "2.0", "id": which, "method": method, "params": params}).encode())

    def call(self, name: str, which: object = 7, **params: object) -> None:
        self.say("tools/call", which, name=name, **params)

    async def heard(self, count: int = 1) -> list[Any]:
        await until(lambda: len(self.lines) >= count)
        lines, self.lines = self.lines, []
        return lines

    async def reply(self, method: str, **params: object) -> Any:
        self.say(method, **params)
        (answer,) = await self.heard()
        assert (answer["jsonrpc"], answer["id"]) == ("2.0", 7)
        return answer.get("result", answer.get("error"))


@pytest.fixture
async def client() -> AsyncIterator[Client]:
    made = Client()
    yield made
    made.talk.close()
    await made.reading


@pytest.mark.parametrize(
    ("asked", "spoken"), [(VERSIONS[-1], VERSIONS[-1]), ("2099-01-01", VERSIONS[0]), (["x"], VERSIONS[0])]
)
async def test_it_introduces_itself(client: Client, asked: object, spoken: str) -> None:
    said = await client.reply("initialize", protocolVersion=asked, capabilities={})
    assert (said["protocolVersion"], said["instructions"], said["serverInfo"]["name"]) == (spoken, "words", "muxer")
    assert await client.reply("ping") == {}


async def test_what_there_is_is_listed(client: Client) -> None:
    first, *_ = (await client.reply("tools/list"))["tools"]
    assert first == {"name": "shout", "description": "shout.", "inputSchema": NONE}
    assert (await client.reply("prompts/list"))["prompts"] == [{"name": "rules", "description": "Rules."}]
    (resource,) = (await client.reply("resources/list"))["resources"]
    assert (resource["uri"], resource["name"]) == ("a://b", "peers")
    assert await client.reply("resources/templates/list") == {"resourceTemplates": []}


async def test_prompts_and_resources_are_read(client: Client) -> None:
    (message,) = (await client.reply("prompts/get", name="rules"))["messages"]
    assert message == {"role": "user", "content": {"type": "text", "text": "[]"}}
    (content,) = (await client.reply("resources/read", uri="a://b"))["contents"]
    assert content == {"uri": "a://b", "mimeType": "application/json", "text": "[]"}
    for method, params in (("prompts/get", {"name": "peers"}), ("resources/read", {"uri": "file:///etc/passwd"})):
        assert (await client.reply(method, **params))["code"] == -32602


@pytest.mark.parametrize(
    ("name", "arguments", "text", "refused"),
    [
        ("shout", {"text": "hé"}, "HÉ", False),
        ("shout", {"text": "no"}, "not that", True),
        ("count", None, '{"größe": 2}', False),
    ],
)
async def test_a_tool_is_called(client: Client, name: str, arguments: object, text: str, *, refused: bool) -> None:
    said = await client.reply("tools/call", name=name, arguments=arguments)
    assert said == {"content": [{"type": "text", "text": text}], "isError": refused}


async def test_a_call_has_a_key_and_may_have_come_before(client: Client) -> None:
    client.call("shout", "a\nb", arguments={"text": "x"})
    again = {"id": 3, "method": "tools/call", "params": {"name": "shout", "arguments": {"text": "x"}}}
    client.talk.heard(json.dumps(again).encode(), again=True)
    await client.heard(2)
    assert [(call.key, call.again) for call in client.shop.calls] == [('t:"a\\nb"', False), ("t:3", True)]


async def test_one_that_waits_holds_nobody_up(client: Client) -> None:
    client.call("wait", 1)
    assert await client.reply("ping") == {}
    assert (await client.reply("tools/call", name="shout", arguments={"text": "a"}))["isError"] is False
    client.shop.gate.set()
    (answer,) = await client.heard()
    assert (answer["id"], answer["result"]["content"][0]["text"]) == (1, "waited")


async def test_one_that_is_called_off_is_not_answered(client: Client) -> None:
    client.call("wait", 1)
    await until(lambda: client.shop.calls)
    for which in (2, None, [1], "1", True):
        client.talk.heard(json.dumps({"method": "notifications/cancelled", "params": {"requestId": which}}).encode())
    client.talk.heard(b'{"method": "notifications/cancelled", "params": [1]}')
    assert await client.reply("ping") == {}
    assert not client.shop.over
    client.talk.heard(b'{"method": "notifications/cancelled", "params": {"requestId": 1}}')
    await until(lambda: client.shop.over)
    assert client.shop.over == [("off",)]
    assert await client.reply("ping") == {}


async def test_one_that_is_cut_off_is_not_called_off(client: Client) -> None:
    client.call("wait", 1)
    await until(lambda: client.shop.calls)
    client.talk.close()
    await until(lambda: client.shop.over)
    assert client.shop.over == [()]
    assert client.lines == []


async def test_who_waits_hears_what_for(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    client.call("shout", arguments={"text": "a"})
    client.call("wait", 1, _meta={"progressToken": "p"})
    await until(lambda: len(client.shop.calls) == 2)
    none, progress = (call.progress for call in client.shop.calls)
    assert none is None
    assert progress
    for words in ("a", "b", "c"):
        progress(words)
    _, first = await client.heard(2)
    assert first["method"] == "notifications/progress"
    assert first["params"] == {"progressToken": "p", "progress": 1, "message": "a"}
    assert client.lines == []  # the rest is too soon, and only the last of it is told, later
    (second,) = await client.heard()
    assert second["params"] == {"progressToken": "p", "progress": 2, "message": "c"}
    monkeypatch.setattr(mcp, "PROGRESS_PACE", 0.0)
    monkeypatch.setattr(mcp, "HEARTBEAT", 0.01)
    progress("d")
    assert {one["params"]["message"] for one in await client.heard(3)} == {"d"}
    client.shop.gate.set()
    await until(lambda: client.lines and "result" in client.lines[-1])


async def test_what_there_is_not_is_said(client: Client) -> None:
    words = "no such tool: there is shout, count, wait, fail, large"
    for name in ("shot", ["shout"], None):
        assert await client.reply("tools/call", name=name) == {"code": -32602, "message": words}
    assert (await client.reply("tools/call", name="shout", arguments=[1]))["code"] == -32602
    assert (await client.reply("logging/setLevel"))["code"] == -32601
    assert len((await client.reply("x" * 10_000))["message"]) < 200


@pytest.mark.parametrize(
    ("message", "code"),
    [
        (b"{", -32700),
        (b"\xff\xfe", -32700),
        (b"[" * 100_000, -32700),
        (b'{"id":' * 100_000, -32700),
        (b'{"id":' + b"9" * 100_000 + b"}", -32700),
        (b'[{"id": 1, "method": "ping"}]', -32600),
        (b"3", -32600),
        (b'{"id": 1}', -32600),
        (b'{"method": 1}', -32600),
        (b'{"id": null, "method": "ping"}', -32600),
        (b'{"id": {}, "method": "ping"}', -32600),
        (b'{"id": true, "method": "ping"}', -32600),
        (b'{"id": 1.5, "method": "ping"}', -32600),
        (b'{"id": "' + b"x" * 300 + b'", "method": "ping"}', -32600),
        (b'{"id": 1, "x": "' + b"x" * LONGEST + b'"}', -32600),
    ],
)
async def test_what_is_no_request_is_refused_and_the_next_is_not(client: Client, message: bytes, code: int) -> None:
    client.talk.heard(message)
    (answer,) = await client.heard()
    assert (answer["id"], answer["error"]["code"]) == (None, code)
    assert len(answer["error"]["message"]) < 100
    assert await client.reply("ping") == {}


async def test_params_are_an_object(client: Client) -> None:
    client.talk.heard(b'{"id": 7, "method": "tools/call", "params": ["shout"]}')
    (answer,) = await client.heard()
    assert (answer["id"], answer["error"]["code"]) == (7, -32602)


async def test_what_wants_no_answer_gets_none(client: Client) -> None:
    client.talk.heard(b'{"jsonrpc": "2.0", "method": "notifications/initialized"}')
    client.talk.heard(b'{"jsonrpc": "2.0", "method": "tools/call", "params": {"name": "count"}}')
    client.talk.heard(b'{"jsonrpc": "2.0", "id": 7, "result": {}}')
    assert await client.reply("ping") == {}


async def test_an_id_is_worked_at_once(client: Client) -> None:
    client.call("wait", 1)
    client.call("wait", 1)
    (answer,) = await client.heard()
    assert answer["error"]["code"] == -32600
    client.shop.gate.set()
    (answer,) = await client.heard()
    assert answer["result"]["content"][0]["text"] == "waited"


async def test_too_many_at_a_time_are_refused(client: Client) -> None:
    for which in range(AT_ONCE + 1):
        client.call("wait", which)
    (answer,) = await client.heard()
    assert (answer["id"], answer["error"]["code"]) == (AT_ONCE, -32000)
    client.shop.gate.set()
    assert len(await client.heard(AT_ONCE)) == AT_ONCE


async def test_half_a_character_goes_nowhere(client: Client) -> None:
    said = await client.reply("tools/call", name="shout", arguments={"text": "a\ud800b😀"})
    assert said["content"][0]["text"] == "A?B😀"


async def test_a_bug_is_answered_and_logged(client: Client, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.ERROR):
        error = await client.reply("tools/call", name="fail")
    assert error == {"code": -32603, "message": "muxer failed: ZeroDivisionError; see muxer logs"}
    assert "a tool failed" in caplog.text


async def test_an_answer_is_one_line_with_the_id_as_it_came(client: Client) -> None:
    for which in ("a\nb", 0, -3, "ü"):
        client.call("shout", which, arguments={"text": "\n"})
        (answer,) = await client.heard()
        assert answer["id"] == which


async def test_who_does_not_read_is_hung_up_on() -> None:
    shop, hung_up = Shop(), asyncio.Event()
    talk = Talk(shop.offered, hang_up=hung_up.set)
    for which in range(3):
        talk.heard(json.dumps({"id": which, "method": "tools/call", "params": {"name": "large"}}).encode())
    talk.heard(b'{"id": "w", "method": "tools/call", "params": {"name": "wait"}}')
    await hung_up.wait()
    await until(lambda: shop.over)
    assert [lines async for lines in talk.said()] == []


async def test_after_the_end_the_last_answers_are_said() -> None:
    shop = Shop()
    talk = Talk(shop.offered)
    talk.heard(b'{"id": 1, "method": "tools/call", "params": {"name": "wait"}}')
    talk.heard(b'{"id": 2, "method": "ping"}')
    talk.end()
    asyncio.get_running_loop().call_later(0.02, shop.gate.set)
    lines = b"\n".join([lines async for lines in talk.said()]).split(b"\n")
    assert [json.loads(line)["id"] for line in lines] == [2, 1]
    assert shop.calls[0].key == ""
