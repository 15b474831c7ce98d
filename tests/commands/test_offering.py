import json
from collections.abc import AsyncIterator
from contextlib import aclosing

import pytest

from muxer.commands.offering import answer, offer
from muxer.commands.table import load_verbs
from muxer.errors import UnknownName, UsageError
from muxer.store.panes import KnownPane, open_pane
from muxer.wire.caller import Caller
from tests.house import House, house_in

load_verbs()
ALONE = Caller(pid=1, uid=1)


@pytest.fixture
async def house() -> AsyncIterator[House]:
    async with house_in() as made:
        yield made


async def test_a_verb_is_done(house: House) -> None:
    assert await answer(house.services, "events", {"limit": 5}, ALONE) == []
    with pytest.raises(UnknownName, match="no verb named 'evnts'"):
        await answer(house.services, "evnts", {}, ALONE)
    with pytest.raises(UsageError, match="would not end here"):
        await answer(house.services, "events", {"follow": True}, ALONE)


async def test_what_the_web_is_offered(house: House) -> None:
    async def call(verb: str, arguments: dict[str, object], caller: Caller) -> object:
        return await answer(house.services, verb, arguments, caller)

    offered = offer(lambda: house.services, call, lambda: False, "host.log")
    verbs = offered.verbs()
    assert {"new", "events", "serve"} <= {verb["name"] for verb in verbs if isinstance(verb, dict)}
    assert json.dumps(verbs)
    assert not offered.ready()
    batches = await offered.follow(None, ["pane"])
    pane = KnownPane(id="p1", name="a", command=("cat",), cwd="/", shell=False, policy="never")
    await house.services.store.ask(open_pane, pane)
    async with aclosing(batches):
        assert [number for number, _ in await anext(batches)] == [1]
