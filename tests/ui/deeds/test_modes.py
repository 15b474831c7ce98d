from muxer.terminal.terminal import Terminal
from muxer.ui.app import MuxerApp
from tests.ui.conftest import StillRuntime

Still = tuple[MuxerApp, StillRuntime]


async def test_a_mode_is_entered_and_left(still: Still) -> None:
    app, _ = still
    for mode in ("resize", "pane", "tab", "move", "session", "lock"):
        app.act(f"mode.{mode}")
        assert app.mode == mode
    app.act("mode.leave")
    assert app.mode == ""


async def test_the_prefix_itself_reaches_the_program_as_its_modes_want_it(still: Still, terminal: Terminal) -> None:
    app, runtime = still
    written: list[bytes] = []
    terminal._pty.write = written.append  # type: ignore[method-assign,assignment]  # what would reach the program
    app.act("prefix.send")
    app.stage.place("p1", tab="", way="right", show=True)
    runtime.living["p1"] = terminal
    app.stage.open("p1", terminal)
    app.act("prefix.send")
    terminal.engine.feed(b"\x1b[>1u")
    app.act("prefix.send")
    assert written == [b"\x02", b"\x1b[98;5u"]
