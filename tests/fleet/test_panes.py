import asyncio
import fcntl
import os
import signal
import struct
import termios
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from muxer.config import Config
from muxer.config import Panes as PaneSettings
from muxer.errors import SpawnFailed, UnknownName, UsageError
from muxer.events import Noticed, PaneChanged, PaneClosed, PaneEnded, PaneOpened, Warned
from muxer.fleet.panes import Pane, Panes
from muxer.model import Exit
from muxer.terminal.engine import CopyAsked, Rang
from tests.house import House, house_in, until

ASK = r"printf '\033]52;c;aGk=\033\\\a'; cat"


@pytest.fixture
async def house() -> AsyncIterator[House]:
    async with house_in() as made:
        yield made


async def start(house: House, *command: str, name: str = "", cwd: str = "/") -> Pane:
    panes = house.panes
    pane = await panes.open(panes.new_id(), command, cwd=cwd, name=name, cols=60, rows=10)
    house.screen.shown[pane.id] = pane.terminal
    pane.terminal.start()
    return pane


async def test_a_program_runs_and_is_known(house: House, tmp_path: Path) -> None:
    pane = await start(house, "sh", "-c", "pwd; echo $MUXER_HOST/$MUXER_PANE/$TERM$TMUX; cat", cwd=str(tmp_path))
    await house.shows(pane.id, "t/p1/xterm-256color")
    assert not any("elsewhere" in line for line in pane.terminal.engine.lines())
    facts = house.panes.facts(pane.id, "1")
    assert (facts.id, facts.name, facts.tab, facts.pid, facts.state) == ("p1", "sh", "1", pane.pid, "running")
    assert (facts.cols, facts.rows, facts.cwd) == (60, 10, str(tmp_path))
    assert house.happened(PaneOpened) == [PaneOpened("p1")]


async def test_what_cannot_be_started_leaves_no_trace(house: House, tmp_path: Path) -> None:
    with pytest.raises(SpawnFailed, match="there is no such program"):
        await start(house, "/no/such/program")
    with pytest.raises(SpawnFailed, match="is gone"):
        await start(house, "cat", cwd=str(tmp_path / "gone"))
    assert house.panes.living == {}
    assert house.panes.terminals == {}
    assert await house.custody.held() == []
    assert (await start(house, "cat", name="x")).name == "x"


async def test_names_are_free_even_when_two_are_started_at_once(house: House) -> None:
    opened = await asyncio.gather(*(start(house, "cat") for _ in range(3)))
    assert sorted(pane.name for pane in opened) == ["cat", "cat-2", "cat-3"]
    taken = await asyncio.gather(*(start(house, "cat", name="api") for _ in range(2)), return_exceptions=True)
    assert sorted(type(one).__name__ for one in taken) == ["Pane", "UsageError"]
    with pytest.raises(UsageError, match="choose another --name"):
        await start(house, "cat", name="cat-2")


async def test_another_name_is_free_plain_and_known_to_the_next_host(house: House) -> None:
    pane, _ = [await start(house, "cat", name=name) for name in ("one", "two")]
    await house.panes.rename(pane, " the  first ")
    assert house.panes.find("the first") is pane
    assert house.happened(PaneChanged) == [PaneChanged(pane.id)]
    await house.panes.rename(pane, "the first")
    for name in ("two", "", " ", "a\x1b[31mb", "a\u202eb"):
        with pytest.raises(UsageError):
            await house.panes.rename(pane, name)
    outcomes = await asyncio.gather(
        *(house.panes.rename(one, "same") for one in house.panes.living.values()), return_exceptions=True
    )
    assert sorted(type(one).__name__ for one in outcomes) == ["NoneType", "UsageError"]
    names = {one.name for one in house.panes.living.values()}
    assert "same" in names
    house.leave()
    await house.open()
    await house.panes.recover()
    assert {one.name for one in house.panes.living.values()} == names


async def test_it_is_found_by_id_name_or_the_beginning_of_one(house: House) -> None:
    back, _, web = [await start(house, "cat", name=name) for name in ("backend", "backup", "web")]
    for word in ("p1", "backend", "backe"):
        assert house.panes.find(word) is back
    assert house.panes.find("w") is web
    with pytest.raises(UsageError, match=r"p1 \(backend\), p2 \(backup\)"):
        house.panes.find("back")
    with pytest.raises(UnknownName, match="did you mean web"):
        house.panes.find("wbe")
    with pytest.raises(UnknownName):
        house.panes.find("")


async def test_a_program_is_not_told_of_a_size_that_it_has(house: House) -> None:
    def size(pane: Pane) -> bytes:
        return fcntl.ioctl(pane.terminal._pty.fd, termios.TIOCGWINSZ, bytes(8))

    pane = await house.panes.open("p1", ["cat"], cwd="/", name="", cols=60, rows=10)
    before = size(pane)
    pane.terminal.start()
    assert size(pane) == before
    pane.terminal.resize(61, 10)
    assert struct.unpack("HHHH", size(pane)) == (10, 61, 488, 160)


