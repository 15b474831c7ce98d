"""Programs that really end, and what is made of it. The waits are a hundredth of a person's."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path
from time import time
from typing import Any

import psutil
import pytest

from muxer.errors import MuxerError, SpawnFailed
from muxer.events import PaneClosed, Warned
from muxer.fleet import lifecycle
from muxer.fleet.pane import Pane
from muxer.model import Policy
from muxer.terminal.custody import Held
from tests.house import House, house_in, until
from tests.keeping import lives

LIVES = "echo up; exec cat"


@pytest.fixture
async def house(monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[House]:
    monkeypatch.setattr(lifecycle, "FIRST", 0.01)
    async with house_in() as made:
        yield made


def long_waits(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(lifecycle, "FIRST", 100.0)


async def opened(house: House, script: str, policy: Policy, name: str = "api") -> Pane:
    return await house.services.open_pane(["sh", "-c", script], cwd="/", name=name, policy=policy)


def warned(house: House) -> list[str]:
    return [event.text for event in house.heard if isinstance(event, Warned)]


def idle(house: House) -> bool:
    """Is nothing on its way for any pane?"""
    return all(life.task is None or life.task.done() for life in house.services.supervisor._lives.values())


def count(pane: Pane, word: str) -> int:
    return pane.terminal.engine.lines(history=True).count(word)


async def test_what_fails_is_started_again_in_its_pane_and_given_up_plainly(house: House) -> None:
    pane = await opened(house, "echo up; exit 3", "on-failure")
    await until(lambda: house.services.facts(pane.id).gave_up, "its being given up")
    facts = house.services.facts(pane.id)
    assert (facts.restarts, facts.again_at, facts.state) == (4, 0.0, "exited")
    assert warned(house) == ["api failed 5 times within 60 s (exited 3): muxer restart api starts it again"]
    await until(lambda: count(pane, "up") == 5, "what each of them said")
    assert house.services.status(pane.id).note == "gave up after 5 failures"
    await until(lambda: idle(house))


async def test_a_person_starts_what_was_given_up_anew(house: House) -> None:
    pane = await opened(house, "echo up; exit 3", "on-failure")
    await until(lambda: house.services.facts(pane.id).gave_up, "its being given up")
    await house.services.supervisor.restart(pane)
    assert not house.services.facts(pane.id).gave_up
    await until(lambda: house.services.facts(pane.id).gave_up, "its being given up once more")
    assert house.services.facts(pane.id).restarts == 9


async def test_the_wait_is_told_and_short_of_it_nothing_is_started(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    long_waits(monkeypatch)
    pane = await opened(house, "exit 1", "always")
    await until(lambda: house.services.facts(pane.id).again_at, "its next start")
    assert 90 < house.services.facts(pane.id).again_at - time() <= 100
    assert pane.exit is not None
    await house.services.supervisor.restart(pane)
    await until(lambda: house.services.facts(pane.id).restarts == 1)


@pytest.mark.parametrize(("policy", "goes"), [("on-failure", True), ("always", False)])
async def test_what_ends_well_is_started_again_only_if_always(house: House, policy: Policy, goes: bool) -> None:
    pane = await opened(house, "echo up; exit 0", policy)
    if goes:
        await until(lambda: house.happened(PaneClosed) == [PaneClosed(pane.id)], "the pane's end")
        assert house.services.supervisor._lives == {}
    else:
        await until(lambda: house.services.facts(pane.id).restarts >= 7, "more starts than failures would get")
        await house.services.supervisor.stop(pane)
        assert pane.id in house.panes.living


async def test_what_a_person_stops_stays_stopped_until_they_restart_it(house: House) -> None:
    pane = await opened(house, LIVES, "always")
    await house.shows(pane.id, "up")
    await house.services.supervisor.stop(pane)
    await until(lambda: idle(house))
    facts = house.services.facts(pane.id)
    assert pane.exit is not None
    assert (facts.again_at, facts.restarts) == (0.0, 0)
    await house.services.supervisor.restart(pane)
    assert pane.exit is None
    await until(lambda: count(pane, "up") == 2, "its second life")


async def test_stopping_what_waits_for_its_start_keeps_it_from_it(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    long_waits(monkeypatch)
    pane = await opened(house, "exit 1", "always")
    await until(lambda: house.services.facts(pane.id).again_at)
    await house.services.supervisor.stop(pane)
    assert house.services.facts(pane.id).again_at == 0.0
    await until(lambda: idle(house))


async def test_a_running_program_is_restarted_too(house: House) -> None:
    pane = await opened(house, LIVES, "always")
    before = pane.pid
    await asyncio.gather(*(house.services.supervisor.restart(pane) for _ in range(3)))
    await until(lambda: idle(house))
    assert pane.exit is None
    assert pane.pid != before
    assert house.services.facts(pane.id).restarts == 3
    keeper = psutil.Process(house.custody.keeper_pid)
    assert [child.pid for child in keeper.children() if lives(child.pid)] == [pane.pid]


async def test_a_slow_start_is_not_mistaken_for_an_end(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    held_open = "setsid sleep 1 &"
    pane = await opened(house, f"{held_open} {LIVES}", "always")
    await house.shows(pane.id, "up")
    spawn = house.custody.spawn

    async def spawn_late(*args: Any, **options: Any) -> Held:
        await until(lambda: idle(house), "the end of all that was to be done about the last program")
        return await spawn(*args, **options)

    monkeypatch.setattr(house.custody, "spawn", spawn_late)
    await house.services.supervisor.restart(pane)
    assert idle(house)
    assert house.services.facts(pane.id).restarts == 1


async def test_what_cannot_be_started_again_has_failed(house: House, tmp_path: Path) -> None:
    program = tmp_path / "program"
    program.write_text("#!/bin/sh\nread line; exit 1\n")
    program.chmod(0o755)
    pane = await house.services.open_pane([str(program)], cwd="/", name="my api", policy="on-failure")
    other = await opened(house, "echo up; read line; exit 1", "on-failure", "other")
    program.unlink()
    for one in (pane, other):
        one.terminal.write(b"\n")
    await until(lambda: house.services.facts(pane.id).gave_up, "its being given up")
    (said,) = warned(house)
    assert said.startswith("my api failed 5 times within 60 s (")
    assert str(program) in said
    assert said.endswith("): muxer restart 'my api' starts it again")
    await until(lambda: count(other, "up") == 2, "the other's second life")
    with pytest.raises(SpawnFailed):
        await house.services.supervisor.restart(pane)
    assert pane.id in house.panes.living


async def test_a_policy_holds_from_now_on(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    long_waits(monkeypatch)
    pane = await opened(house, "exit 1", "always")
    await until(lambda: house.services.facts(pane.id).again_at)
    await house.services.supervisor.set_policy(pane, "never")
    await until(lambda: idle(house))
    facts = house.services.facts(pane.id)
    assert (facts.policy, facts.again_at) == ("never", 0.0)
    assert pane.id in house.panes.living


async def test_a_pane_that_is_closed_while_it_waits_is_not_started(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    long_waits(monkeypatch)
    pane = await opened(house, "exit 1", "always")
    await until(lambda: house.services.facts(pane.id).again_at)
    task = house.services.supervisor._lives[pane.id].task
    assert task
    await house.services.close_pane(pane)
    await until(task.done)
    assert task.cancelled()
    with pytest.raises(MuxerError, match="closed"):
        await house.services.supervisor.restart(pane)


@pytest.mark.parametrize("milliseconds", range(0, 40, 5))
async def test_a_pane_that_is_closed_while_it_is_started_leaves_no_program(house: House, milliseconds: int) -> None:
    pane = await opened(house, LIVES, "always")
    starting = asyncio.ensure_future(house.services.supervisor.restart(pane))
    await asyncio.sleep(milliseconds / 1000)
    await house.services.close_pane(pane)
    await asyncio.wait({starting})
    starting.exception()
    assert await house.custody.held() == []
    keeper = psutil.Process(house.custody.keeper_pid)
    await until(lambda: not any(lives(child.pid) for child in keeper.children()), "the program's end")


async def next_host(house: House) -> None:
    house.leave()
    await house.open()
    await house.services.recover()
    house.services.show_recovered()


async def test_the_next_host_goes_on_waiting(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    long_waits(monkeypatch)
    pane = await opened(house, "echo up; exit 1", "always")
    await until(lambda: house.services.facts(pane.id).again_at)
    again_at = house.services.facts(pane.id).again_at
    await house.services.store.settled()
    await next_host(house)
    await until(lambda: house.services.facts(pane.id).again_at, "its next start")
    assert abs(house.services.facts(pane.id).again_at - again_at) < 5
    monkeypatch.setattr(lifecycle, "FIRST", 0.01)
    await next_host(house)
    await until(lambda: house.services.facts(pane.id).restarts == 1, "its start by the third host")


async def test_the_next_host_knows_what_was_given_up_and_what_was_stopped(house: House) -> None:
    failing = await opened(house, "exit 1", "always", "failing")
    stopped = await opened(house, LIVES, "always", "stopped")
    living = await opened(house, LIVES, "always", "living")
    await house.services.supervisor.stop(stopped)
    await house.services.supervisor.restart(living)
    await until(lambda: house.services.facts(failing.id).gave_up)
    await house.services.store.settled()
    await next_host(house)
    await until(lambda: house.services.facts(failing.id).gave_up, "that it was given up")
    await until(lambda: idle(house))
    assert house.services.facts(failing.id).restarts == 4
    assert house.services.facts(stopped.id).state != "running"
    assert house.services.facts(living.id).restarts == 1


async def test_a_program_whose_runs_are_not_known_is_seen_to_all_the_same(house: House) -> None:
    pane = await opened(house, "echo up; read line; exit 1", "always")
    await house.shows(pane.id, "up")
    house.services.store.note(lambda connection: connection.execute("DELETE FROM runs"))
    await house.services.store.settled()
    await next_host(house)
    found = house.panes.living[pane.id]
    found.terminal.write(b"\n")
    await until(lambda: count(found, "up") == 2, "its second life")


async def test_what_failed_while_nobody_saw_to_it_is_started_again(house: House) -> None:
    pane = await opened(house, "echo up; read line; exit 1", "always")
    await house.shows(pane.id, "up")
    await house.services.store.settled()
    pane.terminal.write(b"\n")
    house.leave()
    await house.open()
    await until(lambda: not Path(f"/proc/{pane.pid}/exe").exists(), "its end")
    await house.services.recover()
    house.services.show_recovered()
    found = house.panes.living[pane.id]
    await until(lambda: count(found, "up") == 2, "its second life")


async def test_a_host_that_goes_down_starts_nothing_more(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    long_waits(monkeypatch)
    pane = await opened(house, "exit 1", "always")
    await until(lambda: house.services.facts(pane.id).again_at)
    task = house.services.supervisor._lives[pane.id].task
    assert task
    house.services.supervisor.end()
    await until(task.done)
    running = await opened(house, LIVES, "always", "running")
    house.services.supervisor.end()
    await house.panes.signal(running, 9)
    await until(lambda: running.exit is not None)
    assert house.services.supervisor._lives == {}


async def test_the_next_host_knows_what_a_person_stopped(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    long_waits(monkeypatch)
    pane = await opened(house, "echo up; exit 3", "always")
    await until(lambda: house.services.facts(pane.id).again_at, "its next start")
    await house.services.supervisor.stop(pane)
    await house.services.store.settled()
    house.leave()
    await house.open()
    await house.services.recover()
    house.services.show_recovered()
    await until(lambda: idle(house))
    assert house.services.facts(pane.id).again_at == 0.0
