"""The monitor: all agents and their work on the left; on the right what one of them shows, or what happened to all."""

import time
from collections import deque
from collections.abc import Callable
from contextlib import aclosing
from functools import partial

from textual import events
from textual.app import ComposeResult
from textual.containers import Horizontal
from textual.content import Content
from textual.screen import ModalScreen
from textual.widgets import Static

from muxer.errors import MuxerError
from muxer.model import Logged, PaneId
from muxer.ui.desk import Desk
from muxer.ui.harmless import harmless
from muxer.ui.lookout import in_order
from muxer.ui.screens.monitor_rows import Watched, known, listed, told
from muxer.ui.screens.needs import bottom_of
from muxer.ui.screens.panel import PADDING, Band, Panel
from muxer.ui.screens.typed_text import LEAVE
from muxer.ui.states import plainly
from muxer.ui.works import in_conflict

KEPT = 200
"""Events."""
AROUND = 3
"""Rows of the title and the keys."""
TABS = ("activity", "events")
KEYS = "enter go there · tab 1 2 activity, events · j k move · r refresh · esc close"
NARROW, WIDE = 36, 90
"""Columns of the list, at least and at most."""


class Monitor(ModalScreen[None]):
    """Whoever watches changes nothing by that."""

    CSS = f"""
    Monitor {{ background: transparent; }}
    Monitor Panel {{ width: 100%; height: 100%; margin: 0; }}
    Monitor Horizontal {{ height: 1fr; padding: 0 {PADDING}; }}
    Monitor #list {{ height: 1fr; }}
    Monitor #about {{ width: 1fr; height: 1fr; margin-left: 1; }}
    """

    def __init__(self, desk: Desk, *, go: Callable[[PaneId], None]) -> None:
        super().__init__()
        self._desk, self._go = desk, go
        self._watcher = partial(self.call_later, self._draw)
        self._happened: deque[Logged] = deque(maxlen=KEPT)
        """Newest first."""
        self._bar: PaneId = desk.bench.focus or ""
        self._tab = 0

    def compose(self) -> ComposeResult:
        """Who, and what about them."""
        lists = Horizontal(Static(id="list", markup=False), Static(id="about", markup=False))
        yield Panel("MONITOR", lists, keys="esc close")

    def on_mount(self) -> None:
        """Whatever changes is told from now on. There is one monitor, however often it is asked for."""
        if sum(isinstance(screen, Monitor) for screen in self.app.screen_stack) > 1:
            self.dismiss()
            return
        self._desk.attention.watcher = self._watcher
        self.run_worker(self._follow())

    def on_unmount(self) -> None:
        """Nobody listens any more."""
        if self._desk.attention.watcher is self._watcher:
            self._desk.attention.watcher = None

    def on_resize(self) -> None:
        """The terminal's size is another."""
        self._draw()

    async def _follow(self) -> None:
        try:
            async with aclosing(self._desk.runtime.happenings(KEPT)) as batches:
                async for batch in batches:
                    self._happened.extendleft(batch)
                    self._draw()
        except MuxerError as error:
            self.query(Band).last().say(harmless(str(error)), wrong=True)

    # ---- what is shown

    def _watched(self) -> list[Watched]:
        desk, runtime = self._desk, self._desk.runtime
        clash = in_conflict(runtime.clashes())
        return [
            Watched(pane, desk.sight(pane), runtime.standing(pane), runtime.pending(pane), pane in clash)
            for pane in in_order(desk.views)
            if runtime.agent(pane) is not None
        ]

    def _draw(self) -> None:
        plain, size = self._desk.look.ascii, self.app.size
        watched, rows = self._watched(), max(1, size.height - AROUND)
        at = next((n for n, one in enumerate(watched) if one.pane == self._bar), 0)
        left = max(NARROW, min(WIDE, size.width * 2 // 5))
        right = max(1, size.width - left - 2 * PADDING - 1)
        shown = self.query_one("#list", Static)
        shown.styles.width = left
        about = self.query_one("#about", Static)
        if watched:
            self._bar = watched[at].pane
            shown.update(Content("\n").join(listed(watched, at, left, rows, plain=plain)))
        else:
            shown.update(self._empty())
        facts = self._facts(watched[at], right - 2) if watched else []
        lines = [*facts, *self._inspected(self._bar, right - 2, rows - len(facts))]
        bar = Content(plainly("│ ", plain=plain)).stylize("$text-muted")
        lines += [Content("")] * (rows - len(lines))
        about.update(Content("\n").join(bar + line for line in lines))
        wrong = sum(bool(clash.conflicts) for clash in self._desk.runtime.clashes())
        agents = f"{len(watched)} agent{'s' * (len(watched) != 1)}"
        host = "" if self._desk.host == "default" else f"{self._desk.host} · "
        head = f"MONITOR  {host}{agents}{f' · {wrong} would conflict' if wrong else ''}"
        self.query(Band).first().say(plainly(head, plain=plain))
        self.query(Band).last().say(plainly(KEYS if watched else "tab 1 2 activity, events · esc close", plain=plain))

    def _empty(self) -> str:
        way = self._desk.look.keymap.way("agent.spawn")
        return "No agent is at work." + (f"\n{way} spawns one." if way else "")

    def _facts(self, one: Watched, cols: int) -> list[Content]:
        agent = self._desk.runtime.agent(one.pane)
        return known(one, agent, cols, now=time.time(), plain=self._desk.look.ascii)

    def _inspected(self, pane: PaneId, cols: int, rows: int) -> list[Content]:
        """The two tabs' names, and what is in the one that is open."""
        plain, runtime, room = self._desk.look.ascii, self._desk.runtime, max(1, rows - 1)
        names = [f" {n} {name} " for n, name in enumerate(TABS, 1)]
        styles = ["bold reverse" if n == self._tab else "$text-muted" for n in range(len(TABS))]
        tabs = Content.assemble(*zip(names, styles, strict=True))
        if self._tab:
            return [tabs, *told(self._happened, runtime.names(), cols, room, plain=plain)]
        terminal = runtime.terminals.get(pane)
        screen = bottom_of(terminal.engine.lines() if terminal else [], room, cols, plain=plain, bar="")
        return [tabs, *map(Content, screen.split("\n"))]

    # ---- keys

    def on_key(self, event: events.Key) -> None:
        """One key each."""
        event.stop()
        match event.key:
            case "q":
                self._close()
            case "up" | "k" | "down" | "j":
                self._move(1 if event.key in ("down", "j") else -1)
            case "enter" | "a":
                self._close(go=self._bar)
            case "tab" | "shift+tab" | "h" | "l" | "left" | "right":
                self._turn(1 - self._tab)
            case "1" | "2":
                self._turn(int(event.key) - 1)
            case "r":
                self._draw()
            case key if key in LEAVE:
                self._close()

    def _close(self, *, go: PaneId = "") -> None:
        if self.is_current:
            self.dismiss()
            if go:
                self.app.call_later(self._go, go)

    def _move(self, steps: int) -> None:
        panes = [one.pane for one in self._watched()]
        if self._bar in panes:
            self._bar = panes[(panes.index(self._bar) + steps) % len(panes)]
        self._draw()

    def _turn(self, tab: int) -> None:
        self._tab = tab
        self._draw()
