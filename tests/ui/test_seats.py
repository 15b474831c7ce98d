import asyncio
from collections.abc import AsyncIterator

import pytest

from muxer.terminal.terminal import Terminal
from muxer.ui.app import MuxerApp
from tests.ui.conftest import StillRuntime
from tests.ui.glass import Glass, until

Still = tuple[MuxerApp, StillRuntime]


@pytest.fixture
async def two(still: Still, terminal: Terminal) -> AsyncIterator[tuple[Glass, Glass, list[bytes]]]:
    """Two terminals in front of one pane, and what its program is given."""
    app, runtime = still
    written: list[bytes] = []
    terminal._pty.write = written.append  # type: ignore[method-assign,assignment]  # what would reach the program
    app.stage.place("p1", tab="", way="right", show=True)
    runtime.living["p1"] = terminal
    app.stage.open("p1", terminal)
    one, other = Glass(80, 24, answers=False), Glass(80, 24, answers=False)
    for glass in (one, other):
        app.driver.attach(glass.line, glass.hello)
    yield one, other, written
    one.hang_up()
    other.hang_up()


async def test_each_has_a_prefix_of_its_own(still: Still, two: tuple[Glass, Glass, list[bytes]]) -> None:
    app, runtime = still
    one, other, written = two
    one.type(b"\x02")
    await one.sees("PREFIX")
    other.type(b"c")
    await until(lambda: b"".join(written) == b"c")
    one.type(b"c")
    await until(lambda: [verb for verb, _ in runtime.called] == ["new"])
    assert b"".join(written) == b"c"
    assert app.mode == ""


async def test_one_that_only_looks_types_nothing(still: Still, two: tuple[Glass, Glass, list[bytes]]) -> None:
    app, _ = still
    _, _, written = two
    app.stage.place("p2", tab="", way="right", show=True)
    app.bench.focus_on("p1")
    app.arranged()
    looker = Glass(80, 24, answers=False)
    looker.hello |= {"read_only": True}
    app.driver.attach(looker.line, looker.hello)
    looker.type(b"rm\r\x02c\x1b[<0;60;5M\x1b[200~x\x1b[201~")
    two[0].type(b"!")
    await until(lambda: b"".join(written) == b"!")
    looker.hang_up()


async def test_what_follows_a_key_that_opens_a_screen_is_for_the_screen(
    still: Still, two: tuple[Glass, Glass, list[bytes]]
) -> None:
    app, _ = still
    one, _, written = two
    one.type(b"\x02?zoom")
    await until(lambda: app.picture.covered)
    await one.sees("zoom")
    one.type(b"\x1b")
    await until(lambda: not app.picture.covered)
    one.type(b"z")
    await until(lambda: b"".join(written) == b"z")


async def test_everybody_is_told_who_is_here(still: Still, two: tuple[Glass, Glass, list[bytes]]) -> None:
    app, _ = still
    one, other, _ = two
    await one.sees("2 clients")
    app.driver.viewers[1].leave("enough")
    await until(lambda: not any("clients" in row for row in one.screen()))
    assert any("clients" in row for row in other.screen())


@pytest.mark.parametrize("typed", [b"make\r", b"\r", b"ls", b"\x1b[200~yes\x1b[201~"])
async def test_who_types_on_has_put_an_offer_off_and_loses_no_key(
    still: Still, two: tuple[Glass, Glass, list[bytes]], typed: bytes
) -> None:
    app, _ = still
    one, _, written = two
    offered = asyncio.ensure_future(app.stage.offer_project("api", "/srv/api"))
    await one.sees("Keep api as a project?")
    one.type(typed)
    assert await asyncio.wait_for(offered, 10) == "later"
    await until(lambda: b"".join(written) == typed.removeprefix(b"\x1b[200~").removesuffix(b"\x1b[201~"))
