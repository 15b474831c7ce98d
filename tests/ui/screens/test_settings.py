import re
import tomllib
from pathlib import Path

import pytest

from tests.conftest import Desk
from tests.seat import Seat
from tests.ui.deeds.screens import begin, status


def folder(desk: Desk) -> Path:
    return Path(desk.env["XDG_CONFIG_HOME"], "muxer")


def chosen(desk: Desk) -> dict[str, object]:
    return tomllib.loads((folder(desk) / "choices.toml").read_text())


def opened(desk: Desk, cols: int = 80, rows: int = 24) -> Seat:
    seat = begin(desk, cols=cols, rows=rows)
    seat.send("\x02S")
    seat.wait_for("SETTINGS")
    seat.wait_for("move")
    return seat


def test_each_setting_has_its_value_and_where_it_is_set(desk: Desk) -> None:
    (folder(desk) / "config.toml").write_text('[look]\nglyphs = "unicode"\n')
    (folder(desk) / "choices.toml").write_text("[notices]\nbell = false\n")
    seat = opened(desk)
    rows = [row.strip() for row in seat.screen() if row.startswith("  ")]
    assert re.fullmatch(r"Look +theme +‹ night › +default", rows[1])
    assert re.fullmatch(r"glyphs +unicode +config.toml:2", rows[5])
    assert re.fullmatch(r"bell +off +chosen", rows[9])
    ends = {len(row) for row in seat.screen() if row.endswith(("default", "chosen", ":2"))}
    assert len(ends) == 1
    assert "The colours of everything." in rows


@pytest.mark.parametrize(("down", "right", "left"), [("\x1b[B", "\x1b[C", "\x1b[D"), ("j", "l", "h")])
def test_arrows_and_letters_move_and_change(desk: Desk, down: str, right: str, left: str) -> None:
    seat = opened(desk)
    seat.send(right)
    seat.wait_for("‹ nord ›")
    seat.wait_for("chosen")
    seat.send(left)
    seat.wait_for("‹ night ›")
    seat.send(down * 3)
    seat.wait_for("‹ auto ›")
    seat.send(right)
    seat.wait_for("‹ shown ›")
    assert chosen(desk) == {"look": {"theme": "night", "sidebar": "shown"}}
    seat.send("\x1b")
    seat.wait_for(lambda seat: "SETTINGS" not in seat.text)
    seat.send("echo $((6*7))\r")
    seat.wait_for("42")


def test_a_written_setting_is_changed_until_a_restart_and_that_is_said(desk: Desk) -> None:
    (folder(desk) / "config.toml").write_text("[look]\nfollow = false\n")
    seat = opened(desk)
    seat.send("j\r")
    seat.wait_for("‹ on ›")
    seat.wait_for(status("look.follow holds until muxer is restarted: ~/config"))
    seat.wait_for("dark theme")
    assert (folder(desk) / "config.toml").read_text() == "[look]\nfollow = false\n"


def test_in_a_narrow_terminal_nothing_is_clipped(desk: Desk) -> None:
    (folder(desk) / "config.toml").write_text('[look]\nglyphs = "unicode"\n')
    seat = opened(desk, cols=60)
    rows = [row.strip() for row in seat.screen()]
    assert sum(row.endswith(" default") for row in rows) == 12
    assert sum(row.endswith((" config.toml:2", " config.toml")) for row in rows) == 1


def test_a_low_terminal_scrolls_to_the_row(desk: Desk) -> None:
    seat = opened(desk, cols=60, rows=12)
    assert "screen size" not in seat.text
    seat.send("k")
    seat.wait_for("‹ smallest ›")
    assert "esc close" in seat.text


def test_a_click_goes_to_a_row_and_a_second_changes_it(desk: Desk) -> None:
    seat = opened(desk)
    at = next(y for y, row in enumerate(seat.screen()) if "clock" in row)
    for wanted in ("‹ on ›", "‹ off ›"):
        seat.send(f"\x1b[<0;30;{at + 1}M\x1b[<0;30;{at + 1}m")
        seat.wait_for(wanted)
    seat.send("\x1b[<0;1;1M\x1b[<0;1;1m")
    seat.wait_for(lambda seat: "SETTINGS" not in seat.text)
