"""Start the host or find it running. However many start at once, one host comes of it.

Clients take turns by a lock on a file, which their death releases. The child is a daemon of its own session; it says
over a pipe that it listens, or in one line why it cannot.
"""

import _socket
import fcntl
import os
import select
import sys
import time
from _collections_abc import Callable, Sequence  # what collections.abc hands on

from muxer.errors import HostUnreachable
from muxer.paths import HostPaths
from muxer.wire.peer import connect

READY = "MUXER_READY_FD"
LOG_LIMIT = 1 << 20
PATIENCE = 30.0
TICK = 0.05


def start_host(
    paths: HostPaths,
    size: "tuple[int, int]" = (80, 24),
    command: "Sequence[str] | None" = None,
    cwd: str = "",
    *,
    module: str = "muxer.host",
    on_wait: "Callable[[], None]" = lambda: None,
) -> _socket.socket:
    """A connection to the host, which is started if none runs. Raises HostUnreachable."""
    return start_or_find(paths, size, command, cwd, module=module, on_wait=on_wait)[0]


def start_or_find(
    paths: HostPaths,
    size: "tuple[int, int]" = (80, 24),
    command: "Sequence[str] | None" = None,
    cwd: str = "",
    *,
    module: str = "muxer.host",
    on_wait: "Callable[[], None]" = lambda: None,
) -> "tuple[_socket.socket, bool]":
    """Like start_host; also whether the host is a new one, which runs the command. `on_wait` is called at each tick."""
    found = _found(paths)
    if found:
        return found, False
    lock = os.open(paths.lock, os.O_CREAT | os.O_RDWR, 0o600)
    try:
        _take_turn(lock, paths, on_wait)
        found = _found(paths)
        if found:
            return found, False
        ready = _spawn(paths, size, command, cwd, module)
        try:
            trouble = _trouble(ready, paths, on_wait)
        finally:
            os.close(ready)
        if trouble:
            # The host that stands in its way may have been started by a client that has died since.
            found = _found(paths)
            if found:
                return found, False
            raise HostUnreachable(trouble)
        return connect(paths), True
    finally:
        os.close(lock)


def announce(trouble: str = "") -> None:
    """For the host: tell who started it that it listens, or why it does not. Once; later calls do nothing."""
    ready = os.environ.pop(READY, "")
    if not ready.isdecimal():
        return
    try:
        os.write(int(ready), b" ".join(trouble.encode("utf-8", "replace").split()) or b"1")
    except OSError:  # whoever started us did not wait
        return
    finally:
        os.close(int(ready))


def here() -> str:
    """The folder we are in, even if somebody removed it."""
    try:
        return os.getcwd()
    except OSError:
        return os.environ.get("PWD", "/")


def _found(paths: HostPaths) -> "_socket.socket | None":
    try:
        return connect(paths)
    except HostUnreachable:
        return None


def _take_turn(lock: int, paths: HostPaths, on_wait: "Callable[[], None]") -> None:
    deadline = time.monotonic() + PATIENCE
    while True:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            if time.monotonic() > deadline:
                raise HostUnreachable(f"another muxer has been starting for too long: see {paths.log}") from None
            on_wait()
            time.sleep(TICK / 5)
        else:
            return


def _trouble(ready: int, paths: HostPaths, on_wait: "Callable[[], None]") -> str:
    """Wait for the host's word. Empty if all is well."""
    deadline = time.monotonic() + PATIENCE
    while not select.select([ready], [], [], TICK)[0]:
        on_wait()
        if time.monotonic() > deadline:
            return f"the host has said nothing for {PATIENCE:.0f} s: see {paths.log}"
    word = os.read(ready, 4096)
    if word == b"1":
        return ""
    return word.decode("utf-8", "replace") or f"the host did not start: see {paths.errors}"


def _spawn(paths: HostPaths, size: "tuple[int, int]", command: "Sequence[str] | None", cwd: str, module: str) -> int:
    """Start the daemon; the pipe that it answers on."""
    cols, rows = size
    environment = {name: value for name, value in os.environ.items() if name not in {"COLUMNS", "LINES"}}
    environment |= {
        "MUXER_SIZE": f"{cols}x{rows}",
        "MUXER_CWD": cwd or here(),
        "TEXTUAL_COLOR_SYSTEM": "truecolor",
    }
    environment.pop("MUXER_COMMAND", None)
    if command:
        import json  # noqa: PLC0415 - starting may take its time, attaching may not

        environment["MUXER_COMMAND"] = json.dumps(list(command))
    log = _open_log(paths)
    ready, word = os.pipe()
    environment[READY] = str(word)
    # -P: no folder lends it modules by being the current one.
    argv = [sys.executable, "-P", "-m", module, paths.name]
    try:
        child = os.fork()
        if child == 0:
            _become_daemon(argv, environment, log, word)
        os.waitpid(child, 0)
    except OSError as error:
        os.close(ready)
        raise HostUnreachable(f"cannot start the host: {error.strerror}") from None
    finally:
        os.close(word)
        os.close(log)
    return ready


def _become_daemon(argv: "list[str]", environment: "dict[str, str]", log: int, word: int) -> None:
    """In the child: leave the terminal for good and become the host."""
    try:
        os.setsid()
        if os.fork():
            os._exit(0)
        os.chdir("/")  # a daemon keeps no folder from being removed
        null = os.open("/dev/null", os.O_RDWR)
        os.dup2(null, 0)
        os.dup2(log, 1)
        os.dup2(log, 2)
        os.closerange(3, word)
        os.closerange(word + 1, 4096)  # whatever the shell had open is not ours to keep
        os.set_inheritable(word, True)
        os.execve(argv[0], argv, environment)
    finally:
        os._exit(127)


def _open_log(paths: HostPaths) -> int:
    """What the host's interpreter says last; all else is in its journal."""
    try:
        if os.stat(paths.errors).st_size > LOG_LIMIT:
            os.replace(paths.errors, f"{paths.errors}.1")
    except FileNotFoundError:
        pass
    try:
        return os.open(paths.errors, os.O_CREAT | os.O_WRONLY | os.O_APPEND, 0o600)
    except OSError as error:
        raise HostUnreachable(f"cannot write {paths.errors}: {error.strerror}; set XDG_STATE_HOME") from None
