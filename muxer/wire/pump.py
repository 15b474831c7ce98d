"""An agent's MCP server: what the agent says goes to the host as it comes, and what the host says comes back.

A host that is renewed, or killed, is waited for: what nobody answered is said again to the next one. There is one of
these for every agent, for as long as it lives, so it imports C modules and next to nothing else.
"""

import os
import select
import time

from muxer.errors import MuxerError
from muxer.paths import HostPaths, host_paths
from muxer.wire import lean_json
from muxer.wire.frames import ANSWER, CALL, EVENT, FROM_HOST, PROTOCOL, SAY, SAY_AGAIN, Broken, Unpacker, pack
from muxer.wire.peer import connect
from muxer.wire.starting import here

LONGEST = 4 << 20
"""Bytes of one message; more than that no tool of ours takes."""
PATIENCE = 30.0
"""How long the next host may take to come, in seconds."""
AGAIN, SELDOM = 0.03, 0.5
"""Seconds between looks for it: at first, and later."""
LINGER = 2.0
"""How long answers are waited for when the agent has no more to say, in seconds."""
CROWD = 256
"""Requests that may wait for an answer; a host refuses some long before."""
FULL = 1 << 20
READ = 1 << 16
PIECE = 4096
"""So much may be written, without waiting, to what takes anything at all."""

_TOO_LONG, _NO_HOST, _NOT_JSON = -32600, -32000, -32700
"""What JSON-RPC calls it."""


def pump(host: str, *, reading: int = 0, writing: int = 1) -> None:
    """Until the agent has no more to say."""
    _Pump(host_paths(host), reading, writing).run()


class _Said:
    """Something that the agent said: a request until it is answered, anything else until the host has it."""

    __slots__ = ("id", "link", "message")

    def __init__(self, message: bytes, which: "str | int | None") -> None:
        self.message, self.id = message, which
        self.link: _Link | None = None
        """Which it went over last."""


class _Link:
    """A connection to one host."""

    def __init__(self, paths: HostPaths, arguments: "dict[str, str]") -> None:
        self.sock = connect(paths)
        self.sock.setblocking(False)
        self.listens = False
        """Has the host begun to?"""
        self.unsent = bytearray()
        self._unpacker = Unpacker(kinds=FROM_HOST)
        question = {"protocol": PROTOCOL, "verb": "mcp", "arguments": arguments}
        self.send(CALL, lean_json.dumps(question))

    def send(self, kind: bytes, payload: bytes) -> None:
        self.unsent += pack(kind, payload)
        self.push()

    def push(self) -> None:
        """Whatever the host takes now; that it is gone shows when it is read."""
        try:
            while self.unsent:
                del self.unsent[: self.sock.send(self.unsent[:READ])]
        except BlockingIOError:
            return
        except OSError:
            self.unsent.clear()

    def frames(self) -> "list[tuple[bytes, bytes]]":
        """What came. Raises OSError, EOFError or Broken."""
        try:
            data = self.sock.recv(READ)
        except BlockingIOError:
            return []
        if not data:
            raise EOFError
        return self._unpacker.feed(data)


