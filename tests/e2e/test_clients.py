"""Terminals at one host: several, of different sizes and colours, slow, stopped, killed, suspended, or only looking."""

import hashlib
import math
import os
import random
import shlex
import signal
import sys
import time
from collections.abc import Callable

import psutil
import pytest

from tests.conftest import HOST, Desk
from tests.seat import MUXER, Seat

ROUNDS = 200
RAW = "import os,sys,tty,hashlib\ntty.setraw(0)\ndef say(t): os.write(1, t.encode())\n"
"""How a program begins that reads every byte it is given."""


BARE = '[look]\nsidebar = "hidden"\nclock = false\n'
"""So that a pane is as wide as the screen."""


@pytest.fixture(autouse=True)
def _bare(desk: Desk) -> None:
    desk.set(BARE)


def until(condition: Callable[[], object], what: str, seats: tuple[Seat, ...] = (), timeout: float = 30) -> None:
    """Wait, with the seats being looked at meanwhile."""
    deadline = time.monotonic() + timeout
    while not condition():
        assert time.monotonic() < deadline, f"{what} did not come in {timeout} s"
        for seat in seats:
            seat.pump(0.02)
        time.sleep(0 if seats else 0.02)


def python(script: str) -> tuple[str, ...]:
    return sys.executable, "-I", "-S", "-c", RAW + script


def begin(desk: Desk, *command: str, cols: int = 80, rows: int = 24, **env: str) -> Seat:
    seat = desk.sit(*(["--", *command] if command else []), cols=cols, rows=rows, **env)
    seat.wait_for("ctrl+b …")
    return seat


def leave(seat: Seat) -> None:
    seat.send("\x02d")
    seat.wait_for(f"[detached from {HOST}]")
    assert seat.wait_exit() == 0


def settled(cols: int, rows: int) -> Callable[[Seat], bool]:
    """Is there a whole picture of that size, and nothing beside it?"""

    def check(seat: Seat) -> bool:
        screen = seat.screen()
        status = screen[rows - 1] if rows <= len(screen) else ""
        beside = screen[rows:] + [row[cols:] for row in screen[:rows]]
        return f"{rows - 2} {cols}." in seat.text and "ctrl+b …" in status and not any(beside)

    check.__name__ = f"a picture of {cols}x{rows}"
    return check


SIZES = "trap 'clear; echo $(stty size).' WINCH; echo $(stty size).; while :; do sleep 0.05; done"
"""A program that shows the size that it has."""


def test_attaching_detaching_and_attaching_at_another_size(desk: Desk) -> None:
    first = begin(desk, "sh", "-c", SIZES)
    first.wait_for(settled(80, 24))
    leave(first)
    # The person's own screen is back.
    assert b"\x1b[?1049l" in first.raw
    assert first.cursor_shown
    second = desk.sit(cols=100, rows=12)
    second.wait_for(settled(100, 12))
    second.resize(70, 30)
    second.wait_for(settled(70, 30))


def test_the_smallest_decides_and_the_rest_is_blank_until_it_leaves(desk: Desk) -> None:
    large = begin(desk, "sh", "-c", SIZES, cols=100, rows=30)
    large.wait_for(settled(100, 30))
    small = desk.sit(cols=60, rows=40)
    small.wait_for(settled(60, 30))
    large.wait_for(settled(60, 30))
    assert len(desk.json("ls")["clients"]) == 2
    leave(small)
    large.wait_for(settled(100, 30))


def test_where_the_latest_decides_a_smaller_one_sees_a_clean_crop(desk: Desk) -> None:
    desk.set(f'{BARE}[clients]\nsize = "latest"\n')
    program = "i=0; while [ $i -lt 40 ]; do i=$((i+1)); printf '\\n%02d %090d' $i 7; done; cat"
    small = begin(desk, "sh", "-c", program, cols=50, rows=14)
    large = desk.sit(cols=100, rows=30)
    large.wait_for(lambda seat: seat.screen()[28] == f"40 {7:090}")
    until(lambda: small.screen() == [row[:50] for row in large.screen()[:14]], "a crop", (small, large))
    small.send("x")
    small.wait_for(lambda seat: "ctrl+b …" in seat.screen()[13])
    assert {(pane["cols"], pane["rows"]) for pane in desk.panes().values()} == {(50, 12)}


def test_who_may_only_look_can_look_and_leave(desk: Desk) -> None:
    begin(desk, "cat")
    guest = desk.sit("attach", "--read-only")
    guest.wait_for("ctrl+b …")
    guest.send('typed\r\x1b[200~pasted\x1b[201~\x1b[<0;3;3M\x02"\x02x')
    leave(guest)
    assert list(desk.panes()) == ["cat"]
    assert desk.run("capture", "cat").stdout.strip() == ""


