"""A home in which tiny hosts run, and terminals that attach to them."""

import contextlib
import os
import signal
import sys
import time
from collections.abc import Callable
from pathlib import Path

from muxer.paths import HostPaths, host_paths
from muxer.wire.client import call
from tests.seat import Seat, kill_all

MODULE = "tiny_host"
ATTACH = f"""
import os, sys
from muxer.errors import MuxerError
from muxer.paths import host_paths
import muxer.wire.attach as client
client.RENEWAL = float(os.environ.get("TINY_PATIENCE", client.RENEWAL))
try:
    sys.exit(client.attach(host_paths("t"), module="{MODULE}", **eval(sys.argv[1])))
except MuxerError as error:
    sys.exit("muxer: " + str(error))
"""


def wait_until(condition: Callable[[], object], what: str = "the condition", timeout: float = 20) -> None:
    deadline = time.monotonic() + timeout
    while not condition():
        assert time.monotonic() < deadline, f"{what} did not hold in {timeout} s"
        time.sleep(0.01)


def is_gone(pid: int) -> bool:
    """It has ended, whether or not somebody took notice."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] == "Z"
    except (FileNotFoundError, ProcessLookupError):
        return True


class Home:
    """Its environment is that of the test as well, so that `paths` are the same for both."""

    def __init__(self, folder: str) -> None:
        self.folder = folder
        self.env = {
            "HOME": folder,
            "XDG_RUNTIME_DIR": folder,
            "XDG_STATE_HOME": f"{folder}/state",
            "XDG_CONFIG_HOME": f"{folder}/config",
            "XDG_CACHE_HOME": f"{folder}/cache",
            # The hosts run this very checkout.
            "PYTHONPATH": os.pathsep.join((str(Path(__file__).parent), str(Path(__file__).parents[2]))),
            "TERM": "xterm-256color",
            "COLORTERM": "truecolor",
        }
        self._seats: list[Seat] = []

    @property
    def paths(self) -> HostPaths:
        return host_paths("t")

    def seat(self, argv: list[str], cols: int = 80, rows: int = 24, env: dict[str, str] | None = None) -> Seat:
        """A program on a terminal of its own."""
        seat = Seat(argv, cols, rows, dict(os.environ) | (env or {}))
        self._seats.append(seat)
        return seat

    def attach(self, cols: int = 80, rows: int = 24, env: dict[str, str] | None = None, **arguments: object) -> Seat:
        """A terminal that attaches, and starts the host if there is none."""
        return self.seat([sys.executable, "-c", ATTACH, repr(arguments)], cols, rows, env)

    def starts(self) -> list[int]:
        """The process of every host that was started here, in order."""
        try:
            return [int(line) for line in Path(self.paths.state, "starts").read_text().split()]
        except FileNotFoundError:
            return []

    def ask(self, verb: str = "facts", **arguments: object) -> dict[str, object]:
        """What the host answers."""
        answer = call(self.paths, verb, arguments, timeout=10)
        assert isinstance(answer, dict)
        return answer

    def ask_nothing(self, verb: str) -> None:
        """Ask for what has no answer to look at."""
        assert call(self.paths, verb, timeout=10) is None

    def close(self) -> None:
        for seat in self._seats:  # first, for who is attached starts another host when one dies
            seat.kill(signal.SIGCONT)
            seat.close()
        for pid in set(self.starts()):
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
        kill_all({"XDG_RUNTIME_DIR": self.folder})
