"""The client: a byte pump between a terminal and the host. It knows nothing of what it carries.

However it ends, the terminal is left as it was found. It puts the first byte on screen some 25 ms after its start,
so it imports C modules and next to nothing else.
"""

import _socket
import os
import select
import time
from _collections_abc import Sequence  # what collections.abc hands on
from _json import encode_basestring_ascii as quoted

from muxer import __version__
from muxer.errors import HostUnreachable, MuxerError
from muxer.paths import HostPaths
from muxer.wire.frames import (
    EXIT,
    FROM_HOST,
    HELLO,
    INPUT,
    OUTPUT,
    PROTOCOL,
    RENEW,
    REPAINT,
    RESIZE,
    SUSPEND,
    Broken,
    Unpacker,
    pack,
)
from muxer.wire.peer import connect
from muxer.wire.signals import CONTINUED, RESIZED, STOP_ASKED, Ended, Signals
from muxer.wire.starting import here, start_or_find
from muxer.wire.tty import Tty, require_terminal

ENVIRONMENT = (
    "TERM", "COLORTERM", "COLORFGBG", "TERM_PROGRAM", "TERM_PROGRAM_VERSION", "LANG", "LC_ALL", "LC_CTYPE", "NO_COLOR",
    "KITTY_WINDOW_ID", "WT_SESSION", "VTE_VERSION", "SSH_CONNECTION", "SSH_AUTH_SOCK", "DISPLAY", "WAYLAND_DISPLAY",
    "MUXER_HOST", "MUXER_PANE",
)  # fmt: skip
"""What the host should know of the place that a terminal is in."""

READ = 1 << 16
INPUT_FRAME = 1 << 16
UNSENT_LIMIT = 64 << 20
"""Of a paste into a host that hangs; beyond it the terminal is not read, and the last resort is out of reach."""

RENEWAL = 10.0
"""How long the next host may take to listen, in seconds."""
REVIVAL = 5.0
"""A host that dies twice within this time is not started again."""
DYING = 1.0
"""How long a host that is being killed may take to be gone."""
WAIT = 0.02

LAST_RESORT, LAST_RESORT_WITHIN = 3, 1.0
"""So many ctrl+\\ in so many seconds leave a host that says nothing to them."""

GONE = "the host is gone; your programs live on in the keeper: run muxer again"


def attach(
    paths: HostPaths,
    *,
    read_only: bool = False,
    start: bool = True,
    command: "Sequence[str] | None" = None,
    cwd: str = "",
    module: str = "muxer.host",
) -> int:
    """Show the host in this terminal until the person leaves or the host says so; the exit status."""
    require_terminal()
    tty = Tty()
    try:
        if start:
            sock, started = start_or_find(paths, tty.size(), command, cwd, module=module)
        else:
            sock, started = connect(paths), False
        client = Client(paths, tty, read_only=read_only, cwd=cwd, module=module)
        client.greet(sock, None if started else command)
        return client.run()
    finally:
        tty.close()


