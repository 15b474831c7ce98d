"""What a host is told of the programs that it entrusts to a keeper, and what it reads of them."""

import asyncio
import os
import select
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import psutil

from muxer.model import Exit
from muxer.terminal.custody import Custody, Held
from tests.keeping import ENV, PATIENCE


async def until(condition: Callable[[], object], what: str) -> None:
    deadline = time.monotonic() + PATIENCE
    while not condition():
        assert time.monotonic() < deadline, f"still not so: {what}"
        await asyncio.sleep(0.01)


def keepers(path: str) -> list[int]:
    found = []
    for process in psutil.process_iter():
        try:
            command = process.cmdline()
        except psutil.Error:
            continue
        if "muxer.keeper" in command and path in command:
            found.append(process.pid)
    return found


def complaints(path: str) -> str:
    return Path(f"{path}.log").read_text()


class Seen:
    """What a host is told."""

    def __init__(self) -> None:
        self.exits: list[tuple[str, Exit]] = []
        self.losses = 0

    def exited(self, pane: str, how: Exit) -> None:
        self.exits.append((pane, how))

    def lost(self) -> None:
        self.losses += 1


class Reader:
    """Takes what comes out of a master, as a host would, and checks that numbered lines follow each other."""

    def __init__(self, held: Held) -> None:
        self.said = b""
        self.fd = held.fd

    def take(self) -> int:
        while select.select([self.fd], [], [], 0)[0]:
            try:
                self.said += os.read(self.fd, 65536)
            except OSError:
                break
        return len(self.lines())

    def lines(self) -> list[int]:
        whole = self.said[: self.said.rfind(b"\n") + 1].split(b"\r\n")[:-1]
        return [int(line.split()[1]) for line in whole if line.startswith(b"line")]


async def spawn(custody: Custody, pane: str, *argv: str, **changes: Any) -> Held:
    wishes: dict[str, Any] = {"cwd": "/", "env": ENV, "cols": 80, "rows": 24, "facts": {}} | changes
    return await custody.spawn(pane, argv, **wishes)
