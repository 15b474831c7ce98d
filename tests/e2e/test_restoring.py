"""After everything was killed, or the machine was started anew, muxer shows what was there and goes on with it."""

import os
import shutil
import signal
import sqlite3
from contextlib import suppress
from pathlib import Path
from typing import Any

import psutil
import pytest

from tests.conftest import HOST, Desk
from tests.seat import running
from tests.waiting import until

pytestmark = pytest.mark.timeout(240)

COUNT = "i=0; while [ $i -lt 200 ]; do i=$((i+1)); echo line $i; done; echo $$ lives; exec sleep 1000"


def state_folder(desk: Desk) -> Path:
    return Path(desk.env["XDG_STATE_HOME"], "muxer", HOST)


def runtime_folder(desk: Desk) -> Path:
    return Path(desk.env["XDG_RUNTIME_DIR"], "muxer", HOST)


def kept(desk: Desk) -> set[str]:
    folder = state_folder(desk) / "history"
    return {path.name for path in folder.iterdir()} if folder.exists() else set()


def kill_everything(desk: Desk, *, reboot: bool) -> None:
    """Nothing lives; after a reboot the runtime folder is gone, too."""
    while alive := running(desk.env):
        for process in alive:
            try:
                process.send_signal(signal.SIGKILL)
            except psutil.NoSuchProcess:
                continue
        psutil.wait_procs(alive, timeout=5)
    if reboot:
        shutil.rmtree(runtime_folder(desk))


def shape(desk: Desk) -> list[tuple[str, str, str, int, int]]:
    return [(p["id"], p["name"], p["tab"], p["cols"], p["rows"]) for p in desk.json("ls")["panes"]]


def logged(desk: Desk, kind: str) -> list[tuple[str, str]]:
    with sqlite3.connect(state_folder(desk) / "muxer.db") as connection:
        return connection.execute("SELECT subject, data FROM events WHERE kind = ? ORDER BY id", (kind,)).fetchall()


def furnish(desk: Desk) -> list[tuple[str, str, str, int, int]]:
    """A shell, a program to be started again and one that is not, in two tabs."""
    desk.new(name="desk shell")
    desk.new("sh", "-c", COUNT, name="server", split="down", restart="always")
    desk.new("sh", "-c", COUNT, name="once", tab="jobs")
    for name in ("server", "once"):
        desk.run("wait", name, "--text", "lives", "--timeout", "20")
    return shape(desk)


@pytest.mark.parametrize("reboot", [True, False])
def test_everything_is_where_it_was(desk: Desk, *, reboot: bool) -> None:
    before = furnish(desk)
    until(lambda: {"p2.snapshot", "p3.snapshot"} <= kept(desk), "the panes' history on disk")
    pids = {name: pane["pid"] for name, pane in desk.panes().items()}
    kill_everything(desk, reboot=reboot)
    seat = desk.sit()
    seat.wait_for("2 jobs")
    until(lambda: desk.panes()["server"]["state"] == "running", "the server's next start")
    assert shape(desk) == before
    panes = desk.panes()
    assert panes["desk shell"]["state"] == "running"
    assert panes["once"]["state"] != "running"
    assert panes["server"]["pid"] != pids["server"]
    for name in ("server", "once"):
        assert "line 1\nline 2\n" in desk.run("capture", name, "--history").stdout
    until(lambda: desk.run("capture", "server", "--history").stdout.count("lives") == 2, "its second life")
    desk.run("restart", "once")
    until(lambda: desk.run("capture", "once", "--history").stdout.count("lives") == 2, "its second life")


