"""Programs that fail, and are held: by a person who types verbs, and one who looks on, at a real host."""

import os
import signal
from functools import partial

import psutil
import pytest

from tests.conftest import Desk
from tests.seat import running
from tests.waiting import until

pytestmark = pytest.mark.timeout(120)

COUNTS = "i=0; while :; do i=$((i+1)); echo line $i; sleep 0.02; done"


def restarted(desk: Desk, before: int) -> bool:
    return bool(desk.panes()["api"]["restarts"] > before)


def test_what_fails_is_started_again_with_its_history_and_given_up_plainly(desk: Desk) -> None:
    desk.new("sh", "-c", "echo up; exit 7", name="api", restart="on-failure")
    ended = desk.json("wait", "api", "--exit", "--timeout", "20")
    assert ended["status"] == 7
    seat = desk.sit(cols=140)
    until(lambda: "restarting in" in desk.run("ls").stdout, "the word in ls")
    until(lambda: desk.panes()["api"]["gave_up"], "its being given up")
    seat.wait_for("muxer restart api starts it again")
    seat.wait_for("gave up after 5 failures")
    assert "gave up" in desk.run("ls").stdout
    pane = desk.panes()["api"]
    assert (pane["restarts"], pane["again_at"], pane["state"], pane["policy"]) == (4, None, "exited", "on-failure")
    rows = desk.run("capture", "api", "--history").stdout.splitlines()
    assert rows.count("up") == 5
    told = desk.run("explain", "api").stdout
    assert told.startswith("api (p1): crashed: gave up after 5 failures\n  its program exited 7")
    assert told.count("exited 7 after 0s") == 5
    # A person may try again, and then it is as it was at first.
    desk.run("restart", "api")
    until(lambda: desk.panes()["api"]["restarts"] == 6, "a restart by itself")
    desk.run("stop", "api")
    assert desk.panes()["api"]["again_at"] is None


def test_the_next_host_goes_on_with_it(desk: Desk) -> None:
    desk.new("sh", "-c", "echo up; read line; exit 1", name="api", restart="always")
    desk.new("cat", name="other")
    for _ in range(2):
        desk.run("wait", "api", "--text", "up", "--timeout", "20")
        before = desk.panes()["api"]["restarts"]
        desk.run("send", "api", "", "--enter")
        until(partial(restarted, desk, before), "its next life")
    desk.run("send", "api", "", "--enter")
    until(lambda: desk.panes()["api"]["again_at"], "its being waited for")
    host = desk.host()
    os.kill(host, signal.SIGKILL)
    until(lambda: not psutil.pid_exists(host), "the host's end")
    desk.sit().wait_for("again in")
    until(lambda: desk.panes()["api"]["restarts"] == 3, "its start by the next host")
    assert desk.run("capture", "api", "--history").stdout.splitlines().count("up") == 4


def test_frozen_programs_stand_still_also_for_the_next_host(desk: Desk) -> None:
    desk.new("sh", "-c", COUNTS, name="counts")
    desk.run("wait", "counts", "--text", "line 5", "--timeout", "20")
    seat = desk.sit(cols=100)
    assert desk.run("freeze").stdout == "frozen: counts\n"
    process = psutil.Process(desk.panes()["counts"]["pid"])
    until(lambda: process.status() == psutil.STATUS_STOPPED, "its standing still")
    seat.wait_for("frozen")
    assert "frozen" in desk.run("ls").stdout
    before = desk.run("capture", "counts").stdout
    desk.run("reload")
    assert desk.panes()["counts"]["frozen"]
    assert desk.run("capture", "counts").stdout == before
    assert desk.run("thaw").stdout == "going on: counts\n"
    until(lambda: desk.run("capture", "counts").stdout != before, "its going on")
    desk.run("freeze", "counts")
    desk.run("stop", "counts")
    assert desk.panes()["counts"]["state"] == "crashed"


def test_stop_all_leaves_the_host_and_the_panes(desk: Desk) -> None:
    desk.new("sh", "-c", COUNTS, name="counts", restart="always")
    desk.new("sh", "-c", "trap '' TERM HUP; echo set; while :; do sleep 0.05; done", name="stubborn")
    desk.run("wait", "stubborn", "--text", "set", "--timeout", "20")
    assert desk.run("stop", "--all").stdout == "stopped: counts, stubborn\n"
    assert {pane["state"] for pane in desk.panes().values()} == {"crashed"}
    assert [process for process in running(desk.env) if process.name() == "sleep"] == []
    desk.run("restart", "stubborn")
    assert desk.panes()["stubborn"]["state"] == "running"
    desk.run("stop")
    until(lambda: not running(desk.env), "the end of host and keeper")
