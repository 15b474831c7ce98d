import pytest

from muxer.settings.actions import ACTIONS
from muxer.ui.deeds.table import DEEDS, does, load_deeds


def test_every_action_is_done_by_something() -> None:
    assert set(load_deeds()) == set(ACTIONS)


def test_an_action_is_done_once_and_exists() -> None:
    load_deeds()
    for action in ("pane.zoom", "pane.zooom"):
        with pytest.raises(LookupError, match=action):
            does(action)(lambda _: None)
    assert "pane.zooom" not in DEEDS
