"""Also a program: `test_ring.py FOLDER SEED ROUNDS` is the parent of hosts that are killed while they read a pty."""

import errno
import os
import pty
import random
import resource
import select
import shutil
import signal
import stat
import subprocess
import sys
import termios
import time
import tty
from collections.abc import Callable, Iterator
from pathlib import Path
from types import FrameType
from typing import Any

import psutil
import pytest

from muxer.terminal import recovery
from muxer.terminal.recovery import HEADER, READ_MAX, Piece, Recovery
from muxer.terminal.ring import READ_MIN, Ring

CAPACITY = READ_MAX * 2


def fresh(folder: Path, say: Callable[[str], None] = pytest.fail, capacity: int = CAPACITY) -> Ring:
    return Ring.fresh(str(folder), "p", capacity=capacity, say=say)


def recovered(folder: Path) -> Recovery:
    ring, found = Ring.recovered(str(folder), "p", capacity=CAPACITY, say=pytest.fail)
    ring.close()
    return found


def read(ring: Ring, data: bytes) -> memoryview:
    count = min(len(data), len(ring.room()))
    ring.room()[:count] = data[:count]
    ring.took(count)
    return read(ring, data[count:]) if count < len(data) else ring.latest(count)


def told(found: Recovery) -> bytes:
    """What a terminal that is its own transcript would show."""
    return (found.snapshot or b"") + b"".join(piece.data for piece in found.pieces)


def test_what_was_read_comes_back(tmp_path: Path) -> None:
    ring = fresh(tmp_path)
    assert bytes(read(ring, b"answered ")) == b"answered "
    ring.fed()
    read(ring, b"not yet")
    ring.close()
    found = recovered(tmp_path)
    assert found.snapshot is None
    assert found.pieces == (Piece(b"answered ", True), Piece(b"not yet", False))
    assert not found.trouble


def test_the_files_are_ours_alone(tmp_path: Path) -> None:
    ring = fresh(tmp_path)
    ring.save(b"s")
    assert {path.name for path in tmp_path.iterdir()} == {"p.ring", "p.snapshot"}
    for path in tmp_path.iterdir():
        assert stat.S_IMODE(path.stat().st_mode) == 0o600
    ring.forget()
    assert not list(tmp_path.iterdir())


def test_bytes_that_the_head_does_not_know_of_come_back(tmp_path: Path) -> None:
    ring = fresh(tmp_path)
    read(ring, b"known ")
    ring.room()[:9] = b"read only"
    ring.close()
    assert told(recovered(tmp_path)) == b"known read only"
    # The ring goes on behind them.
    ring, _ = Ring.recovered(str(tmp_path), "p", capacity=CAPACITY, say=pytest.fail)
    read(ring, b", then this")
    ring.close()
    assert told(recovered(tmp_path)) == b"known read only, then this"


def test_a_save_makes_room(tmp_path: Path) -> None:
    ring = fresh(tmp_path)
    text = b""
    for round_ in range(5):
        while not ring.full:
            line = b"%d " % round_ * 1000
            text += line
            read(ring, line)
            ring.fed()
        assert len(ring.room()) < READ_MIN
        ring.save(text)
        assert len(ring.room()) == READ_MAX
        assert ring.is_blank
    read(ring, b"end")
    assert not ring.is_blank
    ring.close()
    found = recovered(tmp_path)
    assert told(found) == text + b"end"
    assert found.pieces == (Piece(b"end", False),)
    assert not found.trouble


def test_a_packed_snapshot_is_small(tmp_path: Path) -> None:
    ring = fresh(tmp_path)
    ring.save(b"all the same " * 10_000, pack=True)
    assert (tmp_path / "p.snapshot").stat().st_size < 5000
    ring.close()
    assert recovered(tmp_path).snapshot == b"all the same " * 10_000


def test_sizes_are_replayed_where_they_changed(tmp_path: Path) -> None:
    ring = fresh(tmp_path)
    ring.resized(80, 24)
    read(ring, b"wide")
    ring.fed()
    for cols in range(1000, 30, -1):
        ring.resized(cols, 20)
    assert not ring.full
    read(ring, b"narrow")
    ring.resized(100, 50)
    ring.close()
    assert recovered(tmp_path).pieces == (
        Piece(b"wide", True, 80, 24),
        Piece(b"narrow", False, 31, 20),
        Piece(b"", False, 100, 50),
    )


