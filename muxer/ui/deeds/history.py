"""A pane's history without a mode: by the page, from prompt to prompt, the last output, all of it in an editor."""

import os
import shlex
import tempfile
from functools import partial

from muxer.paths import private_folder, runtime_folder
from muxer.terminal.engine import Engine
from muxer.terminal.prompts import last_output, prompts
from muxer.ui.copying.page import Page, Place
from muxer.ui.copying.selection import Selection
from muxer.ui.deeds.copying import NO_PROMPT, focused_lens, focused_view, take
from muxer.ui.deeds.table import DEEDS, does
from muxer.ui.desk import Desk

_EDIT = """
file=$1; shift
trap 'trap "" HUP TERM; exit 129' HUP TERM
trap 'trap "" HUP TERM; rm -f "$file"' EXIT
"$@" "$file"
"""
"""The file goes with the editor, however that ends: what takes it away must outlive the terminal's hang-up."""


def _page(desk: Desk, *, way: int) -> None:
    view, lens = focused_view(desk), focused_lens(desk)
    if view is None:
        return
    rows = max(1, view.region.rows - 2)
    if lens is not None:
        lens.page_by(-way * rows)
    else:
        view.scroll(way * rows)
    desk.redraw(view.pane)


DEEDS["history.page-up"] = partial(_page, way=1)
DEEDS["history.page-down"] = partial(_page, way=-1)


def _prompt(desk: Desk, *, way: int) -> None:
    """Scroll so that a prompt is the first row shown; after the last one comes the present."""
    view, lens = focused_view(desk), focused_lens(desk)
    if view is None or view.terminal is None:
        return
    if lens is not None:
        found = lens.prompt(way)
    else:
        engine = view.terminal.engine
        top = engine.scrollback() - view.offset
        rows = [row for row in prompts(engine.marks()) if (row < top if way < 0 else row > top)]
        found = bool(rows) or (way > 0 and view.offset > 0)
        if rows:
            view.scroll(top - (rows[-1] if way < 0 else rows[0]))
        elif found:
            view.live()
    if not found:
        desk.voice.tell(NO_PROMPT)
    desk.redraw(view.pane)


DEEDS["history.previous-prompt"] = partial(_prompt, way=-1)
DEEDS["history.next-prompt"] = partial(_prompt, way=1)


def output_of(engine: Engine) -> str:
    """What the last finished command wrote, or nothing if no shell marked any."""
    page = Page.of(engine)
    rows = last_output(page.marks)
    if rows is None:
        return ""
    return Selection(kind="lines", anchor=Place(rows[0], 0), head=Place(rows[1] - 1, 0)).text(page)


@does("copy.output")
def copy_output(desk: Desk) -> None:
    """What the last finished command wrote."""
    view = focused_view(desk)
    if view is None or view.terminal is None:
        return
    text = output_of(view.terminal.engine)
    if text:
        take(desk, text)
    else:
        desk.voice.tell("no command's output is marked: the shell must print OSC 133")


@does("history.editor")
def editor(desk: Desk) -> None:
    """The whole history in an editor, in a tab of its own."""
    view = focused_view(desk)
    if view is None or view.terminal is None:
        return
    lines = view.terminal.engine.lines(history=True, unwrap=True)
    try:
        handle, file = tempfile.mkstemp(".txt", "history-", private_folder(runtime_folder()))
        with open(handle, "w", encoding="utf-8", errors="replace") as out:
            out.write("\n".join(lines).rstrip("\n") + "\n")
    except OSError as error:
        desk.voice.warn(f"cannot write the history to a file: {error.strerror}")
        return
    desk.call("new", command=["sh", "-c", _EDIT, "sh", file, *_editor()], split="none", no_attach=True)


def _editor() -> list[str]:
    for name in ("VISUAL", "EDITOR"):
        try:
            words = shlex.split(os.environ.get(name, ""))
        except ValueError:
            continue
        if words:
            return words
    return ["vi"]
