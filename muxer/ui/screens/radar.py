"""The radar: which agents change the same files, and whose work would not merge; the files of the two that are chosen.

What is chosen are two agents, not two places: they stay chosen whoever comes and goes.
"""

from collections.abc import Callable
from functools import partial
from typing import NamedTuple

from textual import events
from textual.app import ComposeResult
from textual.content import Content
from textual.screen import ModalScreen
from textual.widgets import Static

from muxer.model import PaneId
from muxer.ui.desk import Desk
from muxer.ui.harmless import harmless
from muxer.ui.lookout import in_order
from muxer.ui.screens.answer import Answer
from muxer.ui.screens.panel import PADDING, WIDTH, Band, Panel
from muxer.ui.screens.pointed import Pointed
from muxer.ui.screens.radar_table import Chosen, Plan, Worker, ordered, pairs_of, paths, plan_of, said, table
from muxer.ui.screens.typed_text import LEAVE
from muxer.ui.states import plainly
from muxer.work import Clash

AROUND = 6
"""Rows that are neither the table's nor the paths': title, heading, words with a blank above, and the keys likewise."""
LEAST_PATHS, MOST_PATHS = 3, 12
MANY = 1_000_000
STEPS = {
    "left": (0, -1), "h": (0, -1), "right": (0, 1), "l": (0, 1),
    "up": (-1, 0), "k": (-1, 0), "down": (1, 0), "j": (1, 0),
    "home": (-MANY, 0), "g": (-MANY, 0), "end": (MANY, 0), "G": (MANY, 0),
}  # fmt: skip
HELP = """\
h j k l           another row, another column; or the arrows
g G   home end    the first row, the last
n N   tab         the next two that would conflict, those before
pgup pgdn         more of their files
enter             go to the pane of the agent whose row it is
D                 review what it changed
m                 write to both
q   esc           close

click             those two; on a name: go to its pane
double click      go to the pane of the agent whose row it is
wheel             another row; over the files: more of them

‼ would not merge   · changes no file both   where row and column are one agent's: how many files it changes"""


class Deeds(NamedTuple):
    """What the radar cannot do by itself."""

    go: Callable[[PaneId], None]
    write: Callable[[set[PaneId]], None]
    """Write to these agents."""
    review: Callable[[PaneId], None]


