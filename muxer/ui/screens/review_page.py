"""What is read in a review: an agent's files and hunks as rows, and where in them a person is. Pure.

A row is one line of a file, or two beside each other: before and after.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import groupby, zip_longest
from typing import Any, NamedTuple

TAB = 8


class Hunk(NamedTuple):
    """Lines that change together."""

    id: str
    old: int
    new: int
    heading: str
    lines: tuple[str, ...]

    @property
    def changes(self) -> int:
        """How many of its lines change something."""
        return sum(line.startswith(("+", "-")) for line in self.lines)


class File(NamedTuple):
    """One file."""

    id: str
    path: str
    was: str
    fate: str
    modes: tuple[str, str]
    why: str
    added: int
    removed: int
    uncommitted: bool
    hunks: tuple[Hunk, ...]

    @property
    def ids(self) -> tuple[str, ...]:
        """What can be chosen of it."""
        return tuple(hunk.id for hunk in self.hunks) or (() if self.added or self.removed else (self.id,))

    @property
    def words(self) -> str:
        """What else became of it than other lines."""
        renamed = f"was {self.was}" if self.was != self.path else ""
        modes = " to ".join(mode for mode in self.modes if mode) if self.fate == "modified" else ""
        return ", ".join(filter(None, (self.fate, renamed, modes and f"mode {modes}", self.why)))


class Cell(NamedTuple):
    """A line of a file."""

    sign: str
    text: str
    old: int
    new: int
    """Its numbers; 0 where it is not."""
    at: int
    """Which line of its hunk."""
    change: int
    """Which of those that change something; -1 for the others."""


class Row(NamedTuple):
    """What is in one row: a line or two, or words of ours."""

    hunk: Hunk | None = None
    cells: tuple[Cell | None, ...] = ()
    words: str = ""

    @property
    def changes(self) -> frozenset[int]:
        """The changes in it."""
        return frozenset(cell.change for cell in self.cells if cell and cell.change >= 0)


def files_of(answer: Mapping[str, Any]) -> tuple[File, ...]:
    """What `diff` answered."""
    return tuple(
        File(**{name: one[name] for name in File._fields} | {"modes": tuple(one["modes"]), "hunks": _hunks(one)})
        for one in answer["files"]
    )


def _hunks(one: Mapping[str, Any]) -> tuple[Hunk, ...]:
    return tuple(
        Hunk(**{name: hunk[name] for name in Hunk._fields} | {"lines": tuple(hunk["lines"])}) for hunk in one["hunks"]
    )


def visible(line: str) -> str:
    """A line of a file: tabs as blanks, and whatever is not to be seen by its number, for a reviewer has to know."""
    if line.isascii() and line.isprintable():
        return line
    shown = "".join(letter if letter.isprintable() or letter == "\t" else _number(letter) for letter in line)
    return shown.expandtabs(TAB)


def _number(letter: str) -> str:
    return letter.encode("unicode_escape").decode()


# ---- rows


def rows_of(file: File, *, paired: bool) -> tuple[Row, ...]:
    """All of a file; beside each other only where there are lines before and after."""
    paired = paired and file.fate not in ("added", "deleted")
    words = [Row(words=file.words)] if file.words != "modified" or not file.hunks else []
    return (*words, *(row for hunk in file.hunks for row in _rows(hunk, paired=paired)))


def _rows(hunk: Hunk, *, paired: bool) -> Iterator[Row]:
    yield Row(hunk, words=f"@@ {hunk.new} {hunk.heading}".rstrip())
    cells = [*_cells(hunk)]
    if not paired:
        yield from (Row(hunk, (cell,)) for cell in cells)
        return
    for changes, group in groupby(cells, key=lambda cell: cell.sign != " "):
        run = [*group]
        if not changes:
            yield from (Row(hunk, (cell, cell)) for cell in run)
            continue
        old, new = ([cell for cell in run if bool(cell.old) == before] for before in (True, False))
        yield from (Row(hunk, pair) for pair in zip_longest(old, new))


def _cells(hunk: Hunk) -> Iterator[Cell]:
    old, new, change = hunk.old, hunk.new, 0
    for at, line in enumerate(hunk.lines):
        sign, text = line[:1], line[1:]
        if sign == "\\":
            continue
        unended = at + 1 < len(hunk.lines) and hunk.lines[at + 1].startswith("\\")
        before, after, changes = sign != "+", sign != "-", sign != " "
        text = f"{text} (no newline at the end)" if unended else text
        yield Cell(sign, text, old * before, new * after, at, change if changes else -1)
        old, new, change = old + before, new + after, change + changes


# ---- where one is


class Page:
    """A file under a cursor, and as much of it as there is room for."""

    def __init__(self) -> None:
        self.rows: Sequence[Row] = ()
        self.height = 1
        self.cursor = self.top = self.left = 0
        self.anchor: int | None = None
        """The other end of what is selected, if something is."""

    def open(self, rows: Sequence[Row], cursor: int = 0) -> None:
        """Another file, or the same one anew."""
        self.rows, self.anchor = rows, None
        self.top = min(self.top, max(0, len(rows) - 1))
        self.go(cursor)

    def go(self, row: int) -> None:
        """Put the cursor there; what is around it comes into view."""
        self.cursor = max(0, min(row, len(self.rows) - 1))
        self.top = max(0, min(self.top, self.cursor), self.cursor - self.height + 1)

    def turn(self, rows: int) -> None:
        """Look at other rows; the cursor stays in view."""
        self.top = max(0, min(self.top + rows, len(self.rows) - self.height))
        self.cursor = max(self.top, min(self.cursor, self.top + self.height - 1))

    @property
    def row(self) -> Row:
        """The one under the cursor."""
        return self.rows[self.cursor] if self.rows else Row()

    @property
    def selected(self) -> range:
        """The rows from the anchor to the cursor."""
        ends = sorted((self.cursor, self.cursor if self.anchor is None else self.anchor))
        return range(ends[0], ends[1] + 1)

    @property
    def hunks(self) -> list[int]:
        """Rows at which hunks begin."""
        return [at for at, row in enumerate(self.rows) if row.hunk and not row.cells]

    def hop(self, way: int) -> bool:
        """To the next hunk, or to the one before; False where there is none."""
        rows = [at for at in self.hunks if (at > self.cursor if way > 0 else at < self.cursor)]
        if not rows:
            return False
        self.go(rows[0] if way > 0 else rows[-1])
        self.top = max(0, min(self.cursor - 1, len(self.rows) - self.height))
        return True

    def found(self, row: Row) -> int:
        """Where a row that was here before is now, by what is in it; where the cursor is, if it is gone."""
        wanted = _content(row)
        same = (at for at, one in enumerate(self.rows) if not wanted.isdisjoint(_content(one)))
        return next(same, self.cursor)


def _content(row: Row) -> frozenset[tuple[object, ...]]:
    """What is in it: lines of a hunk, a hunk's heading, or words."""
    if not row.hunk:
        return frozenset({("", row.words)})
    return frozenset((row.hunk.id, cell.sign, cell.at) for cell in row.cells if cell) or frozenset({(row.hunk.id,)})


