import asyncio
from time import time

from muxer.mesh.alarm import Alarm


async def test_it_rings_in_order_and_for_each() -> None:
    rung: list[int] = []
    alarm = Alarm(rung.append)
    over = asyncio.Event()
    last = Alarm(lambda _: over.set())
    now = time()
    alarm.set(now + 0.03, 3)
    alarm.set(now + 0.01, 1)
    alarm.set(now + 0.02, 2)
    alarm.set(now - 9, 0)
    last.set(now + 0.06, 9)
    await over.wait()
    assert rung == [0, 1, 2, 3]


async def test_a_ring_may_set_another() -> None:
    over = asyncio.Event()
    rung: list[int] = []

    def ring(number: int) -> None:
        rung.append(number)
        if number < 3:
            alarm.set(0.0, number + 1)
        else:
            over.set()

    alarm = Alarm(ring)
    alarm.set(time() + 0.01, 1)
    await over.wait()
    assert rung == [1, 2, 3]


async def test_one_that_stopped_rings_for_nothing() -> None:
    rung: list[int] = []
    alarm = Alarm(rung.append)
    alarm.set(time() + 0.01, 1)
    alarm.stop()
    over = asyncio.Event()
    Alarm(lambda _: over.set()).set(time() + 0.05, 2)
    await over.wait()
    assert rung == []
