"""What keys and the mouse do, typed by a person into a real client of a real host."""

import base64
import re

from tests.conftest import Desk
from tests.seat import Seat

RAW = "stty raw -echo; echo ready; exec cat -vT"
"""A program that shows every byte it is given."""


def begin(desk: Desk, *command: str, cols: int = 80, rows: int = 24) -> Seat:
    seat = desk.sit(*(["--", *command] if command else []), cols=cols, rows=rows)
    seat.wait_for("ctrl+b …")
    return seat


def show_bytes(desk: Desk, cols: int = 80) -> Seat:
    seat = begin(desk, "sh", "-c", RAW, cols=cols)
    seat.wait_for("ready")
    return seat


def titles(seat: Seat) -> list[str]:
    """The names of the panes that are shown, row by row."""
    return re.findall(r"[●○▲□✕] (\S+)", seat.text)


def shows(*names: str) -> "Shows":
    return Shows(names)


class Shows:
    """Are just these panes on the screen?"""

    def __init__(self, names: tuple[str, ...]) -> None:
        self.names = names
        self.__name__ = f"the panes {', '.join(names)}"

    def __call__(self, seat: Seat) -> bool:
        return titles(seat) == list(self.names)


def focused(desk: Desk, seat: Seat) -> str:
    """Which pane is typed into, by asking its shell."""
    seat.send("echo I am $MUXER_PANE\r")
    seat.wait_for(lambda s: re.search(r"I am p\d", s.text))
    found = re.search(r"I am (p\d)", seat.text)
    assert found
    seat.send("clear\r")
    seat.wait_for(lambda s: not re.search(r"I am", s.text))
    del desk
    return found[1]


def test_splitting_moving_and_zooming(desk: Desk) -> None:
    seat = begin(desk)
    seat.send('\x02"')
    seat.wait_for(shows("sh", "sh-2"))
    seat.send("\x02%")
    seat.wait_for(shows("sh", "sh-2", "sh-3"))
    panes = desk.panes()
    assert [(p["cols"], p["rows"]) for p in panes.values()] == [(80, 11), (40, 10), (39, 10)]
    assert focused(desk, seat) == "p3"
    for keys, pane in (
        ("\x1b[D", "p2"), ("\x1b[A", "p1"), ("\x1b[B", "p2"), ("\x1b[C", "p3"),
        ("h", "p2"), ("k", "p1"), ("j", "p2"), ("l", "p3"), ("l", "p3"),
    ):  # fmt: skip
        seat.send("\x02" + keys)
        assert focused(desk, seat) == pane, keys
    seat.send("\x02z")
    seat.wait_for(shows("sh-3"))
    seat.wait_for("zoomed")
    seat.send("stty size\r")
    seat.wait_for("22 80")
    seat.send("\x02z")
    seat.wait_for(shows("sh", "sh-2", "sh-3"))


def test_closing_asks_where_a_program_runs(desk: Desk) -> None:
    seat = begin(desk)
    seat.send('\x02"')
    seat.wait_for(shows("sh", "sh-2"))
    seat.send("\x02x")
    seat.wait_for(shows("sh"))
    desk.new("cat", name="cat", split="down")
    seat.wait_for(shows("sh", "cat"))
    for answer in ("q", "n", "\x1b"):
        seat.send("\x02x")
        seat.wait_for("close cat, where cat runs?")
        assert not seat.cursor_shown
        seat.send(answer)
        seat.wait_for(lambda s: "close cat" not in s.text)
    assert desk.panes()["cat"]["state"] == "running"
    assert "q" not in desk.run("capture", "cat").stdout
    seat.send("\x02xy")
    seat.wait_for(shows("sh"))
    # The last shell takes the host along.
    seat.send("exit\r")
    seat.wait_for("[ended]")
    assert seat.wait_exit() == 0


def test_tabs(desk: Desk) -> None:
    seat = begin(desk)
    seat.send("\x02c")
    seat.wait_for(lambda s: re.search("1●?  2 ", s.text))
    seat.send("\x02c")
    seat.wait_for(lambda s: re.search("1●?  2●?  3 ", s.text))
    for keys, pane in (
        ("n", "p1"), ("N", "p3"), ("N", "p2"), ("1", "p1"), ("3", "p3"), ("2", "p2"), ("9", "p2"), ("n", "p3"),
    ):  # fmt: skip
        seat.send("\x02" + keys)
        assert focused(desk, seat) == pane, keys
    desk.new("cat", name="logs", tab="logs")
    seat.wait_for("4 logs")


def test_every_key_but_the_prefix_reaches_the_program_untouched(desk: Desk) -> None:
    seat = show_bytes(desk)
    seat.send("\x10\x11\x03\t\x1a\x04\x13\x15\x1c")
    seat.wait_for("^P^Q^C^I^Z^D^S^U^\\")
    seat.send("\x02\x02")
    seat.wait_for("^\\^B")
    seat.send("\x1b[A\x1b[1;5C\x1bOP\x1b[15~\x1bx\x1b[Z\r")
    seat.wait_for("^B^[[A^[[1;5C^[OP^[[15~^[x^[[Z^M")
    seat.send("\x1b")
    seat.wait_for("^M^[")


