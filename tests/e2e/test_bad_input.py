"""Whatever is wrong with programs, sizes, bytes, folders and files: one clear line, or it simply goes on."""

import os
import re
import shutil
import socket
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest

from tests.conftest import HOST, Desk
from tests.seat import MUXER, Seat, running
from tests.waiting import until

NOBODY = 65534
ROOT = os.getuid() == 0
ONE_LINE = re.compile(r"muxer: [^\n]+\n").fullmatch

needs_root = pytest.mark.skipif(not ROOT, reason="only root can give folders away")


def refused(desk: Desk, *words: str, **env: str) -> str:
    """The one line that is said instead."""
    done = desk.run(*words, check=False, **env)
    assert done.returncode in (1, 2), done
    assert done.stdout == ""
    assert ONE_LINE(done.stderr), done.stderr
    return done.stderr


def settings(desk: Desk) -> Path:
    folder = Path(desk.env["XDG_CONFIG_HOME"], "muxer")
    folder.mkdir(exist_ok=True)
    return folder


def runtime(desk: Desk) -> Path:
    return Path(desk.env["XDG_RUNTIME_DIR"], "muxer")


def script(desk: Desk, text: str, mode: int = 0o755) -> str:
    path = desk.folder / "program"
    path.write_text(text)
    path.chmod(mode)
    return str(path)


# programs


def test_programs_that_cannot_be_run(desk: Desk) -> None:
    desk.new("cat", name="stays")
    new = "new", "--no-attach"
    assert "there is no such program" in refused(desk, *new, "--", "/no/such/program")
    assert "not found in PATH" in refused(desk, *new, "--", "nosuchprogram")
    assert "cannot start" in refused(desk, *new, "--", script(desk, "#!/bin/sh\n", mode=0o644))
    assert "cannot start" in refused(desk, *new, "--", str(desk.folder))
    assert "interpreter" in refused(desk, *new, "--", script(desk, "#!/no/such/interpreter\n"))
    gone = desk.folder / "gone"
    assert "is gone" in refused(desk, *new, f"--cwd={gone}", "--", "cat")
    assert list(desk.panes()) == ["stays"]


def test_what_a_person_types_wrong_in_the_screen_is_said_there(desk: Desk) -> None:
    seat = desk.sit("--", "cat", cols=140)
    seat.wait_for("ctrl+b …")
    other = desk.sit("--", "/no/such/program", cols=140)
    other.wait_for("cannot start '/no/such/program': there is no such program")
    assert list(desk.panes()) == ["cat"]


def test_a_folder_that_goes_away_under_a_pane(desk: Desk) -> None:
    there = desk.folder / "there"
    there.mkdir()
    desk.new("cat", name="first", cwd=str(there))
    seat = desk.sit()
    seat.wait_for("first")
    shutil.rmtree(there)
    assert "first" in desk.run("ls").stdout
    seat.send("\x02%")
    seat.wait_for("sh")
    assert desk.panes()["sh"]["state"] == "running"


def test_a_program_that_floods_without_a_newline(desk: Desk) -> None:
    desk.new("sh", "-c", "read x; head -c 200000000 /dev/zero | tr '\\0' x; echo; echo over; cat", name="flood")
    seat = desk.sit()
    seat.wait_for("flood")
    host = psutil.Process(desk.host())
    seat.send("\r")
    seat.wait_for("xxxx")
    slowest, heaviest = 0.0, 0
    while "over" not in seat.text:
        began = time.monotonic()
        assert desk.panes()["flood"]["state"] == "running"
        slowest = max(slowest, time.monotonic() - began)
        heaviest = max(heaviest, host.memory_info().rss)
        seat.pump(0.2)
    assert slowest < 10
    assert heaviest < 250 << 20
    seat.send("and on\r")
    seat.wait_for("and on\nand on")


