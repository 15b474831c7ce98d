"""Saving a tab's layout under a name, and opening one that was saved."""

import asyncio
from typing import Any

from muxer.errors import MuxerError
from muxer.settings.layouts import layout_names
from muxer.ui.deeds.table import does
from muxer.ui.desk import Desk
from muxer.ui.harmless import harmless
from muxer.ui.line_entry import LineEntry
from muxer.ui.screens.chooser import Chooser

_calls: set[asyncio.Task[None]] = set()


def _layout(desk: Desk, action: str, name: str, **options: Any) -> None:
    """Run the verb, and say what came of it."""

    async def run() -> None:
        try:
            result: Any = await desk.runtime.call("layout", action=action, name=name, **options)
        except MuxerError as error:
            desk.voice.warn(str(error))
        else:
            if not result.get("troubles"):  # those are said already
                desk.voice.tell(f"{name}: {result['said']}")

    task = asyncio.ensure_future(run())
    _calls.add(task)
    task.add_done_callback(_calls.discard)


@does("layout.save")
def save(desk: Desk) -> None:
    """Ask for a name, and whether to replace what has it."""
    tab = desk.bench.tab
    if tab is None:
        desk.voice.warn("there is no tab to save")
        return

    def named(name: str) -> None:
        name = name.strip()
        if not name:
            return
        if name not in layout_names():
            _layout(desk, "save", name)
            return

        def answered(key: str) -> None:
            if key in ("y", "enter"):
                _layout(desk, "save", name, replace=True)

        desk.voice.ask(f"save over the layout {name}?  y replace · n keep", answered)

    # A tab that nobody named has a number, which says nothing of a layout.
    text = "" if tab.name.isdecimal() else harmless(tab.name)
    desk.voice.put(LineEntry("save layout as", named, text=text))


@does("layout.open")
def choose(desk: Desk) -> None:
    """Choose one of those that are saved; it gets a tab of its own."""
    names = layout_names()
    if not names:
        way = desk.look.keymap.way("layout.save")
        desk.voice.warn("no layout is saved yet" + (f": {way} saves this tab" if way else ""))
        return
    entries = [(name, "", name) for name in names]
    desk.show_screen(Chooser("Open a saved layout", entries, lambda name: _layout(desk, "open", name)))
