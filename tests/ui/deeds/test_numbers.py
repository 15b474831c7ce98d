"""Keys of the default keymap, typed into the real program."""

from tests.conftest import Desk
from tests.ui.deeds.screens import begin, status, types_into


def test_a_digit_goes_to_the_pane_that_shows_it(desk: Desk) -> None:
    seat = begin(desk, 2)
    seat.send("\x02q")
    seat.wait_for(status("go to pane 1–2"))
    dots = [(y, x) for y, row in enumerate(seat.screen()) for x, cell in enumerate(row) if cell == "█"]
    assert len([1 for _, x in dots if x < 40]) == 2 * (2 + 1 + 1 + 1 + 3)
    assert len([1 for _, x in dots if x > 40]) == 2 * (3 + 1 + 3 + 1 + 3)
    assert {y for y, _ in dots} == {9, 10, 11, 12, 13}
    seat.send("1")
    seat.wait_for(lambda s: "█" not in s.text)
    types_into(seat, "p1")
    for key in ("7", "x", "\x1b"):
        seat.send("\x02q")
        seat.wait_for("█")
        seat.send(key)
        seat.wait_for(lambda s: "█" not in s.text)
        types_into(seat, "p1")


def test_where_there_is_little_room_the_digit_is_small(desk: Desk) -> None:
    seat = begin(desk, 2, rows=6)
    seat.send("\x02q")
    seat.wait_for(status("go to pane 1–2"))
    assert "█" not in seat.text
    assert any(row[41:].strip() == "2" for row in seat.screen()[1:4])
