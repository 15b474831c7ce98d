"""What host and keeper say to each other: messages that carry file descriptors, over a Unix socket.

Neither direction ever waits. The keeper must stay small, so this imports next to nothing.
"""

import json
import os
import socket
import struct
import sys
from collections import deque
from collections.abc import Collection, Iterator
from typing import Any

PROTOCOL = 3
LINGER = 3.0
"""Seconds without a pane and without a host after which the keeper leaves."""
GRACE = 2.0
"""Seconds between a hang-up and the kill that was asked for with it."""
MAX_MESSAGE = 16 << 20
MAX_BACKLOG = 1 << 20
"""Bytes that may wait for a host which does not read; it is dropped when more is to be said."""
MAX_FDS = 64
MAX_HOSTS = 16


Message = dict[str, Any]


class Gone(Exception):
    """The other side hung up, does not read, or says what cannot be read."""


class Refused(Exception):
    """A request cannot be done; the text says why, in a line for a person."""


def pack(message: Message) -> bytes:
    """Four bytes of length, then JSON. Lone surrogates, which stand for bytes outside UTF-8, survive."""
    body = json.dumps(message, separators=(",", ":")).encode()
    return len(body).to_bytes(4, "big") + body


def peer_uid(connection: socket.socket) -> int:
    """Whose process is at the other end."""
    if sys.platform == "linux":
        return int(struct.unpack("3i", connection.getsockopt(socket.SOL_SOCKET, socket.SO_PEERCRED, 12))[1])
    # What getpeereid asks on the BSDs: SOL_LOCAL, LOCAL_PEERCRED, a struct xucred of version, uid and groups.
    return int(struct.unpack_from("2I", connection.getsockopt(0, 1, 76))[1])


def close_all(fds: Collection[int]) -> None:
    """Close descriptors."""
    for fd in fds:
        os.close(fd)


class Channel:
    """Messages, with file descriptors, over a stream socket; neither direction ever waits.

    A message that carries descriptors says how many; they arrive no later than its first byte, so that the oldest
    unclaimed ones are always its own.
    """

    __slots__ = ("_came", "_inbox", "_unsent", "backlog", "socket")

    def __init__(self, connection: socket.socket) -> None:
        connection.setblocking(False)
        self.socket = connection
        self.backlog = 0
        self._inbox = bytearray()
        self._came: list[int] = []
        self._unsent: deque[tuple[bytes, list[int]]] = deque()

    def send(self, message: Message, fds: Collection[int] = ()) -> None:
        """Say it as soon as the other side takes it. The descriptors may be closed at once. Raises Gone."""
        if self.backlog > MAX_BACKLOG:
            raise Gone("it does not read")
        data = pack({**message, "fds": len(fds)} if fds else message)
        try:
            self._unsent.append((data, [os.dup(fd) for fd in fds]))
        except OSError as error:
            raise Gone(str(error)) from None
        self.backlog += len(data)
        self.flush()

    def flush(self) -> None:
        """Send what waits, as far as that goes. Raises Gone."""
        while self._unsent:
            data, fds = self._unsent[0]
            try:
                sent = socket.send_fds(self.socket, [data], fds) if fds else self.socket.send(data)
            except BlockingIOError:
                return
            except OSError as error:
                raise Gone(str(error)) from None
            close_all(fds)
            self.backlog -= sent
            if sent == len(data):
                self._unsent.popleft()
            else:
                self._unsent[0] = (data[sent:], [])

    def receive(self) -> Iterator[tuple[Message, list[int]]]:
        """What is now whole, one by one; whoever takes a message owns its descriptors. Raises Gone."""
        try:
            data, fds, flags, _ = socket.recv_fds(self.socket, 1 << 16, MAX_FDS, getattr(socket, "MSG_CMSG_CLOEXEC", 0))
        except BlockingIOError:
            return
        except OSError as error:
            raise Gone(str(error)) from None
        self._came += fds
        for fd in fds:
            os.set_inheritable(fd, False)
        if not data:
            raise Gone("it hung up")
        if flags & socket.MSG_CTRUNC or len(self._came) > MAX_FDS:
            raise Gone("more descriptors than can be held")
        self._inbox += data
        while (message := self._next()) is not None:
            count = message.pop("fds", 0)
            if not isinstance(count, int) or not 0 <= count <= len(self._came):
                raise Gone("it says that descriptors came with a message")
            mine, self._came = self._came[:count], self._came[count:]
            yield message, mine

    def _next(self) -> Message | None:
        if len(self._inbox) < 4:
            return None
        end = 4 + int.from_bytes(self._inbox[:4], "big")
        if end > MAX_MESSAGE:
            raise Gone(f"a message of {end} bytes")
        if len(self._inbox) < end:
            return None
        try:
            message = json.loads(self._inbox[4:end])
        except (ValueError, RecursionError):
            raise Gone("not JSON") from None
        if not isinstance(message, dict):
            raise Gone("not a JSON object")
        del self._inbox[:end]
        return message

    def close(self) -> None:
        """Hang up, and close what was neither sent nor claimed."""
        self.socket.close()
        close_all(self._came)
        for _, fds in self._unsent:
            close_all(fds)
        self._came, self._unsent = [], deque()