def test_the_prefix_shows_what_can_follow_and_an_unknown_key_is_told(desk: Desk) -> None:
    seat = show_bytes(desk, cols=100)
    seat.send("\x02")
    seat.wait_for(lambda s: re.search("d +detach", s.text))
    seat.send("Q")
    seat.wait_for("ctrl+b Q does nothing")
    seat.send("typed")
    seat.wait_for("typed")
    assert "Q" not in "\n".join(seat.screen()[:-1])


def test_detaching_says_so_and_everything_goes_on(desk: Desk) -> None:
    seat = show_bytes(desk)
    seat.send("\x02d")
    seat.wait_for("[detached from desk]")
    assert seat.wait_exit() == 0
    assert desk.panes()["sh"]["state"] == "running"
    again = desk.sit()
    again.wait_for("ready")


def test_a_title_and_a_state_are_shown(desk: Desk) -> None:
    seat = begin(desk, "sh", "-c", r"printf '\033]2;three \033\\'; read x; printf '\033]2;four\033\\'; read x; exit 3")
    seat.wait_for("three")
    assert desk.panes()["sh"]["title"].strip() == "three"
    seat.send("\r")
    seat.wait_for("four")
    assert "three" not in seat.text
    seat.send("\r")
    seat.wait_for("□ sh")
    seat.wait_for("exited 3")
    seat.send("\x02x")
    seat.wait_for("[ended]")


def test_a_program_cannot_break_out_of_its_title(desk: Desk) -> None:
    seat = begin(desk, "sh", "-c", r"printf '\033]2;a\xe2\x80\xaeb\xc2\x9b31mc\tz\033\\'; cat")
    seat.wait_for("31mc")
    assert "\u202e" not in seat.raw.decode(errors="replace")
    assert "\x9b" not in seat.raw.decode(errors="replace")


def test_a_click_gives_the_focus_and_the_wheel_shows_what_has_passed(desk: Desk) -> None:
    seat = begin(desk)
    seat.send('\x02"')
    seat.wait_for(shows("sh", "sh-2"))
    seat.send("\x1b[<0;5;3M\x1b[<0;5;3m")
    assert focused(desk, seat) == "p1"
    seat.send("seq 1 99; echo over\r")
    seat.wait_for("over\n$")
    assert "\n80\n" not in seat.text
    seat.send("\x1b[<64;5;3M" * 5)
    seat.wait_for("15 lines back")
    seat.wait_for(lambda s: any(re.fullmatch("80 +[│┃]", row) for row in s.screen()))
    seat.wait_for(lambda s: not s.cursor_shown)
    seat.send("\x1b[<65;5;3M")
    seat.wait_for("12 lines back")
    seat.send("x")
    seat.wait_for("$ x")
    assert "lines back" not in seat.text
    assert seat.cursor_shown


def test_a_program_that_wants_the_mouse_gets_it_in_its_own_cells(desk: Desk) -> None:
    seat = begin(desk)
    desk.new("sh", "-c", rf"printf '\033[?1000h\033[?1006h'; {RAW}", name="mouse", split="down")
    seat.wait_for("ready")
    seat.send("\x1b[<0;5;16M\x1b[<0;5;16m")
    seat.wait_for("^[[<0;5;3M^[[<0;5;3m")
    seat.send("\x1b[<64;7;17M")
    seat.wait_for("^[[<64;7;4M")
    # With shift it is muxer's.
    seat.send("\x1b[<4;5;16M\x1b[<4;5;16m")
    seat.send("z")
    seat.wait_for("^[[<64;7;4Mz")


def test_a_bell_and_the_clipboard_reach_the_terminal(desk: Desk) -> None:
    seat = begin(desk, "sh", "-c", r"read x; printf '\a\033]52;c;Z3LDvMOfZQ==\033\\'; cat")
    assert b"\x07" not in seat.raw
    seat.send("\r")
    seat.wait_for(b"\x1b]52;c;" + base64.b64encode("grüße".encode()) + b"\x1b\\")
    seat.wait_for(b"\x07")


def test_the_clipboard_is_left_alone_where_a_person_says_so(desk: Desk) -> None:
    folder = desk.folder.parent / "home" / "config" / "muxer"
    (folder / "config.toml").write_text("[panes]\nclipboard = false\n")
    seat = begin(desk, "sh", "-c", r"read x; printf '\033]52;c;YQ==\033\\\a'; cat")
    seat.send("\r")
    seat.wait_for(b"\x07")
    assert b"]52;" not in seat.raw


def test_the_last_shell_takes_the_host_along(desk: Desk) -> None:
    seat = begin(desk, cols=60, rows=12)
    seat.wait_for("$")
    seat.send("\x02x")
    seat.wait_for("[ended]")
