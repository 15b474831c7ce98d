"""What a click or the wheel does around the panes: in the sidebar, and on the tabs of the status line."""

from muxer.ui.desk import Desk
from muxer.ui.widgets.sidebar import Sidebar
from muxer.ui.widgets.status_line import StatusLine


class Edges:
    """The sidebar and the status line, as the mouse finds them."""

    def __init__(self, desk: Desk, sidebar: Sidebar, status: StatusLine) -> None:
        self._desk, self._sidebar, self._status = desk, sidebar, status

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
