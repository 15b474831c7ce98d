"""Names, titles and words that are made to break a screen: it stays aligned, and none of them steers the terminal."""

import re
import sys
from functools import partial
from pathlib import Path

import pytest

from tests.conftest import Desk
from tests.seat import Seat

STEERS = "a\x1b[31337zb\x07c\x9bd\x7f\x1b]0;31337\x07e\u202ef\u2066g\rh\ni"
"""Whatever would move, name or turn something, with a mark to find it by."""

TITLES = {
    "turned": "abc\u202egnp.exe\u2066x\u200f",
    "wide": "漢字🎉" * 60,
    "marks": "e" + "\u0301" * 500,
    "emoji": "❤️🇩🇪👨‍👩‍👧👍🏽‼️❤️",
    "markup": "[bold red]x[/] [/nope] [link=http://x]y[/] \\[",
    "long": "long " * 100,
}

SAYS = r"""
import sys
def say(number):
    sys.stdout.write(f"\033]{number};{sys.argv[1]}\033\\")
    sys.stdout.flush()
say(2)
sys.stdin.readline()
say(9)
sys.stdin.read()
"""

# Textual ends the rows of a whole screen with \r\n; what is judged here has neither beside the other.
SEQUENCE = re.compile(rb"\x1b\[[0-?]*[ -/]*[@-~]|\x1b\]\d+(?:;[^\x00-\x1f\x7f]*)?\x1b\\|\x1b[78=>]|\r\n")
CONTROL = re.compile("[\x00-\x1f\x7f-\x9f\u200e\u200f\u202a-\u202e\u2066-\u2069]")


def titled(name: str, seat: Seat) -> bool:
    """Is the first pane's title this one's?"""
    return f" {name} " in seat.screen()[0]


def steered(seat: Seat) -> list[str]:
    """What a terminal was told that muxer would never say."""
    seat.wait_quiet()
    raw = bytes(seat.raw)
    sequences = [found[0].decode() for found in SEQUENCE.finditer(raw)]
    text = SEQUENCE.sub(b"", raw).decode(errors="replace")
    foreign = [one for one in sequences if one.startswith(("\x1b[31337", "\x1b]0;"))]
    return foreign + re.findall(f"(?s)(?:{CONTROL.pattern}).{{0,12}}", text)


def column(seat: Seat, x: int) -> list[str]:
    """What stands in a column, in all rows but the status line."""
    assert seat.board
    page = seat.board.blitter.main_page
    return [page.get_cell(x, y)[1] for y in range(seat.rows - 1)]


