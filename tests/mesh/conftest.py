from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.fleet.conftest import house, shop, toy
from tests.mesh.meeting import Meeting, Place, place_in

__all__ = ["house", "mesh", "place", "shop", "toy"]


@pytest.fixture
async def place(tmp_path: Path) -> AsyncIterator[Place]:
    async with place_in(tmp_path) as made:
        yield made


@pytest.fixture
async def mesh(place: Place) -> Meeting:
    return await place.open()
