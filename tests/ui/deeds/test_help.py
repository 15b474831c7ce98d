"""The list of all keys, and which-key help, at a real terminal."""

import re

from tests.conftest import Desk
from tests.seat import Seat
from tests.ui.deeds.screens import has, shows, status


def begin(desk: Desk, cols: int = 80, rows: int = 24) -> Seat:
    seat = desk.sit(cols=cols, rows=rows)
    seat.wait_for(shows("sh"))
    return seat


def test_what_is_chosen_from_the_list_is_done(desk: Desk) -> None:
    seat = begin(desk)
    seat.send("\x02?")
    seat.wait_for("KEYS  tmux")
    seat.wait_for(lambda s: not s.cursor_shown)
    seat.wait_quiet(0.7)  # nothing blinks
    seat.send("split right")
    seat.wait_for(lambda s: "First" not in s.text)
    seat.send("\r")
    seat.wait_for(shows("sh", "sh-2"))


def test_help_comes_to_who_hesitates_and_goes_with_the_next_key(desk: Desk) -> None:
    seat = begin(desk)
    seat.send("\x02")
    seat.wait_for(status("PREFIX"))
    seat.wait_for("── ctrl+b ─")
    seat.wait_for(lambda s: re.search("z x +zoom", s.text) and re.search("d +detach", s.text) and not s.cursor_shown)
    seat.send("%")
    seat.wait_for(has("sh-2"))
    seat.wait_for(lambda s: "── ctrl+b ─" not in s.text and s.cursor_shown)
    seat.send("\x02")
    seat.wait_for("── ctrl+b ─")
    seat.send("\x1b[27u")
    seat.wait_for(lambda s: "── ctrl+b ─" not in s.text and status("NORMAL")(s))
    seat.send("echo still $((40+2))\r")
    seat.wait_for("still 42")


def test_a_mode_shows_its_keys_and_a_new_size_puts_them_away(desk: Desk) -> None:
    seat = begin(desk, cols=200, rows=50)
    seat.send("\x02r")
    seat.wait_for("── resize mode ─")
    seat.resize(80, 24)
    seat.wait_for(lambda s: status("RESIZE")(s) and "── resize mode ─" not in s.text)
    seat.send("\x1b[27u")
    seat.wait_for(status("NORMAL"))


def test_output_under_the_help_does_not_draw_over_it(desk: Desk) -> None:
    seat = begin(desk)
    seat.send("sleep 1; seq 1 100; echo done\r\x02")
    seat.wait_for("── ctrl+b ─")
    desk.run("wait", "sh", "--text", "^done$", "--timeout", "20")
    seat.wait_quiet()
    assert re.search("z x +zoom", seat.text)
    seat.send("\x1b[27u")
    seat.wait_for(lambda s: "100" in s.text and "done" in s.text and "zoom" not in s.text)
