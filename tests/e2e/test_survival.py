"""Killed and unhurt: whatever dies, the programs go on, and the next muxer shows them as if nothing had been.

The writers number their lines, so that a line lost or doubled shows.
"""

import os
import re
import signal

import psutil
import pytest

from tests.conftest import Desk
from tests.waiting import until

WRITERS = 5
WRITER = "i=0; while :; do i=$((i+1)); echo line $i; [ $((i % 50)) = 0 ] && sleep 0.05; done"

pytestmark = pytest.mark.timeout(240)


def lines_of(desk: Desk, name: str) -> list[int]:
    """The numbers of a writer's lines that are kept, whole ones only."""
    text = desk.run("capture", name, "--history").stdout
    return [int(found) for found in re.findall(r"^line (\d+)$", text, re.MULTILINE)]


def whole(numbers: list[int]) -> bool:
    """No line lost, none doubled."""
    return len(numbers) > 1 and numbers == list(range(numbers[0], numbers[0] + len(numbers)))


def start_writers(desk: Desk) -> list[str]:
    names = [f"w{n}" for n in range(WRITERS)]
    for name in names:
        desk.new("sh", "-c", WRITER, name=name, split="down", tab=name)
    for name in names:
        desk.run("wait", name, "--text", "^line 200$", "--timeout", "30")
    return names


def check_writers(desk: Desk, names: list[str], pids: dict[str, int]) -> None:
    panes = desk.panes()
    assert {name: panes[name]["pid"] for name in names} == pids
    assert all(panes[name]["state"] == "running" for name in names)
    for name in names:
        before = lines_of(desk, name)
        assert whole(before), name
        desk.run("wait", name, "--text", f"^line {before[-1] + 200}$", "--timeout", "30")
        assert whole(lines_of(desk, name)), name


@pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGSEGV])
def test_the_host_dies_while_programs_write(desk: Desk, number: int) -> None:
    names = start_writers(desk)
    pids = {name: pane["pid"] for name, pane in desk.panes().items()}
    host = desk.host()
    seat = desk.sit(cols=100, rows=30)
    seat.wait_for("line ")
    os.kill(host, number)
    until(lambda: not psutil.pid_exists(host), "the host's death")
    seat.wait_for(lambda _: desk.run("ls", check=False).returncode == 0)
    seat.wait_for(lambda s: s.pump(0.2) or "line " in s.text)
    check_writers(desk, names, pids)
    assert desk.host() != host


def test_the_host_dies_and_the_next_muxer_shows_all(desk: Desk) -> None:
    names = start_writers(desk)
    pids = {name: pane["pid"] for name, pane in desk.panes().items()}
    host = desk.host()
    os.kill(host, signal.SIGKILL)
    until(lambda: not psutil.pid_exists(host), "the host's death")
    assert "no muxer named" in desk.run("ls", check=False).stderr
    seat = desk.sit()
    seat.wait_for("line ")
    check_writers(desk, names, pids)


def test_reload_under_load(desk: Desk) -> None:
    names = start_writers(desk)
    pids = {name: pane["pid"] for name, pane in desk.panes().items()}
    host = desk.host()
    seat = desk.sit()
    seat.wait_for("line ")
    renewed = desk.json("reload")
    assert renewed["host"]["pid"] != host
    check_writers(desk, names, pids)
    assert len(desk.json("ls")["clients"]) == 1
    seat.send("\x02d")
    seat.wait_for("[detached from desk]")
    assert seat.wait_exit() == 0


def test_the_keeper_dies_and_a_new_one_holds_every_pty(desk: Desk) -> None:
    names = start_writers(desk)
    pids = {name: pane["pid"] for name, pane in desk.panes().items()}
    keeper = desk.keeper()
    os.kill(keeper, signal.SIGKILL)
    until(lambda: desk.keeper() != keeper, "another keeper")
    check_writers(desk, names, pids)
    # The new keeper really holds them: the host may die now.
    host = desk.host()
    os.kill(host, signal.SIGKILL)
    until(lambda: not psutil.pid_exists(host), "the host's death")
    desk.sit().wait_for("line ")
    check_writers(desk, names, pids)


def test_both_die_and_the_next_muxer_says_so(desk: Desk) -> None:
    desk.new("cat", name="first")
    desk.new("sh", "-c", "sleep 1000", name="second")
    seen = desk.json("ls")
    pids = [pane["pid"] for pane in seen["panes"]]
    os.kill(seen["keeper"]["pid"], signal.SIGSTOP)
    os.kill(seen["host"]["pid"], signal.SIGKILL)
    os.kill(seen["keeper"]["pid"], signal.SIGKILL)
    until(lambda: not any(map(psutil.pid_exists, pids)), "the programs' end by hang-up")
    seat = desk.sit(cols=140)
    seat.wait_for("2 programs were not started again")
    assert {name: pane["state"] for name, pane in desk.panes().items()} == {"first": "lost", "second": "lost"}


def test_the_client_is_killed(desk: Desk) -> None:
    desk.new("cat", name="echo")
    seat = desk.sit()
    seat.wait_for("echo")
    seat.kill(signal.SIGKILL)
    assert seat.wait_exit() == -signal.SIGKILL
    until(lambda: desk.ask("ls")["clients"] == [], "the client is forgotten")
    assert desk.panes()["echo"]["state"] == "running"


def test_the_terminal_is_hung_up(desk: Desk) -> None:
    desk.new("cat", name="echo")
    seat = desk.sit()
    seat.wait_for("echo")
    seat.hang_up()
    until(lambda: desk.ask("ls")["clients"] == [], "the client is forgotten")
    assert desk.panes()["echo"]["state"] == "running"


def test_a_host_that_is_terminated_leaves_its_programs_to_the_next(desk: Desk) -> None:
    pane = desk.new("cat", name="echo")
    desk.run("send", "echo", "before", "--enter")
    desk.run("wait", "echo", "--text", "before", "--timeout", "20")
    host = desk.host()
    os.kill(host, signal.SIGTERM)
    until(lambda: not psutil.pid_exists(host), "the host's end")
    seat = desk.sit()
    seat.wait_for("before")
    assert desk.panes()["echo"]["pid"] == pane["pid"]