def test_bytes_that_are_no_text(desk: Desk) -> None:
    desk.new("sh", "-c", "read x; head -c 1000000 /dev/urandom; printf '\\033c\\033[2J\\033[HREADY'; cat", name="noise")
    seat = desk.sit()
    seat.wait_for("noise")
    seat.send("\r")
    desk.run("wait", "noise", "--text", "READY", "--timeout", "30")
    desk.run("capture", "noise", "--history", "--ansi")
    seat.wait_for("READY")
    seat.send("typed\r")
    seat.wait_for("typed")


def test_a_storm_of_questions(desk: Desk) -> None:
    asks = r"printf '\033[c\033[6n\033]11;?\007\033P+q544e\033\\'"
    asks = f"i=0; while [ $i -lt 20000 ]; do i=$((i+1)); {asks}; done"
    desk.new("sh", "-c", f"stty raw -echo; {asks}; echo over; cat >/dev/null", name="storm")
    seat = desk.sit()
    desk.run("wait", "storm", "--text", "over", "--timeout", "40")
    seat.wait_for("over")
    assert psutil.Process(desk.host()).memory_info().rss < 250 << 20


# sizes


def test_the_smallest_and_the_largest_terminal(desk: Desk) -> None:
    desk.set('[look]\nsidebar = "hidden"\n')
    seat = desk.sit("--", "sh", "-c", "seq 1 50; echo ready; cat", cols=80, rows=24)
    seat.wait_for("ready")
    desk.new("cat", name="other", split="down")
    desk.new("cat", name="third", split="right")
    seat.resize(1, 1)
    seat.wait_quiet()
    seat.resize(500, 200)
    seat.wait_for("ready")
    seat.wait_for("ctrl+b …")
    whole = {(500, 99), (250, 98), (249, 98)}
    until(lambda: {(p["cols"], p["rows"]) for p in desk.panes().values()} == whole, "the whole size")
    seat.resize(1, 1)
    seat.wait_quiet()
    seat.resize(2, 3)
    seat.wait_quiet()
    seat.resize(80, 24)
    seat.wait_for("ready")
    seat.send("typed\r")
    seat.wait_for("typed")


# folders and sockets


@needs_root
def test_a_folder_of_somebody_else_is_refused(desk: Desk) -> None:
    os.mkdir(runtime(desk), 0o700)
    os.chown(runtime(desk), NOBODY, NOBODY)
    assert "belongs to uid 65534, not to you" in refused(desk, "ls")
    assert "belongs to uid 65534" in refused(desk, "new", "--no-attach", "--", "cat")
    os.chown(runtime(desk), 0, 0)


def test_a_folder_that_is_open_to_others_is_closed(desk: Desk) -> None:
    (runtime(desk) / HOST).mkdir(parents=True)
    for folder in (runtime(desk), runtime(desk) / HOST):
        folder.chmod(0o777)
    desk.new("cat")
    for folder in (runtime(desk), runtime(desk) / HOST):
        assert folder.stat().st_mode & 0o777 == 0o700


def test_a_file_where_the_folder_should_be(desk: Desk) -> None:
    runtime(desk).write_text("")
    assert "is not a folder: move it away" in refused(desk, "ls")


def test_a_path_that_no_socket_can_have(desk: Desk) -> None:
    done = subprocess.run(
        [*MUXER, "-L", "x" * 100, "ls"], env=desk.env, capture_output=True, text=True, check=False, timeout=40
    )
    assert done.returncode == 2
    assert ONE_LINE(done.stderr)
    assert "is too long for a Unix socket: use a shorter -L name" in done.stderr


def test_what_a_dead_host_left_is_in_nobodys_way(desk: Desk) -> None:
    folder = runtime(desk) / HOST
    folder.mkdir(parents=True, mode=0o700)
    runtime(desk).chmod(0o700)
    for name in ("host", "keeper"):
        with socket.socket(socket.AF_UNIX) as stale:
            stale.bind(str(folder / name))
    for name in ("lock", "alive", "keeper.lock"):
        (folder / name).write_text("")
    assert "no muxer named 'desk' is running" in refused(desk, "ls")
    desk.new("cat", name="echo")
    assert list(desk.panes()) == ["echo"]


