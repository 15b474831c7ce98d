"""Verbs on panes, as every door calls them, against real programs."""

import asyncio
import re
import shlex
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from muxer.commands.panes import overview
from muxer.commands.table import VERBS, load_verbs, run, verb_named
from muxer.errors import MuxerError, SpawnFailed, UnknownName, UsageError
from tests.conftest import HOST, Desk
from tests.house import House, house_in, until
from tests.seat import MUXER

load_verbs()


class Door:
    """Somebody who calls verbs."""

    def __init__(self, house: House) -> None:
        self.house = house

    async def call(self, verb: str, **arguments: object) -> Any:
        return await run(verb_named(verb), self.house.services, arguments)

    async def new(self, *command: str, **arguments: object) -> Any:
        return await self.call("new", command=[*command], cwd="/", **arguments)

    def show(self, verb: str, result: object) -> str:
        show = VERBS[verb].show
        assert show
        return show(result)


@pytest.fixture
async def door() -> AsyncIterator[Door]:
    async with house_in() as house:
        yield Door(house)


async def test_new_says_all_there_is_to_know(door: Door) -> None:
    pane = await door.new("cat", name="echo")
    assert pane == {
        "id": "p1", "name": "echo", "tab": "1", "pid": door.house.panes.living["p1"].pid, "command": ["cat"],
        "cwd": "/", "cols": 60, "rows": 10, "state": "running", "title": "", "exit": None,
        "policy": "never", "restarts": 0, "again_at": None, "gave_up": False, "frozen": False, "project": "",
    }  # fmt: skip
    assert door.show("new", pane) == "p1 echo"
    with pytest.raises(SpawnFailed):
        await door.new("/no/such/program")


async def test_send_types_text_as_it_stands(door: Door) -> None:
    await door.new("sh", "-c", "stty raw -echo; echo ready; cat -v", name="raw")
    await door.call("wait", pane="raw", text="ready", timeout=20.0)
    await door.call("send", pane="raw", text="a\x03b -n", enter=True)
    await door.call("send", pane="raw", text="|")
    await door.call("wait", pane="raw", text=r"a\^Cb -n\^M\|", timeout=20.0)


async def test_keys_are_all_checked_before_one_is_pressed(door: Door) -> None:
    await door.new("sh", "-c", "stty raw -echo; echo ready; cat -v", name="raw")
    await door.call("wait", pane="raw", text="ready", timeout=20.0)
    with pytest.raises(UsageError, match="nosuchkey"):
        await door.call("press", pane="raw", key=["x", "nosuchkey"])
    await door.call("press", pane="raw", key=["ctrl+a", "up", "A", "f5", "enter"])
    await door.call("wait", pane="raw", text=r"\^A\^\[\[AA\^\[\[15~\^M", timeout=20.0)


async def test_capture_is_the_screen_and_more_when_asked(door: Door) -> None:
    await door.new("sh", "-c", r"seq 1 50; printf '\033[1;31mred\033[0m'; cat", name="p")
    await door.call("wait", pane="p", text="^red", timeout=20.0)
    screen = await door.call("capture", pane="p")
    assert screen.splitlines() == [*map(str, range(42, 51)), "red"]
    assert (await door.call("capture", pane="p", history=True)).splitlines()[0] == "1"
    assert "\x1b[" in await door.call("capture", pane="p", ansi=True)
    assert door.show("capture", "a\n\n\n") == "a"


async def test_what_has_ended_is_not_typed_into(door: Door) -> None:
    pane = await door.new("sh", "-c", "exit 3", name="bad")
    ended = await door.call("wait", pane="bad", exit=True, timeout=20.0)
    assert ended == {"end": "bad exited 3", "status": 3, "signal": None}
    for verb, arguments in (("send", {"text": "x"}), ("press", {"key": ["x"]})):
        with pytest.raises(MuxerError, match="bad exited 3: nothing reads what is typed there"):
            await door.call(verb, pane="bad", **arguments)
    await door.call("kill", pane="bad")
    assert (await door.call("wait", pane=pane["id"], exit=True))["status"] == 3
    with pytest.raises(UnknownName):
        await door.call("capture", pane="bad")


async def test_kill_ends_what_ignores_its_signals(door: Door) -> None:
    pane = await door.new("sh", "-c", "trap '' HUP TERM; echo set; while :; do sleep 0.01; done", name="stubborn")
    await door.call("wait", pane="stubborn", text="set", timeout=20.0)
    await door.call("kill", pane="stubborn")
    assert await door.call("wait", pane=pane["id"], exit=True) == {
        "end": "stubborn killed by signal 9", "status": None, "signal": 9,
    }  # fmt: skip


async def test_a_pane_gets_another_name(door: Door) -> None:
    await door.new("cat")
    assert await door.call("rename", pane="cat", name="echo") is None
    assert door.house.services.facts("p1").name == "echo"
    with pytest.raises(UnknownName):
        await door.call("rename", pane="cat", name="more")


async def test_resize_says_what_came_of_it(door: Door) -> None:
    await door.new("cat")
    answer = await door.call("resize", pane="cat", size="50x7")
    assert answer == {"cols": 50, "rows": 7}
    assert door.show("resize", answer) == "50x7"


async def test_waiting_finds_what_was_there_before_and_what_is_long_gone_from_the_screen(door: Door) -> None:
    await door.new("sh", "-c", "echo first; seq 1 100; cat", name="p")
    assert await door.call("wait", pane="p", text="^100$", timeout=20.0) == {"line": "100"}
    assert await door.call("wait", pane="p", text="fir.t", timeout=20.0) == {"line": "first"}


