"""A person's seat: a program on a real pty, and in front of it a terminal that is not the one under test (bittty).

Everything happens while the seat is pumped; there are no threads. A seat leaves no process behind.
`muxer_home` is the desk that goes with it: folders of its own, and nothing of muxer left when it is cleared.
"""

import contextlib
import fcntl
import os
import pty
import re
import select
import shutil
import signal
import struct
import sys
import tempfile
import termios
import time
import warnings
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from types import TracebackType
from typing import Self

import psutil
from bittty import Board, MemoryConnection

from muxer.errors import MuxerError
from muxer.paths import HostPaths
from muxer.wire.client import call

MUXER = (sys.executable, "-m", "muxer")

ANSWERS = {
    b"\x1b[c": b"\x1b[?62;22c",
    b"\x1b[>c": b"\x1b[>1;4000;0c",
    b"\x1b[?2026$p": b"\x1b[?2026;2$y",
    b"\x1b[?u": b"\x1b[?0u",
}
"""What a seat without an emulator says to the queries that programs wait for."""

QUERY = re.compile(b"|".join(map(re.escape, ANSWERS)))
LONGEST = max(map(len, ANSWERS))

PATIENCE = 0.05
"""How long a condition that no output announces may go unnoticed."""

ABSENCE = 0.5
"""How long a condition may still come true after the program left."""


