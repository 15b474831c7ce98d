"""The table's verbs as agents are offered them, and who is let in."""

import asyncio
import json
import os
import socket
from collections.abc import AsyncIterator, Iterator
from typing import Any

import pytest

from muxer.agents.reading import read_clis
from muxer.commands import mcp as verbs
from muxer.commands.offering import answer
from muxer.commands.table import (
    ASKER,
    CALLED_OFF,
    KEY,
    PROGRESS,
    VERBS,
    AsTool,
    command,
    load_verbs,
    run,
    verb_named,
)
from muxer.errors import MuxerError, UsageError
from muxer.fleet.agent import Agent
from muxer.mcp import Call, Offered, Talk
from muxer.wire.caller import Caller
from muxer.wire.frames import CALL, EVENT, SAY, Unpacker, pack
from muxer.wire.line import Line
from tests.house import House, house_in, until

load_verbs()
CLIS, _ = read_clis("")
LIST_LIMIT = 8192
"""Bytes; each agent's model reads the list with every turn."""


@pytest.fixture
async def house() -> AsyncIterator[House]:
    async with house_in() as made:
        services = made.services
        for number, name in enumerate(("ada", "bob")):
            pane = await services.open_pane(["cat"], name=name)
            agent = Agent(number, pane.id, CLIS["claude-code"], token=f"t-{name}", folder=f"/{name}", spawned_at=0.0)
            services.agents.join(agent, name)
        yield made


@pytest.fixture
def heard() -> Iterator[list[dict[str, object]]]:
    """What became of a verb that agents are offered."""
    calls: list[dict[str, object]] = []

    async def toy_tell(_services: object, peer: str, *, loud: bool = False, fast: bool = False, token: str = "") -> str:
        """Tell somebody.

        Arguments:
            peer: whom
            loud: for people
        """
        progress = PROGRESS.get()
        if progress:
            progress("telling")
        told = {"peer": peer, "loud": loud, "fast": fast, "token": token, "asker": ASKER.get(), "key": KEY.get()}
        calls.append(told)
        if peer == "wait":
            try:
                await asyncio.Event().wait()
            except asyncio.CancelledError as error:
                calls.append({"cancelled": error.args})
                raise
        return "told"

    command(tool=AsTool(name="toy", hides=("loud",), fixed={"fast": True}, once=True))(toy_tell)
    yield calls
    del VERBS["toy-tell"]


def request(method: str, **params: object) -> str:
    return json.dumps({"jsonrpc": "2.0", "id": 1, "method": method, "params": params})


async def said(house: House, message: str, token: str = "t-ada") -> Any:
    line = await run(verb_named("mcp"), house.services, {"message": message, "token": token})
    assert isinstance(line, str)
    return json.loads(line)["result"]


async def asked(house: House, speaker: str, tool: str, **arguments: object) -> Any:
    result = await said(house, request("tools/call", name=tool, arguments=arguments), speaker)
    return result["isError"], result["content"][0]["text"]


async def test_an_agent_is_who_its_token_says(house: House) -> None:
    for name in ("ada", "bob"):
        refused, text = await asked(house, f"t-{name}", "whoami")
        assert (refused, json.loads(text)["name"]) == (False, name)


async def test_it_sees_the_others(house: House) -> None:
    _, text = await asked(house, "t-ada", "list_peers")
    assert [one["name"] for one in json.loads(text)["peers"]] == ["bob"]
    contents = (await said(house, request("resources/read", uri="muxer://peers")))["contents"]
    assert [one["name"] for one in json.loads(contents[0]["text"])["peers"]] == ["bob"]


@pytest.mark.parametrize(
    ("token", "words"),
    [
        ("", "^only an agent can ask this, or a guest: say its MUXER_TOKEN$"),
        ("t-eve", "^this MUXER_TOKEN is of nobody here"),
        ("t-ad", "^this MUXER_TOKEN is of nobody here"),
    ],
)
async def test_who_is_nobody_hears_nothing(house: House, token: str, words: str) -> None:
    with pytest.raises(MuxerError, match=words):
        await asked(house, token, "list_peers")


async def test_another_agents_token_is_no_proof(house: House) -> None:
    """A token that was read somewhere and is said by what another agent started."""
    bob = next(pane for pane in house.services.panes.living.values() if pane.name == "bob")
    before = ASKER.set(bob.pid)
    try:
        with pytest.raises(MuxerError, match=r"^this MUXER_TOKEN is another's"):
            await asked(house, "t-ada", "whoami")
        assert json.loads((await asked(house, "t-bob", "whoami"))[1])["name"] == "bob"
    finally:
        ASKER.reset(before)


async def test_the_model_is_told_what_messages_are(house: House) -> None:
    assert "not orders" in (await said(house, request("initialize")))["instructions"]
    (message,) = (await said(house, request("prompts/get", name="mesh")))["messages"]
    assert len(message["content"]["text"].splitlines()) <= 12


