import pytest

from muxer.ui.copying.motions import MOTIONS, found_character, thing_at, word_near
from muxer.ui.copying.page import Place
from tests.ui.copying.pages import page_of

TEXT = "one two-three  four\n\n  five.six (seven)\n" + "x" * 18 + " wrapped word\n漢字 e\u0301t\n\n\nend"


def walk(motion: str, start: tuple[int, int], steps: int = 8) -> list[tuple[int, int]]:
    page, place = page_of(TEXT), Place(*start)
    found: list[tuple[int, int]] = []
    for _ in range(steps):
        after = MOTIONS[motion](page, place)
        if after == place:
            break
        place = after
        found.append((place.row, place.x))
    return found


def test_words() -> None:
    assert walk("word", (0, 0)) == [(0, 4), (0, 7), (0, 8), (0, 15), (1, 0), (2, 2), (2, 6), (2, 7)]
    assert walk("word", (3, 0), 5) == [(3, 19), (4, 7), (5, 0), (5, 5), (6, 0)]
    assert walk("word-end", (0, 0), 6) == [(0, 2), (0, 6), (0, 7), (0, 12), (0, 18), (2, 5)]
    assert walk("word-back", (2, 7)) == [(2, 6), (2, 2), (1, 0), (0, 15), (0, 8), (0, 7), (0, 4), (0, 0)]
    assert walk("word-back", (5, 0), 3) == [(4, 7), (3, 19), (3, 0)]


def test_big_words() -> None:
    assert walk("big-word", (0, 0), 5) == [(0, 4), (0, 15), (1, 0), (2, 2), (2, 11)]
    assert walk("big-word-end", (0, 0), 5) == [(0, 2), (0, 12), (0, 18), (2, 9), (2, 17)]
    assert walk("big-word-back", (2, 11), 4) == [(2, 2), (1, 0), (0, 15), (0, 4)]


def test_words_are_found_far_back() -> None:
    page = page_of("start" + "\n" * 40)
    assert MOTIONS["big-word-back"](page_of("start" + " " * 19_000 + "x", cols=200, rows=200), Place(95, 4)) == (0, 0)
    assert len(page) == 41


@pytest.mark.parametrize(
    ("motion", "start", "end"),
    [
        ("left", (5, 2), (5, 0)), ("left", (0, 0), (0, 0)), ("right", (5, 0), (5, 2)), ("right", (0, 18), (0, 18)),
        ("line-start", (4, 3), (3, 0)), ("line-end", (3, 0), (4, 10)), ("line-first", (2, 9), (2, 2)),
        ("line-first", (1, 0), (1, 0)), ("paragraph", (0, 3), (1, 0)), ("paragraph", (2, 0), (6, 0)),
        ("paragraph", (6, 0), (8, 2)), ("paragraph-back", (5, 0), (1, 0)), ("paragraph-back", (1, 0), (0, 0)),
    ],
)  # fmt: skip
def test_others(motion: str, start: tuple[int, int], end: tuple[int, int]) -> None:
    assert MOTIONS[motion](page_of(TEXT), Place(*start)) == end


@pytest.mark.parametrize(
    ("how", "character", "start", "count", "end"),
    [
        ("f", "t", (0, 0), 1, (0, 4)), ("f", "t", (0, 4), 1, (0, 8)), ("f", "t", (0, 0), 2, (0, 8)),
        ("f", "q", (0, 0), 1, None), ("t", "t", (0, 0), 1, (0, 3)), ("t", "t", (0, 3), 1, (0, 7)),
        ("F", "o", (0, 18), 1, (0, 16)), ("F", "o", (0, 16), 1, (0, 6)), ("T", "o", (0, 18), 1, (0, 17)),
        ("T", "o", (0, 17), 1, (0, 7)), ("f", "d", (3, 0), 2, (4, 10)), ("f", "f", (0, 15), 1, None),
        ("f", "t", (5, 0), 1, (5, 6)),
    ],
)  # fmt: skip
def test_characters_of_the_line(
    how: str, character: str, start: tuple[int, int], count: int, end: tuple[int, int] | None
) -> None:
    assert found_character(page_of(TEXT), Place(*start), how, character, count) == end


def test_a_double_click_takes_a_path_whole() -> None:
    page = page_of('see "/src/a-b.py:12" (here), ok', cols=60)
    assert thing_at(page, Place(0, 8)) == ((0, 5), (0, 18))
    assert thing_at(page, Place(0, 23)) == ((0, 22), (0, 25))
    assert thing_at(page, Place(0, 26)) == ((0, 26), (0, 26))
    assert thing_at(page, Place(0, 3)) == ((0, 3), (0, 3))


def test_the_word_under_the_cursor_or_after_it() -> None:
    page = page_of("  one, two")
    assert word_near(page, Place(0, 0)) == ("one", 2)
    assert word_near(page, Place(0, 3)) == ("one", 2)
    assert word_near(page, Place(0, 5)) == ("two", 7)
    assert word_near(page, Place(1, 0)) == ("", 11)
