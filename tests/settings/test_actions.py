from muxer.settings.actions import ACTIONS


def test_every_action_has_words_and_a_group() -> None:
    for action in ACTIONS.values():
        assert action.words
        assert action.id.count(".") == 1
