"""What a dead host left of a pane: the layout of the two files that a Ring writes, and how they are read.

A kill may have come between any two instructions, so nothing here raises: what is sound is used, the rest is told.
"""

import os
import struct
import sys
import zlib
from dataclasses import dataclass
from itertools import pairwise
from typing import NamedTuple

from muxer.errors import SnapshotUnfit

READ_MAX = 64 << 10
"""The most that one read may bring, and so what is looked for behind the head."""

HEADER = 4096
# Words of eight bytes in the ring's header. Each changes by one store, which a kill cannot cut in two.
HEAD, FED, MAGIC, CAPACITY, GAP, SIZES = 0, 1, 2, 3, 4, 8
LAST_SIZE = HEADER // 8 - 2
POSITION = (1 << 40) - 1
GENERATION = (1 << 24) - 1
RING_MAGIC = int.from_bytes(b"muxring\x01", sys.byteorder)
SNAPSHOT_MAGIC = b"muxsnap\x01"
SNAPSHOT_HEAD = struct.Struct("=8sQQII")
"""Magic, generation and position that it covers, length, checksum, and 1 if it is deflated."""


class Piece(NamedTuple):
    """Output to replay, after a resize to cols x rows unless they are 0."""

    data: bytes
    answered: bool
    """Its queries were answered by the host that read it."""
    cols: int = 0
    rows: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Log:
    """What a ring holds."""

    generation: int
    fed: int
    capacity: int
    data: bytes
    sizes: tuple[tuple[int, int, int], ...]
    """(position, cols, rows), oldest first."""
    is_cut: bool
    has_gap: bool

    @property
    def head(self) -> int:
        """Where the next read goes."""
        return len(self.data)

    def pieces(self, start: int) -> tuple[Piece, ...]:
        """What came after a position, cut where the size changed and where answers ended."""
        sizes = {position: (cols, rows) for position, cols, rows in self.sizes if position >= start}
        cuts = sorted({start, max(start, self.fed), self.head, *sizes})
        pieces = []
        for here, there in pairwise([*cuts, self.head]):
            cols, rows = sizes.get(here, (0, 0))
            if there > here or cols:
                pieces.append(Piece(self.data[here:there], there <= self.fed, cols, rows))
        return tuple(pieces)


@dataclass(frozen=True, slots=True, kw_only=True)
class Recovery:
    """Restore the snapshot, then replay the pieces."""

    snapshot: bytes | None
    pieces: tuple[Piece, ...]
    trouble: str
    """What was not sound, in one line; empty if all was."""
    log: Log | None
    """The ring, if it can be gone on with."""
    generation: int
    """What a new ring must begin with, if it cannot."""


_NO_SNAPSHOT = "the snapshot is missing"
_NO_RING = "the ring is missing"
LONE = frozenset({_NO_RING, f"{_NO_SNAPSHOT}; {_NO_RING}"})
"""What is told of a snapshot alone, and of nothing at all: no trouble for a pane that comes back after a reboot."""


class _Saved(NamedTuple):
    generation: int
    position: int
    payload: bytes


def recover(ring_path: str, snapshot_path: str) -> Recovery:
    """Read what is there."""
    troubles: list[str] = []
    saved: _Saved | None = None
    log: Log | None = None
    try:
        saved = _read_snapshot(snapshot_path)
    except SnapshotUnfit as error:
        troubles.append(str(error))
    try:
        log = read_log(ring_path)
    except SnapshotUnfit as error:
        troubles.append(str(error))
    if log is None:
        generation = (saved.generation + 1) & GENERATION if saved else 0
        payload = saved.payload if saved else None
        return Recovery(snapshot=payload, pieces=(), trouble=_line(troubles), log=None, generation=generation)
    start = 0
    if saved and saved.generation == log.generation:
        start = min(saved.position, log.head)
    elif saved and (saved.generation + 1) & GENERATION != log.generation:
        troubles.append("the snapshot and the ring do not belong together")
    elif not saved and not log.generation:
        # The first snapshot is taken when the ring is full for the first time.
        troubles = [trouble for trouble in troubles if trouble != _NO_SNAPSHOT]
    if log.is_cut:
        troubles.append("the ring is too short")
    if log.has_gap and start < log.head:
        troubles.append("output was lost while the disk was full")
    return Recovery(
        snapshot=saved.payload if saved else None,
        pieces=log.pieces(start),
        trouble=_line(troubles),
        log=log,
        generation=log.generation,
    )


def _line(troubles: list[str]) -> str:
    return "; ".join(troubles)


def _read_file(path: str, what: str) -> bytes:
    try:
        with open(os.open(path, os.O_RDONLY | os.O_CLOEXEC | os.O_NOFOLLOW), "rb") as file:
            return file.read()
    except FileNotFoundError:
        raise SnapshotUnfit(f"the {what} is missing") from None
    except OSError as error:
        raise SnapshotUnfit(f"the {what} cannot be read: {error.strerror}") from None


def _read_snapshot(path: str) -> _Saved:
    content = _read_file(path, "snapshot")
    if len(content) < SNAPSHOT_HEAD.size:
        raise SnapshotUnfit("the snapshot is too short")
    magic, mark, length, checksum, is_packed = SNAPSHOT_HEAD.unpack_from(content)
    if magic != SNAPSHOT_MAGIC:
        raise SnapshotUnfit("the snapshot is of another version")
    payload = content[SNAPSHOT_HEAD.size :]
    if len(payload) != length or zlib.crc32(payload) != checksum:
        raise SnapshotUnfit("the snapshot is damaged")
    if is_packed:
        payload = zlib.decompress(payload)
    return _Saved(mark >> 40, mark & POSITION, payload)


def read_log(path: str) -> Log:
    """The ring in a file. Raises SnapshotUnfit."""
    content = _read_file(path, "ring")
    if len(content) < HEADER:
        raise SnapshotUnfit("the ring is too short")
    words = memoryview(content)[:HEADER].cast("Q")
    if words[MAGIC] != RING_MAGIC:
        raise SnapshotUnfit("the ring is of another version")
    generation, head, capacity = words[HEAD] >> 40, words[HEAD] & POSITION, words[CAPACITY]
    if not READ_MAX <= capacity <= 1 << 30 or head > capacity:
        raise SnapshotUnfit("the ring is damaged")
    data = content[HEADER : HEADER + head]
    is_cut = len(data) < head
    # A host that was killed between the read and its store of the head left bytes where zeros should be. Zeros at
    # their end are lost, and mean nothing to a terminal.
    data += content[HEADER + head : HEADER + min(head + READ_MAX, capacity)].rstrip(b"\0")
    fed = words[FED] & POSITION if words[FED] >> 40 == generation else 0
    return Log(
        generation=generation,
        fed=min(fed, len(data)),
        capacity=capacity,
        data=data,
        sizes=tuple(_sizes(words, generation, len(data))),
        is_cut=is_cut,
        has_gap=bool(words[GAP]),
    )


def _sizes(words: memoryview, generation: int, head: int) -> list[tuple[int, int, int]]:
    sizes = []
    for word in range(SIZES, LAST_SIZE + 1, 2):
        where, size = words[word], words[word + 1]
        position, cols, rows = where & POSITION, size >> 32, size & 0xFFFFFFFF
        if not size or where >> 40 != generation or position > head or not (0 < cols < 1 << 16 and 0 < rows < 1 << 16):
            break
        sizes.append((position, cols, rows))
    return sizes
