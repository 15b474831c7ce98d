from muxer.settings.copying import COPY_ACTIONS, COPY_KEYS
from muxer.settings.keymaps import spoken
from muxer.terminal.keys import parse_key


def test_every_action_has_a_key_and_every_key_an_action() -> None:
    assert set(COPY_KEYS.values()) == {action.id for action in COPY_ACTIONS}


def test_keys_are_named_as_keymaps_name_them() -> None:
    assert [key for key in COPY_KEYS if spoken(parse_key(key)) != key] == []


def test_no_digit_is_taken_from_the_counts_but_0() -> None:
    assert [key for key in COPY_KEYS if key.isdecimal()] == ["0"]
