"""The host as a process: how it starts, what it remembers, how it ends."""

import asyncio
import os
import re
import shlex
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path

import psutil
import pytest

from muxer import host as module
from muxer.host import Host
from muxer.paths import HostPaths
from muxer.settings.wardrobe import Wardrobe
from muxer.wire.client import call
from tests.conftest import HOST, Desk
from tests.seat import MUXER, running


def until(condition: Callable[[], object], what: str, timeout: float = 30, pause: float = 0.02) -> None:
    deadline = time.monotonic() + timeout
    while not condition():
        assert time.monotonic() < deadline, f"{what} did not come in {timeout} s"
        time.sleep(pause)


def paths_of(desk: Desk) -> HostPaths:
    runtime, state = desk.env["XDG_RUNTIME_DIR"], desk.env["XDG_STATE_HOME"]
    return HostPaths(HOST, f"{runtime}/muxer/{HOST}", f"{state}/muxer/{HOST}")


def die(desk: Desk) -> None:
    """The host is killed; the keeper and its programs are not."""
    host = desk.host()
    os.kill(host, signal.SIGKILL)
    until(lambda: not psutil.pid_exists(host), "the host's death")


def shape(desk: Desk) -> list[tuple[str, str, int, int]]:
    return [(p["name"], p["tab"], p["cols"], p["rows"]) for p in desk.json("ls")["panes"]]


def is_open(path: str) -> bool:
    """Does somebody listen there? The file stands a moment before."""
    with socket.socket(socket.AF_UNIX) as door:
        return door.connect_ex(path) == 0


def test_who_asks_while_it_starts_is_answered_once_it_stands(desk: Desk) -> None:
    paths = paths_of(desk)
    seat = desk.sit("--", "cat")
    until(partial(is_open, paths.socket), "a socket", pause=0.0005)
    seen = call(paths, "ls")
    assert isinstance(seen, dict)
    assert seen["host"]["name"] == HOST
    seat.wait_for("ctrl+b …")


def test_a_first_program_that_cannot_be_started_is_told_and_leaves_nothing(desk: Desk) -> None:
    seat = desk.sit("--", "/no/such/program")
    assert seat.wait_exit() == 1
    assert seat.text.strip() == "muxer: cannot start '/no/such/program': there is no such program"
    until(lambda: not running(desk.env), "the end of host and keeper")


def test_what_was_where_is_so_after_a_crash(desk: Desk) -> None:
    desk.new("cat", name="a")
    desk.new("cat", name="b", split="down")
    desk.new("cat", name="c", split="right")
    desk.new("cat", name="d", tab="logs")
    desk.run("resize", "b", "30x5")
    before = shape(desk)
    assert len({size for *_, size in before}) > 1
    die(desk)
    desk.sit().wait_for("2 logs")
    assert shape(desk) == before


def test_an_orderly_end_leaves_nothing_to_bring_back(desk: Desk) -> None:
    desk.new("cat", name="a")
    desk.run("stop")
    until(lambda: not running(desk.env), "the end of host and keeper")
    runtime = Path(paths_of(desk).folder)
    assert [path.name for path in runtime.rglob("*") if path.name.endswith((".ring", ".snapshot"))] == []
    assert not (runtime / "host").exists()
    desk.new("cat", name="b")
    assert list(desk.panes()) == ["b"]


def test_a_reload_that_fails_leaves_everything_as_it_was(desk: Desk) -> None:
    pane = desk.new("cat", name="echo")
    seat = desk.sit(cols=120)
    seat.wait_for("ctrl+b …")
    host = desk.host()
    errors = Path(paths_of(desk).errors)
    errors.rename(errors.with_name("old.err"))
    errors.mkdir()
    refused = desk.run("reload", check=False)
    assert refused.returncode != 0
    assert re.fullmatch(r"muxer: cannot write \S+host\.err: Is a directory; set XDG_STATE_HOME\n", refused.stderr)
    assert desk.host() == host
    desk.run("send", "echo", "still here", "--enter")
    seat.wait_for("still here")
    assert desk.panes()["echo"]["pid"] == pane["pid"]


def test_a_first_picture_waits_for_nothing_that_it_does_not_show() -> None:
    said = "import sys, muxer.host, muxer.showing; print(*sys.modules)"
    loaded = subprocess.run([sys.executable, "-c", said], capture_output=True, text=True, check=True).stdout.split()
    later = {"muxer.agents.reading", "muxer.ui.deeds.inbox", "pygit2", "watchfiles", "wcwidth"}
    assert "muxer.ui.app" in loaded
    assert not later & {*loaded}


def test_what_is_wrong_with_a_cli_is_told_all_the_same(desk: Desk) -> None:
    file = desk.set("").parent / "clis" / "mine.toml"
    file.parent.mkdir()
    file.write_text("binari = []\n")
    desk.sit(cols=160).wait_for("mine.toml:1: ")


INSIDE = "import os, pty, sys; del os.environ['MUXER_PANE']; pty.spawn(sys.argv[1:]); input()"


def test_no_agent_attaches_as_a_person(desk: Desk) -> None:
    client = (sys.executable, "-c", INSIDE, *MUXER, "-L", HOST, "attach")
    desk.run("spawn", "--name", "eve", "--workspace", "here", "--exec", shlex.join(client))
    refused = "muxer: only people attach, and an agent started this: muxer attach --read-only shows it"
    desk.run("wait", "eve", "--text", refused, "--timeout", "20")
    assert desk.json("ls")["clients"] == []
    desk.run("spawn", "--name", "bob", "--workspace", "here", "--exec", shlex.join([*client, "--read-only"]))
    desk.new("sh", "-c", shlex.join(client), name="sh")
    desk.new("cat", tab="shown")
    until(lambda: len(desk.ask("ls")["clients"]) == 2, "who watches only, and a person in a shell")
    assert {client["read_only"] for client in desk.json("ls")["clients"]} == {True, False}


def test_it_goes_down_in_order_when_terminated_and_tells_everybody(desk: Desk) -> None:
    desk.new("cat", name="echo")
    seat = desk.sit(cols=120)
    seat.wait_for("ctrl+b …")
    os.kill(desk.host(), signal.SIGTERM)
    seat.wait_for("your programs live on")
    assert seat.wait_exit() == 0
    assert desk.run("ls", check=False).returncode == 1


async def test_a_host_without_panes_and_terminals_leaves(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "LONELY", 0.05)
    folder = tempfile.mkdtemp(prefix="mx", dir="/tmp")
    os.mkdir(f"{folder}/t", 0o700)
    os.mkdir(f"{folder}/state")
    async with asyncio.timeout(30):
        await Host(HostPaths("t", f"{folder}/t", f"{folder}/state"), Wardrobe()).run()
    assert not os.path.exists(f"{folder}/t/host")
    assert not os.path.exists(f"{folder}/t/keeper")
    shutil.rmtree(folder)
