"""Panes whose programs are started again, by this host or by the next."""

import asyncio
import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path

import pytest

from muxer.channel import GRACE
from muxer.errors import MuxerError, SpawnFailed
from muxer.events import PaneEnded, Warned
from muxer.fleet.panes import NOT_STARTED
from muxer.model import Exit
from tests.fleet.opened import known, next_host, runs, screen, start
from tests.house import House, house_in, until
from tests.keeping import lives


@pytest.fixture
async def house() -> AsyncIterator[House]:
    async with house_in() as made:
        yield made


async def test_a_program_starts_again_in_its_pane(house: House) -> None:
    script = r"printf '\033]2;busy\007'; stty size; pwd; echo $MUXER_PANE; read x; exit 3"
    pane = await start(house, "sh", "-c", script, name="api", cwd="/tmp")
    await house.shows(pane.id, "p1")
    pane.terminal.write(b"\n")
    await until(lambda: pane.exit is not None)
    before = pane.pid
    pane.terminal.resize(50, 12)
    await house.panes.restart(pane)
    await until(lambda: screen(pane).count("p1") == 2)
    said = ["10 60", "/tmp", "p1", "── restarted, exited 3 ──", "12 50", "/tmp", "p1"]
    assert screen(pane) == said
    facts = house.panes.facts("p1", "1")
    assert (facts.state, facts.exit, facts.name, facts.pid) == ("running", None, "api", pane.pid)
    assert pane.pid != before
    assert [run.exit for run in await runs(house, "p1")] == [Exit(status=3), None]
    # Who is still running is stopped first.
    await house.panes.restart(pane)
    await until(lambda: screen(pane).count("p1") == 3)
    assert [(run.exit, run.asked) for run in await runs(house, "p1")][1:] == [(Exit(signal=15), True), (None, False)]
    await next_host(house)
    assert screen(house.panes.living["p1"])[: len(said)] == said
    assert house.panes.living["p1"].pid == pane.pid


async def test_what_cannot_start_again_says_so_in_its_pane(house: House, tmp_path: Path) -> None:
    folder = tmp_path / "here"
    folder.mkdir()
    pane = await start(house, "sh", "-c", "echo runs; exit 1", cwd=str(folder))
    await until(lambda: pane.terminal.ended and pane.exit is not None)
    folder.rmdir()
    with pytest.raises(SpawnFailed, match="is gone"):
        await house.panes.restart(pane)
    assert "is gone ──" in " ".join(screen(pane)).replace("  ", " ")
    assert pane.exit == Exit(status=1)
    assert [run.exit for run in await runs(house, pane.id)] == [Exit(status=1), NOT_STARTED]
    folder.mkdir()
    await house.panes.restart(pane)
    await until(lambda: screen(pane).count("runs") == 2)


async def test_a_pane_that_is_closed_while_its_program_starts_leaves_none(house: House) -> None:
    pane = await start(house, "sh", "-c", "exit 1")
    await until(lambda: pane.terminal.ended and pane.exit is not None)
    restarting = asyncio.ensure_future(house.panes.restart(pane))
    for _ in range(3):
        await asyncio.sleep(0)
    await house.panes.forget(pane)
    with pytest.raises(MuxerError, match="closed meanwhile"):
        await restarting
    assert await house.custody.held() == []
    assert await known(house) == []


