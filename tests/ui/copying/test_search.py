from time import perf_counter

from muxer.terminal.choice import open_engine
from muxer.ui.copying.page import Page
from muxer.ui.copying.search import search
from tests.ui.copying.pages import page_of


def test_case_matters_only_if_the_needle_has_a_capital() -> None:
    page = page_of("Needle needle NEEDLE a.b axb")
    assert len(search(page, "needle")) == 3
    assert search(page, "Needle").at == (0,)
    assert len(search(page, "a.b")) == 1
    assert len(search(page, "")) == len(search(page, "nothing")) == 0


def test_a_hit_may_lie_across_the_end_of_a_row() -> None:
    page = page_of("x" * 18 + "needle\nneed\nle")
    hits = search(page, "needle")
    assert len(hits) == 1
    assert [(row, start, end) for row, start, end, _ in hits.spans(page, 0, 3)] == [(0, 18, 20), (1, 0, 4)]
    assert [row for row, *_ in hits.spans(page, 1, 1)] == [0, 1]


def test_a_hit_is_measured_in_cells() -> None:
    page = page_of("漢字 e\u0301t")
    assert [(start, end) for _, start, end, _ in search(page, "字 ").spans(page, 0, 0)] == [(2, 5)]


def test_going_from_hit_to_hit() -> None:
    page = page_of("ab ab ab")
    hits = search(page, "ab")
    assert hits.at == (0, 3, 6)
    assert [hits.number(offset) for offset in (0, 1, 2, 3, 7, 8)] == [1, 1, 0, 2, 3, 0]
    assert [hits.from_here(offset, "forward") for offset in (0, 1, 6)] == [3, 3, 0]
    assert [hits.from_here(offset, "back") for offset in (0, 1, 6)] == [6, 0, 3]
    assert hits.from_here(3, "forward", here_counts=True) == hits.from_here(3, "back", here_counts=True) == 3


def test_ten_thousand_lines_are_searched_between_two_keys() -> None:
    engine = open_engine(80, 24)
    engine.feed("".join(f"line {n} of a log, with some words: error {n % 97}\r\n" for n in range(12_000)).encode())
    page = Page.of(engine)
    assert len(page) > 10_000
    search(page, "x")
    for needle in ("e", "error", "error 5", "nowhere"):
        start = perf_counter()
        hits = search(page, needle)
        assert perf_counter() - start < 0.2, "a keystroke has 20 ms; a busy machine gets ten times that"
        assert bool(hits) == (needle != "nowhere")