class Seat:
    """A program, and somebody who looks at its terminal and types.

    `raw` is everything the program wrote so far. With `emulate=False` there is no screen, and reading is as fast as
    Python allows.
    """

    def __init__(
        self,
        argv: Sequence[str],
        cols: int = 80,
        rows: int = 24,
        env: dict[str, str] | None = None,
        *,
        cwd: str | os.PathLike[str] | None = None,
        answers: bool = True,
        emulate: bool = True,
    ) -> None:
        self.cols, self.rows = cols, rows
        self.raw = bytearray()
        self.total = 0
        self.ended = False
        self.status: int | None = None
        self._answers = answers
        self._asked = b""
        self._replies = MemoryConnection()
        self.board = Board(width=cols, height=rows) if emulate else None
        if self.board:
            self.board.host.attach(self._replies)
        environment = {"TERM": "xterm-256color", "COLORTERM": "truecolor"} | dict(os.environ if env is None else env)
        # Whoever sits in a repository is asked whether it is a project.
        self.pid, self.fd = _fork(list(argv), cols, rows, environment, cwd or environment.get("HOME"))
        os.set_blocking(self.fd, False)
        self._poll = select.poll()
        self._poll.register(self.fd, select.POLLIN)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    # what the person sees

    def screen(self) -> list[str]:
        """The rows from the top, without trailing blanks."""
        assert self.board, "a seat with emulate=False has no screen"
        page = self.board.blitter.main_page
        return [page.get_line_text(y).rstrip() for y in range(page.height)]

    @property
    def text(self) -> str:
        """The screen as one string; without an emulator, what was written."""
        return "\n".join(self.screen()) if self.board else self.raw.decode(errors="replace")

    @property
    def cursor(self) -> tuple[int, int]:
        """Column and row, from 0."""
        assert self.board, "a seat with emulate=False has no cursor"
        return self.board.cursor.x, self.board.cursor.y

    @property
    def cursor_shown(self) -> bool:
        assert self.board, "a seat with emulate=False has no cursor"
        return bool(self.board.modes.cursor_visible)

    # what the person does

    def send(self, data: bytes | str, timeout: float = 20) -> None:
        """Type it. The program's output is read meanwhile, so that neither side waits for the other."""
        left = memoryview(data.encode() if isinstance(data, str) else data)
        deadline = time.monotonic() + timeout
        while left:
            try:
                left = left[os.write(self.fd, left) :]
            except BlockingIOError:
                if time.monotonic() > deadline:
                    raise AssertionError(f"{len(left)} bytes were not taken in {timeout} s\n{self._shown()}") from None
                self.read(0.01)

    def resize(self, cols: int, rows: int) -> None:
        self.cols, self.rows = cols, rows
        if self.board:
            self.board.resize_from_frontend(cols, rows)
            self._reply()
        _set_size(self.fd, cols, rows)

    def read(self, timeout: float = 0) -> bytes:
        """What there is, or comes within the time; empty when nothing did. `ended` says that nothing will."""
        if self.ended or not self._poll.poll(timeout * 1000):
            return b""
        try:
            data = os.read(self.fd, 1 << 16)
        except BlockingIOError:
            return b""
        except OSError:
            data = b""
        if not data:
            self.ended = True
            self._poll.unregister(self.fd)
            return b""
        self.total += len(data)
        self.raw += data
        if self.board:
            self.board.feed_host_data(data)
            self._reply()
        elif self._answers:
            self._answer(data)
        return data

    def pump(self, seconds: float, until: Callable[[], object] | None = None) -> bool:
        """Read for so long, or until the condition holds; whether it did."""
        deadline = time.monotonic() + seconds
        while True:
            if until and until():
                return True
            left = deadline - time.monotonic()
            if left <= 0:
                return False
            if self.ended:
                time.sleep(min(left, PATIENCE))
            else:
                self.read(min(left, PATIENCE))

    def wait_for(self, what: "str | bytes | Callable[[Seat], object]", timeout: float = 20) -> None:
        """Until the text is on screen, the bytes were written, or the condition holds."""
        met = self._condition(what)
        if not self.pump(timeout, lambda: met() or self.ended) or not (met() or self.pump(ABSENCE, met)):
            named = getattr(what, "__name__", None) or repr(what)
            raise AssertionError(f"{named} did not come in {timeout} s\n{self._shown()}")

    def _condition(self, what: "str | bytes | Callable[[Seat], object]") -> Callable[[], object]:
        if isinstance(what, str) and self.board:
            return lambda: what in self.text
        if isinstance(what, str | bytes):
            return _Written(self, what.encode() if isinstance(what, str) else what)
        return lambda: what(self)

    def wait_quiet(self, seconds: float = 0.2, timeout: float = 20) -> None:
        """Until the program has written nothing for so long."""
        deadline = time.monotonic() + timeout
        while self.read(seconds):
            if time.monotonic() > deadline:
                raise AssertionError(f"not quiet for {seconds} s in {timeout} s\n{self._shown()}")

    def kill(self, number: int = signal.SIGKILL) -> None:
        """Send the program a signal."""
        if self.status is None:
            os.kill(self.pid, number)

    def wait_exit(self, timeout: float = 20) -> int:
        """The exit status, negative for a signal; what the program still writes is read meanwhile."""
        if not self.pump(timeout, self._reaped):
            raise AssertionError(f"the program did not leave in {timeout} s\n{self._shown()}")
        while self.read():
            pass
        assert self.status is not None
        return self.status

    def hang_up(self) -> None:
        """The terminal goes away, as when an ssh line drops."""
        if self.fd >= 0:
            if not self.ended:
                self._poll.unregister(self.fd)
            self.ended = True
            os.close(self.fd)
            self.fd = -1

    def close(self, grace: float = 2) -> None:
        """Hang up; a program that does not leave is killed."""
        self.hang_up()
        if not self.pump(grace, self._reaped):
            os.kill(self.pid, signal.SIGKILL)
            self.status = os.waitstatus_to_exitcode(os.waitpid(self.pid, 0)[1])

    # between the two

    def _reaped(self) -> bool:
        if self.status is None:
            pid, status = os.waitpid(self.pid, os.WNOHANG)
            if pid:
                self.status = os.waitstatus_to_exitcode(status)
        return self.status is not None

    def _reply(self) -> None:
        said = b"".join(part.encode() if isinstance(part, str) else part for part in self._replies.data)
        self._replies.data.clear()
        if said and self._answers:
            self._say(said)

    def _answer(self, data: bytes) -> None:
        heard = self._asked + data
        if any(query in heard for query in ANSWERS):
            # In the order of the questions: programs ask DA1 last and take its answer for the end.
            for query in QUERY.findall(heard):
                self._say(ANSWERS[query])
            heard = heard[[match.end() for match in QUERY.finditer(heard)][-1] :]
        cut = heard.rfind(b"\x1b", max(0, len(heard) - LONGEST + 1))
        self._asked = heard[cut:] if cut >= 0 else b""

    def _say(self, answer: bytes) -> None:
        # A terminal whose program does not read drops its answers, as real ones do; so does one that was left.
        with contextlib.suppress(OSError):
            os.write(self.fd, answer)

    def _shown(self) -> str:
        state = "running" if not self._reaped() else f"left with status {self.status}"
        if not self.board:
            return f"--- {state}, last bytes ---\n{bytes(self.raw[-400:])!r}"
        rule = "-" * self.cols
        return f"{state}, cursor {self.cursor}\n{rule}\n{self.text}\n{rule}"


class _Written:
    """Was it ever written? Looks at each byte once."""

    def __init__(self, seat: Seat, needle: bytes) -> None:
        self._seat, self._needle, self._from = seat, needle, 0

    def __call__(self) -> bool:
        if self._seat.raw.find(self._needle, self._from) >= 0:
            return True
        self._from = max(0, len(self._seat.raw) - len(self._needle))
        return False


