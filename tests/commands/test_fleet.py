"""Verbs on programs that end, are started again, and are held, as every door calls them."""

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import psutil
import pytest

from muxer.commands.table import VERBS, load_verbs, run, verb_named
from muxer.errors import SpawnFailed, UnknownName, UsageError
from tests.house import House, house_in, until

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


async def programs(house: House, *names: str) -> list[psutil.Process]:
    made = [(await call(house, "new", command=["cat"], cwd="/", name=name))[0] for name in names]
    return [psutil.Process(pane["pid"]) for pane in made]


async def test_restart_starts_several_in_their_panes(house: House) -> None:
    before = await programs(house, "api", "web", "db")
    assert await call(house, "restart", pane=["api", "web", "api"]) == (
        {"restarted": ["api", "web"]}, "restarted: api, web",
    )  # fmt: skip
    after = [house.services.facts(pane) for pane in house.panes.living]
    assert [facts.name for facts in after] == ["api", "web", "db"]
    assert [facts.state for facts in after] == ["running"] * 3
    assert [facts.pid == process.pid for facts, process in zip(after, before, strict=True)] == [False, False, True]
    with pytest.raises(UnknownName):
        await call(house, "restart", pane=["web", "nosuch"])


async def test_one_that_cannot_be_restarted_holds_up_no_other(house: House, tmp_path: Path) -> None:
    program = tmp_path / "program"
    program.write_text("#!/bin/sh\ncat\n")
    program.chmod(0o755)
    await call(house, "new", command=[str(program)], cwd="/", name="gone")
    (web,) = await programs(house, "web")
    program.unlink()
    with pytest.raises(SpawnFailed):
        await call(house, "restart", pane=["gone", "web"])
    facts = house.services.facts("p2")
    assert facts.state == "running"
    assert facts.pid != web.pid


async def test_stop_without_words_ends_the_host(house: House) -> None:
    stopped: list[bool] = []
    house.services.on_stop = lambda: stopped.append(True)
    await programs(house, "api", "web")
    assert await call(house, "stop") == ({"ended": 2}, "2 panes ended")
    assert stopped == [True]


async def test_stop_with_words_ends_programs_and_keeps_their_panes(house: House) -> None:
    await programs(house, "api", "web")
    await call(house, "policy", pane="api", policy="always")
    assert await call(house, "stop", pane=["api"]) == ({"stopped": ["api"]}, "stopped: api")
    assert [house.services.facts(pane).state for pane in ("p1", "p2")] == ["crashed", "running"]
    assert (await call(house, "stop", all=True))[1] == "stopped: api, web"
    assert [house.services.facts(pane).state for pane in ("p1", "p2")] == ["crashed", "crashed"]
    assert house.services.facts("p1").again_at == 0.0
    with pytest.raises(UsageError, match="either which panes or --all"):
        await call(house, "stop", pane=["api"], all=True)


async def test_a_policy_is_kept(house: House) -> None:
    await programs(house, "api")
    await call(house, "policy", pane="api", policy="on-failure")
    assert house.services.facts("p1").policy == "on-failure"
    with pytest.raises(UsageError, match="not one of never, on-failure, always"):
        await call(house, "policy", pane="api", policy="sometimes")


async def test_freeze_and_thaw(house: House) -> None:
    api, web, _ = await programs(house, "api", "web", "ended")
    await call(house, "stop", pane=["ended"])
    assert await call(house, "freeze", pane=["api"]) == ({"frozen": ["api"]}, "frozen: api")
    await until(lambda: api.status() == psutil.STATUS_STOPPED)
    assert web.status() != psutil.STATUS_STOPPED
    assert house.services.status("p1").state == "frozen"
    assert (await call(house, "freeze"))[1] == "frozen: api, web"
    await until(lambda: web.status() == psutil.STATUS_STOPPED)
    assert (await call(house, "thaw"))[1] == "going on: api, web"
    await until(lambda: psutil.STATUS_STOPPED not in (api.status(), web.status()))
    assert (await call(house, "thaw"))[1] == "going on: nothing"


async def test_explain_tells_the_state_and_why(house: House) -> None:
    await programs(house, "api")
    answer, words = await call(house, "explain", pane="api")
    assert (answer["id"], answer["name"], answer["state"], answer["note"]) == ("p1", "api", "working", "")
    head, *why = words.splitlines()
    assert head == "api (p1): working"
    assert why[0] == f"  process {house.services.facts('p1').pid} runs: cat"
    await call(house, "stop", pane=["api"])
    assert (await call(house, "explain", pane="api"))[1].startswith("api (p1): crashed: killed by signal 15\n  its")
