import asyncio
import fcntl
import hashlib
import os
import pty
import signal
import struct
import subprocess
import sys
import termios
import time
import tty
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

import muxer.terminal.pty
from muxer.terminal.pty import READ_LIMIT, Pty
from muxer.terminal.ring import Ring


async def until(condition: Callable[[], object], seconds: float = 20) -> None:
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, "it never came to this"
        await asyncio.sleep(0.002)


class Bench:
    """A pty with somebody at its other end, and all that the Pty under test says."""

    def __init__(self, folder: Path) -> None:
        self.master, self.slave = pty.openpty()
        tty.setraw(self.slave)
        self.ring = Ring.fresh(str(folder), "p", capacity=1 << 18, say=pytest.fail)
        self.output = bytearray()
        self.reads = 0
        self.turns = 0
        self.ends = 0
        self.dropped: list[int] = []
        self.child: subprocess.Popen[bytes] | None = None

    def open(self) -> Pty:
        self.pty = Pty(
            self.master,
            self.ring,
            on_read=self._read,
            on_turn=self._turn,
            on_end=self._end,
            on_drop=self.dropped.append,
        )
        return self.pty

    def run(self, code: str) -> None:
        """A program takes the other end over."""
        takeover = "import fcntl, termios\nfcntl.ioctl(0, termios.TIOCSCTTY, 0)\n"
        self.child = subprocess.Popen(
            [sys.executable, "-c", takeover + code],
            stdin=self.slave,
            stdout=self.slave,
            stderr=self.slave,
            start_new_session=True,
        )
        self.hang_up()

    def hang_up(self) -> None:
        if self.slave >= 0:
            os.close(self.slave)
            self.slave = -1

    def close(self) -> None:
        if self.child:
            self.child.kill()
            self.child.wait()
        self.hang_up()
        self.pty.close()
        os.close(self.master)
        self.ring.forget()

    def _read(self, output: memoryview) -> None:
        self.reads += 1
        self.output += output
        self.ring.fed()
        if self.ring.full:
            self.ring.save(b"")

    def _turn(self) -> None:
        self.turns += 1

    def _end(self) -> None:
        self.ends += 1


@pytest.fixture
def bench(tmp_path: Path) -> Iterator[Bench]:
    bench = Bench(tmp_path)
    yield bench
    bench.close()


async def test_output_arrives_whole_and_then_the_end(bench: Bench) -> None:
    bench.open().start()
    bench.run("import sys\nfor n in range(200_000): sys.stdout.write(f'{n}\\n')")
    await until(lambda: bench.ends)
    assert bench.output == b"".join(b"%d\n" % n for n in range(200_000))
    assert not bench.pty.is_reading


async def test_the_end_is_told_once_and_input_is_ignored_then(bench: Bench) -> None:
    bench.open().start()
    os.write(bench.slave, b"last words")
    bench.hang_up()
    await until(lambda: bench.ends)
    assert bench.output == b"last words"
    bench.pty.write(b"anybody?")
    bench.pty.resize(100, 30)
    bench.pty.start()
    assert bench.pty.unwritten == 0
    assert bench.pty.foreground() is None
    await asyncio.sleep(0)
    assert bench.ends == 1


