"""A long walk over all that changes where panes lie: nothing overlaps or is lost, and every step can be undone."""

from collections.abc import Callable
from itertools import combinations

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from muxer.errors import UnknownName, UsageError
from muxer.model import SplitWay
from muxer.ui import arranging, history, layout
from muxer.ui.history import Newcomer, Shape
from muxer.ui.layout import Region, Way
from muxer.ui.presets import PRESETS
from muxer.ui.workbench import Workbench

ROOM = Region(0, 0, 80, 23)
WAYS: tuple[Way, ...] = ("left", "right", "up", "down")


class Noted(history.History):
    """Tells where a pane was placed, since the notebook has to be changed likewise."""

    newest: Newcomer | None = None

    def opened(self, newcomer: Newcomer) -> None:
        self.newest = newcomer
        super().opened(newcomer)


class Walk(RuleBasedStateMachine):
    """Anything that a person can do to a layout, in any order, with a notebook of how it was before each step."""

    def __init__(self) -> None:
        super().__init__()
        self.history = Noted()
        self.bench = Workbench(history=self.history)
        self.room = Region(0, 0, 120, 40)
        self.living: list[str] = []
        self.count = 0
        self.past: list[Shape] = []
        self.future: list[Shape] = []

    def pick(self, data: st.DataObject) -> str:
        return data.draw(st.sampled_from([pane for pane in self.living if pane != self.bench.scratch] or [""]))

    def change(self, deed: Callable[[], object]) -> None:
        before = self.bench.shape()
        try:
            deed()
        except UsageError:
            assert self.bench.shape() == before
        if self.bench.shape() != before:
            self.past.append(before)
            self.future.clear()

    # ---- panes come and go

    @initialize(ways=st.lists(st.sampled_from(["right", "down", "right", "down", "none"]), min_size=2, max_size=9))
    def begin(self, ways: list[SplitWay]) -> None:
        for way in ways:
            self.open(way, "", show=True)

    @rule(
        way=st.sampled_from(["right", "down", "none", "float"]), tab=st.sampled_from(["", "", "", "1", "logs"]),
        show=st.booleans(),
    )  # fmt: skip
    def open(self, way: SplitWay, tab: str, show: bool) -> None:
        if len(self.living) > 12:
            return
        bench, pane = self.bench, f"p{self.count}"
        try:
            bench.place(pane, tab=tab, way=way, show=show, room=self.room)
        except (UsageError, UnknownName):
            return
        self.count += 1
        self.living.append(pane)
        if pane != bench.scratch:
            assert self.history.newest is not None
            assert self.history.newest.pane == pane
            self.past = [history._with(shape, self.history.newest) for shape in self.past]
            self.future = [history._with(shape, self.history.newest) for shape in self.future]

    @precondition(lambda self: len(self.living) > 2)
    @rule(data=st.data())
    def close(self, data: st.DataObject) -> None:
        self._close(data.draw(st.sampled_from(self.living)))

    def _close(self, pane: str) -> None:
        self.living.remove(pane)
        self.bench.close(pane)
        self.past = [history._without(shape, pane) for shape in self.past]
        self.future = [history._without(shape, pane) for shape in self.future]

    @precondition(lambda self: self.count > 15)
    @rule()
    def close_all(self) -> None:
        while self.living:
            self._close(self.living[0])

    @rule(cols=st.integers(1, 220), rows=st.integers(1, 60))
    def resize_terminal(self, cols: int, rows: int) -> None:
        self.room = Region(0, 0, cols, rows)

    # ---- the focus

    @rule(deed=st.sampled_from(["last_pane", "last_tab", "next_pane", "zoom", "toggle_scratch", *WAYS, "turn", "back"]))
    def look_elsewhere(self, deed: str) -> None:
        before = self.bench.shape()
        if deed in WAYS:
            self.bench.step(deed, self.room)
        elif deed in ("turn", "back"):
            self.bench.turn(1 if deed == "turn" else -1)
        else:
            getattr(self.bench, deed)()
        assert self.bench.shape() == before

    @precondition(lambda self: self.living)
    @rule(data=st.data())
    def click(self, data: st.DataObject) -> None:
        pane = data.draw(st.sampled_from(self.living))
        self.bench.focus_on(pane)
        assert self.bench.focus == pane

    # ---- changes

    @rule(way=st.sampled_from(WAYS), cells=st.integers(1, 20))
    def nudge(self, way: Way, cells: int) -> None:
        self.change(lambda: arranging.nudge(self.bench, way, cells, self.room))

    @rule(data=st.data(), cols=st.integers(1, 200), rows=st.integers(1, 60))
    def give(self, data: st.DataObject, cols: int, rows: int) -> None:
        pane = self.pick(data)
        self.change(lambda: arranging.give(self.bench, pane, cols, rows, self.room))

    @rule(data=st.data(), way=st.lists(st.integers(0, 220), min_size=1, max_size=4))
    def drag(self, data: st.DataObject, way: list[int]) -> None:
        corners = [c for r in self.bench.regions(self.room).values() for c in ((r.x - 1, r.y), (r.x, r.y))]
        borders = [found for x, y in corners if (found := arranging.border_at(self.bench, self.room, x, y)) is not None]
        if not borders:
            return
        border = data.draw(st.sampled_from(borders))

        def dragged() -> None:
            for to in way:
                arranging.drag(self.bench, border, to, self.room)
            self.bench.history.settle()

        before = self.bench.shape()
        self.change(dragged)
        if self.bench.shape() == before:  # there and back again: a step that leads nowhere
            self.future = self.future if not self.bench.history._past or self.bench.history._past[-1] != before else []

    @rule(way=st.sampled_from(WAYS))
    def swap(self, way: Way) -> None:
        self.change(lambda: arranging.swap(self.bench, way, self.room))

    @rule(data=st.data())
    def exchange(self, data: st.DataObject) -> None:
        a, b = self.pick(data), self.pick(data)
        self.change(lambda: arranging.exchange(self.bench, a, b))

    @rule(data=st.data(), side=st.sampled_from(WAYS))
    def move(self, data: st.DataObject, side: Way) -> None:
        pane, target = self.pick(data), self.pick(data)
        self.change(lambda: arranging.move(self.bench, pane, target, side, self.room))

    @rule(data=st.data())
    def break_out(self, data: st.DataObject) -> None:
        pane = self.pick(data)
        self.change(lambda: arranging.break_out(self.bench, pane))

    @rule(preset=st.sampled_from(sorted(PRESETS)))
    def choose(self, preset: str) -> None:
        self.change(lambda: arranging.choose(self.bench, preset, self.room))

    @rule(steps=st.sampled_from([1, -1]))
    def cycle(self, steps: int) -> None:
        self.change(lambda: arranging.cycle(self.bench, steps, self.room))

    @precondition(lambda self: self.bench.tab)
    @rule(name=st.sampled_from(["", "logs", "web", "1"]))
    def rename_tab(self, name: str) -> None:
        tab = self.bench.tab
        assert tab is not None
        self.change(lambda: arranging.rename_tab(self.bench, tab, name))

    @rule(steps=st.sampled_from([1, -1]))
    def move_tab(self, steps: int) -> None:
        self.change(lambda: arranging.move_tab(self.bench, steps))

    # ---- back and forth

    def back(self, source: list[Shape], target: list[Shape]) -> Shape | None:
        now = self.bench.shape()
        while source:
            if (shape := source.pop()) != now:
                target.append(now)
                return shape
        return None

    @rule()
    def undo(self) -> None:
        expected, focus = self.back(self.past, self.future), self.bench.focus
        assert arranging.undo(self.bench) == (expected is not None)
        assert expected in (None, self.bench.shape())
        assert self.bench.focus == focus

    @rule()
    def redo(self) -> None:
        expected = self.back(self.future, self.past)
        assert arranging.redo(self.bench) == (expected is not None)
        assert expected in (None, self.bench.shape())

    @rule()
    def undo_everything_and_do_it_again(self) -> None:
        now, could_redo = self.bench.shape(), len(self.future)
        steps = 0
        while self.past:
            self.undo()
            steps += 1
        while len(self.future) > could_redo:
            self.redo()
        assert steps == 0 or self.bench.shape() == now

    # ---- what is always so

    @invariant()
    def every_pane_lies_somewhere_once(self) -> None:
        held = [pane for tab in self.bench.tabs for pane in tab.panes()]
        assert sorted([*held, *([self.bench.scratch] if self.bench.scratch else [])]) == sorted(self.living)
        assert (
            len({tab.name for tab in self.bench.tabs})
            == len({tab.key for tab in self.bench.tabs})
            == len(self.bench.tabs)
        )
        for tab in self.bench.tabs:
            assert tab.focus in tab.panes()
            assert not tab.zoomed or len(tab.panes()) > 1
        assert (self.bench.focus is None) == (not self.living)

    @invariant()
    def nothing_overlaps_or_is_too_small(self) -> None:
        placed = self.bench.regions(self.room)
        if self.bench.focus is not None:
            assert min(placed[self.bench.focus][2:]) > 0
        floating = placed.pop(self.bench.floating, None) if self.bench.floating else None
        for region in [*placed.values(), *([floating] if floating else [])]:
            assert 0 <= region.x <= region.x + region.cols <= self.room.cols
            assert 0 <= region.y <= region.y + region.rows <= self.room.rows
        for one, other in combinations(placed.values(), 2):
            # Between two that lie side by side there is a line.
            across = one.x < other.x + other.cols + 1 and other.x < one.x + one.cols + 1
            below = one.y < other.y + other.rows and other.y < one.y + one.rows
            assert not (across and below) or 0 in (one.cols, one.rows, other.cols, other.rows)
        tab = self.bench.tab
        if tab is not None and layout.fits(tab.tree, self.room):
            assert all(r.cols >= layout.LEAST_COLS and r.rows >= layout.LEAST_ROWS for r in placed.values())

    @invariant()
    def it_survives_its_file(self) -> None:
        assert Workbench.from_data(self.bench.to_data(), self.living) == self.bench


TestWalk = Walk.TestCase
TestWalk.settings = settings(stateful_step_count=60, max_examples=60, deadline=None)
