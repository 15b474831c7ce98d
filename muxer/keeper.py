"""The keeper: the small process that owns every pty, so that programs outlive the host.

It holds a duplicate of each master, never reads one, and types what a host may die at; hosts are handed theirs over a
Unix socket. One poll loop, stdlib and pexpect only; nothing in here waits for a host, and an exit is not forgotten.
Run as `python -P -m muxer.keeper SOCKET_PATH` by whoever finds none, detached; one that is too many leaves quietly.
"""

import errno
import fcntl
import math
import os
import select
import signal
import socket
import stat
import sys
import time
from collections.abc import Callable
from contextlib import suppress
from typing import Any

from muxer.channel import GRACE, LINGER, MAX_HOSTS, PROTOCOL, Channel, Gone, Message, Refused, close_all, peer_uid
from muxer.children import Child, Departed, is_clean, start
from muxer.typist import Typist

LOOK_AGAIN = 0.05
"""Seconds from one look to the next at programs that were hung up and may need to be killed."""
TICK = 1.0
"""How often programs are looked after that no pidfd watches."""


def _wish(request: Message, name: str, kind: type, what: str) -> Any:
    value = request.get(name)
    if not isinstance(value, kind) or (kind is int and isinstance(value, bool)):
        raise Refused(f"{request['do']} wants {name!r}: {what}")
    return value


class Pane:
    """A pty, its program, and what the host wants remembered of it."""

    __slots__ = ("child", "exit", "facts", "master", "name", "typist")

    def __init__(self, name: str, child: Child, master: int, facts: Message) -> None:
        self.name, self.child, self.master, self.facts = name, child, master, facts
        self.exit: Message | None = None
        self.typist = Typist(master)

    def foreground(self) -> list[int]:
        """The process group that the terminal's keys would signal, if there is one."""
        try:
            group = os.tcgetpgrp(self.master)
        except OSError:
            return []
        return [group] if group > 1 else []

    def hang_up(self) -> list[int]:
        """Do what a terminal does that is closed; the groups that were told."""
        groups = self.groups()
        self.child.tell(groups, signal.SIGHUP, signal.SIGCONT)
        return groups

    def groups(self) -> list[int]:
        """The process groups of its program and of what is in the foreground."""
        return sorted({self.child.pid, *self.foreground()})

    def signal(self, number: int, scope: str) -> None:
        """Signal its program's process group, the foreground's, or the whole session. Raises Refused."""
        groups = {"group": [self.child.pid], "foreground": self.foreground(), "session": self.groups()}.get(scope)
        if groups is None:
            raise Refused("signal wants 'scope': group, foreground or session")
        if not groups:
            raise Refused(f"nothing is in the foreground of pane {self.name!r}")
        if scope != "session" or not self.child.tell_session(number):
            self.child.tell(groups, number)


Deed = Callable[[Message, list[int]], tuple[Message, list[int]]]


