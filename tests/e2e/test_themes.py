"""A theme on a real terminal: what it is told, what it is told back, and what programs hear of it."""

import re
import signal
from pathlib import Path

import pytest

from muxer.settings.themes import read_theme
from muxer.ui.tints import ASK, RESET, told
from tests.conftest import HOST, Desk
from tests.seat import MUXER, Seat

NIGHT, DAY = told(read_theme("night")).encode(), told(read_theme("day")).encode()
SETS = re.compile(rb"\x1b\](?:4;\d+|1[012]);rgb:").search
WHITE = b"\x1b]11;rgb:ffff/ffff/ffff\x1b\\"

ASKS = r"""
stty raw -echo min 0 time 20
printf '\033]11;?\033\\\033]4;1;?\033\\\033[?996n'
answer=$(dd bs=1 count=80 2>/dev/null | cat -v)
stty sane
echo; echo "heard $answer"
read -r x
"""


def settings(desk: Desk, text: str) -> None:
    file = Path(desk.env["XDG_CONFIG_HOME"]) / "muxer" / "config.toml"
    file.write_text(text)


def begin(desk: Desk) -> Seat:
    seat = desk.sit()
    seat.wait_for("\n$")
    return seat


def test_its_own_colours_are_asked_for_first_and_put_back_at_the_end(desk: Desk) -> None:
    seat = begin(desk)
    raw = bytes(seat.raw)
    assert 0 < raw.index(RESET.encode()) < raw.index(ASK.encode()) < raw.index(NIGHT)
    assert raw.count(NIGHT) == 1
    before = len(raw)
    seat.send("\x02d")
    assert seat.wait_exit() == 0
    assert RESET.encode() in seat.raw[before:]
    assert not SETS(bytes(seat.raw[before:]))


def test_every_terminal_is_told_and_told_again(desk: Desk) -> None:
    here, there = begin(desk), begin(desk)
    there.wait_for(NIGHT)
    here.send("\x02T")
    here.wait_for("catppuccin-mocha")
    here.send("\x15day")
    here.wait_for(DAY)
    here.send("\r")
    for seat in (here, there):
        seat.wait_for(DAY)
    late = begin(desk)
    late.wait_for(DAY)
    assert NIGHT not in late.raw


def test_a_client_that_was_killed_leaves_nothing_that_the_next_one_takes_for_the_terminals_own(desk: Desk) -> None:
    seat = begin(desk)
    seat.kill(signal.SIGKILL)
    seat.wait_exit()
    assert RESET.encode() not in seat.raw[seat.raw.index(NIGHT) :]
    again = begin(desk)
    assert again.raw.index(RESET.encode()) < again.raw.index(ASK.encode())


def test_while_suspended_the_terminal_has_its_own_colours(desk: Desk) -> None:
    seat = begin(desk)
    before = len(seat.raw)
    seat.send("\x02\x1a")
    seat.wait_for(lambda s: RESET.encode() in s.raw[before:])
    seat.kill(signal.SIGCONT)
    seat.wait_for(lambda s: NIGHT in s.raw[before:])


@pytest.mark.parametrize(
    ("theme", "env"), [("terminal", {}), ("night", {"TERM": "linux", "COLORTERM": ""}), ("day", {"NO_COLOR": "1"})]
)
def test_some_terminals_are_never_told(desk: Desk, theme: str, env: dict[str, str]) -> None:
    settings(desk, f'[look]\ntheme = "{theme}"\n')
    desk.env |= env
    seat = begin(desk)
    seat.send("\x02d")
    assert seat.wait_exit() == 0
    assert not SETS(bytes(seat.raw))
    assert b"\x1b]104" not in seat.raw


def test_a_program_that_asks_hears_the_theme(desk: Desk) -> None:
    settings(desk, '[look]\ntheme = "day"\n')
    desk.new("sh", "-c", ASKS, name="asker")
    seat = desk.sit(cols=120)
    seat.wait_for("heard ^[]11;rgb:fafa/fafa/fcfc")
    red, green, blue = read_theme("day").palette[1]
    seat.wait_for(f"4;1;rgb:{red:02x}{red:02x}/{green:02x}{green:02x}/{blue:02x}{blue:02x}")
    seat.wait_for("^[[?997;2n")


def test_following_the_terminal_outside(desk: Desk) -> None:
    settings(desk, '[look]\nfollow = true\nlight = "solarized-light"\ndark = "nord"\n')
    seat = begin(desk)
    seat.wait_for(b"\x1b[?2031h\x1b[?996n")
    seat.wait_for(told(read_theme("nord")).encode())
    seat.send(b"\x1b[?997;2n")
    light = told(read_theme("solarized-light")).encode()
    seat.wait_for(light)
    seat.send(b"\x1b[?997;1n")
    seat.wait_for(lambda s: told(read_theme("nord")).encode() in s.raw[s.raw.index(light) :])
    seat.send("\x02d")
    assert seat.wait_exit() == 0
    assert b"\x1b[?2031l" in seat.raw


def test_a_terminal_that_keeps_its_colours_has_its_person_told(desk: Desk) -> None:
    with Seat([*MUXER, "-L", HOST], 160, 24, desk.env, cwd=desk.folder, emulate=False) as seat:
        seat.wait_for(NIGHT)
        before = len(seat.raw)
        seat.send(WHITE + WHITE)
        seat.wait_for("this terminal keeps its own light background, and night is made for a dark one")
        assert RESET.encode() in seat.raw[before:]


def test_an_unknown_theme_is_said_and_night_is_worn(desk: Desk) -> None:
    settings(desk, '[look]\ntheme = "nigth"\n')
    seat = desk.sit(cols=120)
    seat.wait_for("no theme named 'nigth': did you mean night")
    assert NIGHT in seat.raw
