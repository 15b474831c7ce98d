"""When nothing happens, nothing is done: no byte is written and no time is taken, with many panes or few."""

import time
from pathlib import Path

import psutil
import pytest

from tests.conftest import Desk

PANES = 12
WATCHED = 2.0
"""How long nothing must happen, in seconds."""
BUSY = 0.05
"""How much of that time the host may work."""


@pytest.mark.timeout(120)
def test_an_idle_screen_writes_no_byte_and_takes_no_time(desk: Desk) -> None:
    # The clock and the ages of states turn once a minute, where they are wanted.
    config = Path(desk.env["XDG_CONFIG_HOME"], "muxer", "config.toml")
    config.parent.mkdir(exist_ok=True)
    config.write_text("[look]\nclock = false\nmotion = false\n")
    for n in range(PANES):
        split = ("right", "down")[n % 2]
        desk.new("sh", "-c", f"printf '\\033[5mpane {n}'; exec cat", name=f"pane-{n}", split=split, tab=str(n // 6 + 1))
    seat = desk.sit(cols=160, rows=50)
    other = desk.sit(cols=170, rows=60)
    for seen in (seat, other):
        seen.wait_for("pane 11")
    host, keeper = psutil.Process(desk.host()), psutil.Process(desk.keeper())
    # What was started a moment ago is put in order after some seconds; only then is it idle.
    deadline = time.monotonic() + 60
    while True:
        written, used = seat.total + other.total, [sum(process.cpu_times()[:2]) for process in (host, keeper)]
        began = time.monotonic()
        while time.monotonic() - began < WATCHED:
            seat.pump(0.1)
            other.pump(0.1)
        took = [sum(p.cpu_times()[:2]) - before for p, before in zip((host, keeper), used, strict=True)]
        if seat.total + other.total == written and max(took) < BUSY * WATCHED:
            break
        assert time.monotonic() < deadline, f"{seat.total + other.total - written} bytes, {took} s of {WATCHED}"
    switches = sum(host.num_ctx_switches())
    seat.pump(WATCHED / 2)
    assert sum(host.num_ctx_switches()) - switches < 100
    assert seat.total + other.total == written