def search(rows: Sequence[Row], text: str, after: int) -> int | None:
    """The next row that has the text; small letters are found in capitals, too."""
    fold = text == text.lower()
    for at in range(after + 1, len(rows)):
        texts = (cell.text for cell in rows[at].cells if cell)
        if any(text in (one.lower() if fold else one) for one in texts):
            return at
    return None


# ---- what is chosen

Chosen = dict[str, frozenset[int] | None]
"""By id: all of it, or only some of the lines that a hunk changes."""


def toggle(chosen: Chosen, hunk: Hunk, lines: frozenset[int]) -> None:
    """Choose lines of a hunk, or no longer; without any it is all of the hunk."""
    every = frozenset(range(hunk.changes))
    had = every if chosen.get(hunk.id, lines) is None else chosen.get(hunk.id) or frozenset()
    lines = lines or every
    now = had - lines if lines <= had else had | lines
    chosen.pop(hunk.id, None)
    if now:
        chosen[hunk.id] = None if now == every else now


def toggle_file(chosen: Chosen, file: File) -> None:
    """Choose all of a file, or nothing of it."""
    whole = share(chosen, file) == "all"
    for one in file.ids:
        if whole:
            del chosen[one]
        else:
            chosen[one] = None


def share(chosen: Chosen, file: File) -> str:
    """How much of a file is chosen: nothing, `some` or `all`."""
    picked = [one for one in file.ids if one in chosen]
    if not picked:
        return ""
    return "all" if len(picked) == len(file.ids) and all(chosen[one] is None for one in picked) else "some"


def is_chosen(chosen: Chosen, hunk: Hunk, change: int) -> bool:
    """Is this line?"""
    lines = chosen.get(hunk.id, frozenset())
    return lines is None or change in lines


def picks(chosen: Chosen) -> list[str]:
    """As the verb `part` takes it."""
    return [one if lines is None else f"{one}:{'+'.join(map(str, sorted(lines)))}" for one, lines in chosen.items()]


def keep_known(chosen: Chosen, files: Iterable[File]) -> int:
    """Choose nothing that is not there any more; how much that was."""
    gone = chosen.keys() - {one for file in files for one in file.ids}
    for one in gone:
        del chosen[one]
    return len(gone)
