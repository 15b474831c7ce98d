import pytest
from hypothesis import given
from hypothesis import strategies as st

from muxer.ui.layout import Region
from muxer.ui.screens.placing import Place, beside


@pytest.mark.parametrize(
    ("pane", "size", "place"),
    [
        (None, (80, 24), Place(0, 2, 80)),
        (Region(0, 0, 80, 23), (80, 24), Place(0, 2, 80)),
        (Region(0, 0, 99, 49), (200, 50), Place(100, 1, 80)),
        (Region(100, 0, 100, 49), (200, 50), Place(19, 1, 80)),
        (Region(0, 0, 100, 25), (100, 50), Place(10, 25, 80)),
        (Region(0, 25, 100, 24), (100, 50), Place(10, 15, 80)),
        (Region(0, 0, 60, 23), (120, 24), Place(61, 1, 59)),
    ],
)
def test_beside_the_pane_if_there_is_room(pane: Region | None, size: tuple[int, int], place: Place) -> None:
    assert beside(pane, *size, 10) == place


numbers = st.integers(0, 250)


panes = st.builds(Region, numbers, numbers, numbers, numbers)


@given(panes, st.integers(1, 250), st.integers(1, 100), st.integers(1, 40))
def test_it_is_always_on_the_screen(pane: Region, cols: int, rows: int, height: int) -> None:
    place = beside(pane, cols, rows, height)
    assert place.x >= 0
    assert place.x + place.cols <= cols
    assert place.y >= 0
    assert place.y + height <= rows or place.y == 0
