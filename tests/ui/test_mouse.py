"""The mouse in a real terminal: borders, titles, selections, the scrollbar, links, tabs."""

import base64
import re

from tests.conftest import Desk
from tests.seat import Seat

HUSH = "stty -echo; "


def press(seat: Seat, x: int, y: int, button: int = 0) -> None:
    """Cells count from 1, as the terminal says them."""
    seat.send(f"\x1b[<{button};{x};{y}M")


def release(seat: Seat, x: int, y: int, button: int = 0) -> None:
    seat.send(f"\x1b[<{button};{x};{y}m")


def drag(seat: Seat, start: tuple[int, int], end: tuple[int, int], mods: int = 0) -> None:
    press(seat, *start, mods)
    middle = (start[0] + end[0]) // 2, (start[1] + end[1]) // 2
    for at in (middle, end):
        press(seat, *at, 32 + mods)
    release(seat, *end, mods)


def click(seat: Seat, x: int, y: int, times: int = 1) -> None:
    for _ in range(times):
        press(seat, x, y)
        release(seat, x, y)


def copied(seat: Seat) -> list[str]:
    """What arrived on the clipboard outside, in order."""
    return [base64.b64decode(found).decode() for found in re.findall(rb"\x1b\]52;c;([^\x1b]*)\x1b\\", bytes(seat.raw))]


def has_copied(text: str) -> "Copied":
    return Copied(text)


class Copied:
    """Did this text arrive on the clipboard outside, last?"""

    def __init__(self, text: str) -> None:
        self.text = text
        self.__name__ = f"{text!r} on the clipboard"

    def __call__(self, seat: Seat) -> bool:
        return copied(seat)[-1:] == [self.text]


def sizes(desk: Desk) -> dict[str, tuple[int, int]]:
    return {name: (pane["cols"], pane["rows"]) for name, pane in desk.panes().items()}


def two(desk: Desk, split: str = "right") -> Seat:
    """Two panes of text, beside each other or one below the other."""
    seat = desk.sit("--", "sh", "-c", f"{HUSH}printf 'alpha beta\\nsecond row\\n'; exec cat", cols=81, rows=24)
    seat.wait_for("second row")
    desk.new("sh", "-c", f"{HUSH}printf 'gamma delta\\n'; exec cat", name="other", split=split)
    seat.wait_for("gamma delta")
    return seat


def test_a_border_follows_the_mouse_and_the_programs_hear_of_their_size(desk: Desk) -> None:
    seat = two(desk)
    assert sizes(desk)["other"][0] == 40
    drag(seat, (41, 10), (61, 12))
    seat.wait_for(lambda s: all(row[60] == "│" for row in s.screen()[:20]))
    seat.wait_for(lambda _: sizes(desk) == {"sh": (60, 22), "other": (20, 22)})
    drag(seat, (61, 10), (21, 10))
    seat.wait_for(lambda _: sizes(desk)["sh"] == (20, 22))
    # Undone as one step.
    seat.send("\x02u")
    seat.wait_for(lambda _: sizes(desk)["sh"] == (60, 22))


def test_the_title_of_a_lower_pane_is_the_border_above_it(desk: Desk) -> None:
    seat = two(desk, "down")
    before = sizes(desk)
    at = next(y for y, row in enumerate(seat.screen()) if "other" in row) + 1
    drag(seat, (60, at), (60, at - 4))
    seat.wait_for(lambda _: sizes(desk)["other"][1] == before["other"][1] + 4)


def test_a_pane_carried_by_its_name_swaps_in_the_middle_and_docks_at_a_side(desk: Desk) -> None:
    seat = two(desk)
    drag(seat, (4, 1), (62, 12))
    seat.wait_for(lambda s: s.screen()[1].startswith("gamma delta"))
    drag(seat, (4, 1), (62, 22))
    seat.wait_for(lambda s: s.screen()[1].startswith("alpha beta"))
    seat.wait_for(lambda _: sizes(desk)["other"][0] == 81)


def test_a_selection_stays_in_its_pane_and_is_copied(desk: Desk) -> None:
    seat = two(desk)
    drag(seat, (7, 2), (79, 3))
    seat.wait_for(has_copied("beta\nsecond row"))
    # It was only a glance: what is typed goes to the program.
    seat.send("typed\r")
    seat.wait_for("typed")