def test_each_has_the_colours_of_its_terminal_and_frames_held_together_if_it_can(desk: Desk) -> None:
    program = r"read x; printf '\033[38;2;255;0;0;48;5;21mred\033[0m'; cat"
    true = begin(desk, "sh", "-c", program)
    many = desk.sit(COLORTERM="")
    few = desk.sit(TERM="linux", COLORTERM="")
    none = desk.sit(NO_COLOR="1")
    plain = Seat([*MUXER, "-L", HOST], 80, 24, desk.env, answers=False)
    desk._seats.append(plain)
    for seat in (many, few, none, plain):
        seat.wait_for("ctrl+b .")  # a console has no ellipsis, and all share a screen
    true.send("\r")
    seats = (true, many, few, none, plain)
    until(lambda: all("red" in seat.text for seat in seats), "red", seats)
    assert b"38;2;255;0;0" in true.raw
    assert b"38;5;196" in many.raw
    assert b"\x1b[38;2" not in many.raw + few.raw
    assert b"91" in few.raw
    assert b"8;5;" not in few.raw + none.raw
    assert b"8;2;" not in none.raw
    for seat in (true, many, none):
        assert b"\x1b[?2026h" in seat.raw
    assert b"\x1b[?2026h" not in plain.raw + few.raw


def test_suspended_under_a_shell_and_back(desk: Desk) -> None:
    begin(desk, "cat").hang_up()
    until(lambda: desk.ask("ls")["clients"] == [], "nobody")
    shell = Seat(["/bin/bash", "--norc", "-i"], 80, 24, desk.env | {"PS1": "shell> "}, cwd=desk.folder)
    desk._seats.append(shell)
    shell.wait_for("shell>")
    shell.send(f"{shlex.join([*MUXER, '-L', HOST])}\r")
    shell.wait_for("ctrl+b …")
    shell.send("\x02\x1a")
    shell.wait_for("Stopped")
    shell.send("echo in the $((40+2))th shell; stty -a | grep -o ' icanon'\r")
    shell.wait_for("in the 42th shell")
    shell.wait_for(" icanon")
    desk.run("send", "cat", "meanwhile", "--enter")
    shell.send("fg\r")
    shell.wait_for("meanwhile")
    assert "shell>" not in shell.text
    shell.send("and on\r")
    shell.wait_for("and on\nand on")
    shell.send("\x02d")
    shell.wait_for(f"[detached from {HOST}]")


def test_one_that_is_stopped_stops_nobody_and_is_right_once_it_goes_on(desk: Desk) -> None:
    quick = begin(desk)
    stopped = begin(desk)
    stopped.kill(signal.SIGSTOP)
    quick.send("clear; seq 1 20000; echo ov''er\r")
    quick.wait_for("over")
    quick.wait_quiet()
    stopped.kill(signal.SIGCONT)
    until(lambda: stopped.screen() == quick.screen(), "the same picture", (stopped, quick))


@pytest.mark.timeout(120)
def has_loaded(host: psutil.Process, *libraries: str) -> bool:
    files = [one.path for one in host.memory_maps()]
    return all(any(library in file for file in files) for library in libraries)


def test_a_slow_one_during_a_flood_costs_frames_and_no_memory(desk: Desk) -> None:
    begin(desk).hang_up()
    slow = Seat([*MUXER, "-L", HOST], 120, 40, desk.env)
    desk._seats.append(slow)
    slow.wait_for("ctrl+b …")
    host = psutil.Process(desk.host())
    until(lambda: has_loaded(host, "pygit2", "watchfiles"), "all that it loads after its first picture")
    desk.run("send", "sh", "seq 1 100000; echo war''m", "--enter")
    desk.run("wait", "sh", "--text", "^warm", "--timeout", "60")
    before, took = host.memory_info().rss, slow.total
    desk.run("send", "sh", "seq 1 1000000; echo ov''er", "--enter")
    desk.run("wait", "sh", "--text", "^over", "--timeout", "60")
    grown = host.memory_info().rss - before
    assert grown < 12 << 20, f"{grown >> 20} MB"
    slow.wait_for("over")
    assert slow.total - took < 1 << 20
    slow.wait_for(lambda seat: "999999\n1000000\nover" in seat.text)


def test_the_versions_differ(desk: Desk) -> None:
    desk.new("cat")
    other = "import sys, muxer.wire.frames as f; f.PROTOCOL = 99; from muxer.cli import main; sys.exit(main())"
    seat = Seat([sys.executable, "-c", other, "-L", HOST], 200, 24, desk.env)
    desk._seats.append(seat)
    assert seat.wait_exit() == 1
    assert "cannot speak to the running host" in seat.text
    assert seat.text.strip().endswith("run muxer reload to renew the host")
    assert b"\x1b" not in seat.raw


