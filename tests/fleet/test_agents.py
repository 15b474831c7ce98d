import os
from pathlib import Path
from typing import Any

import pytest

from muxer.agents.signs import Told
from muxer.agents.spec import Cli
from muxer.errors import UnknownName, UsageError
from muxer.store.agents import agent_numbered, living_agents, sessions_of
from tests.fleet.toys import knows, spawned
from tests.house import House


def told(kind: Any, session: str = "", transcript: str = "") -> Told:
    return Told(kind=kind, at=1.0, session=session, transcript=transcript)


async def test_an_agent_is_found_by_name_beginning_and_pane(house: House, tmp_path: Path) -> None:
    agents = house.services.agents
    ada = await spawned(house, tmp_path, name="ada")
    await house.services.open_pane(["cat"], cwd="/", name="plain")
    assert agents.find("ada") is agents.find("ad") is agents.find(ada.pane) is agents.of(ada.pane) is ada
    with pytest.raises(UnknownName, match="no agent named 'adda': did you mean ada"):
        agents.find("adda")
    with pytest.raises(UsageError, match="plain is no agent: muxer agent ls shows those that there are"):
        agents.find("plain")


async def test_only_its_token_proves_who_it_is(house: House, tmp_path: Path) -> None:
    agents = house.services.agents
    ada, eve = await spawned(house, tmp_path, name="ada"), await spawned(house, tmp_path, name="eve")
    assert agents.by_token(ada.token) is ada
    assert agents.by_token(eve.token) is eve
    for wrong in ("", "x", ada.token[:-1], "\udcff"):
        assert agents.by_token(wrong) is None


async def test_the_conversation_that_a_hook_tells_is_written_down(house: House, tmp_path: Path) -> None:
    agents, store = house.services.agents, house.services.store
    ada = await spawned(house, tmp_path)
    first = ada.session
    agents.told(ada, told("started", "two", "/talks/two"))
    agents.told(ada, told("prompted", "two"))
    agents.told(ada, told("ended", first))
    assert (ada.session, ada.transcript, len(ada.told)) == ("two", "/talks/two", 3)
    await store.settled()
    known = await store.read(sessions_of, ada.id)
    assert [(one.session, one.transcript) for one in known] == [(first, ""), ("two", "/talks/two")]
    (record,) = await store.read(living_agents)
    assert (record.session, record.transcript) == ("two", "/talks/two")


async def test_a_pane_that_is_renamed_is_an_agent_that_is(house: House, tmp_path: Path) -> None:
    ada = await spawned(house, tmp_path, name="ada")
    await house.panes.rename(house.panes.living[ada.pane], "grace")
    assert house.services.agents.facts(ada).name == "grace"
    await house.services.store.settled()
    record = await house.services.store.read(agent_numbered, ada.id)
    assert record
    assert record.name == "grace"


async def test_the_next_host_knows_them_again(house: House, toy: Cli, tmp_path: Path) -> None:
    ada = await spawned(house, tmp_path, name="ada", model="big", role="fixer", prompt="go")
    eve = await spawned(house, tmp_path, command=("cat",), name="eve")
    house.services.agents.told(ada, told("started", "two", "/talks/two"))
    await house.services.store.settled()
    house.leave()
    await house.open()
    knows(house, toy)
    await house.panes.recover()
    agents = house.services.agents
    assert await agents.learn(house.services.clis) == []
    assert house.services.agents.by_token(ada.token) is agents.of(ada.pane)
    for before in (ada, eve):
        after = agents.find(house.panes.living[before.pane].name)
        assert after.facts("x") == before.facts("x")
        assert (after.command, after.transcript, after.prompt) == (before.command, before.transcript, before.prompt)
    assert agents.find("ada").cli is toy


async def test_those_whose_panes_are_gone_are_gone(house: House, toy: Cli, tmp_path: Path) -> None:
    ada = await spawned(house, tmp_path, name="ada")
    await house.services.store.settled()
    house.leave()
    await house.open()
    for held in await house.custody.held():
        await house.custody.forget(held.pane)
    gone = await house.services.agents.learn({toy.name: toy})
    assert [(known.id, known.name) for known in gone] == [(ada.id, "ada")]
    await house.services.store.settled()
    assert (await house.services.agents.gone("ada")).gone_at is not None
    with pytest.raises(UnknownName, match="no gone agent named 'eve': did you mean ada"):
        await house.services.agents.gone("eve")


async def test_one_whose_cli_nobody_knows_any_more_still_lives(house: House, toy: Cli, tmp_path: Path) -> None:
    ada = await spawned(house, tmp_path, name="ada")
    await house.services.store.settled()
    house.leave()
    await house.open()
    await house.panes.recover()
    await house.services.agents.learn({})
    assert house.services.agents.find("ada").cli.name == toy.name
    assert house.services.agents.find("ada").session == ada.session
    assert os.path.isdir(ada.folder)
