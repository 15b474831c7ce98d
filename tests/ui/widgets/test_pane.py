from muxer.terminal.terminal import Terminal
from muxer.ui.layout import Region
from muxer.ui.widgets.pane import HOLD, PaneView


async def test_it_gives_its_terminal_the_size_of_its_place(terminal: Terminal) -> None:
    view = PaneView("p1")
    view.place(Region(0, 1, 30, 8))
    view.show(terminal)
    assert (terminal.cols, terminal.rows) == (30, 8)
    view.place(Region(5, 1, 12, 4))
    assert (terminal.engine.cols, terminal.engine.rows) == (12, 4)


async def test_a_frame_is_what_changed(terminal: Terminal) -> None:
    view = PaneView("p1")
    view.place(Region(0, 1, 20, 5))
    view.show(terminal)
    terminal.engine.feed(b"one\r\ntwo")
    assert view.frame(0.0) == [0, 1, 2, 3, 4]
    assert [row.strip() for row in view.rows] == ["one", "two", "", "", ""]
    terminal.engine.feed(b"!")
    assert view.frame(0.0) == [1]
    assert view.frame(0.0) == []
    assert view.cursor is not None
    assert (view.cursor.x, view.cursor.y) == (4, 1)


async def test_a_program_may_hold_its_frame_but_not_for_long(terminal: Terminal) -> None:
    view = PaneView("p1")
    view.place(Region(0, 1, 20, 5))
    view.show(terminal)
    view.frame(0.0)
    terminal.engine.feed(b"\x1b[?2026hhalf")
    assert view.frame(1.0) is None
    assert view.frame(1.0 + HOLD / 2) is None
    assert view.frame(1.0 + HOLD) == [0]
    terminal.engine.feed(b"whole\x1b[?2026l")
    assert view.frame(1.2) == [0]


async def test_it_scrolls_and_comes_back(terminal: Terminal) -> None:
    view = PaneView("p1")
    view.place(Region(0, 1, 20, 5))
    view.show(terminal)
    terminal.engine.feed(b"\r\n".join(b"%d" % n for n in range(40)))
    assert view.scroll(10)
    assert view.offset == 10
    view.frame(0.0)
    assert view.rows[0] == "25"
    assert not view.scroll(0)
    assert view.scroll(1000)
    assert view.offset == 35
    assert view.live()
    assert not view.live()
    view.frame(0.0)
    assert view.rows[4] == "39"
