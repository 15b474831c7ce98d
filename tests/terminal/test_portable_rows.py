from muxer.terminal.portable_cells import BLANK, PLAIN, Cell, Row, styled
from muxer.terminal.portable_rows import clear, close_gap, filled, open_gap, shift_part, shifted, split, tabbed

BLUE = Cell(" ", styled(PLAIN, "44"))


def row_of(text: str) -> Row:
    """A row where a full-width letter takes two cells."""
    row, x = Row(), 0
    for char in text:
        row[x] = Cell(char, PLAIN)
        x += 1
        if not char.isascii():
            row[x] = Cell("", PLAIN)
            x += 1
    return row


def text_of(row: Row, columns: int = 6) -> str:
    return "".join(row[x].data for x in range(columns)).rstrip()


def test_split_leaves_no_half() -> None:
    row = row_of("a漢b")
    split(row, 1)
    assert text_of(row) == "a漢b"
    split(row, 2)
    assert text_of(row) == "a  b"


def test_clear_takes_the_halves_at_its_edges() -> None:
    row = row_of("漢漢漢")
    clear(row, 1, 3, BLANK)
    assert text_of(row) == "    漢"
    clear(row, 0, 1, BLUE)
    assert row[0] == BLUE


def test_clear_spares_the_protected() -> None:
    row = row_of("abc")
    row[1] = Cell("b", PLAIN._replace(protected=True))
    clear(row, 0, 3, BLANK, selective=True)
    assert text_of(row) == " b"


def test_gaps() -> None:
    row = row_of("abcdef")
    open_gap(row, 1, 5, 2, BLANK)
    assert text_of(row) == "a  bcd"
    close_gap(row, 1, 5, 2, BLUE)
    assert text_of(row) == "abcd"
    assert row[5] == BLUE
    close_gap(row, 0, 5, 99, BLANK)
    assert text_of(row) == ""
    wide = row_of("ab漢漢")
    open_gap(wide, 0, 5, 1, BLANK)
    assert text_of(wide) == " ab漢"


def test_rows_shift_whole_or_in_part() -> None:
    rows = [row_of("aaaa"), row_of("bbbb"), row_of("cccc")]
    assert [text_of(row) for row in shifted(rows, 1, [Row()])] == ["bbbb", "cccc", ""]
    assert [text_of(row) for row in shifted(rows, -2, [Row(), Row()])] == ["", "", "aaaa"]
    shift_part(rows, 1, 2, 1, BLANK)
    assert [text_of(row) for row in rows] == ["abba", "bccb", "c  c"]
    shift_part(rows, 1, 2, -2, BLANK)
    assert [text_of(row) for row in rows] == ["a  a", "b  b", "cbbc"]


def test_a_filled_row() -> None:
    assert dict(filled(3, BLANK)) == {}
    assert dict(filled(2, BLUE)) == {0: BLUE, 1: BLUE}


def test_tab_stops() -> None:
    stops = {2, 5, 9}
    assert [tabbed(stops, x, 9, 1) for x in (0, 2, 5, 9)] == [2, 5, 9, 9]
    assert [tabbed(stops, x, 9, -1) for x in (9, 5, 3, 2, 0)] == [5, 2, 2, 0, 0]
    assert tabbed(stops, 0, 9, 2) == 5
    assert tabbed(stops, 0, 9, 10**9) == 9
    assert tabbed(set(), 4, 9, -1) == 0
