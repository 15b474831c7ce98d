"""One accepted connection on the host's loop: whole frames in by callback, frames out without ever blocking.

No picture queues behind an unfinished frame, so a client that does not read costs the host one frame and no more. What
must not be lost (the last words, an answer) does queue.
"""

import asyncio
import socket
from collections.abc import AsyncGenerator, Callable
from contextlib import aclosing

from muxer.wire.frames import EVENT, FROM_CLIENT, OPENINGS, OUTPUT, Broken, Unpacker, pack
from muxer.wire.peer import identity

SEND_BUFFER = 1 << 16
READ = 1 << 16
LIMIT = 16 << 20
"""A call may carry a long text; nothing else of a client is as large."""

LAST_WORDS = 2.0
"""How long a client has to read what it is told on leaving, in seconds."""


def _nothing() -> None:
    pass


def _no_frame(_kind: bytes, _payload: bytes) -> None:
    pass


def _no_line(_line: "Line") -> None:
    pass


def _not_ours(_data: bytes) -> bool:
    return False


class Line:
    """A client's connection. Its callbacks run on the loop; after `on_closed` none is called any more."""

    __slots__ = (
        "__weakref__", "_forget", "_linger", "_loop", "_out", "_pours", "_sock", "_unpacker", "on_closed",
        "on_drained", "on_foreign", "on_frame", "open", "pid", "uid",
    )  # fmt: skip

    def __init__(
        self, sock: socket.socket, loop: asyncio.AbstractEventLoop, forget: "Callable[[Line], None]" = _no_line
    ) -> None:
        self._sock, self._loop, self._forget = sock, loop, forget
        self.pid, self.uid = identity(sock)
        self.open = True
        self.on_frame: Callable[[bytes, bytes], None] = _no_frame
        self.on_drained: Callable[[], None] = _nothing
        self.on_closed: Callable[[], None] = _nothing
        self.on_foreign: Callable[[bytes], bool] = _not_ours
        """Handed what is no frame; whether somebody took it over."""
        self._pours = False
        self._unpacker = Unpacker(LIMIT, FROM_CLIENT, first=OPENINGS)
        self._out = memoryview(b"")
        self._linger: asyncio.TimerHandle | None = None
        sock.setblocking(False)
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, SEND_BUFFER)
        loop.add_reader(sock.fileno(), self._readable)

    @property
    def busy(self) -> int:
        """How many bytes the kernel has not taken yet."""
        return len(self._out)

    @property
    def owes(self) -> bool:
        """Whether words are on their way that the host should stay for. A follower can ask for its events again."""
        return bool(self._out) and not self._pours

    def send(self, kind: bytes, payload: bytes = b"") -> bool:
        """Send a frame; whether it was accepted. A picture is refused while the last frame is unfinished."""
        if not self.open or (self._out and kind == OUTPUT):
            return False
        data = pack(kind, payload)
        if self._out:
            self._out = memoryview(b"".join((self._out, data)))
            return True
        self._out = memoryview(data)
        self._push()
        if self._out:
            self._loop.add_writer(self._sock.fileno(), self._writable)
        return self.open

    @property
    def pours(self) -> bool:
        """Whether it is being told one thing after another."""
        return self._pours

    async def pour(self, payloads: AsyncGenerator[bytes, None]) -> None:
        """Send each as an EVENT frame. The next is asked for when the last is out: a stopped client costs nothing."""
        drained = asyncio.Event()
        self.on_drained = drained.set
        self._pours = True
        async with aclosing(payloads):
            async for payload in payloads:
                drained.clear()
                self.send(EVENT, payload)
                if self._out:
                    await drained.wait()
        self._pours = False

    def hand_over(self) -> socket.socket:
        """The connection, for who speaks its language; this end of it is closed."""
        sock = self._sock.dup()
        self.close()
        return sock

    def close(self) -> None:
        """Hang up. What was sent before still arrives, if the client reads it soon."""
        if not self.open:
            return
        self.open = False
        self._loop.remove_reader(self._sock.fileno())
        forget, told = self._forget, self.on_closed
        # What hangs on the callbacks usually holds the line: no cycle may keep either alive.
        self._forget = _no_line
        self.on_frame, self.on_drained, self.on_closed = _no_frame, _nothing, _nothing
        self.on_foreign = _not_ours
        self._unpacker = Unpacker()
        if self._out:
            self._linger = self._loop.call_later(LAST_WORDS, self._hang_up)
        else:
            self._hang_up()
        forget(self)
        told()

    def _hang_up(self) -> None:
        if self._linger:
            self._linger.cancel()
            self._linger = None
        self._out = memoryview(b"")
        if self._sock.fileno() >= 0:
            self._loop.remove_reader(self._sock.fileno())
            self._loop.remove_writer(self._sock.fileno())
            self._sock.close()

    def _lose(self) -> None:
        """The other side is gone, or talks nonsense."""
        self._out = memoryview(b"")
        self.close()
        self._hang_up()

    def _readable(self) -> None:
        try:
            data = self._sock.recv(READ)
        except BlockingIOError:
            return
        except OSError:
            data = b""
        try:
            frames = self._unpacker.feed(data)
        except Broken:
            if self.on_foreign(self._unpacker.held):
                return
            data = b""
        if not data:
            self._lose()
            return
        for kind, payload in frames:
            if self.open:
                self.on_frame(kind, payload)

    def _push(self) -> None:
        try:
            self._out = self._out[self._sock.send(self._out) :]
        except BlockingIOError:
            pass
        except OSError:
            self._lose()

    def _writable(self) -> None:
        self._push()
        if self._out or self._sock.fileno() < 0:
            return
        if self.open:
            self._loop.remove_writer(self._sock.fileno())
            self.on_drained()
        else:
            self._hang_up()
