"""Where panes lie, read off a real terminal."""

import re
from collections.abc import Callable

from tests.conftest import Desk
from tests.seat import Seat

TITLE = re.compile(r"[◌●○◆▲□✕‖?] ([\w-]+)")


def begin(desk: Desk, panes: int = 1, cols: int = 80, rows: int = 24) -> Seat:
    """A terminal with so many panes in one row; the last has the focus."""
    seat = desk.sit(cols=cols, rows=rows)
    seat.wait_for(shows("sh"))
    for n in range(2, panes + 1):
        seat.send("\x02%")
        seat.wait_for(has(f"sh-{n}"))
    return seat


def places(seat: Seat) -> dict[str, tuple[int, int]]:
    """Column and row of every title, by the pane's name."""
    rows = seat.screen()[:-1]
    return {found[1]: (found.start() - 1, y) for y, row in enumerate(rows) for found in TITLE.finditer(row)}


def shows(*names: str) -> Callable[[Seat], bool]:
    """Are just these panes on the screen, in this order?"""

    def met(seat: Seat) -> bool:
        return list(places(seat)) == list(names)

    met.__name__ = f"the panes {', '.join(names)}"
    return met


def has(name: str) -> Callable[[Seat], bool]:
    """Is this pane on the screen?"""

    def met(seat: Seat) -> bool:
        return name in places(seat)

    met.__name__ = f"the pane {name}"
    return met


def at(**wanted: tuple[int, int]) -> Callable[[Seat], bool]:
    """Do the panes lie there? Underscores in names stand for hyphens."""
    names = {name.replace("_", "-"): place for name, place in wanted.items()}

    def met(seat: Seat) -> bool:
        return places(seat) == names

    met.__name__ = f"the panes at {names}"
    return met


def status(text: str) -> Callable[[Seat], bool]:
    """Does the status line say so?"""

    def met(seat: Seat) -> bool:
        return text in seat.screen()[-1]

    met.__name__ = f"{text!r} in the status line"
    return met


def types_into(seat: Seat, pane: str) -> None:
    """Typing goes to that pane."""
    seat.send(f"echo {pane}=$MUXER_PANE\r")
    seat.wait_for(f"\n{pane}={pane}" if seat.cols < 40 else f"{pane}={pane}")
