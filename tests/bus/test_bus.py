import asyncio
import gc
from contextlib import suppress

import pytest

from muxer.bus.bus import LocalBus, Missed
from muxer.model import Logged


def logged(*ids: int) -> list[Logged]:
    return [Logged(number, 0.0, "pane.opened", f"p{number}") for number in ids]


async def test_everybody_hears_everything_in_order() -> None:
    bus = LocalBus()
    with bus.subscribe() as one, bus.subscribe() as other:
        bus.publish(logged(1, 2))
        bus.publish(logged(3))
        assert list(await one.take()) == list(await other.take()) == logged(1, 2, 3)  # type: ignore[arg-type]


async def test_taking_waits_until_there_is_something() -> None:
    bus = LocalBus()
    with bus.subscribe() as subscription:
        taking = asyncio.ensure_future(subscription.take())
        await asyncio.sleep(0)
        bus.publish([])
        await asyncio.sleep(0)
        assert not taking.done()
        bus.publish(logged(1))
        assert await taking == logged(1)


async def test_nothing_is_lost_when_taking_is_given_up() -> None:
    bus = LocalBus()
    with bus.subscribe() as subscription:
        taking = asyncio.ensure_future(subscription.take())
        await asyncio.sleep(0)
        bus.publish(logged(1))
        taking.cancel()
        with suppress(asyncio.CancelledError):
            await taking
        bus.publish(logged(2))
        assert await subscription.take() == logged(1, 2)


async def test_who_is_slow_is_told_what_was_missed() -> None:
    bus = LocalBus()
    with bus.subscribe(room=3) as slow, bus.subscribe() as quick:
        bus.publish(logged(1, 2))
        bus.publish(logged(3, 4))
        bus.publish(logged(5))
        assert await slow.take() == Missed(1, 5)
        assert await quick.take() == logged(1, 2, 3, 4, 5)
        bus.publish(logged(6))
        assert await slow.take() == logged(6)
        bus.publish(logged(7, 8, 9, 10))
        assert await slow.take() == Missed(7, 10)


async def test_a_slow_subscriber_keeps_no_more_than_its_room() -> None:
    bus = LocalBus()
    with bus.subscribe(room=8) as slow:
        for number in range(1, 2000):
            bus.publish(logged(number))
            assert len(slow._waiting) <= 8
        assert not slow._waiting
        assert await slow.take() == Missed(1, 1999)


@pytest.mark.parametrize("error", [RuntimeError, asyncio.CancelledError, GeneratorExit])
async def test_leaving_always_unsubscribes(error: type[BaseException]) -> None:
    bus = LocalBus()
    with suppress(error), bus.subscribe():
        assert len(bus._queues) == 1
        raise error
    assert not bus._queues


async def test_somebody_may_leave_while_it_is_told() -> None:
    bus = LocalBus()
    with bus.subscribe() as stays:
        leaving = bus.subscribe()
        left = leaving.__enter__()
        put = type(left).put

        def go(self: object, events: list[Logged]) -> None:
            put(self, events)  # type: ignore[arg-type]
            if self is left:
                leaving.__exit__(None, None, None)

        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(type(left), "put", go)
            bus.publish(logged(1))
        assert await stays.take() == logged(1)
        assert bus._queues == {stays}


async def test_a_forgotten_subscriber_is_not_kept() -> None:
    bus = LocalBus()

    async def listen() -> None:
        with bus.subscribe() as subscription:
            await subscription.take()

    listening = asyncio.ensure_future(listen())
    await asyncio.sleep(0)
    listening.cancel()
    with suppress(asyncio.CancelledError):
        await listening
    del listening
    gc.collect()
    assert not bus._queues
