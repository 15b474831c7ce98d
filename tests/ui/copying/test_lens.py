"""The lens as the mouse and the view use it; what keys do to it is shown by a person in tests/e2e/test_copying.py."""

import re

import pytest

from muxer.config import Config
from muxer.settings.keymaps import read_keymap
from muxer.settings.themes import read_theme
from muxer.terminal.terminal import Terminal
from muxer.ui.copying.lens import CopyLens, copy_lens
from muxer.ui.copying.page import Place
from muxer.ui.layout import Region
from muxer.ui.look import Look
from muxer.ui.widgets.pane import PaneView
from tests.ui.copying.pages import page_of

NUMBERS = "\n".join(f"line {n}" for n in range(1, 41))


@pytest.fixture
def look() -> Look:
    return Look(config=Config(), keymap=read_keymap("tmux"), theme=read_theme("night"))


def lens_on(look: Look, text: str = NUMBERS, *, offset: int = 0, cols: int = 20, rows: int = 5) -> CopyLens:
    return CopyLens(page_of(text, cols, rows), look, cols=cols, rows=rows, offset=offset)


def shown(lens: CopyLens) -> list[str]:
    lens.invalidate()
    return [re.sub(r"\x1b\[[\d;]*m", "", row).rstrip() for _, row in lens.frame().rows]


def test_it_begins_where_the_view_was(look: Look) -> None:
    assert shown(lens_on(look)) == [f"line {n}" for n in range(36, 41)]
    lens = lens_on(look, offset=10)
    assert shown(lens) == [f"line {n}" for n in range(26, 31)]
    assert (lens.offset, lens.note) == (10, "copy 30/40")


async def test_a_view_is_frozen_and_thaws(terminal: Terminal, look: Look) -> None:
    view = PaneView("p1")
    view.place(Region(0, 1, 20, 5))
    view.show(terminal)
    terminal.engine.feed(NUMBERS.replace("\n", "\r\n").encode())
    view.scroll(3)
    lens = copy_lens(view, look)
    assert view.lens is lens
    view.frame(0.0)
    assert view.rows == [f"line {n}" for n in range(33, 38)]
    terminal.engine.feed(b"\r\nmore")
    assert view.frame(0.0) == []
    lens.scroll(1)
    assert view.frame(0.0) == [0, 1, 2, 3, 4]
    view.look_through(None)
    view.live()
    view.frame(0.0)
    assert view.rows[-1] == "more"


async def test_it_begins_at_the_programs_cursor(terminal: Terminal, look: Look) -> None:
    view = PaneView("p1")
    view.place(Region(0, 1, 20, 5))
    view.show(terminal)
    terminal.engine.feed(b"one\r\ntwo\x1b[2D")
    assert copy_lens(view, look).cursor == Place(1, 1)


def test_only_a_changed_picture_is_drawn(look: Look) -> None:
    lens = lens_on(look)
    assert len(lens.frame().rows) == 5
    assert lens.frame().rows == []
    lens.move("line-end")
    assert len(lens.frame().rows) == 5


def test_the_mouse_selects_characters(look: Look) -> None:
    lens = lens_on(look)
    lens.begin(5, 0, "character")
    assert lens.selected() == "3"
    lens.extend(3, 1)
    assert lens.selected() == "36\nline"
    lens.extend(2, 0)
    assert lens.selected() == "ne 3"
    lens.extend(50, 4)
    assert lens.selected() == "36\nline 37\nline 38\nline 39\nline 40"


def test_the_mouse_selects_words_and_lines(look: Look) -> None:
    lens = lens_on(look, "see /usr/lib and more\nsecond line here")
    lens.begin(6, 0, "word")
    assert lens.selected() == "/usr/lib"
    lens.extend(14, 0)
    assert lens.selected() == "/usr/lib and"
    lens.extend(1, 0)
    assert lens.selected() == "see /usr/lib"
    lens.begin(6, 0, "line")
    assert lens.selected() == "see /usr/lib and more"
    lens.extend(0, 2)
    assert lens.selected() == "see /usr/lib and more\nsecond line here"


