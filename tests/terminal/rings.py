"""Rings to try things on, and what a terminal would show of what comes back."""

from collections.abc import Callable
from pathlib import Path

import pytest

from muxer.terminal.recovery import READ_MAX, Recovery
from muxer.terminal.ring import Ring

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


def flood(ring: Ring, count: int) -> None:
    for _ in range(count):
        view = read(ring, b"0123456789abcdef" * 256)
        assert bytes(view[:3]) == b"012"
        ring.fed()
        if ring.full:
            ring.save(b"snapshot" * 10_000)
