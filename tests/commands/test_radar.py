"""The verb that tells whose work clashes."""

from collections.abc import AsyncIterator
from types import SimpleNamespace
from typing import Any

import pytest

from muxer.commands.line import obey
from muxer.commands.table import load_verbs, run, verb_named
from muxer.errors import UnknownName
from muxer.work import Clash
from tests.house import House, house_in

load_verbs()


@pytest.fixture
async def house() -> AsyncIterator[House]:
    """Three agents; what clashes is found elsewhere."""
    clashes: list[Clash] = []
    async with house_in() as made:
        vars(made.services)["exchange"] = SimpleNamespace(radar=SimpleNamespace(clashes=lambda: clashes))
        for name in ("ada", "bob", "cyd"):
            await obey(verb_named("spawn"), ["--exec", "cat", "--name", name, "--workspace", "here"], made.services)
        ada, bob, cyd = made.services.agents.living
        clashes += [
            Clash(one=ada, other=bob, paths=("a.py",)),
            Clash(one=ada, other=cyd, paths=("a.py", "b.py", "c.py", "d\x1b[2J.py"), conflicts=("d\x1b[2J.py",)),
        ]
        yield made


async def said(house: House, *words: str) -> list[str]:
    """As people read it."""
    text, status = await obey(verb_named("radar"), words, house.services)
    assert status == 0
    return text.splitlines()


async def test_conflicts_come_first_and_nothing_steers_the_terminal(house: House) -> None:
    assert await said(house) == [
        "NAME  AND  BOTH CHANGE  CONFLICT  FILES",
        "ada   cyd  4            1         d[2J.py, a.py, b.py and 1 more",
        "ada   bob  1            0         a.py",
    ]


async def test_one_agent_can_be_asked_for(house: House) -> None:
    assert [line.split()[:2] for line in (await said(house, "bob"))[1:]] == [["ada", "bob"]]
    vars(house.services)["exchange"].radar.clashes().pop(0)
    assert await said(house, "bob") == ["no two agents change the same file"]
    with pytest.raises(UnknownName, match="nobody"):
        await said(house, "nobody")


async def test_as_json_all_paths_are_told(house: House) -> None:
    rows: Any = await run(verb_named("radar"), house.services, {"agent": "cyd"})
    assert rows == [
        {"one": "ada", "other": "cyd", "paths": ["a.py", "b.py", "c.py", "d\x1b[2J.py"], "conflicts": ["d\x1b[2J.py"]}
    ]
