"""Verbs on the host itself, as every door calls them."""

from collections.abc import AsyncIterator
from typing import Any

import pytest

from muxer import __version__
from muxer.commands.table import VERBS, load_verbs, run, verb_named
from muxer.errors import MuxerError
from tests.house import House, house_in

load_verbs()


@pytest.fixture
async def house() -> AsyncIterator[House]:
    async with house_in() as made:
        yield made


async def call(house: House, verb: str, **arguments: object) -> tuple[Any, str]:
    """What it answers, and how that reads."""
    answer = await run(verb_named(verb), house.services, arguments)
    show = VERBS[verb].show
    return answer, show(answer) if show else ""


async def test_ls_lists_panes_as_new_described_them(house: House) -> None:
    made, _ = await call(house, "new", command=["cat"], cwd="/", name="echo")
    seen, words = await call(house, "ls")
    assert seen["panes"] == [made]
    assert seen["clients"] == []
    assert seen["host"]["version"] == __version__
    assert "echo" in words


async def test_detach_lets_everybody_go_with_a_word(house: House) -> None:
    assert await call(house, "detach") == ({"detached": 2}, "2 detached")
    assert house.screen.dismissed == ["detached from t"]


async def test_reload_hands_over(house: House) -> None:
    async def reload() -> dict[str, Any]:
        return {"host": {"pid": 42}}

    house.services.reload = reload
    answer, words = await call(house, "reload")
    assert answer == {"host": {"pid": 42}}
    assert words == "the host is process 42 now"


async def test_attach_wants_a_terminal(house: House) -> None:
    with pytest.raises(MuxerError, match="run muxer attach in one"):
        await call(house, "attach", read_only=True)


async def test_version_is_the_hosts(house: House) -> None:
    answer, _ = await call(house, "version")
    assert answer["host"]["version"] == __version__
