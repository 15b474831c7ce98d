from hypothesis import given, settings
from hypothesis import strategies as st

from muxer.ui.copying.motions import MOTIONS
from muxer.ui.copying.window import Window
from tests.ui.copying.pages import page_of

NUMBERS = "\n".join(f"line {n}" for n in range(1, 41))


def window(*, rows: int = 5, offset: int = 0) -> Window:
    return Window(page_of(NUMBERS, 20, rows), cols=20, rows=rows, offset=offset)


def test_up_and_down_keep_the_column() -> None:
    lens = Window(page_of("long line\nx\n\nlong line"), cols=20, rows=5)
    lens.move_to_row(0)
    lens.move("right", 6)
    seen = []
    for _ in range(3):
        lens.step(1)
        seen.append(tuple(lens.cursor))
    assert seen == [(1, 0), (2, 0), (3, 6)]
    lens.move("line-end")
    lens.step(-3)
    assert lens.cursor == (0, 8)


def test_pages_take_the_cursor_along() -> None:
    lens = window()
    lens.on_screen(1)
    lens.page_by(-10)
    assert (lens.offset, lens.cursor.row) == (10, 26)
    lens.page_by(-100)
    assert (lens.offset, lens.cursor.row) == (35, 1)
    lens.page_by(-2)
    assert lens.cursor.row == 0
    lens.page_by(100)
    lens.page_by(100)
    assert (lens.offset, lens.cursor.row) == (0, 39)


def test_a_leap_out_of_sight_comes_into_the_middle() -> None:
    lens = window()
    lens.leap(lens.page.whole.index("line 20"))
    assert (lens.cursor.row, lens.offset) == (19, 40 - 5 - 17)
    lens.leap(lens.page.whole.index("line 21"))
    assert lens.offset == 40 - 5 - 17


@settings(max_examples=60, deadline=None)
@given(
    steps=st.lists(
        st.one_of(
            st.tuples(st.just("move"), st.sampled_from(sorted(MOTIONS)), st.integers(1, 9)),
            st.tuples(st.just("step"), st.integers(-50, 50)),
            st.tuples(st.just("page_by"), st.integers(-50, 50)),
            st.tuples(st.just("scroll"), st.integers(-50, 50)),
            st.tuples(st.just("on_screen"), st.integers(-3, 12)),
            st.tuples(st.just("resize"), st.integers(1, 50), st.integers(1, 50)),
        ),
        max_size=12,
    )
)
def test_the_cursor_stays_in_sight_and_on_a_character(steps: list[tuple[object, ...]]) -> None:
    text = "one two\n\n漢字 e\u0301t and a line that is wrapped, surely\n" * 5
    lens = Window(page_of(text), cols=20, rows=5)
    for name, *arguments in steps:
        getattr(lens, str(name))(*arguments)
        top = len(lens.page) - lens.height - lens.offset
        assert max(0, top) <= lens.cursor.row < max(0, top) + lens.height
        assert lens.page.fitting(*lens.cursor) == lens.cursor
