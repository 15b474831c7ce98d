import asyncio
from collections.abc import AsyncIterator

import pytest

from muxer.commands.table import load_verbs, run, verb_named
from muxer.errors import UnknownName, UsageError
from muxer.store.log import newest
from tests.house import House, house_in

load_verbs()


@pytest.fixture
async def house() -> AsyncIterator[House]:
    async with house_in() as made:
        await made.services.open_pane(["cat"], name="ada")
        yield made


async def test_what_a_hook_says_is_logged_and_told(house: House) -> None:
    with house.services.bus.subscribe() as told:
        await run(verb_named("hook"), house.services, {"name": "Stop", "pane": "p1", "data": '{"why": "done"}'})
        await house.services.store.settled()
        batch = await asyncio.wait_for(told.take(), 10)
    (event,) = await house.services.store.read(newest, 10, ("hook",))
    assert (event.kind, event.subject, event.data) == ("hook.Stop", "p1", {"why": "done"})
    assert isinstance(batch, list)
    assert event in batch


@pytest.mark.parametrize(
    ("given", "error", "words"),
    [
        ({"name": "Stop", "pane": "p9"}, UnknownName, "no pane named 'p9'"),
        ({"name": "Stop"}, UnknownName, "no pane named ''"),
        ({"name": "a.b", "pane": "p1"}, UsageError, "name: 'a.b' is not a name of up to 64 letters, digits, - and _"),
        ({"name": "-x", "pane": "p1"}, UsageError, "name: '-x' is not a name"),
    ],
)
async def test_what_belongs_nowhere_is_refused(
    house: House, given: dict[str, object], error: type[Exception], words: str
) -> None:
    with pytest.raises(error, match=f"^{words}"):
        await run(verb_named("hook"), house.services, given)
    await house.services.store.settled()
    assert await house.services.store.read(newest, 10, ("hook",)) == []
