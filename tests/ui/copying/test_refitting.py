import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from muxer.terminal.prompts import prompts
from muxer.ui.copying.page import Page
from muxer.ui.copying.refitting import refitted
from tests.terminal.test_conformance import ENGINES, make
from tests.ui.copying.pages import page_of

TEXT = "\x1b[31m" + "0123456789" * 3 + "\x1b[0m tail\nshort\n12345678  x漢漢漢漢漢漢漢\n\nend"


@pytest.mark.parametrize("name", ENGINES)
@pytest.mark.parametrize("cols", [10, 13, 19, 21, 80])
def test_it_is_what_the_terminal_would_show(name: str, cols: int) -> None:
    engine = make(name, 20, 5)
    engine.feed(TEXT.replace("\n", "\r\n").encode())
    page = refitted(Page.of(engine), cols)
    engine.resize(cols, 5)
    expected = Page.of(engine)
    assert [row.rstrip() for row in page.rows if row.strip()] == [row.rstrip() for row in expected.rows if row.strip()]
    assert page.whole.rstrip("\n") == expected.whole.rstrip("\n")


def test_looks_go_along() -> None:
    page = refitted(page_of(TEXT), 8)
    assert page.ansi[0] == "\x1b[0m\x1b[0;31m01234567\x1b[0m"
    assert page.ansi[3].endswith("\x1b[0;31m456789\x1b[0m t")


def test_places_go_along() -> None:
    page = page_of(TEXT)
    offset = page.whole.index("漢")
    for cols in (8, 40, 20):
        page = refitted(page, cols)
        here = page.cluster(page.place(offset))
        assert here
        assert here.text == "漢"


def test_prompts_go_along() -> None:
    page = page_of("\x1b]133;A\x07$ \x1b]133;B\x07a command that is wrapped\n\x1b]133;C\x07out\n\x1b]133;A\x07$ ")
    for cols in (7, 60):
        page = refitted(page, cols)
        assert [page.rows[row][:3] for row in prompts(page.marks)] == ["$ a", "$"]


@settings(max_examples=60, deadline=None)
@given(text=st.text("ab漢 é\n", max_size=120), widths=st.lists(st.integers(2, 40), min_size=1, max_size=4))
def test_no_text_is_lost(text: str, widths: list[int]) -> None:
    page = first = page_of(text)
    for cols in widths:
        page = refitted(page, cols)
        assert page.whole == first.whole
        assert all(len(row) <= cols for row in page.rows)
