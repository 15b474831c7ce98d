"""What agents are owed comes into their inboxes once, also of those who come later."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from muxer.store.owed import Owed, owe, still_owed
from tests.exchange.relaying import Relaying, relaying_in


@pytest.fixture
async def place(tmp_path: Path) -> AsyncIterator[Relaying]:
    async with relaying_in(tmp_path) as made:
        yield made


async def test_it_is_put_there_once_and_waits_for_who_is_not_there_yet(place: Relaying) -> None:
    ada, bob = await place.agent("ada", "here"), await place.agent("bob", "here")
    owed = [Owed(agent=one.id, sender="muxer", text=f"to {one.token}", kind="clash") for one in (ada, bob)]
    await place.store.ask(owe, owed)
    del place.agents[bob.pane]
    await place.dues.pay(owed)
    await place.store.settled()
    assert await place.store.read(still_owed) == owed[1:]
    place.agents[bob.pane] = bob
    for _ in range(2):
        await place.next_host()
    assert await place.notes(ada) == ["muxer: to ada"]
    assert await place.notes(bob) == ["muxer: to bob"]
    assert await place.store.read(still_owed) == []
