import re
from itertools import product

import pytest
from rich.cells import cell_len

from muxer.config import Config
from muxer.settings.keymaps import read_keymap
from muxer.settings.themes import read_theme
from muxer.ui.cards import card_rows
from muxer.ui.look import Look
from muxer.ui.states import Sight

PLAIN = re.compile(r"\x1b\[[0-9;]*m")
LOOK = Look(config=Config(), keymap=read_keymap("tmux"), theme=read_theme("night"))


def card(sight: Sight, cols: int, rows: int, now: float = 0.0) -> list[str]:
    return [PLAIN.sub("", row) for row in card_rows(sight, cols, rows, LOOK, now=now)]


ADA = Sight(name="ada", state="working", since=1.0, last="41 passed in 3.1s")


def test_it_says_the_state_and_the_last_words() -> None:
    assert card(ADA, 30, 2) == [" working", " 41 passed in 3.1s"]
    assert card(ADA, 30, 2, now=300.0) == [" working 4m", " 41 passed in 3.1s"]
    assert card(ADA, 30, 1) == [" working"]
    assert card(ADA, 12, 4) == [" working", " 41 passed", " in 3.1s", ""]
    assert card(ADA, 12, 2) == [" working", " 41 passed…"]
    assert card(Sight(state="exited", note="exited 3", last="x"), 30, 2) == [" exited 3", " x"]
    given_up = Sight(state="crashed", note="gave up after 5 failures", last="x")
    assert card(given_up, 30, 2) == [" crashed", " gave up after 5 failures"]


@pytest.mark.parametrize(
    "words", ["", "a", "漢字のとても長い", "a-very-long-word-without-a-blank and more", "a b c " * 30]
)
def test_it_stays_inside(words: str) -> None:
    for cols, rows in product([1, 2, 3, 5, 9, 19], [1, 2, 5]):
        shown = card(Sight(name="x", state="limited", since=1.0, last=words), cols, rows, now=100.0)
        assert len(shown) == rows, (cols, shown)
        assert max(map(cell_len, shown)) <= cols, shown
