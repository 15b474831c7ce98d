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
from muxer.errors import SpawnFailed, UnknownName, UsageError
from muxer.events import Noticed, PaneChanged, PaneClosed, PaneEnded, PaneOpened, Warned
from muxer.fleet.pane import Pane
from muxer.fleet.panes import Panes
from muxer.model import Exit
from muxer.settable import Panes as PaneSettings
from muxer.store import writer
from muxer.store.panes import KnownPane, close_pane, open_panes
from muxer.terminal.engine import CopyAsked, Rang
from tests.fleet.opened import known, next_host, runs, start
from tests.house import House, house_in, until
from tests.keeping import lives

ASK = r"printf '\033]52;c;aGk=\033\\\a'; cat"


@pytest.fixture
async def house() -> AsyncIterator[House]:
    async with house_in() as made:
        yield made


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
    with pytest.raises(UsageError, match="choose another name"):
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
        return Panes(house.custody, house.paths, config, env, lambda _: None, store=house.services.store).shell

    assert shell(Config(panes=PaneSettings(shell="/bin/zsh")), {"SHELL": "/bin/dash"}) == "/bin/zsh"
    assert shell(Config(), {"SHELL": "/bin/dash"}) == "/bin/dash"
    assert shell(Config(), {}) == "/bin/sh"


# what is written down


async def test_panes_are_written_down_before_they_are_and_until_they_are_closed(house: House) -> None:
    panes = house.panes
    pane = await panes.open("p1", ["cat"], cwd="/tmp", name="one", cols=60, rows=10, policy="on-failure")
    pane.terminal.start()
    (found,) = await known(house)
    assert found == KnownPane(
        id="p1", name="one", command=("cat",), cwd="/tmp", shell=False, policy="on-failure"
    )  # fmt: skip
    await panes.rename(pane, "two")
    assert [one.name for one in await known(house)] == ["two"]
    (run,) = await runs(house, "p1")
    assert (run.ended_at, run.exit) == (None, None)
    await panes.forget(pane)
    assert await house.services.store.read(open_panes) == [], "closed before anybody is told so"
    assert [(run.exit, run.asked) for run in await runs(house, "p1")] == [(Exit(), True)]
    with pytest.raises(SpawnFailed):
        await start(house, "/no/such/program")
    assert await known(house) == []


async def test_a_full_disk_stops_nobody(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(writer, "TRY_AGAIN", 0.02)
    store = house.services.store
    connection, _ = store._connections
    connection.execute("PRAGMA max_page_count = 1")
    pane = await start(house, "sh", "-c", f"echo runs; cat # {'x' * 50_000}")
    await house.shows(pane.id, "runs")
    assert store.trouble
    await house.panes.restart(pane)
    await house.panes.forget(pane)
    connection.execute("PRAGMA max_page_count = 100000")
    await until(lambda: not store.trouble)
    assert len(await runs(house, pane.id)) == 2


async def test_no_id_is_given_twice_whoever_is_the_host(house: House) -> None:
    for _ in range(2):
        await house.panes.forget(await start(house, "cat"))
    await next_host(house)
    assert house.panes.new_id() == "p3"


async def test_what_was_closed_does_not_come_back_though_its_host_died(house: House) -> None:
    pane, other = await start(house, "cat"), await start(house, "cat")
    house.services.store.note(close_pane, pane.id)
    await next_host(house)
    assert set(house.panes.living) == {other.id}
    assert [held.pane for held in await house.custody.held()] == [other.id]


async def test_what_the_store_does_not_know_is_written_down(house: House) -> None:
    first, second = await start(house, "cat"), await start(house, "sh", "-c", "exit 3")
    await until(lambda: second.exit is not None)
    before = await known(house)
    await house.services.store.close()
    house.stores.clear()
    os.unlink(house.paths.database)
    house.leave()
    await house.open()
    await house.panes.recover()
    assert await known(house) == before
    assert [(run.exit, run.asked) for run in await runs(house, first.id)] == [(None, False)]
    assert [(run.exit, run.asked) for run in await runs(house, second.id)] == [(Exit(status=3), False)]


async def test_an_end_while_no_host_lived_is_written_down(house: House) -> None:
    pane = await start(house, "cat")
    await house.services.store.settled()
    house.leave()
    os.kill(pane.pid, signal.SIGTERM)
    await until(lambda: not lives(pane.pid))
    await house.open()
    await house.panes.recover()
    assert [run.exit for run in await runs(house, pane.id)] == [Exit(signal=signal.SIGTERM)]
