"""Which keys arrive. The judge of the ordinary ones is the decoder: legacy bytes that become the key."""

import pytest

from muxer.settings.arriving import is_plain, never, seldom
from muxer.settings.keymaps import spoken
from muxer.terminal.keys import parse_key
from muxer.terminal.outer import OuterDecoder, Pressed


def legacy() -> set[str]:
    """Every chord that a terminal without newer protocols can say in one or two bytes."""
    heard = set()
    for code in range(32):
        for data in (bytes([code]), bytes([0x1B, code])):
            decoder = OuterDecoder()
            heard |= {spoken(t.key) for t in [*decoder.feed(data), *decoder.flush()] if isinstance(t, Pressed)}
    return heard


def test_a_chord_is_ordinary_if_a_byte_says_it() -> None:
    said = legacy()
    chords = {held + letter for held in ("ctrl+", "ctrl+alt+") for letter in "abcdefghijklmnopqrstuvwxyz@\\]^_[;.1=/"}
    known = {chord: parse_key(chord) for chord in chords - {"ctrl+h"}}
    assert [chord for chord, key in known.items() if bool(seldom(key)) == (spoken(key) in said)] == []


@pytest.mark.parametrize(
    ("written", "words"),
    [
        ("ctrl+i", "it is tab in most terminals"), ("ctrl+m", "it is enter"), ("ctrl+[", "it is escape"),
        ("ctrl+alt+i", "it is tab"), ("ctrl+h", "it is backspace in some"), ("super+a", "desktops keep it"),
        ("hyper+a", "desktops keep it"), ("ctrl+shift+a", "kitty"), ("ctrl+1", "kitty"), ("ctrl+é", "kitty"),
        ("ctrl+enter", "plain enter"), ("shift+enter", "plain enter"), ("ctrl+tab", "plain tab"),
        ("shift+space", "plain space"), ("ctrl+backspace", "plain backspace"), ("alt+[", "slow line"),
        ("alt+O", "slow line"), ("kp_enter", "kitty"), ("volume_up", "kitty"),
    ],
)  # fmt: skip
def test_some_keys_come_from_some_terminals_only(written: str, words: str) -> None:
    assert words in seldom(parse_key(written))


@pytest.mark.parametrize(
    "written",
    [
        "a", "A", "?", "space", "é", "enter", "tab", "escape", "backspace", "left", "ctrl+left", "ctrl+alt+shift+up",
        "f5", "shift+f5", "alt+a", "alt+A", "alt+enter", "alt+1", "shift+tab", "ctrl+space", "pageup", "delete",
    ],
)  # fmt: skip
def test_ordinary_keys_come_from_all(written: str) -> None:
    assert seldom(parse_key(written)) == never(parse_key(written)) == ""


@pytest.mark.parametrize("written", ["capslock", "ctrl+numlock", "left_shift", "right_super", "iso_level3_shift"])
def test_no_terminal_sends_a_modifier_by_itself(written: str) -> None:
    assert never(parse_key(written))


@pytest.mark.parametrize(
    ("written", "plain"),
    [
        ("a", True), ("A", True), ("!", True), ("é", True), ("space", True), ("enter", True), ("escape", True),
        ("tab", True), ("backspace", True), ("kp_5", True), ("f5", False), ("left", False), ("ctrl+a", False),
        ("alt+a", False), ("shift+tab", False), ("shift+left", False), ("super+a", False),
    ],
)  # fmt: skip
def test_what_types_or_edits_is_plain(written: str, plain: bool) -> None:
    assert is_plain(parse_key(written)) is plain
