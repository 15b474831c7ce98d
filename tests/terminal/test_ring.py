import stat
from pathlib import Path

import psutil
import pytest

from muxer.terminal.recovery import READ_MAX, Piece
from muxer.terminal.ring import READ_MIN, Ring
from tests.terminal.rings import CAPACITY, fresh, read, recovered, told


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
