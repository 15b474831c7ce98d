"""Words in a dialog that a mouse points at: a click, a double click, the wheel."""

from collections.abc import Callable

from textual import events
from textual.widgets import Static


class Pointed(Static):
    """`click` is told column, row, and whether it was a double click; `turn` is told 1 for down, -1 for up."""

    def __init__(self, id: str, *, click: Callable[[int, int, bool], None], turn: Callable[[int], None]) -> None:  # noqa: A002 - Textual's name
        super().__init__(id=id, markup=False)
        self._click, self._turn = click, turn

    def on_click(self, event: events.Click) -> None:
        """There, unless it is beside the words."""
        event.stop()
        if (at := event.get_content_offset(self)) is not None:  # the first cell is false
            self._click(at.x, at.y, event.chain > 1)

    def on_mouse_scroll_down(self, event: events.MouseScrollDown) -> None:
        """Further down."""
        event.stop()
        self._turn(1)

    def on_mouse_scroll_up(self, event: events.MouseScrollUp) -> None:
        """Back."""
        event.stop()
        self._turn(-1)
