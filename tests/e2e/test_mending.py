"""A screen that fails is made anew over the same programs; only one that keeps failing takes its host with it."""

import sys
from pathlib import Path

import psutil

from tests.conftest import HOST, Desk
from tests.seat import Seat
from tests.waiting import until

ATTACH = f"""
from muxer.paths import host_paths
from muxer.wire.attach import attach
raise SystemExit(attach(host_paths({HOST!r}), command=["cat"], module="poisoned_host"))
"""
TOLD = "the screen failed and was started again: muxer logs"


def sit(desk: Desk, poison: int) -> Seat:
    root, left = Path(__file__).parent, desk.folder / "poison"
    left.write_bytes(b"!" * poison)
    env = desk.env | {"PYTHONPATH": f"{root}:{root.parent.parent}", "POISON": str(left)}
    seat = Seat([sys.executable, "-c", ATTACH], 100, 24, env, cwd=desk.folder)
    seat.wait_for("ctrl+b …")
    seat.send("before\r")
    seat.wait_for(lambda seat: seat.text.count("│before") == 2)
    return seat


def test_a_failed_screen_is_made_anew_and_nothing_is_lost(desk: Desk) -> None:
    seat = sit(desk, 1)
    try:
        desk.new("cat", name="other", split="down")
        other = desk.sit(cols=100)
        other.wait_for("other")
        before, shape = desk.json("ls"), desk.panes()
        seat.resize(66, 24)
        seat.wait_for(lambda seat: TOLD[:30] in seat.text)
        seat.send("after\r")
        until(lambda: "after\nafter" in desk.run("capture", "other").stdout, "the echo")
        seat.resize(100, 24)
        for one in (seat, other):
            one.wait_for(lambda seat: seat.text.count("│before") == 2 and seat.text.count("│after") == 2)
        after = desk.json("ls")
        assert after["host"] == before["host"]
        assert len(after["clients"]) == 2
        assert {name: pane["pid"] for name, pane in desk.panes().items()} == {n: p["pid"] for n, p in shape.items()}
        (failure,) = desk.json("logs", "--level", "error")
        assert "ZeroDivisionError: poisoned at 66" in failure["trace"]
        assert "hunter22" not in failure["trace"]
    finally:
        seat.close()


def test_one_that_keeps_failing_ends_its_host_and_the_next_one_shows_all(desk: Desk) -> None:
    seat = sit(desk, 3)
    try:
        first = desk.json("ls")
        seat.resize(66, 24)
        until(lambda: not psutil.pid_exists(first["host"]["pid"]), "the host's end")
        seat.send("after\r")
        seat.wait_for(lambda seat: seat.text.count("after") == 2)
        last = desk.json("ls")
        assert last["host"]["pid"] != first["host"]["pid"]
        assert last["panes"][0]["pid"] == first["panes"][0]["pid"]
    finally:
        seat.close()
