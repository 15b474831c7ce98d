"""muxer and tmux as two of a kind: started on a seat of their own, filled with panes, asked for their processes.

A rival holds private folders and a private socket, and leaves nothing behind. The panes of both are made by the same
steps, so that they have the same places and, within a row, the same sizes.
"""

import contextlib
import json
import shutil
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any, ClassVar, Protocol

from tests.seat import MUXER, Seat, muxer_home

TMUX_CONF = """
set -g status off
set -g history-limit 10000
set -g default-terminal tmux-256color
set -as terminal-features ',xterm-256color:RGB'
set -sg escape-time 0
set -g default-command '/bin/sh'
"""

Step = tuple[str, str]


def steps(panes: int) -> list[Step]:
    """How to come from one pane to so many, as ("split" | "focus", way). A split takes half of the focused pane.

    Twelve stand in four columns, four in two. Both end with the focus on the pane that was made last.
    """
    if panes == 12:
        column = [("split", "down"), ("split", "down")]
        columns = [("split", "right"), ("focus", "left"), ("split", "right"), ("focus", "right"), ("split", "right")]
        return columns + column + ([("focus", "left"), *column] * 3)
    if panes == 4:
        return [("split", "right"), ("split", "down"), ("focus", "left"), ("split", "down")]
    assert panes == 1, f"there is no grid of {panes} panes"
    return []


class Rival(Protocol):
    """One multiplexer at work, with somebody attached."""

    name: ClassVar[str]
    new: ClassVar[tuple[str, ...]]
    stop: ClassVar[tuple[str, ...]]
    env: dict[str, str]
    folder: Path
    seat: Seat

    def open(self, scripts: Sequence[str]) -> None:
        """Start with a pane for each script."""

    def close(self) -> None:
        """Stop it."""

    def processes(self) -> list[int]:
        """All that the multiplexer itself runs, the attached client first."""

    def programs(self) -> list[int]:
        """The program of each pane, in the order in which they were made."""

    def hide(self, script: str) -> None:
        """One more pane, out of sight."""

    def command(self, *words: str) -> list[str]:
        """What somebody would type to tell this one something."""


class Tmux:
    """tmux with RGB, a history of 10,000 lines and no status line."""

    name: ClassVar[str] = "tmux"
    new: ClassVar[tuple[str, ...]] = ("new-session",)
    stop: ClassVar[tuple[str, ...]] = ("kill-server",)

    def __init__(self, env: dict[str, str], cols: int, rows: int) -> None:
        self.folder = Path(env["XDG_RUNTIME_DIR"])
        config = self.folder / "tmux.conf"
        config.write_text(TMUX_CONF)
        self.env = env | {"TMUX_TMPDIR": str(self.folder)}
        self._tmux = ["tmux", "-u", "-L", "bench", "-f", str(config)]
        self._scripts = _Scripts(self.folder)
        self._size = cols, rows
        self._server = 0

    def open(self, scripts: Sequence[str]) -> None:
        first, *left = map(self._scripts.write, scripts)
        self.seat = Seat(self.command("new-session", *first), *self._size, self.env, emulate=False)
        _until(lambda: self._ask("list-sessions", check=False), self.seat)
        for what, way in steps(len(scripts)):
            if what == "focus":
                self._ask("select-pane", {"left": "-L", "right": "-R"}[way])
            else:
                self._ask("split-window", {"right": "-h", "down": "-v"}[way], *left.pop(0))
        self._server = int(self._ask("display-message", "-p", "#{pid}"))

    def close(self) -> None:
        if hasattr(self, "seat"):
            self._ask(*self.stop, check=False)
            self.seat.close()

    def processes(self) -> list[int]:
        return [self.seat.pid, self._server]

    def programs(self) -> list[int]:
        listed = self._ask("list-panes", "-s", "-F", "#{pane_id} #{pane_pid}").split()
        pids = {int(pane[1:]): int(pid) for pane, pid in zip(listed[::2], listed[1::2], strict=True)}
        return [pids[pane] for pane in sorted(pids)]

    def hide(self, script: str) -> None:
        self._ask("new-window", "-d", *self._scripts.write(script))

    def command(self, *words: str) -> list[str]:
        return [*self._tmux, *words]

    def _ask(self, *words: str, check: bool = True) -> str:
        return run(self.command(*words), self.env, self.seat, check=check)


