"""A pty's master on the event loop: output goes straight into a ring's memory, input through one bounded buffer.

Nothing queues on the way in: a program that floods is read for half a millisecond a turn and then blocks on its own
pty. The descriptor belongs to whoever opened it and is never closed here.
"""

import asyncio
import fcntl
import os
import struct
import sys
import termios
from collections import deque
from collections.abc import Callable
from contextlib import suppress
from time import perf_counter

from muxer.terminal.engine import CELL_HEIGHT, CELL_WIDTH
from muxer.terminal.ring import READ_MIN, Ring

READ_BUDGET = 0.0005
READ_LIMIT = 256 << 10
READ_PIECE = 16 << 10
SHORT_READ = 1024
"""After so few bytes there is most likely nothing more to read."""
WRITE_LIMIT = 32 << 20
WRITE_PIECE = 64 << 10
_PEER = 0x5441
"""Linux's TIOCGPTPEER, which opens the program's side; it fails elsewhere."""


class Pty:
    """Reads while started, writes at any time. Without a descriptor (-1) it is closed."""

    def __init__(
        self,
        fd: int,
        ring: Ring,
        *,
        on_read: Callable[[memoryview], None],
        on_turn: Callable[[], None],
        on_end: Callable[[], None],
        on_drop: Callable[[int], None],
    ) -> None:
        self.fd = fd
        self.is_reading = False
        self._ring = ring
        self._on_read, self._on_turn, self._on_end, self._on_drop = on_read, on_turn, on_end, on_drop
        self._loop = asyncio.get_running_loop()
        self._rest: deque[memoryview] = deque()
        self._rest_size = 0
        self._has_dropped = False
        self._is_held = False
        self._is_closed = fd < 0
        if not self._is_closed:
            os.set_blocking(fd, False)

    def start(self) -> None:
        """Read whatever comes, from the next turn of the loop on."""
        if not self.is_reading and not self._is_closed:
            self.is_reading = True
            self._loop.add_reader(self.fd, self._readable)

    def pause(self) -> None:
        """Read nothing; the program blocks once its pty is full."""
        if self.is_reading:
            self.is_reading = False
            self._loop.remove_reader(self.fd)

    def close(self) -> None:
        """Never touch the descriptor again."""
        self.pause()
        self._forget_rest()
        self._is_closed = True

    def write(self, data: bytes) -> None:
        """Give the program input, as fast as it reads it."""
        if self._is_closed:
            return
        rest = memoryview(data)
        if self._rest_size + len(rest) > WRITE_LIMIT:
            if not self._has_dropped:
                self._has_dropped = True
                self._on_drop(len(rest))
            return
        while rest and not self._rest and not self._is_held:
            count = self._write_some(rest)
            if not count:
                break
            rest = rest[count:]
        if rest and not self._is_closed:
            self._keep(rest)

    @property
    def unwritten(self) -> int:
        """How many bytes the program has not taken yet."""
        return self._rest_size

    @property
    def unread(self) -> int:
        """The same, and how many wait for it in the kernel, as far as that can be told."""
        if self._is_closed:
            return self._rest_size
        waiting = bytearray(4)
        with suppress(OSError):
            peer = fcntl.ioctl(self.fd, _PEER, os.O_RDONLY | os.O_NOCTTY | os.O_CLOEXEC)
            try:
                fcntl.ioctl(peer, termios.FIONREAD, waiting)
            finally:
                os.close(peer)
        return self._rest_size + int.from_bytes(waiting, sys.byteorder)

    def hold(self) -> None:
        """Keep all input back: the keeper writes, and nothing may come between."""
        self._is_held = True
        if self._rest:
            self._loop.remove_writer(self.fd)

    def release(self) -> None:
        """Give the program what was kept back, in order."""
        self._is_held = False
        if self._rest and not self._is_closed:
            self._loop.add_writer(self.fd, self._writable)
            self._writable()

    def resize(self, cols: int, rows: int) -> None:
        """Tell the kernel, which tells the program. It also would if nothing but the pixels were news."""
        if not self._is_closed and os.get_terminal_size(self.fd) != (cols, rows):
            size = struct.pack("HHHH", rows, cols, cols * CELL_WIDTH, rows * CELL_HEIGHT)
            fcntl.ioctl(self.fd, termios.TIOCSWINSZ, size)

    def foreground(self) -> int | None:
        """The process group that a key would reach."""
        if self._is_closed:
            return None
        try:
            return os.tcgetpgrp(self.fd) or None
        except OSError:
            return None

    def _readable(self) -> None:
        total, has_ended = self._read_turn()
        if total:
            self._on_turn()
        if has_ended and not self._is_closed:
            self.close()
            self._on_end()

    def _read_turn(self) -> tuple[int, bool]:
        stop = perf_counter() + READ_BUDGET
        total = 0
        while True:
            count, is_all, has_ended = self._read_piece()
            if count:
                total += count
                self._on_read(self._ring.latest(count))
            if is_all or total >= READ_LIMIT or perf_counter() >= stop:
                return total, has_ended

    def _read_piece(self) -> tuple[int, bool, bool]:
        """What there is, in one piece for the engine: a read brings 4 KB at the most, which is little for one call."""
        ring, fd = self._ring, self.fd
        total = 0
        try:
            while self.is_reading and total < READ_PIECE:
                room = ring.room()
                if len(room) < READ_MIN and total:
                    return total, False, False
                count = os.readv(fd, (room,))
                if not count:
                    return total, True, True
                ring.took(count)
                total += count
                if count < SHORT_READ:
                    return total, True, False
        except BlockingIOError:
            return total, True, False
        except OSError:
            # The last program that had the pty open is gone: Linux says EIO, others say end of file.
            return total, True, True
        return total, not self.is_reading, False

    def _write_some(self, data: memoryview) -> int:
        try:
            return os.write(self.fd, data[:WRITE_PIECE])
        except BlockingIOError:
            return 0
        except OSError:
            # Nobody has the pty open any more; what was said last can still be read from it.
            self._forget_rest()
            return len(data)

    def _keep(self, data: memoryview) -> None:
        if not self._rest and not self._is_held:
            self._loop.add_writer(self.fd, self._writable)
        self._rest.append(data)
        self._rest_size += len(data)

    def _writable(self) -> None:
        stop = perf_counter() + READ_BUDGET
        while self._rest:
            first = self._rest.popleft()
            count = self._write_some(first)
            if count >= len(first):
                count = len(first)
            else:
                self._rest.appendleft(first[count:])
            self._rest_size = max(self._rest_size - count, 0)
            if not count or perf_counter() >= stop:
                return
        self._forget_rest()

    def _forget_rest(self) -> None:
        if not self._is_closed:
            self._loop.remove_writer(self.fd)
        self._rest.clear()
        self._rest_size = 0
        self._has_dropped = False
