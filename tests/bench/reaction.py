"""How soon a person sees what became of an agent: it was killed, or it asks for a permission."""

import contextlib
import os
import select
import signal
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path
from typing import IO

from tests.agents.driving import script, told
from tests.bench.figures import Figure, Target, median
from tests.bench.rivals import Muxer, Rival, home, run
from tests.bench.scale import Scale
from tests.seat import Seat

NAME = "ada"
SIZE = 160, 30
TURN = "1"
"""Seconds that it works before it asks: whoever told it to is gone by then."""
TIMES = 4
"""A run is so many of each."""


def seen(scale: Scale) -> Iterator[Figure]:
    """kill -9 of its program; then dialogs of one whose hooks tell, and of one that only shows them."""
    times = scale.runs * TIMES
    shown, followed = _killed(times)
    subject = "what became of an agent"
    yield Figure(
        subject=subject, name="kill -9 to the frame", unit="ms", muxer=median(shown), target=Target(bound=100),
        note=f"worst {max(shown):.3g}",
    )  # fmt: skip
    yield Figure(
        subject=subject, name="kill -9 to a follower of the log", unit="ms", muxer=median(followed),
        target=Target(bound=100), note=f"worst {max(followed):.3g}",
    )  # fmt: skip
    for hooks, name, bound in ((True, "hook called to the frame", 150), (False, "dialog drawn to the frame", 500)):
        taken = _asked(times, hooks=hooks)
        yield Figure(
            subject=subject, name=name, unit="ms", muxer=median(taken), target=Target(bound=bound),
            note=f"worst {max(taken):.3g}",
        )  # fmt: skip


def _killed(times: int) -> tuple[list[float], list[float]]:
    """Milliseconds until the frame shows it, and until a follower of the log is told."""
    shown, followed = list[float](), list[float]()
    with _agent(hooks=False) as (rival, log), _follower(rival) as told_of:
        for nth in range(times + 1):
            begun = time.perf_counter()
            os.kill(told(log, NAME, "started")[-1]["run"], signal.SIGKILL)
            line, frame = _heard(rival.seat, told_of, b"crashed")
            if nth:  # by the first one, the follower has begun
                shown.append((frame - begun) * 1000)
                followed.append((line - begun) * 1000)
            _ask(rival, "restart", NAME)
            _did(rival.seat, log, "ready", nth + 2)
            rival.seat.wait_for(b"idle")
            rival.seat.wait_quiet()
            del rival.seat.raw[:]
            _drain(told_of)
    return shown, followed


def _asked(times: int, *, hooks: bool) -> list[float]:
    """Milliseconds from the dialog to the word for it in the title."""
    taken = []
    with _agent(hooks=hooks) as (rival, log):
        for nth in range(times):
            _ask(rival, "send", NAME, "--", "TOOL:make")
            del rival.seat.raw[:]
            _shows(rival.seat, b"waiting: permission")
            taken.append((time.time() - told(log, NAME, "asked")[-1]["at"]) * 1000)
            _ask(rival, "press", NAME, "3")
            _did(rival.seat, log, "rejected", nth + 1)
            rival.seat.wait_quiet()
    return taken


@contextlib.contextmanager
def _agent(*, hooks: bool) -> Iterator[tuple[Muxer, Path]]:
    """One that is idle, beside another pane, and where it writes down what it did."""
    with home() as env:
        log = script(env, "--work", TURN, TURN, hooks=hooks)
        if hooks:  # what its screen shows is not to help
            file = Path(env["XDG_CONFIG_HOME"], "muxer", "clis", "scripted.toml")
            file.write_text(file.read_text().replace("Do you want to proceed", "Is this never shown"))
        with contextlib.closing(Muxer(env, *SIZE)) as rival:
            rival.open(["exec cat"])
            _ask(rival, "spawn", "--cli", "scripted", "--name", NAME, "--workspace", "here")
            _did(rival.seat, log, "ready", 1)
            rival.seat.wait_for(b"idle")
            rival.seat.wait_quiet()
            del rival.seat.raw[:]
            yield rival, log


@contextlib.contextmanager
def _follower(rival: Muxer) -> Iterator[IO[bytes]]:
    """What a follower of the log is told about ends of programs."""
    argv = rival.command("events", "--follow", "--json", "--kind", "run.ended", "--since", "0")
    with subprocess.Popen(argv, env=rival.env, stdout=subprocess.PIPE, bufsize=0) as process:
        assert process.stdout
        try:
            yield process.stdout
        finally:
            process.kill()


def _heard(seat: Seat, follower: IO[bytes], word: bytes) -> tuple[float, float]:
    """When the follower was told, and when the frame showed the word."""
    line = frame = 0.0
    deadline = time.monotonic() + 20
    while not frame or not line:
        assert time.monotonic() < deadline, f"{word!r} and its event did not come in 20 s"
        ready, _, _ = select.select([seat.fd, follower.fileno()], [], [], 1)
        if seat.fd in ready and seat.read() and word in seat.raw and not frame:
            frame = time.perf_counter()
        if follower.fileno() in ready and follower.read(1 << 16) and not line:
            line = time.perf_counter()
    return line, frame


def _shows(seat: Seat, word: bytes) -> float:
    """When the frame showed the word."""
    while word not in seat.raw:
        if not seat.read(20):
            raise AssertionError(f"{word!r} did not come in 20 s")
    return time.perf_counter()


def _drain(follower: IO[bytes]) -> None:
    while select.select([follower], [], [], 0)[0]:
        follower.read(1 << 16)


def _did(seat: Seat, log: Path, what: str, times: int) -> None:
    """Until the agent wrote down so often that it did that."""
    assert seat.pump(20, lambda: len(told(log, NAME, what)) >= times), f"{what} did not come in 20 s"


def _ask(rival: Rival, *words: str) -> None:
    run(rival.command(*words), rival.env, rival.seat, check=True)
