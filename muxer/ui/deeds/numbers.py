"""The panes' numbers, large, over each of them: the next digit goes there, and any other key puts them away."""

from muxer.model import PaneId
from muxer.ui.deeds.table import does
from muxer.ui.desk import Desk
from muxer.ui.layout import TITLE, Region
from muxer.ui.widgets.pane_grid import Sheet

MOST = 9
_DIGITS = (
    "██ | █ | █ | █ |███", "███|  █|███|█  |███", "███|  █|███|  █|███", "█ █|█ █|███|  █|  █", "███|█  |███|  █|███",
    "███|█  |███|█ █|███", "███|  █|  █|  █|  █", "███|█ █|███|█ █|███", "███|█ █|███|  █|███",
)  # fmt: skip
"""From 1 on; a dot is two cells wide, so that it is square."""


class Numbers:
    """Shown until a key is pressed."""

    def __init__(self, desk: Desk, panes: list[PaneId]) -> None:
        self._desk = desk
        self._panes = panes
        self.words = f"go to pane 1–{len(panes)} · any other key stays"
        placed = desk.bench.regions(desk.panes_room)
        for number, pane in enumerate(panes):
            if pane in placed:
                desk.lay(_name(pane), self._sheet(number, pane, placed[pane]))

    def _sheet(self, number: int, pane: PaneId, region: Region) -> Sheet | None:
        look = self._desk.look
        ink = look.ink("accent" if pane == self._desk.bench.focus else "text", bold=True)
        dot = "#" if look.ascii else "█"
        digit = ["".join(2 * cell for cell in row).replace("█", dot) for row in _DIGITS[number].split("|")]
        rows = [f"  {row}  " for row in (" " * len(digit[0]), *digit, " " * len(digit[0]))]
        if region.cols < len(rows[0]) or region.rows - TITLE < len(rows):
            rows = [f" {number + 1} "]
        cols, height = len(rows[0]), len(rows)
        if region.cols < cols or region.rows <= TITLE:
            return None
        x = region.x + (region.cols - cols) // 2
        y = region.y + TITLE + (region.rows - TITLE - height) // 2
        return Sheet(x, y, cols, tuple(ink + row for row in rows))

    def press(self, key: str) -> bool:
        """A digit goes there."""
        for pane in self._panes:
            self._desk.lay(_name(pane), None)
        chosen = self._panes[int(key) - 1 : int(key)] if key.isdecimal() and key != "0" else []
        if chosen and self._desk.bench.focus_on(chosen[0]):
            self._desk.arranged()
        return True

    def paste(self, text: str) -> None:
        """Nothing to paste into."""
        del text


def _name(pane: PaneId) -> str:
    return f"number {pane}"


@does("pane.numbers")
def numbers(desk: Desk) -> None:
    """Show them."""
    if desk.bench.tab is not None:
        desk.voice.put(Numbers(desk, desk.bench.tab.panes()[:MOST]))
