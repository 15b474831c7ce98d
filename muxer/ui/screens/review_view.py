"""Draws a review: the list of files, and the lines of one. Only rows that are seen are made, and coloured.

Syntax has the colours of the theme's roles, which are readable on all that it lays under them.
"""

from collections.abc import Callable, Mapping
from typing import ClassVar

from rich.segment import Segment
from rich.syntax import Syntax
from textual import events
from textual.content import Content
from textual.geometry import Region, Size
from textual.highlight import HighlightTheme, highlight
from textual.strip import Strip
from textual.style import Style
from textual.widget import Widget

from muxer.ui.harmless import harmless
from muxer.ui.screens.review_page import Cell, Chosen, File, Hunk, Page, Row, is_chosen, share, visible
from muxer.ui.states import plainly
from muxer.ui.titles import cut

BLOCK = 100
"""So many lines are coloured at once: what began before them is not known."""
LONGEST = 500
"""Lines that are longer are left as they are, and those around them: they are no program text."""
WHEEL = 3
"""Rows of one step."""
FATES = {"added": "A", "deleted": "D", "renamed": "R"}


class _Syntax(HighlightTheme):
    """Kinds of words, and the class that has their colour."""

    STYLES: dict[tuple[str, ...], str] = {  # noqa: RUF012 - as Textual declares it
        ("Comment",): "review--quiet",
        ("Keyword",): "review--keyword",
        ("Keyword", "Constant"): "review--number",
        ("Operator", "Word"): "review--keyword",
        ("Literal", "Number"): "review--number",
        ("Literal", "String"): "review--string",
        ("Name", "Function"): "review--name",
        ("Name", "Class"): "review--name",
        ("Name", "Decorator"): "review--name",
        ("Name", "Tag"): "review--keyword",
        ("Name", "Attribute"): "review--name",
        ("Name", "Builtin"): "review--name",
    }


INKS = ("review--quiet", "review--keyword", "review--number", "review--string", "review--name", "review--new",
        "review--gone", "review--mark")  # fmt: skip
UNDER = ("review--cursor", "review--chosen")
"""Grounds of where a person is; a terminal's own colours have none, and are turned round."""
GROUNDS = (*UNDER, "review--added", "review--removed", "review--heading")


class _Rows(Widget):
    """Rows that are made when they are seen."""

    COMPONENT_CLASSES: ClassVar[set[str]] = {*INKS, *GROUNDS}
    DEFAULT_CSS = """
    _Rows {
        height: 1fr; background: $background; color: $foreground;
        & > .review--quiet { color: $text-muted; }
        & > .review--keyword { color: $text-accent; }
        & > .review--number { color: $text-warning; }
        & > .review--string { color: $text-success; }
        & > .review--name { color: $text-secondary; }
        & > .review--new { color: $text-success; }
        & > .review--gone { color: $text-error; }
        & > .review--mark { color: $text-warning; text-style: bold; }
        & > .review--heading { color: $text-muted; background: $surface; }
        & > .review--added { background: $success 12%; }
        & > .review--removed { background: $error 12%; }
        & > .review--chosen { background: $primary 25%; }
        & > .review--cursor { background: $panel; text-style: bold; }
        &:ansi > .review--added, &:ansi > .review--removed { background: transparent; }
        &:ansi > .review--heading { background: transparent; text-style: underline; }
        &:ansi > .review--quiet { text-style: dim; }
        &:ansi > .review--chosen, &:ansi > .review--cursor { background: transparent; text-style: none; }
    }
    """

    def __init__(self, *, plain: bool, turn: Callable[[int], None], click: Callable[[int], None]) -> None:
        super().__init__()
        self._plain, self._turn, self._click = plain, turn, click
        self._inks: dict[str, Style] = {}
        self._grounds: dict[str, Style] = {}

    def render_line(self, y: int) -> Strip:
        """One row."""
        raise NotImplementedError

    def render_lines(self, crop: Region) -> list[Strip]:
        """Several; how everything is written is asked once for all of them."""
        self._inks = {name: self.get_visual_style(name, partial=True) for name in INKS}
        self._grounds = {name: self.get_visual_style(name) for name in GROUNDS} | {"": self.visual_style}
        return super().render_lines(crop)

    def strip(self, words: Content, ground: str, cols: int) -> Strip:
        """Words from edge to edge, on a ground."""
        base, inks = self._grounds[ground], self._inks
        if ground in UNDER and self.app.current_theme.ansi:
            base, inks = base + Style(reverse=True), {}
        parts = words.render(base, end="", parse_style=lambda name: inks.get(str(name), Style.null()))
        segments = [Segment(text, style.rich_style) for text, style in parts]
        return Strip(segments).adjust_cell_length(cols, base.rich_style)

    def on_mouse_scroll_down(self, event: events.MouseScrollDown) -> None:
        """Further down."""
        event.stop()
        self._turn(WHEEL)

    def on_mouse_scroll_up(self, event: events.MouseScrollUp) -> None:
        """Back."""
        event.stop()
        self._turn(-WHEEL)

    def on_click(self, event: events.Click) -> None:
        """That row."""
        event.stop()
        self._click(event.y)


