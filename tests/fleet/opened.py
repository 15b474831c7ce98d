"""Panes that tests open, what is written down of them, and the next host."""

from muxer.fleet.pane import Pane
from muxer.model import Run
from muxer.store.panes import KnownPane, open_panes, runs_of
from tests.house import House


async def start(house: House, *command: str, name: str = "", cwd: str = "/") -> Pane:
    panes = house.panes
    pane = await panes.open(panes.new_id(), command, cwd=cwd, name=name, cols=60, rows=10)
    house.screen.shown[pane.id] = pane.terminal
    pane.terminal.start()
    return pane


async def runs(house: House, pane: str) -> list[Run]:
    await house.services.store.settled()
    return await house.services.store.read(runs_of, pane)


async def known(house: House) -> list[KnownPane]:
    await house.services.store.settled()
    return await house.services.store.read(open_panes)


async def next_host(house: House) -> None:
    await house.services.store.settled()
    house.leave()
    await house.open()
    await house.panes.recover()


def screen(pane: Pane) -> list[str]:
    return [line for line in pane.terminal.engine.lines(history=True) if line]
