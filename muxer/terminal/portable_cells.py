"""Cells, their styles and the rows they stand in, for the portable engine.

A row has one written form, text with SGR (and OSC 8 where links are kept); `written` and `read` are each other's
inverse. The frame, the scrollback and the snapshot all use it.
"""

import re
import unicodedata
from collections.abc import Iterator
from functools import lru_cache
from itertools import groupby
from operator import itemgetter
from typing import NamedTuple

_INVISIBLE = "\u200b\u200e\u200f\u2028\u2029\u202a\u202b\u202c\u202d\u202e\u2060\u2066\u2067\u2068\u2069\ufeff"
"""Characters that take no cell and join none."""
ZWJ, VS15, VS16 = "\u200d", "\ufe0e", "\ufe0f"
SOFT = "\x02"
"""Ends the written form of a row that goes on in the next one. No cell can hold a control character."""
PROMPT, COMMAND = "\x03", "\x04"
"""Stand at the end of the written form of a row on which a prompt begins, or goes on with what is typed after it."""

_PROTECTED = "999"
"""Stands for DECSCA in the written form; no SGR has this number."""


class Style(NamedTuple):
    """How a cell looks. Colours are SGR parameters as a terminal understands them, empty for the default."""

    fg: str = ""
    bg: str = ""
    underline: str = ""
    underline_color: str = ""
    bold: bool = False
    dim: bool = False
    italic: bool = False
    blink: bool = False
    reverse: bool = False
    conceal: bool = False
    strike: bool = False
    overline: bool = False
    protected: bool = False
    link: str = ""


class Cell(NamedTuple):
    """One column of a row. The right half of a wide character is a cell without data."""

    data: str
    style: Style


PLAIN = Style()
BLANK = Cell(" ", PLAIN)


class Saved(NamedTuple):
    """What DECSC keeps."""

    x: int = 0
    y: int = 0
    style: Style = PLAIN
    due: bool = False
    origin: bool = False
    charset: int = 0
    sets: tuple[str, str, str, str] = ("B", "B", "B", "B")


class Row(dict[int, Cell]):
    """The cells of a row by column; a column never written is blank."""

    __slots__ = ("mark", "wrapped")

    def __init__(self) -> None:
        super().__init__()
        self.wrapped = False
        self.mark = ""

    def __missing__(self, column: int) -> Cell:
        return BLANK


# -- SGR ------------------------------------------------------------------------------------------------------------

_FLAGS = {
    1: "bold", 2: "dim", 3: "italic", 5: "blink", 6: "blink", 7: "reverse", 8: "conceal", 9: "strike", 53: "overline",
}  # fmt: skip
_CLEARS = {
    22: ("bold", "dim"), 23: ("italic",), 25: ("blink",), 27: ("reverse",), 28: ("conceal",), 29: ("strike",),
    55: ("overline",),
}  # fmt: skip
_TEXTS = {
    **{code: {"fg": str(code)} for code in (*range(30, 38), *range(90, 98))},
    **{code: {"bg": str(code)} for code in (*range(40, 48), *range(100, 108))},
    4: {"underline": "4"}, 21: {"underline": "4:2"}, 24: {"underline": ""},
    39: {"fg": ""}, 49: {"bg": ""}, 59: {"underline_color": ""},
}  # fmt: skip
_COLORS = {38: "fg", 48: "bg", 58: "underline_color"}


def _number(text: str) -> int:
    return min(int(text), 65535) if text.isdigit() else 0


def _color(target: int, kind: int, values: list[int]) -> str | None:
    if kind == 5 and values and values[0] < 256:
        return f"{target}:5:{values[0]}" if target == 58 else f"{target};5;{values[0]}"
    if kind == 2 and len(values) >= 3 and max(values[:3]) < 256:
        red, green, blue = values[:3]
        return f"58:2::{red}:{green}:{blue}" if target == 58 else f"{target};2;{red};{green};{blue}"
    return None


def _colon_color(fields: list[str]) -> str | None:
    """`38:2::r:g:b` and its older form without the colour space."""
    if len(fields) < 3:
        return None
    numbers = [_number(field) for field in fields]
    return _color(numbers[0], numbers[1], numbers[3:] if numbers[1] == 2 and len(numbers) > 5 else numbers[2:])


