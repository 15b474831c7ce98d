"""Which-key help: what the next key would do, on a sheet over the bottom of the panes, after a moment's hesitation.

`table` is pure. The only timer runs while a prefix or a fresh mode waits for its key; any key takes the sheet away.
"""

import asyncio
from collections.abc import Callable
from typing import NamedTuple

from rich.cells import cell_len, set_cell_size

from muxer.settings.action import GROUPS
from muxer.settings.actions import ACTIONS
from muxer.settings.keymaps import Layer
from muxer.ui.keyboard import COPY, LOCK
from muxer.ui.layout import Region
from muxer.ui.look import Look
from muxer.ui.widgets.pane_grid import Sheet

HESITATION = 0.4
"""Seconds after which a person who pressed the prefix seems to wonder."""
LEAST = 28
"""Columns without which there is no sheet."""
GAP = 3
MARGIN = 1

_WAYS = ("left", "down", "up", "right")
_PRESETS = ("even-columns", "even-rows", "main-top", "main-left", "tiled")
_FAMILIES = (
    (("agent.spawn", "agent.inbox"), "spawn, inbox"),
    (("split.right", "split.down"), "split: right, down"),
    (tuple(f"focus.{way}" for way in _WAYS), "go there"),
    (("focus.next", "focus.last"), "next, last"),
    (("attention.open", "focus.waiting"), "who waits, go"),
    (("radar.open", "monitor.open", "mesh.open"), "overviews"),
    (("pane.zoom", "pane.close"), "zoom, close"),
    (("pane.restart", "pane.stop"), "restart, stop"),
    (("pane.mark", "pane.sync"), "mark, sync"),
    (tuple(f"swap.{way}" for way in _WAYS), "swap"),
    (tuple(f"resize.{way}" for way in _WAYS), "move border"),
    (tuple(f"layout.{preset}" for preset in _PRESETS), "presets"),
    (tuple(f"tab.{n}" for n in range(1, 10)), "go there"),
    (("tab.next", "tab.previous"), "next, previous"),
    (("tab.left", "tab.right"), "move"),
    (("layout.next", "layout.previous"), "next, previous"),
    (("layout.undo", "layout.redo"), "undo, redo"),
    (("layout.save", "layout.open"), "save, open"),
    (("sidebar.toggle", "sidebar.filter"), "sidebar, find"),
    (("theme.choose", "theme.next"), "themes, next"),
    (("history.previous-prompt", "history.next-prompt"), "prompts"),
    (("history.page-up", "history.page-down"), "pages"),
    (("buffer.paste", "buffer.choose"), "paste, choose"),
    (("mode.resize", "mode.lock"), "resize, lock"),
)
"""Actions that are one line together."""
_ARROWS = {"left": "←", "down": "↓", "up": "↑", "right": "→"}
_SHORT = {"backspace": "bksp", "pageup": "pgup", "pagedown": "pgdn", " ": "space", "escape": "esc"}


class Entry(NamedTuple):
    """A line: a key and what it does, or a heading, which has no key."""

    key: str
    words: str


_BLANK = Entry("", "")


class Column(NamedTuple):
    """Entries below each other; all their words begin in one place."""

    entries: tuple[Entry, ...]

    @property
    def keys(self) -> int:
        """How wide its keys are, with a blank."""
        return max(cell_len(entry.key) for entry in self.entries) + 1

    @property
    def cols(self) -> int:
        """How wide it is."""
        return max((self.keys if entry.key else 0) + cell_len(entry.words) for entry in self.entries)


def entries_of(layer: Layer, *, ascii: bool = False) -> list[list[Entry]]:  # noqa: A002 - the setting's own name
    """A layer's keys in groups, each with its heading; the first key of each action."""
    keys: dict[str, str] = {}
    for key, bound in layer.items():
        keys.setdefault(bound, _short(key, ascii=ascii))
    families: dict[str, str] = {}
    for members, words in _FAMILIES:
        together = _together([keys.get(member, "") for member in members])
        if together:
            keys = {name: key for name, key in keys.items() if name not in members[1:]} | {members[0]: together}
            families[members[0]] = words
    groups: dict[str, list[Entry]] = {group: [] for group in GROUPS}
    for action in ACTIONS.values():
        if action.id in keys:
            groups[action.group].append(Entry(keys[action.id], families.get(action.id, action.brief)))
    return [[Entry("", group), *entries] for group, entries in groups.items() if entries]


def _short(key: str, *, ascii: bool) -> str:  # noqa: A002 - as above
    """As few cells as will do: `^s`, `alt+←`, `pgup`."""
    held, plus, last = key.rpartition("+") if len(key) > 1 and not key.endswith("+") else ("", "", key)
    last = _SHORT.get(last, last) if ascii else _ARROWS.get(last, _SHORT.get(last, last))
    return f"^{last}" if held == "ctrl" else held + plus + last


def _together(family: list[str]) -> str:
    """One name for the keys of a family: `hjkl`, `^←↓↑→`, `1…9`, `u U`; nothing where they have no such name."""
    if not all(family):
        return ""
    held, lasts = {key[:-1] for key in family}, "".join(key[-1] for key in family)
    if len(family) == 2:
        return " ".join(family)
    first = family[0][:-1]
    if len(held) != 1 or not (first in ("", "^") or first.endswith("+")):
        return ""
    return first + (f"{lasts[0]}…{lasts[-1]}" if lasts in "123456789" else lasts)


