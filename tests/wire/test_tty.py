import os
import sys
import termios

import pytest

from muxer.wire.tty import COLORS_RESET, COLORS_SET, RESTORE, TITLE_POP, TITLE_PUSH, WIDE_OFF, WIDE_ON
from tests.wire.homes import Home, wait_until

BORROW = """
import sys
from muxer.wire.tty import Tty
tty = Tty()
tty.hold()
for data in map(bytes.fromhex, sys.argv[1:]):
    tty.note(data)
    tty.say(data)
if sys.argv[1:]:
    sys.stdin.read(1)
tty.close()
print("given back")
"""


@pytest.mark.parametrize(
    "mode",
    ["?1000", "?1002", "?1003", "?1006", "?1015", "?1016", "?1004", "?2004", "?2026", "?2031", "?2048", "?1049"],
)
def test_every_mode_is_left(mode: str) -> None:
    assert RESTORE.count(f"\x1b[{mode}l".encode()) == 1


def test_the_screen_is_left_last_and_the_cursor_shown() -> None:
    assert RESTORE.endswith(b"\x1b[?1049l\x1b[?25h")
    for sequence in (b"\x1b[<9u", b"\x1b[>4m", b"\x1b[?7h", b"\x1b[0m", b"\x1b[0 q"):
        assert sequence in RESTORE
    # The stack of keyboard modes belongs to a screen: ours must be emptied while it is shown.
    assert RESTORE.index(b"\x1b[<9u") < RESTORE.index(b"\x1b[?1049l")
    # To a terminal that does not know it, this one is underlined text.
    assert RESTORE.index(b"\x1b[>4m") < RESTORE.index(b"\x1b[0m")


def test_nothing_drawn_is_nothing_undone(home: Home) -> None:
    seat = home.seat([sys.executable, "-c", BORROW])
    assert seat.wait_exit() == 0
    assert bytes(seat.raw) == b"given back\r\n"


def test_the_windows_title_comes_back_from_the_pile_as_often_as_it_was_put_there(home: Home) -> None:
    none = home.seat([sys.executable, "-c", BORROW, b"text".hex()])
    twice = home.seat([sys.executable, "-c", BORROW, TITLE_PUSH.hex(), (b"text" + TITLE_PUSH).hex()])
    for seat in (none, twice):
        seat.wait_for("text")
        seat.send("x")
        assert seat.wait_exit() == 0
    assert TITLE_POP not in none.raw
    assert bytes(twice.raw).endswith(RESTORE + 2 * TITLE_POP + b"given back\r\n")


def test_wide_characters_are_switched_off_by_who_switched_them_on(home: Home) -> None:
    plain = home.seat([sys.executable, "-c", BORROW, b"text".hex()])
    wide = home.seat([sys.executable, "-c", BORROW, b"text".hex(), (b"a" + WIDE_ON).hex()])
    for seat in (plain, wide):
        seat.wait_for("text")
        seat.send("x")
        assert seat.wait_exit() == 0
    assert bytes(plain.raw).endswith(RESTORE + b"given back\r\n")
    assert bytes(wide.raw).endswith(RESTORE + WIDE_OFF + b"given back\r\n")


def test_colours_are_put_back_where_a_theme_set_them(home: Home) -> None:
    set_them = COLORS_SET + b"1a/1b/26\x1b\\"
    seat = home.seat([sys.executable, "-c", BORROW, set_them.hex(), b"text".hex()])
    seat.wait_for("text")
    seat.send("x")
    assert seat.wait_exit() == 0
    assert bytes(seat.raw).endswith(RESTORE + COLORS_RESET + b"given back\r\n")


def test_newlines_still_return_while_it_is_held(home: Home) -> None:
    seat = home.seat([sys.executable, "-c", BORROW, b"one\ntwo".hex()])
    seat.wait_for("two")
    assert b"one\r\ntwo" in seat.raw
    attributes = termios.tcgetattr(seat.fd)
    assert not attributes[3] & (termios.ECHO | termios.ICANON | termios.ISIG | termios.IEXTEN)
    seat.send("x")
    assert seat.wait_exit() == 0


def test_a_terminal_that_does_not_know_its_size(home: Home) -> None:
    code = "from muxer.wire.tty import Tty; tty = Tty(); print('size', tty.size()); tty.close()"
    seat = home.seat(["sh", "-c", f'stty rows 0 cols 0; {sys.executable} -c "{code}"'])
    assert seat.wait_exit() == 0
    assert bytes(seat.raw) == b"size (80, 24)\r\n"


def test_last_words_do_not_wait_for_ever(home: Home) -> None:
    code = (
        "from muxer.wire.tty import Tty; import time; tty = Tty(); tty.hold(); before = time.monotonic()\n"
        "tty.say(b'x' * 1000000); took = time.monotonic() - before\n"
        f"tty.release(); open({os.path.join(home.folder, 'took')!r}, 'w').write(str(took))"
    )
    seat = home.seat([sys.executable, "-c", code])
    path = os.path.join(home.folder, "took")
    wait_until(lambda: os.path.exists(path) and os.path.getsize(path))
    with open(path) as took:
        assert 0.9 < float(took.read()) < 5
    assert seat.wait_exit() == 0
