"""What is where on the screen: tabs, each a split tree with a focus and perhaps a zoom. Numbers and ids, no widgets.

Every pane lies in exactly one tab; a tab without panes does not exist; the tabs are numbered as a person sees them.
"""

from dataclasses import dataclass, field
from typing import Any

from muxer.errors import UnknownName
from muxer.model import PaneId, SplitWay
from muxer.ui import layout
from muxer.ui.layout import Node, Region, Way


@dataclass(slots=True)
class Tab:
    """A named split tree."""

    name: str
    tree: Node
    focus: PaneId
    zoomed: bool = False

    def panes(self) -> list[PaneId]:
        return list(layout.panes(self.tree))


@dataclass(slots=True)
class Workbench:
    """The tabs, and which one is shown."""

    tabs: list[Tab] = field(default_factory=list)
    shown: int = 0

    @property
    def tab(self) -> Tab | None:
        """The tab on the screen."""
        return self.tabs[self.shown] if self.tabs else None

    @property
    def focus(self) -> PaneId | None:
        """The pane that is typed into."""
        return self.tab.focus if self.tab else None

    def tab_of(self, pane: PaneId) -> Tab | None:
        """Where a pane lies."""
        return next((tab for tab in self.tabs if pane in layout.panes(tab.tree)), None)

    def tab_named(self, name: str) -> Tab | None:
        """By name, or by the number a person sees."""
        named = next((tab for tab in self.tabs if tab.name == name), None)
        if named is None and name.isdecimal() and 0 < int(name) <= len(self.tabs):
            return self.tabs[int(name) - 1]
        return named

    def _free_name(self) -> str:
        taken = {tab.name for tab in self.tabs}
        return next(str(n) for n in range(1, len(taken) + 2) if str(n) not in taken)

    def place(self, pane: PaneId, *, tab: str = "", way: SplitWay = "right", show: bool = True) -> Tab:
        """Put a new pane beside the focus of a tab (the shown one), or into a new tab of that name."""
        home = self.tab_named(tab) if tab else self.tab
        if home is None or way == "none":
            if home is not None and tab:
                raise UnknownName("new tab", tab, [self._free_name()])
            home = Tab(tab or self._free_name(), pane, pane)
            self.tabs.append(home)
        else:
            home.tree = layout.split(home.tree, home.focus, pane, "row" if way == "right" else "column")
            home.zoomed = False
            home.focus = pane
        if show or len(self.tabs) == 1:
            self.shown = self.tabs.index(home)
        return home

    def close(self, pane: PaneId) -> None:
        """Take a pane away; the focus goes to what lies before it, and an empty tab goes with it."""
        home = self.tab_of(pane)
        if home is None:
            return
        order = home.panes()
        rest = layout.close(home.tree, pane)
        if rest is None:
            at = self.tabs.index(home)
            del self.tabs[at]
            if self.shown > at or self.shown >= len(self.tabs):
                self.shown = max(0, self.shown - 1)
            return
        home.tree = rest
        if home.focus == pane:
            home.focus = order[max(0, order.index(pane) - 1)] if order[0] != pane else order[1]
            home.zoomed = False

    def show(self, number: int) -> bool:
        """Show the tab with that number (from 1)."""
        if not 0 < number <= len(self.tabs) or number - 1 == self.shown:
            return False
        self.shown = number - 1
        return True

    def turn(self, steps: int) -> bool:
        """Show the next tab, or the one before."""
        return bool(self.tabs) and self.show((self.shown + steps) % len(self.tabs) + 1)

    def focus_on(self, pane: PaneId) -> bool:
        """Type into this pane, wherever it is."""
        home = self.tab_of(pane)
        if home is None or (home is self.tab and home.focus == pane):
            return False
        home.zoomed = home.zoomed and home.focus == pane
        home.focus = pane
        self.shown = self.tabs.index(home)
        return True

    def step(self, way: Way, room: Region) -> bool:
        """Move the focus to the neighbour in that direction; from the edge it stays."""
        if self.tab is None:
            return False
        placed = layout.regions(self.tab.tree, room)
        there = layout.neighbour(placed, self.tab.focus, way)
        return there is not None and self.focus_on(there)

    def zoom(self) -> None:
        """Show the focused pane alone, or all of the tab again."""
        if self.tab is not None and (self.tab.zoomed or self.tab.tree != self.tab.focus):
            self.tab.zoomed = not self.tab.zoomed

    def regions(self, room: Region) -> dict[PaneId, Region]:
        """Where the panes of the shown tab go."""
        if self.tab is None:
            return {}
        return {self.tab.focus: room} if self.tab.zoomed else layout.regions(self.tab.tree, room)

    def to_data(self) -> dict[str, Any]:
        """What a file remembers."""
        tabs = [
            {"name": tab.name, "focus": tab.focus, "zoomed": tab.zoomed, "tree": layout.to_data(tab.tree)}
            for tab in self.tabs
        ]
        return {"shown": self.shown, "tabs": tabs}

    def restore(self, data: Any, known: list[PaneId]) -> None:
        """Become what a file remembers."""
        remembered = Workbench.from_data(data, known)
        self.tabs, self.shown = remembered.tabs, remembered.shown

    @classmethod
    def from_data(cls, data: Any, known: list[PaneId]) -> "Workbench":
        """What a file remembers, as far as it is sound; panes that it does not know get a tab of their own."""
        bench = cls()
        left = set(known)
        tabs = data.get("tabs") if isinstance(data, dict) else None
        for saved in tabs if isinstance(tabs, list) else []:
            tree = layout.from_data(saved.get("tree"), left) if isinstance(saved, dict) else None
            if tree is None:
                continue
            held = list(layout.panes(tree))
            if len(set(held)) != len(held):
                continue
            left -= set(held)
            focus = saved.get("focus") if saved.get("focus") in held else held[0]
            bench.tabs.append(Tab(str(saved.get("name") or bench._free_name()), tree, focus, bool(saved.get("zoomed"))))
        for pane in known:
            if pane in left:
                bench.place(pane, way="none", show=False)
        shown = data.get("shown") if isinstance(data, dict) else 0
        bench.shown = shown if isinstance(shown, int) and 0 <= shown < len(bench.tabs) else 0
        return bench
