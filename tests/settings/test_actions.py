from muxer.settings.action import GROUPS
from muxer.settings.actions import ACTIONS

IN_A_COLUMN = 16
"""Cells that which-key help has for words."""


def test_every_action_has_words_and_a_group() -> None:
    assert [action.id for action in ACTIONS.values() if not action.words] == []
    assert [action.id for action in ACTIONS.values() if action.id.count(".") != 1] == []
    assert [action.id for action in ACTIONS.values() if action.group not in GROUPS] == []


def test_every_action_has_words_for_a_narrow_column() -> None:
    helped = [action for action in ACTIONS.values() if action.group != "Copy mode"]
    assert [action.brief for action in helped if not 0 < len(action.brief) <= IN_A_COLUMN] == []
