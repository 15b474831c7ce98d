"""The last line of a pane whose program has ended: how it ended, and the keys that start it again or close the pane.

It lies over the pane in focus, and reaches no terminal.
"""

from collections.abc import Callable

from rich.cells import cell_len

from muxer.ui.desk import Desk
from muxer.ui.look import Look
from muxer.ui.states import SIGNS, Sight, plainly
from muxer.ui.widgets.pane_grid import Sheet

KEYS = (("enter", "restart"), ("x", "close"))
"""What `Hands` does with them."""


def epilogue_row(sight: Sight, cols: int, look: Look) -> str:
    """The line, exactly so wide, as text with SGR; how it ended goes first where there is no room for all."""
    how = sight.note
    keys = " · ".join(map(" ".join, KEYS))
    if cell_len(how) + len(keys) + 5 > cols:
        how = ""
    quiet = look.ink("quiet", on="line")
    said = f"{look.ink(SIGNS[sight.state].role, on='line')}{how}{quiet} · " if how else ""
    inked = f"{quiet} · ".join(f"{look.ink('text', on='line', bold=True)}{key}{quiet} {words}" for key, words in KEYS)
    gap = " " * (cols - 1 - len(keys) - (cell_len(how) + 3 if how else 0))
    return plainly(f"{quiet} {said}{inked}{gap}", plain=look.ascii)


NARROWEST = 2 + len(" · ".join(map(" ".join, KEYS)))


class Epilogue:
    """One for the screen: only the pane in focus has keys. `lay` puts a sheet over the panes or takes it away."""

    def __init__(self, desk: Desk, lay: Callable[[Sheet | None], None]) -> None:
        self._desk, self._lay = desk, lay
        self._laid: Sheet | None = None

    def place(self) -> None:
        """Lay it where it belongs now, if it does."""
        sheet = self._sheet()
        if sheet != self._laid:
            self._laid = sheet
            self._lay(sheet)

    def _sheet(self) -> Sheet | None:
        view = self._desk.views.get(self._desk.bench.focus or "")
        if view is None or view.lens is not None or view.card is not None or not self._desk.sight(view.pane).ended:
            return None
        x, y, cols, rows = view.region
        if cols < NARROWEST or rows < 1:
            return None
        return Sheet(x, y + rows - 1, cols, (epilogue_row(self._desk.sight(view.pane), cols, self._desk.look),))