class Muxer:
    """muxer as it comes."""

    name: ClassVar[str] = "muxer"
    new: ClassVar[tuple[str, ...]] = ()
    stop: ClassVar[tuple[str, ...]] = ("stop",)

    def __init__(self, env: dict[str, str], cols: int, rows: int) -> None:
        self.env = env
        self.folder = Path(env["XDG_RUNTIME_DIR"])
        self._scripts = _Scripts(self.folder)
        self._size = cols, rows
        self._order: dict[str, int] = {}

    def open(self, scripts: Sequence[str]) -> None:
        first, *left = map(self._scripts.write, scripts)
        cols, rows = self._size
        # A line for the status, and one for the titles that tmux has no counterpart of.
        self.seat = Seat(self.command("--", *first), cols, rows + 2, self.env, emulate=False)
        _until(self._panes, self.seat)
        self._remember()
        if not left:
            self._fit()
        for what, way in steps(len(scripts)):
            if what == "focus":
                self.seat.send({"left": "\x02\x1b[D", "right": "\x02\x1b[C"}[way])
                self.seat.wait_quiet(0.15)
            else:
                self._add(left.pop(0), way)

    def close(self) -> None:
        if hasattr(self, "seat"):
            self._ask(*self.stop, check=False)
            self.seat.close()

    def processes(self) -> list[int]:
        listed = self._ls()
        return [self.seat.pid, listed["host"]["pid"], listed["keeper"]["pid"]]

    def programs(self) -> list[int]:
        return [pane["pid"] for pane in sorted(self._panes(), key=lambda pane: self._order[pane["id"]])]

    def hide(self, script: str) -> None:
        self._add(self._scripts.write(script), "none")

    def command(self, *words: str) -> list[str]:
        return [*MUXER, "-L", "bench", *words]

    def _ask(self, *words: str, check: bool = True) -> str:
        return run(self.command(*words), self.env, self.seat, check=check)

    def _ls(self) -> dict[str, Any]:
        said = self._ask("ls", "--json", check=False)
        listed: dict[str, Any] = json.loads(said) if said else {}
        return listed

    def _panes(self) -> list[dict[str, Any]]:
        return list(self._ls().get("panes", []))

    def _remember(self) -> None:
        for pane in self._panes():
            self._order.setdefault(pane["id"], len(self._order))

    def _add(self, argv: list[str], way: str) -> None:
        self._ask("new", "--no-attach", "--split", way, "--", *argv)
        self._remember()

    def _fit(self) -> None:
        """Make the seat such that the pane, not the whole, has the size that was asked for."""

        def size() -> tuple[int, int]:
            (pane,) = self._panes()
            return pane["cols"], pane["rows"]

        cols, rows = size()
        if (cols, rows) != self._size:
            self.seat.resize(self.seat.cols + self._size[0] - cols, self.seat.rows + self._size[1] - rows)
            _until(lambda: size() == self._size, self.seat)


class _Scripts:
    """Shell scripts as files, so that nothing has to be quoted twice."""

    def __init__(self, folder: Path) -> None:
        self._folder, self._count = folder, 0

    def write(self, script: str) -> list[str]:
        """What runs it."""
        path = self._folder / f"{self._count}.sh"
        self._count += 1
        path.write_text(script)
        return ["/bin/sh", str(path)]


def run(argv: list[str], env: dict[str, str], seat: Seat, *, check: bool) -> str:
    """What a command prints; the seat is read meanwhile, so that nobody waits for the terminal."""
    with subprocess.Popen(argv, env=env, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as process:
        if not seat.pump(30, lambda: process.poll() is not None):
            process.kill()
        said, complaint = process.communicate()
    if check and process.returncode:
        raise AssertionError(f"{' '.join(argv)}: status {process.returncode}: {complaint.strip()}")
    return said.strip() if not process.returncode else ""


def _until(condition: Callable[[], object], seat: Seat, timeout: float = 20) -> None:
    deadline = time.monotonic() + timeout
    while not condition():
        if time.monotonic() > deadline or seat.ended:
            raise AssertionError(f"did not start: {bytes(seat.raw[-500:]).decode(errors='replace')!r}")
        seat.pump(0.05)


@contextlib.contextmanager
def home() -> Iterator[dict[str, str]]:
    """A home of its own, under a folder that goes with it."""
    with tempfile.TemporaryDirectory(prefix="muxer-bench-") as folder, muxer_home(folder) as env:
        config = Path(env["XDG_CONFIG_HOME"], "muxer", "config.toml")
        config.parent.mkdir(exist_ok=True)
        # tmux has neither, so that the panes of both have the same size and idle is idle.
        config.write_text('[look]\nclock = false\nsidebar = "hidden"\n')
        yield env


def kinds() -> list[Callable[[dict[str, str], int, int], Rival]]:
    """muxer, and tmux where it is installed."""
    return [Muxer, Tmux] if shutil.which("tmux") else [Muxer]


@contextlib.contextmanager
def rivals(scripts: Callable[[Path], Sequence[str]], cols: int, rows: int) -> Iterator[list[Rival]]:
    """All of them, each with the same panes, each at home; the scripts are told a folder of that rival's own."""
    with contextlib.ExitStack() as stack:
        opened: list[Rival] = []
        for kind in kinds():
            rival = kind(stack.enter_context(home()), cols, rows)
            stack.callback(rival.close)
            rival.open(scripts(rival.folder))
            opened.append(rival)
        yield opened
