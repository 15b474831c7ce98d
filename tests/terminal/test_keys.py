"""Written names of keys: every one parses, is written back the same, and a wrong one is answered with the right one."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from muxer.errors import UsageError
from muxer.terminal.keys import KITTY_CODES, NAMES, Action, Key, Mods, character_key, key_name, parse_key

CHORDS = [
    ("ctrl+alt+left", "ctrl+alt+left", Key("left", Mods.CTRL | Mods.ALT)),
    ("C-a", "ctrl+a", Key("a", Mods.CTRL, "a")),
    ("^a", "ctrl+a", Key("a", Mods.CTRL, "a")),
    ("C-C", "ctrl+shift+c", Key("c", Mods.CTRL | Mods.SHIFT, "C")),
    ("M-x", "alt+x", Key("x", Mods.ALT, "x")),
    ("S-Left", "shift+left", Key("left", Mods.SHIFT)),
    ("C-M-Left", "ctrl+alt+left", Key("left", Mods.CTRL | Mods.ALT)),
    ("Enter", "enter", Key("enter")),
    ("Escape", "escape", Key("escape")),
    ("esc", "escape", Key("escape")),
    ("BSpace", "backspace", Key("backspace")),
    ("BTab", "shift+tab", Key("tab", Mods.SHIFT)),
    ("DC", "delete", Key("delete")),
    ("PPage", "pageup", Key("pageup")),
    ("F5", "f5", Key("f5")),
    ("Space", "space", Key("space", text=" ")),
    (" ", "space", Key("space", text=" ")),
    ("KP5", "kp_5", Key("kp_5", text="5")),
    ("A", "A", Key("a", Mods.SHIFT, "A")),
    ("shift+a", "A", Key("a", Mods.SHIFT, "A")),
    ("É", "É", Key("é", Mods.SHIFT, "É")),
    ("ß", "ß", Key("ß", text="ß")),
    ("!", "!", Key("!", text="!")),
    ("shift+1", "!", Key("1", Mods.SHIFT, "!")),
    ("ctrl+?", "ctrl+?", Key("?", Mods.CTRL, "?")),
    ("ctrl+shift+/", "ctrl+?", Key("/", Mods.CTRL | Mods.SHIFT, "?")),
    ("+", "+", Key("+", text="+")),
    ("ctrl++", "ctrl++", Key("+", Mods.CTRL, "+")),
    ("ctrl+plus", "ctrl++", Key("+", Mods.CTRL, "+")),
    ("C--", "ctrl+-", Key("-", Mods.CTRL, "-")),
    ("-", "-", Key("-", text="-")),
    ("^", "^", Key("^", text="^")),
    ("cmd+shift+k", "super+shift+k", Key("k", Mods.SUPER | Mods.SHIFT, "K")),
    ("hyper+meta+f1", "hyper+meta+f1", Key("f1", Mods.HYPER | Mods.META)),
]


@pytest.mark.parametrize(("written", "name", "key"), CHORDS, ids=[written for written, _, _ in CHORDS])
def test_a_written_chord_is_a_key(written: str, name: str, key: Key) -> None:
    assert parse_key(written) == key
    assert key_name(key) == name
    assert key_name(parse_key(name)) == name


def test_every_name_is_its_own() -> None:
    assert [name for name in NAMES if not parse_key(name).name == name == key_name(parse_key(name))] == []


MODS = st.sampled_from([Mods(n) for n in range(64)])


@settings(deadline=None, database=None)
@given(st.one_of(st.sampled_from(sorted(NAMES)), st.characters(categories=["L", "N", "P", "S"])), MODS)
def test_names_round_trip(name: str, mods: Mods) -> None:
    key = character_key(name, mods) if len(name) == 1 else Key(name, mods)
    written = key_name(key)
    assert key_name(parse_key(written)) == written
    if not mods & Mods.SHIFT:
        assert parse_key(written).mods == key.mods


def test_a_chord_has_one_name_whatever_the_terminal_said_of_it() -> None:
    chord = Key("l", Mods.CTRL, "l")
    assert key_name(chord) == "ctrl+l"
    assert key_name(Key("l", Mods.CTRL | Mods.NUM_LOCK | Mods.CAPS_LOCK, "l", Action.RELEASE)) == "ctrl+l"
    assert key_name(Key("&", Mods.SHIFT, "1")) == "1", "a French keyboard's 1"
    assert key_name(Key(" ", text=" ")) == key_name(character_key(" ")) == "space"


@pytest.mark.parametrize(
    ("written", "right"),
    [
        ("ctrl+alt+lefft", "ctrl+alt+left"),
        ("crtl+a", "ctrl+a"),
        ("C-Lefft", "C-left"),
        ("pagup", "pageup"),
        ("xyzzy", "write a name like"),
        ("", "write a name like"),
        ("ctrl+", "write a name like"),
        ("\n", "write a name like"),
    ],
)
def test_a_wrong_name_is_answered_with_the_nearest_right_one(written: str, right: str) -> None:
    with pytest.raises(UsageError, match="no key named") as caught:
        parse_key(written)
    assert right in str(caught.value)
    assert "\n" not in str(caught.value)


@settings(deadline=None, database=None)
@given(st.text(max_size=20))
def test_any_text_is_a_key_or_a_usage_error(written: str) -> None:
    try:
        key = parse_key(written)
    except UsageError:
        return
    assert key_name(parse_key(key_name(key))) == key_name(key)


def test_kittys_numbers_are_those_of_its_document() -> None:
    document = {
        "capslock": 57358, "menu": 57363, "f13": 57376, "f35": 57398, "kp_0": 57399, "kp_separator": 57416,
        "kp_left": 57417, "kp_begin": 57427, "media_play": 57428, "volume_mute": 57440, "left_shift": 57441,
        "right_meta": 57452, "iso_level5_shift": 57454,
    }  # fmt: skip
    assert {name: KITTY_CODES[name] for name in document} == document
