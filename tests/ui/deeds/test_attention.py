from collections.abc import AsyncIterator

import pytest

from muxer.ui.app import MuxerApp
from tests.ui.asking import Seated, asked, finished, permission, seated
from tests.ui.conftest import StillRuntime
from tests.ui.glass import until


@pytest.fixture
async def seat(still: tuple[MuxerApp, StillRuntime]) -> AsyncIterator[Seated]:
    async with seated(*still) as sat:
        yield sat


async def test_who_has_waited_longest_is_gone_to_and_from_there_the_next(seat: Seated) -> None:
    seat.app.stage.place("p3", tab="third", way="none", show=False)
    seat.app.stage.place("p4", tab="third", way="right", show=False)
    seat.runtime.needed = [permission("p3"), permission("p2")]
    for key, pane in ((b"o", "p3"), (b"o", "p2"), (b"\x1bn", "p3")):
        seat.glass.type(b"\x02" + key)
        await until(lambda pane=pane: seat.app.bench.focus == pane, pane)  # type: ignore[misc]  # bound at once
    seat.runtime.needed = []
    seat.glass.type(b"\x02o")
    await until(lambda: seat.app.bench.focus == "p4", "the next pane, as nobody waits")


async def test_a_peer_without_a_pane_is_passed_over(seat: Seated) -> None:
    seat.runtime.needed = [asked(""), asked("p2")]
    seat.glass.type(b"\x02o")
    await until(lambda: seat.app.bench.focus == "p2")


async def test_where_nobody_waits_and_no_other_pane_is_that_is_said(seat: Seated) -> None:
    seat.glass.type(b"\x02o")
    await seat.glass.sees("no pane waits for you")


async def test_agents_go_before_panes_that_rang(seat: Seated) -> None:
    seat.app.notices.add("p2", "p2", "rang the bell", 0.0, seen=False)
    seat.app.stage.place("p3", tab="third", way="none", show=False)
    seat.runtime.needed = [finished("p3")]
    seat.glass.type(b"\x02o")
    await until(lambda: seat.app.bench.focus == "p3")


async def test_the_queue_opens(seat: Seated) -> None:
    await seat.opens()
    await seat.glass.sees("NEEDS YOU")
