"""Hosts are killed at any moment while panes start, stop and tell things: what was acknowledged stays, once.

MUXER_ROUNDS=200 makes the walk as long as one wants.
"""

import os
import random
import signal
import sqlite3
import threading
import time
from pathlib import Path

import psutil
import pytest

from muxer.errors import MuxerError
from muxer.paths import HostPaths
from muxer.wire.client import call
from muxer.wire.starting import start_host
from tests.conftest import HOST, Desk

ROUNDS = int(os.environ.get("MUXER_ROUNDS", "6"))
PANES = 20

pytestmark = pytest.mark.timeout(60 + 20 * ROUNDS)


class Restless:
    """Somebody who opens, renames, stops and closes panes as fast as the host answers."""

    def __init__(self, paths: HostPaths, dice: random.Random) -> None:
        self.paths, self.dice = paths, dice
        self.opened: list[str] = []
        """Acknowledged ids."""
        self.closed: list[str] = []
        self.hooked: list[str] = []
        self.over = False

    def run(self) -> None:
        while not self.over:
            try:
                self._act()
            except MuxerError:  # the host died under it, or a pane did
                time.sleep(0.002)

    def _act(self) -> None:
        living = [pane for pane in self.opened if pane not in self.closed]
        deed = self.dice.choice(("new", "new", "kill", "hook", "rename")) if len(living) > 3 else "new"
        if deed == "new" and len(living) < PANES:
            made = call(self.paths, "new", {"command": ["cat"], "cwd": "/", "no_attach": True}, timeout=10)
            assert isinstance(made, dict)
            self.opened.append(made["id"])
        elif deed == "kill":
            pane = self.dice.choice(living)
            call(self.paths, "kill", {"pane": pane}, timeout=10)
            self.closed.append(pane)
        elif deed == "hook":
            word = f"n{len(self.hooked)}"
            call(
                self.paths,
                "hook",
                {"cli": "any", "event": "said", "pane": self.dice.choice(living), "data": f'{{"word": "{word}"}}'},
                timeout=10,
            )
            self.hooked.append(word)
        elif deed == "rename":
            pane = self.dice.choice(living)
            call(self.paths, "rename", {"pane": pane, "name": f"{pane} {self.dice.random()}"}, timeout=10)


def test_what_was_acknowledged_stays_once(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in desk.env.items():
        monkeypatch.setenv(name, value)
    folder = Path(desk.env["XDG_RUNTIME_DIR"], "muxer", HOST)
    state = Path(desk.env["XDG_STATE_HOME"], "muxer", HOST)
    seed = random.randrange(1 << 30)
    dice = random.Random(seed)
    desk.new("cat", name="first")
    paths = HostPaths(HOST, str(folder), str(state))
    restless = Restless(paths, dice)
    thread = threading.Thread(target=restless.run)
    thread.start()
    try:
        for _ in range(ROUNDS):
            time.sleep(dice.uniform(0.05, 0.6))
            host = psutil.Process(desk.host())
            host.send_signal(signal.SIGKILL)
            host.wait(20)
            start_host(paths, (80, 24), None, "/").close()
    finally:
        restless.over = True
        thread.join()
    living = {pane["id"] for pane in desk.json("ls")["panes"]}
    with sqlite3.connect(state / "muxer.db") as connection:
        assert connection.execute("PRAGMA integrity_check").fetchone() == ("ok",)
        events = connection.execute("SELECT id, kind, subject, data FROM events ORDER BY id").fetchall()
    told = {
        kind: [subject for _, found, subject, _ in events if found == kind] for kind in ("pane.opened", "pane.closed")
    }
    hooked = [data for _, kind, _, data in events if kind == "hook.said"]
    assert len(restless.opened) > ROUNDS, seed
    assert len(restless.opened) == len(set(restless.opened)), f"an id was used twice (seed {seed})"
    for subjects in told.values():
        assert len(subjects) == len(set(subjects)), f"an event came twice (seed {seed})"
    assert set(restless.opened) <= set(told["pane.opened"]), seed
    assert set(restless.closed) <= set(told["pane.closed"]), seed
    assert all(any(f'"{word}"' in data for data in hooked) for word in restless.hooked), seed
    assert living == set(told["pane.opened"]) - set(told["pane.closed"]), seed