@pytest.fixture
def tiny(desk: Desk) -> Iterator[Path]:
    """A disk that is nearly full, for what must be there while muxer runs."""
    place = desk.folder.parent / "tiny"
    place.mkdir()
    mount = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=64k,mode=700", "tmpfs", str(place)], capture_output=True, check=False
    )
    if mount.returncode:
        pytest.skip("cannot mount a small disk here")
    short = Path(desk.env["XDG_RUNTIME_DIR"], "t")
    short.symlink_to(place)
    yield short
    desk.run("stop", check=False, XDG_RUNTIME_DIR=str(short))
    until(lambda: not running({"XDG_RUNTIME_DIR": str(short)}), "the host's end")
    subprocess.run(["umount", str(place)], check=True)


@needs_root
def test_a_disk_that_is_full(desk: Desk, tiny: Path) -> None:
    where = str(tiny)
    desk.set('[look]\nsidebar = "hidden"\n')
    seat = desk.sit("--", "sh", "-c", "seq 1 100000; echo over; cat", cols=200, XDG_RUNTIME_DIR=where)
    seat.wait_for("over")
    seat.wait_for("make room there")
    seat.send("and on\r")
    seat.wait_for("and on\nand on")
    assert "over" in desk.run("capture", "sh", XDG_RUNTIME_DIR=where).stdout


# surroundings


def test_no_home(desk: Desk) -> None:
    del desk.env["HOME"]
    desk.new("sh", "-c", "echo up; cat", name="p")
    desk.run("wait", "p", "--text", "up", "--timeout", "20")


def test_no_terminal_or_one_that_cannot_draw(desk: Desk) -> None:
    assert "muxer needs a terminal to draw on" in refused(desk)
    for term in ("dumb", ""):
        seat = desk.sit(cols=200, TERM=term)
        assert seat.wait_exit() == 1
        assert "muxer needs a terminal that can draw" in seat.text
        assert b"\x1b" not in seat.raw
    assert not (runtime(desk) / HOST / "host").exists()


@pytest.mark.parametrize(
    ("files", "words"),
    [
        ({"config.toml": "[look]\nthem = 'day'\n"}, "config.toml:2: unknown key them: did you mean theme?"),
        ({"config.toml": "[panes]\nscrollback = 'many'\n"}, "config.toml:2: panes.scrollback must be "),
        ({"config.toml": "[look\n"}, "config.toml:1: "),
        ({"config.toml": "[look]\ntheme = 'nigth'\n"}, "did you mean night?"),
        (
            {"config.toml": "[look]\ntheme = 'own'\n", "themes/own.toml": "[roles]\naccent = 'bleu'\n"},
            "themes/own.toml:2: accent must be a colour like #7aa2f7",
        ),
        (
            {"config.toml": "[look]\nkeymap = 'own'\n", "keymaps/own.toml": '[keys]\n"pane.zom" = ["z"]\n'},
            "keymaps/own.toml:2: no action named 'pane.zom': did you mean pane.zoom",
        ),
    ],
)
def test_a_file_of_the_persons_that_is_wrong(desk: Desk, files: dict[str, str], words: str) -> None:
    for name, text in files.items():
        file = settings(desk) / name
        file.parent.mkdir(exist_ok=True)
        file.write_text(text)
    desk.new("cat", name="cat")
    seat = desk.sit(cols=300)
    seat.wait_for(words)
    seat.send("still here\r")
    seat.wait_for(lambda seat: seat.text.count("│still here") == 2)


def test_a_host_that_hangs_can_be_left(desk: Desk) -> None:
    desk.new("cat")
    seat = desk.sit()
    seat.wait_for("ctrl+b …")
    host = psutil.Process(desk.host())
    host.suspend()
    try:
        seat.send("\x1c\x1c\x1c")
        seat.wait_for("whose host did not answer")
        assert seat.wait_exit() == 1
    finally:
        host.resume()
    again = Seat([*MUXER, "-L", HOST], 80, 24, desk.env)
    again.wait_for("ctrl+b …")
    again.close()
