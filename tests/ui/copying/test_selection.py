import pytest

from muxer.ui.copying.page import Place
from muxer.ui.copying.selection import Kind, Selection
from tests.ui.copying.pages import page_of

TEXT = "first line\na漢e\u0301b  \n\n" + "x" * 18 + "  wrapped   \nlast"


def chosen(kind: Kind, anchor: tuple[int, int], head: tuple[int, int]) -> Selection:
    return Selection(kind=kind, anchor=Place(*anchor), head=Place(*head))


@pytest.mark.parametrize(
    ("kind", "anchor", "head", "text"),
    [
        ("characters", (0, 6), (0, 9), "line"),
        ("characters", (0, 9), (0, 6), "line"),
        ("characters", (0, 6), (1, 1), "line\na漢"),
        ("characters", (1, 3), (1, 3), "e\u0301"),
        ("characters", (1, 4), (2, 0), "b\n"),
        ("characters", (3, 16), (4, 3), "xx  wrap"),
        ("characters", (4, 5), (5, 0), "ed\nl"),
        ("lines", (0, 9), (1, 0), "first line\na漢e\u0301b"),
        ("lines", (4, 3), (4, 3), "x" * 18 + "  wrapped"),
        ("lines", (5, 0), (2, 0), "\n" + "x" * 18 + "  wrapped\nlast"),
        ("block", (0, 1), (1, 3), "irs\n漢e\u0301"),
        ("block", (1, 1), (0, 1), "ir\n漢"),
        ("block", (0, 6), (1, 3), "st l\ne\u0301b"),
        ("block", (0, 2), (3, 3), "rs\ne\u0301\n\nxx"),
    ],
)  # fmt: skip
def test_the_text_of_a_selection(kind: Kind, anchor: tuple[int, int], head: tuple[int, int], text: str) -> None:
    page = page_of(TEXT)
    assert chosen(kind, anchor, head).text(page) == text


def test_the_cells_of_a_selection() -> None:
    page = page_of(TEXT)
    characters = chosen("characters", (0, 6), (3, 2))
    assert [characters.span(page, row) for row in range(5)] == [(6, 10), (0, 5), (0, 1), (0, 3), None]
    lines = chosen("lines", (4, 0), (4, 0))
    assert [lines.span(page, row) for row in (2, 3, 4, 5)] == [None, (0, 20), (0, 7), None]
    block = chosen("block", (1, 1), (2, 0))
    assert [block.span(page, row) for row in (0, 1, 2)] == [None, (0, 3), (0, 3)]