def table(groups: list[list[Entry]], cols: int, rows: int) -> list[Column]:
    """Groups as columns side by side, as low as may be; what does not fit is left out at the end."""
    for height in range(1, rows + 1):
        columns = _flow(groups, height)
        if _width(columns) <= cols:
            return columns
    columns = _flow(groups, rows)
    while columns and _width(columns) > cols:
        columns.pop()
    return columns


def _width(columns: list[Column]) -> int:
    return sum(column.cols for column in columns) + GAP * (len(columns) - 1)


def _flow(groups: list[list[Entry]], height: int) -> list[Column]:
    """Down and then to the right; no heading stands alone at the bottom."""
    columns: list[list[Entry]] = [[]]
    for group in groups:
        for at, entry in enumerate(group):
            column = columns[-1]
            blank = at == 0 and bool(column)
            if len(column) + blank + (2 if at == 0 else 1) > height and column:
                columns.append([entry])
            else:
                column += [_BLANK, entry] if blank else [entry]
    return [Column(tuple(column)) for column in columns if column]


def sheet_of(title: str, layer: Layer, look: Look, room: Region, more: str = "") -> Sheet | None:
    """The sheet for a layer; None where there is no room for any."""
    if room.rows < 4 or room.cols < LEAST:
        return None
    groups = entries_of(layer, ascii=look.ascii)
    columns = table(groups, room.cols - 2 * MARGIN, room.rows - 2)
    if not columns:
        return None
    rest = next((key for key, action in layer.items() if action == "help.keys"), "")
    if rest and sum(map(_lines, columns)) < sum(map(len, groups)):
        more = f"{_short(rest, ascii=look.ascii)} all keys · {more}".removesuffix(" · ")
    return _drawn(title, columns, look, room, more)


def _lines(column: Column) -> int:
    return sum(entry != _BLANK for entry in column.entries)


def _drawn(title: str, columns: list[Column], look: Look, room: Region, more: str) -> Sheet:
    inner = room.cols - 2 * MARGIN
    # What is left over goes between the columns, evenly, as far as the eye still finds its way.
    spare = (inner - _width(columns)) // len(columns)
    gap = GAP + min(spare, 2 * GAP)
    rows = [_rule(title, more, look, room.cols)]
    for y in range(max(len(column.entries) for column in columns)):
        cells = [_cell(column, y, look) for column in columns]
        used = sum(column.cols for column in columns) + gap * (len(columns) - 1)
        rows.append(f"{' ' * MARGIN}{(' ' * gap).join(cells)}{' ' * (room.cols - MARGIN - used)}")
    return Sheet(0, room.rows - len(rows), room.cols, tuple(rows))


def _rule(title: str, more: str, look: Look, cols: int) -> str:
    ruler = "-" if look.ascii else "─"
    line, room = look.ink("line"), cols - cell_len(title) - 6
    more = more if cell_len(more) + 4 <= room else ""
    end = f" {look.ink('quiet')}{more}{line} " if more else ""
    left = room - (cell_len(more) + 2 if more else 0)
    return f"{line}{ruler * 2} {look.ink('accent', bold=True)}{title}{line} {ruler * left}{end}{ruler * 2}"


def _cell(column: Column, y: int, look: Look) -> str:
    entry = column.entries[y] if y < len(column.entries) else _BLANK
    if not entry.key:
        return look.ink("quiet") + set_cell_size(entry.words, column.cols)
    words = set_cell_size(entry.words, column.cols - column.keys)
    return look.ink("accent") + set_cell_size(entry.key, column.keys) + look.ink("text") + words


class WhichKey:
    """Shows the sheet when somebody hesitates, and takes it away with the next key."""

    def __init__(self, look: Look, room: Callable[[], Region], lay: Callable[[Sheet | None], None]) -> None:
        self._look, self._room, self._lay = look, room, lay
        self._timer: asyncio.TimerHandle | None = None
        self._mode = ""
        self.shown = False

    def pressed(self, *, prefixed: bool, mode: str) -> None:
        """A key was taken: how the keyboard stands now."""
        self.hide()
        entered = mode != self._mode and mode not in ("", COPY, LOCK)
        self._mode = mode
        keymap = self._look.keymap
        if prefixed:
            self._wait(keymap.prefix, keymap.keys, "esc cancel")
        elif entered:
            self._wait(f"{mode} mode", keymap.modes.get(mode, {}), "esc leave")

    def hide(self) -> None:
        """Nothing is to be shown any more."""
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
        if self.shown:
            self.shown = False
            self._lay(None)

    def _wait(self, title: str, layer: Layer, out: str) -> None:
        self._timer = asyncio.get_running_loop().call_later(HESITATION, self._show, title, layer, out)

    def _show(self, title: str, layer: Layer, out: str) -> None:
        self._timer = None
        sheet = sheet_of(title, layer, self._look, self._room(), out)
        if sheet is not None:
            self.shown = True
            self._lay(sheet)