async def test_a_flood_leaves_the_loop_to_others(bench: Bench) -> None:
    bench.open().start()
    bench.run("import os\nwhile True: os.write(1, b'x' * 65536)")
    await until(lambda: bench.output)
    lags = []
    while len(bench.output) < 8 << 20:
        before, begin = len(bench.output), time.perf_counter()
        await asyncio.sleep(0)
        lags.append(time.perf_counter() - begin)
        assert len(bench.output) - before <= READ_LIMIT + 65536
    assert bench.turns < bench.reads
    lags.sort()
    assert lags[len(lags) // 2] < 0.02


async def test_paused_it_reads_nothing_and_the_program_blocks(bench: Bench) -> None:
    bench.open().start()
    bench.pty.pause()
    os.set_blocking(bench.slave, False)
    written = 0
    while True:
        try:
            written += os.write(bench.slave, b"x" * 1000)
        except BlockingIOError:
            break
    assert written < 1 << 20
    for _ in range(20):
        await asyncio.sleep(0)
    assert not bench.output
    bench.pty.start()
    await until(lambda: len(bench.output) == written)


async def test_a_pause_while_reading_holds_at_once(bench: Bench) -> None:
    pty_ = bench.open()
    os.write(bench.slave, b"x" * 3000)

    def read(output: memoryview) -> None:
        bench.output += output
        bench.ring.fed()
        pty_.pause()
        os.write(bench.slave, b"y" * 3000)

    pty_._on_read = read
    pty_.start()
    await until(lambda: bench.turns)
    assert set(bench.output) == {ord("x")}


async def test_five_megabytes_reach_a_slow_program_whole(bench: Bench) -> None:
    text = os.urandom(5 << 20)
    bench.open().start()
    bench.run(
        "import hashlib, os, time\n"
        "got = 0; sum = hashlib.sha256()\n"
        f"os.write(1, b'ready')\n"
        f"while got < {len(text)}:\n"
        "    data = os.read(0, 4096); got += len(data); sum.update(data)\n"
        "    if got % 7 == 0: time.sleep(0.001)\n"
        "os.write(1, sum.hexdigest().encode())"
    )
    await until(lambda: bench.output == b"ready")
    begin = time.process_time()
    bench.pty.write(text[:3_000_000])
    bench.pty.write(text[3_000_000:])
    assert time.process_time() - begin < 0.05
    assert bench.pty.unwritten > 4 << 20
    bench.output.clear()
    await until(lambda: len(bench.output) == 64, seconds=40)
    assert bench.output.decode() == hashlib.sha256(text).hexdigest()
    assert bench.pty.unwritten == 0


@pytest.mark.skipif(sys.platform != "linux", reason="asks Linux's kernel")
async def test_what_the_program_has_not_read_is_known(bench: Bench) -> None:
    bench.open().start()
    bench.pty.write(b"hello")
    await until(lambda: bench.pty.unread == 5)
    assert bench.pty.unwritten == 0
    os.read(bench.slave, 2)
    assert bench.pty.unread == 3
    bench.pty.hold()
    bench.pty.write(b"!")
    assert bench.pty.unread == 4
    bench.hang_up()
    assert bench.pty.unread >= 1
    await until(lambda: bench.ends)
    assert bench.pty.unread == 0


async def test_input_that_nobody_reads_is_bounded(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    assert muxer.terminal.pty.WRITE_LIMIT > 5 << 20
    monkeypatch.setattr(muxer.terminal.pty, "WRITE_LIMIT", limit := 2 << 20)
    bench.open()
    piece = bytes(1 << 18)
    for _ in range(20):
        bench.pty.write(piece)
    assert limit - len(piece) < bench.pty.unwritten <= limit
    assert bench.dropped == [len(piece)]
    # It is told again once the program has caught up.
    termios.tcflush(bench.slave, termios.TCIFLUSH)
    os.set_blocking(bench.slave, False)

    def drained() -> bool:
        try:
            while os.read(bench.slave, 65536):
                pass
        except BlockingIOError:
            pass
        return not bench.pty.unwritten

    await until(drained, seconds=40)
    bench.pty.write(bytes(limit + 1))
    assert bench.dropped == [len(piece), limit + 1]


async def test_a_program_that_dies_takes_its_input_with_it(bench: Bench) -> None:
    bench.open().start()
    bench.pty.write(bytes(5 << 20))
    assert bench.pty.unwritten
    bench.hang_up()
    await until(lambda: bench.ends)
    assert bench.pty.unwritten == 0


async def test_the_kernel_knows_the_size_in_cells_and_pixels(bench: Bench) -> None:
    bench.open().resize(120, 40)
    packed = fcntl.ioctl(bench.slave, termios.TIOCGWINSZ, bytes(8))
    assert struct.unpack("HHHH", packed) == (40, 120, 120 * 8, 40 * 16)


async def test_the_foreground_group_is_known(bench: Bench) -> None:
    bench.open().start()
    assert bench.pty.foreground() is None
    bench.run(
        "import os, signal\n"
        "signal.signal(signal.SIGTTOU, signal.SIG_IGN)\n"
        "child = os.fork()\n"
        "if not child: os.setpgid(0, 0); signal.pause()\n"
        "os.write(1, b'a'); os.read(0, 1)\n"
        "os.setpgid(child, child); os.tcsetpgrp(0, child); os.write(1, str(child).encode() + b'\\n')\n"
        "signal.pause()"
    )
    assert bench.child
    await until(lambda: bench.output == b"a")
    assert bench.pty.foreground() == bench.child.pid
    bench.pty.write(b"!")
    await until(lambda: bench.output.endswith(b"\n"))
    group = int(bench.output[1:])
    assert bench.pty.foreground() == group
    os.killpg(group, signal.SIGKILL)


async def test_closed_it_never_touches_the_descriptor(bench: Bench) -> None:
    pty_ = bench.open()
    pty_.start()
    pty_.close()
    pty_.write(b"x")
    pty_.start()
    os.set_blocking(bench.slave, False)
    with pytest.raises(BlockingIOError):
        os.read(bench.slave, 1)
    assert not pty_.is_reading


async def test_input_that_is_held_goes_in_order_afterwards(bench: Bench) -> None:
    made = bench.open()
    made.write(b"before ")
    made.hold()
    made.write(b"first ")
    made.write(b"second ")
    assert os.read(bench.slave, 100) == b"before "
    assert made.unwritten == len("first second ")
    made.release()
    made.write(b"third")
    came = b""
    while len(came) < len(b"first second third"):
        came += os.read(bench.slave, 100)
    assert came == b"first second third"
    made.hold()
    made.write(b"x")
    made.close()
    made.release()
