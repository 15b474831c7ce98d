import pytest

from muxer.ui.fuzzy import ALL, Match
from muxer.ui.screens.panel import room_in_panel, row, that_fit


@pytest.mark.parametrize(
    ("label", "right", "cols", "line"),
    [
        ("zoom", "ctrl+b z", 20, "zoom        ctrl+b z"),
        ("zoom", "", 20, "zoom"),
        ("a very long label", "key", 12, "a very long…"),
        ("label", "a long word of help", 16, "label  a long w…"),
        ("日本語", "key", 14, "日本語     key"),
        ("bad\x1b[31m", "\u202eword", 20, "bad[31m         word"),
    ],
)
def test_a_row_is_one_line_of_that_width(label: str, right: str, cols: int, line: str) -> None:
    made = row(label, ALL, right, cols)
    assert made.plain == line
    assert made.cell_length <= cols


def test_what_was_typed_is_underlined() -> None:
    made = row("split right", Match(1.0, (0, 6)), "key", 30)
    assert [(span.start, span.end) for span in made.spans if span.style == "underline"] == [(0, 1), (6, 7)]


def test_rows_are_as_wide_as_the_panel() -> None:
    assert [room_in_panel(cols) for cols in (200, 80, 60, 8)] == [76, 76, 56, 10]


@pytest.mark.parametrize(
    ("cols", "shown"),
    [(40, "tab turn · space pick · esc close"), (32, "tab turn · esc close"), (12, "esc close"), (5, "esc close")],
)
def test_of_the_keys_the_one_that_closes_goes_last(cols: int, shown: str) -> None:
    assert that_fit("tab turn · space pick · esc close", " · ", cols) == shown
