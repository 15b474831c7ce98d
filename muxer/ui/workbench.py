"""What is where on the screen: tabs, each a split tree with a focus and perhaps a zoom. Numbers and ids, no widgets.

Every pane lies in exactly one tab, but for the scratch pane, which lies in none and floats over any; a tab without
panes does not exist; the tabs are numbered as a person sees them. `arranging` changes what lies where.
"""

from dataclasses import dataclass, field, fields
from typing import Any

from muxer.errors import UnknownName, UsageError
from muxer.model import PaneId, SplitWay
from muxer.ui import layout
from muxer.ui.history import History, Newcomer, Shape, TabShape, free_name
from muxer.ui.layout import TITLE, Node, Region, Way

NARROW = 70
"""With fewer columns, one pane is shown at a time."""
NAME_MOST = 40
"""A tab's name is not longer."""
FLOAT_COLS, FLOAT_ROWS = 20, 6
"""The scratch pane has four fifths of the room, and not less than this."""

_SIDES: dict[SplitWay, Way] = {"right": "right", "down": "down"}


@dataclass(slots=True)
class Tab:
    """A named split tree."""

    name: str
    tree: Node
    focus: PaneId
    zoomed: bool = False
    key: int = field(default=0, compare=False)
    """What it is known by to the history, whatever its name."""

    def panes(self) -> list[PaneId]:
        """In reading order."""
        return list(layout.panes(self.tree))