class Keeper:
    """The loop: hosts ask, programs end, and nothing else happens."""

    def __init__(self, path: str, lock: int) -> None:
        self._path, self._lock = path, lock
        self._panes: dict[str, Pane] = {}
        self._typing: dict[int, Pane] = {}
        self._departed: list[Departed] = []
        self._hosts: dict[int, Channel] = {}
        self._idle_since: float | None = None
        self._leave_at = math.inf
        self._poll = select.poll()
        self._deeds: dict[str, Deed] = {
            "adopt": self._adopt,
            "forget": self._forget,
            "list": self._list,
            "note": self._note,
            "ping": self._ping,
            "signal": self._signal,
            "spawn": self._spawn,
            "stop": self._stop,
            "take": self._take,
            "type": self._type,
        }

    def run(self) -> None:
        """Keep, until told to stop or nobody needs it any more."""
        self._wakeup, wake = socket.socketpair()
        self._wakeup.setblocking(False)
        wake.setblocking(False)
        signal.set_wakeup_fd(wake.fileno(), warn_on_full_buffer=False)
        for number in (signal.SIGHUP, signal.SIGINT, signal.SIGPIPE):
            signal.signal(number, signal.SIG_IGN)
        for number in (signal.SIGCHLD, signal.SIGTERM):
            signal.signal(number, lambda *_: None)
        with suppress(FileNotFoundError):
            os.unlink(self._path)
        self._listener = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        self._listener.setblocking(False)
        mask = os.umask(0o177)
        self._listener.bind(self._path)
        os.umask(mask)
        self._listener.listen(MAX_HOSTS)
        self._poll.register(self._wakeup, select.POLLIN)
        self._poll.register(self._listener, select.POLLIN)
        while not self._is_done(time.monotonic()):
            for fd, _ in self._poll.poll(self._patience(time.monotonic())):
                self._tend(fd)
            self._look_after(time.monotonic())
        self._unlist()
        os.close(self._lock)
        for channel in self._hosts.values():
            channel.close()

    def _is_done(self, now: float) -> bool:
        if self._leave_at < math.inf:
            return not self._departed or now >= self._leave_at
        pending = self._panes or self._hosts or any(gone.kill_at < math.inf for gone in self._departed)
        if pending:
            self._idle_since = None
        elif self._idle_since is None:
            self._idle_since = now
        return self._idle_since is not None and now - self._idle_since >= LINGER

    def _patience(self, now: float) -> float | None:
        moments = [self._leave_at, *(gone.kill_at for gone in self._departed)]
        if self._idle_since is not None:
            moments.append(self._idle_since + LINGER)
        if any(gone.kill_at < math.inf for gone in self._departed):
            moments.append(now + LOOK_AGAIN)
        if any(not pane.exit and not pane.child.ours and pane.child.pidfd < 0 for pane in self._panes.values()):
            moments.append(now + TICK)
        soonest = min(moments)
        return None if soonest == math.inf else max(0.0, soonest - now) * 1000 + 1

    def _tend(self, fd: int) -> None:
        if channel := self._hosts.get(fd):
            try:
                channel.flush()
                for request, fds in channel.receive():
                    channel.send(*self._answer(request, fds))
            except Gone:
                self._drop(channel)
            else:
                self._watch(channel)
        elif pane := self._typing.get(fd):
            if pane.typist.go_on():
                self._rest_from_typing(pane)
                self._tell_hosts({"typed": pane.name, "how": pane.typist.facts})
        elif fd == self._listener.fileno():
            self._welcome()
        elif fd == self._wakeup.fileno():
            with suppress(BlockingIOError):
                if signal.SIGTERM in self._wakeup.recv(4096):
                    self._stop({}, [])

    def _welcome(self) -> None:
        try:
            connection, _ = self._listener.accept()
        except OSError:
            return
        if len(self._hosts) >= MAX_HOSTS or peer_uid(connection) != os.getuid():
            connection.close()
            return
        channel = Channel(connection)
        self._hosts[connection.fileno()] = channel
        self._poll.register(connection, select.POLLIN)

    def _watch(self, channel: Channel) -> None:
        self._poll.modify(channel.socket, select.POLLIN | (select.POLLOUT if channel.backlog else 0))

    def _drop(self, channel: Channel) -> None:
        self._poll.unregister(channel.socket)
        del self._hosts[channel.socket.fileno()]
        channel.close()

    def _look_after(self, now: float) -> None:
        for pane in self._panes.values():
            if pane.exit is None and (how := pane.child.ended()) is not None:
                pane.exit = how
                self._unwatch(pane.child)
                self._tell_hosts({"exited": pane.name, "exit": how})
        self._departed = [gone for gone in self._departed if not gone.is_over(now)]

    def _tell_hosts(self, message: Message) -> None:
        for channel in list(self._hosts.values()):
            try:
                channel.send(message)
            except Gone:
                self._drop(channel)
            else:
                self._watch(channel)

    def _unwatch(self, child: Child) -> None:
        if child.pidfd >= 0:
            self._poll.unregister(child.pidfd)
        child.close()

    def _answer(self, request: Message, fds: list[int]) -> tuple[Message, list[int]]:
        answer: Message = {"id": request.get("id")}
        passed: list[int] = []
        try:
            deed = self._deeds.get(str(request.get("do")))
            if deed is None:
                raise Refused(f"the keeper cannot {request.get('do')!r}, only {', '.join(self._deeds)}")
            if self._leave_at < math.inf:
                raise Refused("the keeper is about to leave: try again in a moment")
            result, passed = deed(request, fds)
            answer["ok"] = result
        except Refused as refusal:
            answer["error"] = str(refusal)
        finally:
            close_all(fds)
        return answer, passed

    def _pane(self, request: Message) -> Pane:
        name = _wish(request, "pane", str, "a name")
        if name not in self._panes:
            raise Refused(f"the keeper has no pane {name!r}")
        return self._panes[name]

    def _ping(self, _request: Message, _fds: list[int]) -> tuple[Message, list[int]]:
        return {"pid": os.getpid(), "panes": len(self._panes), "protocol": PROTOCOL}, []

    def _list(self, _request: Message, _fds: list[int]) -> tuple[Message, list[int]]:
        panes = [
            {"pane": p.name, "pid": p.child.pid, "facts": p.facts, "exit": p.exit, "typed": p.typist.facts}
            for p in self._panes.values()
        ]
        return {"panes": panes}, []

    def _take(self, request: Message, _fds: list[int]) -> tuple[Message, list[int]]:
        pane = self._pane(request)
        return {"pid": pane.child.pid, "typed": pane.typist.facts}, [pane.master]

    def _note(self, request: Message, _fds: list[int]) -> tuple[Message, list[int]]:
        self._pane(request).facts = _wish(request, "facts", dict, "an object")
        return {}, []

    def _spawn(self, request: Message, _fds: list[int]) -> tuple[Message, list[int]]:
        name = _wish(request, "pane", str, "a name")
        facts = _wish(request, "facts", dict, "an object")
        argv = _wish(request, "argv", list, "texts")
        env = _wish(request, "env", dict, "texts by name")
        cwd = _wish(request, "cwd", str, "an absolute folder")
        size = [_wish(request, side, int, "a number") for side in ("cols", "rows")]
        if (known := self._panes.get(name)) and not (known.exit and request.get("again") is True):
            raise Refused(f"there is a pane {name!r} already")
        if not argv or not all(map(is_clean, argv)) or not argv[0]:
            raise Refused("spawn wants 'argv': a command and its arguments, without NUL")
        if not all(is_clean(key) and key and "=" not in key and is_clean(value) for key, value in env.items()):
            raise Refused("spawn wants 'env': texts without NUL, by names without '='")
        if not is_clean(cwd) or not os.path.isabs(cwd):
            raise Refused("spawn wants 'cwd': an absolute folder")
        if not all(1 <= side <= 0xFFFF for side in size):
            raise Refused("spawn wants 'cols' and 'rows': 1 to 65535")
        pid, master = start(argv, cwd=cwd, env=env, cols=size[0], rows=size[1])
        if known:
            self._rest_from_typing(known)
            os.close(known.master)
        self._panes[name] = Pane(name, Child(pid, ours=True), master, facts)
        return {"pid": pid}, [master]

    def _adopt(self, request: Message, fds: list[int]) -> tuple[Message, list[int]]:
        name = _wish(request, "pane", str, "a name")
        pid = _wish(request, "pid", int, "a number")
        facts = _wish(request, "facts", dict, "an object")
        if known := self._panes.get(name):
            if known.child.pid != pid:
                raise Refused(f"there is another pane {name!r} already")
            return {"exit": known.exit}, []
        if len(fds) != 1 or not os.isatty(fds[0]) or pid < 2:
            raise Refused("adopt wants a pid, and the master of a pty sent with it")
        pane = Pane(name, Child(pid, ours=False), fds.pop(), facts)
        pane.exit = request["exit"] if isinstance(request.get("exit"), dict) else pane.child.ended()
        if pane.exit:
            pane.child.close()
        elif pane.child.pidfd >= 0:
            self._poll.register(pane.child.pidfd, select.POLLIN)
        self._panes[name] = pane
        return {"exit": pane.exit}, []

    def _signal(self, request: Message, _fds: list[int]) -> tuple[Message, list[int]]:
        pane = self._pane(request)
        number = _wish(request, "signal", int, "a number")
        if number not in signal.valid_signals():
            raise Refused(f"there is no signal {number}")
        if pane.exit is not None:
            raise Refused(f"pane {pane.name!r} has ended")
        pane.signal(number, _wish(request, "scope", str, "a word"))
        return {}, []

    def _type(self, request: Message, _fds: list[int]) -> tuple[Message, list[int]]:
        pane = self._pane(request)
        number = _wish(request, "number", int, "a number")
        keys = _wish(request, "keys", str, "a text").encode(errors="surrogateescape")
        nth = request.get("enter", 0)
        if pane.exit is not None:
            raise Refused(f"pane {pane.name!r} has ended")
        if nth:
            pane.typist.enter(number, _wish(request, "enter", int, "a number"), keys)
        else:
            pane.typist.begin(number, keys)
        how = pane.typist.facts
        if how and how["left"] and pane.master not in self._typing:
            self._typing[pane.master] = pane
            self._poll.register(pane.master, select.POLLOUT)
        return {"typed": how}, []

    def _rest_from_typing(self, pane: Pane) -> None:
        if self._typing.pop(pane.master, None):
            self._poll.unregister(pane.master)

    def _forget(self, request: Message, _fds: list[int]) -> tuple[Message, list[int]]:
        self._depart(self._pane(request), kill=request.get("kill") is True)
        return {}, []

    def _depart(self, pane: Pane, *, kill: bool = False) -> None:
        """Hang up. A program that ignores it lives on without a terminal, unless it is to be killed."""
        del self._panes[pane.name]
        if pane.exit is None:
            kill_at = time.monotonic() + GRACE if kill else math.inf
            self._departed.append(Departed(pane.child, pane.hang_up(), kill_at))
        self._unwatch(pane.child)
        self._rest_from_typing(pane)
        os.close(pane.master)

    def _stop(self, _request: Message, _fds: list[int]) -> tuple[Message, list[int]]:
        for pane in list(self._panes.values()):
            self._depart(pane)
        self._unlist()
        self._leave_at = min(self._leave_at, time.monotonic() + GRACE + 0.1)
        return {}, []

    def _unlist(self) -> None:
        """Let nobody connect any more, so that whoever comes now starts another keeper."""
        if self._listener.fileno() >= 0:
            with suppress(FileNotFoundError):
                os.unlink(self._path)
            self._poll.unregister(self._listener)
            self._listener.close()


def _claim(path: str) -> int | None:
    """The lock that makes us the one keeper of a socket; None if somebody else is."""
    folder = os.stat(os.path.dirname(path))
    if folder.st_uid != os.getuid() or stat.S_IMODE(folder.st_mode) & 0o077:
        raise PermissionError(errno.EPERM, "others may enter it: chmod 700 it, or move it away", os.path.dirname(path))
    lock = os.open(f"{path}.lock", os.O_RDWR | os.O_CREAT, 0o600)
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        os.close(lock)
        return None
    return lock


def main(arguments: list[str]) -> int:
    """Be the keeper of a socket, unless there is one; the exit status."""
    if len(arguments) != 1:
        sys.stderr.write("usage: python -m muxer.keeper SOCKET_PATH\n")
        return 2
    path = os.path.abspath(arguments[0])
    try:
        lock = _claim(path)
        os.chdir("/")
    except OSError as error:
        sys.stderr.write(f"muxer: no keeper for {path}: {error.strerror}: {error.filename}\n")
        return 1
    if lock is not None:
        Keeper(path, lock).run()
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
