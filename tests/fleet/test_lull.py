import asyncio

import pytest

from muxer.fleet import lull
from muxer.fleet.lull import LONG, Lull


def nothing(_pane: str) -> None:
    """Nobody cares."""


async def test_what_fell_quiet_is_hushed_once_and_then_no_timer_is_left(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(lull, "QUIET", 0.02)
    monkeypatch.setattr(lull, "BREATH", 0.0)
    hushed: list[str] = []
    done = asyncio.Event()

    def hush(pane: str) -> None:
        hushed.append(pane)
        if len(hushed) == 2:
            done.set()

    watching = Lull(hush, nothing)
    watching.seen("b")
    watching.seen("a")
    watching.seen("a")
    await asyncio.wait_for(done.wait(), 5)
    assert hushed == ["a", "b"]
    assert watching._timer is None


async def test_what_is_loud_is_left_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(lull, "QUIET", 3600.0)
    hushed: list[str] = []
    watching = Lull(hushed.append, nothing)
    watching.seen("a")
    watching._tick()
    watching.seen("a")
    watching._tick()
    assert hushed == []
    watching.stop()
    assert watching._timer is None


async def test_what_never_falls_quiet_is_looked_after_now_and_then(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(lull, "QUIET", 3600.0)
    monkeypatch.setattr(lull, "BREATH", 0.0)
    long: list[str] = []
    watching = Lull(nothing, long.append)
    for _ in range(2 * LONG):
        watching.seen("a")
        watching._tick()
        await asyncio.sleep(0)
        await asyncio.sleep(0)
    assert long == ["a", "a"]
    watching.stop()
