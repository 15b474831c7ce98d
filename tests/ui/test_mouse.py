import pytest

from muxer.terminal.keys import Button, Mods, Motion, Mouse
from muxer.terminal.terminal import Terminal
from muxer.ui.layout import Region
from muxer.ui.mouse import Pointer
from muxer.ui.widgets.pane import PaneView


class Table:
    """One pane at (10, 5), and what was asked of the clock."""

    def __init__(self, terminal: Terminal) -> None:
        self.view = PaneView("p1")
        self.view.place(Region(10, 6, 20, 5))
        self.view.show(terminal)
        self.asked: list[str] = []
        self.written: list[bytes] = []
        self.pointer = Pointer(self, {"p1": self.view}, self.asked.append)
        terminal._pty.write = self.written.append  # type: ignore[method-assign,assignment]  # what would reach the program

    def pane_at(self, x: int, y: int) -> tuple[str, int, int] | None:
        return ("p1", x - 10, y - 6) if 10 <= x < 30 and 5 <= y < 11 else None

    def cell_of(self, pane: str, x: int, y: int) -> tuple[int, int]:
        assert pane == "p1"
        return x - 10, y - 6


@pytest.fixture
def table(terminal: Terminal) -> Table:
    return Table(terminal)


def mouse(motion: Motion, button: Button, x: int, y: int, mods: Mods = Mods.NONE) -> Mouse:
    return Mouse(motion, button, x, y, mods)


def test_a_click_gives_the_focus_and_nothing_to_a_program_that_did_not_ask(table: Table) -> None:
    assert table.pointer.take(mouse(Motion.PRESS, Button.LEFT, 12, 7)) == "p1"
    assert b"".join(table.written) == b""
    assert table.pointer.take(mouse(Motion.PRESS, Button.LEFT, 1, 1)) is None


def test_a_program_that_asked_hears_of_it_in_its_own_cells(table: Table, terminal: Terminal) -> None:
    terminal.engine.feed(b"\x1b[?1002h\x1b[?1006h")
    table.pointer.take(mouse(Motion.PRESS, Button.LEFT, 12, 7))
    table.pointer.take(mouse(Motion.MOVE, Button.LEFT, 50, 50))
    table.pointer.take(mouse(Motion.RELEASE, Button.LEFT, 50, 50))
    assert b"".join(table.written) == b"\x1b[<0;3;2M\x1b[<32;20;5M\x1b[<0;20;5m"


def test_the_title_is_not_the_programs(table: Table, terminal: Terminal) -> None:
    terminal.engine.feed(b"\x1b[?1000h\x1b[?1006h")
    assert table.pointer.take(mouse(Motion.PRESS, Button.LEFT, 12, 5)) == "p1"
    assert b"".join(table.written) == b""


def test_the_wheel_scrolls_history(table: Table, terminal: Terminal) -> None:
    terminal.engine.feed(b"\r\n" * 30)
    table.pointer.take(mouse(Motion.PRESS, Button.WHEEL_UP, 12, 7))
    assert (table.view.offset, table.asked) == (3, ["p1"])
    table.pointer.take(mouse(Motion.PRESS, Button.WHEEL_DOWN, 12, 7))
    assert table.view.offset == 0


def test_the_wheel_goes_to_a_program_that_asked_unless_shift_is_held(table: Table, terminal: Terminal) -> None:
    terminal.engine.feed(b"\r\n" * 30 + b"\x1b[?1000h\x1b[?1006h")
    table.pointer.take(mouse(Motion.PRESS, Button.WHEEL_UP, 12, 7))
    assert b"".join(table.written) == b"\x1b[<64;3;2M"
    table.pointer.take(mouse(Motion.PRESS, Button.WHEEL_UP, 12, 7, Mods.SHIFT))
    assert table.view.offset == 3


def test_the_wheel_is_arrows_to_a_full_screen_program(table: Table, terminal: Terminal) -> None:
    terminal.engine.feed(b"\x1b[?1049h")
    table.pointer.take(mouse(Motion.PRESS, Button.WHEEL_DOWN, 12, 7))
    assert b"".join(table.written) == b"\x1b[B" * 3
