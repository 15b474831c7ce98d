import asyncio
import json
import logging
from collections.abc import AsyncIterator
from typing import Any

import pytest

from muxer.agents.reading import read_clis
from muxer.commands.table import load_verbs, run, verb_named
from muxer.errors import MuxerError, UnknownName, UsageError
from muxer.fleet.agent import Agent
from muxer.model import Logged
from muxer.store.log import newest
from tests.house import House, house_in

load_verbs()
CLIS, _ = read_clis("")
ASKS = {"session_id": "s1", "tool_name": "Bash", "tool_input": {"command": "ls"}}


@pytest.fixture
async def house() -> AsyncIterator[House]:
    async with house_in() as made:
        await made.services.open_pane(["cat"], name="ada")
        await made.services.open_pane(["cat"], name="bare")
        agent = Agent(0, "p1", CLIS["claude-code"], token="t0", folder="/", spawned_at=0.0)
        made.services.agents.join(agent, "ada")
        yield made


async def told(house: House, **given: str) -> Any:
    return await run(verb_named("hook"), house.services, {"cli": "claude-code", "event": "Stop", **given})


async def logged(house: House) -> list[Logged]:
    await house.services.store.settled()
    return list(await house.services.store.read(newest, 10, ("hook",)))


async def test_what_an_agents_hook_says_is_logged_told_and_known(house: House) -> None:
    with house.services.bus.subscribe() as bus:
        answer = await told(house, event="PermissionRequest", pane="p2", token="t0", data=json.dumps(ASKS))
        await house.services.store.settled()
        batch = await asyncio.wait_for(bus.take(), 10)
    assert answer == ""
    (event,) = await logged(house)
    assert (event.kind, event.subject, event.data) == ("hook.PermissionRequest", "p1", ASKS)
    assert isinstance(batch, list)
    assert event in batch
    agent = house.services.agents.of("p1")
    assert agent
    assert [(one.kind, one.words) for one in agent.told] == [("asks", "Bash: ls")]


async def test_what_the_host_says_is_answered(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(house.services, "hooked", lambda agent, said: f"{agent.token} {said.kind}")
    assert await told(house, token="t0") == "t0 turn-ended"


@pytest.mark.parametrize("given", [{"event": "Odd"}, {"cli": "codex"}])
async def test_what_is_none_of_its_clis_is_only_logged(house: House, given: dict[str, str]) -> None:
    assert await told(house, token="t0", **given) == ""
    agent = house.services.agents.of("p1")
    assert agent
    assert not agent.told
    assert len(await logged(house)) == 1


@pytest.mark.parametrize("data", ["", "{", "[1]", "[" * 100_000, '{"session_id": 3, "tool_input": [[]]}'])
async def test_whatever_it_says_does_no_harm(house: House, data: str) -> None:
    assert await told(house, event="PreToolUse", token="t0", data=data) == ""
    assert len(await logged(house)) == 1


async def test_who_cannot_prove_himself_changes_nothing(house: House, caplog: pytest.LogCaptureFixture) -> None:
    words = "only the agent of ada may say that: its MUXER_TOKEN is another"
    with caplog.at_level(logging.WARNING, "muxer.commands.hook"):
        for token in ("t1", "t\ud800", "t1"):
            with pytest.raises(MuxerError, match=f"^{words}$"):
                await told(house, pane="p1", token=token)
        with pytest.raises(MuxerError, match=f"^{words}$"):
            await told(house, pane="p1")
    assert len(caplog.records) <= 1
    agent = house.services.agents.of("p1")
    assert agent
    assert not agent.told
    assert await logged(house) == []


async def test_a_pane_without_an_agent_needs_no_token(house: House) -> None:
    assert await told(house, pane="bare", event="session.idle", data='"hi"') == ""
    (event,) = await logged(house)
    assert (event.kind, event.subject) == ("hook.session.idle", "p2")
    assert event.data == "hi"  # type: ignore[comparison-overlap]


@pytest.mark.parametrize(
    ("given", "error", "words"),
    [
        ({"pane": "p9"}, UnknownName, "no pane named 'p9'"),
        ({}, UnknownName, "no pane named ''"),
        (
            {"pane": "p1", "event": "a b"},
            UsageError,
            "event: 'a b' is not a name of up to 64 letters, digits, dots, - and _",
        ),
        ({"pane": "p1", "cli": "-x"}, UsageError, "cli: '-x' is not a name"),
        ({"pane": "p1", "cli": ".x"}, UsageError, "cli: '.x' is not a name"),
    ],
)
async def test_what_belongs_nowhere_is_refused(
    house: House, given: dict[str, str], error: type[Exception], words: str
) -> None:
    with pytest.raises(error, match=f"^{words}"):
        await told(house, **given)
    assert await logged(house) == []
