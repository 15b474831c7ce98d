from itertools import pairwise

import pytest

from muxer.ui import layout
from muxer.ui.layout import Node, Region, Split
from muxer.ui.presets import PRESETS, next_preset

ROOM = Region(0, 0, 200, 50)


def shown(name: str, count: int) -> list[str]:
    """The preset as a small picture: a letter for each pane, on six by six cells."""
    tree = PRESETS[name]([chr(97 + n) for n in range(count)])
    placed = layout.regions(tree, Region(0, 0, 240, 60))
    picture = [["│"] * 6 for _ in range(6)]
    for pane, region in placed.items():
        for row in range(6):
            for col in range(6):
                if region.holds(col * 40 + 20, row * 10 + 5):
                    picture[row][col] = pane
    return ["".join(row) for row in picture]


@pytest.mark.parametrize(
    ("name", "count", "picture"),
    [
        ("even-columns", 3, ["aabbcc"] * 6),
        ("even-rows", 3, ["aaaaaa"] * 2 + ["bbbbbb"] * 2 + ["cccccc"] * 2),
        ("main-left", 3, ["aaaabb"] * 3 + ["aaaacc"] * 3),
        ("main-top", 3, ["aaaaaa"] * 4 + ["bbbccc"] * 2),
        ("tiled", 4, ["aaabbb"] * 3 + ["cccddd"] * 3),
        ("tiled", 5, ["aabbcc"] * 3 + ["dddeee"] * 3),
        ("tiled", 3, ["aaabbb"] * 3 + ["cccccc"] * 3),
        *((name, 1, ["aaaaaa"] * 6) for name in PRESETS),
    ],
)
def test_how_it_looks(name: str, count: int, picture: list[str]) -> None:
    assert shown(name, count) == picture


@pytest.mark.parametrize("name", PRESETS)
@pytest.mark.parametrize("count", [1, 2, 3, 6, 7, 12])
def test_every_pane_is_there_in_the_same_order(name: str, count: int) -> None:
    order = [f"p{n}" for n in range(count)]
    assert list(layout.panes(PRESETS[name](order))) == order


def cycle(tree: Node, steps: int, count: int, room: Region = ROOM) -> list[Node]:
    seen = []
    for _ in range(count):
        tree = next_preset(tree, steps, room)
        seen.append(tree)
    return seen


def test_a_cycle_shows_all_of_them_and_begins_again() -> None:
    made = [preset("abc") for preset in PRESETS.values()]
    odd = Split("row", ("a", "b", "c"), (5.0, 1.0, 1.0))
    assert cycle(odd, 1, 6) == [*made, made[0]]
    assert cycle(odd, -1, 6) == [*reversed(made), made[-1]]


def test_every_turn_is_seen_also_where_two_look_the_same() -> None:
    for steps in (1, -1):
        seen = cycle(PRESETS["even-columns"]("ab"), steps, 8)
        assert all(one != other for one, other in pairwise(seen))
        assert {*seen} == {preset("ab") for preset in PRESETS.values()}


def test_what_has_no_room_is_left_out() -> None:
    order = "abcdefgh"
    low = Region(0, 0, 200, 20)
    seen = cycle(PRESETS["even-columns"](order), 1, 5, low)
    assert PRESETS["even-rows"](order) not in seen
    assert all(layout.fits(tree, low) for tree in seen)
    assert next_preset("a", 1, low) == "a"
