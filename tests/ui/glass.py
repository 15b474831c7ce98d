"""A terminal in front of a viewer, without a process: the far end of its line, with an emulator behind it."""

import asyncio
import contextlib
import socket
import time
from collections.abc import Callable

from bittty import Board, MemoryConnection

from muxer.wire import frames
from muxer.wire.frames import Unpacker, pack
from muxer.wire.line import Line


async def until(condition: Callable[[], object], what: str = "the condition", timeout: float = 15) -> None:
    deadline = time.monotonic() + timeout
    while not condition():
        assert time.monotonic() < deadline, f"{what} did not come in {timeout} s"
        await asyncio.sleep(0.005)


class Glass:
    """Reads whatever comes, unless it is told to be deaf, and answers the queries."""

    def __init__(self, cols: int = 40, rows: int = 10, *, answers: bool = True) -> None:
        near, self._far = socket.socketpair(socket.AF_UNIX, socket.SOCK_STREAM)
        self._far.setblocking(False)
        self._loop = asyncio.get_running_loop()
        self.line = Line(near, self._loop)
        self.hello = {"cols": cols, "rows": rows, "pid": 7, "read_only": False, "env": {"TERM": "xterm-256color"}}
        self.raw = b""
        self.frames: list[tuple[bytes, bytes]] = []
        self.board = Board(width=cols, height=rows)
        self.blind = False
        """Only collect: an emulator takes its time over a megabyte."""
        self._answers = answers
        self._replies = MemoryConnection()
        self.board.host.attach(self._replies)
        self._unpacker = Unpacker()
        self.say(frames.HELLO)
        self.listen()

    def listen(self) -> None:
        self._loop.add_reader(self._far.fileno(), self._read)

    def go_deaf(self) -> None:
        self._loop.remove_reader(self._far.fileno())

    def _read(self) -> None:
        data = b""
        with contextlib.suppress(BlockingIOError, ConnectionError):
            data = self._far.recv(1 << 18)
        if not data:
            self.go_deaf()
        for kind, payload in self._unpacker.feed(data):
            self.frames.append((kind, payload))
            if kind == frames.OUTPUT:
                self.raw += payload
                if not self.blind:
                    self.board.feed_host_data(payload)
        said = b"".join(part.encode() if isinstance(part, str) else part for part in self._replies.data)
        self._replies.data.clear()
        if said and self._answers:
            self.say(frames.INPUT, said)

    def say(self, kind: bytes, payload: bytes = b"") -> None:
        self._far.send(pack(kind, payload))

    def type(self, data: bytes) -> None:
        self.say(frames.INPUT, data)

    def resize(self, cols: int, rows: int) -> None:
        self.board.resize_from_frontend(cols, rows)
        self.say(frames.RESIZE, b"%d %d" % (cols, rows))

    def screen(self) -> list[str]:
        page = self.board.blitter.main_page
        return [page.get_line_text(y).rstrip() for y in range(page.height)]

    @property
    def kinds(self) -> bytes:
        return b"".join(kind for kind, _ in self.frames)

    async def sees(self, text: str) -> None:
        await until(lambda: any(text in row for row in self.screen()), repr(text))

    def hang_up(self) -> None:
        if self._far.fileno() >= 0:
            self.go_deaf()
            self._far.close()
            self.line.close()