def test_more_sizes_than_the_header_holds_fill_the_ring(tmp_path: Path) -> None:
    ring = fresh(tmp_path)
    count = 0
    while not ring.full:
        count += 1
        ring.resized(10 + count, 10)
        read(ring, b"x")
    assert count > 200
    ring.save(b"x" * count)
    assert not ring.full
    ring.close()
    assert recovered(tmp_path).pieces == ()


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


Harm = Callable[[Path], None]


def cut(path: str, size: int) -> Harm:
    return lambda folder: os.truncate(folder / path, size)


def overwritten(path: str, where: int, data: bytes) -> Harm:
    def harm(folder: Path) -> None:
        with (folder / path).open("r+b") as file:
            file.seek(where)
            file.write(data)

    return harm


def removed(*paths: str) -> Harm:
    def harm(folder: Path) -> None:
        for path in paths:
            (folder / path).unlink()

    return harm


def replaced_by_a_folder(path: str) -> Harm:
    def harm(folder: Path) -> None:
        (folder / path).unlink()
        (folder / path).mkdir()

    return harm


@pytest.mark.parametrize(
    ("harm", "expected", "trouble"),
    [
        (removed("p.ring", "p.snapshot"), b"", "the snapshot is missing; the ring is missing"),
        (removed("p.ring"), b"saved ", "the ring is missing"),
        (removed("p.snapshot"), b"read", "the snapshot is missing"),
        (cut("p.ring", 0), b"saved ", "the ring is too short"),
        (cut("p.ring", HEADER - 1), b"saved ", "the ring is too short"),
        (cut("p.ring", HEADER + 2), b"saved re", "the ring is too short"),
        (cut("p.snapshot", 10), b"read", "the snapshot is too short"),
        (cut("p.snapshot", 35), b"read", "the snapshot is damaged"),
        (overwritten("p.snapshot", 37, b"X"), b"read", "the snapshot is damaged"),
        (overwritten("p.snapshot", 0, b"muxsnap\x02"), b"read", "the snapshot is of another version"),
        (overwritten("p.ring", 16, b"muxring\x02"), b"saved ", "the ring is of another version"),
        (overwritten("p.ring", 0, b"\xff" * 8), b"saved ", "the ring is damaged"),
        (overwritten("p.ring", 24, b"\xff" * 8), b"saved ", "the ring is damaged"),
        (overwritten("p.ring", 8, b"\xff" * 8), b"saved read", ""),
        (overwritten("p.ring", 64, b"\xff" * 1000), b"saved read", ""),
        (overwritten("p.ring", 0, os.urandom(HEADER)), b"saved ", "the ring is of another version"),
        (overwritten("p.ring", 5, b"\x07"), b"saved read", "the snapshot and the ring do not belong together"),
    ],
)
def test_what_is_sound_is_recovered(tmp_path: Path, harm: Harm, expected: bytes, trouble: str) -> None:
    ring = fresh(tmp_path)
    read(ring, b"saved ")
    ring.save(b"saved ")
    read(ring, b"read")
    ring.close()
    harm(tmp_path)
    ring, found = Ring.recovered(str(tmp_path), "p", capacity=CAPACITY, say=pytest.fail)
    assert (told(found), found.trouble) == (expected, trouble)
    # It can be gone on with, and a save mends it.
    ring.save(expected)
    read(ring, b" on")
    ring.close()
    found = recovered(tmp_path)
    assert (told(found), found.trouble) == (expected + b" on", "")


def test_a_folder_in_place_of_a_file_costs_the_protection(tmp_path: Path) -> None:
    ring = fresh(tmp_path)
    read(ring, b"read")
    ring.close()
    replaced_by_a_folder("p.ring")(tmp_path)
    said: list[str] = []
    ring, found = Ring.recovered(str(tmp_path), "p", say=said.append)
    assert "the ring cannot be read" in found.trouble
    assert not ring.protected
    assert len(said) == 1


@pytest.fixture
def small_files() -> Iterator[Callable[[int], None]]:
    """Files cannot grow over a limit: to posix_fallocate and write it looks like a full disk."""
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    handler = signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    yield lambda size: resource.setrlimit(resource.RLIMIT_FSIZE, (size, before[1]))
    resource.setrlimit(resource.RLIMIT_FSIZE, before)
    signal.signal(signal.SIGXFSZ, handler)


