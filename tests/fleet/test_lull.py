import asyncio

import pytest

from muxer.fleet import lull
from muxer.fleet.lull import Lull


async def test_what_fell_quiet_is_hushed_once_and_then_no_timer_is_left(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(lull, "QUIET", 0.02)
    monkeypatch.setattr(lull, "BREATH", 0.0)
    hushed: list[str] = []
    done = asyncio.Event()

    def hush(pane: str) -> None:
        hushed.append(pane)
        if len(hushed) == 2:
            done.set()

    watching = Lull(hush)
    watching.seen("b")
    watching.seen("a")
    watching.seen("a")
    await asyncio.wait_for(done.wait(), 5)
    assert hushed == ["a", "b"]
    assert watching._timer is None


async def test_what_is_loud_is_left_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(lull, "QUIET", 3600.0)
    hushed: list[str] = []
    watching = Lull(hushed.append)
    watching.seen("a")
    watching._tick()
    watching.seen("a")
    watching._tick()
    assert hushed == []
    watching.stop()
    assert watching._timer is None
