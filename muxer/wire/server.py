"""The host's socket. One host at most listens on a path, and nobody but our own user is let in.

The first frame of a connection decides what it is: HELLO becomes an attached Line, CALL a caller whose questions are
answered in turn. Words instead of a frame are HTTP's. Whoever says nothing, or anything else, is dropped.
"""

import asyncio
import contextlib
import fcntl
import json
import os
import socket
import weakref
from collections import deque
from collections.abc import Awaitable, Callable
from typing import Any

from muxer import __version__
from muxer.errors import HostMismatch, HostUnreachable, MuxerError, UsageError
from muxer.paths import HostPaths, private_folder
from muxer.wire.caller import Caller, failure, refusal
from muxer.wire.frames import ANSWER, CALL, EXIT, PROTOCOL
from muxer.wire.line import Line
from muxer.wire.peer import path_too_long
from muxer.wire.web import Web, is_http

__all__ = ["Caller", "Line", "Server"]

BACKLOG = 128
OPENING = 5.0
"""How long a connection may take to say what it is, in seconds."""
CALLS_WAITING = 256
MAX_SIDE = 4096
"""Nobody has a larger terminal, and one that says so would cost the host its memory."""
ANY_PROTOCOL = frozenset({"reload", "stop"})
"""Verbs that a client of another version needs in order to get rid of this host."""


class _Calls:
    """The calls of one connection, answered one after the other."""

    __slots__ = ("task", "waiting")

    def __init__(self) -> None:
        self.waiting: deque[bytes] = deque()
        self.task: asyncio.Task[bytes] | None = None


