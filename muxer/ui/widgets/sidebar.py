"""The list of all panes on the left, by project, in an order that never jumps; drawn as ready terminal bytes.

An entry has two lines if all of them can have two, else one; below all stands whose work would not merge. What was
drawn is kept, so that only rows that read otherwise are sent. A person scrolls it with the wheel; a new focus scrolls
itself into view.
"""

from collections.abc import Callable
from itertools import zip_longest
from typing import NamedTuple

from rich.cells import cell_len
from textual.geometry import Region as TextualRegion
from textual.strip import Strip
from textual.widget import Widget

from muxer.model import PaneId
from muxer.ui.look import Look
from muxer.ui.states import SIGNS, UNREAD, Sight, glyph_of, plainly, settled_age
from muxer.ui.titles import cut, filler
from muxer.ui.widgets.strip import Piece, RowStrip, painted
from muxer.ui.works import CLASHES, Conflict

LEAST, MOST = 18, 32
ROOMY = 100
"""Columns of a terminal in which it is shown unless somebody hides it."""
AGE = 3
LEAST_WORDS = 12
"""Columns that what a pane is about has before what its agent has used."""
LEAST_FOOT = 3
"""Rows in which one conflict is told, though the list would like to have them."""
LOUD = ("waiting", "crashed", "limited", "done")
"""States that call a person."""


class Entry(NamedTuple):
    """A pane in the list."""

    pane: PaneId
    sight: Sight
    unread: bool
    held: str = ""
    """What waits to be typed into its agent, and why it waits."""
    used: str = ""
    """What that has used."""
    work: tuple[str, ...] = ()
    """How its work stands: `+3`, `✎2`."""
    clashes: bool = False
    """Would that not merge with another's?"""


class Listing(NamedTuple):
    """What is in the list: names of projects, each before its panes."""

    rows: tuple[Entry | str, ...] = ()
    focus: PaneId | None = None
    now: float = 0.0
    conflicts: tuple[Conflict, ...] = ()
    """What is told below."""


class _Row(NamedTuple):
    what: Entry | str
    second: bool = False


