"""Synced typing, with real keys into real programs."""

import re

from tests.conftest import Desk
from tests.seat import Seat

RAW = "stty raw -echo; echo ready; exec cat -vT"
KITTY = rf"printf '\033[>8u'; {RAW}"
PASTES = rf"printf '\033[?2004h'; {RAW}"


def begin(desk: Desk, *programs: str, rows: int = 24) -> Seat:
    """Programs side by side, the last one in focus."""
    seat = desk.sit("--", "sh", "-c", programs[0], cols=120, rows=rows)
    seat.wait_for("ctrl+b …")
    for number, program in enumerate(programs[1:], 2):
        desk.new("sh", "-c", program, name=f"sh-{number}")
    for name in desk.panes():
        desk.run("wait", name, "--text", "ready", "--timeout", "20")
    return seat


def shows(desk: Desk, pane: str, text: str) -> None:
    desk.run("wait", pane, "--text", re.escape(text), "--timeout", "20")


def held(desk: Desk, pane: str) -> str:
    return desk.run("capture", pane).stdout.strip()


def test_all_panes_of_the_tab_are_typed_into_each_in_its_own_way(desk: Desk) -> None:
    seat = begin(desk, RAW, KITTY, PASTES)
    seat.send("one")
    shows(desk, "sh-3", "one")
    seat.send("\x02y")
    seat.wait_for("SYNC 3 panes · ctrl+b y ends it")
    seat.wait_for(lambda s: s.screen()[0].count("synced") == 3)
    seat.send("ab\x1b[15~")
    shows(desk, "sh", "ab^[[15~")
    shows(desk, "sh-2", "^[[97u^[[98u^[[15~")
    shows(desk, "sh-3", "oneab^[[15~")
    seat.send("\x1b[200~pasted\x1b[201~")
    shows(desk, "sh", "~pasted")
    shows(desk, "sh-3", "^[[200~pasted^[[201~")
    seat.send("\x02y")
    seat.wait_for(lambda s: "SYNC" not in s.text and "synced" not in s.screen()[0])
    seat.send("alone")
    shows(desk, "sh-3", "alone")
    assert "alone" not in held(desk, "sh")


def test_only_marked_panes_are_typed_into_and_another_is_left_alone(desk: Desk) -> None:
    seat = begin(desk, RAW, RAW, RAW)
    seat.send("\x02M")
    seat.wait_for("marked")
    seat.send("\x02\x1b[D\x02M")
    seat.wait_for(lambda s: s.screen()[0].count("marked") == 2)
    seat.send("\x02y")
    seat.wait_for("SYNC 2 panes")
    seat.send("both")
    shows(desk, "sh-2", "both")
    shows(desk, "sh-3", "both")
    seat.send("\x02\x1b[D")
    seat.send("only")
    shows(desk, "sh", "only")
    assert held(desk, "sh").endswith("only")
    assert "both" not in held(desk, "sh")
    assert "only" not in held(desk, "sh-2")


def test_a_program_that_ends_leaves_and_the_last_one_is_alone(desk: Desk) -> None:
    ends = "echo ready; read x; exit 3"
    seat = begin(desk, RAW, ends, RAW)
    seat.send("\x02y")
    seat.wait_for("SYNC 3 panes")
    seat.send("\r")
    seat.wait_for("exited 3")
    seat.wait_for("SYNC 2 panes")
    seat.send("still")
    shows(desk, "sh", "still")
    shows(desk, "sh-3", "still")
    desk.run("kill", "sh")
    seat.wait_for("synced typing is off: one pane is left")
    assert "SYNC" not in seat.text
    seat.send("alone")
    shows(desk, "sh-3", "alone")


def test_one_that_reads_nothing_holds_up_nobody(desk: Desk) -> None:
    seat = begin(desk, "stty raw -echo; echo ready; sleep 1000", RAW)
    seat.send("\x02y")
    seat.wait_for("SYNC 2 panes")
    seat.send(b"\x1b[200~" + b"x" * 300_000 + b"end\x1b[201~")
    shows(desk, "sh-2", "end")


def test_it_takes_two(desk: Desk) -> None:
    seat = begin(desk, RAW)
    seat.send("\x02y")
    seat.wait_for("synced typing needs two panes")
    assert "SYNC" not in seat.text