class Server:
    """Accepts terminals and callers for one host."""

    def __init__(
        self,
        paths: HostPaths,
        *,
        on_attach: Callable[[Line, dict[str, object]], object],
        on_call: Callable[[str, dict[str, Any], Caller], Awaitable[object]],
        web: Web | None = None,
    ) -> None:
        self.attached: set[Line] = set()
        self._paths = paths
        self._on_attach, self._on_call, self._web = on_attach, on_call, web
        self._loop = asyncio.get_running_loop()
        self._listener: socket.socket | None = None
        self._identity = (0, 0)
        self._lock = -1
        self._lines: set[Line] = set()
        self._known: weakref.WeakSet[Line] = weakref.WeakSet()
        self._strangers: dict[Line, asyncio.TimerHandle] = {}
        self._callers: dict[Line, _Calls] = {}

    def listen(self) -> None:
        """From here on clients can come. Raises MuxerError, for instance when another host listens already."""
        folder = private_folder(os.path.dirname(self._paths.socket))
        self._lock = os.open(f"{folder}/alive", os.O_CREAT | os.O_RDWR, 0o600)
        try:
            fcntl.flock(self._lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            self._listener = self._bind()
        except BlockingIOError:
            self._unlock()
            raise HostUnreachable(f"a muxer named {self._paths.name!r} runs already: attach to it") from None
        except BaseException:
            self._unlock()
            raise
        self._loop.add_reader(self._listener.fileno(), self._accept)

    def _bind(self) -> socket.socket:
        listener = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        listener.setblocking(False)
        # The lock is ours, so whatever is there was left by a host that died.
        with contextlib.suppress(FileNotFoundError):
            os.unlink(self._paths.socket)
        mask = os.umask(0o177)
        try:
            listener.bind(self._paths.socket)
            listener.listen(BACKLOG)
            facts = os.lstat(self._paths.socket)
            self._identity = facts.st_dev, facts.st_ino
        except OSError as error:
            listener.close()
            raise (
                path_too_long(self._paths.socket)
                if error.errno is None
                else UsageError(f"cannot listen on {self._paths.socket}: {error.strerror}; set XDG_RUNTIME_DIR")
            ) from None
        finally:
            os.umask(mask)
        return listener

    def close(self) -> None:
        """Hang up on everybody and leave the path to the next host."""
        self.stop_listening()
        for line in list(self._lines):
            line.close()
        if self._web:
            self._web.close()

    async def settled(self, patience: float = 2.0) -> None:
        """Wait until the kernel has everything that was said, but no longer than that. From there it outlives us."""
        # A line tells its owner alone when it is drained, and this runs once, when a host ends.
        deadline = self._loop.time() + patience
        while any(line.owes for line in self._known) and self._loop.time() < deadline:  # noqa: ASYNC110
            await asyncio.sleep(0.01)

    def stop_listening(self) -> None:
        """Leave the path to the next host. This comes before any RENEW, or the clients would be back here at once."""
        if self._listener is None:
            return
        self._loop.remove_reader(self._listener.fileno())
        with contextlib.suppress(FileNotFoundError):
            facts = os.lstat(self._paths.socket)
            if (facts.st_dev, facts.st_ino) == self._identity:
                os.unlink(self._paths.socket)
        self._listener.close()
        self._listener = None
        self._unlock()
        # Who goes on asking must not be answered by two hosts: it comes to the next one, and asks again there.
        for line in [line for line in self._callers if line.pours]:
            line.close()

    def _unlock(self) -> None:
        os.close(self._lock)
        self._lock = -1

    def _accept(self) -> None:
        listener = self._listener
        if listener is None:
            return
        try:
            sock, _ = listener.accept()
        except (BlockingIOError, ConnectionError):
            return
        except OSError:
            # Out of file descriptors: the listener stays readable, and asking again at once would burn the loop.
            self._loop.remove_reader(listener.fileno())
            self._loop.call_later(1.0, self._accept_again)
            return
        line = Line(sock, self._loop, self._forget)
        if line.uid != os.getuid():
            line.close()
            return
        self._lines.add(line)
        self._known.add(line)
        self._strangers[line] = self._loop.call_later(OPENING, line.close)
        line.on_frame = lambda kind, payload: self._open(line, kind, payload)
        line.on_foreign = lambda data: self._hand_over(line, data)

    def _accept_again(self) -> None:
        if self._listener is not None:
            self._loop.add_reader(self._listener.fileno(), self._accept)

    def _forget(self, line: Line) -> None:
        self._lines.discard(line)
        self.attached.discard(line)
        timer = self._strangers.pop(line, None)
        if timer:
            timer.cancel()
        calls = self._callers.pop(line, None)
        if calls and calls.task:
            calls.task.cancel()

    def _hand_over(self, line: Line, data: bytes) -> bool:
        if not (self._web and is_http(data)):
            return False
        self._web.take(line.hand_over(), data, Caller(pid=line.pid, uid=line.uid))
        return True

    def _open(self, line: Line, kind: bytes, payload: bytes) -> None:
        self._strangers.pop(line).cancel()
        line.on_foreign = lambda _data: False
        if kind == CALL:
            self._callers[line] = _Calls()
            line.on_frame = lambda kind, payload: self._ask(line, kind, payload)
            self._ask(line, kind, payload)
            return
        line.on_frame = _ignore
        try:
            facts = json.loads(payload)
            _check_protocol(facts)
            hello = _hello(facts)
        except HostMismatch as error:
            line.send(EXIT, str(error).encode())
            line.close()
        except (ValueError, TypeError, KeyError, AttributeError, RecursionError):
            line.close()
        else:
            self.attached.add(line)
            self._on_attach(line, hello)

    def _ask(self, line: Line, kind: bytes, payload: bytes) -> None:
        calls = self._callers[line]
        if kind != CALL or len(calls.waiting) >= CALLS_WAITING:
            line.close()
            return
        calls.waiting.append(payload)
        if calls.task is None:
            self._take_turn(line, calls)

    def _take_turn(self, line: Line, calls: _Calls) -> None:
        calls.task = self._loop.create_task(self._answer(line, calls.waiting.popleft()))
        calls.task.add_done_callback(lambda task: self._answered(line, calls, task))

    async def _answer(self, line: Line, payload: bytes) -> bytes:
        try:
            verb, arguments = _question(payload)
            caller = Caller(pid=line.pid, uid=line.uid, line=line)
            return json.dumps({"ok": await self._on_call(verb, arguments, caller)}).encode()
        except MuxerError as error:
            return json.dumps(refusal(error)).encode()

    def _answered(self, line: Line, calls: _Calls, task: asyncio.Task[bytes]) -> None:
        calls.task = None
        if task.cancelled() or not line.open:
            return
        error = task.exception()
        if error is None:
            answer = task.result()
        else:
            answer = json.dumps(refusal(failure(error, self._paths.log))).encode()
            self._loop.call_exception_handler({"message": "a verb failed", "exception": error, "task": task})
        line.send(ANSWER, answer)
        if calls.waiting:
            self._take_turn(line, calls)


def _ignore(_kind: bytes, _payload: bytes) -> None:
    """For a terminal that whoever attaches it does not listen to."""


def _check_protocol(facts: dict[str, Any]) -> None:
    theirs = facts["protocol"]
    if theirs != PROTOCOL:
        raise HostMismatch(
            f"this muxer ({facts.get('version', 'another version')}, protocol {theirs}) cannot speak to the running "
            f"host ({__version__}, protocol {PROTOCOL}): run muxer reload to renew the host"
        )


def _hello(facts: dict[str, Any]) -> dict[str, object]:
    """What a terminal says of itself, each fact of its type. Raises what a wrong type or a missing name raises."""
    command = facts.get("command")
    return {
        "protocol": PROTOCOL,
        "version": str(facts["version"]),
        "cols": min(max(1, int(facts["cols"])), MAX_SIDE),
        "rows": min(max(1, int(facts["rows"])), MAX_SIDE),
        "pid": int(facts["pid"]),
        "read_only": facts.get("read_only") is True,
        "cwd": str(facts.get("cwd", "")),
        "env": {str(name): str(value) for name, value in facts.get("env", {}).items()},
        # Somebody attached with a command to a host that ran already.
        "command": [str(word) for word in command] if command else None,
    }


def _question(payload: bytes) -> tuple[str, dict[str, Any]]:
    try:
        facts = json.loads(payload)
        verb, arguments = facts["verb"], facts.get("arguments") or {}
        if not (isinstance(verb, str) and isinstance(arguments, dict)):
            raise TypeError
        if verb not in ANY_PROTOCOL:
            _check_protocol(facts)
    except (ValueError, TypeError, KeyError, AttributeError, RecursionError):
        raise UsageError("a call is a JSON object with protocol, verb and arguments") from None
    return verb, arguments