def test_five_megabytes_are_pasted_byte_by_byte(desk: Desk) -> None:
    rng = random.Random(5)
    words = "".join(rng.choice("abc äöü漢字😀\t\n{}[]$`\\'\"") for _ in range(1 << 16)).encode()
    paste = words * (5_000_000 // len(words))
    child = """
say("\\x1b[?2004hready")
data = b""
while not data.endswith(b"\\x1b[201~"): data += os.read(0, 1 << 16)
say(f"\\r\\n{len(data)} {hashlib.sha256(data).hexdigest()}"); os.read(0, 1)
"""
    seat = begin(desk, *python(child), cols=100)
    seat.wait_for("ready")
    seat.send(b"\x1b[200~" + paste + b"\x1b[201~", timeout=60)
    framed = b"\x1b[200~" + paste + b"\x1b[201~"
    seat.wait_for(f"{len(framed)} {hashlib.sha256(framed).hexdigest()}", timeout=40)


def test_text_of_an_input_method_arrives_exactly_however_it_is_cut(desk: Desk) -> None:
    text = "日本語テキスト한국어 e\u0301 👩‍👩‍👧 ﷽ ß".encode()
    child = f"""
say("ready")
data = b""
while len(data) < {len(text)}: data += os.read(0, 1)
say("\\r\\n" + data.hex()); os.read(0, 1)
"""
    seat = begin(desk, *python(child), cols=250)
    seat.wait_for("ready")
    for at in range(0, len(text), 2):
        seat.send(text[at : at + 2])
        seat.pump(0.001)
    seat.wait_for(text.hex())


def test_the_keys_of_a_kitty_terminal_reach_a_program_that_asked_for_them(desk: Desk) -> None:
    child = """
say("\\x1b[>9uready")
while True: say("<" + os.read(0, 64).hex() + ">")
"""
    seat = begin(desk, *python(child), cols=200)
    seat.wait_for("ready")
    seat.wait_for(b"\x1b[=13;1u")
    seat.send("\x1b[13;2u")
    seat.wait_for("<1b5b31333b3275>")
    seat.send("\x1b[97u")
    seat.wait_for("<1b5b393775>")
    # The prefix is the prefix, and what follows is a command.
    seat.send("\x1b[98;5u\x1b[100u")
    seat.wait_for(f"[detached from {HOST}]")
    plain = begin(desk, "sh", "-c", "stty raw -echo; echo plain; cat -v", cols=200)
    plain.wait_for("plain")
    plain.send("\x1b[13;2u\x1b[97u")
    plain.wait_for("^[[27;2;13~a")


class Crowd:
    """People who come, resize, and go in every way there is."""

    def __init__(self, desk: Desk) -> None:
        self.desk = desk
        self.rng = random.Random(7)
        self.here: list[Seat] = []

    def come(self) -> None:
        cols, rows = self.rng.randint(1, 150), self.rng.randint(1, 50)
        self.here.append(Seat([*MUXER, "-L", HOST], cols, rows, self.desk.env, emulate=False))
        if self.rng.random() < 0.7:
            self.here[-1].wait_for(b"\x1b[?1049h")

    def go(self) -> None:
        seat = self.here.pop(self.rng.randrange(len(self.here)))
        match self.rng.randrange(4):
            case 0:
                seat.send("\x02d")
                seat.wait_exit()
            case 1:
                seat.kill()
            case 2:
                seat.kill(signal.SIGTERM)
        seat.close()

    def round(self) -> None:
        if not self.here or (len(self.here) < 4 and self.rng.random() < 0.6):
            self.come()
        elif self.rng.random() < 0.4:
            self.rng.choice(self.here).resize(self.rng.randint(1, 150), self.rng.randint(1, 50))
        else:
            self.go()
        for seat in self.here:
            seat.read()
            seat.raw.clear()

    def disperse(self) -> None:
        while self.here:
            self.go()


@pytest.mark.timeout(240)
def test_a_crowd_that_comes_and_goes_leaves_nothing_behind(desk: Desk) -> None:
    for name in ("a", "b"):
        desk.new("sh", "-c", "while :; do seq 1 30; sleep 0.1; done", name=name)
    processes = [psutil.Process(desk.host()), psutil.Process(desk.keeper())]
    crowd = Crowd(desk)

    def weigh(most: float) -> list[tuple[int, int, int]]:
        crowd.disperse()
        until(lambda: desk.ask("ls")["clients"] == [], "everybody has left")
        until(lambda: processes[0].num_fds() <= most, "whoever asked that has hung up")
        return [(p.num_fds(), p.num_threads(), p.memory_info().rss) for p in processes]

    try:
        for _ in range(ROUNDS // 4):
            crowd.round()
        before = weigh(math.inf)
        for _ in range(ROUNDS):
            crowd.round()
        after = weigh(before[0][0])
    finally:
        for seat in crowd.here:
            seat.close()
    for (fds, threads, memory), (fds_after, threads_after, memory_after) in zip(before, after, strict=True):
        assert fds_after <= fds
        assert threads_after <= threads
        assert memory_after < memory + (6 << 20), f"{(memory_after - memory) >> 10} KB"
    assert os.path.exists(f"/proc/{processes[0].pid}")
    begin(desk)
