"""Kills who writes facts, again and again, and looks whether the file still says all that was acknowledged.

`python -m tests.store.crashes --rounds 200 --seed 1`. The writer says on a pipe what was told to it as durable; it is
killed while it starts, opens, migrates, writes, tidies or ends.
"""

import argparse
import asyncio
import os
import random
import select
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from contextlib import closing
from pathlib import Path

from muxer.model import Exit, Logged
from muxer.store import retention, writer
from muxer.store.database import Store, open_store
from muxer.store.log import since
from muxer.store.opening import open_file, read_only
from muxer.store.panes import close_pane, end_run, last_number, open_pane, start_run
from muxer.store.retention import Bound
from tests.store.filled import insert, known_pane

KEPT = 3000
ROOT = Path(__file__).parents[2]


def say(*words: object) -> None:
    os.write(1, " ".join(map(str, words)).encode() + b"\n")


def hear(events: Sequence[Logged]) -> None:
    for event in events:
        say("logged", event.id, event.kind, event.subject)


class Life:
    """One writer, until it is killed."""

    def __init__(self, name: str, dice: random.Random) -> None:
        self._name, self._dice = name, dice
        self._sent = 0

    async def live(self, file: str) -> None:
        say("ready")
        while True:
            store, said = await open_store(file, on_logged=hear, on_trouble=lambda why: say("trouble", why))
            assert not said, said
            number = await store.read(last_number)
            for _ in range(self._dice.randrange(1, 60)):
                number = await self._act(store, number)
            await store.close()

    async def _act(self, store: Store, number: int) -> int:
        dice = self._dice
        number += 1
        store.note(open_pane, known_pane(number))
        store.note(start_run, f"p{number}", 4711)
        text = f"{self._name}-{self._sent}"
        self._sent += 1
        values = {
            "kind": "note",
            "sender": "a",
            "recipient": text,
            "text": text * dice.randrange(1, 200),
            "sent_at": 1.0,
        }
        if dice.random() < 0.5:
            await store.ask(insert, "messages", **values)
            say("asked", text)
        else:
            store.note(insert, "messages", **values)
        if dice.random() < 0.7:
            store.note(insert, "inbox", pane=number, text=text, queued_at=time.time())
            store.note(insert, "commits", folder="/srv", sha=text, summary="x", announced_at=time.time())
        if dice.random() < 0.7:
            store.note(end_run, f"p{number}", Exit(dice.randrange(3)))
            store.note(close_pane, f"p{number}")
        if dice.random() < 0.1:
            await store.settled()
        return number


class Inquest:
    """What the file has to say after each kill."""

    def __init__(self, file: str) -> None:
        self._file = file
        self._seen: dict[int, tuple[str, str]] = {}
        self.acknowledged = 0

    def hold(self, name: str, told: str, *, opens: bool) -> None:
        """Raises AssertionError when something acknowledged is lost, doubled or changed."""
        if not os.path.exists(self._file):
            assert "logged" not in told
            return
        if opens or os.path.exists(f"{self._file}-journal"):  # only who may write takes back what a killed one began
            connection, reader, said = open_file(self._file)
            assert not said, said
            reader.close()
        else:
            connection = read_only(self._file)
        with closing(connection):
            if not connection.execute("PRAGMA user_version").fetchone()[0]:
                assert "logged" not in told
                return
            assert connection.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
            assert connection.execute("PRAGMA foreign_key_check").fetchall() == []
            self._compare({event.id: (event.kind, event.subject) for event in since(connection, 0)}, told)
            sent = f"SELECT recipient FROM messages WHERE recipient GLOB '{name}-*' ORDER BY id"
            texts = [text for (text,) in connection.execute(sent)]
        assert "trouble" not in told, told
        assert texts == [f"{name}-{number}" for number in range(len(texts))]
        assert {line.split()[1] for line in told.splitlines() if line.startswith("asked")} <= set(texts)

    def _compare(self, events: dict[int, tuple[str, str]], told: str) -> None:
        acknowledged = {
            int(number): (kind, subject)
            for word, number, kind, subject in (line.split() for line in told.splitlines() if line.startswith("logged"))
            if word
        }
        self.acknowledged += len(acknowledged)
        oldest, newest = min(events, default=1), max(events, default=0)
        assert list(events) == list(range(oldest, newest + 1)), "an id is missing"
        assert len(acknowledged) == told.count("logged"), "an event was told twice"
        assert not acknowledged or min(acknowledged) > max(self._seen, default=0), "an id came again"
        self._seen |= acknowledged
        for number, what in self._seen.items():
            assert number < oldest or events.get(number) == what, f"event {number} is lost or changed"
        assert oldest == 1 or newest - oldest + 1 >= KEPT, "too much was dropped"
        self._seen = events


def killed(file: str, name: str, dice: random.Random) -> str:
    """One life; what it said."""
    command = [sys.executable, "-m", "tests.store.crashes", "--here", file, "--name", name]
    with subprocess.Popen(command, stdout=subprocess.PIPE, cwd=ROOT) as process:
        assert process.stdout
        told = b""
        soon = dice.random() < 0.1
        end = time.monotonic() + (dice.uniform(0, 0.3) if soon else 30)
        while (left := end - time.monotonic()) > 0 and select.select([process.stdout], [], [], left)[0]:
            if not (more := os.read(process.stdout.fileno(), 1 << 16)):
                raise AssertionError(f"the writer ended by itself: {told[-500:].decode()}")
            if not told and not soon:
                end = time.monotonic() + dice.uniform(0, 0.25)
            told += more
        process.kill()
        told += process.stdout.read()
    return told.decode()


def run(rounds: int, seed: int, folder: str) -> int:
    """So many lives of one file; how many events were acknowledged."""
    dice = random.Random(seed)
    file = f"{folder}/muxer.db"
    inquest = Inquest(file)
    for number in range(rounds):
        told = killed(file, f"{seed}x{number}", dice)
        inquest.hold(f"{seed}x{number}", told, opens=dice.random() < 0.5)
    return inquest.acknowledged


def main() -> None:
    """Kill so many times, and say how it went."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=200)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--here", help="write to that file until killed")
    parser.add_argument("--name", default="x")
    given = parser.parse_args()
    if given.here:
        retention.KEPT = tuple(bound if bound.table != "events" else Bound("events", KEPT) for bound in retention.KEPT)
        writer.TIDY_EVERY = 300
        asyncio.run(Life(given.name, random.Random(given.name)).live(given.here))
    start = time.monotonic()
    with tempfile.TemporaryDirectory() as folder:
        acknowledged = run(given.rounds, given.seed, folder)
    sys.stdout.write(f"{given.rounds} kills in {time.monotonic() - start:.0f} s: {acknowledged} events, none lost\n")


if __name__ == "__main__":
    main()
