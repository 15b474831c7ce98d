"""The radar's table: all agents against all, and how many files both change; then the paths of two of them. Pure.

As much of it is drawn as there is room for, around the two that are chosen.
"""

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from rich.cells import cell_len
from textual.content import Content

from muxer.model import PaneId
from muxer.ui.harmless import harmless
from muxer.ui.states import plainly
from muxer.ui.titles import cut
from muxer.ui.works import CLASHES
from muxer.work import Clash

NAME = 12
"""Columns of a name, at most."""
CELL = 4
"""Columns of a pair, at least."""

Pairs = Mapping[tuple[PaneId, PaneId], Clash]
"""Both ways round."""


class Worker(NamedTuple):
    """An agent, and how many files it changes."""

    pane: PaneId
    name: str
    files: int


class Chosen(NamedTuple):
    """Whose row and whose column, by their place in the list."""

    row: int
    col: int


def pairs_of(clashes: Sequence[Clash]) -> Pairs:
    """To look a pair up, whichever is named first."""
    return {pair: clash for clash in clashes for pair in ((clash.one, clash.other), (clash.other, clash.one))}


def table(workers: Sequence[Worker], pairs: Pairs, at: Chosen, cols: int, rows: int, *, plain: bool) -> list[Content]:
    """A heading, and a row for each agent; numbers head the columns where names have no room."""
    names = [cut(worker.name, NAME, plain=plain) for worker in workers]
    widest = max(map(cell_len, names))
    digits = len(str(len(workers)))
    named = digits + 1 + widest + 1 + len(workers) * max(CELL, widest + 1) <= cols
    width = max(CELL, widest + 1) if named else CELL
    label = digits + 1 + widest + 1
    left, right = _window(at.col, len(workers), (cols - label) // width)
    top, bottom = _window(at.row, len(workers), rows - 1)
    heads = [_right(names[n] if named else f"{n + 1} ", width) for n in range(left, right)]
    lines = [Content.assemble(" " * label, *(_lit(heads[n - left], on=n == at.col) for n in range(left, right)))]
    for y in range(top, bottom):
        head = f"{y + 1:>{digits}} {names[y]}{' ' * (widest - cell_len(names[y]))} "
        cells = [_cell(workers, pairs, Chosen(y, x), at, width, plain=plain) for x in range(left, right)]
        lines.append(Content.assemble(_lit(head, on=y == at.row), *cells))
    return lines


def _window(at: int, count: int, room: int) -> tuple[int, int]:
    """Which of them can be seen: from, to."""
    first = max(0, min(at - room // 2, count - room))
    return first, min(count, first + max(1, room))


def _right(text: str, width: int) -> str:
    return " " * (width - cell_len(text)) + text


def _lit(text: str, *, on: bool) -> Content:
    return Content(text).stylize("bold $text-primary" if on else "$text-muted")


def _cell(workers: Sequence[Worker], pairs: Pairs, here: Chosen, at: Chosen, width: int, *, plain: bool) -> Content:
    one, other = workers[here.row], workers[here.col]
    clash = pairs.get((one.pane, other.pane))
    number = f"{one.files or plainly('·', plain=plain)}" if here.row == here.col else plainly("·", plain=plain)
    ink, mark = "$text-muted", " "
    if clash is not None:
        number = str(len(clash.paths))
        ink, mark = ("bold $text-error", plainly(CLASHES, plain=plain)) if clash.conflicts else ("$foreground", " ")
    text = _right(f"{number}{mark}", width)
    shown = text.lstrip()
    lead = Content(text[: len(text) - len(shown)])
    return lead + Content(shown).stylize(f"{ink} reverse" if here == at else ink)


def said(one: Worker, other: Worker, clash: Clash | None) -> str:
    """About two of them, in a line."""
    if one.pane == other.pane:
        return f"{one.name} changes {_files(one.files)}"
    if clash is None:
        return f"{one.name} and {other.name} change no file both"
    would = f"{len(clash.conflicts)} would conflict" if clash.conflicts else "all would merge"
    return f"{one.name} and {other.name} both change {_files(len(clash.paths))}: {would}"


def _files(count: int) -> str:
    return f"{count or 'no'} file{'s' * (count != 1)}"


def paths(clash: Clash | None, start: int, cols: int, rows: int, *, plain: bool) -> list[Content]:
    """What both change, what would conflict first; the last row says how many more there are."""
    found = ordered(clash)[start:]
    shown = found if len(found) <= rows else found[: rows - 1]
    lines = [_path(path, cols, wrong=bool(clash and path in clash.conflicts), plain=plain) for path in shown]
    if len(shown) < len(found):
        lines.append(Content(plainly(f"  … {len(found) - len(shown)} more", plain=plain)).stylize("$text-muted"))
    return lines


def ordered(clash: Clash | None) -> list[str]:
    """Its paths, what would conflict first."""
    if clash is None:
        return []
    return [*clash.conflicts, *(path for path in clash.paths if path not in clash.conflicts)]


def _path(path: str, cols: int, *, wrong: bool, plain: bool) -> Content:
    mark = plainly(f"{CLASHES} ", plain=plain) if wrong else "  "
    ink = "$text-error" if wrong else "$foreground"
    return Content.assemble((mark, "bold $text-error"), (cut(harmless(path), cols - 2, plain=plain), ink))
