"""Splitting, moving between panes, changing their places and sizes, zooming and naming; the scratch pane."""

from functools import partial

from muxer.ui import arranging
from muxer.ui.deeds.table import DEEDS, does
from muxer.ui.desk import Desk
from muxer.ui.harmless import harmless
from muxer.ui.layout import Way
from muxer.ui.line_entry import LineEntry

BY_COLUMNS, BY_ROWS = 4, 2
"""How far one press moves a border."""
SCRATCH = "scratch"
"""What the floating pane is called, if no other is."""

WAYS: tuple[Way, ...] = ("left", "right", "up", "down")


def _step(desk: Desk, *, way: Way) -> None:
    if desk.bench.step(way, desk.panes_room):
        desk.arranged()


def _swap(desk: Desk, *, way: Way) -> None:
    if in_layout(desk) and arranging.swap(desk.bench, way, desk.panes_room):
        desk.arranged()


def _resize(desk: Desk, *, way: Way) -> None:
    cells = BY_COLUMNS if way in ("left", "right") else BY_ROWS
    if in_layout(desk) and arranging.nudge(desk.bench, way, cells, desk.panes_room):
        desk.arranged()


for _way in WAYS:
    DEEDS[f"focus.{_way}"] = partial(_step, way=_way)
    DEEDS[f"swap.{_way}"] = partial(_swap, way=_way)
    DEEDS[f"resize.{_way}"] = partial(_resize, way=_way)


def in_layout(desk: Desk) -> bool:
    """Has the focused pane a place in the layout? The one that floats has none, and that is said."""
    if desk.bench.floating is not None:
        key = desk.look.keymap.way("scratch.toggle")
        desk.voice.warn(f"this pane floats over the others{f': {key} puts it away' if key else ''}")
    return desk.bench.tab is not None and desk.bench.floating is None


def _split(desk: Desk, *, way: Way) -> None:
    if desk.bench.has_room(way, desk.panes_room):
        desk.call("new", command=[], split=way, no_attach=True)
        return
    key = desk.look.keymap.way("tab.new")
    desk.voice.warn(f"no room for another pane here: close one, or open a tab{f' with {key}' if key else ''}")


DEEDS["split.right"] = partial(_split, way="right")
DEEDS["split.down"] = partial(_split, way="down")


@does("focus.next")
def focus_next(desk: Desk) -> None:
    """Round and round in reading order."""
    if desk.bench.next_pane():
        desk.arranged()


@does("focus.last")
def focus_last(desk: Desk) -> None:
    """Back to where the focus was before."""
    if desk.bench.last_pane():
        desk.arranged()


@does("pane.zoom")
def zoom(desk: Desk) -> None:
    """The pane alone, or all again."""
    if in_layout(desk):
        desk.bench.zoom()
        desk.arranged()


@does("pane.attach")
def attach(desk: Desk) -> None:
    """The pane alone, and typing goes to its program; again, all of the tab."""
    pane = desk.bench.focus
    if pane is None or not in_layout(desk):
        return
    desk.mode = ""
    desk.bench.zoom()
    desk.typed_into(pane)
    desk.arranged()


@does("pane.break")
def break_out(desk: Desk) -> None:
    """To a tab of its own."""
    pane = desk.bench.focus
    if pane is not None and in_layout(desk):
        if arranging.break_out(desk.bench, pane):
            desk.arranged()
        else:
            desk.voice.tell("this pane has the tab to itself already")


@does("pane.rename")
def rename(desk: Desk) -> None:
    """Another name for it."""
    pane = desk.bench.focus
    if pane is None or pane not in desk.runtime.terminals:
        return
    name = harmless(desk.runtime.facts(pane).name)

    def done(text: str) -> None:
        if text.strip() not in ("", name):
            desk.call("rename", pane=pane, name=text.strip())

    desk.voice.put(LineEntry("rename pane", done, text=name))


@does("scratch.toggle")
def scratch(desk: Desk) -> None:
    """Show the floating pane, or put it away; a shell if there is none yet."""
    if desk.bench.scratch is None:
        taken = {desk.runtime.facts(pane).name for pane in desk.runtime.terminals}
        name = "" if SCRATCH in taken else SCRATCH
        desk.call("new", command=[], split="float", name=name, no_attach=True)
    elif desk.bench.toggle_scratch():
        desk.arranged()
