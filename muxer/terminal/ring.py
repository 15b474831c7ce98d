"""Every byte of a pane since the last snapshot of its terminal, in a mapped file that outlives the host.

Output is read from the pty straight into the file's memory, so a host that is killed at any instant loses nothing.
Invariant: everything behind the head is zero before a read, and whatever the files hold between two instructions is
recovered to the same bytes, once. A full disk costs the protection, never the pane.
"""

import contextlib
import mmap
import os
import sys
import zlib
from collections.abc import Callable
from typing import Self

from muxer.errors import SnapshotUnfit
from muxer.terminal import recovery
from muxer.terminal.engine import Bytes
from muxer.terminal.recovery import HEADER, READ_MAX, Log, Recovery

CAPACITY = 8 << 20
USUAL = 2 << 20
"""So much output comes between two snapshots, which cost some 3 ms each; up to the capacity if they cost more."""
DEAR, CHEAP = 8, 40
"""A snapshot is dear when it takes more than one part in so many of the time, and cheap when it takes less."""
READ_MIN = 8 << 10
"""A ring with less room than this is full; no pty hands out more at once."""
STEP = 64 << 10
"""Disk space is taken in steps, so that a pane that says little costs little."""

_ZEROS = bytes(STEP)
_FLAGS = os.O_RDWR | os.O_CLOEXEC | os.O_NOFOLLOW

Say = Callable[[str], None]


