"""Where services show panes: they come, change and go here, and whatever happens is heard here."""

import asyncio
from collections.abc import Mapping
from typing import Any

from muxer.events import (
    AgentChanged,
    AskChanged,
    ClashesChanged,
    Event,
    MessagePassed,
    PaneChanged,
    PaneEnded,
    PeersChanged,
    TrialChanged,
    Warned,
    WorkChanged,
)
from muxer.model import ClientFacts, PaneId, SplitWay
from muxer.terminal.terminal import Terminal
from muxer.ui import arranging
from muxer.ui.captions import Captions
from muxer.ui.deeds.notices import go_to
from muxer.ui.deeds.projects import ask_agreement, offer_project
from muxer.ui.desk import Desk
from muxer.ui.herald import Herald
from muxer.ui.picture import Picture
from muxer.ui.tab_data import tab_data, unfold
from muxer.ui.widgets.pane import PaneView


class Stage:
    """The screen as services know it."""

    def __init__(
        self, desk: Desk, *, views: dict[PaneId, PaneView], picture: Picture, captions: Captions, herald: Herald
    ) -> None:
        self._desk, self._views = desk, views
        self._picture, self._captions, self._herald = picture, captions, herald
        self._asking = asyncio.Lock()

    # ---- what happens

    def heard(self, event: Event) -> None:
        """Something happened."""
        self._herald.heard(event)
        match event:
            case PaneChanged(pane):
                self._captions.lookout.stir(pane)
                if pane in self._desk.runtime.terminals and self._captions.lookout.turned(pane):
                    self._turned(pane)
            case PaneEnded(pane) | AgentChanged(pane):
                self._turned(pane)
            case WorkChanged() | ClashesChanged() | TrialChanged():
                self._desk.attention.stir()
                self._desk.say_again()
            case MessagePassed() | AskChanged() | PeersChanged():
                self._desk.attention.talked()
                self._desk.say_again()
            case Warned(text):
                self._desk.voice.warn(text)

    def _turned(self, pane: PaneId) -> None:
        if pane not in self._views:
            return
        self._captions.lookout.look_again(pane)
        self._desk.redraw(pane)
        self._desk.say_again()

    def output(self, pane: PaneId) -> None:
        """A pane's picture changed."""
        self._picture.clock.ask(pane)
        self._captions.lookout.output(pane)
        self._desk.attention.stir()

    # ---- panes

    def restore(self, remembered: Mapping[str, Any], panes: list[PaneId]) -> None:
        """Put the panes that still live where they were."""
        self._desk.bench.restore(remembered, panes)
        self._views |= {pane: PaneView(pane) for pane in panes}

    def place(self, pane: PaneId, *, tab: str, way: SplitWay, show: bool) -> tuple[str, int, int]:
        """Make room for a pane that is about to be; its tab, columns and rows."""
        room = self._desk.panes_room
        self._desk.bench.place(pane, tab=tab, way=way, show=show, room=room)
        self._views[pane] = PaneView(pane)
        return self.tab_of(pane), *self._desk.bench.cells(pane, room)

    def place_tree(
        self, name: str, tree: Any, *, focus: PaneId, zoomed: bool
    ) -> tuple[str, dict[PaneId, tuple[int, int]]]:
        """Make a tab for panes that are about to be; what it is called, and every pane's columns and rows."""
        placed = unfold(self._desk.bench, name, tree, self._desk.panes_room, focus=focus, zoomed=zoomed)
        self._views |= {pane: PaneView(pane) for pane in placed[1]}
        return placed

    def tab_data(self, tab: str) -> dict[str, Any]:
        """A tab as data."""
        return tab_data(self._desk.bench, tab)

    def open(self, pane: PaneId, terminal: Terminal) -> None:
        """The pane lives: show it."""
        self._views[pane].show(terminal)
        self._picture.tints.tint(terminal)
        self._desk.arranged()

    def close_pane(self, pane: PaneId) -> None:
        """The pane is gone, or never came to be."""
        self._desk.bench.close(pane)
        self._views.pop(pane, None)
        self._captions.lookout.forget(pane)
        self._desk.arranged()

    def tab_of(self, pane: PaneId) -> str:
        """The name of the tab it lies in."""
        home = self._desk.bench.tab_of(pane)
        return home.name if home else ""

    def resize_pane(self, pane: PaneId, cols: int, rows: int) -> None:
        """Give a pane that size, as far as its neighbours can spare it."""
        if arranging.give(self._desk.bench, pane, cols, rows, self._desk.panes_room):
            self._desk.arranged()

    def focus(self, pane: PaneId) -> None:
        """Show it, and let people type into it from now on."""
        go_to(self._desk, pane)

    # ---- terminals

    def act(self, action: str) -> None:
        """Do an action of the table, as a key would."""
        self._desk.act(action)

    def clients(self) -> list[ClientFacts]:
        """Who is attached."""
        return [viewer.facts for viewer in self._desk.driver.viewers]

    def dismiss_clients(self, reason: str) -> int:
        """Let every terminal go; how many there were."""
        gone = tuple(self._desk.driver.viewers)
        for viewer in gone:
            viewer.leave(reason)
        return len(gone)

    # ---- questions

    async def offer_project(self, name: str, folder: str) -> str:
        """Is the folder to be kept as a project? `yes`, `later` or `never`."""
        async with self._asking:
            return await offer_project(self._desk, name, folder) if await self._may_ask(self._picture.bare) else "later"

    async def ask_agreement(self, file: str, text: str) -> str:
        """May the commands of a project's file run, which says this now? `yes` or `no`."""
        async with self._asking:
            may = await self._may_ask(self._picture.askable)
            return await ask_agreement(self._desk, file, text) if may else "no"

    async def _may_ask(self, free: asyncio.Event) -> bool:
        """Is somebody here to answer, once no other dialog is in the way?"""
        await free.wait()
        return any(not viewer.read_only for viewer in self._desk.driver.viewers)
