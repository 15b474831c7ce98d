"""The picture as an attached terminal has it, without a process."""

from collections.abc import AsyncIterator

import pytest
from textual.screen import ModalScreen

from muxer.terminal.terminal import Terminal
from muxer.ui.app import MuxerApp
from muxer.ui.widgets.pane_grid import Sheet
from tests.ui.conftest import StillRuntime
from tests.ui.glass import Glass, until

Still = tuple[MuxerApp, StillRuntime]


@pytest.fixture
async def glass(still: Still, terminal: Terminal) -> AsyncIterator[Glass]:
    """A terminal in front of the app, which shows one pane."""
    app, runtime = still
    app.stage.place("p1", tab="", way="right", show=True)
    runtime.living["p1"] = terminal
    app.stage.open("p1", terminal)
    terminal.on_output = lambda: app.stage.output("p1")
    made = Glass(80, 24)
    app.driver.attach(made.line, made.hello)
    yield made
    made.hang_up()


async def test_a_sheet_lies_over_the_panes_while_they_go_on(still: Still, terminal: Terminal, glass: Glass) -> None:
    app, _ = still
    terminal.engine.feed(b"first line that is long\r\nsecond line that is long")
    app.stage.output("p1")
    await glass.sees("second line")
    app.picture.lay("help", Sheet(6, 1, 5, ("[one]", "[two]")))
    await glass.sees("first [one]that")
    terminal.engine.feed(b"\x1b[H\x1b[2KFIRST LINE THAT IS LONG")
    app.stage.output("p1")
    await glass.sees("FIRST [one]THAT")
    await glass.sees("second[two] that")
    app.picture.lay("help", None)
    await glass.sees("FIRST LINE THAT IS LONG")
    await glass.sees("second line that is long")


async def test_a_screen_over_the_panes_is_composed_and_leaves_nothing(
    still: Still, terminal: Terminal, glass: Glass
) -> None:
    app, _ = still
    terminal.engine.feed(b"under all")
    app.stage.output("p1")
    await glass.sees("under all")
    app.picture.lay("help", Sheet(2, 3, 5, ("sheet",)))
    await glass.sees("sheet")
    assert not app.picture.covered
    app.show_screen(ModalScreen())
    assert app.picture.covered
    assert app.picture.rows() is None
    terminal.engine.feed(b"\r\nmore of it")
    app.stage.output("p1")
    await glass.sees("more of it")
    await app.pop_screen()
    app.picture.lay("help", None)
    app.arranged()
    await until(lambda: "sheet" not in "\n".join(glass.screen()))
    await glass.sees("more of it")


async def test_a_title_is_made_when_it_is_drawn_not_when_it_was_asked_for(
    still: Still, terminal: Terminal, glass: Glass
) -> None:
    app, _ = still
    terminal.engine.feed(b"\r\n".join(b"%d" % n for n in range(100)))
    app.stage.output("p1")
    await glass.sees("99")
    view = app.views["p1"]
    view.scroll(5)
    app.redraw("p1")
    view.scroll(5)
    await glass.sees("10 lines back")
