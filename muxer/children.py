"""The programs on the keeper's ptys: started, watched until they end, hung up, killed when that was asked for.

Whatever exec could choke on is refused before the fork, and a pid is never signalled once it may be somebody else's.
"""

import errno
import math
import os
import select
import signal
import sys
import termios
import traceback
from collections.abc import Collection, Iterator, Sequence
from contextlib import suppress
from typing import Any

from pexpect.exceptions import ExceptionPexpect
from pexpect.pty_spawn import spawn

from muxer.channel import MAX_HOSTS, Message, Refused, close_all

UNKNOWN_EXIT: Message = {"status": None, "signal": None}


def is_clean(text: object) -> bool:
    """Can this be handed to a program? What exec would choke on must not be met after the fork."""
    try:
        return isinstance(text, str) and b"\0" not in os.fsencode(text)
    except UnicodeEncodeError:
        return False


def find_program(name: str, folder: str, env: dict[str, str]) -> str:
    """The file that a command runs, looked up as exec would from that folder with that PATH. Raises Refused."""
    places = [""] if "/" in name else (env.get("PATH") or os.defpath).split(os.pathsep)
    present = [path for place in places if os.path.isfile(path := os.path.join(folder, place, name))]
    for path in present:
        if os.access(path, os.X_OK):
            return path
    if present:
        raise Refused(f"cannot start {name!r}: {present[0]} is not executable")
    raise Refused(f"cannot start {name!r}: {'there is no such program' if '/' in name else 'not found in PATH'}")


def start(argv: Sequence[str], *, cwd: str, env: dict[str, str], cols: int, rows: int) -> tuple[int, int]:
    """Run a program on a pty of its own: its pid and the master, which does not block. Raises Refused."""
    if not os.path.isdir(cwd):
        raise Refused(f"cannot start {argv[0]!r}: folder {cwd} is gone")
    if not os.access(cwd, os.X_OK):
        raise Refused(f"cannot start {argv[0]!r}: folder {cwd} cannot be entered")
    program = find_program(argv[0], cwd, env)
    _keep_room(argv[0])
    # pexpect splits a command that has no arguments at blanks, unless each character is escaped.
    command = program if argv[1:] else "".join(f"\\{character}" for character in program)

    def settle() -> None:
        # What a program inherits is the keeper's: signals that are ignored here are not ignored there.
        for number in signal.valid_signals():
            with suppress(OSError):
                signal.signal(number, signal.SIG_DFL)
        signal.pthread_sigmask(signal.SIG_SETMASK, ())
        _erase_whole_characters(0)
        os.chdir(cwd)  # pexpect's own chdir would, when it fails, let the child run on as a second keeper

    keeper = os.getpid()
    try:
        child: Any = spawn(command, list(argv[1:]), env=env, dimensions=(rows, cols), preexec_fn=settle)
    except ExceptionPexpect:
        raise Refused(f"cannot start {argv[0]!r}: {program} is gone") from None
    except OSError as error:
        # The frames hold pexpect's half-made child in a cycle; cleared, it is closed and waited for at once.
        traceback.clear_frames(error.__traceback__)
        raise Refused(f"cannot start {argv[0]!r}: {_why(error, cwd)}") from None
    finally:
        if os.getpid() != keeper:
            os._exit(70)
    master = os.dup(child.child_fd)
    child.ptyproc.closed = True  # or its finalizer would kill the program
    child.ptyproc.fileobj.close()
    os.set_blocking(master, False)
    return child.ptyproc.pid, master


def _erase_whole_characters(tty: int) -> None:
    """Set IUTF8, so that backspace in a cooked line takes a character and not a byte."""
    if sys.platform in {"linux", "darwin"}:
        settings = termios.tcgetattr(tty)
        settings[0] |= 0x4000
        termios.tcsetattr(tty, termios.TCSANOW, settings)


def _why(error: OSError, cwd: str) -> str:
    if error.errno is None or (error.errno == 0):  # not from exec: it is the chdir that failed
        return f"folder {cwd} is gone"
    known = {errno.ENOENT: "the interpreter in its first line is missing", errno.ENOEXEC: "it is not a program"}
    return known.get(error.errno) or os.strerror(error.errno)


def _keep_room(name: str) -> None:
    """Leave descriptors for hosts to come. pexpect, too, loses some when it finds no pty."""
    spare: list[int] = []
    try:
        spare += os.openpty()
        spare += [os.dup(spare[0]) for _ in range(MAX_HOSTS + 8)]
    except OSError as error:
        raise Refused(f"cannot start {name!r}: {error.strerror}; close some panes") from None
    finally:
        close_all(spare)