def _set_size(fd: int, cols: int, rows: int) -> None:
    fcntl.ioctl(fd, termios.TIOCSWINSZ, struct.pack("HHHH", rows, cols, 0, 0))


def _fork(
    argv: list[str], cols: int, rows: int, env: dict[str, str], cwd: str | os.PathLike[str] | None
) -> tuple[int, int]:
    with warnings.catch_warnings():
        # Under pytest-xdist there are threads; the child only makes system calls before it becomes the program.
        warnings.simplefilter("ignore", DeprecationWarning)
        pid, fd = pty.fork()
    if pid:
        # Otherwise the next seat's program would hold this terminal open.
        os.set_inheritable(fd, False)
        return pid, fd
    try:
        for number in (signal.SIGPIPE, signal.SIGINT):  # whoever runs the tests in the background ignores ctrl+c
            signal.signal(number, signal.SIG_DFL)
        _set_size(0, cols, rows)
        if cwd is not None:
            os.chdir(cwd)
        os.execvpe(argv[0], argv, env)
    except OSError as error:
        os.write(2, f"{argv[0]}: {error.strerror}\r\n".encode())
    finally:
        os._exit(127)


@contextlib.contextmanager
def muxer_home(folder: str | os.PathLike[str], cache: str | os.PathLike[str] = "") -> Iterator[dict[str, str]]:
    """The environment of somebody who has seen the first run. On leaving, their muxers are stopped.

    A cache that others have too spares its hosts work; otherwise it has its own.
    """
    home = Path(folder) / "home"
    # A socket's path may have 103 bytes, and the folders of tests are long.
    runtime = tempfile.mkdtemp(prefix="mx", dir="/tmp")
    for name in ("config", "state", "cache"):
        (home / name).mkdir(parents=True, exist_ok=True)
    (home / ".profile").write_text("PS1='$ '\n")
    # Who has chosen before is not asked at the first start.
    (home / "config" / "muxer").mkdir(exist_ok=True)
    (home / "config" / "muxer" / "choices.toml").touch()
    env = {name: os.environ[name] for name in ("PATH", "PYTHONPATH", "PYTHONDONTWRITEBYTECODE") if name in os.environ}
    env |= {
        "HOME": str(home),
        "XDG_CONFIG_HOME": str(home / "config"),
        "XDG_STATE_HOME": str(home / "state"),
        "XDG_CACHE_HOME": str(cache or home / "cache"),
        "XDG_RUNTIME_DIR": runtime,
        "SHELL": "/bin/sh",
        "PS1": "$ ",
        "LANG": "C.UTF-8",
        "TERM": "xterm-256color",
        "COLORTERM": "truecolor",
    }
    try:
        yield env
    finally:
        try:
            stop_muxers(env)
        finally:
            kill_all(env)
            shutil.rmtree(runtime, ignore_errors=True)


def stop_muxers(env: dict[str, str], timeout: float = 10) -> None:
    """`muxer stop` for every host of this home, by name."""
    folder = os.path.join(env["XDG_RUNTIME_DIR"], "muxer")
    for name in os.listdir(folder) if os.path.isdir(folder) else []:
        paths = HostPaths(name, os.path.join(folder, name), os.path.join(env["XDG_STATE_HOME"], "muxer", name))
        if os.path.exists(paths.socket):
            with contextlib.suppress(MuxerError):
                call(paths, "stop", timeout=timeout, until_gone=True)


def running(env: dict[str, str]) -> list[psutil.Process]:
    """Every process that was started in this home, by whomever."""
    own = env["XDG_RUNTIME_DIR"]
    found = []
    for process in psutil.process_iter():
        with contextlib.suppress(psutil.Error, OSError):
            if process.status() != psutil.STATUS_ZOMBIE and process.environ().get("XDG_RUNTIME_DIR") == own:
                found.append(process)
    return found


def words_of(process: psutil.Process) -> list[str]:
    """Its command line; nothing of one that has just ended."""
    with contextlib.suppress(psutil.Error, OSError):
        return process.cmdline()
    return []


def kill_all(env: dict[str, str], grace: float = 3) -> None:
    """End what still runs in this home: first by waiting for it, then for certain."""
    deadline = time.monotonic() + grace
    while (left := running(env)) and time.monotonic() < deadline:
        psutil.wait_procs(left, timeout=max(0.0, deadline - time.monotonic()))  # looking at all there are takes long
    while left:
        for process in left:
            with contextlib.suppress(psutil.Error):
                process.kill()
        psutil.wait_procs(left, timeout=1)
        left = running(env)