class FileRows(_Rows):
    """Every file: what became of it, how much of it is chosen, and how many lines came and went."""

    def __init__(self, *, plain: bool, turn: Callable[[int], None], click: Callable[[int], None]) -> None:
        super().__init__(plain=plain, turn=turn, click=click)
        self.files: tuple[File, ...] = ()
        self.chosen: Mapping[str, frozenset[int] | None] = {}
        self.at = self.top = 0

    def show(self, files: tuple[File, ...], at: int, chosen: Chosen) -> None:
        """These, with the bar on one."""
        self.files, self.at, self.chosen = files, at, chosen
        height = max(1, self.size.height)  # it has none before it is laid out
        self.top = max(0, min(self.top, at, max(0, len(files) - height)), at - height + 1)
        self.refresh()

    def render_line(self, y: int) -> Strip:
        """One file."""
        cols, at = self.size.width, self.top + y
        if at >= len(self.files):
            return self.strip(Content(""), "", cols)
        file = self.files[at]
        mark = {"": " ", "some": "○", "all": "●"}[share({**self.chosen}, file)]
        left = plainly(f"{mark}{FATES.get(file.fate, 'M')}{'✎' if file.uncommitted else ' '} ", plain=self._plain)
        new, gone = f"+{file.added}", plainly(f" −{file.removed} ", plain=self._plain)
        room = cols - len(left) - len(new) - len(gone) - 1
        path = cut(harmless(visible(file.path)), max(4, room), plain=self._plain)
        gap = " " * max(1, room - Content(path).cell_length + 1)
        words = Content.assemble((left, "review--mark"), path, gap, (new, "review--new"), (gone, "review--gone"))
        return self.strip(words, "review--cursor" if at == self.at else "", cols)