def edges(seat: Seat) -> list[int]:
    return [x for x in range(seat.cols // 2) if set(column(seat, x)) == {"│"}]


def edge(seat: Seat) -> int:
    """The column of the line beside the sidebar, once it is whole."""
    seat.wait_for(edges)
    return edges(seat)[0]


def program(desk: Desk, title: str) -> list[str]:
    file = desk.folder / "says.py"
    file.write_text(SAYS)
    return [sys.executable, "-I", "-S", "-X", "utf8", str(file), title]


@pytest.fixture
def evil(desk: Desk) -> Path:
    """A folder whose name steers, with a project in it."""
    folder = desk.folder / STEERS.replace("/", "")
    (folder / ".git").mkdir(parents=True)
    return folder


def seat_among(desk: Desk, cols: int, rows: int) -> Seat:
    seat = desk.sit(cols=cols, rows=rows)
    seat.wait_for("$")
    for name, title in TITLES.items():
        desk.new(*program(desk, title), name=name, tab=title[:40])
    seat.send("\x021")
    seat.wait_for("▌○ sh")
    return seat


def leave(seat: Seat, dialog: str) -> None:
    """With the Escape key."""
    seat.send("\x1b[27u")
    seat.wait_for(lambda s: dialog not in s.text)


@pytest.mark.parametrize(("cols", "rows"), [(100, 24), (200, 50)])
def test_titles_and_notices_leave_everything_aligned(desk: Desk, cols: int, rows: int) -> None:
    seat = seat_among(desk, cols, rows)
    line = edge(seat)
    for name in TITLES:
        desk.run("send", name, "x", "--enter")
    seat.wait_for(f"▲ {len(TITLES)}")
    seat.wait_for("▌ ▲ ")
    assert edge(seat) == line
    toasts = [x for x in range(line + 1, cols) if "▌" in column(seat, x)]
    assert len(toasts) == 1, seat.text
    for number, name in enumerate(TITLES, 2):
        seat.send(f"\x02{number}")
        seat.wait_for(partial(titled, name))
        assert edge(seat) == line
        seat.wait_for(lambda s: re.search(r" \d\d:\d\d$", s.screen()[-1]))
    seat.send("\x02g")
    seat.wait_for("go to a pane, tab")
    seat.wait_for("turned")
    leave(seat, "go to a pane, tab")
    seat.send("\x02~")
    seat.wait_for("WHAT WAS SAID")
    leave(seat, "WHAT WAS SAID")
    assert edge(seat) == line
    assert steered(seat) == []


def test_a_tab_s_long_name_hides_no_other_tab(desk: Desk) -> None:
    seat = desk.sit(cols=120)
    seat.wait_for("$")
    desk.new("cat", name="one", tab="漢字🎉" * 500)
    desk.new("cat", name="two", tab="last")
    seat.wait_for(lambda s: re.search(r"1 .*2 漢字.*… .*3 last", s.screen()[-1]))


def test_marks_without_end_are_not_written_without_end(desk: Desk) -> None:
    seat = seat_among(desk, 120, 30)
    seat.wait_quiet()
    assert bytes(seat.raw).decode().count("\u0301" * 20) == 0


def test_folders_and_programs_that_steer(desk: Desk, evil: Path) -> None:
    script = evil / f"run {STEERS.replace('/', '')}"
    script.write_text("#!/bin/sh\nread x\nsleep 1000\n")
    script.chmod(0o755)
    made = desk.new(str(script), cwd=str(evil))
    seat = desk.sit(cols=160, rows=30)
    seat.wait_for("▌● run a[31337z")
    edge(seat)
    seat.send("\r")
    dialogs = {
        "x": "y close", "g": "go to a pane", "b": "BROADCAST", "$": "rename pane", "?": "type a key",
    }  # fmt: skip
    for key, shown in dialogs.items():
        seat.send(f"\x02{key}")
        seat.wait_for(shown)
        leave(seat, shown)
    desk.run("rename", made["id"], "plain")
    seat.wait_for("● plain")
    assert steered(seat) == []
    assert not CONTROL.search(desk.run("ls").stdout.replace("\n", ""))


def test_names_that_nobody_could_read_or_type_are_refused(desk: Desk) -> None:
    desk.new("cat", name="stays")
    for name, why in ((STEERS, "letters and digits"), ("x" * 10_000, "60 characters at most")):
        for words in (("new", "--no-attach", f"--name={name}", "--", "cat"), ("rename", "stays", name)):
            done = desk.run(*words, check=False)
            assert done.returncode in (1, 2)
            assert why in done.stderr
            assert done.stderr.count("\n") == 1
            assert len(done.stderr) < 200
    assert list(desk.panes()) == ["stays"]


def test_a_question_about_a_long_name_still_says_what_to_answer(desk: Desk) -> None:
    desk.new("cat", name="n" * 60, tab="t" * 2000)
    seat = desk.sit()
    seat.wait_for("ctrl+b …")
    for key in "x&":
        seat.send(f"\x02{key}")
        seat.wait_for("y close · n keep")
        seat.send("n")
        seat.wait_for("ctrl+b …")


PASTE = f"\x1b[200~first{STEERS}\x1b[201~"


DIALOGS = {
    "p": ("type to find", "firsta[31337z"),
    ":": ("› :", ":firsta[31337z"),
    "b": ("BROADCAST", "firsta[31337z"),
    "T": ("THEME", "firsta[31337z"),
    "?": ("type a key", "firsta[31337z"),
    "$": ("rename pane", "firsta[31337z"),
    "/": ("? ▏", "firsta[31337z"),
    "w": ("/", "/firsta[3133"),
}
"""What is seen when it is open, and after the paste; by the key after the prefix."""


def test_what_is_pasted_into_a_dialog_steers_nothing(desk: Desk) -> None:
    seat = desk.sit(cols=120)
    seat.wait_for("$")
    for key, (open_, shown) in DIALOGS.items():
        seat.send(f"\x02{key}")
        seat.wait_for(open_)
        seat.send(PASTE)
        seat.wait_for(shown)
        seat.send("\x1b[27u")
        seat.wait_for(lambda s: "first" not in s.text)
        assert steered(seat) == [], key