async def test_waiting_joins_what_was_wrapped(door: Door) -> None:
    await door.new("sh", "-c", f"echo {'x' * 59}yy{'z' * 70}; cat", name="p")
    assert (await door.call("wait", pane="p", text="xyyz", timeout=20.0))["line"] == "x" * 59 + "yy" + "z" * 70


async def test_waiting_ends(door: Door) -> None:
    await door.new("cat", name="p")
    with pytest.raises(MuxerError, match=r"p has not shown 'never' within 0\.05 s"):
        await door.call("wait", pane="p", text="never", timeout=0.05)
    with pytest.raises(MuxerError, match=r"p has not ended within 0\.05 s"):
        await door.call("wait", pane="p", exit=True, timeout=0.05)
    waiting = [
        asyncio.ensure_future(door.call("wait", pane="p", text="never")),
        asyncio.ensure_future(door.call("wait", pane="p", exit=True)),
    ]
    await until(lambda: len(door.house.panes._waiting.get("p1", ())) == 2)
    await door.call("press", pane="p", key=["ctrl+d"])
    text, end = await asyncio.gather(*waiting, return_exceptions=True)
    assert isinstance(text, MuxerError)
    assert isinstance(end, dict)
    assert end["status"] == 0
    assert door.house.panes._waiting == {}


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        ({}, "say what to wait for"),
        ({"text": "x", "exit": True}, "say what to wait for"),
        ({"text": "("}, "is no regular expression"),
    ],
)
async def test_waiting_for_nothing_is_refused(door: Door, arguments: dict[str, object], words: str) -> None:
    await door.new("cat", name="p")
    with pytest.raises(UsageError, match=words):
        await door.call("wait", pane="p", **arguments)


def test_an_overview_is_a_table_and_a_line() -> None:
    pane = {
        "id": "p1", "name": "api", "tab": "1", "state": "running", "cols": 80, "rows": 24, "cwd": "/x", "title": "vim",
        "again_at": None, "gave_up": False, "frozen": False,
    }  # fmt: skip
    rows = overview({"panes": [pane], "host": {"name": "t", "pid": 7}, "clients": [1, 2]}).splitlines()
    assert rows[0].split() == ["ID", "NAME", "TAB", "STATE", "SIZE", "FOLDER", "TITLE"]
    assert rows[1].split() == ["p1", "api", "1", "running", "80x24", "/x", "vim"]
    assert rows[2:] == ["host t, process 7, 2 attached"]
    assert overview({"panes": [], "host": {"name": "t", "pid": 7}, "clients": []}) == "host t, process 7, 0 attached"


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"state": "exited"}, "exited"),
        ({"state": "exited", "again_at": 1.0}, "restarting in 1s"),
        ({"state": "exited", "gave_up": True}, "gave up"),
        ({"frozen": True}, "frozen"),
    ],
)
async def test_an_overview_says_what_comes_next(door: Door, changes: dict[str, object], words: str) -> None:
    pane = await door.new("cat", name="api")
    shown = overview({"panes": [pane | changes], "host": {"name": "t", "pid": 7}, "clients": []}).splitlines()
    assert re.split("  +", shown[1])[3] == words


async def test_a_wait_for_the_end_is_over_at_the_first_one(door: Door) -> None:
    await door.new("sh", "-c", "read line; exit 3", name="api", restart="always")
    waiting = asyncio.ensure_future(door.call("wait", pane="api", exit=True))
    await until(lambda: door.house.panes._waiting.get("p1"))
    await door.call("send", pane="api", text="", enter=True)
    assert (await waiting)["status"] == 3
    await until(lambda: door.house.services.facts("p1").restarts == 1, "its second life")


async def test_what_is_killed_is_not_started_again(door: Door) -> None:
    await door.new("cat", name="api", restart="always")
    await door.call("kill", pane="api")
    assert door.house.panes.living == {}
    assert door.house.services.supervisor._lives == {}


ASKS = """#!/bin/sh
stty -echo
echo 'Allow this?'
read told
{muxer} press asks enter 2>&1 | sed 's/^/near: /'
(setsid {muxer} press asks enter 2>&1 | sed 's/^/far: /' &)
read answer
echo "allowed by a person: $answer"
exec cat
"""


def test_no_agent_answers_what_an_agent_asks(desk: Desk) -> None:
    program = desk.folder / "asks"
    program.write_text(ASKS.format(muxer=shlex.join([*MUXER, "-L", HOST])))
    program.chmod(0o755)
    file = Path(desk.env["XDG_CONFIG_HOME"], "muxer", "clis", "asks.toml")
    file.parent.mkdir()
    file.write_text(
        f'title = "Asks"\nshort = "asks"\nbinary = ["{program}"]\ninstall = "-"\ndocs = "-"\n'
        '[[rules]]\nname = "asks"\nstate = "waiting"\nwait = "permission"\nscreen = "Allow this"\n'
    )
    desk.new("sh", name="sh")
    desk.run("spawn", "--cli", "asks", "--name", "asks", "--workspace", "here")
    desk.run("wait", "asks", "--text", "Allow this", "--timeout", "20")
    desk.run("press", "asks", "g", "o", "enter")
    refused = "muxer: asks waits for a person, and no program may answer for one: press it in that pane"
    for where in ("near", "far"):
        desk.run("wait", "asks", "--text", f"{where}: {refused}", "--timeout", "20")
    assert "allowed" not in desk.run("capture", "asks").stdout
    shell = shlex.join([*MUXER, "-L", HOST, "press", "asks", "y", "enter"])
    desk.run("send", "sh", "--enter", shell)
    desk.run("wait", "asks", "--text", "allowed by a person: y", "--timeout", "20")