def test_clicks_mark_a_word_and_a_line(desk: Desk) -> None:
    seat = two(desk)
    click(seat, 8, 2, times=2)
    seat.wait_for(has_copied("beta"))
    click(seat, 3, 3, times=3)
    seat.wait_for(has_copied("second row"))


def test_a_drag_beyond_the_edge_scrolls_on(desk: Desk) -> None:
    seat = desk.sit("--", "sh", "-c", f"{HUSH}seq 1 200; exec cat", cols=80, rows=24)
    seat.wait_for("200")
    press(seat, 5, 10)
    press(seat, 1, 1, 32)
    seat.wait_for("copy 1/201")
    release(seat, 1, 1)
    seat.wait_for(lambda s: copied(s) and "150" in copied(s)[-1].split())


def test_the_scrollbar_shows_where_and_can_be_dragged(desk: Desk) -> None:
    seat = desk.sit("--", "sh", "-c", f"{HUSH}seq 1 500; exec cat", cols=80, rows=24)
    seat.wait_for("500")
    assert "┃" not in seat.text
    press(seat, 5, 5, 64)
    seat.wait_for("┃")
    press(seat, 80, 22)
    press(seat, 80, 2, 32)
    release(seat, 80, 2)
    seat.wait_for(lambda s: s.screen()[1].startswith("1 ") and s.screen()[1].endswith("┃"))
    press(seat, 80, 2)
    press(seat, 80, 23, 32)
    release(seat, 80, 23)
    seat.wait_for("500")
    assert "┃" not in seat.text


def test_a_program_with_the_mouse_keeps_it_and_shift_takes_it(desk: Desk) -> None:
    script = "stty raw -echo; seq 1 100 | sed 's/$/\\r/'; printf '\\033[?1002h\\033[?1006hready '; exec cat -vT"
    seat = desk.sit("--", "sh", "-c", script, cols=80, rows=24)
    seat.wait_for("ready")
    drag(seat, (3, 3), (5, 4))
    seat.wait_for("^[[<0;3;2M^[[<32;4;2M^[[<32;5;3M^[[<0;5;3m")
    assert copied(seat) == []
    row = next(y for y, text in enumerate(seat.screen()) if text == "99") + 1
    drag(seat, (1, row), (80, row), mods=4)
    seat.wait_for(has_copied("99"))
    press(seat, 5, 5, 64 + 4)
    seat.wait_for("lines back")


def test_an_address_is_copied_where_nothing_can_open_it(desk: Desk) -> None:
    seat = desk.sit("--", "sh", "-c", f"{HUSH}echo see https://a.example/x.; exec cat", cols=80, rows=24)
    seat.wait_for("https")
    click(seat, 8, 2)
    seat.wait_for(has_copied("https://a.example/x"))
    seat.wait_for("copied https://a.example/x")


def test_a_link_of_the_programs_own_is_followed(desk: Desk) -> None:
    link = r"printf '\033]8;;https://hidden.example/\033\\here\033]8;;\033\\'"
    seat = desk.sit("--", "sh", "-c", f"{HUSH}{link}; exec cat", cols=80, rows=24)
    seat.wait_for("here")
    click(seat, 2, 2)
    seat.wait_for(has_copied("https://hidden.example/"))


def test_the_middle_button_pastes_what_was_copied(desk: Desk) -> None:
    seat = two(desk)
    click(seat, 8, 2, times=2)
    seat.wait_for(has_copied("beta"))
    press(seat, 60, 10, 1)
    release(seat, 60, 10, 1)
    seat.send("!\r")
    seat.wait_for(lambda s: any(row[41:].startswith("beta!") for row in s.screen()))


def test_a_click_on_a_name_of_the_strip_shows_that_pane(desk: Desk) -> None:
    for name in ("ada", "bob"):
        desk.new("sh", "-c", f"{HUSH}echo this is {name}; exec cat", name=name)
    seat = desk.sit(cols=60)
    seat.wait_for("this is bob")
    for name in ("ada", "bob"):
        click(seat, seat.screen()[0].index(name) + 2, 1)
        seat.wait_for(f"this is {name}")
