"""A real program in one of muxer's own panes, before a model on loopback: nothing is asked of any other machine."""

import json
import re
import shutil
import subprocess
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import psutil
import pytest

from tests.agents.driving import CACHE, PACKAGES, furnish, install, to_run
from tests.agents.stub import Stub, serving
from tests.conftest import HOST, Desk
from tests.seat import MUXER, Seat, muxer_home
from tests.waiting import until

NAME = "ada"
MESSAGE = "look at quixotic 4711"
"""No program says that by itself."""
PATIENCE = 100.0
"""Seconds: some take a minute to start on a machine that has other things to do."""


class Real:
    """One real agent, called ada, in a repository that it trusts."""

    def __init__(self, cli: str, desk: Desk, stub: Stub) -> None:
        self.cli, self.desk, self.stub = cli, desk, stub
        self.seat: Seat
        self.sent: list[str] = []

    def spawn(self, *words: str) -> None:
        given = ("--cli", self.cli, "--name", NAME, "--workspace", "here", *words)
        self.desk.run("spawn", *given)
        self.seat = self.desk.sit("attach", cols=120, rows=40)
        self.seat.wait_for(NAME)

    def facts(self) -> dict[str, Any]:
        found: dict[str, Any] = self.desk.json("agent", "get", NAME)["agent"]
        return found

    def conversations(self) -> set[str]:
        """Those that hooks spoke of in its name."""
        lines = self.desk.run("events", "--json", "--kind", "hook", "--limit", "1000").stdout.splitlines()
        said = [json.loads(line)["data"] for line in lines]
        return {data.get("session_id") or data["session"] for data in said}

    def comes_to(self, *states: str, timeout: float = PATIENCE) -> None:
        """Until muxer says so."""
        self.until(lambda: self.facts()["state"] in states, f"{states}", timeout)

    def until(self, condition: Callable[[], object], what: str, timeout: float = PATIENCE) -> None:
        """A failure shows what a person would look at."""
        try:
            until(condition, what, timeout)
        except AssertionError as error:
            raise AssertionError(f"{error}\n{self.told()}") from None

    def told(self) -> str:
        """What a failure should show."""
        newest = len(self.sent)
        words = (["explain", NAME], ["inbox", NAME], ["trace", str(newest)])
        return "\n".join([self.screen(), *(self.desk.run(*line, check=False).stdout for line in words)])

    def screen(self) -> str:
        return self.desk.run("capture", NAME, check=False).stdout

    def shows(self, pattern: str, timeout: float = PATIENCE) -> None:
        self.until(lambda: re.search(pattern, self.screen()), repr(pattern), timeout)

    def send(self, text: str, *words: str) -> None:
        self.sent.append(text)
        self.desk.run("send", NAME, text, *words)

    def peer(self, name: str) -> Callable[[str], int]:
        """Another program here, as it speaks to this agent: what it is given is said, and the note's number is told."""
        self.desk.run("spawn", "--exec", "sleep 1000", "--name", name, "--workspace", "here")
        there = psutil.Process(self.desk.panes()[name]["pid"]).environ()
        words = [*MUXER, "-L", HOST, "send", NAME, "-", "--json"]

        def say(text: str) -> int:
            done = subprocess.run(words, env=there, input=text, capture_output=True, text=True, timeout=40, check=True)
            return int(json.loads(done.stdout)["note"])

        return say

    def type(self, keys: str) -> None:
        """A person's own keys."""
        self.seat.send(keys)
        self.seat.wait_quiet(0.3)

    def answers(self, key: str, label: str) -> None:
        """A person answers what it asks, in muxer's queue of all that waits for them."""
        self.seat.send("\x02i")
        self.seat.wait_for(f"{key} {label}")
        self.seat.wait_quiet(0.6)  # what came up only now was not meant
        self.seat.send(key)
        self.seat.wait_quiet(0.3)
        self.seat.send("\x1b")

    def waiting(self) -> list[Any]:
        return [note for note in self.desk.json("inbox", NAME) if note["state"] in ("queued", "held")]

    def asks(self, file: Path) -> None:
        """It wants to run a command, and asks."""
        self.send(to_run(self.cli, f"echo made > {file}"))
        self.comes_to("waiting")


@pytest.fixture(params=PACKAGES)
def real(request: pytest.FixtureRequest) -> Iterator[Real]:
    programs, why = install(request.param)
    if why:
        pytest.skip(why)
    # Not below /tmp: one of them trusts no settings below a folder that others may write to.
    (CACHE / "homes").mkdir(parents=True, exist_ok=True)
    folder = Path(tempfile.mkdtemp(prefix=request.param, dir=CACHE / "homes"))
    work = folder / "work"
    work.mkdir()
    with muxer_home(folder) as env, serving() as stub:
        env["PATH"] = f"{programs}:{env['PATH']}"
        furnish(request.param, env, work, stub.port)
        desk = Desk(env, work)
        try:
            yield Real(request.param, desk, stub)
        finally:
            desk.leave()
    shutil.rmtree(folder, ignore_errors=True)