@dataclass(slots=True)
class Workbench:
    """The tabs, which one is shown, and the scratch pane."""

    tabs: list[Tab] = field(default_factory=list)
    shown: int = 0
    scratch: PaneId | None = None
    scratch_shown: bool = False
    recent: list[PaneId] = field(default_factory=list, compare=False)
    """Panes of tabs, the one focused last first."""
    history: History = field(default_factory=History, compare=False)
    _keys: int = field(default=0, compare=False)

    # ---- what is where

    @property
    def tab(self) -> Tab | None:
        """The tab on the screen."""
        return self.tabs[self.shown] if self.tabs else None

    @property
    def floating(self) -> PaneId | None:
        """The pane that lies over the others now."""
        return self.scratch if self.scratch_shown else None

    @property
    def focus(self) -> PaneId | None:
        """The pane that is typed into."""
        return self.floating or (self.tab.focus if self.tab else None)

    def tab_of(self, pane: PaneId) -> Tab | None:
        """Where a pane lies."""
        return next((tab for tab in self.tabs if pane in layout.panes(tab.tree)), None)

    def tab_named(self, name: str) -> Tab | None:
        """By name, or by the number a person sees."""
        named = next((tab for tab in self.tabs if tab.name == name), None)
        if named is None and name.isdecimal() and 0 < int(name) <= len(self.tabs):
            return self.tabs[int(name) - 1]
        return named

    def free_name(self, but: str = "") -> str:
        """A number that no tab is named by, but for one that is to be named anew."""
        taken = {tab.name for tab in self.tabs if tab.name != but}
        return next(str(n) for n in range(1, len(taken) + 2) if str(n) not in taken)

    def shape(self) -> Shape:
        """What the history keeps."""
        return tuple(TabShape(tab.key, tab.name, tab.tree) for tab in self.tabs)

    # ---- panes come and go

    def place(
        self, pane: PaneId, *, tab: str = "", way: SplitWay = "right", show: bool = True, room: Region | None = None
    ) -> None:
        """Put a new pane beside the focus of a tab (the shown one), into a new tab of that name, or over all.

        Where the tab has no room for it, it gets a tab of its own.
        """
        if way == "float":
            self._float(pane, show=show)
            return
        tab = " ".join(tab.split())[:NAME_MOST]
        home = self.tab_named(tab) if tab else self.tab
        if home is None or way == "none":
            if home is not None and tab:
                raise UnknownName("new tab", tab, [self.free_name()])
            self.add_tab(tab or self.free_name(), pane, pane, show=show)
            return
        side = self._side(home, _SIDES[way], room)
        if side is None:
            name = free_name(tab, {one.name for one in self.tabs}) if tab else self.free_name()
            self.add_tab(name, pane, pane, show=show)
            return
        self.history.opened(Newcomer(pane, home.key, home.name, home.focus, side))
        home.tree = layout.insert(home.tree, home.focus, pane, side)
        home.zoomed = False
        home.focus = pane
        if show:
            self._go(home)

    def _float(self, pane: PaneId, *, show: bool) -> None:
        if self.scratch is not None:
            raise UsageError("a pane floats already, and there is room for one: split right or down, or none for a tab")
        self.scratch = pane
        self.scratch_shown = show or not self.tabs

    def _side(self, home: Tab, wish: Way, room: Region | None) -> Way | None:
        """On which side of the tab's focus there is room for a pane: as wished if possible."""
        ways: tuple[Way, ...] = (wish, "down" if wish == "right" else "right")
        return next((way for way in ways if room is None or _has_room(home, way, room)), None)

    def has_room(self, way: Way, room: Region) -> bool:
        """Is there room for one more on that side of the focus?"""
        return self.tab is None or _has_room(self.tab, way, room)

    def add_tab(self, name: str, tree: Node, focus: PaneId, *, show: bool = True) -> Tab:
        """A tab with new panes in it, behind the others."""
        tab = self.gather(name, tree, focus, show=show)
        for pane in tab.panes():
            self.history.opened(Newcomer(pane, tab.key, name, None, "right"))
        return tab

    def gather(self, name: str, tree: Node, focus: PaneId, *, show: bool = True) -> Tab:
        """A tab behind the others, with panes that lie in no other any more."""
        self._keys += 1
        tab = Tab(name, tree, focus, key=self._keys)
        self.tabs.append(tab)
        if show or len(self.tabs) == 1:
            self._go(tab)
        return tab

    def close(self, pane: PaneId) -> None:
        """Take a pane away; the focus goes back to where it was before, and an empty tab goes with its last pane."""
        if pane == self.scratch:
            self.scratch, self.scratch_shown = None, False
            return
        home = self.tab_of(pane)
        if home is None:
            return
        self.history.closed(pane)
        self.take_out(pane)
        if not self.tabs:
            self.scratch_shown = self.scratch is not None

    def take_out(self, pane: PaneId) -> None:
        """Take a pane out of its tab; whether it is gone, or goes elsewhere, is not said."""
        home = self.tab_of(pane)
        if home is None:
            return
        order = home.panes()
        if pane in self.recent:
            self.recent.remove(pane)
        rest = layout.close(home.tree, pane)
        if rest is None:
            self._drop(home)
            return
        home.tree = rest
        if home.focus == pane:
            before = order[max(0, order.index(pane) - 1)] if order[0] != pane else order[1]
            home.focus = next((one for one in self.recent if one in order), before)
            home.zoomed = False
        home.zoomed = home.zoomed and home.tree != home.focus

    def _drop(self, tab: Tab) -> None:
        at, was = self.tabs.index(tab), self.tab
        del self.tabs[at]
        if was is not tab:
            self.shown = next(i for i, one in enumerate(self.tabs) if one is was)
            return
        recent = next((home for pane in self.recent if (home := self.tab_of(pane)) is not None), None)
        self.shown = self.tabs.index(recent) if recent else max(0, at - 1)

    # ---- the focus

    def _go(self, tab: Tab) -> None:
        """Show a tab and type into its focus."""
        self.shown = next(at for at, one in enumerate(self.tabs) if one is tab)
        self.scratch_shown = False
        self.note_focus()

    def note_focus(self) -> None:
        """The shown tab's focus is the one to come back to."""
        if self.tab is not None:
            focus = self.tab.focus
            self.recent = [focus, *(pane for pane in self.recent if pane != focus)]

    def show(self, number: int) -> bool:
        """Show the tab with that number (from 1); what floats stays."""
        if not 0 < number <= len(self.tabs) or number - 1 == self.shown:
            return False
        self.shown = number - 1
        self.note_focus()
        return True

    def turn(self, steps: int) -> bool:
        """Show the next tab, or the one before."""
        return bool(self.tabs) and self.show((self.shown + steps) % len(self.tabs) + 1)

    def last_tab(self) -> bool:
        """Show the tab that was shown before."""
        homes = [self.tab_of(pane) for pane in self.recent]
        there = next((home for home in homes if home is not None and home is not self.tab), None)
        return there is not None and self.show(self.tabs.index(there) + 1)

    def focus_on(self, pane: PaneId) -> bool:
        """Type into this pane, wherever it is; another pane than the floating one puts that away."""
        if pane == self.focus:
            return False
        if pane == self.scratch:
            self.scratch_shown = True
            return True
        home = self.tab_of(pane)
        if home is None:
            return False
        home.zoomed = home.zoomed and home.focus == pane
        home.focus = pane
        self._go(home)
        return True

    def step(self, way: Way, room: Region) -> bool:
        """Move the focus to the neighbour in that direction; from the edge it stays. What floats is put away."""
        if self.tab is None:
            return False
        if self.floating:
            return self.focus_on(self.tab.focus)
        there = self.neighbour(way, room)
        return there is not None and self.focus_on(there)

    def neighbour(self, way: Way, room: Region) -> PaneId | None:
        """The pane that lies next to the focus, also where it is not shown."""
        if self.tab is None:
            return None
        return layout.neighbour(layout.regions(self.tab.tree, ample(self.tab.tree, room)), self.tab.focus, way)

    def next_pane(self, steps: int = 1) -> bool:
        """Move the focus on in reading order, round and round."""
        if self.tab is None:
            return False
        order = self.tab.panes()
        return self.focus_on(order[(order.index(self.tab.focus) + steps) % len(order)])

    def last_pane(self) -> bool:
        """Back to the pane of this tab that had the focus before."""
        if self.tab is None:
            return False
        here = self.tab.panes()
        focus = self.tab.focus
        there = focus if self.floating else next((one for one in self.recent if one != focus and one in here), None)
        return there is not None and self.focus_on(there)

    def zoom(self) -> None:
        """Show the focused pane alone, or all of the tab again."""
        if self.tab is not None and not self.floating and (self.tab.zoomed or self.tab.tree != self.tab.focus):
            self.tab.zoomed = not self.tab.zoomed

    def toggle_scratch(self) -> bool:
        """Show what floats, or put it away; False where there is nothing to do."""
        if self.scratch is None or not self.tabs:
            return False
        self.scratch_shown = not self.scratch_shown
        return True

    # ---- cells

    def is_narrow(self, room: Region) -> bool:
        """Is one pane shown at a time, since more would be of no use?"""
        if self.tab is None or self.tab.tree == self.tab.focus:
            return False
        if room.cols < NARROW:
            return True
        mine = layout.regions(self.tab.tree, room)[self.tab.focus]
        return 0 in (mine.cols, mine.rows) or mine.rows <= TITLE < room.rows

    def regions(self, room: Region) -> dict[PaneId, Region]:
        """Where the panes of the shown tab go, and the floating one, whose region has a frame."""
        placed: dict[PaneId, Region] = {}
        if self.tab is not None:
            alone = self.tab.zoomed or self.is_narrow(room)
            placed = {self.tab.focus: room} if alone else layout.regions(self.tab.tree, room)
        if self.floating is not None:
            placed[self.floating] = float_region(room)
        return placed

    def cells(self, pane: PaneId, room: Region) -> tuple[int, int]:
        """How many columns and rows a pane's program has where it lies."""
        if pane == self.scratch:
            region = float_region(room)
            return max(1, region.cols - 2), max(1, region.rows - TITLE - 1)
        home = self.tab_of(pane)
        region = layout.regions(home.tree, room)[pane] if home and room.cols >= NARROW else room
        return max(1, region.cols), max(1, region.rows - TITLE)

    # ---- files

    def to_data(self) -> dict[str, Any]:
        """What a file remembers."""
        tabs = [
            {"name": tab.name, "focus": tab.focus, "zoomed": tab.zoomed, "tree": layout.to_data(tab.tree)}
            for tab in self.tabs
        ]
        floating = {"scratch": self.scratch, "scratch_shown": self.scratch_shown} if self.scratch else {}
        return {"shown": self.shown, "tabs": tabs, **floating}

    def restore(self, data: Any, known: list[PaneId]) -> None:
        """Become what a file remembers."""
        remembered = Workbench.from_data(data, known)
        for one in fields(self):
            setattr(self, one.name, getattr(remembered, one.name))

    @classmethod
    def from_data(cls, data: Any, known: list[PaneId]) -> "Workbench":
        """What a file remembers, as far as it is sound; panes that it does not know get a tab of their own."""
        bench = cls()
        data = data if isinstance(data, dict) else {}
        left = set(known)
        if isinstance(scratch := data.get("scratch"), str) and scratch in left:
            left.discard(scratch)
            bench.scratch = scratch
        tabs = data.get("tabs")
        for saved in tabs if isinstance(tabs, list) else []:
            if isinstance(saved, dict):
                bench._recall(saved, left)
        for pane in known:
            if pane in left:
                bench.place(pane, way="none", show=False)
        shown = data.get("shown")
        bench.shown = shown if isinstance(shown, int) and 0 <= shown < len(bench.tabs) else 0
        bench.scratch_shown = bench.scratch is not None and (data.get("scratch_shown") is True or not bench.tabs)
        bench.note_focus()
        return bench

    def _recall(self, saved: dict[str, Any], left: set[PaneId]) -> None:
        tree = layout.from_data(saved.get("tree"), left)
        held = list(layout.panes(tree)) if tree is not None else []
        if tree is None or len(set(held)) != len(held):
            return
        left -= set(held)
        focus = next((pane for pane in held if pane == saved.get("focus")), held[0])
        name = str(saved.get("name") or self.free_name())
        tab = self.add_tab(free_name(name, {tab.name for tab in self.tabs}), tree, focus, show=False)
        tab.zoomed = bool(saved.get("zoomed")) and len(held) > 1


def float_region(room: Region) -> Region:
    """Where the floating pane goes: the middle."""
    cols = min(room.cols, max(FLOAT_COLS, room.cols * 4 // 5))
    rows = min(room.rows, max(FLOAT_ROWS, room.rows * 4 // 5))
    return Region(room.x + (room.cols - cols) // 2, room.y + (room.rows - rows) // 2, cols, rows)


def ample(tree: Node, room: Region) -> Region:
    """The room, or as much more as lets every pane have its size: where it lies can be said of any pane then."""
    cols, rows = layout.least_size(tree)
    return room._replace(cols=max(room.cols, cols), rows=max(room.rows, rows))


def roomy(room: Region) -> Region:
    """The room as layouts are judged by: in a narrow one, one pane is shown at a time, so columns do not matter."""
    return room._replace(cols=max(room.cols, NARROW))


def _has_room(home: Tab, way: Way, room: Region) -> bool:
    return layout.fits(layout.insert(home.tree, home.focus, "", way), roomy(room))
