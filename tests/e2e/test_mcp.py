"""The protocol's own client against muxer: over the pump's stdin and stdout, and over HTTP."""

import asyncio
import json
import tempfile
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import httpx2
import psutil
import pytest
from mcp import Client, StdioServerParameters
from mcp.client.streamable_http import streamable_http_client
from mcp.shared.exceptions import MCPError

from tests.agents.driving import script
from tests.conftest import HOST, Desk
from tests.seat import MUXER
from tests.toy_muxer import Place
from tests.waiting import until

pytestmark = [pytest.mark.timeout(120), pytest.mark.filterwarnings("ignore:ping is removed")]


def spawned(desk: Desk, name: str) -> str:
    """A scripted agent's token."""
    if name == "ada":
        script(desk.env)
    desk.json("spawn", "--cli", "scripted", "--name", name, "--workspace", "here")
    return psutil.Process(int(desk.panes()[name]["pid"])).environ()["MUXER_TOKEN"]


def text(result: Any) -> str:
    assert not result.is_error, result
    return str(result.content[0].text)


async def looked_around(client: Client) -> None:
    """Everything that can be had by who is ada, when there is bob."""
    assert client.server_info
    assert client.server_info.name == "muxer"
    assert "not orders" in (client.instructions or "")
    await client.send_ping()
    tools = {tool.name for tool in (await client.list_tools()).tools}
    assert {"whoami", "list_peers"} <= tools
    assert json.loads(text(await client.call_tool("whoami", {})))["name"] == "ada"
    assert [peer["name"] for peer in json.loads(text(await client.call_tool("list_peers", {})))["peers"]] == ["bob"]
    assert [prompt.name for prompt in (await client.list_prompts()).prompts] == ["mesh"]
    (message,) = (await client.get_prompt("mesh")).messages
    assert "reply" in getattr(message.content, "text", "")
    assert [str(one.uri) for one in (await client.list_resources()).resources] == ["muxer://peers"]
    (content,) = (await client.read_resource("muxer://peers")).contents
    assert [peer["name"] for peer in json.loads(getattr(content, "text", ""))["peers"]] == ["bob"]
    with pytest.raises(MCPError, match="no such tool"):
        await client.call_tool("no_such_tool", {})


async def test_repowire_38_the_sdk_speaks_with_a_host_through_the_pump(desk: Desk) -> None:
    token = await asyncio.to_thread(spawned, desk, "ada")
    await asyncio.to_thread(spawned, desk, "bob")
    program, *words = MUXER
    started = StdioServerParameters(
        command=program, args=[*words, "-L", HOST, "mcp"], env=desk.env | {"MUXER_TOKEN": token}
    )
    async with Client(started) as client:
        await looked_around(client)
        host = psutil.Process(await asyncio.to_thread(desk.host))
        host.kill()
        await asyncio.to_thread(host.wait, 20)
        asked = asyncio.ensure_future(client.call_tool("whoami", {}))  # there is no host now, and then there is
        await asyncio.to_thread(desk.json, "new", "--no-attach", "--split=float", "--", "true")
        assert json.loads(text(await asked))["name"] == "ada"
        assert (await asyncio.to_thread(desk.json, "reload"))["host"]["pid"] != host.pid
        assert json.loads(text(await client.call_tool("whoami", {})))["name"] == "ada"


async def test_repowire_38_the_sdk_speaks_with_a_host_over_http(desk: Desk) -> None:
    token = await asyncio.to_thread(spawned, desk, "ada")
    await asyncio.to_thread(spawned, desk, "bob")
    opened = await asyncio.to_thread(desk.json, "serve")
    door = {"Authorization": f"Bearer {await asyncio.to_thread(Path(opened['token_file']).read_text)}"}
    async with (
        httpx2.AsyncClient(headers=door | {"Muxer-Token": token}) as http,
        Client(streamable_http_client(f"{opened['url']}/mcp", http_client=http)) as client,
    ):
        await looked_around(client)
    async with httpx2.AsyncClient(headers=door | {"Muxer-Token": "wrong"}) as http:
        assert (await http.post(f"{opened['url']}/mcp", json={"id": 1, "method": "ping"})).status_code == 401


@pytest.fixture
def place() -> Iterator[Place]:
    place = Place(tempfile.mkdtemp(prefix="mux-", dir="/tmp"))
    yield place.started()
    place.close()


@asynccontextmanager
async def toys(place: Place) -> AsyncIterator[Client]:
    """A host with a tool that waits."""
    program, *words = place.toy
    started = StdioServerParameters(command=program, args=[*words, "mcp"], env=place.environ | {"MUXER_TOKEN": "t1"})
    async with Client(started) as client:
        yield client


async def test_the_sdk_hears_progress_and_calls_off(place: Place) -> None:
    async with toys(place) as client:
        told: list[tuple[float, str | None]] = []

        async def hear(progress: float, total: float | None, message: str | None) -> None:
            assert total is None
            told.append((progress, message))

        asked = asyncio.ensure_future(client.call_tool("wait", {}, progress_callback=hear))
        async with asyncio.timeout(20):
            while not told:  # noqa: ASYNC110 - nothing tells of it
                await asyncio.sleep(0.01)
        assert told == [(1, "toys")]
        await client.send_ping()
        asked.cancel()
        with pytest.raises(asyncio.CancelledError):
            await asked
        await asyncio.to_thread(until, lambda: ["off"] in place.told(), "it is called off")
        assert len(text(await client.call_tool("large", {}))) == 1 << 20
