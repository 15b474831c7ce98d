"""A pty for terminals to be tried on, and what they show."""

import asyncio
import os
import pty
import shutil
import time
import tty
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from muxer.terminal.engine import Notice
from muxer.terminal.terminal import Terminal


async def until(condition: Callable[[], object], seconds: float = 20) -> None:
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, "it never came to this"
        await asyncio.sleep(0.002)


class Desk:
    """A pty that outlives the terminals on it, as the keeper's do; the test is the program."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.master, self.slave = pty.openpty()
        tty.setraw(self.slave)
        os.set_blocking(self.slave, False)
        self.heard = bytearray()
        self.outputs = 0
        self.ends = 0
        self.notices: list[Notice] = []
        self.terminals: list[Terminal] = []

    def fresh(self, cols: int = 40, rows: int = 10, capacity: int = 1 << 20) -> Terminal:
        return self._open(Terminal.fresh("p", self.master, str(self.folder), cols, rows, capacity=capacity))

    def recovered(self, cols: int = 40, rows: int = 10) -> Terminal:
        return self._open(Terminal.recovered("p", self.master, str(self.folder), cols, rows))

    def _open(self, terminal: Terminal) -> Terminal:
        def output() -> None:
            self.outputs += 1

        def end() -> None:
            self.ends += 1

        terminal.on_output, terminal.on_notice, terminal.on_end = output, self.notices.append, end
        self.terminals.append(terminal)
        return terminal

    def say(self, data: bytes) -> None:
        assert os.write(self.slave, data) == len(data)

    def listen(self) -> int:
        """Read what the terminal wrote; how much there is by now."""
        try:
            while data := os.read(self.slave, 1 << 20):
                self.heard += data
        except BlockingIOError:
            pass
        return len(self.heard)

    async def hears(self, expected: bytes) -> None:
        """Wait until so much has come that it must be this, then forget it."""
        await until(lambda: self.listen() >= len(expected))
        assert self.heard == expected
        self.heard.clear()

    def size(self) -> tuple[int, int]:
        """What the program was told."""
        return (*os.get_terminal_size(self.slave),)

    def kill(self, terminal: Terminal) -> None:
        """What a killed host leaves: files as they are, and nobody reading."""
        terminal._pty.close()
        dead = self.folder.parent / "dead"
        shutil.copytree(self.folder, dead)
        terminal.close()
        shutil.rmtree(self.folder)
        shutil.move(dead, self.folder)

    def hang_up(self) -> None:
        if self.slave >= 0:
            os.close(self.slave)
            self.slave = -1

    def close(self) -> None:
        for terminal in self.terminals:
            terminal.forget()
        self.hang_up()
        os.close(self.master)


@contextmanager
def desk_in(folder: Path) -> Iterator[Desk]:
    """A desk of its own, put away afterwards."""
    (folder / "panes").mkdir()
    desk = Desk(folder / "panes")
    yield desk
    desk.close()


def ends_with(terminal: Terminal, text: str) -> bool:
    return shown(terminal).endswith(text)


def shown(terminal: Terminal) -> str:
    return "\n".join(terminal.engine.lines()).rstrip()