def flood(ring: Ring, count: int) -> None:
    for _ in range(count):
        view = read(ring, b"0123456789abcdef" * 256)
        assert bytes(view[:3]) == b"012"
        ring.fed()
        if ring.full:
            ring.save(b"snapshot" * 10_000)


def test_no_room_for_a_ring_costs_the_protection_and_not_the_pane(
    tmp_path: Path, small_files: Callable[[int], None]
) -> None:
    said: list[str] = []
    small_files(HEADER)
    ring = fresh(tmp_path, say=said.append)
    assert not ring.protected
    flood(ring, 100)
    ring.save(b"snapshot")
    ring.shrink()
    assert len(said) == 1
    assert "make room" in said[0]
    small_files(resource.getrlimit(resource.RLIMIT_FSIZE)[1])
    ring.save(b"snapshot")
    assert ring.protected
    read(ring, b" and more")
    ring.close()
    assert told(recovered(tmp_path)) == b"snapshot and more"


def test_no_room_for_a_snapshot_is_told_once_and_known_to_the_recovery(
    tmp_path: Path, small_files: Callable[[int], None]
) -> None:
    said: list[str] = []
    ring = fresh(tmp_path, say=said.append)
    small_files(50_000)
    flood(ring, 100)
    assert not ring.protected
    assert len(said) == 1
    # A ring that is at hand could be gone on with, but not without the snapshot.
    ring.save(b"s" * 60_000)
    assert not ring.protected
    assert len(said) == 1
    assert not (tmp_path / "p.snapshot.new").exists()
    found = recovery.recover(str(tmp_path / "p.ring"), str(tmp_path / "p.snapshot"))
    assert found.trouble == "output was lost while the disk was full"
    assert len(told(found)) > CAPACITY - READ_MIN - 4096
    small_files(resource.getrlimit(resource.RLIMIT_FSIZE)[1])
    ring.save(b"whole again")
    assert ring.protected
    read(ring, b" and on")
    ring.close()
    found = recovered(tmp_path)
    assert (told(found), found.trouble) == (b"whole again and on", "")


@pytest.mark.skipif(sys.platform != "linux" or os.getuid() != 0, reason="mounts a file system of its own")
def test_a_full_memory_file_system_never_means_a_bus_error(tmp_path: Path) -> None:
    mount = ["unshare", "-m", "sh", "-c", 'mount -t tmpfs -o size=192k none "$1" && exec "$2" "$3" full "$1"', "sh"]
    done = subprocess.run(
        [*mount, tmp_path, sys.executable, __file__], check=False, capture_output=True, text=True, timeout=50
    )
    if "unshare" in done.stderr or "mount:" in done.stderr:
        pytest.skip(done.stderr)
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.count("make room") == 1
    assert os.strerror(errno.ENOSPC) in done.stdout


def test_a_shrunk_ring_takes_next_to_nothing(tmp_path: Path) -> None:
    def used() -> int:
        return sum(path.stat().st_blocks * 512 for path in tmp_path.iterdir())

    def mapped() -> int:
        maps = psutil.Process().memory_maps(grouped=True)
        return sum(part.rss for part in maps if part.path.endswith("p.ring"))

    ring = fresh(tmp_path, capacity=1 << 20)
    assert used() <= 128 << 10
    while not ring.full:
        read(ring, b"x" * 8000)
    assert used() >= 1 << 20
    assert mapped() >= 1 << 20
    ring.save(b"snapshot")
    ring.shrink()
    assert used() <= 32 << 10
    # Some file systems map a large page.
    assert mapped() <= 128 << 10
    read(ring, b"it goes on")
    ring.close()
    assert told(recovered(tmp_path)) == b"snapshotit goes on"


def test_hosts_that_are_killed_at_random_lose_and_repeat_no_byte(tmp_path: Path) -> None:
    seed = random.randrange(1 << 30)
    done = subprocess.run(
        [sys.executable, __file__, "kills", tmp_path, str(seed), "60"],
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


def _tell(line: str) -> None:
    sys.stdout.write(line)


def fill(folder: str) -> None:
    ring = Ring.fresh(folder, "p", capacity=1 << 20, say=_tell)
    flood(ring, 600)
    ring.forget()


if __name__ == "__main__":
    if sys.argv[1] == "kills":
        killed_hosts(sys.argv[2], int(sys.argv[3]), int(sys.argv[4]))
    else:
        fill(sys.argv[2])
