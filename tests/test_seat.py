"""The seat shows what a program draws, types what it is told, and leaves nothing behind."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import psutil
import pytest

from tests.seat import Seat, kill_all, muxer_home, running


def sh(script: str) -> list[str]:
    return ["/bin/sh", "-c", script]


def gone(pid: int) -> bool:
    return not psutil.pid_exists(pid)


def test_shows_the_screen_and_the_cursor() -> None:
    with Seat(sh(r"printf '\033[2J\033[3;5Hh\303\251llo \346\274\242\033[?25l'; read x"), cols=40, rows=10) as seat:
        seat.wait_for("héllo 漢")
        assert seat.screen() == ["", "", "    héllo 漢", *[""] * 7]
        assert seat.cursor == (12, 2)
        assert not seat.cursor_shown
        assert "héllo".encode() in seat.raw


def test_types_and_tells_how_the_program_left() -> None:
    with Seat(sh("read a; echo got $a; exit 7")) as seat:
        seat.send("words\r")
        seat.wait_for("got words")
        assert seat.wait_exit() == 7
    with Seat(sh("read a")) as seat:
        seat.kill(signal.SIGTERM)
        assert seat.wait_exit() == -signal.SIGTERM


def test_has_its_size_from_the_start_and_changes_it() -> None:
    script = "trap 'stty size' WINCH; stty size; while :; do read x; done"
    with Seat(sh(script), cols=91, rows=17) as seat:
        seat.wait_for("17 91")
        seat.resize(60, 20)
        seat.wait_for("20 60")
        assert len(seat.screen()) == 20


def test_waits_for_bytes_and_conditions(tmp_path: Path) -> None:
    mark = tmp_path / "mark"
    with Seat(sh(f"printf 'a\\033[1mb'; read x; : >{mark}; read x")) as seat:
        seat.wait_for(b"\x1b[1mb")
        seat.send("\r")
        seat.wait_for(lambda _: mark.exists())


def test_what_does_not_come_fails_and_shows_the_screen() -> None:
    with Seat(sh("echo something else; read x")) as seat:
        seat.wait_for("something")
        with pytest.raises(AssertionError, match=r"(?s)'nothing' did not come.*something else"):
            seat.wait_for("nothing", timeout=0.2)


def test_does_not_wait_for_a_program_that_left() -> None:
    with Seat(sh("echo bye; exit 3")) as seat:
        began = time.monotonic()
        with pytest.raises(AssertionError, match="left with status 3"):
            seat.wait_for("nothing", timeout=30)
        assert time.monotonic() - began < 10


def test_a_program_that_cannot_start_says_so() -> None:
    with Seat(["/nowhere/at-all"]) as seat:
        seat.wait_for("/nowhere/at-all: No such file")
        assert seat.wait_exit() == 127


@pytest.mark.parametrize("emulate", [True, False])
def test_answers_as_a_modern_terminal(*, emulate: bool) -> None:
    reader = (
        "import os,sys,tty; tty.setraw(0); sys.stdout.write('\\x1b[?2026$p\\x1b[?u\\x1b[c'); sys.stdout.flush()\n"
        "said=b''\n"
        "while not said.endswith(b'c'): said+=os.read(0,100)\n"
        "print(repr(said), end='\\r\\n')"
    )
    with Seat([sys.executable, "-S", "-c", reader], cols=200, emulate=emulate) as seat:
        seat.wait_for("c'")
        for answer in ("[?2026;2$y", "[?0u", "[?62;"):
            assert answer in seat.text
        assert seat.text.count("2026;2$y") == 1


@pytest.mark.parametrize("emulate", [True, False])
def test_says_nothing_when_told_to(*, emulate: bool) -> None:
    script = r"stty raw -echo min 0 time 5; printf '\033[?2026$p\033[c'; echo [$(cat | wc -c)]; read x"
    with Seat(sh(script), emulate=emulate, answers=False) as seat:
        seat.wait_for("[0]")


def test_a_query_cut_between_two_reads_is_answered_once() -> None:
    asker = (
        "import os,select,tty; tty.setraw(0)\n"
        "os.write(1,b'\\x1b['); os.read(0,1); os.write(1,b'c'); said=b''\n"
        "while not said.endswith(b'c'): said+=os.read(0,100)\n"
        "os.write(1,b'and then'); more=os.read(0,100) if select.select([0],[],[],0.3)[0] else b'nothing'\n"
        "print(said, more, '.', end='\\r\\n')"
    )
    with Seat([sys.executable, "-S", "-c", asker], emulate=False) as seat:
        seat.wait_for("\x1b[")
        seat.send("x")
        seat.wait_for(" .\r\n")
        assert "b'nothing' ." in seat.text


def test_types_more_than_the_line_holds_while_the_program_writes() -> None:
    # cat gives back all it is given: somebody who only wrote would wait forever.
    size = 400_000
    with Seat(sh("stty raw -echo; echo ready; exec cat"), emulate=False) as seat:
        seat.wait_for("ready")
        before = seat.total
        seat.send(b"x" * size)
        seat.wait_for(lambda s: s.total - before >= size)
    assert seat.raw.count(b"x") == size


def test_hanging_up_ends_a_program_as_a_lost_line_does() -> None:
    with Seat(sh("echo here; sleep 100; echo never")) as seat:
        seat.wait_for("here")
        seat.hang_up()
        assert seat.wait_exit() in {-signal.SIGHUP, 128 + signal.SIGHUP}


def test_a_program_holds_no_other_terminal_open() -> None:
    with Seat(sh("echo first; read x")) as first, Seat(sh("echo second; read x")) as second:
        second.wait_for("second")
        first.wait_for("first")
        first.hang_up()
        assert first.wait_exit(timeout=5) == -signal.SIGHUP


def test_leaves_no_process_even_one_that_ignores_the_hang_up() -> None:
    with Seat(sh("trap '' HUP; echo here; while :; do sleep 0.1; done")) as seat:
        seat.wait_for("here")
    assert gone(seat.pid)
    assert seat.status == -signal.SIGKILL


def test_a_home_is_nobody_elses(tmp_path: Path) -> None:
    with muxer_home(tmp_path) as env:
        runtime = env["XDG_RUNTIME_DIR"]
        assert len(runtime) < 30
        assert os.stat(runtime).st_mode & 0o077 == 0
        assert not any(name.startswith(("TMUX", "MUXER")) for name in env)
        with Seat(["/bin/sh", "-i"], env=env) as seat:
            seat.wait_for("$")
            seat.send("echo $HOME\r")
            seat.wait_for(str(tmp_path)[:60])
    assert not os.path.exists(runtime)


def test_a_home_ends_what_was_started_in_it(tmp_path: Path) -> None:
    bystander = subprocess.Popen(["sleep", "100"])
    try:
        with muxer_home(tmp_path) as env:
            with Seat(sh("setsid sh -c 'echo apart; exec sleep 1000' & read x"), env=env) as seat:
                seat.wait_for("apart")
            assert [process.name() for process in running(env)] == ["sleep"]
            kill_all(env, grace=0)
            assert not running(env)
        assert bystander.poll() is None
    finally:
        bystander.kill()
        bystander.wait()
