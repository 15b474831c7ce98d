"""Also a program: it is the parent of hosts that are killed while they read a pty (FOLDER SEED ROUNDS)."""

import os
import pty
import random
import select
import shutil
import signal
import subprocess
import sys
import termios
import time
import tty
from pathlib import Path
from types import FrameType
from typing import Any

import pytest

from muxer.terminal import recovery
from muxer.terminal.recovery import READ_MAX, Piece
from muxer.terminal.ring import Ring
from tests.terminal.rings import CAPACITY, fresh, read, recovered, told


class Kills:
    """Copies the files at every line that runs in the ring, as a kill there would leave them."""

    def __init__(self, source: Path, target: Path) -> None:
        self._source, self._target = source, target
        self.copies: list[tuple[str, Path]] = []
        self.expected: list[bytes] = []
        self.text = b""
        self.sizes: list[tuple[int, int]] = []

    def __enter__(self) -> None:
        sys.settrace(self._call)

    def __exit__(self, *_: object) -> None:
        sys.settrace(None)

    def _call(self, frame: FrameType, _event: str, _argument: Any) -> Any:
        return self._line if frame.f_code.co_filename.endswith("muxer/terminal/ring.py") else None

    def _line(self, frame: FrameType, event: str, _argument: Any) -> Any:
        if event == "line":
            copy = self._target / str(len(self.copies))
            shutil.copytree(self._source, copy)
            self.copies.append((f"{frame.f_code.co_name}:{frame.f_lineno}", copy))
            self.expected.append(self.text)
        return self._line


def check_all(kills: Kills) -> None:
    assert len(kills.copies) > 20
    for (where, copy), expected in zip(kills.copies, kills.expected, strict=True):
        for _ in range(2):  # A recovery changes nothing that the next one could miss.
            found = recovered(copy)
            assert told(found) == expected, where
            assert not found.trouble, where
            assert {piece[2:] for piece in found.pieces} <= {(0, 0), *kills.sizes}, where


def test_a_kill_at_any_line_of_a_save_loses_nothing(tmp_path: Path) -> None:
    source, target = tmp_path / "live", tmp_path / "dead"
    source.mkdir()
    ring = fresh(source)
    ring.resized(80, 24)
    kills = Kills(source, target)
    for round_ in range(3):
        for _ in range(3):
            kills.text += b"%d|" % round_ * 9000
            read(ring, b"%d|" % round_ * 9000)
            ring.fed()
        ring.resized(60 + round_, 24)
        kills.sizes += [(80, 24), (60 + round_, 24)]
        with kills:
            ring.save(kills.text, pack=round_ == 1)
            ring.shrink()
    ring.close()
    check_all(kills)


def test_a_kill_at_any_line_between_two_reads_loses_nothing(tmp_path: Path) -> None:
    source, target = tmp_path / "live", tmp_path / "dead"
    source.mkdir()
    ring = fresh(source, capacity=READ_MAX * 4)
    kills = Kills(source, target)
    for round_ in range(4):
        # The kernel has read.
        count = len(ring.room())
        output = (b"%d|" % round_ * count)[:count]
        kills.text += output
        ring.room()[:] = output
        kills.sizes.append((60 + round_, 24))
        with kills:
            ring.took(count)
            ring.resized(60 + round_, 24)
            ring.fed()
    ring.close()
    check_all(kills)


def test_a_kill_at_any_line_of_a_resize_makes_up_no_size(tmp_path: Path) -> None:
    source, target = tmp_path / "live", tmp_path / "dead"
    source.mkdir()
    ring = fresh(source)
    for cols in (80, 81, 82):
        ring.resized(cols, 24)
        read(ring, b"x")
    ring.save(b"xxx")
    kills = Kills(source, target)
    kills.text = b"xxxyyy"
    kills.sizes = [(90, 30), (91, 30), (92, 30)]
    read(ring, b"yyy")
    with kills:
        for size in kills.sizes:
            ring.resized(*size)
    ring.close()
    check_all(kills)


def test_answers_of_an_earlier_generation_do_not_count(tmp_path: Path) -> None:
    ring = fresh(tmp_path)
    read(ring, b"one")
    ring.fed()
    fed = ring._words[recovery.FED]
    ring.save(b"one")
    read(ring, b"two")
    # A kill between the two last stores of a save leaves this.
    ring._words[recovery.FED] = fed
    ring.close()
    assert recovered(tmp_path).pieces == (Piece(b"two", False),)


def test_a_kill_in_the_middle_of_the_clearing_loses_nothing(tmp_path: Path) -> None:
    ring = fresh(tmp_path)
    read(ring, b"0123456789" * 2000)
    ring.fed()
    ring._write_snapshot(b"0123456789" * 2000, is_packed=False)
    ring._data[:7777] = bytes(7777)
    ring.close()
    ring, found = Ring.recovered(str(tmp_path), "p", capacity=CAPACITY, say=pytest.fail)
    assert told(found) == b"0123456789" * 2000
    read(ring, b"more")
    ring.close()
    assert told(recovered(tmp_path)) == b"0123456789" * 2000 + b"more"