def test_a_machine_that_is_shut_down_in_order_loses_no_pane(desk: Desk) -> None:
    before = furnish(desk)
    everybody = running(desk.env) + [psutil.Process(pane["pid"]) for pane in desk.panes().values()]
    for number in (signal.SIGTERM, signal.SIGHUP):
        for process in everybody:
            with suppress(psutil.NoSuchProcess):
                process.send_signal(number)
    psutil.wait_procs(everybody, timeout=5)
    kill_everything(desk, reboot=True)
    seat = desk.sit()
    seat.wait_for("2 jobs")
    until(lambda: desk.panes()["server"]["state"] == "running", "the server's next start")
    assert shape(desk) == before
    assert desk.panes()["desk shell"]["state"] == "running"
    assert "line 1\nline 2\n" in desk.run("capture", "once", "--history").stdout


def test_a_shell_comes_back_where_it_was(desk: Desk) -> None:
    (desk.folder / "deep").mkdir()
    desk.new(name="here")
    desk.run("send", "here", "cd deep && echo in $((40+2))", "--enter")
    desk.run("wait", "here", "--text", "in 42", "--timeout", "20")
    desk.run("rename", "here", "there")
    until(lambda: kept(desk), "its history on disk")
    kill_everything(desk, reboot=True)
    seat = desk.sit()
    seat.wait_for("in 42")
    until(lambda: desk.panes()["there"]["state"] == "running", "the shell")
    assert desk.panes()["there"]["cwd"] == str(desk.folder / "deep")


def test_ids_are_never_used_twice(desk: Desk) -> None:
    desk.new("cat", name="keeper of the host")
    for _ in range(3):
        desk.run("kill", desk.new("cat", name="short")["id"])
    kill_everything(desk, reboot=True)
    assert desk.new("cat", name="later")["id"] == "p5"
    desk.run("stop")
    until(lambda: not running(desk.env), "the end of host and keeper")
    assert desk.new("cat", name="much later")["id"] == "p6"


def test_what_was_ended_in_order_does_not_come_back(desk: Desk) -> None:
    desk.new("sh", "-c", COUNT, name="server", restart="always")
    desk.run("wait", "server", "--text", "lives", "--timeout", "20")
    until(lambda: kept(desk), "its history on disk")
    desk.run("stop")
    until(lambda: not running(desk.env), "the end of host and keeper")
    assert kept(desk) == set()
    desk.sit().wait_for("$")
    assert list(desk.panes()) == ["sh"]
    assert [subject for subject, _ in logged(desk, "pane.closed")] == ["p1"]


def test_history_is_kept_for_our_eyes_only_and_only_if_wanted(desk: Desk) -> None:
    desk.set("[panes]\nhistory = false\n")
    desk.new("sh", "-c", COUNT, name="secret")
    desk.run("wait", "secret", "--text", "lives", "--timeout", "20")
    os.kill(desk.host(), signal.SIGTERM)
    until(lambda: not (runtime_folder(desk) / "host").exists(), "the host's end")
    assert kept(desk) == set()
    kill_everything(desk, reboot=True)
    desk.set("[panes]\nhistory = true\n")
    desk.sit().wait_for("secret")
    assert "line 1" not in desk.run("capture", "secret", "--history").stdout
    desk.run("restart", "secret")
    desk.run("wait", "secret", "--text", "lives", "--timeout", "20")
    until(lambda: kept(desk), "its history on disk")
    files = [state_folder(desk) / "history", *(state_folder(desk) / "history").iterdir()]
    assert all(file.stat().st_mode & 0o077 == 0 for file in files)


def test_the_log_tells_what_happened(desk: Desk) -> None:
    desk.new("sh", "-c", "read x; exit 3", name="job")
    desk.run("send", "job", "", "--enter")
    desk.run("wait", "job", "--exit", "--timeout", "20")
    desk.run("rename", "job", "failed")
    desk.run("kill", "failed")
    until(lambda: logged(desk, "pane.closed"), "its end in the log")
    told: dict[str, Any] = {kind: logged(desk, kind) for kind in ("pane.opened", "run.started", "run.ended")}
    assert all([subject for subject, _ in entries] == ["p1"] for entries in told.values())
    assert '"status":3' in told["run.ended"][0][1]