def _simple(code: int) -> dict[str, str | bool]:
    if code in _FLAGS:
        return {_FLAGS[code]: True}
    if code in _TEXTS:
        return {**_TEXTS[code]}
    return dict.fromkeys(_CLEARS.get(code, ()), False)


def _colon(fields: list[str]) -> dict[str, str | bool]:
    code = _number(fields[0])
    if code == 4:
        kind = _number(fields[1])
        return {"underline": ("", "4", "4:2", "4:3", "4:4", "4:5")[kind] if kind <= 5 else ""}
    if code in _COLORS and (color := _colon_color(fields)) is not None:
        return {_COLORS[code]: color}
    return {}


def _semicolon_color(code: int, rest: list[str]) -> tuple[dict[str, str | bool], int]:
    """The change, and how many of the parameters after the code it took."""
    kind = _number(rest[0]) if rest else 0
    length = {5: 1, 2: 3}.get(kind, 0)
    color = _color(code, kind, [_number(value) for value in rest[1 : 1 + length]])
    return ({} if color is None else {_COLORS[code]: color}), 1 + length


@lru_cache(maxsize=4096)
def styled(style: Style, parameters: str) -> Style:
    """The style after an SGR sequence."""
    items = parameters.split(";")
    at = 0
    while at < len(items):
        item = items[at]
        at += 1
        if ":" in item:
            style = style._replace(**_colon(item.split(":")))  # type: ignore[arg-type]
        elif (code := _number(item)) == 0:
            style = Style(protected=style.protected, link=style.link)
        elif code in _COLORS:
            change, taken = _semicolon_color(code, items[at:])
            style = style._replace(**change)  # type: ignore[arg-type]
            at += taken
        else:
            style = style._replace(**_simple(code))  # type: ignore[arg-type]
    return style


@lru_cache(maxsize=4096)
def parameters(style: Style) -> str:
    """The SGR parameters that make the style from nothing."""
    flags = (
        ("1", style.bold), ("2", style.dim), ("3", style.italic), ("5", style.blink), ("7", style.reverse),
        ("8", style.conceal), ("9", style.strike), ("53", style.overline),
    )  # fmt: skip
    parts = ["0", *(code for code, set_ in flags if set_)]
    parts += [part for part in (style.underline, style.underline_color, style.fg, style.bg) if part]
    return ";".join(parts)


# -- characters -----------------------------------------------------------------------------------------------------


_GRAPHICS = {code: ord(char) for code, char in enumerate("\xa0◆▒␉␌␍␊°±␤␋┘┐┌└┼⎺⎻─⎼⎽├┤┴┬│≤≥π≠£·", 0x5F)}
_BRITISH = {0x23: 0xA3}
CHARSETS: dict[str, dict[int, int]] = {"0": _GRAPHICS, "2": _GRAPHICS, "A": _BRITISH}
"""By the final byte of the sequence that names them; every other one is ASCII."""


@lru_cache(maxsize=8192)
def width(char: str) -> int:
    """How many cells a character takes by itself; -1 if it is none."""
    from wcwidth import wcwidth  # noqa: PLC0415 - its tables take 20 ms to load, and most first pictures are ASCII

    return -1 if char in _INVISIBLE else wcwidth(char)


def _is_flag(char: str) -> bool:
    return "\U0001f1e6" <= char <= "\U0001f1ff"


def takes_room(char: str) -> bool:
    """A mark that stands beside its letter, not over it."""
    return unicodedata.category(char) == "Mc"


def joins(before: str, char: str) -> bool:
    """Is the character a part of the one before it, as a reader sees it?"""
    if not before:
        return False
    if width(char) == 0 or takes_room(char):
        return True
    if before.endswith(ZWJ):
        return char >= "\u2190"
    if "\U0001f3fb" <= char <= "\U0001f3ff":
        return width(before[0]) == 2 or before.endswith(VS16)
    return len(before) == 1 and _is_flag(before) and _is_flag(char)


@lru_cache(maxsize=8192)
def cluster_width(cluster: str) -> int:
    """1 or 2: how many cells a whole cluster takes."""
    if VS15 in cluster[1:2]:
        return 1
    if VS16 in cluster or any(map(takes_room, cluster[1:])):
        return 2
    return max(1, min(2, max(width(char) for char in cluster)))