async def test_a_pane_is_brought_back_without_its_program_and_started_again(house: House) -> None:
    pane = await start(house, "sh", "-c", "echo before; cat", name="api")
    await house.shows(pane.id, "before")
    (was,) = await known(house)
    house.panes.save()
    house.leave()
    os.unlink(f"{house.paths.panes}/{pane.id}.ring")
    os.kill(house.custody.keeper_pid, signal.SIGKILL)
    await until(lambda: not lives(pane.pid), "its end by hang-up")
    await house.open()
    assert await house.panes.recover() == []
    back = house.panes.bring_back(was, Exit())
    house.screen.shown[back.id] = back.terminal
    back.terminal.start()
    facts = house.panes.facts(back.id, "1")
    assert (facts.id, facts.name, facts.state, facts.exit) == (pane.id, "api", "lost", Exit())
    assert screen(back) == ["before"]
    assert [run.exit for run in await runs(house, pane.id)] == [Exit()]
    assert house.happened(Warned) == []
    await house.panes.rename(back, "web")
    await house.panes.restart(back)
    await until(lambda: screen(back).count("before") == 2)
    assert screen(back) == ["before", "── restarted, ended ──", "before"]
    await next_host(house)
    assert house.panes.living[back.id].name == "web"
    lost = house.panes.bring_back(replace(was, id="p9", name="gone"), Exit())
    assert screen(lost) == []
    await house.panes.forget(lost)
    assert house.happened(Warned) == []


async def test_the_end_of_everything_is_clean_quick_and_written_down(house: House) -> None:
    polite = "trap 'echo bye > {0}; exit' TERM; echo set; while :; do sleep 0.01; done"
    panes = [await start(house, "sh", "-c", polite.format(f"{house.paths.folder}/{n}")) for n in range(3)]
    panes += [await start(house), await start(house, "cat")]
    for pane in panes[:3]:
        await house.shows(pane.id, "set")
    await house.panes.freeze(panes[0])
    began = time.monotonic()
    await house.panes.end()
    assert time.monotonic() - began < GRACE
    assert all(os.path.exists(f"{house.paths.folder}/{n}") for n in range(3)), "each had time to clean up"
    assert house.happened(PaneEnded) == []
    assert await known(house) == []
    assert [[run.asked for run in await runs(house, pane.id)] for pane in panes] == [[True]] * 5
    assert os.listdir(house.paths.panes) == []


RESTLESS = """
import asyncio, sys
from muxer.config import Config
from tests.house import House

async def main():
    house = House(sys.argv[1], Config())
    await house.open()
    await house.panes.recover()
    pane = house.panes.living["p1"]
    house.services.stage = None
    house.services.tell = lambda _: None
    pane.terminal.start()
    print("up", flush=True)
    while True:
        if pane.exit is not None:
            await house.panes.restart(pane)
        await asyncio.sleep(0)

asyncio.run(main())
"""


async def test_a_host_that_is_killed_while_it_restarts_leaves_what_the_next_goes_on_with(house: House) -> None:
    pane = await start(house, "sh", "-c", "echo begun $$; echo done $$; exit 1")
    await until(lambda: pane.exit is not None and pane.terminal.ended)
    folder = os.path.dirname(house.paths.folder)
    for killed in range(5):
        await house.services.store.settled()
        house.leave()
        host = await asyncio.create_subprocess_exec(sys.executable, "-c", RESTLESS, folder, stdout=subprocess.PIPE)
        assert host.stdout
        assert await host.stdout.readline() == b"up\n"
        await asyncio.sleep(0.01 + killed * 0.017)
        host.kill()
        await host.wait()
        await house.open()
        assert await house.panes.recover() == ["p1"]
        pane = house.panes.living["p1"]
        pane.terminal.start()
        await until(lambda pane=pane: pane.exit is not None and pane.terminal.ended)  # type: ignore[misc]
        said = [line.split()[0] for line in screen(pane)]
        lives_seen = "".join({"begun": "b", "done": "d", "──": "|"}[word] for word in said)
        assert re.fullmatch(r"(bd)?(\|+bd)*\|*", lives_seen), lives_seen
        numbers = [line.split()[1] for line in screen(pane) if line[0] != "─"]
        assert numbers[::2] == numbers[1::2]
        assert len(set(numbers)) == len(numbers) // 2
        assert all(run.ended_at for run in await runs(house, "p1"))
    await house.panes.restart(pane)
    await until(lambda: pane.exit is not None)
    assert house.happened(Warned) == []
