"""A tab as plain data, for a file that saves its layout, and a new tab out of such data."""

from typing import Any

from muxer.errors import UnknownName
from muxer.model import PaneId
from muxer.ui import layout
from muxer.ui.history import free_name
from muxer.ui.layout import Region
from muxer.ui.workbench import Workbench


def tab_data(bench: Workbench, name: str) -> dict[str, Any]:
    """A tab, the shown one without a name. Raises UnknownName."""
    tab = bench.tab_named(name) if name else bench.tab
    if tab is None:
        raise UnknownName("tab", name, [tab.name for tab in bench.tabs])
    return {"name": tab.name, "tree": layout.to_data(tab.tree), "focus": tab.focus, "zoomed": tab.zoomed}


def unfold(
    bench: Workbench, name: str, tree: Any, room: Region, *, focus: PaneId, zoomed: bool
) -> tuple[str, dict[PaneId, tuple[int, int]]]:
    """A new tab with panes that are about to be; what it is called, and every pane's columns and rows."""
    panes = _leaves(tree)
    node = layout.from_data(tree, set(panes))
    assert node is not None, "whoever read the file checked it"
    tab = bench.add_tab(free_name(name, {tab.name for tab in bench.tabs}), node, focus)
    sizes = {pane: bench.cells(pane, room) for pane in panes}
    tab.zoomed = zoomed and len(panes) > 1
    return tab.name, sizes


def _leaves(tree: Any) -> list[PaneId]:
    return [tree] if isinstance(tree, str) else [pane for child in tree["children"] for pane in _leaves(child)]
