import os
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from muxer.events import Warned
from muxer.fleet.restoring import bring_back, start_again
from muxer.model import Exit, Policy
from muxer.store import panes as records
from muxer.store.panes import KnownPane
from tests.fleet.toys import knows, spawned, toy_cli
from tests.house import House, house_in, until


@pytest.fixture
async def house() -> AsyncIterator[House]:
    async with house_in() as made:
        yield made


def remembered(
    house: House, pane: str, *command: str, policy: Policy = "never", cwd: str = "/", ended: Exit | None = None,
    asked: bool = False,
) -> None:  # fmt: skip
    """A pane that was there before everything was killed."""
    known = KnownPane(
        id=pane, name=f"the {pane}", command=command or ("sh",), cwd=cwd, shell=not command, policy=policy
    )
    house.services.store.note(records.open_pane, known)
    house.services.store.note(records.start_run, pane, 77)
    if ended:
        house.services.store.note(records.end_run, pane, ended, asked=asked)


async def brought_back(house: House) -> list[str]:
    await house.services.store.settled()
    services = house.services
    cut_off = await bring_back(house.panes, services.store, services.history)
    await services.supervisor.learn()
    services.show_recovered()
    await start_again(cut_off, services.supervisor, services.tell, resumes=services.resumer.resumes)
    return [pane.id for pane in cut_off]


async def test_shells_and_those_that_should_run_are_started_again(house: House) -> None:
    remembered(house, "p1")
    remembered(house, "p2", "cat", policy="on-failure")
    remembered(house, "p3", "cat")
    assert await brought_back(house) == ["p1", "p2", "p3"]
    states = {pane.id: pane.exit for pane in house.panes.living.values()}
    assert states == {"p1": None, "p2": None, "p3": Exit()}
    assert [pane.name for pane in house.panes.living.values()] == ["the p1", "the p2", "the p3"]
    assert [event.text for event in house.happened(Warned) if isinstance(event, Warned)] == [
        "the p3 was not started again: go there and press enter, or muxer restart NAME"
    ]


async def test_an_agent_goes_on_with_its_conversation_if_it_has_one(house: House, tmp_path: Path) -> None:
    knows(house, toy_cli(tmp_path / "bin"))
    ada, eve = await spawned(house, tmp_path, name="ada"), await spawned(house, tmp_path, name="eve", command=("cat",))
    await house.shows(ada.pane, "new ada")
    await house.services.store.settled()
    house.panes.close()
    await house.custody.stop()
    for file in os.listdir(house.paths.panes):
        os.unlink(f"{house.paths.panes}/{file}")
    await house.open()
    services = house.services
    cut_off = await bring_back(house.panes, services.store, services.history)
    knows(house, toy_cli(tmp_path / "bin"))
    await services.agents.learn(services.clis)
    await services.supervisor.learn()
    services.show_recovered()
    await start_again(cut_off, services.supervisor, services.tell, resumes=services.resumer.resumes)
    await house.shows(ada.pane, "again ada")
    assert services.agents.by_token(ada.token) is services.agents.of(ada.pane)
    assert house.panes.living[eve.pane].exit is not None
    assert [event.text for event in house.happened(Warned) if isinstance(event, Warned)] == [
        "eve was not started again: go there and press enter, or muxer restart NAME"
    ]


async def test_what_had_ended_before_is_left_as_it_was(house: House) -> None:
    remembered(house, "p1", "cat", ended=Exit(3))
    remembered(house, "p2", ended=Exit(signal=15), asked=True)
    assert await brought_back(house) == []
    assert {pane.id: pane.exit for pane in house.panes.living.values()} == {"p1": Exit(3), "p2": Exit(signal=15)}


@pytest.mark.parametrize("number", [1, 9, 15])
async def test_a_shell_that_the_shutdown_ended_before_its_host_is_started_again(house: House, number: int) -> None:
    remembered(house, "p1", ended=Exit(signal=number))
    assert await brought_back(house) == ["p1"]
    assert house.panes.living["p1"].exit is None


async def test_what_somebody_closed_does_not_come_back(house: House) -> None:
    remembered(house, "p1")
    house.services.store.note(records.close_pane, "p1")
    assert await brought_back(house) == []
    assert house.panes.living == {}


async def test_a_shell_whose_folder_is_gone_starts_as_near_as_it_can(house: House, tmp_path: Path) -> None:
    remembered(house, "p1", cwd=str(tmp_path / "gone" / "deeper"))
    await brought_back(house)
    assert house.panes.living["p1"].cwd == str(tmp_path)
    await house.shows("p1", "$")


async def test_one_that_cannot_be_started_holds_up_no_other(house: House) -> None:
    remembered(house, "p1", "/no/such/program", policy="always")
    remembered(house, "p2", "cat", policy="always")
    await brought_back(house)
    assert house.panes.living["p2"].exit is None
    assert any("no such program" in event.text for event in house.happened(Warned) if isinstance(event, Warned))


async def test_its_history_comes_with_it(house: House) -> None:
    pane = await house.services.open_pane(["sh", "-c", "echo before; exec cat"], cwd="/")
    await house.shows(pane.id, "before")
    pane.terminal.save()
    house.services.history.keep_now(pane.id)
    house.panes.close()
    await house.custody.stop()
    for file in os.listdir(house.paths.panes):
        os.unlink(f"{house.paths.panes}/{file}")
    await house.open()
    await brought_back(house)
    await house.shows(pane.id, "before")
    back = house.panes.living[pane.id]
    await house.services.supervisor.restart(back)
    await until(lambda: back.exit is None)
    back.terminal.write(b"after\n")
    await house.shows(pane.id, "after")
