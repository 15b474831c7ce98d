from hypothesis import given, settings
from hypothesis import strategies as st
from rich.text import Text

from muxer.ui.copying.page import clustered
from muxer.ui.copying.painting import Span, painted_over

RED, ON = "\x1b[0;31m", "\x1b[7m"


def plain(row: str) -> str:
    return Text.from_ansi(row).plain if row else ""


def test_a_span_takes_the_place_of_what_was_there() -> None:
    row = f"ab{RED}cdef\x1b[0mgh"
    assert painted_over(row, (Span(1, 4, ON),), 0, 20) == f"a\x1b[0m{ON}bcd\x1b[0m{RED}ef\x1b[0mgh"


def test_the_last_of_two_spans_shows() -> None:
    assert (
        painted_over("abc", (Span(0, 3, RED), Span(1, 2, ON)), 0, 3) == f"\x1b[0m{RED}a\x1b[0m{ON}b\x1b[0m{RED}c\x1b[0m"
    )


def test_a_span_behind_the_text_is_drawn_there() -> None:
    assert painted_over("a", (Span(2, 4, ON),), 0, 10) == f"a \x1b[0m{ON}  \x1b[0m"
    assert painted_over("", (Span(0, 1, ON),), 0, 10) == f"\x1b[0m{ON} \x1b[0m"


def test_a_window_cuts_no_wide_character() -> None:
    assert painted_over("a漢b漢c", (), 2, 3) == " b"
    assert painted_over("a漢b漢c", (), 1, 5) == "漢b漢"
    assert painted_over("a漢b漢c", (), 0, 5) == "a漢b"


def test_sgr_adds_up_until_it_is_reset() -> None:
    row = "\x1b[1m\x1b[31mx\x1b[0;4my\x1b[mz"
    assert painted_over(row, (), 0, 5) == "\x1b[0m\x1b[1m\x1b[31mx\x1b[0m\x1b[0;4my\x1b[0mz"


@settings(max_examples=200, deadline=None)
@given(
    parts=st.lists(st.tuples(st.sampled_from(["", RED, "\x1b[0m", ON]), st.text("ab漢é ", max_size=5)), max_size=6),
    spans=st.lists(st.tuples(st.integers(0, 20), st.integers(0, 8)), max_size=4),
)
def test_the_text_stays_whatever_is_painted_over_it(parts: list[tuple[str, str]], spans: list[tuple[int, int]]) -> None:
    row = "".join(ink + text for ink, text in parts)
    text = "".join(text for _, text in parts)
    marks = tuple(Span(start, start + size, ON) for start, size in spans)
    painted = plain(painted_over(row, marks, 0, 80))
    assert painted.rstrip() == text.rstrip()
    assert sum(cluster.cols for cluster in clustered(painted)) <= 80
