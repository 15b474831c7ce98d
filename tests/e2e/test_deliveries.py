"""Many texts on their way to agents that work, ask, fail, reach limits, crash and start again, before a person who
drafts, scrolls and resizes, while hosts are killed: each arrives once, whole, in no draft and in no dialog.

MUXER_DELIVERIES=10000 makes it as long as one wants; MUXER_SEED plays one again.
"""

import os
import random
import re
import signal
import threading
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import psutil
import pytest

from muxer.errors import MuxerError
from muxer.paths import HostPaths
from muxer.wire.client import call
from muxer.wire.starting import start_host
from tests.agents.driving import script, told
from tests.conftest import HOST, Desk
from tests.seat import Seat

DELIVERIES = int(os.environ.get("MUXER_DELIVERIES", "120"))
SEED = os.environ.get("MUXER_SEED") or str(random.randrange(1 << 30))
KILLS = max(2, DELIVERIES // 500)
AGENTS = {
    "ada": ("hooked", ("--guard", "0.12")),
    "bob": ("hooked", ("--signs", "title,status")),
    "cyd": ("plain", ("--bite", "64", "--alternate")),
    "dan": ("plain", ("--signs", "title,status,notify")),
}
CRASHED = "its program ended before it showed that it took the text"
"""What nobody can know, and a person is told: Enter was typed, and the agent crashed before it showed anything."""
PATIENCE = 60
"""Seconds in which one more must have arrived."""
MARK = re.compile(r"<d(\d+)>(.*?)</d\1>", re.DOTALL)
LETTERS = "abc äöü 日本 ✳ \n !/@#$%^&*() 123 \t"

pytestmark = pytest.mark.timeout(300 + 2 * DELIVERIES)


class Person:
    """Somebody who types drafts and deletes them, scrolls and resizes, and presses no Enter."""

    def __init__(self, desk: Desk, dice: random.Random) -> None:
        self._desk, self._dice = desk, dice
        self._over = False
        self._thread = threading.Thread(target=self._run)

    @contextmanager
    def at_work(self) -> Iterator[None]:
        self._thread.start()
        try:
            yield
        finally:
            self._over = True
            self._thread.join()

    def _run(self) -> None:
        seat = self._desk.sit(cols=120, rows=40)
        while not self._over:
            if seat.ended:  # the host was killed
                seat.close()
                seat = self._desk.sit(cols=120, rows=40)
            seat.pump(self._dice.uniform(0, 0.4))
            self._act(seat)
        seat.close()

    def _act(self, seat: Seat) -> None:
        deed = self._dice.choice(("draft", "draft", "scroll", "resize", "elsewhere"))
        if deed == "draft":
            for letter in "some draft":
                seat.send(letter)
                seat.pump(self._dice.uniform(0, 0.03))
            seat.pump(self._dice.uniform(0, 1.5))
            seat.send("\x7f" * 10 if self._dice.random() < 0.5 else "\x15")
        elif deed == "scroll":
            seat.send("\x02[")
            seat.pump(self._dice.uniform(0, 0.5))
            seat.send("q")
        elif deed == "resize":
            seat.resize(self._dice.randint(60, 140), self._dice.randint(20, 50))
        else:
            seat.send("\x02n")


class Walk:
    """Texts are sent one after the other; what was acknowledged must arrive."""

    def __init__(self, desk: Desk, dice: random.Random, log: Path) -> None:
        self.paths = HostPaths(
            HOST,
            str(Path(desk.env["XDG_RUNTIME_DIR"], "muxer", HOST)),
            str(Path(desk.env["XDG_STATE_HOME"], "muxer", HOST)),
        )
        self.desk, self.dice, self.log = desk, dice, log
        self.killed: list[float] = []
        self.sent: dict[int, str] = {}
        self.notes: dict[int, int] = {}
        self.doubtful: set[int] = set()
        """The host was killed before it could answer."""

    def deliver(self, number: int) -> None:
        text = "".join(self.dice.choices(LETTERS, k=self.dice.choice((3, 30, 300, 3000))))
        agent = self.dice.choice([*AGENTS])
        self.sent[number] = text
        given = {"pane": agent, "text": f"note <d{number}>{text}</d{number}>."}
        try:
            said = call(self.paths, "send", given, timeout=30)
            assert isinstance(said, dict)
            self.notes[number] = said["note"]
        except MuxerError:
            self.doubtful.add(number)

    def kill(self) -> None:
        host = psutil.Process(self.desk.host())
        host.send_signal(signal.SIGKILL)
        host.wait(20)
        self.killed.append(time.time())
        start_host(self.paths, (120, 40), None, "/").close()

    def mend(self) -> None:
        """Whoever failed too often is started again, and drafts are cleared that a person left when a host died."""
        for pane in self.desk.json("ls")["panes"]:
            if pane["name"] in AGENTS and pane.get("gave_up"):
                self.desk.run("agent", "restart", pane["name"], check=False)
        for name in {note["agent"] for note in self.desk.json("inbox") if re.search("draft|writing", note["reason"])}:
            self.desk.run("press", name, "ctrl+u", check=False)

    def wrong(self) -> dict[str, list[Any]]:
        """What must not be, by what it is called."""
        records = [record | {"agent": name} for name in AGENTS for record in told(self.log, name)]
        taken = [record for record in records if record["did"] == "submitted"]
        times = Counter(int(found[1]) for record in taken for found in MARK.finditer(record["text"]))
        return {
            "lost": [number for number in self.sent if not times[number] and not self.is_told_of(number)],
            "doubled": [number for number, count in times.items() if count > 1],
            "torn": [record for record in taken if is_torn(self, record)],
            "in a draft": [
                record for record in taken
                if "<d" in record["text"] and any(kind == "typed" and text.strip() for kind, text in record["parts"])
            ],
            "to whom it was not for": [
                record for record in records if record["did"] == "stray" and "<d" in record["data"]
            ],
            "approved": [record for record in records if record["did"] == "approved"],
            "a command": [record for record in records if record["did"] in ("bang", "slash", "popup")],
        }  # fmt: skip

    def is_told_of(self, number: int) -> bool:
        """Does whoever sent it know that it may not have arrived?"""
        if number in self.doubtful:
            return True
        trace = self.desk.json("trace", str(self.notes[number]))
        return (trace["state"], trace["reason"]) == ("failed", CRASHED)

    def story(self, wrong: dict[str, list[Any]]) -> str:
        """What became of each: what muxer wrote down of it, and what its agent did meanwhile."""
        said = []
        for what, found in wrong.items():
            for one in found[:3]:
                number = one if isinstance(one, int) else next(iter(map(int, re.findall(r"<d(\d+)", str(one)))), -1)
                said.append(f"{what}: {str(one)[:1500]}")
                if note := self.notes.get(number):
                    trace = self.desk.json("trace", str(note))
                    ended = max((step["at"] for step in trace["steps"]), default=trace["queued_at"])
                    said += [f"{step['at']:.3f} {step['what']} {step['detail']}" for step in trace["steps"][-6:]]
                    said += [
                        f"{trace['agent']} {record['at']:.3f} {record['did']} {record.get('text', '')[:60]!r}"
                        for record in told(self.log, trace["agent"])
                        if -3 < record["at"] - ended < 3
                    ]
        return "\n".join([*said, f"hosts were killed at {self.killed}"])

    def see_through(self) -> None:
        """Until nothing is on its way any more."""
        last: list[Any] = []
        deadline = 0.0
        while notes := self.desk.json("inbox"):
            self.mend()
            if len(notes) != len(last):
                last, deadline = notes, time.monotonic() + PATIENCE
            assert time.monotonic() < deadline, "\n".join([
                *(f"{note['id']} for {note['agent']}: {note['state']}: {note['reason']}" for note in notes[:5]),
                self.desk.run("trace", str(notes[0]["id"])).stdout,
                self.desk.run("explain", notes[0]["agent"]).stdout,
                self.desk.run("capture", notes[0]["agent"]).stdout,
                *(f"{record['at']:.3f} {record['did']}" for record in told(self.log, notes[0]["agent"])[-12:]),
                f"hosts were killed at {self.killed}",
            ])  # fmt: skip
            time.sleep(0.05)


def is_torn(walk: Walk, record: dict[str, Any]) -> bool:
    whole = MARK.findall(record["text"])
    # Spaces at the end of a line need not survive.
    return record["text"].count("<d") != len(whole) or any(
        text.split() != walk.sent[int(number)].split() for number, text in whole
    )


def test_each_arrives_once_and_whole(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    dice = random.Random(SEED)
    log = Path()
    for name, (kind, words) in AGENTS.items():
        options = (*words, "--seed", f"{SEED}{name}", "--work", "0.02", "0.3", "--boot", "0.05")
        log = script(desk.env, *options, name=name, hooks=kind == "hooked", delay=0.15 if name == "ada" else 0.02)
    for name, value in desk.env.items():
        monkeypatch.setenv(name, value)
    for name in AGENTS:
        desk.run(
            "spawn", "--cli", name, "--name", name, "--workspace", "here", "--restart", "always", "--split", "none"
        )
    walk = Walk(desk, dice, log)
    kills = sorted(dice.sample(range(DELIVERIES), KILLS))
    with Person(desk, random.Random(SEED)).at_work():
        for number in range(DELIVERIES):
            walk.deliver(number)
            time.sleep(dice.uniform(0, 0.05))
            if number in kills:
                walk.kill()
    walk.see_through()

    wrong = {what: found for what, found in walk.wrong().items() if found}
    assert not wrong, f"MUXER_SEED={SEED}\n{walk.story(wrong)}"
