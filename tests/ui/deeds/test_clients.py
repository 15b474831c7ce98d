from muxer.ui.app import MuxerApp
from muxer.wire import frames
from tests.ui.conftest import StillRuntime
from tests.ui.glass import Glass, until


async def test_only_the_terminal_that_asked_is_let_go(still: tuple[MuxerApp, StillRuntime]) -> None:
    app, _ = still
    one, other = Glass(80, 24, answers=False), Glass(80, 24, answers=False)
    try:
        viewers = [app.driver.attach(glass.line, glass.hello) for glass in (one, other)]
        app.driver.active = viewers[0]
        app.act("client.suspend")
        await until(lambda: frames.SUSPEND in one.kinds)
        app.act("client.detach")
        await until(lambda: (frames.EXIT, b"detached from desk") in one.frames)
        await until(lambda: app.driver.viewers == viewers[1:])
        assert frames.EXIT not in other.kinds
    finally:
        one.hang_up()
        other.hang_up()
