"""How the monitor writes agents and events: a row of its list, what is known of one, a line for what happened. Pure."""

import re
import time
from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from rich.cells import cell_len
from textual.content import Content

from muxer.model import AgentFacts, Logged, PaneId
from muxer.ui.harmless import harmless
from muxer.ui.screens.needs import INKS
from muxer.ui.states import SIGNS, Sight, glyph_of, plainly, short_age
from muxer.ui.titles import cut
from muxer.ui.works import CLASHES, counts, edited
from muxer.work import Standing

NAME, LEAST_NAME = 14, 6
"""Columns of a name, at most and at least."""
LEAST_STATE = 7
"""Columns of a state, at least."""
GLYPH = GAP = 2
BRANCH = 16
"""Columns without which a branch is not shown."""
ROOMY = 60
"""Columns in which an event is told with its second."""


class Watched(NamedTuple):
    """An agent, as far as the monitor shows it."""

    pane: PaneId
    sight: Sight
    standing: Standing | None
    pending: str = ""
    """Why its workspace is not moved onto trunk yet."""
    clashes: bool = False
    """Would its work not merge with another's?"""


def seen(bar: int, count: int, rows: int) -> range:
    """Which of them there is room for, around the bar."""
    first = max(0, min(bar - rows // 2, count - rows))
    return range(first, min(count, first + rows))


def listed(watched: Sequence[Watched], bar: int, cols: int, rows: int, *, plain: bool) -> list[Content]:
    """A row each; columns are as wide as they must be. Where that is too wide, a state is told by its first word."""
    cells = [_cells(one, plain=plain) for one in watched]
    if _needed(_widths(cells)) > cols:
        cells = [(name, state.partition(":")[0], *rest) for name, state, *rest in cells]
    widths = _widths(cells)
    for column, least in (0, LEAST_NAME), (1, LEAST_STATE):
        widths[column] = max(min(widths[column], least), widths[column] - max(0, _needed(widths) - cols))
    room = cols - _needed(widths) - GAP
    widths[-1] = min(widths[-1], room) if room >= BRANCH else 0
    return [_row(watched[n], cells[n], widths, cols, on=n == bar, plain=plain) for n in seen(bar, len(watched), rows)]


def _cells(one: Watched, *, plain: bool) -> tuple[str, ...]:
    """Name, state, commits, files, whether it clashes, whether it waits to be moved, branch."""
    standing, clash, sync = one.standing or Standing(), CLASHES * one.clashes, "sync" if one.pending else ""
    words = one.sight.name, one.sight.word, counts(standing), edited(standing), clash, sync, _branch(standing)
    return tuple(plainly(word, plain=plain) for word in words)


def _widths(cells: Sequence[tuple[str, ...]]) -> list[int]:
    name, *rest = (max(map(cell_len, column)) for column in zip(*cells, strict=True))
    return [min(NAME, name), *rest]


def _needed(widths: Sequence[int]) -> int:
    """Columns of the glyph and of all but the branch, which has what is left."""
    return GLYPH + sum(width + GAP for width in widths[:-1] if width) - GAP


def _branch(standing: Standing) -> str:
    return f"({standing.upset})" if standing.upset else harmless(standing.branch)


def _row(one: Watched, cells: Sequence[str], widths: Sequence[int], cols: int, *, on: bool, plain: bool) -> Content:
    ink = INKS[SIGNS[one.sight.state].role]
    name = "bold $text-primary" if on else "$foreground"
    inks = [name, ink, "$foreground", "$text-muted", "bold $text-error", "$text-warning", "$text-muted"]
    parts = [Content.assemble((f"{glyph_of(one.sight.state, plain=plain)} ", ink))]
    for at, (cell, width, style) in enumerate(zip(cells, widths, inks, strict=True)):
        text = cut(cell, width, plain=plain)
        gap = " " * (width - cell_len(text))
        number = at in (2, 3)
        parts += [Content.assemble((f"{gap}{text}" if number else f"{text}{gap}", style), " " * GAP)] if width else []
    line = Content("").join(parts)
    line += Content(" " * max(0, cols - line.cell_length))
    line = line.truncate(cols)
    return line.stylize_before("on $panel") if on else line


def known(one: Watched, agent: AgentFacts | None, cols: int, *, now: float, plain: bool) -> list[Content]:
    """What is known of an agent, always in as many lines: who, where, its last commit, what is wrong."""
    standing, sight = one.standing or Standing(), one.sight
    about = (agent.cli if agent else "", sight.said, agent.workspace if agent else "")
    work = " ".join(filter(None, (_branch(standing) or "none", counts(standing), edited(standing))))
    commit, last = "nothing of its own yet", standing.last
    if last is not None:
        commit = f"{last.short} {harmless(last.subject)} ({short_age(now - last.at)})"
    wrong, ink = f"wrong   {harmless(standing.why)}" if standing.why else "", "$text-error"
    if one.pending and not wrong:
        wrong, ink = f"sync    waits: {harmless(one.pending)}", "$text-warning"
    lines = (
        (f"{sight.name}  {' · '.join(filter(None, about))}", "bold"),
        (f"branch  {work}", ""),
        (f"last    {commit}", ""),
        (wrong, ink),
    )
    return [Content(cut(plainly(line, plain=plain), cols, plain=plain)).stylize(style) for line, style in lines]


def told(shown: Sequence[Logged], called: Mapping[PaneId, str], cols: int, *, plain: bool) -> list[Content]:
    """A line for each event."""
    form = "%H:%M:%S" if cols >= ROOMY else "%H:%M"
    kinds = max((len(event.kind) for event in shown), default=0)
    names = min(NAME, max((cell_len(_word(event.subject, called)) for event in shown), default=0))
    lines = []
    for event in shown:
        when = time.strftime(form, time.localtime(event.at))
        who = cut(_word(event.subject, called), names, plain=plain)
        said = ((name, _word(value, called)) for name, value in event.data.items())
        words = "  ".join(f"{harmless(name)} {word}" for name, word in said if word)
        line = Content.assemble((f"{when} ", "$text-muted"), (f"{event.kind:{kinds}}  ", "$text-primary"))
        who += " " * (names - cell_len(who))
        rest = cut(f"{who}  {words}", max(1, cols - line.cell_length), plain=plain)
        lines.append((line + Content(rest)).truncate(max(1, cols)))
    return lines


def _word(value: Any, called: Mapping[PaneId, str]) -> str:
    """Panes by name, commits in short, nothing for nothing."""
    if isinstance(value, list):
        return " ".join(_word(one, called) for one in value)
    text = "" if value is None else str(value)
    return text[:7] if re.fullmatch("[0-9a-f]{40,64}", text) else harmless(called.get(text, text))