def test_a_drag_beyond_the_edge_scrolls(look: Look) -> None:
    lens = lens_on(look, offset=10)
    lens.begin(0, 2, "character")
    lens.extend(0, -3)
    assert shown(lens)[0] == "line 23"
    assert lens.selected().splitlines()[0] == "line 23"
    for _ in range(9):
        lens.extend(5, 9)
    assert shown(lens)[-1] == "line 40"
    lens.extend(0, -99)
    assert shown(lens)[0] == "line 1"
    assert lens.selected().splitlines()[-1] == "l"


def test_the_wheel_takes_the_cursor_along(look: Look) -> None:
    lens = lens_on(look)
    assert lens.scroll(3)
    assert (lens.offset, lens.cursor.row) == (3, 36)
    assert lens.scroll(100)
    assert not lens.scroll(1)
    assert lens.scroll(-100)
    assert (lens.offset, lens.cursor.row) == (0, 35)


def test_what_is_chosen_and_found_is_seen(look: Look) -> None:
    lens = lens_on(look, "one two one")
    lens.search_begins("forward")
    lens.seek("one")
    hit, here = look.ink("wait", on="line"), look.ink("line", on="wait", bold=True)
    row = lens.frame().rows[0][1]
    assert f"{here}one" in row or f"{hit}one" in row
    assert row.count(here) == row.count(hit) == 1
    lens.select("characters")
    assert f"{look.ink('line', on='accent')}" in lens.frame().rows[0][1]
    assert lens.note.endswith('/2 "one"')


def test_off_a_hit_the_hits_are_counted(look: Look) -> None:
    lens = lens_on(look, "one two one x")
    lens.search_begins("forward")
    notes = []
    for needle in ("one", "two", "three"):
        lens.seek(needle)
        lens.move("line-end")
        notes.append(lens.note)
    assert notes == ['2 hits "one"', '1 hit "two"', 'no hits "three"']


def test_another_width_keeps_what_is_read(look: Look) -> None:
    text = "\n".join(f"{n} " + "abcdefghij" * 3 for n in range(1, 21))
    lens = lens_on(look, text)
    lens.move_to_row(20)
    lens.search_begins("forward")
    lens.seek("11 abc")
    lens.select("characters")
    lens.move("line-end")
    for cols, rows in ((50, 5), (7, 3), (20, 5), (20, 9)):
        lens.resize(cols, rows)
        assert lens.selected() == "11 " + "abcdefghij" * 3
        assert len(shown(lens)) == rows
        frame = lens.frame()
        assert frame.cursor
        assert 0 <= frame.cursor.y < rows
        assert all(len(row) <= cols for row in shown(lens))


def test_giving_up_takes_one_thing_at_a_time(look: Look) -> None:
    lens = lens_on(look)
    lens.search_begins("back")
    lens.seek("line")
    lens.select("block")
    lens.digit("3")
    assert [lens.cancel() for _ in range(4)] == [True, True, True, False]


def test_a_search_given_up_goes_back(look: Look) -> None:
    lens = lens_on(look)
    before = lens.cursor, lens.offset
    lens.search_begins("back")
    lens.seek("line 1")
    assert (lens.cursor, lens.offset) != before
    lens.seek("line 1x")
    assert (lens.cursor, lens.offset) == before
    lens.seek("line 1")
    lens.search_left()
    assert (lens.cursor, lens.offset, lens.note) == (*before, "copy 40/40")
    assert not lens.next_hit(1, reverse=False)


def test_counts(look: Look) -> None:
    lens = lens_on(look)
    assert not lens.digit("0")
    assert all(lens.digit(digit) for digit in "120")
    assert lens.note == "120 copy 40/40"
    assert lens.counted() == 120
    assert lens.counted() == 0
    for _ in range(30):
        lens.digit("9")
    lens.step(-lens.counted())
    assert lens.cursor.row == 0
