"""Who has an agent's terminal."""

import sys
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from muxer.agents.spec import Cli
from muxer.fleet.foreground import other_program
from muxer.fleet.pane import Pane
from tests.house import House, house_in, until

PYTHON = Path(sys.executable).name
CLI = Cli(name="x", title="X", short="x", binary=(PYTHON,))
SHELL = Cli(name="shell", title="shell", short="sh")
READS = f"{sys.executable} -c 'input()'"

needs_proc = pytest.mark.skipif(not Path("/proc/self/comm").exists(), reason="reads /proc")


@pytest.fixture
async def house() -> AsyncIterator[House]:
    async with house_in() as made:
        yield made


async def start(house: House, *command: str) -> Pane:
    panes = house.panes
    pane = await panes.open(panes.new_id(), command, cwd="/", name="", cols=60, rows=10)
    house.screen.shown[pane.id] = pane.terminal
    pane.terminal.start()
    return pane


@needs_proc
async def test_the_agent_itself_or_by_way_of_a_shell(house: House) -> None:
    pane = await start(house, sys.executable, "-c", "input()")
    assert other_program(pane, CLI) == ""
    by_shell = await start(house, "sh", "-c", f"{READS}; exit")
    await until(lambda: other_program(by_shell, CLI) == "")
    in_shell = await start(house, "bash", "--norc", "-i")
    assert other_program(in_shell, SHELL) == ""
    in_shell.terminal.write(f"{READS}\n".encode())
    await until(lambda: other_program(in_shell, CLI) == "", "the agent in a shell's job")


@needs_proc
async def test_what_an_agent_left_behind_or_opened_is_another(house: House) -> None:
    left = await start(house, "sh", "-c", f"{READS}; exec bash --norc -i")
    await until(lambda: other_program(left, CLI) == "")
    left.terminal.write(b"\r")
    await until(lambda: other_program(left, CLI) == "bash", "the shell that is left")
    left.terminal.write(b"cat\r")
    await until(lambda: other_program(left, CLI) == "cat", "the program in it")


async def test_nobody(house: House) -> None:
    pane = await start(house, "sh", "-c", "exit 0")
    await until(lambda: pane.exit and pane.terminal.ended)
    assert other_program(pane, CLI) == "nothing"
