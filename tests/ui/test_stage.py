from muxer.events import Warned
from muxer.terminal.terminal import Terminal
from muxer.ui.app import MuxerApp
from tests.ui.conftest import StillRuntime

Still = tuple[MuxerApp, StillRuntime]


async def test_a_pane_comes_has_its_size_and_goes(still: Still, terminal: Terminal) -> None:
    app, runtime = still
    stage = app.stage
    tab, cols, rows = stage.place("p1", tab="build", way="none", show=True)
    assert (tab, cols, rows) == ("build", 80, 22)
    runtime.living["p1"] = terminal
    stage.open("p1", terminal)
    assert (terminal.cols, terminal.rows) == (80, 22)
    tab, cols, rows = stage.place("p2", tab="", way="right", show=True)
    assert (tab, cols, rows) == ("build", 39, 22)
    stage.resize_pane("p2", 50, 22)
    assert app.bench.regions(app.panes_room)["p2"].cols == 50
    stage.close_pane("p2")
    assert stage.tab_of("p2") == ""
    assert (terminal.cols, terminal.rows) == (80, 22)


async def test_what_lived_stands_where_it_stood(still: Still) -> None:
    app, _ = still
    for pane in ("p1", "p2"):
        app.stage.place(pane, tab="", way="down", show=True)
    remembered = app.bench.to_data()
    app.stage.restore(remembered, ["p2", "p7"])
    assert [tab.panes() for tab in app.bench.tabs] == [["p2"], ["p7"]]
    assert {"p2", "p7"} <= set(app.views)


async def test_a_warning_is_said(still: Still) -> None:
    app, _ = still
    app.stage.heard(Warned("the disk is full"))
    assert app.voice.words() == ("the disk is full", "bad")
