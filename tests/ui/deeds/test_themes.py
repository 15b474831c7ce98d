"""Keys of the default keymap, typed into the real program."""

import tomllib
from pathlib import Path
from typing import Any

from muxer.settings.themes import read_theme
from muxer.ui.tints import told
from tests.conftest import Desk
from tests.seat import Seat
from tests.ui.deeds.screens import begin, status


def folder(desk: Desk) -> Path:
    return Path(desk.env["XDG_CONFIG_HOME"]) / "muxer"


def chosen(desk: Desk) -> Any:
    return tomllib.loads((folder(desk) / "choices.toml").read_text()).get("look", {}).get("theme")


def wears(seat: Seat, name: str) -> bool:
    """Is this the last theme that the terminal was told?"""
    raw = bytes(seat.raw)
    last = raw.rfind(told(read_theme(name)).encode())
    return last >= 0 and last == raw.rfind(b"\x1b]4;0;")


def drawn(seat: Seat, name: str) -> bool:
    """Are the bars drawn in it, after it was told?"""
    theme = read_theme(name)
    return wears(seat, name) and theme.ink("quiet", on="line").encode() in seat.raw[seat.raw.rfind(b"\x1b]4;0;") :]


def test_the_next_theme_is_worn_at_once_said_and_kept(desk: Desk) -> None:
    seat = begin(desk)
    assert drawn(seat, "night")
    seat.send("\x02\x14")
    seat.wait_for(lambda s: drawn(s, "nord"))
    seat.wait_for(status("theme nord"))
    seat.wait_for(lambda _: chosen(desk) == "nord")
    seat.send("\x02\x14")
    seat.wait_for(lambda s: wears(s, "one-dark"))
    seat.wait_for(lambda _: chosen(desk) == "one-dark")
    desk.run("stop")
    again = begin(desk)
    assert drawn(again, "one-dark")


def test_a_list_tries_themes_on_and_escape_puts_the_old_one_back(desk: Desk) -> None:
    seat = begin(desk)
    seat.send("\x02T")
    seat.wait_for("catppuccin-mocha")
    seat.send("gruvbox-l")
    seat.wait_for(lambda s: wears(s, "gruvbox-light"))
    seat.send("\x1b")
    seat.wait_for(lambda s: drawn(s, "night"))
    assert chosen(desk) is None
    seat.send("\x02T")
    seat.wait_for("catppuccin-mocha")
    seat.send("nord\r")
    seat.wait_for(lambda s: drawn(s, "nord") and "type to find" not in s.text)
    seat.wait_for(lambda _: chosen(desk) == "nord")


def test_the_dialog_wears_what_is_tried_on(desk: Desk) -> None:
    seat = begin(desk)
    seat.send("\x02T")
    seat.wait_for("catppuccin-mocha")
    red, green, blue = read_theme("gruvbox-light").rgb("raised") or (0, 0, 0)
    seat.send("gruvbox-l")
    seat.wait_for(f"48;2;{red};{green};{blue}".encode())


def test_a_broken_theme_is_said_with_its_line_and_the_old_one_stays(desk: Desk) -> None:
    place = folder(desk) / "themes"
    place.mkdir()
    (place / "nonsense.toml").write_text('dark = true\n\n[roles]\naccent = "#12"\n')
    seat = begin(desk, cols=150)
    seat.send("\x02\x14")
    seat.wait_for(lambda s: wears(s, "nord"))
    seat.wait_for(status("nonsense.toml:4: accent must be a colour like #7aa2f7, not '#12'"))
    seat.send("\x02T")
    seat.wait_for("cannot be read")
    seat.send("nonsense\r")
    seat.wait_for(lambda s: "type to find" not in s.text)
    seat.wait_quiet()
    assert wears(seat, "nord")
    assert chosen(desk) == "nord"
