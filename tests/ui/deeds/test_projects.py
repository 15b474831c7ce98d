import asyncio

from muxer.ui.app import MuxerApp
from muxer.ui.deeds.projects import ask_agreement, offer_project
from tests.ui.conftest import StillRuntime
from tests.ui.glass import Glass

Still = tuple[MuxerApp, StillRuntime]


async def test_whoever_asks_waits_for_the_answer(still: Still) -> None:
    app, _ = still
    glass = Glass(80, 24, answers=False)
    app.driver.attach(glass.line, glass.hello)
    offered = asyncio.ensure_future(offer_project(app, "api", "/srv/api"))
    await glass.sees("Keep api as a project?")
    glass.type(b"v")
    assert await asyncio.wait_for(offered, 10) == "never"
    asked = asyncio.ensure_future(ask_agreement(app, "/srv/api/.muxer/config.toml", "check = 'make'"))
    await glass.sees("check = 'make'")
    while not asked.done():  # at first it is too soon to have been meant
        glass.type(b"y")
        await asyncio.sleep(0.05)
    assert await asked == "yes"
    glass.hang_up()
