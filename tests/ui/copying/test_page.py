import pytest

from muxer.ui.copying.page import Page, Place, cells, clustered
from tests.terminal.test_conformance import ENGINES, make
from tests.ui.copying.pages import page_of

FAMILY = "\U0001f468\u200d\U0001f469\u200d\U0001f467"


def test_a_character_is_what_a_reader_sees() -> None:
    found = clustered(f"a漢e\u0301{FAMILY}z")
    assert [(c.x, c.text, c.cols) for c in found] == [
        (0, "a", 1), (1, "漢", 2), (3, "e\u0301", 1), (4, FAMILY, 2), (6, "z", 1),
    ]  # fmt: skip
    assert cells(f"a漢e\u0301{FAMILY}z") == 7


@pytest.mark.parametrize("name", ENGINES)
def test_a_wrapped_line_is_one_piece(name: str) -> None:
    engine = make(name, 10, 4)
    engine.feed("0123456789abc\r\n12345678  x\r\n123456789漢\r\nshort".encode())
    page = Page.of(engine)
    assert page.whole == "0123456789abc\n12345678  x\n123456789漢\nshort\n"
    assert list(page.rows) == ["0123456789", "abc", "12345678  ", "x", "123456789", "漢", "short"]
    assert [page.line(row) for row in range(len(page))] == [(0, 1), (0, 1), (2, 3), (2, 3), (4, 5), (4, 5), (6, 6)]


def test_places_and_offsets_are_each_others_inverse() -> None:
    page = page_of("plain text\na漢e\u0301b and a line that is wrapped\n\nend")
    for offset, char in enumerate(page.whole):
        if char in "\n\u0301":
            continue
        place = page.place(offset)
        assert page.offset(place) == offset
        here = page.cluster(place)
        assert here
        assert here.text[0] == char


def test_a_cursor_stands_on_characters() -> None:
    page = page_of("a漢b\n\nlong enough")
    assert page.fitting(0, 2) == Place(0, 1)
    assert page.fitting(0, 9) == Place(0, 3)
    assert page.fitting(1, 9) == Place(1, 0)
    assert page.fitting(99, 0) == Place(len(page) - 1, 0)
    assert page.fitting(-1, -5) == Place(0, 0)


def test_lower_case_keeps_the_count_of_characters() -> None:
    page = page_of("İSTANBUL Straße")
    assert len(page.lowered) == len(page.whole)
    assert "stanbul stra" in page.lowered
