"""Also a program: it fills a ring in FOLDER, and says what it was told of."""

import errno
import os
import resource
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from muxer.terminal import recovery
from muxer.terminal.recovery import HEADER
from muxer.terminal.ring import READ_MIN, Ring
from tests.terminal.rings import CAPACITY, flood, fresh, read, recovered, told

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
    mount = [
        "unshare",
        "-m",
        "sh",
        "-c",
        'mount -t tmpfs -o size=192k none "$1" && exec "$2" -m tests.terminal.test_ring_harm "$1"',
        "sh",
    ]
    done = subprocess.run([*mount, tmp_path, sys.executable], check=False, capture_output=True, text=True, timeout=50)
    if "unshare" in done.stderr or "mount:" in done.stderr:
        pytest.skip(done.stderr)
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.count("make room") == 1
    assert os.strerror(errno.ENOSPC) in done.stdout


def _tell(line: str) -> None:
    sys.stdout.write(line)


def fill(folder: str) -> None:
    ring = Ring.fresh(folder, "p", capacity=1 << 20, say=_tell)
    flood(ring, 600)
    ring.forget()


if __name__ == "__main__":
    fill(sys.argv[1])
