import pytest

from muxer.settings.action import GROUPS, Action
from muxer.settings.actions import ACTIONS

IN_A_COLUMN = 16
"""Cells that which-key help has for words."""


@pytest.mark.parametrize("action", ACTIONS.values(), ids=ACTIONS)
def test_every_action_has_words_and_a_group(action: Action) -> None:
    assert action.words
    assert action.id.count(".") == 1
    assert action.group in GROUPS


@pytest.mark.parametrize("action", [a for a in ACTIONS.values() if a.group != "Copy mode"], ids=lambda a: a.id)
def test_every_action_has_words_for_a_narrow_column(action: Action) -> None:
    assert 0 < len(action.brief) <= IN_A_COLUMN