@lru_cache(maxsize=1024)
def widens(before: str) -> bool:
    """Has the character an emoji form that VS16 asks for?"""
    from wcwidth import wcswidth  # noqa: PLC0415 - as above

    return wcswidth(before[0] + VS16) == 2


def clusters(text: str) -> Iterator[str]:
    """The characters as a reader sees them."""
    held = ""
    for char in text:
        if held and joins(held, char):
            held += char
            continue
        if held:
            yield held
        held = char
    if held:
        yield held


# -- the written form -----------------------------------------------------------------------------------------------


def _shows_nothing(cell: Cell) -> bool:
    style = cell.style
    return (
        cell.data == " "
        and not (style.bg or style.underline or style.reverse or style.strike or style.overline or style.link)
    )  # fmt: skip


def cells_of(row: Row, columns: int) -> list[Cell]:
    """The cells that show something, from the left, cropped to a width."""
    if not row:
        return []
    get = row.__getitem__
    cells = [get(x) for x in range(min(max(row) + 1, columns))]
    if columns in row and row[columns].data == "":
        cells[-1] = Cell(" ", cells[-1].style)
    if not row.wrapped:
        while cells and _shows_nothing(cells[-1]):
            cells.pop()
    return cells


def ansi(row: Row, columns: int) -> str:
    """The row as text and SGR, which is reset at its end."""
    parts: list[str] = []
    before = "0"
    for style, cells in groupby(cells_of(row, columns), itemgetter(1)):
        if (now := parameters(style)) != before:
            parts.append(f"\x1b[{now}m")
            before = now
        parts.extend(cell.data for cell in cells)
    if before != "0":
        parts.append("\x1b[0m")
    return "".join(parts)


def written(row: Row, columns: int) -> str:
    """All that must be kept of a row."""
    parts: list[str] = []
    before, link = "0", ""
    for style, cells in groupby(cells_of(row, columns), itemgetter(1)):
        if style.link != link:
            link = style.link
            parts.append(f"\x1b]8;;{link}\x1b\\")
        now = f"{parameters(style)};{_PROTECTED}" if style.protected else parameters(style)
        if now != before:
            parts.append(f"\x1b[{now}m")
            before = now
        parts.extend(cell.data for cell in cells)
    return "".join(parts) + row.mark + (SOFT if row.wrapped else "")


_TOKEN = re.compile(r"\x1b\[([\d:;]*)m|\x1b\]8;;([^\x1b]*)\x1b\\|([^\x1b\x02-\x04]+)|[\x02-\x04]|\x1b")


def read(line: str) -> Row:
    """The row that a written form was made of."""
    row = Row()
    style = PLAIN
    x = 0
    for sgr, link, text in _TOKEN.findall(line):
        if text:
            cell_text = text if text.isascii() else clusters(text)
            for data in cell_text:
                row[x] = Cell(data, style)
                x += 1
                if not data.isascii() and cluster_width(data) == 2:
                    row[x] = Cell("", style)
                    x += 1
        elif sgr:
            style = styled(style, sgr.removesuffix(f";{_PROTECTED}"))._replace(protected=sgr.endswith(_PROTECTED))
        else:
            style = style._replace(link=link)
    row.wrapped = line.endswith(SOFT)
    row.mark = mark_written(line)
    return row


_MARKUP = re.compile(r"\x1b\[[\d:;]*m|\x1b\]8;;[^\x1b]*\x1b\\|[\x02-\x04]")
_LINK = re.compile(r"\x1b\]8;;[^\x1b]*\x1b\\|[\x02-\x04]")


def mark_written(line: str) -> str:
    """The mark of a written row."""
    last = line[-2:-1] if line.endswith(SOFT) else line[-1:]
    return last if last and last in PROMPT + COMMAND else ""


def plain_written(line: str) -> str:
    """The text of a written row."""
    return _MARKUP.sub("", line)


def ansi_written(line: str) -> str:
    """The text and SGR of a written row."""
    text = _LINK.sub("", line).replace(f";{_PROTECTED}m", "m")
    return f"{text}\x1b[0m" if "\x1b" in text else text