class Sidebar(Widget):
    """Draws a Listing, asked for (with what is filtered by, if anything) when it may be another."""

    DEFAULT_CSS = "Sidebar { width: 20; height: 1fr; display: none; }"

    def __init__(self, look: Look, listing: Callable[[str | None], Listing]) -> None:
        super().__init__()
        self._look = look
        self._listing = listing
        self._lines: list[str] = []
        self._rows: list[_Row] = []
        self._at = self._room = 0
        self._widths: list[int] = []
        """Of the numbers about an agent's work, which stand in columns."""
        self._any_clash = False
        self._followed: PaneId | None = None
        self._needle: str | None = None
        self.chosen: PaneId | None = None
        """The entry that enter goes to, while somebody filters."""
        self.shown: bool | None = None
        """A person's wish; None leaves it to the settings."""

    # ---- whether and how wide

    def fit(self, cols: int) -> bool:
        """Take the width that a terminal of so many columns can spare, or none; whether that changed."""
        wish = self._look.config.look.sidebar
        shown = wish == "shown" or (wish == "auto" and cols >= ROOMY) if self.shown is None else self.shown
        width = min(MOST, max(LEAST, cols // 8 + 8))
        shown = shown and cols >= 2 * width
        before = (self.display, self.styles.width.value if self.styles.width else 0)
        self.display = shown
        self.styles.width = width
        return before != (shown, width)

    # ---- drawing

    def changes(self) -> str:
        """The bytes that put right what reads otherwise now."""
        if not self.display or not self.size.height:
            return ""
        before = self._lines
        self._draw()
        left, top = self.region.offset
        cols = self.size.width
        return "".join(
            painted(Piece(0, cols, line), left, top + y)
            for y, line in enumerate(self._lines)
            if y >= len(before) or before[y] != line
        )

    def _draw(self) -> None:
        """All lines anew."""
        listing, height = self._listing(self._needle), self.size.height
        entries = [row for row in listing.rows if isinstance(row, Entry)]
        self._choose(listing, entries)
        self._widths = [max(map(cell_len, column)) for column in zip_longest(*(e.work for e in entries), fillvalue="")]
        self._any_clash = any(entry.clashes for entry in entries)
        spare = height - 1 - len(listing.rows) - len(entries)
        foot = self._foot(listing.conflicts, min(height // 3, max(LEAST_FOOT, spare)))
        room = self._room = height - 1 - len(foot)
        double = len(listing.rows) + len(entries) <= room
        projects = len(listing.rows) - len(entries)
        airy = double and len(listing.rows) + len(entries) + projects - 1 <= room
        self._rows = []
        for what in listing.rows:
            if airy and isinstance(what, str) and self._rows:
                self._rows.append(_Row(""))
            self._rows.append(_Row(what))
            if double and isinstance(what, Entry):
                self._rows.append(_Row(what, second=True))
        self._follow(self.chosen or listing.focus, room)
        shown = self._rows[self._at : self._at + room]
        below = len(self._rows) - self._at - len(shown)
        lines = [self._head(len(entries)), *(self._line(row, listing) for row in shown)]
        if not entries and self._needle is not None:
            lines.append(self._quiet(" none is like that"))
        if below and len(shown) > 1:
            hidden = sum(isinstance(row.what, Entry) for row in self._rows[self._at + len(shown) - 1 :])
            lines[-1] = self._quiet(plainly(f" … {hidden} more", plain=self._look.ascii))
        lines += [self._quiet("")] * (room + 1 - len(lines))
        self._lines = [line + self._edge() for line in lines + foot]

    def _foot(self, conflicts: tuple[Conflict, ...], room: int) -> list[str]:
        """The radar: two lines for each that there is room for; the list's own comes first."""
        look, plain, cols = self._look, self._look.ascii, self._cols
        told = conflicts[: max(0, (room - 1) // 2)]
        lines = [self._bar(" Radar", f"{len(conflicts)} ", "quiet")] if told else []
        for one in told:
            mark = plainly(f" {CLASHES} ", plain=plain)
            who = one.who(cols - cell_len(mark), plain=plain)
            path = cut(one.paths[0], cols - 3 - len(one.more), plain=plain)
            gap = " " * (cols - cell_len(mark + who))
            lines += [
                f"{look.ink('bad', bold=True)}{mark}{look.ink('text')}{who}{gap}",
                self._quiet(f"   {path}{one.more}"),
            ]
        return lines

    def _choose(self, listing: Listing, entries: list[Entry]) -> None:
        panes = [entry.pane for entry in entries]
        if self._needle is None:
            self.chosen = None
        elif self.chosen not in panes:
            self.chosen = listing.focus if listing.focus in panes and not self._needle else next(iter(panes), None)

    # ---- filtering

    def sift(self, needle: str | None) -> None:
        """Show only the panes that are like this, one of them chosen; None shows all again."""
        self._needle = needle
        self._choose(listing := self._listing(needle), [row for row in listing.rows if isinstance(row, Entry)])

    def step(self, steps: int) -> None:
        """Choose the next one, or the one before."""
        panes = [row.pane for row in self._listing(self._needle).rows if isinstance(row, Entry)]
        if self.chosen in panes:
            self.chosen = panes[(panes.index(self.chosen) + steps) % len(panes)]

    def _follow(self, pane: PaneId | None, room: int) -> None:
        most = max(0, len(self._rows) - room)
        at = next((y for y, row in enumerate(self._rows) if isinstance(row.what, Entry) and row.what.pane == pane), -1)
        if pane != self._followed and at >= 0:
            self._followed = pane
            if at < self._at + 1:
                self._at = at - 1  # with the project's name above it, if it is the first
            elif at > self._at + room - 2:
                self._at = at - room + 2
        self._at = max(0, min(self._at, most))

    @property
    def _cols(self) -> int:
        return self.size.width - 1

    def _edge(self) -> str:
        return f"{self._look.ink('line')}{plainly('│', plain=self._look.ascii)}"

    def _quiet(self, text: str) -> str:
        text = cut(text, self._cols, plain=self._look.ascii)
        return f"{self._look.ink('quiet')}{text}{' ' * (self._cols - cell_len(text))}"

    def _head(self, count: int) -> str:
        filtering = self._needle is not None
        return self._bar(
            f" /{self._needle}" if filtering else " Panes", f"{count} ", "accent" if filtering else "quiet"
        )

    def _bar(self, words: str, right: str, role: str) -> str:
        look, cols = self._look, self._cols
        words = cut(words, cols - len(right) - 2, plain=look.ascii)
        gap = f" {filler(look) * (cols - cell_len(words) - len(right) - 2)} "
        ink = look.ink(role, on="line", bold=role == "accent")
        return f"{ink}{words}{look.ink('quiet', on='line')}{gap}{right}"

    def _line(self, row: _Row, listing: Listing) -> str:
        if isinstance(row.what, str):
            text = cut(f" {row.what}", self._cols, plain=self._look.ascii)
            return f"{self._look.ink('text', bold=True)}{text}{' ' * (self._cols - cell_len(text))}"
        entry = row.what
        ground = "line" if entry.pane == self.chosen else None
        if row.second:
            return self._second(entry, listing, ground)
        return self._first(entry, listing, ground)

    def _second(self, entry: Entry, listing: Listing, ground: str | None) -> str:
        """What is held comes first, then what it is about; what it has used, if that leaves room for it."""
        look, room = self._look, self._cols - 4
        said = plainly(entry.held, plain=look.ascii) or entry.sight.more or entry.sight.about
        least = cell_len(said) if entry.held else min(cell_len(said), LEAST_WORDS)
        used = entry.used if len(entry.used) + least + 1 <= room else ""
        text = cut(said, room - len(used) - bool(used), plain=look.ascii)
        gap = " " * (room - cell_len(text) - len(used))
        quiet = look.ink("text" if ground else "quiet", on=ground)
        ink = look.ink("wait", on=ground) if entry.held else quiet
        return f"{self._marker(entry, listing, ground)}{ink}  {text}{quiet}{gap}{used} "

    def _marker(self, entry: Entry, listing: Listing, ground: str | None) -> str:
        mark = plainly("▌", plain=self._look.ascii) if entry.pane == listing.focus else " "
        return f"{self._look.ink('accent', on=ground)}{mark}"

    def _first(self, entry: Entry, listing: Listing, ground: str | None) -> str:
        look, sight, plain = self._look, entry.sight, self._look.ascii
        focused = entry.pane == listing.focus
        age = settled_age(listing.now - sight.since) if sight.since else ""
        name = sight.name or "starting"
        room = self._cols - 5
        mark = plainly(f" {CLASHES}", plain=plain) if entry.clashes else "  " if self._any_clash else ""
        right, work = self._right(entry, age, room - cell_len(name) - 1 - cell_len(mark))
        taken = cell_len(right + work + mark)
        name = cut(name, room - taken - bool(taken), plain=plain)
        gap = " " * (room - cell_len(name) - taken)
        badge = (UNREAD.plain if plain else UNREAD.glyph) if entry.unread else " "
        parts = (
            self._marker(entry, listing, ground),
            f"{look.ink(SIGNS[sight.state].role, on=ground)}{glyph_of(sight.state, plain=plain)} ",
            f"{look.ink('accent' if focused else 'text', on=ground, bold=focused)}{name}{gap}",
            f"{look.ink(SIGNS[sight.state].role if sight.state in LOUD else 'quiet', on=ground)}{right}",
            f"{look.ink('quiet', on=ground)}{work}{look.ink('bad', on=ground, bold=True)}{mark}",
            f"{look.ink(UNREAD.role, on=ground, bold=True)} {badge}",
        )
        return "".join(parts)

    def _right(self, entry: Entry, age: str, room: int) -> tuple[str, str]:
        """Its state, since when, and its work, as far as there is room; a state that calls comes before the work."""
        sight, plain = entry.sight, self._look.ascii
        if not sight.name:
            return "", ""
        state = f"{sight.word} {age:>{AGE}}" if age else sight.word
        columns = zip_longest(entry.work, self._widths, fillvalue="")
        work = plainly("".join(f" {number:>{width}}" for number, width in columns if width), plain=plain)
        loud = sight.state in LOUD or not any(entry.work)
        ways = [(state, work), *([(state, ""), (age, work)] if loud else [(age, work), ("", work)])]
        return next((way for way in ways if cell_len("".join(way)) <= room), (age, ""))

    def render_lines(self, crop: TextualRegion) -> list[Strip]:
        """Textual asks for rows."""
        self._draw()
        cols = self.size.width
        rows = [RowStrip([Piece(0, cols, line)], cols, self.region.x) for line in self._lines]
        return [row.crop(crop.x, crop.right) for row in rows[crop.y : crop.bottom]]

    # ---- where things are

    def holds(self, x: int, y: int) -> bool:
        """Is a cell of the screen its own?"""
        return self.display and self.region.contains(x, y)

    def pane_at(self, x: int, y: int) -> PaneId | None:
        """The pane whose entry is on a cell of the screen."""
        at = self._at + y - self.region.y - 1
        inside = 1 <= y - self.region.y <= self._room
        if not self.holds(x, y) or not inside or not 0 <= at < len(self._rows):
            return None
        what = self._rows[at].what
        return what.pane if isinstance(what, Entry) else None

    def scroll_by(self, rows: int) -> bool:
        """Look further down (positive) or up; whether anything moved. `changes` then draws it."""
        before = self._at
        self._at = max(0, min(self._at + rows, len(self._rows) - self._room))
        return self._at != before

    def in_view(self) -> list[PaneId]:
        """The panes whose entries can be seen now."""
        if not self.display:
            return []
        shown = self._rows[self._at : self._at + self._room]
        return [row.what.pane for row in shown if isinstance(row.what, Entry)]
