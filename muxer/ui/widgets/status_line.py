"""The last line of the screen: mode, host, tabs, then a question, a warning or what the keys do, and who waits.

Nothing is clipped: what has no room goes whole, the least important first; only a sentence ends in an ellipsis.
"""

from dataclasses import dataclass
from typing import NamedTuple

from rich.cells import cell_len, set_cell_size
from textual.geometry import Region as TextualRegion
from textual.strip import Strip
from textual.widget import Widget

from muxer.model import State
from muxer.ui.look import Look
from muxer.ui.states import SIGNS, glyph_of, plainly
from muxer.ui.titles import cut, window
from muxer.ui.widgets.strip import Piece, RowStrip

CURSOR = "▏"
"""Where a person types in a line to fill in; that part of it is always seen."""


LONGEST_TAB = 24
"""Cells of a tab's name: a longer one would hide its neighbours."""


class TabMark(NamedTuple):
    """A tab in the list."""

    name: str
    waits: bool = False
    crashed: bool = False
    unread: bool = False
    zoomed: bool = False

    @property
    def sign(self) -> State | None:
        """What a person should know of a tab that is not shown."""
        return "waiting" if self.waits else "crashed" if self.crashed else "working" if self.unread else None


@dataclass(frozen=True, slots=True, kw_only=True)
class Status:
    """What it says."""

    mode: str = ""
    """Empty while people type."""
    banner: str = ""
    """What must not be overlooked, such as synced typing."""
    host: str = ""
    tabs: tuple[TabMark, ...] = ()
    shown: int = 0
    words: str = ""
    loud: str = ""
    """A role for the words: `wait` for a question, `bad` for a warning; none for a calm notice."""
    prefix: str = ""
    """The key before those of the hints."""
    hints: tuple[tuple[str, str], ...] = ()
    """Keys, and what they do."""
    waiting: int = 0
    """How many panes wait for a person."""
    clients: int = 0
    clock: str = ""


_LEFT = ("banner", "mode", "normal", "host", "fewer", "tabs", "more", "words")
_RIGHT = ("prefix", "hints", "waiting", "clients", "clock")
_ENDS = 4
"""Cells of the marks that say that there are more tabs on either side."""


