"""The app that a host shows, and the next one when it fails: a new screen over the same panes.

An app that fails again and again is not made anew; then the host ends, and the clients start another.
"""

import asyncio
import gc
import logging
import os
import time
from collections import deque
from collections.abc import Callable, Mapping
from typing import Any

from muxer.errors import MuxerError
from muxer.services import Services
from muxer.settings.wardrobe import Wardrobe
from muxer.ui.app import MuxerApp
from muxer.ui.driver import SocketDriver
from muxer.ui.runtime import Runtime

FAILURES, WITHIN = 3, 30.0
"""So many failures within so many seconds are not mended."""

log = logging.getLogger(__name__)


class Showing:
    """The app of now. `on_failed` is called when it ended unasked, and nobody calls the old one's stage any more."""

    app: MuxerApp
    running: asyncio.Task[None]

    def __init__(
        self, services: Services, wardrobe: Wardrobe, runtime: Runtime, *, on_failed: Callable[[], None]
    ) -> None:
        self._services, self._wardrobe, self._runtime = services, wardrobe, runtime
        self._on_failed = on_failed
        self._failures: deque[float] = deque(maxlen=FAILURES)
        self._closing = False

    async def start(self, size: tuple[int, int] | None = None) -> None:
        """Make it, and hand it to services. Raises MuxerError."""
        worn, services = self._wardrobe.worn, self._services
        SocketDriver.policy = worn.config.clients.size
        app = MuxerApp(
            host=services.paths.name, runtime=self._runtime, config=worn.config, keymap=worn.keymap, theme=worn.theme
        )
        running = asyncio.ensure_future(app.run_async(size=size or _asked_size()))
        mounted = asyncio.ensure_future(app.mounted.wait())
        await asyncio.wait({running, mounted}, return_when=asyncio.FIRST_COMPLETED)
        if running.done():
            mounted.cancel()
            await running
            raise MuxerError(f"the screen could not be made: see {services.paths.log}")
        self.app, self.running = app, running
        services.stage = app.stage
        services.listeners.append(app.stage.heard)
        services.panes.on_output = app.stage.output
        running.add_done_callback(self._ended)

    async def start_again(self, bench: Mapping[str, Any]) -> None:
        """Make another one, as large and as full as the last. Raises MuxerError if it failed too often."""
        before = self.app
        now = time.monotonic()
        self._failures.append(now)
        if len(self._failures) == FAILURES and now - self._failures[0] < WITHIN:
            raise MuxerError(f"the screen failed {FAILURES} times within {WITHIN:.0f} s")
        gc.unfreeze()  # the last one is to be collected
        await self.start((before.size.width, before.size.height))
        panes = self._services.panes.living
        self.app.stage.restore(bench, list(panes))
        for pane in tuple(panes.values()):
            self.app.stage.open(pane.id, pane.terminal)

    async def close(self) -> None:
        """Nothing is shown any more."""
        self._closing = True
        self.app.exit()
        await asyncio.wait({self.running}, timeout=2.0)

    def _ended(self, running: "asyncio.Task[None]") -> None:
        if self._closing or running.cancelled():  # the host goes down
            return
        failure = running.exception() or self.app.driver.failure
        log.error("the screen failed", exc_info=failure)
        self._services.listeners.remove(self.app.stage.heard)
        self._services.panes.on_output = lambda _: None
        self._on_failed()


def _asked_size() -> tuple[int, int]:
    """That of the terminal which started us."""
    cols, _, rows = os.environ.get("MUXER_SIZE", "80x24").partition("x")
    return (int(cols), int(rows)) if cols.isdigit() and rows.isdigit() and int(cols) and int(rows) else (80, 24)
