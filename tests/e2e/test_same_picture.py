"""A program looks the same in a pane as on a terminal of its own: its letters, its colours, its cursor.

The judge of both is the seat's emulator, which is not the one in the pane.
"""

import sys
import time
from pathlib import Path
from shutil import which

import pytest
from bittty import Board

from tests.conftest import Desk
from tests.seat import Seat

COLS, ROWS = 90, 30

GRADIENT = """
import sys
put = sys.stdout.write
for y in range(20):
    for x in range(80):
        put(f"\\x1b[48;2;{x*3};{y*12};{255-x*3}m\\x1b[38;2;{255-y*9};{x};{y}m{chr(97+(x+y)%26)}")
    put("\\x1b[0m\\r\\n")
for n in range(256):
    put(f"\\x1b[48;5;{n}m " + ("\\x1b[0m\\r\\n" if n % 64 == 63 else ""))
for n in (1, 2, 3, 4, 7, 9, 31, 42):
    put(f"\\x1b[0;{n}mstyle {n}\\x1b[0m ")
put("\\x1b[1;3;4;31;44mall\\x1b[0m done")
sys.stdout.flush()
sys.stdin.read()
"""

WIDE = """
import sys
for text in (
    "漢字仮名交じり文", "한국어 텍스트", "😀 🎉 🚀 end", "é ä o", "ｆｕｌｌ ｗｉｄｔｈ", "─│┌┐└┘ ▁▂▃█ ⏺ ⎿ ❯",
    "x" * 89 + "漢", "\\x1b[41m漢\\x1b[0m\\x1b[1D!", "漢漢\\x1b[2D ",
):
    sys.stdout.write(text + "|\\r\\n")
sys.stdout.write("done")
sys.stdout.flush()
sys.stdin.read()
"""

TEXT = "".join(f"def number_{n}(x: int) -> str:  # {'=' * (n % 70)}\n    return 'ä{n}' * x\n\n" for n in range(60))


def picture(board: Board, top: int) -> list[list[tuple[object, ...]]]:
    """Every cell of the program's as a person sees it; what is blank has no colour of its own."""
    page = board.blitter.main_page
    rows = []
    for y in range(top, top + ROWS):
        row: list[tuple[object, ...]] = []
        for x in range(COLS):
            style, char = page.get_cell(x, y)
            marked = style.underline or style.reverse or style.strike
            ink = style.fg if char.strip() or marked else None
            look = style.bold, style.italic, style.underline, style.reverse, style.strike
            row.append((char or " ", ink, style.bg, *map(bool, look)))
        rows.append(row)
    return rows


def differences(alone: Seat, inside: Seat) -> list[str]:
    assert alone.board
    assert inside.board
    pairs = zip(picture(alone.board, 0), picture(inside.board, 1), strict=True)
    found = [
        f"row {y} column {x}: {left} is {right}"
        for y, (one, two) in enumerate(pairs)
        for x, (left, right) in enumerate(zip(one, two, strict=True))
        if left != right
    ]
    x, y = alone.cursor
    if inside.cursor != (x, y + 1) or alone.cursor_shown != inside.cursor_shown:
        found.append(f"the cursor is at {inside.cursor}, not under {alone.cursor}")
    return found


def agree(alone: Seat, inside: Seat, after: str = "the start", timeout: float = 20) -> None:
    """Until both have come to rest at the same picture."""
    deadline = time.monotonic() + timeout
    while True:
        alone.wait_quiet()
        inside.wait_quiet()
        found = differences(alone, inside)
        if not found:
            return
        assert time.monotonic() < deadline, "\n".join([f"after {after!r}", *found[:20]])


def both(desk: Desk, *command: str) -> tuple[Seat, Seat]:
    """The program alone, and in a pane of the same size."""
    alone = Seat(command, COLS, ROWS, desk.env, cwd=desk.folder)
    desk._seats.append(alone)
    inside = desk.sit("--", *command, cols=COLS, rows=ROWS + 2)
    inside.wait_for("ctrl+b …")
    return alone, inside


@pytest.fixture
def text(desk: Desk) -> str:
    file = desk.folder / "text.py"
    file.write_text(TEXT)
    return str(file)


@pytest.mark.parametrize("script", [GRADIENT, WIDE], ids=["colours", "wide"])
def test_what_is_printed(desk: Desk, script: str) -> None:
    alone, inside = both(desk, sys.executable, "-I", "-S", "-X", "utf8", "-c", script)
    for seat in (alone, inside):
        seat.wait_for("done")
    agree(alone, inside)
    # What a script is given is the same picture once more.
    assert alone.board
    copied = Board(width=COLS, height=ROWS)
    rows = desk.run("capture", desk.json("ls")["panes"][0]["id"], "--ansi").stdout.split("\n")
    copied.feed_host_data("\r\n".join(rows[:ROWS]).encode())
    assert picture(copied, 0) == picture(alone.board, 0)


@pytest.mark.skipif(not which("vim"), reason="there is no vim here")
def test_vim(desk: Desk, text: str, tmp_path: Path) -> None:
    settings = tmp_path / "vimrc"
    settings.write_text("set nocompatible number hlsearch laststatus=2 ruler\nsyntax on\n")
    seats = both(desk, "vim", "-u", str(settings), "-i", "NONE", "-n", text)
    for seat in seats:
        seat.wait_for("number_9")
    agree(*seats)
    for keys in ("/ä7\r", "50G", "\x06", ":split\r", "iinserted 漢字 \x1b", "Vjj", "\x1b", ":set list wrap\r"):
        for seat in seats:
            seat.send(keys)
        agree(*seats, after=keys)


@pytest.mark.skipif(not which("less"), reason="there is no less here")
def test_less(desk: Desk, text: str) -> None:
    seats = both(desk, "less", "-N", text)
    for seat in seats:
        seat.wait_for("number_9")
    agree(*seats)
    for keys in (" ", "/number_3\r", "n", "b", "G", "k", "g"):
        for seat in seats:
            seat.send(keys)
        agree(*seats, after=keys)
