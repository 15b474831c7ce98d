"""What is read in a review, without a screen."""

import pytest

from muxer.ui.screens.review_page import (
    Chosen,
    Page,
    files_of,
    is_chosen,
    keep_known,
    picks,
    rows_of,
    search,
    share,
    toggle,
    toggle_file,
    visible,
)
from tests.ui.screens.reviewed import WORK, answer, file, hunk

CODE, NOTES, TOOL = files_of(WORK)
FIRST, SECOND = CODE.hunks


def texts(*, paired: bool) -> list[tuple[str, ...]]:
    return [
        tuple(f"{cell.old or ''}|{cell.new or ''}{cell.sign}{cell.text}" if cell else "" for cell in row.cells)
        or (row.words,)
        for row in rows_of(CODE, paired=paired)
    ]


def test_lines_one_below_the_other_are_numbered_before_and_after() -> None:
    assert texts(paired=False) == [
        ("@@ 1 class A:",), ("1|1 def one():",), ("2|-    return 1",), ("3|-    # old",), ("|2+    return 2",),
        ("4|3 # end",), ("@@ 40",), ("40|40 x",), ("|41+y = 'new'",),
    ]  # fmt: skip


def test_lines_beside_each_other_are_before_and_after() -> None:
    rows = texts(paired=True)
    assert rows[2:4] == [("2|-    return 1", "|2+    return 2"), ("3|-    # old", "")]
    assert rows[1] == ("1|1 def one():", "1|1 def one():")


def test_what_has_only_one_side_is_not_put_beside_nothing() -> None:
    assert all(len(row.cells) < 2 for row in rows_of(NOTES, paired=True))


def test_what_is_no_line_is_said_in_words() -> None:
    assert [row.words for row in rows_of(TOOL, paired=False)] == ["modified, mode 100644 to 100755"]
    assert rows_of(NOTES, paired=False)[0].words == "added"
    [moved] = files_of(answer(file("new", was="old", fate="renamed", why="not text")))
    assert rows_of(moved, paired=False)[0].words == "renamed, was old, not text"


def test_a_line_without_an_end_says_so() -> None:
    [one] = files_of(answer(file("x", hunk("h", "-a", "\\ No newline at end of file", "+a"))))
    cells = [row.cells[0] for row in rows_of(one, paired=False) if row.cells]
    assert [cell and (cell.text, cell.at) for cell in cells] == [("a (no newline at the end)", 0), ("a", 2)]


@pytest.mark.parametrize(
    ("line", "shown"),
    [
        ("plain", "plain"), ("a\tb", "a       b"), ("é 漢", "é 漢"), ("a\r", "a\\r"), ("\x1b[2J", "\\x1b[2J"),
        ("x\u202ey", "x\\u202ey"), ("x\u2028y\x0c", "x\\u2028y\\x0c"),
    ],
)  # fmt: skip
def test_what_is_not_to_be_seen_is_shown_by_its_number(line: str, shown: str) -> None:
    assert visible(line) == shown


def page(rows: int = 9, height: int = 4) -> Page:
    made = Page()
    made.height = height
    made.open(rows_of(CODE, paired=False)[:rows])
    return made


def test_the_cursor_stays_in_the_file_and_in_view() -> None:
    one = page()
    one.go(99)
    assert (one.cursor, one.top) == (8, 5)
    one.go(-5)
    assert (one.cursor, one.top) == (0, 0)
    one.turn(3)
    assert (one.cursor, one.top) == (3, 3)
    one.turn(99)
    assert (one.cursor, one.top) == (5, 5)


def test_hunks_are_gone_to_one_after_the_other() -> None:
    one = page()
    assert one.hop(1)
    assert one.row.words == "@@ 40"
    assert not one.hop(1)
    assert one.hop(-1)
    assert one.cursor == 0
    assert not one.hop(-1)


def test_the_cursor_stays_on_its_line_when_the_file_changes() -> None:
    one = page()
    one.go(4)
    row = one.row
    more = files_of(answer(file("src/code.py", hunk("h0", "+a", "+b"), *WORK["files"][0]["hunks"])))[0]
    for paired, at in ((False, 7), (True, 5)):
        one.open(rows_of(more, paired=paired), one.cursor)
        assert one.found(row) == at
    one.open(rows_of(NOTES, paired=False), 2)
    assert one.found(row) == 2


def test_text_is_found_after_the_cursor_small_letters_in_capitals_too() -> None:
    rows = rows_of(CODE, paired=False)
    assert search(rows, "RETURN", -1) is None
    assert search(rows, "return", -1) == 2
    assert search(rows, "return", 2) == 4
    assert search(rows_of(NOTES, paired=False), "notes", -1) == 2


def test_a_hunk_is_chosen_whole_or_in_part() -> None:
    chosen: Chosen = {}
    toggle(chosen, FIRST, frozenset())
    assert picks(chosen) == ["h1"]
    toggle(chosen, FIRST, frozenset({1}))
    assert picks(chosen) == ["h1:0+2"]
    assert [is_chosen(chosen, FIRST, change) for change in range(3)] == [True, False, True]
    toggle(chosen, FIRST, frozenset({1}))
    assert picks(chosen) == ["h1"]
    toggle(chosen, FIRST, frozenset())
    assert picks(chosen) == []
    toggle(chosen, FIRST, frozenset({2}))
    toggle(chosen, FIRST, frozenset({2}))
    assert not is_chosen(chosen, FIRST, 2)
    assert chosen == {}


def test_a_file_is_chosen_whole_or_not_at_all() -> None:
    chosen: Chosen = {"h2": frozenset({0})}
    assert share(chosen, CODE) == "some"
    toggle_file(chosen, CODE)
    assert (picks(chosen), share(chosen, CODE)) == (["h2", "h1"], "all")
    toggle_file(chosen, TOOL)
    assert (share(chosen, TOOL), share(chosen, NOTES)) == ("all", "")
    toggle_file(chosen, CODE)
    assert picks(chosen) == ["id-of-tool"]


def test_of_a_file_that_is_too_much_to_show_nothing_is_chosen() -> None:
    [big] = files_of(answer(file("big", added=9, why="too much to show")))
    chosen: Chosen = {}
    toggle_file(chosen, big)
    assert chosen == {}
    assert share(chosen, big) == ""


def test_what_is_gone_is_chosen_no_longer() -> None:
    chosen: Chosen = {"h1": None, "other": None, "id-of-tool": None}
    assert keep_known(chosen, [CODE, TOOL]) == 1
    assert picks(chosen) == ["h1", "id-of-tool"]
    assert SECOND.changes == 1
