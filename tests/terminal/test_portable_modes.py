import pytest

from muxer.terminal.engine import Modes, MouseMode
from muxer.terminal.portable import PortableEngine


def fed(data: str) -> PortableEngine:
    engine = PortableEngine(20, 6)
    engine.feed(data.encode())
    return engine


def test_what_a_fresh_terminal_has_on() -> None:
    modes = fed("").modes()
    assert modes == Modes()


@pytest.mark.parametrize(
    ("data", "mouse"),
    [
        ("\x1b[?9h", MouseMode.PRESSES),
        ("\x1b[?1000h", MouseMode.PRESSES),
        ("\x1b[?1002h", MouseMode.DRAGS),
        ("\x1b[?1003h", MouseMode.MOVES),
        ("\x1b[?1000;1003h\x1b[?1003l", MouseMode.PRESSES),
        ("\x1b[?1000h\x1bc", MouseMode.NONE),
    ],
)
def test_mouse(data: str, mouse: MouseMode) -> None:
    assert fed(data).modes().mouse is mouse


def test_modes_are_kept_and_brought_back() -> None:
    engine = fed("\x1b[?2004h\x1b[?2004;1004s\x1b[?2004l\x1b[?1004h\x1b[?2004;1004;77r")
    assert engine.modes().bracketed_paste
    assert not engine.modes().focus_reports


def test_a_full_reset_forgets_everything() -> None:
    engine = fed("text\n\n\n\n\n\n\n\n\x1b[?1049h\x1b[?1;1004;2004;2026h\x1b[5 q\x1b[>4;2m\x1bc")
    assert engine.modes() == fed("").modes()
    assert engine.snapshot() == fed("").snapshot()


def test_a_soft_reset_keeps_what_is_not_the_screens() -> None:
    engine = fed("\x1b[?1;25;2004h\x1b[?25l\x1b[!p")
    assert not engine.modes().application_cursor
    assert engine.modes().bracketed_paste
    assert engine.frame().cursor is not None
