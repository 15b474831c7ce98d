"""Keys of the default keymap, typed into the real program."""

from tests.conftest import Desk
from tests.ui.deeds.screens import at, begin, places, status

COLUMNS = {"sh": (0, 0), "sh_2": (27, 0), "sh_3": (54, 0)}
ROWS = {"sh": (0, 0), "sh_2": (0, 8), "sh_3": (0, 15)}
MAIN_LEFT = {"sh": (0, 0), "sh_2": (48, 0), "sh_3": (48, 12)}
MAIN_TOP = {"sh": (0, 0), "sh_2": (0, 14), "sh_3": (41, 14)}
TILED = {"sh": (0, 0), "sh_2": (41, 0), "sh_3": (0, 12)}


def test_presets_in_turn_and_by_name(desk: Desk) -> None:
    seat = begin(desk, 3)
    for preset in (COLUMNS, ROWS, MAIN_LEFT, MAIN_TOP, TILED, COLUMNS):
        seat.send("\x02 ")
        seat.wait_for(at(**preset))
    seat.send("\x02\x7f")
    seat.wait_for(at(**TILED))
    for key, preset in (("1", COLUMNS), ("2", ROWS), ("3", MAIN_TOP), ("4", MAIN_LEFT), ("5", TILED)):
        seat.send(f"\x02\x1b{key}")
        seat.wait_for(at(**preset))
    assert {(p["cols"], p["rows"]) for p in desk.panes().values()} == {(40, 11), (39, 11), (80, 10)}


def test_back_and_forth(desk: Desk) -> None:
    seat = begin(desk, 3)
    before = places(seat)
    seat.send("\x02 ")
    seat.wait_for(at(**COLUMNS))
    seat.send("\x02 ")
    seat.wait_for(at(**ROWS))
    seat.send("\x02u")
    seat.wait_for(at(**COLUMNS))
    seat.send("\x02u\x02u")
    seat.wait_for(status("no change of the layout to undo"))
    seat.wait_for(lambda s: places(s) == before)
    for preset in (COLUMNS, ROWS):
        seat.send("\x02U")
        seat.wait_for(at(**preset))
    seat.send("\x02U")
    seat.wait_for(status("nothing to do again"))


def test_a_preset_without_room_is_refused_in_a_line(desk: Desk) -> None:
    seat = begin(desk, 3, rows=10)
    seat.send("\x02\x1b2")
    seat.wait_for(status("no room for 3 panes as even rows: close one"))
