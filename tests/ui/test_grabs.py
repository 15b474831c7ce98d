import pytest

from muxer.ui.grabs import half_of, side_of
from muxer.ui.layout import Region, Way

WHOLE = Region(10, 4, 41, 11)


@pytest.mark.parametrize(
    ("x", "y", "side"),
    [(30, 9, None), (12, 9, "left"), (49, 9, "right"), (30, 4, "up"), (30, 14, "down"), (19, 9, "left"), (20, 9, None)],
)
def test_a_side_is_a_quarter_and_the_rest_is_the_middle(x: int, y: int, side: Way | None) -> None:
    assert side_of(WHOLE, x, y) == side


@pytest.mark.parametrize("side", ["left", "right", "up", "down"])
def test_a_half_lies_inside_and_at_its_side(side: Way) -> None:
    half = half_of(WHOLE, side)
    assert half.cols * half.rows < WHOLE.cols * WHOLE.rows
    corners = [(half.x, half.y), (half.x + half.cols - 1, half.y + half.rows - 1)]
    assert all(WHOLE.holds(x, y) for x, y in corners)
    at = {"left": half.x == 10, "right": half.x + half.cols == 51, "up": half.y == 4, "down": half.y + half.rows == 15}
    assert at[side]
    assert half_of(WHOLE, None) == WHOLE
