"""The runtime, wired once: panes, the screen they are shown on, and everybody who wants to hear what happens.

The screen is handed in as a Stage; this module knows no user interface.
"""

import asyncio
import logging
import os
from collections.abc import Awaitable, Callable, Mapping, Sequence
from typing import Any, Protocol

from muxer import __version__
from muxer.config import Config
from muxer.errors import MuxerError
from muxer.events import Event, PaneClosed, PaneEnded, Warned
from muxer.fleet.panes import Pane, Panes
from muxer.model import ClientFacts, Exit, PaneFacts, PaneId, SplitWay
from muxer.paths import HostPaths
from muxer.terminal.custody import Custody
from muxer.terminal.terminal import Terminal

LAST_WORDS = 0.3
"""How long an ended program's output may still come, in seconds: somebody else may hold its pty open."""
SHORT_LIFE = 1.0
"""A shell that ends sooner than this did not end because somebody typed exit."""

log = logging.getLogger(__name__)


class Stage(Protocol):
    """Where panes are shown."""

    def place(self, pane: PaneId, *, tab: str, way: SplitWay, show: bool) -> tuple[str, int, int]:
        """Make room for a pane that is about to be; its tab, columns and rows."""

    def place_tree(
        self, name: str, tree: Any, *, focus: PaneId, zoomed: bool
    ) -> tuple[str, dict[PaneId, tuple[int, int]]]:
        """Make a tab for a tree of panes that are about to be; what it is called, and each one's columns and rows."""

    def tab_data(self, tab: str) -> dict[str, Any]:
        """A tab (the shown one): name, tree, focus, zoomed. Raises UnknownName."""

    def open(self, pane: PaneId, terminal: Terminal) -> None:
        """The pane lives."""

    def close_pane(self, pane: PaneId) -> None:
        """The pane is gone, or never came to be."""

    def tab_of(self, pane: PaneId) -> str:
        """The name of the tab it lies in."""

    def resize_pane(self, pane: PaneId, cols: int, rows: int) -> None:
        """Give a pane that size, as far as its neighbours can spare it."""

    def clients(self) -> list[ClientFacts]:
        """Who is attached."""

    def dismiss_clients(self, reason: str) -> int:
        """Let every terminal go; how many there were."""


class Services:
    """What verbs work with."""

    def __init__(self, *, paths: HostPaths, config: Config, custody: Custody, panes: Panes) -> None:
        self.paths = paths
        self.config = config
        self.panes = panes
        self.custody = custody
        self.stage: Stage
        self.listeners: list[Callable[[Event], None]] = []
        self.reload: Callable[[], Awaitable[dict[str, Any]]]
        self.on_empty: Callable[[], None] = lambda: None
        self.on_stop: Callable[[], None] = lambda: None
        self._tasks: set[asyncio.Task[None]] = set()
        self._born: dict[PaneId, float] = {}

    @property
    def terminals(self) -> Mapping[PaneId, Terminal]:
        """Every living pane's terminal."""
        return self.panes.terminals

    def tell(self, event: Event) -> None:
        """Something happened: everybody hears it, in order, and one who fails does not deafen the others."""
        for listener in tuple(self.listeners):
            try:
                listener(event)
            except Exception:  # the event pump is the one place that catches everything
                log.exception("a listener failed on %r", event)
        if isinstance(event, PaneEnded):
            self._later(self._lay_out(event.pane, event.exit))
        elif isinstance(event, PaneClosed) and not self.panes.living:
            self.on_empty()

    def _later(self, work: Awaitable[None]) -> None:
        async def run() -> None:
            try:
                await work
            except MuxerError as error:
                self.tell(Warned(str(error)))

        task = asyncio.ensure_future(run())
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    # ---- panes

    def facts(self, pane: PaneId) -> PaneFacts:
        """What is known of a pane."""
        return self.panes.facts(pane, self.stage.tab_of(pane))

    def busy(self, pane: PaneId) -> str:
        """The program that closing it would end."""
        return self.panes.busy(pane)

    async def open_pane(
        self, command: Sequence[str], *, cwd: str = "", tab: str = "", way: SplitWay = "right", name: str = "",
        show: bool = True,
    ) -> Pane:  # fmt: skip
        """A program in a new pane. Raises SpawnFailed."""
        cwd = cwd or self._folder()
        pane = self.panes.new_id()
        _, cols, rows = self.stage.place(pane, tab=tab, way=way, show=show)
        try:
            return await self.start(pane, command, cwd=cwd, name=name, cols=cols, rows=rows)
        except MuxerError:
            self.stage.close_pane(pane)
            raise

    async def start(self, pane: PaneId, command: Sequence[str], *, cwd: str, name: str, cols: int, rows: int) -> Pane:
        """A program in a pane that has its place already. Raises SpawnFailed."""
        opened = await self.panes.open(pane, command, cwd=cwd, name=name, cols=cols, rows=rows)
        self._show(opened)
        return opened

    def _folder(self) -> str:
        folder = os.environ.get("MUXER_CWD", "") or os.path.expanduser("~")
        return folder if os.path.isdir(folder) else "/"

    def _show(self, pane: Pane) -> None:
        loop = asyncio.get_running_loop()
        self._born[pane.id] = loop.time()
        self.stage.open(pane.id, pane.terminal)
        pane.terminal.start()

    async def recover(self) -> list[PaneId]:
        """Show what another host left."""
        return await self.panes.recover()

    def show_recovered(self) -> None:
        """Their places stand: let them run."""
        for pane in tuple(self.panes.living.values()):
            self._show(pane)

    async def close_pane(self, pane: Pane) -> None:
        """Hang its program up and take it away."""
        self.stage.close_pane(pane.id)  # first, for the stage asks about whatever it shows
        await self.panes.forget(pane)

    async def _lay_out(self, pane: PaneId, how: Exit) -> None:
        """A program ended: its pane goes when it ended well, and stays to be read when it did not."""
        loop = asyncio.get_running_loop()
        found = self.panes.living.get(pane)
        if found is None:
            return
        deadline = loop.time() + LAST_WORDS
        while not found.terminal.ended and loop.time() < deadline:  # noqa: ASYNC110 - a moment, once a program
            await asyncio.sleep(0.01)
        lived = loop.time() - self._born.get(pane, 0.0)
        if how.status == 0 or (found.shell and how.signal is None and lived > SHORT_LIFE):
            await self.close_pane(found)

    # ---- everything

    def overview(self) -> dict[str, Any]:
        """What `muxer ls` shows."""
        return {
            "host": {"name": self.paths.name, "pid": os.getpid(), "version": __version__},
            "keeper": {"pid": self.custody.keeper_pid},
            "clients": self.stage.clients(),
            "panes": [self.facts(pane) for pane in self.panes.living],
        }
