"""How the panes' programs are started at one moment, and kept still while the other rival is measured."""

import contextlib
import errno
import os
import signal
import time
from collections.abc import Iterator
from pathlib import Path

from tests.bench.rivals import Rival


class Gate:
    """A fifo that a pane's program reads a line from: until somebody writes one, it costs nothing."""

    def __init__(self, path: Path) -> None:
        self.path = path
        if not path.exists():
            os.mkfifo(path)
        self._fd = -1

    def arm(self, timeout: float = 20) -> None:
        """Wait until the program stands at the gate."""
        deadline = time.monotonic() + timeout
        while self._fd < 0:
            try:
                self._fd = os.open(self.path, os.O_WRONLY | os.O_NONBLOCK)
            except OSError as error:
                if error.errno != errno.ENXIO or time.monotonic() > deadline:
                    raise
                time.sleep(0.005)

    def release(self, word: str) -> None:
        """Let it go on, with a word."""
        os.write(self._fd, word.encode() + b"\n")
        os.close(self._fd)
        self._fd = -1


def gated(own: Path, pane: int, script: str) -> str:
    """The script, which waits until the rival is ready to be measured."""
    return f"stty -echo; read -r go <{Gate(own / f'gate-{pane}').path}\n{script}"


def let_go(rival: Rival, panes: int) -> None:
    """Open the gates of a rival's first panes."""
    gates = [Gate(rival.folder / f"gate-{pane}") for pane in range(panes)]
    for gate in gates:
        gate.arm()
    for gate in gates:
        gate.release("go")


@contextlib.contextmanager
def only(rival: Rival, among: list[Rival], panes: slice = slice(None)) -> Iterator[None]:
    """The panes of the others stand still meanwhile."""
    still = [pid for other in among if other is not rival for pid in other.programs()[panes]]
    try:
        for pid in still:
            os.killpg(pid, signal.SIGSTOP)
        yield
    finally:
        for pid in still:
            os.killpg(pid, signal.SIGCONT)