class Ring:
    """The tape of one pane: read into room(), tell took(), feed what it returns, tell fed(); save() when it is full."""

    __slots__ = (
        "_capacity", "_data", "_end", "_fd", "_generation", "_goal", "_has_said", "_head", "_is_crowded", "_path",
        "_reserved", "_size", "_snapshot", "_words", "protected", "say",
    )  # fmt: skip

    protected: bool
    """Is output safe from a crash of the host?"""
    _words: memoryview
    _data: memoryview
    _head: int
    _reserved: int
    _end: int
    _size: int
    _is_crowded: bool

    def __init__(self, folder: str, pane: str, *, capacity: int, say: Say) -> None:
        self._path = f"{folder}/{pane}.ring"
        self._snapshot = f"{folder}/{pane}.snapshot"
        self._capacity = capacity
        self._goal = min(USUAL, capacity)
        self.say = say
        self._has_said = False
        self._fd = -1
        self._generation = 0
        self._go_without()

    @classmethod
    def fresh(cls, folder: str, pane: str, *, capacity: int = CAPACITY, say: Say) -> Self:
        """An empty ring; whatever an earlier pane of this name left is removed."""
        ring = cls(folder, pane, capacity=capacity, say=say)
        ring.forget()
        try:
            ring._create()
        except OSError as error:
            ring._give_up(error)
        return ring

    @classmethod
    def recovered(cls, folder: str, pane: str, *, capacity: int = CAPACITY, say: Say) -> tuple[Self, Recovery]:
        """The ring that a dead host left, ready to go on, and what it holds. Never raises."""
        ring = cls(folder, pane, capacity=capacity, say=say)
        found = recovery.recover(ring._path, ring._snapshot)
        try:
            if found.log:
                ring._open(found.log)
            else:
                ring._generation = found.generation
                ring._create()
        except OSError as error:
            ring._give_up(error)
        return ring, found

    def room(self) -> memoryview:
        """Where the next read goes."""
        head = self._head
        return self._data[head : min(head + READ_MAX, self._reserved)]

    def took(self, count: int) -> None:
        """So many bytes were read into the room."""
        head = self._head = self._head + count
        self._words[recovery.HEAD] = self._generation << 40 | head
        if head + READ_MIN > self._reserved < self._end:
            self._reserve()

    def latest(self, count: int) -> memoryview:
        """The last so many bytes that were taken since anything was fed."""
        return self._data[self._head - count : self._head]

    def fed(self) -> None:
        """The terminal has all of it, and its replies are on their way."""
        if self.protected:
            self._words[recovery.FED] = self._generation << 40 | self._head
        else:
            self._head = 0

    @property
    def full(self) -> bool:
        """Must it be saved before anything else is read?"""
        return (self._end - self._head < READ_MIN or self._is_crowded) and self.protected

    @property
    def is_blank(self) -> bool:
        """Has nothing happened since the last snapshot?"""
        return self.protected and not self._head and self._size == recovery.SIZES

    def resized(self, cols: int, rows: int) -> None:
        """The terminal has another size from here on."""
        here = self._generation << 40 | self._head
        words, size = self._words, self._size
        if size > recovery.SIZES and words[size - 2] == here:
            size -= 2
        if size > recovery.LAST_SIZE:
            self._is_crowded = True
            return
        # The second word makes the entry count, so it comes last.
        words[size] = here
        words[size + 1] = cols << 32 | rows
        self._size = size + 2

    def save(self, snapshot: Bytes, *, pack: bool = False) -> None:
        """Let the snapshot, which holds all that was fed, stand for what the ring holds, and begin again.

        Packed it takes longer, and a tenth of the space.
        """
        try:
            if not self.protected:
                self._reopen()
            if self.protected:
                self._write_snapshot(zlib.compress(snapshot, 1) if pack else snapshot, is_packed=pack)
                self._clear()
                self._begin()
        except OSError as error:
            self._give_up(error)

    def paid(self, took: float, elapsed: float) -> None:
        """The snapshot that was just saved took so long, and so long ago was the one before."""
        if took * DEAR > elapsed:
            self._goal = min(2 * self._goal, self._capacity)
        elif took * CHEAP < elapsed:
            self._goal = max(self._goal // 2, min(USUAL, self._capacity))
        if self.protected and not self._head:
            self._end = self._goal

    def shrink(self) -> None:
        """Give back the disk space and the memory of a ring that was just saved."""
        if not self.protected or self._head:
            return
        try:
            os.ftruncate(self._fd, HEADER)
            os.ftruncate(self._fd, HEADER + self._capacity)
        except OSError as error:
            self._give_up(error)
            return
        self._reserved = 0
        self._reserve(READ_MIN)

    def close(self) -> None:
        """Let go of the files, and keep them for the next host."""
        self._go_without()

    def forget(self) -> None:
        """Let go of the files and remove them."""
        self._go_without()
        for path in (f"{self._snapshot}.new", self._snapshot, self._path):
            with contextlib.suppress(OSError):
                os.unlink(path)

    def _go_without(self) -> None:
        # The same code runs on memory that nobody will find.
        if self._fd >= 0:
            os.close(self._fd)
        self._fd = -1
        self.protected = False
        self._words = memoryview(bytearray(HEADER)).cast("Q")
        self._data = memoryview(bytearray(READ_MAX))
        self._head = 0
        self._reserved = self._end = READ_MAX
        self._size, self._is_crowded = recovery.SIZES, False

    def _give_up(self, error: OSError) -> None:
        if self.protected:
            self._words[recovery.GAP] = 1
        self._go_without()
        if not self._has_said:
            self._has_said = True
            folder = os.path.dirname(self._path)
            self.say(f"a crash of muxer would lose this pane's output: {error.strerror} in {folder}; make room there")

    def _create(self) -> None:
        with contextlib.suppress(FileNotFoundError):
            os.unlink(self._path)
        self._map(os.open(self._path, _FLAGS | os.O_CREAT | os.O_EXCL, 0o600))
        words = self._words
        words[recovery.HEAD] = words[recovery.FED] = self._generation << 40
        words[recovery.CAPACITY] = self._capacity
        words[recovery.MAGIC] = recovery.RING_MAGIC

    def _open(self, log: Log) -> None:
        self._capacity, self._generation = log.capacity, log.generation
        self._goal = min(USUAL, log.capacity)
        self._map(os.open(self._path, _FLAGS), log.head)
        if self.protected:
            self._words[recovery.HEAD] = log.generation << 40 | log.head
            self._size = recovery.SIZES + 2 * len(log.sizes)

    def _reopen(self) -> None:
        try:
            log = recovery.read_log(self._path)
        except SnapshotUnfit:
            self._create()
        else:
            self._open(log)

    def _map(self, fd: int, head: int = 0) -> None:
        size = HEADER + self._capacity
        try:
            os.ftruncate(fd, size)
            _allocate(fd, 0, HEADER)
            view = memoryview(mmap.mmap(fd, size))
        except OSError:
            os.close(fd)
            raise
        self._go_without()
        self._fd = fd
        self.protected = True
        self._words, self._data = view[:HEADER].cast("Q"), view[HEADER:]
        self._head = self._reserved = head
        self._end = max(self._goal, min(head + READ_MAX, self._capacity))
        self._reserve()

    def _reserve(self, size: int = STEP) -> None:
        """Make sure of memory for what comes next; if there is none, the ring ends here."""
        begin, end = self._reserved, min(self._reserved + size, self._end)
        if begin >= end:
            return
        try:
            _allocate(self._fd, HEADER + begin, end - begin)
        except OSError as error:
            self._end = begin
            if begin < READ_MIN:
                self._give_up(error)
            return
        # Written once now, the pages are mapped: no read waits for one, so no kill can interrupt its copying.
        self._data[begin:end] = _ZEROS[: end - begin]
        self._reserved = end

    def _write_snapshot(self, snapshot: Bytes, *, is_packed: bool) -> None:
        mark = self._generation << 40 | self._head
        checksum = zlib.crc32(snapshot)
        head = recovery.SNAPSHOT_HEAD.pack(recovery.SNAPSHOT_MAGIC, mark, len(snapshot), checksum, is_packed)
        unfinished = f"{self._snapshot}.new"
        fd = os.open(unfinished, _FLAGS | os.O_CREAT | os.O_TRUNC, 0o600)
        try:
            _write_all(fd, head)
            _write_all(fd, snapshot)
            os.rename(unfinished, self._snapshot)
        except OSError:
            with contextlib.suppress(OSError):
                os.unlink(unfinished)
            raise
        finally:
            os.close(fd)

    def _clear(self) -> None:
        for begin in range(0, self._head, STEP):
            end = min(begin + STEP, self._head)
            self._data[begin:end] = _ZEROS[: end - begin]

    def _begin(self) -> None:
        words = self._words
        words[recovery.GAP] = 0
        for word in range(recovery.SIZES, self._size):
            words[word] = 0
        self._generation = (self._generation + 1) & recovery.GENERATION
        words[recovery.HEAD] = self._generation << 40
        words[recovery.FED] = self._generation << 40
        self._head = 0
        self._size, self._is_crowded = recovery.SIZES, False
        self._end = self._goal
        self._has_said = False
        if self._reserved < READ_MIN:
            self._reserve()


def _allocate(fd: int, offset: int, size: int) -> None:
    """Real space for a part of a file, so that a full disk says so here and not with SIGBUS at a later store."""
    if sys.platform == "darwin":
        os.pwrite(fd, os.pread(fd, size, offset).ljust(size, b"\0"), offset)
    else:
        os.posix_fallocate(fd, offset, size)


def _write_all(fd: int, data: Bytes) -> None:
    rest = memoryview(data)
    while rest:
        rest = rest[os.write(fd, rest) :]