class _Pump:
    """One thread, and whatever comes first."""

    def __init__(self, paths: HostPaths, reading: int, writing: int) -> None:
        self._paths, self._reading, self._writing = paths, reading, writing
        token = os.environ.get("MUXER_TOKEN", "")
        self._who = {"token": token, "talk": os.urandom(16).hex(), "folder": here()}
        self._patient = bool(token)
        """Was there a host that will be back? Who has no token may have been started where there never was one."""
        self._trouble = "the host has not answered: see muxer logs"
        self._link: _Link | None = None
        self._line = bytearray()
        self._open: dict[object, _Said] = {}
        self._unread = bytearray()
        """What the agent did not take yet."""
        self._ended_at = 0.0
        self._until = 0.0
        """When the next host is given up; 0 while none is waited for."""
        self._pause = AGAIN

    def run(self) -> None:
        while not self._ended_at or self._leaves_later():
            if self._link is None and self._until:
                self._try()
            poll = select.poll()
            if not self._ended_at and len(self._open) < CROWD and len(self._unread) < FULL:
                poll.register(self._reading, select.POLLIN)
            if self._unread:
                poll.register(self._writing, select.POLLOUT)
            if link := self._link:
                reads = select.POLLIN if len(self._unread) < FULL else 0
                poll.register(link.sock.fileno(), reads | (select.POLLOUT if link.unsent else 0))
            ready = {fd for fd, _ in poll.poll(self._patience())}
            if link and link.sock.fileno() in ready:
                self._hear(link)
            try:
                if self._unread and self._writing in ready:
                    del self._unread[: os.write(self._writing, self._unread[:PIECE])]
                if self._reading in ready:
                    self._read()
            except OSError:
                return  # nobody reads us any more

    def _leaves_later(self) -> bool:
        """The agent has no more to say: is it still owed something?"""
        late = time.monotonic() - self._ended_at
        if late > LINGER:
            self._give_up(self._trouble)
        return bool(self._open or self._unread) and late < 2 * LINGER

    def _patience(self) -> "float | None":
        """Milliseconds until something is to be done by ourselves."""
        if self._link is None and self._until:
            return self._pause * 1000
        return LINGER * 1000 if self._ended_at else None

    # ---- the agent

    def _read(self) -> None:
        piece = os.read(self._reading, READ)
        *whole, rest = piece.split(b"\n")
        for end in whole:
            self._line += end
            self._take(bytes(self._line))
            self._line.clear()
        if len(self._line) <= LONGEST:  # of one that is too long, no more than shows that it is
            self._line += rest
        if not piece:
            self._take(bytes(self._line))
            self._ended_at = time.monotonic()
        self._flush()

    def _take(self, line: bytes) -> None:
        if not line.strip():
            return
        if len(line) > LONGEST:
            self._refuse(None, _TOO_LONG, f"a message of more than {LONGEST >> 20} MB: say less")
            return
        try:
            asked = lean_json.loads(line)
        except (ValueError, RecursionError):
            self._refuse(None, _NOT_JSON, "this is not JSON")
            return
        if not isinstance(asked, dict):
            asked = {}
        if asked.get("method") == "notifications/cancelled" and isinstance(asked.get("params"), dict):
            self._open.pop(_key(asked["params"].get("requestId")), None)  # it is not answered any more
        which = asked.get("id") if "method" in asked else None
        key = _key(which)
        said = _Said(line, None if key is None else which)
        self._open[object() if key is None else key] = said
        if self._link is None and not self._until:
            self._wait()

    def _refuse(self, which: "str | int | None", code: int, words: str) -> None:
        error = {"jsonrpc": "2.0", "id": which, "error": {"code": code, "message": words}}
        self._unread += lean_json.dumps(error) + b"\n"

    # ---- the host

    def _wait(self) -> None:
        self._until = time.monotonic() + (PATIENCE if self._patient else 0.0)
        self._pause = AGAIN

    def _try(self) -> None:
        """Find the host."""
        try:
            self._link = _Link(self._paths, self._who)
        except MuxerError as error:
            self._trouble = str(error)
            self._pause = min(self._pause * 1.5, SELDOM)
            if time.monotonic() > self._until:
                self._give_up(self._trouble)
        else:
            self._until, self._patient = 0.0, True

    def _give_up(self, words: str) -> None:
        self._until = 0.0
        self._drop()
        for said in self._open.values():
            if said.id is not None:
                self._refuse(said.id, _NO_HOST, words)
        self._open.clear()

    def _drop(self) -> None:
        if self._link:
            self._link.sock.close()
            self._link = None

    def _hear(self, link: _Link) -> None:
        link.push()
        try:
            frames = link.frames()
        except (OSError, EOFError, Broken):
            self._drop()
            self._wait()
            return
        for kind, payload in frames:
            if kind == EVENT and payload:
                self._told(payload)
            elif kind == EVENT:
                link.listens = True
                self._flush()
            elif kind == ANSWER:
                self._answered(lean_json.loads(payload))
                return

    def _told(self, lines: bytes) -> None:
        for line in lines.split(b"\n"):
            said = lean_json.loads(line)
            if isinstance(said, dict) and "method" not in said:
                self._open.pop(_key(said.get("id")), None)
        self._unread += lines + b"\n"

    def _answered(self, answer: object) -> None:
        """The host listens no more: it says who we are not, or is another one by now."""
        if isinstance(answer, dict) and isinstance(error := answer.get("error"), dict):
            self._give_up(str(error.get("text")))
        else:
            self._drop()
            self._wait()

    def _flush(self) -> None:
        """Tell the host what this one was not told yet."""
        link = self._link
        if link is None or not link.listens:
            return
        for key, said in tuple(self._open.items()):
            if said.link is link:
                continue
            link.send(SAY_AGAIN if said.link else SAY, said.message)
            said.link = link
            if said.id is None:
                del self._open[key]


def _key(which: object) -> "str | None":
    """What a request is known by; nothing for what is no request, or is no id."""
    return repr(which) if isinstance(which, str | int) and not isinstance(which, bool) else None