class _Making:
    """A line in the making: whatever is put first has its place for sure."""

    def __init__(self, status: Status, look: Look, cols: int) -> None:
        self._status, self._look, self._plain = status, look, look.ascii
        self._left = cols
        self._slots: dict[str, str] = {}
        self._cells: dict[str, int] = {}
        self._widths = [cell_len("".join(self._label(number))) for number in range(len(status.tabs))]
        self._tabs = range(0)

    def put(self, slot: str, text: str, role: str = "quiet", *, on: str = "line", bold: bool = False) -> bool:
        """The words with a blank on either side, if there is room for all of them."""
        text = plainly(f" {text} ", plain=self._plain) if text else ""
        cells = cell_len(text)
        if not text or cells > self._left:
            return False
        self._add(slot, cells, f"{self._look.ink(role, on=on, bold=bold)}{text}")
        return True

    def more(self, slot: str, text: str, role: str) -> None:
        """More words for what was put, if there is room."""
        cells = cell_len(text) + 1
        if self._cells.get(slot) and cells <= self._left:
            self._add(slot, cells, f"{self._look.ink(role, on='line')}{text} ")

    def part(self, slot: str) -> None:
        """A blank after it, so that it and a shown tab are not one block."""
        if self._left > 0:
            self._add(slot, 1, f"{self._look.ink('quiet', on='line')} ")

    def _add(self, slot: str, cells: int, ansi: str) -> None:
        self._left -= cells
        self._cells[slot] = self._cells.get(slot, 0) + cells
        self._slots[slot] = self._slots.get(slot, "") + ansi

    def sentence(self) -> None:
        """A question, a warning, a line to fill in: as much of it as there is room for.

        What two blanks set apart at the end stays: the answers to a question, or where to read more.
        """
        words, room = self._status.words, self._left - 2
        if not words or room < 3:
            return
        at = words.find(CURSOR)
        if at >= 0 and cell_len(words) > room:
            while cell_len(words[: at + 1]) > room - 1:
                words, at = words[1:], at - 1
            words = f"…{words}" if self._status.words != words else words
        elif cell_len(words) > room:
            head, gap, tail = words.rpartition("  ")
            if cell_len(tail) + 2 > room * 2 // 3:
                head, gap, tail = words, "", ""
            words = f"{self._begun(head, room - len(gap) - cell_len(tail))}{gap}{tail}"
        words = cut(words, room, plain=self._plain)
        self.put("words", words, self._status.loud or "text", bold=bool(self._status.loud))

    def _begun(self, words: str, room: int) -> str:
        """The beginning of a sentence, to the end of a word if one ends soon enough."""
        if cell_len(words) <= room:
            return words
        head = set_cell_size(words, room - (3 if self._plain else 2)).rstrip()
        if words[len(head) : len(head) + 1] != " " and " " in head[room // 2 :]:
            head = head.rpartition(" ")[0]
        return f"{head.rstrip(' ·')} …"

    def hints(self) -> None:
        """As many keys as fit, in order."""
        quiet, key = self._look.ink("quiet", on="line"), self._look.ink("text", on="line")
        for name, words in self._status.hints:
            cells = cell_len(name) + cell_len(words) + 3
            if cells > self._left:
                return
            self._add("hints", cells, f"{key} {name}{quiet} {words} ")

    # ---- tabs

    def _label(self, number: int) -> tuple[str, str]:
        tab = self._status.tabs[number]
        words = cut(tab.name, LONGEST_TAB, plain=self._plain)
        name = f"{number + 1}" if tab.name == str(number + 1) else f"{number + 1} {words}"
        sign = tab.sign
        return f" {name}{' Z' if tab.zoomed else ''}", f"{glyph_of(sign, plain=self._plain) if sign else ''} "

    def shown_tab(self) -> None:
        """Room for the one that is shown, at least."""
        at = self._status.shown
        if self._widths and self._widths[at] <= self._left:
            self._tabs = range(at, at + 1)
            self._left -= self._widths[at]

    @property
    def is_crowded(self) -> bool:
        """Are there more tabs than fit?"""
        return sum(self._widths) > self._left + sum(self._widths[number] for number in self._tabs)

    def other_tabs(self) -> None:
        """Its neighbours, as far as they fit."""
        if not self._tabs:
            return
        widths, at = self._widths, self._status.shown
        room = self._left + widths[at]
        if sum(widths) <= room:
            self._tabs = range(len(widths))
        elif self._left >= _ENDS:
            self._tabs = range(*window(widths, at, room - _ENDS))
        self._left = room - sum(widths[number] for number in self._tabs)
        if self._left >= _ENDS and self._tabs.start > 0:
            self._end("fewer", "‹ ")
        if self._left >= _ENDS - 2 and self._tabs.stop < len(widths):
            self._end("more", "› ")

    def _end(self, slot: str, mark: str) -> None:
        self._add(slot, 2, self._look.ink("quiet", on="line") + plainly(mark, plain=self._plain))

    def _tab(self, number: int) -> str:
        look, tab = self._look, self._status.tabs[number]
        text, mark = self._label(number)
        if number == self._status.shown:
            return f"{look.ink('line', on='accent', bold=True)}{text}{mark}"
        role = SIGNS[tab.sign].role if tab.sign not in (None, "working") else "accent"
        return f"{look.ink('text', on='line')}{text}{look.ink(role, on='line')}{mark}"

    def finished(self) -> tuple[str, list[tuple[int, int]]]:
        """The line, and where its tabs lie: from, to; nowhere for those without room."""
        spans = [(0, 0)] * len(self._widths)
        at = sum(self._cells.get(slot, 0) for slot in _LEFT[: _LEFT.index("tabs")])
        for number in self._tabs:
            spans[number] = at, at + self._widths[number]
            at += self._widths[number]
        self._slots["tabs"] = "".join(map(self._tab, self._tabs))
        left = [self._slots.get(slot, "") for slot in _LEFT]
        right = [self._slots.get(slot, "") for slot in _RIGHT]
        gap = f"{self._look.ink('quiet', on='line')}{' ' * self._left}"
        return "".join([*left, gap, *right]), spans


def composed(status: Status, look: Look, cols: int) -> tuple[str, list[tuple[int, int]]]:
    """The line, exactly so wide, and where its tabs lie. The order here is the order of importance."""
    making = _Making(status, look, cols)
    for banner in (status.banner, status.banner.partition(" · ")[0]):
        if making.put("banner", banner, "line", on="wait", bold=True):
            break
    loud = making.put("mode", status.mode.upper(), "line", on="accent", bold=True)
    if loud:
        making.part("mode")
    asks = status.loud == "wait"
    if asks:
        making.sentence()
    making.shown_tab()
    waiting = glyph_of("waiting", plain=look.ascii)
    making.put("waiting", f"{waiting} {status.waiting}" if status.waiting else "", SIGNS["waiting"].role, bold=True)
    if not asks:
        making.sentence()
    if not status.words and status.prefix:
        making.put("prefix", f"{status.prefix} …", "accent" if status.mode == "prefix" else "quiet")
    if making.is_crowded:  # some tabs are not seen anyway, and may as well leave room for the time
        making.put("clock", status.clock)
        making.other_tabs()
    else:
        making.other_tabs()
        making.put("clock", status.clock)
    making.put("host", status.host)
    if not loud:
        making.put("normal", "" if status.mode else "NORMAL")
    making.put("clients", f"{status.clients} clients" if status.clients > 1 else "")
    making.more("waiting", "needs you" if status.waiting == 1 else "need you", SIGNS["waiting"].role)
    if not status.words:
        making.hints()
    return making.finished()


class StatusLine(Widget):
    """Draws a Status."""

    DEFAULT_CSS = "StatusLine { dock: bottom; height: 1; width: 1fr; }"

    def __init__(self, look: Look) -> None:
        super().__init__()
        self._look = look
        self._status = Status()
        self._spans: list[tuple[int, int]] = []

    def show(self, status: Status) -> bool:
        """Say this; whether it says something else than before."""
        changed = status != self._status
        self._status = status
        return changed

    def pieces(self) -> list[Piece]:
        """The line as it stands."""
        cols = self.size.width
        line, self._spans = composed(self._status, self._look, cols)
        return [Piece(0, cols, line)]

    def tab_at(self, x: int) -> int | None:
        """The number, from 0, of the tab on a column of the screen."""
        x -= self.region.x
        return next((number for number, (start, end) in enumerate(self._spans) if start <= x < end), None)

    def render_lines(self, crop: TextualRegion) -> list[Strip]:
        """Textual asks for the row."""
        row = RowStrip(self.pieces(), self.size.width, self.region.x)
        return [row.crop(crop.x, crop.right) for _ in range(crop.y, crop.bottom)]