class Child:
    """The first process on a pty: ours to wait for, or adopted after the keeper that started it died."""

    __slots__ = ("ours", "pid", "pidfd")

    def __init__(self, pid: int, *, ours: bool) -> None:
        self.pid, self.ours, self.pidfd = pid, ours, -1
        if sys.platform == "linux" and not ours and self._leads():
            with suppress(OSError):
                self.pidfd = os.pidfd_open(pid)

    def ended(self) -> Message | None:
        """How it ended, once it has. Of a child that is not ours nobody knows."""
        if not self.ours:
            if self.pidfd < 0:
                return None if self._leads() else UNKNOWN_EXIT
            poll = select.poll()
            poll.register(self.pidfd, select.POLLIN)
            return UNKNOWN_EXIT if poll.poll(0) else None
        try:
            pid, status = os.waitpid(self.pid, os.WNOHANG)
        except ChildProcessError:
            return UNKNOWN_EXIT
        if not pid:
            return None
        code = os.waitstatus_to_exitcode(status)
        return {"status": code if code >= 0 else None, "signal": -code if code < 0 else None}

    def tell(self, groups: Collection[int], *numbers: int) -> None:
        """Signal process groups of its session. It must not be waited for yet, or its number may be another's."""
        for group in groups if self.ours or self._leads() else ():
            for number in numbers:
                with suppress(OSError):
                    os.killpg(group, number)

    def has(self, group: int) -> bool:
        """Is a group that once was of this session still of it? Its leader may be gone, and the rest not."""
        try:
            return os.getsid(group) == self.pid
        except ProcessLookupError:
            return True
        except OSError:
            return False

    def is_alone(self) -> bool:
        """Has it ended, and nothing else of its session lives? False where that cannot be seen."""
        if not self.ours or sys.platform != "linux":
            return False
        try:
            ended = os.waitid(os.P_PID, self.pid, os.WEXITED | os.WNOHANG | os.WNOWAIT)
        except ChildProcessError:
            return False
        return ended is not None and not any(self._members())

    def tell_session(self, number: int) -> bool:
        """Signal every process of its session, also those born meanwhile; False where they cannot be seen.

        Parents first, and children first to go on: so no shell sees its job stop.
        """
        if sys.platform != "linux":
            return False
        told: set[int] = set()
        while self._leads() and (fresh := [pid for *_, pid in sorted(self._members()) if pid not in told]):
            for pid in reversed(fresh) if number == signal.SIGCONT else fresh:
                with suppress(OSError):
                    os.kill(pid, number)
            told |= set(fresh)
        return True

    def _members(self) -> Iterator[tuple[bool, int, int]]:
        """The processes of its session that live, to be sorted by age: not the leader?, birth, pid.

        One that waits to be reaped, by whomever, does not live.
        """
        for name in os.listdir("/proc"):
            if name.isdigit():
                with suppress(OSError), open(f"/proc/{name}/stat", "rb") as opened:
                    facts = opened.read().rpartition(b")")[2].split()
                    if int(facts[3]) == self.pid and facts[0] not in (b"Z", b"X"):
                        yield int(name) != self.pid, int(facts[19]), int(name)

    def _leads(self) -> bool:
        """Is it still there? Whoever got its number since leads no session of that number, as it did."""
        try:
            return os.getsid(self.pid) == self.pid
        except OSError:
            return False

    def close(self) -> None:
        """Stop watching."""
        if self.pidfd >= 0:
            os.close(self.pidfd)
            self.pidfd = -1


class Departed:
    """A program whose pane is forgotten: to be waited for, and killed first if that was asked for."""

    __slots__ = ("child", "groups", "kill_at")

    def __init__(self, child: Child, groups: list[int], kill_at: float) -> None:
        self.child, self.groups, self.kill_at = child, groups, kill_at

    def is_over(self, now: float) -> bool:
        """Kill when it is time. Until then its first process is not waited for, which keeps the group's number its."""
        if now < self.kill_at < math.inf and self.child.is_alone():
            self.kill_at = math.inf
        if now >= self.kill_at:
            self.child.tell([group for group in self.groups if self.child.has(group)], signal.SIGKILL)
            self.kill_at = math.inf
        return self.kill_at == math.inf and (not self.child.ours or self.child.ended() is not None)
