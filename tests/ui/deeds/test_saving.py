from pathlib import Path

from tests.conftest import Desk
from tests.seat import Seat


def begin(desk: Desk) -> Seat:
    seat = desk.sit("--", "cat")
    seat.wait_for("ctrl+b …")
    return seat


def saved(desk: Desk) -> list[str]:
    folder = Path(desk.env["XDG_CONFIG_HOME"]) / "muxer" / "layouts"
    return sorted(file.name for file in folder.iterdir()) if folder.exists() else []


def test_where_none_is_saved_it_says_how(desk: Desk) -> None:
    seat = begin(desk)
    seat.send("\x02\x0f")
    seat.wait_for("no layout is saved yet: ctrl+b ctrl+s saves this tab")


def test_a_name_that_cannot_be_is_refused_and_an_empty_one_is_no_name(desk: Desk) -> None:
    seat = begin(desk)
    seat.send("\x02\x13")
    seat.wait_for("save layout as")
    seat.send("\r")
    seat.wait_for(lambda s: "save layout as" not in s.text)
    seat.send("\x02\x13../up\r")
    seat.wait_for("'../up' cannot name a layout")
    assert saved(desk) == []
    seat.send("\x02\x13  two words \r")
    seat.wait_for("two words: saved as")
    assert saved(desk) == ["two words.toml"]


def test_a_tab_with_a_name_offers_it(desk: Desk) -> None:
    seat = begin(desk)
    desk.new("cat", tab="backend")
    seat.wait_for("backend")
    seat.send("\x02\x13")
    seat.wait_for("save layout as backend")
    seat.send("\r")
    seat.wait_for("backend: saved as")
    assert saved(desk) == ["backend.toml"]
