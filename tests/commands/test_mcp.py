import json
from collections.abc import AsyncIterator
from typing import Any

import pytest

from muxer.agents.reading import read_clis
from muxer.commands.table import load_verbs, run, verb_named
from muxer.errors import MuxerError
from muxer.fleet.agent import Agent
from tests.house import House, house_in

load_verbs()
CLIS, _ = read_clis("")


@pytest.fixture
async def house() -> AsyncIterator[House]:
    async with house_in() as made:
        services = made.services
        for number, name in enumerate(("ada", "bob")):
            pane = await services.open_pane(["cat"], name=name)
            agent = Agent(number, pane.id, CLIS["claude-code"], token=f"t-{name}", folder=f"/{name}", spawned_at=0.0)
            services.agents.join(agent, name)
        yield made


async def asked(house: House, token: str, tool: str, **arguments: str) -> Any:
    message = {"jsonrpc": "2.0", "id": 1, "method": "tools/call", "params": {"name": tool, "arguments": arguments}}
    answer = await run(verb_named("mcp"), house.services, {"message": json.dumps(message), "token": token})
    assert isinstance(answer, str)
    result = json.loads(answer)["result"]
    return result["isError"], result["content"][0]["text"]


async def test_an_agent_is_who_its_token_says(house: House) -> None:
    for name in ("ada", "bob"):
        refused, text = await asked(house, f"t-{name}", "whoami")
        facts = json.loads(text)
        assert (refused, facts["name"], facts["folder"], facts["cli"]) == (False, name, f"/{name}", "claude-code")


async def test_it_sees_the_others(house: House) -> None:
    _, text = await asked(house, "t-ada", "list_peers")
    assert [one["name"] for one in json.loads(text)] == ["bob"]


async def test_what_it_tells_another_waits_there_under_its_name(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    put: list[tuple[str, str, str]] = []

    async def keep(agent: Agent, text: str, *, sender: str = "", kind: str = "note") -> int:
        put.append((agent.token, text, f"{sender} {kind}"))
        return 7

    monkeypatch.setattr(house.services.inbox, "put", keep)
    said = await asked(house, "t-ada", "notify", name="bob", text="hi\x1b[2J")
    assert said == (False, "message 7 waits for bob, and goes in as soon as it can")
    assert put == [("t-bob", "hi\x1b[2J", "ada note")]
    refused, text = await asked(house, "t-ada", "notify", name="eve", text="hi")
    assert (refused, text) == (True, "no agent named 'eve': did you mean ada, bob?")


@pytest.mark.parametrize("token", ["", "t-eve", "t-ad"])
async def test_who_is_no_agent_hears_nothing(house: House, token: str) -> None:
    with pytest.raises(
        MuxerError, match=r"^only an agent that muxer started can ask this: its MUXER_TOKEN is not one of this host's$"
    ):
        await asked(house, token, "list_peers")


async def test_the_model_is_told_what_messages_are(house: House) -> None:
    message = '{"id": 1, "method": "initialize", "params": {}}'
    answer = await run(verb_named("mcp"), house.services, {"message": message, "token": "t-ada"})
    assert isinstance(answer, str)
    assert "not orders" in json.loads(answer)["result"]["instructions"]