class Client:
    """One terminal's end of the pump."""

    __slots__ = (
        "_cwd", "_deaf", "_dying_until", "_escapes", "_frames", "_module", "_paths", "_read_only", "_renewed_until",
        "_revived", "_signals", "_sock", "_tty", "_typed", "_unpacker", "_unsent", "_unshown", "_welcomed",
    )  # fmt: skip

    def __init__(self, paths: HostPaths, tty: Tty, *, read_only: bool, cwd: str, module: str) -> None:
        self._paths, self._tty, self._module = paths, tty, module
        self._read_only, self._cwd = read_only, cwd or here()
        self._signals = Signals()
        self._sock = _socket.socket(_socket.AF_UNIX, _socket.SOCK_STREAM)
        self._unpacker = Unpacker()
        self._frames: list[tuple[bytes, bytes]] = []
        self._unshown: bytes | memoryview = b""
        self._unsent = bytearray()
        self._typed = bytearray()
        self._escapes: list[float] = []
        self._welcomed = self._deaf = False
        self._renewed_until = self._dying_until = 0.0
        self._revived = -REVIVAL

    def greet(self, sock: _socket.socket, command: "Sequence[str] | None" = None) -> None:
        """Speak to this host from now on. What was typed meanwhile is for it."""
        self._sock.close()
        self._sock = sock
        self._sock.setblocking(False)
        self._unpacker = Unpacker(kinds=FROM_HOST)
        self._frames.clear()
        self._unshown = b""
        self._unsent[:] = pack(HELLO, self._hello(command))
        self._welcomed = self._deaf = False
        self._send()

    def run(self) -> int:
        """Pump until somebody ends it; the exit status."""
        with self._signals:
            try:
                self._tty.hold()
                while True:
                    self._turn()
            except Ended as end:
                words, status = end.words, end.status
            except MuxerError as error:
                words, status = str(error), 1
            except Broken as error:
                words, status = f"{self._paths.socket} does not speak muxer's protocol: {error}", 1
            except OSError:  # the terminal hung up; nobody reads this
                words, status = "[the terminal is gone]", 1
            finally:
                self._signals.ignore_fatal()
                self._tty.release()
                self._sock.close()
            self._tty.bid(words)
            return status

    def _hello(self, command: "Sequence[str] | None") -> bytes:
        # Importing json would cost as much as all the rest of the client.
        cols, rows = self._tty.size()
        environment = ",".join(f"{quoted(n)}:{quoted(os.environ[n])}" for n in ENVIRONMENT if n in os.environ)
        words = "null" if not command else f"[{','.join(map(quoted, command))}]"
        return (
            f'{{"protocol":{PROTOCOL},"version":{quoted(__version__)},"cols":{cols},"rows":{rows},'
            f'"pid":{os.getpid()},"read_only":{"true" if self._read_only else "false"},"cwd":{quoted(self._cwd)},'
            f'"env":{{{environment}}},"command":{words}}}'
        ).encode("ascii")

    def _turn(self) -> None:
        sock, tty, pipe = self._sock, self._tty, self._signals.pipe
        reading: list[int | _socket.socket] = [pipe]
        if len(self._typed) < UNSENT_LIMIT:
            reading.append(tty.input)
        # A terminal that takes nothing holds up the host, which sees that we are busy and sends no more.
        if not self._unshown:
            reading.append(sock)
        writing: list[int | _socket.socket] = [tty.output] if self._unshown else []
        if (self._unsent or self._typed) and not self._deaf:
            writing.append(sock)
        readable, writable, _ = select.select(reading, writing, [])
        if tty.input in readable:
            self._read_keys()
        if sock in writable or tty.input in readable:
            self._send()
        if sock in readable:
            self._receive()
        self._deliver()
        if pipe in readable:
            self._hear(self._signals.heard())

    def _hear(self, signals: bytes) -> None:
        if STOP_ASKED in signals:
            self._suspend()
        elif CONTINUED in signals:
            # Whoever had the terminal since SIGSTOP has set it for itself.
            self._tty.harden()
            self._ask_everything()
        elif RESIZED in signals:
            self._unsent += self._resize()

    def _read_keys(self) -> None:
        try:
            data = os.read(self._tty.input, READ)
        except BlockingIOError:
            return
        if not data:
            raise Ended("[the terminal is gone]", 1)
        self._typed += data
        presses = data.count(b"\x1c") + data.count(b"\x1b[92;5u")
        if presses:
            now = time.monotonic()
            self._escapes = [at for at in self._escapes if now - at < LAST_RESORT_WITHIN] + [now] * presses
            if len(self._escapes) >= LAST_RESORT:
                raise Ended(f"[left {self._paths.name}, whose host did not answer]", 1)

    def _send(self) -> None:
        if self._deaf:
            return
        typed = b"" if self._unsent else self._typed[:INPUT_FRAME]
        frame = pack(INPUT, typed) if typed else self._unsent
        try:
            sent = self._sock.send(frame)
        except BlockingIOError:
            return
        except OSError:
            # It has closed, but its last words may still be on their way to us. What is typed now is for the next one.
            self._deaf = True
            self._unsent.clear()
            return
        self._unsent[:] = frame[sent:]
        del self._typed[: len(typed)]

    def _receive(self) -> None:
        try:
            data = self._sock.recv(READ)
        except BlockingIOError:
            return
        except OSError:
            data = b""
        if not data:
            self._lose()
            return
        self._escapes.clear()
        self._frames += self._unpacker.feed(data)

    def _deliver(self) -> None:
        """Obey what came, in order, as far as the terminal takes it."""
        while True:
            if self._unshown:
                self._unshown = self._unshown[self._tty.take(self._unshown) :]
                if self._unshown:
                    return
            if not self._frames:
                return
            self._obey(*self._frames.pop(0))

    def _obey(self, kind: bytes, payload: bytes) -> None:
        if kind == OUTPUT:
            self._welcomed = True
            self._renewed_until = 0.0
            self._tty.note(payload)
            self._unshown = memoryview(payload)
        elif kind == EXIT:
            words = payload.decode("utf-8", "replace")
            raise Ended(f"[{words or self._paths.name}]", 0) if self._welcomed else Ended(words, 1)
        elif kind == SUSPEND:
            self._suspend()
        elif kind == RENEW:
            self._renewed_until = time.monotonic() + RENEWAL
            self._reconnect()

    def _suspend(self) -> None:
        self._tty.release()
        self._signals.stop()
        self._tty.hold()
        self._skim()
        self._ask_everything()

    def _skim(self) -> None:
        """Throw away pictures for the screen that we have left since."""
        self._unshown = b""
        while select.select([self._sock], [], [], 0)[0]:
            data = self._sock.recv(READ)
            if not data:
                break
            self._frames += self._unpacker.feed(data)
        self._frames[:] = [frame for frame in self._frames if frame[0] != OUTPUT]

    def _resize(self) -> bytes:
        return pack(RESIZE, b"%d %d" % self._tty.size())

    def _ask_everything(self) -> None:
        # In this order: a picture for the new size before the modes would land on the shell's screen.
        self._unsent += pack(REPAINT) + self._resize()

    def _lose(self) -> None:
        """The host went away without a word, or the next one did not last until its first."""
        now = time.monotonic()
        if now < self._renewed_until:
            self._reconnect()
        elif now < self._dying_until and not self._welcomed:
            self._listen(WAIT)
            self._find()
        elif now - self._revived < REVIVAL:
            raise Ended(GONE, 1)
        else:
            # A dying host's socket may still let us in.
            self._dying_until = now + DYING
            self._find()

    def _reconnect(self) -> None:
        # Nobody must take this line for a client that waits to be served.
        self._sock.close()
        while time.monotonic() < self._renewed_until:
            try:
                sock = connect(self._paths)
            except HostUnreachable:
                self._listen(WAIT)
            else:
                self.greet(sock)
                return
        self._lose()

    def _find(self) -> None:
        try:
            sock, started = start_or_find(
                self._paths, self._tty.size(), None, self._cwd, module=self._module, on_wait=self._listen
            )
        except MuxerError:
            raise Ended(GONE, 1) from None
        self._revived = time.monotonic()
        if started:
            self._dying_until = 0.0
        self.greet(sock)

    def _listen(self, patience: float = 0.0) -> None:
        """Hear the last resort while no host answers."""
        if select.select([self._tty.input], [], [], patience)[0]:
            self._read_keys()
