"""Changes of what lies where: each is a step that can be undone, and whether anything changed is told.

Panes and tabs move; none is opened or closed here.
"""

from muxer.errors import UsageError
from muxer.model import PaneId
from muxer.ui import layout
from muxer.ui.history import Shape
from muxer.ui.layout import Border, Node, Region, Way
from muxer.ui.presets import PRESETS, next_preset
from muxer.ui.workbench import NAME_MOST, Tab, Workbench, roomy


def _retree(bench: Workbench, tab: Tab | None, tree: Node, *, gesture: str = "") -> bool:
    """Give a tab another tree of the same panes."""
    if tab is None or tree == tab.tree:
        return False
    bench.history.record(bench.shape(), gesture=gesture)
    tab.tree = tree
    return True


# ---- sizes


def nudge(bench: Workbench, way: Way, cells: int, room: Region) -> bool:
    """Move the focused pane's border."""
    tab = bench.tab
    return tab is not None and _laid(bench, tab, layout.nudge(tab.tree, room, tab.focus, way, cells))


def give(bench: Workbench, pane: PaneId, cols: int, rows: int, room: Region) -> bool:
    """Give a pane's program so many columns and rows, as far as its neighbours can spare them."""
    tab = bench.tab_of(pane)
    if tab is None:
        return False
    return _retree(bench, tab, layout.resize(tab.tree, pane, room, cols=cols, rows=rows + layout.TITLE))


def border_at(bench: Workbench, room: Region, x: int, y: int) -> Border | None:
    """The border on a cell, if it is to be seen."""
    tab = bench.tab
    if tab is None or tab.zoomed or bench.is_narrow(room) or (bench.floating and _floats_on(bench, room, x, y)):
        return None
    return layout.border_at(tab.tree, room, x, y)


def _floats_on(bench: Workbench, room: Region, x: int, y: int) -> bool:
    return bench.regions(room)[bench.floating or ""].holds(x, y)


def drag(bench: Workbench, border: Border, to: int, room: Region) -> bool:
    """Move a border of the shown tab to a column or row; until `bench.history.settle()` all of it is one step."""
    tab = bench.tab
    gesture = f"drag {border}"
    return tab is not None and _retree(bench, tab, layout.drag(tab.tree, room, border, to), gesture=gesture)


# ---- places


def exchange(bench: Workbench, a: PaneId, b: PaneId) -> bool:
    """Each of two panes takes the other's place, also across tabs."""
    homes = [bench.tab_of(a), bench.tab_of(b)]
    one, other = homes
    if one is None or other is None or a == b:
        return False
    bench.history.record(bench.shape())
    for home in homes[: 1 if one is other else 2]:
        assert home is not None
        home.tree = layout.swap(home.tree, a, b)
        if one is not other:
            home.focus = {a: b, b: a}.get(home.focus, home.focus)
    return True


def swap(bench: Workbench, way: Way, room: Region) -> bool:
    """The focused pane and its neighbour change places; the focus goes along."""
    there = bench.neighbour(way, room)
    if there is None or bench.tab is None or not exchange(bench, bench.tab.focus, there):
        return False
    bench.tab.zoomed = False
    return True


def move(bench: Workbench, pane: PaneId, target: PaneId, side: Way, room: Region) -> bool:
    """Put a pane on a side of another, also in another tab. Raises UsageError where there is no room."""
    source, home = bench.tab_of(pane), bench.tab_of(target)
    if source is None or home is None or pane == target:
        return False
    tree = (
        layout.move(home.tree, pane, target, side) if source is home else layout.insert(home.tree, target, pane, side)
    )
    if not layout.fits(tree, roomy(room)) and layout.fits(home.tree, roomy(room)):
        raise UsageError("no room for the pane there: close one, or put it elsewhere")
    if tree == home.tree:
        return False
    bench.history.record(bench.shape())
    if source is not home:
        bench.take_out(pane)
    home.tree, home.zoomed = tree, False
    bench.focus_on(pane)
    return True


def break_out(bench: Workbench, pane: PaneId) -> bool:
    """Move a pane to a tab of its own, the last one; not if it is alone already."""
    home = bench.tab_of(pane)
    if home is None or home.tree == pane:
        return False
    bench.history.record(bench.shape())
    bench.take_out(pane)
    bench.gather(bench.free_name(), pane, pane)
    return True


def choose(bench: Workbench, preset: str, room: Region) -> bool:
    """Lay the shown tab out in one of the ready-made ways. Raises UsageError where there is no room for it."""
    if bench.tab is None:
        return False
    tree = PRESETS[preset](bench.tab.panes())
    if not layout.fits(tree, roomy(room)) and layout.fits(bench.tab.tree, roomy(room)):
        raise UsageError(f"no room for {len(bench.tab.panes())} panes as {preset.replace('-', ' ')}: close one")
    return _laid(bench, bench.tab, tree)


def cycle(bench: Workbench, steps: int, room: Region) -> bool:
    """The next of the ready-made ways for which there is room, or the one before."""
    return bench.tab is not None and _laid(bench, bench.tab, next_preset(bench.tab.tree, steps, roomy(room)))


def _laid(bench: Workbench, tab: Tab, tree: Node) -> bool:
    was_zoomed, tab.zoomed = tab.zoomed, False
    return _retree(bench, tab, tree) or was_zoomed


# ---- tabs


def rename_tab(bench: Workbench, tab: Tab, name: str) -> bool:
    """Give a tab another name; without one it gets a number. Raises UsageError if another has it."""
    name = " ".join(name.split())[:NAME_MOST] or bench.free_name(tab.name)
    if name == tab.name:
        return False
    if any(one.name == name for one in bench.tabs):
        raise UsageError(f"a tab is named {name!r} already: choose another name")
    bench.history.record(bench.shape())
    tab.name = name
    return True


def move_tab(bench: Workbench, steps: int) -> bool:
    """Move the shown tab along; at the end it stays."""
    there = bench.shown + steps
    if bench.tab is None or not 0 <= there < len(bench.tabs):
        return False
    bench.history.record(bench.shape())
    bench.tabs.insert(there, bench.tabs.pop(bench.shown))
    bench.shown = there
    return True


# ---- back and forth


def undo(bench: Workbench) -> bool:
    """The layout as it was before the last change; panes closed since are not in it, panes opened since are."""
    return _become(bench, bench.history.undo(bench.shape()))


def redo(bench: Workbench) -> bool:
    """The layout that was undone last."""
    return _become(bench, bench.history.redo(bench.shape()))


def _become(bench: Workbench, shape: Shape | None) -> bool:
    if shape is None:
        return False
    typed, before = bench.tab.focus if bench.tab else None, {tab.key: tab for tab in bench.tabs}
    bench.tabs = [_tab(bench, before.get(key), Tab(name, tree, "", key=key)) for key, name, tree in shape]
    home = bench.tab_of(typed or "")
    if home is not None and typed is not None:
        home.focus = typed
        bench.shown = next(at for at, tab in enumerate(bench.tabs) if tab is home)
    return True


def _tab(bench: Workbench, was: Tab | None, tab: Tab) -> Tab:
    """A tab out of the history, with the focus it has now, or had last."""
    held = tab.panes()
    wishes = [was.focus] if was is not None else []
    tab.focus = next((pane for pane in [*wishes, *bench.recent] if pane in held), held[0])
    tab.zoomed = was is not None and was.zoomed and was.tree == tab.tree and was.focus == tab.focus
    return tab
