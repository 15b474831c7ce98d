"""A runtime in this very process: a real keeper, real programs, and a stage that only writes down what is asked of it.

Like the app, the stage wants to know about every pane that it shows, at any time.
"""

import asyncio
import os
import shutil
import tempfile
import time
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager, suppress
from typing import Any

from muxer.bus.bus import LocalBus
from muxer.config import Config
from muxer.errors import MuxerError, UnknownName
from muxer.events import Event
from muxer.fleet.panes import Panes
from muxer.model import ClientFacts, Exit, PaneFacts, PaneId, SplitWay
from muxer.paths import HostPaths
from muxer.services import Services
from muxer.store.database import Store, open_store
from muxer.terminal.custody import Custody
from muxer.terminal.terminal import Terminal

ENV = {"PATH": os.environ["PATH"], "SHELL": "/bin/sh", "PS1": "$ ", "TMUX": "/elsewhere"}


async def until(condition: Callable[[], object], what: str = "the condition", timeout: float = 20) -> None:
    deadline = time.monotonic() + timeout
    while not condition():
        assert time.monotonic() < deadline, f"{what} did not come in {timeout} s"
        await asyncio.sleep(0.01)


def leaves(tree: Any) -> Iterator[PaneId]:
    """The panes of a tree that is data."""
    if isinstance(tree, str):
        yield tree
    else:
        for child in tree["children"]:
            yield from leaves(child)


class Screen:
    """Where panes are shown: one tab, and room for anything."""

    def __init__(self) -> None:
        self.services: Services
        self.shown: dict[PaneId, Terminal | None] = {}
        self.dismissed: list[str] = []
        self.acted: list[str] = []
        self.focused: list[str] = []
        self.attached: list[ClientFacts] = []
        self.tree: Any = None

    def look(self) -> list[PaneFacts]:
        """Paint the titles."""
        return [self.services.facts(pane) for pane, terminal in self.shown.items() if terminal is not None]

    def place(self, pane: PaneId, *, tab: str, way: SplitWay, show: bool) -> tuple[str, int, int]:
        del tab, way, show
        self.shown[pane] = None
        self.look()
        return "1", 60, 10

    def open(self, pane: PaneId, terminal: Terminal) -> None:
        self.shown[pane] = terminal
        self.look()

    def close_pane(self, pane: PaneId) -> None:
        self.shown.pop(pane, None)
        self.look()

    def tab_of(self, pane: PaneId) -> str:
        return "1" if pane in self.shown else ""

    def place_tree(
        self, name: str, tree: Any, *, focus: PaneId, zoomed: bool
    ) -> tuple[str, dict[PaneId, tuple[int, int]]]:
        del focus, zoomed
        panes = list(leaves(tree))
        self.shown |= dict.fromkeys(panes)
        self.tree = tree
        self.look()
        return name, dict.fromkeys(panes, (60, 10))

    def tab_data(self, tab: str) -> dict[str, Any]:
        if tab not in ("", "1"):
            raise UnknownName("tab", tab, ["1"])
        panes = list(self.shown)
        tree = {"axis": "row", "weights": [1.0] * len(panes), "children": panes} if len(panes) > 1 else panes[0]
        return {"name": "1", "tree": tree, "focus": panes[-1], "zoomed": False}

    def resize_pane(self, pane: PaneId, cols: int, rows: int) -> None:
        terminal = self.shown[pane]
        assert terminal
        terminal.resize(cols, rows)

    def act(self, action: str) -> None:
        self.acted.append(action)

    def focus(self, pane: PaneId) -> None:
        self.focused.append(pane)

    def clients(self) -> list[ClientFacts]:
        return self.attached

    def dismiss_clients(self, reason: str) -> int:
        self.dismissed.append(reason)
        return 2

    async def offer_project(self, name: str, folder: str) -> str:
        del name, folder
        return "no"

    async def ask_agreement(self, file: str, text: str) -> str:
        del file, text
        return "no"


class House:
    """One host's worth of it."""

    def __init__(self, folder: str, config: Config) -> None:
        self.paths = HostPaths("t", f"{folder}/t", f"{folder}/state")
        self.config = config
        self.heard: list[Event] = []
        self.screen = Screen()
        self.stores: list[Store] = []

    async def open(self) -> None:
        self.custody = await Custody.open(
            self.paths.keeper, f"{self.paths.state}/keeper.log", on_exit=self._exited, on_lost=lambda: None
        )
        bus = LocalBus()
        store, _ = await open_store(self.paths.database, on_logged=bus.publish, on_trouble=lambda _: None)
        self.stores.append(store)
        self.panes = Panes(self.custody, self.paths, self.config, ENV, self._tell, store=store)
        await self.panes.learn()
        self.services = Services(
            paths=self.paths, config=self.config, custody=self.custody, panes=self.panes, store=store, bus=bus
        )
        self.services.stage = self.screen
        self.screen.services = self.services
        self.services.listeners.append(self.heard.append)

    def _tell(self, event: Event) -> None:
        self.services.tell(event)

    def _exited(self, pane: PaneId, how: Exit) -> None:
        self.panes.exited(pane, how)

    def leave(self) -> None:
        """As a host that dies does: everything goes on."""
        self.services.supervisor.end()
        self.panes.close()
        self.custody.close()

    def happened(self, kind: type[Event]) -> list[Event]:
        return [event for event in self.heard if isinstance(event, kind)]

    async def shows(self, pane: PaneId, text: str) -> None:
        await until(lambda: any(text in line for line in self.panes.terminals[pane].engine.lines()), repr(text))


@asynccontextmanager
async def house_in(config: Config | None = None) -> AsyncIterator[House]:
    """Nothing of it is left afterwards."""
    folder = tempfile.mkdtemp(prefix="mx", dir="/tmp")
    os.mkdir(f"{folder}/t", 0o700)
    os.mkdir(f"{folder}/state")
    made = House(folder, config or Config())
    await made.open()
    try:
        yield made
    finally:
        made.services.supervisor.end()
        for pane in made.panes.living.values():
            if pane.exit is None:
                with suppress(MuxerError):  # its end may be on its way
                    await made.panes.signal(pane, 9)
        made.panes.close()
        await made.custody.stop()
        for store in made.stores:
            await store.close()
        shutil.rmtree(folder)
