"""The radar's table: all agents against all, and how many files both change; then the paths of two of them. Pure."""

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


class Plan(NamedTuple):
    """Where on the screen everybody is."""

    names: list[str]
    label: int
    """Columns before the first cell."""
    named: bool
    """Do names head the columns, for which numbers have to do where there is less room?"""
    width: int
    """Of a cell."""
    down: range
    across: range
    """Who is seen."""

    def under(self, x: int, y: int) -> tuple[int | None, int | None]:
        """Whose row and whose column are there; None in the heading, or among the names, and both None elsewhere."""
        row, col = y - 1, (x - self.label) // self.width
        if row >= len(self.down) or col >= len(self.across):
            return None, None
        return self.down[row] if row >= 0 else None, self.across[col] if col >= 0 else None


def plan_of(workers: Sequence[Worker], at: Chosen, cols: int, rows: int, *, plain: bool) -> Plan:
    """As much as there is room for, around the two that are chosen."""
    names = [cut(worker.name, NAME, plain=plain) for worker in workers]
    widest = max(map(cell_len, names))
    label = len(str(len(workers))) + 1 + widest + 1
    named = label + len(workers) * max(CELL, widest + 1) <= cols
    width = max(CELL, widest + 1) if named else CELL
    down, across = _window(at.row, len(workers), rows - 1), _window(at.col, len(workers), (cols - label) // width)
    return Plan(names, label, named, width, down, across)


def table(workers: Sequence[Worker], pairs: Pairs, at: Chosen, plan: Plan, *, plain: bool) -> list[Content]:
    """A heading, and a row for each agent."""
    digits = len(str(len(workers)))
    heads = {n: _right(plan.names[n] if plan.named else f"{n + 1} ", plan.width) for n in plan.across}
    lines = [Content.assemble(" " * plan.label, *(_lit(head, on=n == at.col) for n, head in heads.items()))]
    for y in plan.down:
        head = f"{y + 1:>{digits}} {plan.names[y]}"
        head += " " * (plan.label - cell_len(head))
        cells = [_cell(workers, pairs, Chosen(y, x), at, plan.width, plain=plain) for x in plan.across]
        lines.append(Content.assemble(_lit(head, on=y == at.row), *cells))
    return lines


def _window(at: int, count: int, room: int) -> range:
    """Which of them can be seen."""
    first = max(0, min(at - room // 2, count - room))
    return range(first, min(count, first + max(1, room)))


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
