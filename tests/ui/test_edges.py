"""The mouse on the sidebar and on the tabs of the status line."""

from tests.conftest import Desk
from tests.seat import Seat

HUSH = "stty -echo; "


def press(seat: Seat, x: int, y: int, button: int = 0) -> None:
    """Cells count from 1, as the terminal says them."""
    seat.send(f"\x1b[<{button};{x};{y}M")
    if button < 64:
        seat.send(f"\x1b[<{button};{x};{y}m")


def two_tabs(desk: Desk, cols: int) -> Seat:
    seat = desk.sit("--", "sh", "-c", f"{HUSH}echo first one; exec cat", cols=cols, rows=24)
    seat.wait_for("first one")
    desk.new("sh", "-c", f"{HUSH}echo elsewhere; exec cat", tab="logs", name="logger")
    seat.wait_for("elsewhere")
    return seat


def test_a_click_on_a_tab_shows_it_and_the_wheel_turns_them(desk: Desk) -> None:
    seat = two_tabs(desk, 80)
    press(seat, seat.screen()[-1].index(" 1 ") + 2, 24)
    seat.wait_for("first one")
    press(seat, seat.screen()[-1].index("logs") + 1, 24)
    seat.wait_for("elsewhere")
    press(seat, 10, 24, 64)
    seat.wait_for("first one")
    press(seat, 10, 24, 65)
    seat.wait_for("elsewhere")


def test_a_click_in_the_sidebar_goes_to_the_pane(desk: Desk) -> None:
    seat = two_tabs(desk, 120)
    rows = [row[:24] for row in seat.screen()]
    at = next(y for y, row in enumerate(rows) if " sh " in f"{row} ")
    press(seat, 5, at + 1)
    seat.wait_for("│first one")
    at = next(y for y, row in enumerate(rows) if "logger" in row)
    press(seat, 5, at + 1)
    seat.wait_for("│elsewhere")
