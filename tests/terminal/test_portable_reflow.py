import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from muxer.terminal.portable_cells import SOFT, Row, plain_written, read, written
from muxer.terminal.portable_reflow import Place, reflow, reflow_written


def rows_of(*lines: str) -> list[Row]:
    return [read(line) for line in lines]


def shown(rows: list[Row], columns: int) -> list[str]:
    return [written(row, columns) for row in rows]


def test_a_line_is_cut_and_joined_again() -> None:
    rows, place = reflow(rows_of("abcdefgh", "x"), 8, 3, Place(0, 7))
    assert shown(rows, 3) == [f"abc{SOFT}", f"def{SOFT}", "gh", "x"]
    assert place == Place(2, 1)
    rows, place = reflow(rows, 3, 8, place)
    assert shown(rows, 8) == ["abcdefgh", "x"]
    assert place == Place(0, 7)


def test_a_wide_character_is_not_cut() -> None:
    rows, place = reflow(rows_of("ab漢cd"), 6, 3, Place(0, 4))
    assert shown(rows, 3) == [f"ab{SOFT}", f"漢c{SOFT}", "d"]
    assert place == Place(1, 2)


def test_a_cursor_behind_the_text_keeps_its_distance() -> None:
    assert reflow(rows_of("ab"), 10, 20, Place(0, 7))[1] == Place(0, 7)
    assert reflow(rows_of("ab"), 10, 5, Place(0, 7))[1] == Place(0, 5)
    assert reflow(rows_of("ab", ""), 10, 20, Place(1, 0))[1] == Place(1, 0)


def test_styles_go_along() -> None:
    rows, _ = reflow(rows_of("\x1b[0;31mabcd"), 4, 2, Place(0, 0))
    assert shown(rows, 2) == [f"\x1b[0;31mab{SOFT}", "\x1b[0;31mcd"]


@pytest.mark.parametrize("new", [2, 3, 5, 40])
def test_written_rows_reflow_alike(new: int) -> None:
    lines = ["abcdefgh", f"12345678{SOFT}", f"90123456{SOFT}", "78", "\x1b[0;31m漢漢漢漢", "", "short"]
    assert list(reflow_written(lines, 8, new)) == shown(reflow(rows_of(*lines), 8, new, Place(-1, 0))[0], new)


def test_a_line_that_goes_on_below_stays_open() -> None:
    assert list(reflow_written([f"abcd{SOFT}"], 4, 2)) == [f"ab{SOFT}", f"cd{SOFT}"]


@settings(max_examples=80, deadline=None)
@given(
    lines=st.lists(st.text(alphabet="ab漢 é\u0301", max_size=30).map(str.rstrip), min_size=1, max_size=8),
    widths=st.lists(st.integers(2, 40), min_size=1, max_size=5),
)
def test_no_text_is_lost(lines: list[str], widths: list[int]) -> None:
    width = 60
    rows = rows_of(*(line.lstrip("\u0301") for line in lines))
    text = [plain_written(written(row, width)) for row in rows]
    for new in widths:
        rows, _ = reflow(rows, width, new, Place(0, 0))
        width = new
    joined = "\n".join(shown(rows, width)).replace(f"{SOFT}\n", "").split("\n")
    assert [plain_written(line) for line in joined] == text