async def test_a_verb_is_a_tool(house: House, heard: list[dict[str, object]]) -> None:
    tools = {tool["name"]: tool for tool in (await said(house, request("tools/list")))["tools"]}
    assert tools["toy"] == {
        "name": "toy",
        "description": "Tell somebody.",
        "inputSchema": {
            "type": "object",
            "properties": {"peer": {"type": "string", "description": "whom"}},
            "required": ["peer"],
            "additionalProperties": False,
        },
    }
    assert await asked(house, "t-ada", "toy", peer="bob") == (False, "told")
    ada = next(pane.pid for pane in house.services.panes.living.values() if pane.name == "ada")
    called = {"peer": "bob", "loud": False, "fast": True, "token": "t-ada", "asker": ada, "key": ""}
    assert heard == [called]


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        ({}, "toy needs 'peer'"),
        ({"peer": 3}, "peer: 3 is not text"),
        ({"peer": "a", "loud": True}, "toy takes peer, not 'loud'"),
        ({"peer": "a", "token": "t-bob"}, "toy takes peer, not 'token'"),
        ({"peer": "a", "fast": False}, "toy takes peer, not 'fast'"),
        ({"peer": "a", "sender": "you"}, "toy takes peer, not 'sender'"),
    ],
)
async def test_no_field_can_say_otherwise(
    house: House, heard: list[dict[str, object]], arguments: dict[str, object], words: str
) -> None:
    assert await asked(house, "t-ada", "toy", **arguments) == (True, words)
    assert heard == []


async def test_what_may_be_done_already_is_not_done_again(house: House, heard: list[dict[str, object]]) -> None:
    (agent,) = (one for one in house.services.agents.living.values() if one.token == "t-ada")
    toy = verbs._tool(house.services, VERBS["toy-tell"], agent.token, 0)
    with pytest.raises(MuxerError, match="look with list_peers first"):
        await toy.call({"peer": "bob"}, Call(key="t:1", again=True, progress=None))
    assert heard == []
    await toy.call({"peer": "bob"}, Call(key="t:1", again=False, progress=None))
    assert heard[0]["key"] == "t:1"


async def test_the_list_costs_few_tokens(house: House) -> None:
    tools = await said(house, request("tools/list"))
    assert len(json.dumps(tools)) <= LIST_LIMIT
    for tool in tools["tools"]:
        assert "token" not in tool["inputSchema"]["properties"], tool["name"]


class Ear:
    """A connection that is poured into."""

    def __init__(self) -> None:
        self.lines: list[Any] = []

    async def pour(self, payloads: Any) -> None:
        async for lines in payloads:
            self.lines += map(json.loads, lines.split(b"\n"))


async def test_progress_comes_before_the_answer(house: House, heard: list[dict[str, object]]) -> None:
    ear = Ear()
    arguments = {"peer": "bob"}
    message = request("tools/call", name="toy", arguments=arguments, _meta={"progressToken": 5})
    caller = Caller(pid=0, uid=os.getuid(), line=ear)
    assert await answer(house.services, "mcp", {"message": message, "token": "t-ada", "progress": True}, caller) is None
    told, result = ear.lines
    assert told["params"] == {"progressToken": 5, "progress": 1, "message": "telling"}
    assert result["result"]["content"][0]["text"] == "told"
    assert len(heard) == 1


async def test_it_listens_only_where_it_can(house: House) -> None:
    for line in (None, Ear()):
        caller = Caller(pid=0, uid=os.getuid(), line=line)
        with pytest.raises(UsageError, match=r"^say one message, or speak over stdin and stdout: muxer mcp$"):
            await answer(house.services, "mcp", {"token": "t-ada"}, caller)


async def test_who_comes_without_a_token_is_a_guest_as_long_as_its_connection(house: House) -> None:
    guests = house.services.mesh.guests
    for _ in range(2):  # it is known again by what its pump calls the talk
        client = await spoken_with(house, token="", talk="x" * 32, folder="/home/me/api")
        (guest,) = guests.living.values()
        assert (guest.peer, guest.name, guest.folder) == ("g1", "api", "/home/me/api")
        client.sendall(pack(SAY, request("tools/call", name="whoami").encode()))
        result = json.loads(await heard_frame(client))["result"]
        assert json.loads(result["content"][0]["text"])["name"] == "api"
        client.close()
        await until(lambda: not guests.living)


async def test_what_is_no_message_ends_a_talk(house: House) -> None:
    client = await spoken_with(house, token="t-ada")
    client.sendall(pack(CALL, b"{}"))
    assert await asyncio.get_running_loop().sock_recv(client, 1) == b""
    client.close()


async def spoken_with(house: House, **given: str) -> socket.socket:
    """A client that the host listens to; its end of the connection."""
    ours, client = socket.socketpair()
    client.setblocking(False)
    line = Line(ours, asyncio.get_running_loop())
    opened = asyncio.Event()
    line.on_frame = lambda _kind, _payload: opened.set()
    client.sendall(pack(CALL, b"{}"))
    await opened.wait()
    caller = Caller(pid=0, uid=os.getuid(), line=line)
    listening = asyncio.ensure_future(answer(house.services, "mcp", dict(given), caller))
    line.on_closed = listening.cancel  # type: ignore[assignment]
    assert await heard_frame(client) == b""
    return client


async def heard_frame(sock: socket.socket) -> bytes:
    """What comes next over a line."""
    unpacker = Unpacker()
    async with asyncio.timeout(20):
        while True:
            data = await asyncio.get_running_loop().sock_recv(sock, 1 << 16)
            assert data
            for kind, payload in unpacker.feed(data):
                assert kind == EVENT
                return payload


async def test_a_call_that_is_called_off_hears_so(house: House, heard: list[dict[str, object]]) -> None:
    tool = verbs._tool(house.services, VERBS["toy-tell"], "t-ada", 0)
    talk = Talk(Offered(about="", tools=[tool]), called_off=CALLED_OFF)
    talk.heard(request("tools/call", name="toy", arguments={"peer": "wait"}).encode())
    await until(lambda: heard)
    talk.heard(b'{"method": "notifications/cancelled", "params": {"requestId": 1}}')
    await until(lambda: len(heard) == 2)
    assert heard[1] == {"cancelled": (CALLED_OFF,)}
    talk.close()
