"""What a click or the wheel does around the panes: in the sidebar, on a narrow screen's strip, and on the tabs."""

from collections.abc import Callable

from muxer.model import PaneId
from muxer.ui.desk import Desk
from muxer.ui.widgets.sidebar import Sidebar
from muxer.ui.widgets.status_line import StatusLine


class Edges:
    """The sidebar, the strip and the status line, as the mouse finds them."""

    def __init__(
        self, desk: Desk, sidebar: Sidebar, status: StatusLine, strip_at: Callable[[int], PaneId | None]
    ) -> None:
        self._desk, self._sidebar, self._status = desk, sidebar, status
        self._strip_at = strip_at

    def press(self, x: int, y: int) -> bool:
        """A click; whether it was on something of theirs."""
        moved = False
        if self._sidebar.holds(x, y):
            pane = self._sidebar.pane_at(x, y)
            moved = pane is not None and self._desk.bench.focus_on(pane)
        elif self._status.region.contains(x, y):
            at = self._status.tab_at(x)
            moved = at is not None and self._desk.bench.show(at + 1)
        else:
            return False
        if moved:
            self._desk.arranged()
        return True

    def press_title(self, x: int) -> bool:
        """A click on a column of the shown pane's title; whether that is a strip, with a name there."""
        pane = self._strip_at(x)
        if pane is not None and self._desk.bench.focus_on(pane):
            self._desk.arranged()
        return pane is not None

    def wheel(self, x: int, y: int, lines: int) -> bool:
        """The wheel; whether it was theirs."""
        if self._sidebar.holds(x, y):
            if self._sidebar.scroll_by(-lines):
                self._desk.say_again()
        elif self._status.region.contains(x, y):
            if self._desk.bench.turn(-1 if lines > 0 else 1):
                self._desk.arranged()
        else:
            return False
        return True
