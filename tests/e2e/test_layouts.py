"""Layouts through a real terminal: a long walk, and a drag that does not storm the programs."""

import random
import re
import sys
from itertools import combinations
from pathlib import Path

from tests.conftest import Desk
from tests.seat import Seat
from tests.ui.deeds.screens import begin, has, places, status

COLS, ROWS = 98, 48
STEPS = 60
LEAST_COLS, LEAST_ROWS = 18, 3
CHANGES = (
    "\x02H", "\x02J", "\x02K", "\x02L", "\x02 ", "\x02\x7f", "\x02\x1b1",
    "\x02\x1b2", "\x02\x1b3", "\x02\x1b4", "\x02\x1b5",
    "\x02\x1b[1;5A", "\x02\x1b[1;5B", "\x02\x1b[1;5C", "\x02\x1b[1;5D", "\x02u",
    "\x02U", "\x02z", "\x02!", "\x02<", "\x02>",
)  # fmt: skip
MOVES = ("\x02o", "\x02;", "\x02h", "\x02j", "\x02k", "\x02l", "\x02n", "\x02\t", "\x021")
LISTENER = """
import os, signal
def told(*_): print("told", os.get_terminal_size().columns, flush=True)
signal.signal(signal.SIGWINCH, told)
print("listening", flush=True)
while True: signal.pause()
"""


def settled(seat: Seat) -> None:
    """Every key that was sent has been done, and shown."""
    seat.send("\x02,")
    seat.wait_for(status("rename tab"))
    seat.send("\x1b")
    seat.wait_for(lambda s: not status("rename tab")(s))


def check(desk: Desk, seat: Seat) -> None:
    """What is on the screen is what there is: in one piece, nothing twice, nothing too small."""
    settled(seat)
    panes, shown = desk.panes(), places(seat)
    assert len(panes) == 5
    assert shown
    (tab,) = {panes[name]["tab"] for name in shown}
    mates = {name for name, pane in panes.items() if pane["tab"] == tab}
    assert shown.keys() == mates or len(shown) == 1
    boxes = {name: (x, y, panes[name]["cols"], panes[name]["rows"] + 1) for name, (x, y) in shown.items()}
    for x, y, cols, rows in boxes.values():
        assert cols >= LEAST_COLS
        assert rows > LEAST_ROWS
        assert x + cols <= COLS
        assert y + rows <= ROWS - 1
    for (ax, ay, ac, ar), (bx, by, bc, br) in combinations(boxes.values(), 2):
        assert not (ax < bx + bc + 1 and bx < ax + ac + 1 and ay < by + br and by < ay + ar)
    screen = seat.screen()
    for x, y, _, rows in boxes.values():
        if x:
            assert [line[x - 1 : x] for line in screen[y : y + rows]] == ["│"] * rows, seat.text


def test_a_long_walk_and_all_the_way_back(desk: Desk) -> None:
    seat = begin(desk, 3, COLS, ROWS)
    for name in ("sh-4", "sh-5"):
        seat.send('\x02"')
        seat.wait_for(has(name))
    settled(seat)
    before = places(seat)
    dice = random.Random(3)
    for step in range(1, STEPS + 1):
        seat.send(dice.choice(CHANGES if dice.random() < 0.6 else MOVES))
        if step % 6 == 0:
            check(desk, seat)
    for _ in range(STEPS):
        seat.send("\x02u")
    seat.wait_for(status("no change of the layout to undo"))
    settled(seat)
    if len(places(seat)) == 1:
        seat.send("\x02z")
        settled(seat)
    assert places(seat) == before


def test_a_dragged_border_does_not_storm_the_programs(desk: Desk, tmp_path: Path) -> None:
    script = tmp_path / "listener.py"
    script.write_text(LISTENER)
    seat = begin(desk)
    desk.new(sys.executable, str(script), name="ear")
    seat.wait_for("listening")
    seat.send("\x1b[<0;41;10M" + "".join(f"\x1b[<32;{x};10M" for x in range(42, 58)) + "\x1b[<0;57;10m")
    seat.wait_for("told 23")
    assert places(seat) == {"sh": (0, 0), "ear": (57, 0)}
    heard = re.findall(r"told (\d+)", desk.run("capture", "ear").stdout)
    assert heard[-1] == "23"
    assert len(heard) <= 4
    # All of it is one step back.
    seat.send("\x02u")
    seat.wait_for(lambda s: places(s) == {"sh": (0, 0), "ear": (41, 0)})
