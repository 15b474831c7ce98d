"""A house that knows one toy of a CLI, and a repository for its agents."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from muxer.agents.spec import Cli
from tests.fleet.delivering import Delivering, delivering_in
from tests.fleet.toys import knows, toy_cli
from tests.house import House, house_in
from tests.workspaces.repositories import repository


@pytest.fixture
def toy(tmp_path: Path) -> Cli:
    return toy_cli(tmp_path / "bin")


@pytest.fixture
async def house(toy: Cli) -> AsyncIterator[House]:
    async with house_in() as made:
        knows(made, toy)
        yield made


@pytest.fixture
def shop(tmp_path: Path) -> Path:
    return repository(tmp_path / "shop")


@pytest.fixture
async def place(tmp_path: Path) -> AsyncIterator[Delivering]:
    """One host's inbox, and agents that it types into."""
    async with delivering_in(tmp_path) as made:
        yield made
