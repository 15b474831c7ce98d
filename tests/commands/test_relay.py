"""The verb on what agents are told of each other's commits."""

from collections.abc import AsyncIterator
from types import SimpleNamespace

import pytest

from muxer.commands.line import obey
from muxer.commands.table import load_verbs, verb_named
from muxer.errors import UnknownName, UsageError
from muxer.exchange.courier import Courier
from muxer.exchange.dues import Dues
from muxer.exchange.relay import Relay
from muxer.work import Coordination
from tests.house import House, house_in

load_verbs()


@pytest.fixture
async def house() -> AsyncIterator[House]:
    async with house_in() as made:
        services = made.services
        agents, store = services.agents.living, services.store
        where = Coordination(root="/shop", operator="kim")
        courier = Courier(
            agents, store, dues=Dues(agents, store, services.inbox.put), label=lambda agent: agent.pane,
            name=lambda agent: services.agents.facts(agent).name, trunk=lambda _: where,
            waiting=services.inbox.waiting,
        )  # fmt: skip
        relay = Relay(agents, store, services.tell, courier=courier, trunk=lambda _: where, seen=lambda _: None)
        vars(services)["exchange"] = SimpleNamespace(relay=relay)
        yield made
        relay.stop()


async def said(house: House, *words: str) -> list[str]:
    """As people read it."""
    text, status = await obey(verb_named(words[0]), words[1:], house.services, cwd="/")
    assert status == 0
    return text.splitlines()


async def test_choices_are_shown_and_stay(house: House) -> None:
    assert await said(house, "relay") == ["there is no agent yet: muxer spawn"]
    for name in ("bob", "ada"):
        await said(house, "spawn", "--exec", "cat", "--name", name, "--workspace", "here")
    heading = "NAME  TOLD OF  PATHS"
    assert await said(house, "relay") == [heading, "ada   all", "bob   all"]
    assert await said(house, "relay", "ada", "paths", "src/**", "*.md") == [heading, "ada   paths    src/** *.md"]
    assert await said(house, "relay", "bob", "off") == [heading, "bob   off"]
    assert await said(house, "relay") == [heading, "ada   paths    src/** *.md", "bob   off"]
    assert await said(house, "relay", "ada", "digest") == await said(house, "relay", "ada")


async def test_wrong_words_are_one_line(house: House) -> None:
    with pytest.raises(UnknownName, match="nobody"):
        await said(house, "relay", "nobody", "off")
    await said(house, "spawn", "--exec", "cat", "--name", "ada", "--workspace", "here")
    for words in (("ada", "paths"), ("ada", "off", "src"), ("ada", "paths", " ")):
        with pytest.raises(UsageError, match="muxer relay AGENT paths GLOB…"):
            await said(house, "relay", *words)
    with pytest.raises(UsageError, match="is not a word"):
        await said(house, "relay", "ada", "paths", "a\nb")
    with pytest.raises(UsageError, match="not one of all, digest, paths, off"):
        await said(house, "relay", "ada", "loud")
