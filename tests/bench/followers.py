"""Fifty followers of the log of a host that writes 200 events a second, beside fifty `tail -f` of a file.

One of the followers is stopped for half of the time; it must have missed nothing when it goes on.
"""

import contextlib
import json
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path

from muxer.paths import HostPaths
from muxer.wire.client import call
from tests.bench.figures import Figure, Target
from tests.bench.processes import cpu_seconds
from tests.bench.scale import Scale
from tests.seat import MUXER, muxer_home

FOLLOWERS = 50
RATE = 200
NAME = "bench"
PATIENCE = 60
"""Seconds that all of them may take to begin, and to be told the rest."""


def fifty(scale: Scale) -> Iterator[Figure]:
    """CPU of a host with and without them, and of everything beside what `tail -f` takes."""
    events = int(RATE * scale.seconds * 2)
    with tempfile.TemporaryDirectory() as folder, muxer_home(folder) as env:
        first = [*MUXER, "-L", NAME, "new", "--json", "--no-attach", "--", "cat"]
        made = json.loads(subprocess.run(first, env=env, check=True, capture_output=True).stdout)
        paths = HostPaths(NAME, f"{env['XDG_RUNTIME_DIR']}/muxer/{NAME}", f"{env['XDG_STATE_HOME']}/muxer/{NAME}")
        seen = call(paths, "ls")
        assert isinstance(seen, dict)
        host = int(seen["host"]["pid"])

        def rename(number: int) -> None:
            call(paths, "rename", {"pane": made["id"], "name": f"name-{number}"})

        alone = _spent([host], lambda: _steadily(rename, events))
        argv = [*MUXER, "-L", NAME, "events", "--follow", "--json", "--kind", "pane.renamed", "--since"]
        last = call(paths, "events", {"limit": 1})
        assert isinstance(last, list)
        followed, ours = _followed([*argv, str(last[0]["id"])], folder, rename, events=events, env=env, writers=[host])
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder, "log")
        file.touch()

        def append(number: int) -> None:
            with file.open("a") as log:
                log.write(json.dumps({"id": number, "data": {"name": f"name-{number}", "before": "x"}}) + "\n")

        tail = ["tail", "-n", "+1", "-f", str(file)]
        _, theirs = _followed(tail, folder, append, events=events, env=env, writers=[])
    subject = f"{FOLLOWERS} followers, {RATE} events a second"
    share = 100 * RATE / events
    yield Figure(subject=subject, name="CPU of the host, nobody follows", unit="% core", muxer=alone * share)
    yield Figure(
        subject=subject, name="CPU that the followers cost the host", unit="% core", muxer=(followed - alone) * share,
        target=Target(bound=10),
    )  # fmt: skip
    yield Figure(
        subject=subject, name="CPU of the followers", unit="% core", muxer=ours * share, tmux=theirs * share,
        note="beside tail -f",
    )  # fmt: skip


def _followed(
    argv: list[str], folder: str, write: Callable[[int], None], *, events: int, env: dict[str, str], writers: list[int]
) -> tuple[float, float]:
    """CPU of the writers and of the followers, from the first event to the last that everybody has."""
    files = [Path(folder, f"follower-{number}") for number in range(FOLLOWERS)]
    with contextlib.ExitStack() as stack:
        processes = []
        for file in files:
            process = subprocess.Popen(argv, env=env, stdout=stack.enter_context(file.open("wb")), stderr=sys.stderr)
            stack.callback(process.wait)
            stack.callback(process.kill)
            processes.append(process)
        write(0)
        _until(lambda: all(file.stat().st_size for file in files), "every follower to begin")
        pids = [process.pid for process in processes]
        spent = cpu_seconds(writers), cpu_seconds(pids)
        processes[0].send_signal(signal.SIGSTOP)
        _steadily(write, events // 2, 1)
        processes[0].send_signal(signal.SIGCONT)
        _steadily(write, events // 2, 1 + events // 2)
        last = f'"name-{events // 2 * 2}"'.encode()
        _until(lambda: all(last in file.read_bytes() for file in files), "every follower to be told everything")
        after = cpu_seconds(writers), cpu_seconds(pids)
    told = [[json.loads(line)["data"]["name"] for line in file.read_bytes().splitlines()] for file in files]
    wanted = [f"name-{number}" for number in range(events // 2 * 2 + 1)]
    short = [names for names in told if names != wanted]
    assert not short, f"{len(short)} followers were told something else: {len(short[0])} of {len(wanted)} events"
    return after[0] - spent[0], after[1] - spent[1]


def _spent(pids: list[int], work: Callable[[], None]) -> float:
    before = cpu_seconds(pids)
    work()
    return cpu_seconds(pids) - before


def _steadily(write: Callable[[int], None], count: int, first: int = 0) -> None:
    begun = time.monotonic()
    for number in range(count):
        write(first + number)
        time.sleep(max(0.0, begun + (number + 1) / RATE - time.monotonic()))


def _until(condition: Callable[[], object], what: str) -> None:
    deadline = time.monotonic() + PATIENCE
    while not condition():
        assert time.monotonic() < deadline, f"waited {PATIENCE} s for {what}"
        time.sleep(0.05)