def test_a_kill_at_any_line_of_a_recovery_loses_nothing(tmp_path: Path) -> None:
    source, target = tmp_path / "live", tmp_path / "dead"
    source.mkdir()
    ring = fresh(source)
    read(ring, b"first ")
    ring.save(b"first ")
    read(ring, b"second ")
    ring.room()[:5] = b"third"
    ring.close()
    kills = Kills(source, target)
    kills.text = b"first second third"
    with kills:
        ring, _ = Ring.recovered(str(source), "p", capacity=CAPACITY, say=pytest.fail)
    ring.close()
    check_all(kills)


def test_hosts_that_are_killed_at_random_lose_and_repeat_no_byte(tmp_path: Path) -> None:
    seed = random.randrange(1 << 30)
    done = subprocess.run(
        [sys.executable, "-m", "tests.terminal.test_ring_kills", tmp_path, str(seed), "60"],
        check=False, capture_output=True, text=True, timeout=50,
    )  # fmt: skip
    assert done.returncode == 0, f"seed {seed}: {done.stderr}"
    assert done.stdout.startswith("whole"), f"seed {seed}: {done.stdout}"


class Tally:
    """A terminal that only checks that lines come in order; its picture is the next number and the line begun."""

    def __init__(self, snapshot: bytes) -> None:
        number, _, self.rest = snapshot.partition(b" ")
        self.next = int(number or b"0")

    def feed(self, data: bytes | memoryview) -> None:
        *lines, self.rest = (self.rest + bytes(data)).split(b"\n")
        for line in lines:
            if line != b"%d" % self.next + b"." * (self.next % 97):
                sys.exit(f"expected line {self.next}, got {line!r}")
            self.next += 1

    def snapshot(self) -> bytes:
        return b"%d %s" % (self.next, self.rest)


def host(folder: str, master: int) -> None:
    """Read until killed, or until the writer is gone: then the exit status says 3."""
    ring, found = Ring.recovered(folder, "p", capacity=CAPACITY, say=sys.exit)
    tally = Tally(found.snapshot or b"")
    for piece in found.pieces:
        tally.feed(piece.data)
    ring.fed()
    while True:
        if ring.full:
            ring.save(tally.snapshot(), pack=tally.next % 2 == 0)
            if tally.next % 3 == 0:
                ring.shrink()
        select.select([master], [], [], 5)
        try:
            count = os.readv(master, [ring.room()])
        except OSError:
            Path(folder, "end").write_text(str(tally.next))
            os._exit(3)
        ring.took(count)
        tally.feed(ring.latest(count))
        ring.fed()


def killed_hosts(folder: str, seed: int, rounds: int) -> None:
    dice = random.Random(seed)
    master, slave = pty.openpty()
    tty.setraw(slave, termios.TCSANOW)
    writer = os.fork()
    if not writer:
        os.close(master)
        deadline = time.monotonic() + 40
        number = 0
        while not Path(folder, "enough").exists() and time.monotonic() < deadline:
            lines = b"".join(b"%d%s\n" % (n, b"." * (n % 97)) for n in range(number, number + 1000))
            number += 1000
            while lines:
                lines = lines[os.write(slave, lines) :]
        Path(folder, "written").write_text(str(number))
        os._exit(0)
    os.close(slave)
    Ring.fresh(folder, "p", capacity=CAPACITY, say=sys.exit).close()
    generations = set()
    for round_ in range(rounds + 1):
        pid = os.fork()
        if not pid:
            host(folder, master)
        if round_ < rounds:
            time.sleep(dice.uniform(0.001, 0.02))
            os.kill(pid, signal.SIGKILL)
        else:
            Path(folder, "enough").touch()
        _, status = os.waitpid(pid, 0)
        if round_ < rounds and not os.WIFSIGNALED(status):
            os.kill(writer, signal.SIGKILL)
            os.waitpid(writer, 0)
            sys.exit(f"host {round_} ended by itself")
        generations.add(int.from_bytes(Path(folder, "p.ring").read_bytes()[5:8], sys.byteorder))
    os.waitpid(writer, 0)
    written, seen = (int(Path(folder, name).read_text()) for name in ("written", "end"))
    if seen != written:
        sys.exit(f"{written} lines were written, {seen} were seen")
    sys.stdout.write(f"whole: {seen} lines, {len(generations)} generations")


if __name__ == "__main__":
    killed_hosts(sys.argv[1], int(sys.argv[2]), int(sys.argv[3]))
