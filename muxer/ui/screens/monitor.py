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

from muxer.errors import MuxerError
from muxer.model import Logged, PaneId
from muxer.ui.desk import Desk
from muxer.ui.harmless import harmless
from muxer.ui.lookout import in_order
from muxer.ui.screens.answer import Answer
from muxer.ui.screens.monitor_rows import Watched, known, listed, seen, told
from muxer.ui.screens.needs import bottom_of
from muxer.ui.screens.panel import PADDING, Band, Panel
from muxer.ui.screens.pointed import Pointed
from muxer.ui.screens.typed_text import LEAVE
from muxer.ui.states import plainly
from muxer.ui.works import in_conflict

KEPT = 200
"""Events."""
AROUND = 3
"""Rows of the title and the keys."""
TABS = ("activity", "events")
KEYS = "enter go there · tab 1 2 activity, events · j k move · ? keys · esc close"
HELP = """\
j k   ↑ ↓         the next agent, the one before
g G   home end    the first, the last
enter a           go to its pane
tab   1 2         what its pane shows, or what happened to all
pgup pgdn         what was before, and back
r                 look again
q   esc           close

click             that agent, or that tab
double click      go to its pane
wheel             on the left to another agent, on the right to what was before

✎ files that are not committed   ‼ would not merge   sync waits to be moved onto trunk"""
LEAVES = LEAVE | {"q"}
STEPS = {"up": -1, "k": -1, "down": 1, "j": 1}
PLACES = {"home": 0, "g": 0, "end": -1, "G": -1}
FACTS = 4
"""Rows above the tabs."""
SCROLL = 3
"""Rows of one step of the wheel."""
NARROW, WIDE = 38, 90
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
        self._back = 0
        """Rows of what is inspected that were scrolled over, newest first."""
        self._rows = 1

    def compose(self) -> ComposeResult:
        """Who, and what about them."""
        yield Panel(
            "MONITOR",
            Horizontal(
                Pointed("list", click=self._click, turn=self._roll),
                Pointed("about", click=self._click_about, turn=lambda way: self._scroll(SCROLL * way)),
            ),
            keys="esc close",
        )

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

    @property
    def _panes(self) -> list[PaneId]:
        """Of all agents, in the order of the list."""
        return [pane for pane in in_order(self._desk.views) if self._desk.runtime.agent(pane) is not None]

    def _watched(self, pane: PaneId, clash: set[PaneId]) -> Watched:
        desk, runtime = self._desk, self._desk.runtime
        return Watched(pane, desk.sight(pane), runtime.standing(pane), runtime.pending(pane), pane in clash)

    def _draw(self) -> None:
        if not self.query("#list"):
            return  # something happened while it goes
        plain, size = self._desk.look.ascii, self.app.size
        clash = in_conflict(self._desk.runtime.clashes())
        watched, self._rows = [self._watched(pane, clash) for pane in self._panes], max(1, size.height - AROUND)
        rows, at = self._rows, next((n for n, one in enumerate(watched) if one.pane == self._bar), 0)
        left = max(NARROW, min(WIDE, size.width * 2 // 5))
        right = max(1, size.width - left - 2 * PADDING - 1)
        shown = self.query_one("#list", Pointed)
        shown.styles.width = left
        about = self.query_one("#about", Pointed)
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
        if self._tab:
            self._back = max(0, min(self._back, len(self._happened) - room))
            happened = [*self._happened][self._back : self._back + room]
            return [_tabs(self._tab), *told(happened, runtime.names(), cols, plain=plain)]
        terminal = runtime.terminals.get(pane)
        lines = terminal.engine.lines() if terminal else []
        self._back = max(0, min(self._back, len(lines) - room))
        screen = bottom_of(lines[: len(lines) - self._back], room, cols, plain=plain, bar="")
        return [_tabs(self._tab), *map(Content, screen.split("\n"))]

    # ---- keys

    def on_key(self, event: events.Key) -> None:
        """One key each."""
        event.stop()
        match event.character if event.is_printable and event.character else event.key:
            case key if key in STEPS:
                self._move(STEPS[key])
            case key if key in PLACES:
                self._go_to(PLACES[key])
            case "pageup" | "pagedown" as key:
                self._scroll((1 if key == "pagedown" else -1) * max(1, self._rows - FACTS - 2))
            case "enter" | "a":
                self._close(go=self._bar)
            case "tab" | "shift+tab" | "h" | "l" | "left" | "right":
                self._turn(1 - self._tab)
            case "1" | "2" as key:
                self._turn(int(key) - 1)
            case "r":
                self._draw()
            case "?":
                self._desk.show_screen(Answer("KEYS OF THE MONITOR", plainly(HELP, plain=self._desk.look.ascii)))
            case key if key in LEAVES:
                self._close()

    def _close(self, *, go: PaneId = "") -> None:
        if self.is_current:
            self.dismiss()
            if go:
                self.app.call_later(self._go, go)

    def _move(self, steps: int) -> None:
        """Round at the ends."""
        panes = self._panes
        if self._bar in panes:
            self._go_to((panes.index(self._bar) + steps) % len(panes))

    def _go_to(self, at: int) -> None:
        if panes := self._panes:
            self._bar, self._back = panes[at], 0
            self._draw()

    def _turn(self, tab: int) -> None:
        self._tab, self._back = tab, 0
        self._draw()

    def _scroll(self, rows: int) -> None:
        """Events are told newest first, a screen's newest rows are its last."""
        self._back += rows if self._tab else -rows
        self._draw()

    # ---- mouse

    def _click(self, _x: int, y: int, twice: bool) -> None:
        panes = self._panes
        places = seen(panes.index(self._bar), len(panes), self._rows) if self._bar in panes else range(0)
        if y < len(places) and twice:  # the first click chose, and may have moved the list
            self._close(go=self._bar)
        elif y < len(places):
            self._go_to(places[y])

    def _click_about(self, x: int, y: int, _twice: bool) -> None:
        if y == 0:
            self._close(go=self._bar)
        elif y == FACTS:
            self._turn(int(x > _tabs(0).cell_length // 2))

    def _roll(self, way: int) -> None:
        panes = self._panes
        if self._bar in panes:
            self._go_to(max(0, min(len(panes) - 1, panes.index(self._bar) + way)))


def _tabs(shown: int) -> Content:
    names = [f" {n} {name} " for n, name in enumerate(TABS, 1)]
    styles = ["bold reverse" if n == shown else "$text-muted" for n in range(len(TABS))]
    return Content.assemble(*zip(names, styles, strict=True))
