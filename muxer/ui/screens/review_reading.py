"""A person at work in a review: where they are in which file, what they chose, and what they said about it. Pure."""

from collections.abc import Callable, Sequence
from typing import NamedTuple

from muxer.ui.screens.review_notes import Comment, comment_on
from muxer.ui.screens.review_page import (
    Chosen,
    File,
    Page,
    Row,
    keep_known,
    rows_of,
    search,
    toggle,
    toggle_file,
)

SIDEWAYS = 8
"""Columns of a step to the side."""


class Made(NamedTuple):
    """What a person made of somebody's work."""

    chosen: Chosen
    comments: Sequence[Comment]

    def __str__(self) -> str:
        chosen, comments = len(self.chosen), len(self.comments)
        parts = [f"{chosen} chosen" if chosen else "", f"{comments} comment{'s' * (comments != 1)}" if comments else ""]
        return " and ".join(filter(None, parts))


class Reading:
    """Starts among the files; from there into the lines of one, and back."""

    def __init__(self, made: Made | None = None) -> None:
        self.files: tuple[File, ...] = ()
        self.at = 0
        self.page = Page()
        self.inside = False
        """Are the keys the lines', not the files'?"""
        self.paired = False
        self.chosen: Chosen = {**made.chosen} if made else {}
        self.comments = [*made.comments] if made else []
        self.sought = ""

    # ---- what there is

    @property
    def file(self) -> File | None:
        """The one whose lines are seen."""
        return self.files[self.at] if self.files else None

    @property
    def rows(self) -> list[Row]:
        """Those that are selected; without that, the one under the cursor."""
        return [self.page.rows[at] for at in self.page.selected if at < len(self.page.rows)]

    @property
    def marks(self) -> frozenset[tuple[str, int]]:
        """The lines that are commented."""
        return frozenset(mark for comment in self.comments for mark in comment.marks)

    def take(self, files: tuple[File, ...], *, words: str) -> int:
        """The work is another: place and marks stay with what they were on. How much was chosen that is gone."""
        before = self.file.path if self.file else ""
        self.files = files
        self.at = next((n for n, file in enumerate(files) if file.path == before), max(0, min(self.at, len(files) - 1)))
        if files:
            self.lay(paired=self.paired)
        else:
            self.inside = False
            self.say(words)
        return keep_known(self.chosen, files)

    def say(self, words: str) -> None:
        """Words instead of lines."""
        self.page.open([Row(words=words)])

    def lay(self, *, paired: bool) -> None:
        """The same file, perhaps in other rows: the cursor stays on its line."""
        self.paired = paired
        if self.file:
            row = self.page.row
            self.page.open(rows_of(self.file, paired=paired), self.page.cursor)
            self.page.go(self.page.found(row))

    def open(self, at: int) -> None:
        """Another file."""
        self.at, self.page.left = at, 0
        self.page.open(rows_of(self.files[at], paired=self.paired))

    @property
    def made(self) -> Made | None:
        """To be kept for another time."""
        return Made(self.chosen, self.comments) if self.chosen or self.comments else None

    # ---- where one goes

    def step(self, steps: int) -> None:
        """A line, or a file."""
        if self.inside:
            self.page.go(self.page.cursor + steps)
        elif (at := max(0, min(self.at + steps, len(self.files) - 1))) != self.at:
            self.open(at)

    def leap(self, pages: int) -> None:
        """A page of lines."""
        rows = pages * max(1, self.page.height - 1)
        if self.inside:
            self.page.go(self.page.cursor + rows)
        else:
            self.page.turn(rows)

    def end(self, *, last: bool) -> None:
        """To the first or the last line, or file."""
        self.step(len(self.page.rows) + len(self.files) if last else -len(self.page.rows) - len(self.files))

    def other_file(self, steps: int) -> None:
        """The next one, round at the ends."""
        self.open((self.at + steps) % len(self.files))

    def hop(self, way: int) -> None:
        """To another hunk, in another file where this one has none left."""
        self.inside = True
        if not self.page.hop(way) and 0 <= self.at + way < len(self.files):
            self.open(self.at + way)
            if hunks := self.page.hunks:
                self.page.go(hunks[0 if way > 0 else -1])

    def sideways(self, way: int) -> None:
        """To see the rest of long lines."""
        self.page.left = max(0, self.page.left + way * SIDEWAYS)

    def enter(self) -> None:
        """Into the lines."""
        self.inside = True

    def leave(self) -> None:
        """Out of what is selected, or back to the files."""
        self.inside = self.page.anchor is not None
        self.page.anchor = None

    def search(self, text: str) -> bool:
        """To the next line that has it, in whichever file; nothing is what was sought before. Was it found?"""
        self.sought = text or self.sought
        after = self.page.cursor if self.inside else -1
        for at in [*range(self.at, len(self.files)), *range(self.at + 1)] if self.sought else ():
            rows = rows_of(self.files[at], paired=self.paired)
            found = search(rows, self.sought, after)
            after = -1
            if found is not None:
                if at != self.at:
                    self.open(at)
                self.inside = True
                self.page.go(found)
                return True
        return False

    # ---- what one does

    def select(self) -> None:
        """From here on; or no longer."""
        if self.inside:
            self.page.anchor = self.page.cursor if self.page.anchor is None else None

    def choose(self) -> None:
        """The hunk that the cursor is in, or the selected lines of every hunk; among the files, all of one."""
        hunks = dict.fromkeys(row.hunk for row in self.rows if row.hunk)
        if not self.inside or not hunks:
            self.choose_file()
        for hunk in hunks if self.inside else ():
            lines = frozenset[int]().union(*(row.changes for row in self.rows if row.hunk == hunk))
            if self.page.anchor is None:
                toggle(self.chosen, hunk, frozenset())
            elif lines:
                toggle(self.chosen, hunk, lines)
        self.page.anchor = None

    def choose_file(self) -> None:
        """All of it, or nothing."""
        if self.file:
            toggle_file(self.chosen, self.file)

    def comment(self, text: str) -> bool:
        """Keep what is said about these lines; False where there is none."""
        comment = comment_on(self.file.path, self.rows, text) if self.file and self.inside else None
        if comment is None:
            return False
        if text:
            self.comments.append(comment)
        self.page.anchor = None
        return True

    def drop_all(self) -> None:
        """What is chosen, and all comments."""
        self.chosen.clear()
        self.comments.clear()

    def drop_comment(self) -> None:
        """Of this line."""
        here = {(row.hunk.id, cell.at) for row in self.rows if row.hunk for cell in row.cells if cell}
        self.comments = [one for one in self.comments if not one.marks & here]


