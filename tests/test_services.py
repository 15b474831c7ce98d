import asyncio
import os
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from muxer.errors import SpawnFailed
from muxer.events import Event, PaneClosed, Warned
from muxer.fleet import lifecycle
from muxer.paths import config_folder
from muxer.store.hooks import log_hook
from tests.house import House, house_in, until


@pytest.fixture
async def house() -> AsyncIterator[House]:
    async with house_in() as made:
        yield made


def settled(house: House) -> bool:
    """Was all done about every program that ended?"""
    return all(life.task is None or life.task.done() for life in house.services.supervisor._lives.values())


async def test_a_pane_is_shown_as_large_as_its_place(house: House) -> None:
    pane = await house.services.open_pane(["sh", "-c", "stty size; cat"], cwd="/")
    await house.shows(pane.id, "10 60")
    assert house.screen.shown == {"p1": pane.terminal}
    assert house.services.overview()["panes"] == [house.services.facts("p1")]


async def test_several_at_once_do_not_disturb_each_other(house: House) -> None:
    opened = await asyncio.gather(*(house.services.open_pane(["sh", "-c", "echo up; cat"], cwd="/") for _ in range(4)))
    for pane in opened:
        await house.shows(pane.id, "up")
    closing = asyncio.gather(*(house.services.close_pane(pane) for pane in opened))
    while not closing.done():
        house.screen.look()
        await asyncio.sleep(0)
    await closing
    assert house.screen.shown == {}


async def test_what_cannot_be_started_gives_its_place_back(house: House) -> None:
    with pytest.raises(SpawnFailed):
        await house.services.open_pane(["/no/such/program"], cwd="/")
    assert house.screen.shown == {}


async def test_without_a_folder_it_starts_at_home(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MUXER_CWD", "/usr")
    assert (await house.services.open_pane(["cat"])).cwd == "/usr"
    monkeypatch.setenv("MUXER_CWD", "/no/such/folder")
    assert (await house.services.open_pane(["cat"])).cwd == "/"


async def test_a_pane_whose_program_ended_well_goes_with_its_last_words_read(house: House) -> None:
    said: list[Event] = []
    await house.services.open_pane(["cat"], cwd="/")
    await house.services.open_pane(["sh", "-c", "exit 0"], cwd="/")
    await until(lambda: list(house.screen.shown) == ["p1"], "the pane's end")
    assert house.happened(PaneClosed) == [PaneClosed("p2")]
    assert said == []


async def test_a_pane_whose_program_failed_stays(house: House) -> None:
    pane = await house.services.open_pane(["sh", "-c", "echo oh no; exit 1"], cwd="/")
    await until(lambda: pane.terminal.ended and settled(house))
    assert list(house.screen.shown) == [pane.id]
    assert "oh no" in pane.terminal.engine.lines()


@pytest.mark.parametrize(("short", "goes"), [(0.0, True), (1000.0, False)])
async def test_a_shell_goes_whatever_its_last_command_said_unless_it_failed_to_start(
    house: House, monkeypatch: pytest.MonkeyPatch, short: float, goes: bool
) -> None:
    monkeypatch.setattr(lifecycle, "SHORT_LIFE", short)
    shell = await house.services.open_pane([], cwd="/")
    await house.shows(shell.id, "$")
    shell.terminal.write(b"exit 7\n")
    await until(lambda: shell.exit is not None)
    await until(lambda: settled(house))
    assert (house.screen.shown == {}) is goes


async def test_the_last_one_to_go_is_told(house: House) -> None:
    emptied: list[bool] = []
    house.services.on_empty = lambda: emptied.append(True)
    first = await house.services.open_pane(["cat"], cwd="/")
    second = await house.services.open_pane(["cat"], cwd="/")
    await house.services.close_pane(first)
    assert emptied == []
    await house.services.close_pane(second)
    assert emptied == [True]


async def test_one_who_fails_to_listen_does_not_deafen_the_others(
    house: House, caplog: pytest.LogCaptureFixture
) -> None:
    def fail(event: Event) -> None:
        raise RuntimeError(event)

    house.services.listeners.insert(0, fail)
    house.services.tell(Warned("look"))
    assert house.heard == [Warned("look")]
    assert "a listener failed" in caplog.text


async def test_an_overview_names_everybody(house: House) -> None:
    seen = house.services.overview()
    assert seen["host"]["name"] == "t"
    assert seen["host"]["pid"] == os.getpid()
    assert seen["keeper"] == {"pid": house.custody.keeper_pid}
    assert seen["clients"] == seen["panes"] == []


async def test_a_status_follows_from_what_is_seen_now(house: House) -> None:
    shell = await house.services.open_pane([], cwd="/")
    await house.shows(shell.id, "$")
    assert house.services.status(shell.id).state == "idle"
    assert house.services.status(shell.id, waits="a bell").state == "waiting"
    shell.terminal.write(b"cat\n")
    await until(lambda: house.services.status(shell.id).state == "working", "cat in the shell")
    assert {"in the foreground: cat", "last output: 0s ago"} <= {*house.services.status(shell.id).evidence}
    assert house.services.status("p9").state == "starting"


async def test_an_explanation_knows_the_runs_and_what_hooks_reported(house: House) -> None:
    pane, other = [await house.services.open_pane(["cat"], cwd="/", policy="always") for _ in range(2)]
    await house.services.supervisor.restart(pane)
    for subject in (pane.id, other.id):
        house.services.store.note(log_hook, subject, f"Stop-{subject}", "{}")
    await house.services.store.settled()
    evidence = "\n".join((await house.services.explain(pane.id)).evidence)
    assert "restart policy: always, restarts so far: 1" in evidence
    assert "run 0s ago: not ended" in evidence
    assert "killed by signal 15 after 0s, as a person wanted" in evidence
    assert f"hook Stop-{pane.id}: 0s ago" in evidence
    assert other.id not in evidence


async def test_what_is_wrong_with_a_cli_is_told(house: House) -> None:
    file = Path(config_folder(), "clis", "mine.toml")
    file.parent.mkdir(parents=True)
    file.write_text("binari = []\n")
    await house.services.recover()
    await house.services.read_clis()
    assert any("mine.toml:1: " in event.text for event in house.heard if isinstance(event, Warned))


async def test_the_next_host_shows_what_it_finds(house: House) -> None:
    pane = await house.services.open_pane(["cat"], cwd="/")
    house.leave()
    await house.open()
    assert await house.services.recover() == [pane.id]
    house.services.show_recovered()
    house.panes.living[pane.id].terminal.write(b"still here\n")
    await house.shows(pane.id, "still here")