class Radar(ModalScreen[None]):
    """Drawn anew only when work, or who is chosen, is another."""

    CSS = f"""
    Radar {{ align-horizontal: center; background: transparent; }}
    Radar Panel {{ margin: 0; }}
    Radar #table {{ height: auto; padding: 0 {PADDING}; }}
    Radar #said {{ height: auto; padding: 0 {PADDING}; margin-top: 1; }}
    Radar #paths {{ height: auto; padding: 0 {PADDING}; }}
    """

    def __init__(self, desk: Desk, deeds: Deeds) -> None:
        super().__init__()
        self._desk, self._deeds = desk, deeds
        self._watcher = partial(self.call_later, self._look_again)
        self._workers: list[Worker] = []
        self._clashes: list[Clash] = []
        self._pair: tuple[PaneId, PaneId] = "", ""
        self._start = 0
        """The first path that is shown."""

    def compose(self) -> ComposeResult:
        """The table, and what it says of two."""
        yield Panel(
            "RADAR", Pointed("table", click=self._click, turn=lambda way: self._move(way, 0)),
            Static(id="said", markup=False), Pointed("paths", click=_ignored, turn=self._turn), keys="esc close",
        )  # fmt: skip

    def on_mount(self) -> None:
        """Whatever changes is told from now on; a conflict is what one came to see."""
        self._desk.attention.watcher = self._watcher
        self._read()
        self._next()

    def on_unmount(self) -> None:
        """Nobody listens any more."""
        if self._desk.attention.watcher is self._watcher:
            self._desk.attention.watcher = None

    def on_resize(self) -> None:
        """The terminal's size is another."""
        self._draw()

    # ---- what is shown

    def _look_again(self) -> None:
        before = self._workers, self._clashes
        self._read()
        if before != (self._workers, self._clashes):
            self._draw()

    def _read(self) -> None:
        """Who works, and on what, as it is now; agents of one project stand together."""
        runtime, desk = self._desk.runtime, self._desk
        self._clashes = list(runtime.clashes())
        panes = [pane for pane in in_order(desk.views) if runtime.standing(pane) is not None]
        projects = dict.fromkeys(desk.sight(pane).project for pane in panes)
        order = {project: at for at, project in enumerate(projects)}
        panes.sort(key=lambda pane: order[desk.sight(pane).project])
        self._workers = [self._worker(pane) for pane in panes]
        if self._workers and not {*self._pair} <= {*panes}:
            self._pair = panes[0], panes[-1]

    def _worker(self, pane: PaneId) -> Worker:
        standing = self._desk.runtime.standing(pane)
        name = harmless(self._desk.runtime.facts(pane).name)
        return Worker(pane, name, len(standing.touched) if standing else 0)

    @property
    def _chosen(self) -> Chosen:
        panes = [worker.pane for worker in self._workers]
        return Chosen(*map(panes.index, self._pair))

    @property
    def _clash(self) -> Clash | None:
        return pairs_of(self._clashes).get(self._pair)

    def _draw(self) -> None:
        plain, size = self._desk.look.ascii, self.app.size
        wrong = sum(bool(clash.conflicts) for clash in self._clashes)
        count = len(self._workers)
        head = f"RADAR  {count} at work · {wrong or 'none'} would conflict" if count else "RADAR"
        self.query(Band).first().say(plainly(head, plain=plain))
        rows, words, listed = self._rows(size.width, size.height) if count else ([], self._empty(), [])
        widest = max((row.cell_length for row in (*rows, *listed)), default=0)
        self.query_one(Panel).styles.width = min(size.width, max(WIDTH, widest + 2 * PADDING))
        for name, lines in (("#table", rows), ("#paths", listed)):
            shown = self.query_one(name, Static)
            shown.display = bool(lines)
            shown.update(Content("\n").join(lines))
        self.query_one("#said", Static).update(Content(words))
        self.query(Band).last().say(plainly(self._keys(), plain=plain))

    def _plan(self) -> Plan:
        cols, rows = self.app.size
        many = min(len(self._workers), max(1, rows - AROUND - LEAST_PATHS))
        return plan_of(self._workers, self._chosen, cols - 2 * PADDING, many + 1, plain=self._desk.look.ascii)

    def _rows(self, cols: int, rows: int) -> tuple[list[Content], str, list[Content]]:
        at, clash, plain, plan = self._chosen, self._clash, self._desk.look.ascii, self._plan()
        room = max(1, min(MOST_PATHS, rows - AROUND - len(plan.down)))
        drawn = table(self._workers, pairs_of(self._clashes), at, plan, plain=plain)
        words = said(self._workers[at.row], self._workers[at.col], clash)
        return drawn, words, paths(clash, self._start, cols - 2 * PADDING, room, plain=plain)

    def _empty(self) -> str:
        way = self._desk.look.keymap.way("agent.spawn")
        return "No agent works in a git repository." + (f" {way} spawns one." if way else "")

    def _keys(self) -> str:
        if not self._workers:
            return "esc close"
        at = self._chosen
        name = self._workers[at.row].name
        both = "m write to both" if at.row != at.col else "m write to it"
        parts = (f"enter go to {name}", both, "D review", "n next" if self._clashes else "", "? keys")
        return " · ".join((*filter(None, parts), "esc close"))

    # ---- keys

    def on_key(self, event: events.Key) -> None:
        """One key each."""
        event.stop()
        key = event.character if event.is_printable and event.character else event.key
        if key in LEAVE or key == "q" or not self._workers:
            self._close(lambda: None)
        elif key in STEPS:
            self._move(*STEPS[key])
        else:
            self._do(key)

    def _do(self, key: str) -> None:
        one, other = self._pair
        match key:
            case "enter":
                self._close(partial(self._deeds.go, one))
            case "m":
                self._close(partial(self._deeds.write, {one, other}))
            case "D" | "d":
                self._close(partial(self._deeds.review, one))
            case "n" | "tab" | "N" | "shift+tab":
                self._next(-1 if key in ("N", "shift+tab") else 1)
            case "pageup" | "pagedown":
                self._turn(1 if key == "pagedown" else -1)
            case "?":
                self._desk.show_screen(Answer("KEYS OF THE RADAR", plainly(HELP, plain=self._desk.look.ascii)))

    def _close(self, then: Callable[[], None]) -> None:
        if self.is_current:
            self.dismiss()
            self.app.call_later(then)

    def _move(self, down: int, right: int) -> None:
        at, last = self._chosen, len(self._workers) - 1
        row, col = (max(0, min(last, one)) for one in (at.row + down, at.col + right))
        self._choose(self._workers[row].pane, self._workers[col].pane)

    def _turn(self, way: int) -> None:
        last = max(0, len(ordered(self._clash)) - 1)
        self._start = max(0, min(last, self._start + way * LEAST_PATHS))
        self._draw()

    def _click(self, x: int, y: int, twice: bool) -> None:
        row, col = self._plan().under(x, y)
        if row is not None and col is not None and not twice:
            self._choose(self._workers[row].pane, self._workers[col].pane)
        elif row is not None and col is not None:  # the first click chose, and may have moved the table
            self._close(partial(self._deeds.go, self._pair[0]))
        elif (one := col if row is None else row) is not None:
            self._close(partial(self._deeds.go, self._workers[one].pane))

    def _next(self, steps: int = 1) -> None:
        """To the next two that would conflict, or, where none would, that change the same files."""
        found = [clash for clash in self._clashes if clash.conflicts] or self._clashes
        pairs = [(clash.one, clash.other) for clash in found]
        known = {worker.pane for worker in self._workers}
        pairs = [pair for pair in pairs if {*pair} <= known]
        if pairs:
            at = pairs.index(self._pair) + steps if self._pair in pairs else 0
            self._choose(*pairs[at % len(pairs)])

    def _choose(self, one: PaneId, other: PaneId) -> None:
        self._pair, self._start = (one, other), 0
        self._draw()


def _ignored(_x: int, _y: int, _twice: bool) -> None:
    """A file is not to be gone to."""
