"""The app of a host, and its successors: over a real runtime, with failures in its own pump."""

import pytest

from muxer.errors import MuxerError
from muxer.settings.wardrobe import Wardrobe
from muxer.showing import FAILURES, Showing
from tests.house import house_in, until
from tests.ui.conftest import StillRuntime


def fail() -> None:
    raise ZeroDivisionError("poisoned")


async def test_one_that_fails_is_followed_by_another_as_large_until_it_fails_too_often() -> None:
    failed: list[object] = []
    async with house_in() as house:
        services = house.services
        showing = Showing(services, Wardrobe(), StillRuntime(), on_failed=lambda: failed.append(showing.app))
        await showing.start((90, 20))
        listeners = len(services.listeners)
        apps = [showing.app]
        for number in range(1, FAILURES):
            showing.app.call_later(fail)
            await until(lambda number=number: len(failed) == number, "the failure")  # type: ignore[misc]
            assert len(services.listeners) == listeners - 1
            await showing.start_again({})
            apps.append(showing.app)
            assert services.stage is showing.app.stage
            assert tuple(showing.app.size) == (90, 20)
            assert len(services.listeners) == listeners
        assert len(set(map(id, apps))) == FAILURES
        showing.app.call_later(fail)
        await until(lambda: len(failed) == FAILURES, "the last failure")
        with pytest.raises(MuxerError, match="failed 3 times within 30 s"):
            await showing.start_again({})


async def test_one_that_is_closed_has_not_failed() -> None:
    failed: list[str] = []
    async with house_in() as house:
        showing = Showing(house.services, Wardrobe(), StillRuntime(), on_failed=lambda: failed.append("failed"))
        await showing.start((80, 24))
        await showing.close()
        assert showing.running.done()
        assert failed == []
