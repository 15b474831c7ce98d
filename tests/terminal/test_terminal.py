import os
import pty
import socket
import struct
import subprocess
import sys
import termios
import time
import tty
from collections.abc import Iterator
from fcntl import ioctl
from pathlib import Path

import psutil
import pytest

from muxer.terminal import choice
from muxer.terminal.engine import FolderSet, Rang, TitleSet
from muxer.terminal.keys import Button, Key, Mods, Motion, Mouse
from muxer.terminal.recovery import READ_MAX
from muxer.terminal.terminal import CALM, Terminal
from tests.terminal.desks import Desk, desk_in, shown, until


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    with desk_in(tmp_path) as made:
        yield made


@pytest.fixture(params=["ghostty", "portable"], autouse=True)
def engine_name(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> str:
    monkeypatch.setenv(choice.VARIABLE, request.param)
    return str(request.param)


async def test_output_is_shown_and_told(desk: Desk) -> None:
    terminal = desk.fresh()
    desk.say(b"hello \xe2")
    desk.say(b"\x82\xac")
    terminal.start()
    await until(lambda: shown(terminal) == "hello €")
    assert 0 < desk.outputs <= 2


async def test_queries_are_answered(desk: Desk) -> None:
    terminal = desk.fresh()
    terminal.start()
    desk.say(b"ab\x1b[6n")
    await desk.hears(b"\x1b[1;3R")
    assert not terminal.engine.replies


async def test_notices_are_told_and_kept(desk: Desk) -> None:
    terminal = desk.fresh()
    terminal.start()
    host = socket.gethostname().encode()
    desk.say(b"\x1b]2;a title\x07\x1b]7;file://" + host + b"/tmp/a%20b\x07\x07")
    await until(lambda: len(desk.notices) == 3)
    assert desk.notices == [TitleSet("a title"), FolderSet(f"file://{host.decode()}/tmp/a%20b"), Rang()]
    assert (terminal.title, terminal.cwd) == ("a title", "/tmp/a b")
    desk.say(b"\x1b]7;file://elsewhere.example/home\x07")
    await until(lambda: len(desk.notices) == 4)
    assert terminal.cwd == "/tmp/a b"
    assert not terminal.engine.notices


async def test_input_is_encoded_for_the_modes_of_the_program(desk: Desk) -> None:
    terminal = desk.fresh()
    terminal.start()
    terminal.press(Key("up"))
    terminal.paste(b"plain")
    terminal.focus(True)
    terminal.mouse(Mouse(Motion.PRESS, Button.LEFT, 2, 3))
    terminal.write(b"|")
    await desk.hears(b"\x1b[Aplain|")
    desk.say(b"\x1b[?1h\x1b[?2004h\x1b[?1004h\x1b[?1000h\x1b[?1006h")
    await until(lambda: terminal.engine.modes().focus_reports)
    terminal.press(Key("up"))
    terminal.press(Key("c", Mods.CTRL))
    terminal.paste(b"framed")
    terminal.focus(True)
    terminal.focus(False)
    terminal.focus(False)
    terminal.mouse(Mouse(Motion.PRESS, Button.LEFT, 2, 3))
    await desk.hears(b"\x1bOA\x03\x1b[200~framed\x1b[201~\x1b[O\x1b[<0;3;4M")


async def test_a_large_paste_takes_little_of_the_loop(desk: Desk) -> None:
    terminal = desk.fresh()
    terminal.start()
    text = b"0123456789abcdef" * (5 << 16)
    times = []
    for _ in range(3):
        begin = time.process_time()
        terminal.paste(text)
        times.append(time.process_time() - begin)
        await desk.hears(text)
    assert min(times) < 0.05


async def test_a_new_size_reaches_engine_and_program(desk: Desk) -> None:
    terminal = desk.fresh()
    terminal.start()
    assert struct.unpack("HHHH", ioctl(desk.slave, termios.TIOCGWINSZ, bytes(8)))[:2] == (10, 40)
    terminal.resize(50, 20)
    assert struct.unpack("HHHH", ioctl(desk.slave, termios.TIOCGWINSZ, bytes(8)))[:2] == (20, 50)
    assert (terminal.cols, terminal.rows, terminal.engine.cols, terminal.engine.rows) == (50, 20, 50, 20)


async def test_the_end_is_told(desk: Desk) -> None:
    terminal = desk.fresh()
    terminal.start()
    desk.say(b"bye")
    desk.hang_up()
    await until(lambda: desk.ends)
    assert terminal.ended
    assert shown(terminal) == "bye"
    terminal.write(b"x")
    terminal.resize(20, 5)
    assert desk.ends == 1


async def test_a_drag_tells_the_program_its_first_and_its_last_size(desk: Desk) -> None:
    terminal = desk.fresh()
    terminal.start()
    for cols in range(41, 71):
        terminal.resize(cols, 10)
        assert (terminal.cols, terminal.engine.cols) == (cols, cols)
        assert desk.size() == (41, 10)
    await until(lambda: desk.size() != (41, 10))
    assert desk.size() == (70, 10)
    # After a rest the next one is told at once.
    terminal._resized_at -= 2 * CALM
    terminal.resize(33, 7)
    assert desk.size() == (33, 7)


async def test_a_size_that_is_still_to_be_told_is_told_before_anybody_else_listens(desk: Desk) -> None:
    for leave in (Terminal.pause, Terminal.close):
        terminal = desk.fresh()
        terminal.start()
        terminal.resize(50, 12)
        terminal.resize(60, 14)
        assert desk.size() == (50, 12)
        leave(terminal)
        assert desk.size() == (60, 14)
        terminal.close()


async def test_another_program_goes_on_below_what_the_last_one_wrote(desk: Desk) -> None:
    terminal = desk.fresh()
    terminal.start()
    desk.say(b"\x1b]2;old\x07\x1b]7;file:///old\x07first words\x1b[?1049h\x1b[?2004hfull screen\x1b]2;cut")
    await until(lambda: "full screen" in shown(terminal))
    terminal.write(b"typed too late")
    outputs = desk.outputs
    terminal.part("restarted, exited 1")
    assert desk.outputs > outputs
    assert (terminal.title, terminal.cwd) == ("", "")
    desk.kill(terminal)
    # A host that dies before the next program runs leaves the same screen.
    second = desk.recovered()
    assert shown(second) == "first words\n── restarted, exited 1 ──"
    second.start()
    second.part("restarted, exited 2")
    master, slave = pty.openpty()
    tty.setraw(slave)
    old, desk.master, desk.slave = (desk.master, desk.slave), master, slave
    os.set_blocking(slave, False)
    for fd in old:
        os.close(fd)
    second.renew(master)
    second.start()
    assert desk.size() == (40, 10)
    desk.say(b"second words\x1b[6n")
    await until(lambda: shown(second).endswith("second words"))
    second.paste(b"plain")
    await desk.hears(b"\x1b[4;13Rplain")
    second.quiet()
    desk.say(b" and more")
    await until(lambda: shown(second).endswith("and more"))
    desk.kill(second)
    third = desk.recovered()
    assert shown(third) == "first words\n── restarted, exited 1 ──\n── restarted, exited 2 ──\nsecond words and more"
    assert not third.trouble
    assert not third.engine.modes().bracketed_paste


async def test_a_full_ring_takes_the_line_too(desk: Desk) -> None:
    terminal = desk.fresh(capacity=READ_MAX)
    terminal.start()
    desk.say(b"before ")
    await until(lambda: "before" in shown(terminal))
    terminal._ring.took(len(terminal._ring.room()) - 10)
    terminal.part("over")
    desk.kill(terminal)
    assert shown(desk.recovered()) == "before\n── over ──"


async def test_a_terminal_without_a_program_shows_what_was_kept(desk: Desk) -> None:
    def brought_back() -> Terminal:
        return desk._open(Terminal.recovered("p", -1, str(desk.folder), 40, 10))

    nothing = brought_back()
    assert shown(nothing) == ""
    assert not nothing.trouble
    nothing.forget()
    first = desk.fresh()
    first.start()
    desk.say(b"\x1b]2;kept\x07text\x1b[?2004h")
    await until(lambda: first.title)
    first.save()
    desk.kill(first)
    (desk.folder / "p.ring").unlink()
    second = brought_back()
    second.start()
    assert (shown(second), second.title, second.ended, list(second.trouble)) == ("text", "kept", True, [])
    second.write(b"nobody reads this")
    second.resize(30, 8)
    assert second.foreground() is None
    desk.kill(second)
    third = desk.recovered(30, 8)
    assert (shown(third), list(third.trouble)) == ("text", [])
    third.save()
    desk.kill(third)
    (desk.folder / "p.snapshot").write_bytes(b"junk")
    assert "damaged" in brought_back().trouble[0] or "too short" in desk.terminals[-1].trouble[0]


async def test_close_keeps_the_files_and_forget_removes_them(desk: Desk) -> None:
    terminal = desk.fresh()
    terminal.start()
    desk.say(b"x")
    await until(lambda: shown(terminal) == "x")
    terminal.close()
    assert (desk.folder / "p.ring").exists()
    desk.say(b"nobody reads this")
    terminal.forget()
    terminal.forget()
    assert not list(desk.folder.iterdir())


MEMORY = """
import asyncio, os, psutil, pty, sys, threading, tty
from muxer.terminal.terminal import Terminal

def resident():
    whole = psutil.Process().memory_full_info()
    return whole.uss + sum(entry.stat().st_blocks * 512 for entry in os.scandir(sys.argv[1]))

def program(slave):
    tty.setraw(slave)
    for n in range(0, 20_000, 50):
        os.write(slave, b"".join(b"%06d The quick brown fox jumps over the lazy dog, and again\\r\\n" % m
                                 for m in range(n, n + 50)))
    os.close(slave)

async def flood(name):
    ended = asyncio.Event()
    master, slave = pty.openpty()
    terminal = Terminal.fresh(name, master, sys.argv[1], 80, 24)
    terminal.on_end = ended.set
    terminal.start()
    writer = threading.Thread(target=program, args=(slave,))
    writer.start()
    await ended.wait()
    writer.join()
    return terminal

async def main():
    kept = [await flood("warm")]
    before = resident()
    kept += [await flood(f"p{n}") for n in range(6)]
    async with asyncio.timeout(20):
        while (busy := (resident() - before) / 6) >= 8e6:
            await asyncio.sleep(0.01)
    assert kept[1].engine.scrollback() >= 9_900
    kept[0].quiet()
    before = resident()
    for terminal in kept[1:]:
        terminal.quiet()
    print(busy, busy + (resident() - before) / 6)
    for terminal in kept:
        terminal.forget()

asyncio.run(main())
"""


@pytest.mark.parametrize("engine_name", ["ghostty"], indirect=True)  # the portable one keeps rows as Python strings
def test_a_busy_terminal_is_under_8_mb_and_a_quiet_one_about_1(desk: Desk, engine_name: str) -> None:
    del engine_name
    done = subprocess.run(
        [sys.executable, "-c", MEMORY, desk.folder], check=True, capture_output=True, text=True, timeout=50
    )
    busy, quiet = map(float, done.stdout.split())
    assert busy < 8e6
    # A quiet one takes 0.7 to 0.9 MB; the rest is what the allocators of the process hold back.
    assert quiet < 1.5e6
    assert psutil.Process().children() == []