MOVES: dict[str, Callable[[Reading], None]] = {
    **dict.fromkeys(("j", "down", "ctrl+n"), lambda reading: reading.step(1)),
    **dict.fromkeys(("k", "up", "ctrl+p"), lambda reading: reading.step(-1)),
    **dict.fromkeys((" ", "pagedown", "ctrl+f"), lambda reading: reading.leap(1)),
    **dict.fromkeys(("b", "pageup", "ctrl+b"), lambda reading: reading.leap(-1)),
    **dict.fromkeys(("g", "home"), lambda reading: reading.end(last=False)),
    **dict.fromkeys(("G", "end"), lambda reading: reading.end(last=True)),
    **dict.fromkeys(("n", "]"), lambda reading: reading.hop(1)),
    **dict.fromkeys(("p", "["), lambda reading: reading.hop(-1)),
    **dict.fromkeys(("N", "tab"), lambda reading: reading.other_file(1)),
    **dict.fromkeys(("P", "shift+tab"), lambda reading: reading.other_file(-1)),
    "right": lambda reading: reading.sideways(1),
    "left": lambda reading: reading.sideways(-1),
    **dict.fromkeys(("enter", "l"), Reading.enter),
    **dict.fromkeys(("h", "escape"), Reading.leave),
    "v": Reading.select,
    "s": Reading.choose,
    "S": Reading.choose_file,
    "x": Reading.drop_comment,
    "X": Reading.drop_all,
}
"""Keys that ask nobody."""
