import asyncio
import logging
from collections.abc import AsyncIterator

import pytest
from textual.app import ComposeResult
from textual.binding import Binding
from textual.screen import ModalScreen
from textual.widgets import Static

from muxer.ui.app import MuxerApp
from muxer.ui.mending import FAILED
from tests.ui.conftest import StillRuntime
from tests.ui.glass import Glass, until

Still = tuple[MuxerApp, StillRuntime]


class Brittle(ModalScreen[None]):
    """Fails where it is told to."""

    BINDINGS = [Binding("f", "fail", priority=True), Binding("g", "fail")]  # noqa: RUF012 - Textual's own way

    def __init__(self, where: str = "") -> None:
        super().__init__()
        self.where = where

    def _maybe(self, where: str) -> None:
        if self.where == where:
            raise RuntimeError(f"it fails in {where}")

    def compose(self) -> ComposeResult:
        self._maybe("compose")
        yield Static("a brittle dialog")

    def on_mount(self) -> None:
        self._maybe("mount")
        if self.where == "timer":
            self.set_timer(0.01, lambda: self._maybe("timer"))

    def on_key(self) -> None:
        self._maybe("key")

    def action_fail(self) -> None:
        raise RuntimeError("it fails in an action")


@pytest.fixture
async def glass(still: Still) -> AsyncIterator[Glass]:
    glass = Glass(80, 24, answers=False)
    still[0].driver.attach(glass.line, glass.hello)
    yield glass
    glass.hang_up()


@pytest.mark.parametrize(
    ("where", "key"), [("compose", ""), ("mount", ""), ("timer", ""), ("key", "z"), ("", "f"), ("", "g")]
)
async def test_a_dialog_that_fails_is_closed_and_all_else_goes_on(
    still: Still, glass: Glass, caplog: pytest.LogCaptureFixture, where: str, key: str
) -> None:
    app, runtime = still
    await glass.sees("NORMAL")
    app.show_screen(Brittle(where))
    if key:
        await glass.sees("a brittle dialog")
        glass.type(key.encode())
    await glass.sees(FAILED)
    await until(lambda: len(app.screen_stack) == 1, "its end")
    logged = [record for record in caplog.records if record.name == "muxer.ui.mending"]
    assert [record.levelno for record in logged] == [logging.ERROR]
    assert logged[0].exc_info is not None
    assert "it fails in" in str(logged[0].exc_info[1])
    app.show_screen(Brittle())
    await glass.sees("a brittle dialog")
    await app.pop_screen()
    glass.type(b"\x02c")
    await until(lambda: [verb for verb, _ in runtime.called] == ["new"], "a key that works")


async def test_what_lies_over_it_is_closed_with_it(still: Still, glass: Glass) -> None:
    app, _ = still
    under, over = Brittle(), Brittle()
    app.show_screen(under)
    await glass.sees("a brittle dialog")
    app.show_screen(over)
    await until(lambda: over.is_mounted, "the second one")
    under.call_later(under.action_fail)
    await glass.sees(FAILED)
    await until(lambda: len(app.screen_stack) == 1, "the end of both")


async def test_one_that_fails_when_it_is_gone_already_is_gone(still: Still, glass: Glass) -> None:
    app, _ = still
    dialog = Brittle()
    app.show_screen(dialog)
    await glass.sees("a brittle dialog")
    dialog.call_later(dialog.action_fail)
    app.pop_screen()
    await glass.sees(FAILED)
    assert app.is_running


async def test_a_failure_of_the_apps_own_ends_it(still: Still) -> None:
    app, _ = still

    def fail() -> None:
        raise RuntimeError("the app itself")

    app.call_later(fail)
    await asyncio.wait_for(app._exception_event.wait(), 10)