class Lines(_Rows):
    """The lines of a file, numbered, with what is chosen and commented marked."""

    def __init__(self, page: Page, *, plain: bool, turn: Callable[[int], None], click: Callable[[int], None]) -> None:
        super().__init__(plain=plain, turn=turn, click=click)
        self.page = page
        self.chosen: Chosen = {}
        self.commented: frozenset[tuple[str, int]] = frozenset()
        self.alive = False
        """Do keys move in it?"""
        self._file: File | None = None
        self._language = ""
        self._colored: dict[tuple[str, int], list[Content]] = {}

    def show(self, file: File | None, chosen: Chosen, commented: frozenset[tuple[str, int]], *, alive: bool) -> None:
        """A file; the page has its rows."""
        if file is not self._file:
            self._file, self._language = file, ""
            self._colored.clear()
        self.chosen, self.commented, self.alive = chosen, commented, alive
        self.refresh()

    def get_content_height(self, container: Size, viewport: Size, width: int) -> int:
        """As high as there is room for."""
        del viewport, width
        return container.height

    def render_line(self, y: int) -> Strip:
        """One row."""
        page, at, cols = self.page, self.page.top + y, self.size.width
        if at >= len(page.rows):
            return self.strip(Content(""), "", cols)
        row = page.rows[at]
        under = "review--chosen" if page.anchor is not None else "review--cursor"
        ground = under if self.alive and at in page.selected else ""
        if not row.cells:
            words = plainly(harmless(visible(row.words)), plain=self._plain)
            mark = self._mark(row) if row.hunk else "  "
            return self.strip(Content.assemble((mark, "review--mark"), words), ground or "review--heading", cols)
        digits = len(str(max((max(cell.old, cell.new) for cell in page.rows[-1].cells if cell), default=0)))
        if len(row.cells) == 1:
            return self._unified(row, ground, digits, cols)
        return self._paired(row, ground, digits, cols)

    def _unified(self, row: Row, ground: str, digits: int, cols: int) -> Strip:
        cell = row.cells[0]
        assert cell
        numbers = f"{cell.old or '':>{digits}} {cell.new or '':>{digits}} "
        return self._line(row, cell, numbers, ground, cols)

    def _paired(self, row: Row, ground: str, digits: int, cols: int) -> Strip:
        left, right = row.cells
        half = (cols - 1) // 2
        bar = self.strip(Content.styled(plainly("│", plain=self._plain), "review--quiet"), ground, 1)
        return Strip.join(
            [
                self._line(row, left, f"{left.old:>{digits}} " if left else "", ground, half),
                bar,
                self._line(row, right, f"{right.new:>{digits}} " if right else "", ground, cols - half - 1),
            ]
        )

    def _line(self, row: Row, cell: Cell | None, numbers: str, ground: str, cols: int) -> Strip:
        if cell is None or row.hunk is None:
            return self.strip(Content(""), ground, cols)
        ink = {"+": "review--new", "-": "review--gone"}.get(cell.sign, "review--quiet")
        ground = ground or {"+": "review--added", "-": "review--removed"}.get(cell.sign, "")
        gutter = Content.assemble((self._mark(row, cell), "review--mark"), (numbers, "review--quiet"), (cell.sign, ink))
        head = self.strip(gutter, ground, gutter.cell_length)
        text = self._text(row.hunk, cell)
        room = max(0, cols - gutter.cell_length)
        length = text.cell_length
        body = self.strip(text, ground, max(length, self.page.left + room)).crop(self.page.left, self.page.left + room)
        if length > self.page.left + room > 0:
            more = self.strip(Content.styled(plainly("›", plain=self._plain), "review--mark"), ground, 1)
            body = Strip.join([body.crop(0, room - 1), more])
        return Strip.join([head, body])

    def _mark(self, row: Row, cell: Cell | None = None) -> str:
        """Is it chosen, is it commented?"""
        assert row.hunk
        if cell is None:
            chosen = {True: "●", False: "○"}[self.chosen[row.hunk.id] is None] if row.hunk.id in self.chosen else " "
            return plainly(f"{chosen} ", plain=self._plain)
        chosen = "●" if cell.change >= 0 and is_chosen(self.chosen, row.hunk, cell.change) else " "
        return plainly(f"{chosen}{'✎' if (row.hunk.id, cell.at) in self.commented else ' '}", plain=self._plain)

    def _text(self, hunk: Hunk, cell: Cell) -> Content:
        number, at = divmod(cell.at, BLOCK)
        if (hunk.id, number) not in self._colored:
            lines = [harmless(visible(line[1:])) for line in hunk.lines[number * BLOCK : (number + 1) * BLOCK]]
            self._colored[hunk.id, number] = self._color(lines)
        colored = self._colored[hunk.id, number][at]
        rest = visible(cell.text)[len(colored) :]
        return Content.assemble(colored, (harmless(rest), "review--quiet")) if rest else colored

    def _color(self, lines: list[str]) -> list[Content]:
        if self._file is None or any(len(line) > LONGEST for line in lines):
            return [Content(line) for line in lines]
        code = "\n".join(lines)
        self._language = self._language or Syntax.guess_lexer(self._file.path, code or "\n")
        colored = highlight(code, language=self._language, theme=_Syntax).split("\n", allow_blank=True)
        return [*colored, *[Content("")] * (len(lines) - len(colored))]
