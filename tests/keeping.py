"""A keeper of one's own for tests, and a connection to it that waits for each answer."""

import os
import select
import shutil
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import psutil

from muxer.channel import Channel, Message

ENV = {"PATH": os.environ["PATH"], "PS1": "$ "}
PATIENCE = 15.0


Start = Callable[[], "subprocess.Popen[bytes]"]


def until(condition: Callable[[], object], what: str) -> None:
    deadline = time.monotonic() + PATIENCE
    while not condition():
        assert time.monotonic() < deadline, f"still not so: {what}"
        time.sleep(0.01)


def lives(pid: int) -> bool:
    """A zombie that only a careless init has left is as good as gone."""
    try:
        return psutil.Process(pid).status() != psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return False


class Host:
    """A connection to a keeper that waits for each answer."""

    def __init__(self, path: str) -> None:
        connection = socket.socket(socket.AF_UNIX)
        deadline = time.monotonic() + PATIENCE
        while True:
            try:
                connection.connect(path)
                break
            except OSError:
                assert time.monotonic() < deadline, "no keeper came"
                time.sleep(0.01)
        self.channel = Channel(connection)
        self.pushed: list[Message] = []
        self._asks = 0

    def hear(self, done: Callable[[], object]) -> None:
        """Take in messages until something is so."""
        deadline = time.monotonic() + PATIENCE
        while not done():
            assert time.monotonic() < deadline, "the keeper is silent"
            self.channel.flush()
            select.select([self.channel.socket], [], [], 0.01 if self.channel.backlog else 0.2)
            for message, fds in self.channel.receive():
                if "exited" in message or "typed" in message:
                    self.pushed.append(message)
                else:
                    self._answers[message["id"]] = (message, fds)

    def raw(self, do: object, fds: tuple[int, ...] = (), **arguments: Any) -> tuple[Message, list[int]]:
        self._asks += 1
        mine = self._asks
        self._answers: dict[Any, tuple[Message, list[int]]] = {}
        self.channel.send({"id": mine, "do": do, **arguments}, fds)
        self.hear(lambda: mine in self._answers)
        return self._answers[mine]

    def ask(self, do: str, fds: tuple[int, ...] = (), **arguments: Any) -> Message:
        answer, came = self.raw(do, fds, **arguments)
        assert not came
        assert "ok" in answer, answer
        return dict(answer["ok"])

    def refused(self, do: object, **arguments: Any) -> str:
        answer, came = self.raw(do, **arguments)
        assert not came
        return str(answer["error"])

    def spawn(self, pane: str, *argv: str, **changes: Any) -> tuple[int, int]:
        wishes: dict[str, Any] = {"cwd": "/", "env": ENV, "cols": 80, "rows": 24, "facts": {}} | changes
        answer, fds = self.raw("spawn", pane=pane, argv=[*argv], **wishes)
        assert "ok" in answer, answer
        return answer["ok"]["pid"], fds[0]

    def pid(self) -> int:
        return int(self.ask("ping")["pid"])

    def panes(self) -> dict[str, Message]:
        return {entry["pane"]: entry for entry in self.ask("list")["panes"]}

    def close(self) -> None:
        self.channel.close()


def read_all(master: int) -> str:
    """What a program writes until it and all that have its terminal are gone."""
    said = b""
    deadline = time.monotonic() + PATIENCE
    while time.monotonic() < deadline:
        select.select([master], [], [], 0.2)
        try:
            data = os.read(master, 65536)
        except BlockingIOError:
            continue
        except OSError:
            break
        if not data:
            break
        said += data
    return said.decode()


def read_until(master: int, word: str) -> str:
    said = b""
    deadline = time.monotonic() + PATIENCE
    while word.encode() not in said:
        assert time.monotonic() < deadline, said
        if select.select([master], [], [], 0.2)[0]:
            said += os.read(master, 65536)
    return said.decode()


@contextmanager
def keeper_folder() -> Iterator[str]:
    """The path for a socket, short enough for one."""
    folder = tempfile.mkdtemp(prefix="mk")
    yield f"{folder}/keeper"
    shutil.rmtree(folder)


@contextmanager
def keeper_starter(path: str) -> Iterator[Start]:
    """Starts keepers of a socket; at the end they are told to leave, and must not have complained."""
    started: list[subprocess.Popen[bytes]] = []

    def launch() -> "subprocess.Popen[bytes]":
        command = [sys.executable, "-P", "-m", "muxer.keeper", path]
        started.append(subprocess.Popen(command, stdin=subprocess.DEVNULL, stderr=subprocess.PIPE))
        return started[-1]

    yield launch
    for keeper in started:
        if keeper.poll() is None:
            keeper.terminate()
        try:
            _, complaints = keeper.communicate(timeout=PATIENCE)
        except subprocess.TimeoutExpired:
            keeper.kill()
            keeper.communicate()
            raise
        assert b"Traceback" not in complaints, complaints.decode()