async def test_a_shell_that_waits_is_not_busy(house: House) -> None:
    shell = await start(house)
    await house.shows(shell.id, "$")
    assert house.panes.busy(shell.id) == ""
    shell.terminal.write(b"cat\n")
    await until(lambda: house.panes.busy(shell.id) == "cat", "cat in the shell")
    program = await start(house, "cat")
    assert house.panes.busy(program.id) == "cat"
    assert house.panes.busy("p9") == ""


async def test_where_a_program_is_comes_from_itself_or_from_the_system(house: House, tmp_path: Path) -> None:
    shell = await start(house)
    shell.terminal.write(f"cd {tmp_path}\n".encode())
    await until(lambda: shell.folder == str(tmp_path))
    shell.terminal.write(rb"printf '\033]7;file:///told/by%%20itself\033\\'" + b"\n")
    await until(lambda: shell.folder == "/told/by itself")
    assert PaneChanged(shell.id) in house.heard


async def test_an_end_is_told_once_and_remembered(house: House) -> None:
    pane = await start(house, "sh", "-c", "read x; exit 3")
    with house.panes.watch(pane.id) as woken:
        pane.terminal.write(b"\n")
        await until(lambda: pane.exit is not None)
        assert woken.is_set()
    assert house.panes._waiting == {}
    house.panes.exited(pane.id, Exit(status=9))
    assert house.happened(PaneEnded) == [PaneEnded(pane.id, Exit(status=3))]
    assert house.panes.facts(pane.id, "1").state == "exited"
    assert house.panes.busy(pane.id) == ""
    await house.panes.forget(pane)
    await house.panes.forget(pane)
    assert house.panes.ended == {pane.id: ("sh", Exit(status=3))}
    assert house.happened(PaneClosed) == [PaneClosed(pane.id)]


async def test_forgetting_leaves_no_file_and_no_program(house: House) -> None:
    pane = await start(house, "cat")
    assert os.listdir(house.paths.panes)
    await house.panes.forget(pane)
    assert os.listdir(house.paths.panes) == []
    assert await house.custody.held() == []


async def test_a_signal_reaches_the_program(house: House) -> None:
    pane = await start(house, "sh", "-c", "trap 'echo got it; exit 5' TERM; echo set; while :; do sleep 0.01; done")
    await house.shows(pane.id, "set")
    await house.panes.signal(pane, signal.SIGTERM)
    await until(lambda: pane.exit == Exit(status=5))


@pytest.mark.parametrize("allowed", [True, False])
async def test_what_a_program_announces_is_told(allowed: bool) -> None:
    async with house_in(Config(panes=PaneSettings(clipboard=allowed))) as house:
        pane = await start(house, "sh", "-c", ASK)
        await until(lambda: Noticed(pane.id, Rang()) in house.heard)
        assert (Noticed(pane.id, CopyAsked("hi")) in house.heard) is allowed


async def test_the_next_host_finds_everything(house: House) -> None:
    first = await start(house, "sh", "-c", "echo before; cat", name="api")
    second = await start(house, "sh", "-c", "exit 4")
    await house.shows(first.id, "before")
    await until(lambda: second.exit is not None)
    house.leave()
    await house.open()
    assert await house.panes.recover() == [first.id, second.id]
    found = house.panes.living
    assert (found["p1"].name, found["p1"].pid, found["p1"].command) == ("api", first.pid, first.command)
    assert "before" in found["p1"].terminal.engine.lines()
    assert found["p2"].exit == Exit(status=4)
    assert house.panes.new_id() == "p3"
    assert house.happened(Warned) == []


async def test_a_screen_that_brings_hosts_down_is_put_aside(house: House) -> None:
    pane = await start(house, "sh", "-c", "echo before; cat")
    await house.shows(pane.id, "before")
    house.leave()
    Path(house.paths.panes, "p1.trying").write_text("x" * 9)
    await house.open()
    await house.panes.recover()
    assert "before" not in house.panes.living["p1"].terminal.engine.lines()
    assert "brought muxer down" in str(house.happened(Warned))
    assert not Path(house.paths.panes, "p1.trying").exists()


async def test_the_shell_is_what_the_person_says(house: House) -> None:
    def shell(config: Config, env: dict[str, str]) -> str:
        return Panes(house.custody, house.paths, config, env, lambda _: None).shell

    assert shell(Config(panes=PaneSettings(shell="/bin/zsh")), {"SHELL": "/bin/dash"}) == "/bin/zsh"
    assert shell(Config(), {"SHELL": "/bin/dash"}) == "/bin/dash"
    assert shell(Config(), {}) == "/bin/sh"
