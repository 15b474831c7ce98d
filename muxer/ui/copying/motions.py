"""Vim's motions over a page: from a place to a place. Pure functions."""

import re
from collections.abc import Callable

from muxer.ui.copying.page import Page, Place

Motion = Callable[[Page, Place], Place]

_IN_WORD = (
    r"\w\u0300-\u036f\u0483-\u0489\u0591-\u05c7\u0610-\u061a\u064b-\u065f\u0900-\u0dff\u0e31-\u0e4e\u1ab0-\u1aff"
    r"\u1dc0-\u1dff\u200c\u200d\u20d0-\u20ff\ufe00-\ufe0f"
)
"""Letters, digits and the marks that stand on them."""
_WORD = re.compile(rf"[{_IN_WORD}]+|[^{_IN_WORD}\s]+|(?<=\n)\n")
_BIG_WORD = re.compile(r"\S+|(?<=\n)\n")
_REACH = 4096
"""How far back a word is looked for at first."""


def _on_text(page: Page, offset: int) -> Place:
    place = page.place(min(offset, len(page.whole) - 1))
    return page.fitting(*place)


def _next_word(words: re.Pattern[str]) -> Motion:
    def move(page: Page, place: Place) -> Place:
        offset, whole = page.offset(place), page.whole
        here = words.match(whole, _start_of(words, whole, offset))
        for found in words.finditer(whole, here.end() if here and here.end() > offset else offset + 1):
            after = _on_text(page, found.start())
            if after != place:
                return after
        return _on_text(page, len(whole) - 1)

    return move


def _start_of(words: re.Pattern[str], whole: str, offset: int) -> int:
    """Where the word that an offset is in starts."""
    for found in words.finditer(whole, whole.rfind("\n", 0, offset) + 1, offset + 1):
        if found.end() > offset:
            return found.start()
    return offset


def _word_back(words: re.Pattern[str]) -> Motion:
    def move(page: Page, place: Place) -> Place:
        offset, whole = page.offset(place), page.whole
        reach = _REACH
        while True:
            start = max(0, offset - reach)
            start = whole.rfind("\n", 0, start) + 1
            last = None
            for last in words.finditer(whole, start, offset):  # noqa: B007 - the last one is wanted
                pass
            if last or not start:
                return _on_text(page, last.start() if last else 0)
            reach *= 4

    return move


def _word_end(words: re.Pattern[str]) -> Motion:
    def move(page: Page, place: Place) -> Place:
        offset, whole = page.offset(place), page.whole
        at = _start_of(words, whole, offset)
        for found in words.finditer(whole, at):
            if found.end() - 1 > offset and found[0] != "\n":
                after = _on_text(page, found.end() - 1)
                if after != place:
                    return after
        return _on_text(page, len(whole) - 1)

    return move


def _left(page: Page, place: Place) -> Place:
    return page.fitting(place.row, place.x - 1) if place.x else place


def _right(page: Page, place: Place) -> Place:
    here = page.cluster(place)
    return page.fitting(place.row, here.end) if here else place


def _line_start(page: Page, place: Place) -> Place:
    return Place(page.line(place.row)[0], 0)


def _line_first(page: Page, place: Place) -> Place:
    start = page.start(page.line(place.row)[0])
    found = re.compile(r"[^\S\n]*").match(page.whole, start)
    return _on_text(page, found.end() if found else start)


def _line_end(page: Page, place: Place) -> Place:
    last = page.line(place.row)[1]
    return page.fitting(last, page.width(last))


def _is_empty(page: Page, row: int) -> bool:
    return not page.rows[row].strip()


def _paragraph(page: Page, place: Place) -> Place:
    row, last = place.row, len(page) - 1
    while row < last and _is_empty(page, row):
        row += 1
    while row < last and not _is_empty(page, row):
        row += 1
    return page.fitting(row, 0 if _is_empty(page, row) else page.width(row))


def _paragraph_back(page: Page, place: Place) -> Place:
    row = place.row
    while row > 0 and _is_empty(page, row):
        row -= 1
    while row > 0 and not _is_empty(page, row):
        row -= 1
    return Place(row, 0)


MOTIONS: dict[str, Motion] = {
    "left": _left,
    "right": _right,
    "word": _next_word(_WORD),
    "word-back": _word_back(_WORD),
    "word-end": _word_end(_WORD),
    "big-word": _next_word(_BIG_WORD),
    "big-word-back": _word_back(_BIG_WORD),
    "big-word-end": _word_end(_BIG_WORD),
    "line-start": _line_start,
    "line-first": _line_first,
    "line-end": _line_end,
    "paragraph": _paragraph,
    "paragraph-back": _paragraph_back,
}


def found_character(page: Page, place: Place, how: str, character: str, count: int) -> Place | None:
    """Where `f`, `F`, `t` and `T` go within the line; nowhere if the character is not there so often."""
    first, last = page.line(place.row)
    start, end = page.start(first), page.start(last + 1) - 1
    at = page.offset(place)
    step = 1 if how in "ft" else -1
    stop_short = how in "tT"
    at += step if stop_short and page.whole[at + step : at + step + 1] == character else 0
    for _ in range(count):
        at = page.whole.find(character, at + 1, end) if step > 0 else page.whole.rfind(character, start, at)
        if at < 0:
            return None
    return page.place(at - step if stop_short else at)


_THING = re.compile(r"""[^\s"'`()\[\]{}<>|,;│]+|\S""")
"""What a double click takes: a path, an address, an option with its value."""


def thing_at(page: Page, place: Place) -> tuple[Place, Place]:
    """The first and the last character of the thing at a place; the place alone where nothing is."""
    offset, whole = page.offset(place), page.whole
    for found in _THING.finditer(whole, whole.rfind("\n", 0, offset) + 1):
        if found.start() > offset:
            break
        if found.end() > offset:
            return page.place(found.start()), page.place(found.end() - 1)
    return place, place


def word_near(page: Page, place: Place) -> tuple[str, int]:
    """The word under the cursor, or the next one of its line, and where it starts in the page; or nothing."""
    offset, whole = page.offset(place), page.whole
    end = whole.find("\n", offset)
    for found in re.compile(rf"[{_IN_WORD}]+").finditer(whole, whole.rfind("\n", 0, offset) + 1, end):
        if found.end() > offset:
            return found[0], found.start()
    return "", offset
