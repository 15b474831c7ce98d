"""Guests that come, go, and come back."""

import asyncio
from collections.abc import AsyncIterator

import pytest

from muxer.errors import MuxerError, UsageError
from muxer.events import PeersChanged
from muxer.mesh import guests as module
from muxer.mesh.guests import Guests
from muxer.store.guests import living_guests
from tests.house import House, until


@pytest.fixture
async def guests(house: House) -> AsyncIterator[Guests]:
    made = Guests(house.services.store, house.services.tell)
    yield made
    made.stop()


async def test_a_guest_is_here_as_long_as_its_connections(guests: Guests, house: House) -> None:
    bot = await guests.join("bot", cli="claude", circle="shop", folder="/srv")
    assert (guests.living, guests.by_token(bot.token)) == ({bot.peer: bot}, bot)
    assert await guests.join("whatever", token=bot.token) is bot
    guests.leave(bot)
    assert bot.peer in guests.living
    guests.leave(bot)
    guests.leave(bot)
    assert (guests.living, guests.by_token(bot.token), guests.by_token("")) == ({}, None, None)
    await house.services.store.settled()
    assert await house.services.store.read(living_guests) == []
    assert house.happened(PeersChanged) == [PeersChanged(bot.peer)] * 2


async def test_one_that_comes_back_is_the_same_and_keeps_its_circle(guests: Guests) -> None:
    """B30: no peer moves its own circle."""
    bot = await guests.join("bot", circle="shop")
    guests.leave(bot)
    again = await guests.join("other", circle="bank", token=bot.token)
    assert (again.peer, again.name, again.circle) == (bot.peer, "bot", "shop")
    third = await guests.join("other", circle="bank", token=again.token)
    assert third.circle == "shop"


async def test_a_guest_may_bring_a_token_that_cannot_be_guessed(guests: Guests) -> None:
    with pytest.raises(UsageError, match="a token has 16 letters at least"):
        await guests.join("bot", token="1234")
    bot = await guests.join("bot", token="t" * 16)
    assert guests.by_token("t" * 16) == bot


async def test_many_at_once_have_names_of_their_own(guests: Guests) -> None:
    came = await asyncio.gather(*(guests.join("bot") for _ in range(5)), *(guests.join("x", token="t" * 16),) * 1)
    assert sorted(one.name for one in came) == ["bot", "bot-2", "bot-3", "bot-4", "bot-5", "x"]
    assert len({one.token for one in came}) == 6


async def test_one_that_comes_twice_at_once_is_one(guests: Guests) -> None:
    one, two = await asyncio.gather(guests.join("bot", token="t" * 16), guests.join("bot", token="t" * 16))
    assert one is two
    guests.leave(one)
    assert len(guests.living) == 1


@pytest.mark.parametrize("name", ["you", "y\u043eu", "muxer", "", "a\x1b[31m", "two\nlines\x00", "x" * 61, "\u202eada"])
async def test_nobody_comes_under_a_name_that_is_not_its_own(guests: Guests, name: str) -> None:
    with pytest.raises(UsageError) as refused:
        await guests.join(name)
    assert "\n" not in str(refused.value)
    assert guests.living == {}


async def test_names_of_others_are_numbered_and_those_that_look_like_them_refused(guests: Guests) -> None:
    """B27: a name that a living peer has is nobody else's."""
    guests.taken = lambda: ["ada"]
    assert (await guests.join("ada")).name == "ada-2"
    with pytest.raises(UsageError, match="looks like ada: choose another name"):
        await guests.join("\u0430da")


async def test_those_of_the_last_host_have_some_seconds_to_come_back(
    guests: Guests, house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    bot, eve = await guests.join("bot", circle="shop"), await guests.join("eve")
    monkeypatch.setattr(module, "GRACE", 0.02)
    after = Guests(house.services.store, house.services.tell)
    await after.learn()
    assert (await after.join("whoever", token=bot.token)).peer == bot.peer
    await until(lambda: eve.peer not in after.living, "that eve is missed")
    assert list(after.living) == [bot.peer]
    assert after.living[bot.peer].circle == "shop"


async def test_there_is_an_end_to_how_many_come(guests: Guests, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "MOST", 1)
    await guests.join("bot")
    with pytest.raises(MuxerError, match="1 guests are here already"):
        await guests.join("eve")
