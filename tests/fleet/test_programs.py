"""Programs are stopped as they want it, killed if they must be, and frozen whole."""

import asyncio
import os
import re
import signal
import time
from collections.abc import AsyncIterator

import psutil
import pytest

from muxer.events import PaneChanged, PaneEnded
from muxer.fleet.pane import Pane
from muxer.model import Exit, Run
from muxer.store.panes import open_panes, runs_of
from tests.house import House, house_in, until
from tests.keeping import lives

COUNT = "i=0; while :; do i=$((i+1)); echo line $i; sleep 0.01; done"


@pytest.fixture
async def house() -> AsyncIterator[House]:
    async with house_in() as made:
        yield made


async def start(house: House, *command: str) -> Pane:
    panes = house.panes
    pane = await panes.open(panes.new_id(), command, cwd="/", name="", cols=60, rows=10)
    pane.terminal.start()
    return pane


async def runs(house: House, pane: Pane) -> list[Run]:
    await house.services.store.settled()
    return await house.services.store.read(runs_of, pane.id)


def lines(pane: Pane) -> int:
    return max(
        (int(n) for n in re.findall(r"^line (\d+)$", "\n".join(pane.terminal.engine.lines()), re.MULTILINE)), default=0
    )


def stopped(*pids: int) -> bool:
    return {psutil.Process(pid).status() for pid in pids} == {psutil.STATUS_STOPPED}


async def test_a_program_may_end_as_it_wants_and_its_pane_stays(house: House) -> None:
    pane = await start(house, "sh", "-c", "trap 'echo cleaned up; exit 5' TERM; echo set; while :; do sleep 0.01; done")
    await house.shows(pane.id, "set")
    await house.panes.stop(pane)
    assert pane.exit == Exit(status=5)
    await house.shows(pane.id, "cleaned up")
    assert house.happened(PaneEnded) == [PaneEnded(pane.id, Exit(status=5))]
    (run,) = await runs(house, pane)
    assert (run.asked, run.exit) == (True, Exit(status=5))
    await house.panes.stop(pane)
    assert pane.id in house.panes.living


async def test_what_ends_by_itself_was_not_asked_to(house: House) -> None:
    pane = await start(house, "sh", "-c", "exit 3")
    await until(lambda: pane.exit is not None)
    assert [(run.asked, run.exit) for run in await runs(house, pane)] == [(False, Exit(status=3))]


async def test_what_ignores_everything_is_killed_after_the_grace_with_all_its_session(house: House) -> None:
    deaf = "trap '' TERM HUP; echo job $$ $PPID; while :; do sleep 0.01; done"
    pane = await start(
        house, "bash", "-c", f'set -m; trap "" TERM HUP; bash -c "{deaf.replace("$", chr(92) + "$")}"; true'
    )
    await house.shows(pane.id, "job ")
    job = int(re.findall(r"job (\d+)", "\n".join(pane.terminal.engine.lines()))[0])
    began = time.monotonic()
    await house.panes.stop(pane, 0.2)
    assert 0.2 <= time.monotonic() - began < 2
    assert pane.exit == Exit(signal=9)
    await until(lambda: not lives(job))


async def test_shells_end_at_once(house: House) -> None:
    for command in ((), ("bash", "--norc", "-i")):
        shell = await start(house, *command)
        await house.shows(shell.id, "$")
        began = time.monotonic()
        await house.panes.stop(shell)
        assert time.monotonic() - began < 1.5
        assert shell.exit is not None


async def test_a_pane_that_is_closed_while_its_program_is_stopped_is_not_waited_for(house: House) -> None:
    pane = await start(house, "sh", "-c", "trap '' TERM; echo set; while :; do sleep 0.01; done")
    await house.shows(pane.id, "set")
    stopping = asyncio.ensure_future(house.panes.stop(pane, 20))
    await asyncio.sleep(0)
    await house.panes.forget(pane)
    await asyncio.wait_for(stopping, 5)


async def test_frozen_programs_stand_still_and_then_go_on_without_a_gap(house: House) -> None:
    pane, shell = await start(house, "sh", "-c", COUNT), await start(house, "bash", "--norc", "-i")
    shell.terminal.write(b"sleep 1000 &\n sleep 1000\n")
    await until(lambda: [child.name() for child in psutil.Process(shell.pid).children()] == ["sleep", "sleep"])
    children = [child.pid for child in psutil.Process(shell.pid).children()]
    await until(lambda: lines(pane) > 3)
    await house.panes.freeze()
    await until(lambda: stopped(pane.pid, shell.pid, *children))
    assert (pane.frozen, house.panes.facts(pane.id, "1").frozen) == (True, True)
    assert PaneChanged(pane.id) in house.heard
    pane.terminal.write(b"typed meanwhile\n")
    await house.panes.thaw(pane)
    seen = lines(pane)
    await until(lambda: lines(pane) > seen + 3)
    assert not pane.frozen
    assert stopped(shell.pid, *children), "the other still stands"
    await house.panes.thaw()
    await until(lambda: not any(stopped(pid) for pid in (shell.pid, *children)))
    # The shell, which reports jobs that stopped, noticed nothing.
    shell.terminal.write(b"\x03")
    shell.terminal.write(b"jobs; echo end-$((40+2))\n")
    await house.shows(shell.id, "end-42")
    said = "\n".join(shell.terminal.engine.lines())
    assert "Running" in said
    assert "Stopped" not in said


async def test_frozen_is_frozen_also_for_the_next_host_and_can_be_ended(house: House) -> None:
    first, second, third = [await start(house, "cat") for _ in range(3)]
    await house.panes.freeze()
    house.leave()
    await house.open()
    await house.panes.recover()
    found = house.panes.living
    assert all(pane.frozen for pane in found.values())
    await house.panes.stop(found[first.id], 20)
    assert found[first.id].exit == Exit(signal=signal.SIGTERM)
    await house.panes.forget(found[second.id])
    await until(lambda: not lives(second.pid))
    await house.panes.end()
    await until(lambda: not lives(third.pid))


async def test_freezing_what_has_ended_does_nothing(house: House) -> None:
    pane = await start(house, "sh", "-c", "exit")
    await until(lambda: pane.exit is not None)
    await house.panes.freeze(pane)
    await house.panes.freeze()
    assert not pane.frozen
    await house.panes.thaw(pane)


async def test_a_policy_is_known_to_the_store_and_to_the_next_host(house: House) -> None:
    pane = await start(house, "cat")
    assert house.panes.facts(pane.id, "1").policy == "never"
    await house.panes.set_policy(pane, "always")
    assert house.panes.facts(pane.id, "1").policy == "always"
    await house.services.store.settled()
    assert [known.policy for known in await house.services.store.read(open_panes)] == ["always"]
    house.leave()
    await house.open()
    await house.panes.recover()
    assert house.panes.living[pane.id].policy == "always"


async def test_a_signal_reaches_the_program(house: House) -> None:
    pane = await start(house, "sh", "-c", "trap 'echo got it; exit 5' TERM; echo set; while :; do sleep 0.01; done")
    await house.shows(pane.id, "set")
    await house.panes.signal(pane, signal.SIGTERM)
    await until(lambda: pane.exit == Exit(status=5))
    assert os.path.exists(f"{house.paths.panes}/{pane.id}.ring")
