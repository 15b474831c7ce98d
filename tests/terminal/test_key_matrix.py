"""Every key with every modifier, in every mode, against what kitty's protocol document and xterm's ctlseqs say.

The reference below is written from those documents as tables and shares nothing with muxer but the names of keys.
"""

from collections.abc import Iterator

import pytest

from muxer.terminal.ghostty import GhosttyEngine
from muxer.terminal.keys import Action, Key, Mods, typed_keys
from muxer.terminal.outer import OuterDecoder, Pasted, Pressed, Typed

SHIFT, ALT, CTRL, SUPER, HYPER, META, CAPS, NUM = (1 << n for n in range(8))

# -- the keyboard ----------------------------------------------------------------------------------------------------

PLAIN = "abcdefghijklmnopqrstuvwxyz`1234567890-=[]\\;',./"
SHIFTED = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ~!@#$%^&*()_+{}|:"<>?'
LATIN = dict(zip(PLAIN, SHIFTED, strict=True)) | {"é": "É", "ß": "ß", "你": "你"}

KEYPAD_TEXT = {
    **{f"kp_{n}": str(n) for n in range(10)}, "kp_decimal": ".", "kp_divide": "/", "kp_multiply": "*",
    "kp_subtract": "-", "kp_add": "+", "kp_equal": "=", "kp_separator": ",",
}  # fmt: skip
KEYPAD_SS3 = {
    **dict(zip([f"kp_{n}" for n in range(10)], "pqrstuvwxy", strict=True)), "kp_multiply": "j", "kp_add": "k",
    "kp_separator": "l", "kp_subtract": "m", "kp_decimal": "n", "kp_divide": "o", "kp_equal": "X", "kp_enter": "M",
}  # fmt: skip
KEYPAD_PLAIN = {
    "kp_left": "left", "kp_right": "right", "kp_up": "up", "kp_down": "down", "kp_pageup": "pageup",
    "kp_pagedown": "pagedown", "kp_home": "home", "kp_end": "end", "kp_insert": "insert", "kp_delete": "delete",
    "kp_enter": "enter", **KEYPAD_TEXT,
}  # fmt: skip

# The columns of kitty's functional key table, and of its legacy one.
KITTY_FUNCTIONAL = {
    "escape": "27u", "enter": "13u", "tab": "9u", "backspace": "127u", "insert": "2~", "delete": "3~", "left": "1D",
    "right": "1C", "up": "1A", "down": "1B", "pageup": "5~", "pagedown": "6~", "home": "1H", "end": "1F",
    "capslock": "57358u", "scrolllock": "57359u", "numlock": "57360u", "printscreen": "57361u", "pause": "57362u",
    "menu": "57363u", "f1": "1P", "f2": "1Q", "f3": "13~", "f4": "1S", "f5": "15~", "f6": "17~", "f7": "18~",
    "f8": "19~", "f9": "20~", "f10": "21~", "f11": "23~", "f12": "24~", "f13": "57376u", "f14": "57377u",
    "f15": "57378u", "f16": "57379u", "f17": "57380u", "f18": "57381u", "f19": "57382u", "f20": "57383u",
    "f21": "57384u", "f22": "57385u", "f23": "57386u", "f24": "57387u", "f25": "57388u", "f30": "57393u",
    "f35": "57398u", "kp_0": "57399u", "kp_1": "57400u", "kp_2": "57401u", "kp_3": "57402u", "kp_4": "57403u",
    "kp_5": "57404u", "kp_6": "57405u", "kp_7": "57406u", "kp_8": "57407u", "kp_9": "57408u", "kp_decimal": "57409u",
    "kp_divide": "57410u", "kp_multiply": "57411u", "kp_subtract": "57412u", "kp_add": "57413u",
    "kp_enter": "57414u", "kp_equal": "57415u", "kp_separator": "57416u", "kp_left": "57417u", "kp_right": "57418u",
    "kp_up": "57419u", "kp_down": "57420u", "kp_pageup": "57421u", "kp_pagedown": "57422u", "kp_home": "57423u",
    "kp_end": "57424u", "kp_insert": "57425u", "kp_delete": "57426u", "kp_begin": "1E", "media_play": "57428u",
    "media_play_pause": "57430u", "volume_up": "57439u", "left_shift": "57441u", "left_ctrl": "57442u",
    "left_hyper": "57445u", "right_alt": "57449u", "right_meta": "57452u", "iso_level3_shift": "57453u",
}  # fmt: skip
LEGACY_FUNCTIONAL = {
    "insert": "2~", "delete": "3~", "pageup": "5~", "pagedown": "6~", "up": "A", "down": "B", "right": "C",
    "left": "D", "home": "H", "end": "F", "kp_begin": "E", "f1": "P", "f2": "Q", "f3": "R", "f4": "S", "f5": "15~",
    "f6": "17~", "f7": "18~", "f8": "19~", "f9": "20~", "f10": "21~", "f11": "23~", "f12": "24~", "menu": "29~",
    # VT220's, as xterm and Ghostty; kitty's document leaves these to the terminal.
    "f13": "25~", "f14": "26~", "f15": "28~", "f16": "29~", "f17": "31~", "f18": "32~", "f19": "33~", "f20": "34~",
    "f21": "42~", "f22": "43~", "f23": "44~", "f24": "45~",
}  # fmt: skip
NOT_IN_LEGACY = set(KITTY_FUNCTIONAL) - set(LEGACY_FUNCTIONAL) - set(KEYPAD_PLAIN) - {
    "escape", "enter", "tab", "backspace",
}  # fmt: skip
"""Keys that a terminal may ignore in legacy mode, says kitty's document; muxer does, as Ghostty and foot do."""

# kitty's table "Emitted bytes when ctrl is held down and a key is pressed".
CTRL_BYTES = {
    " ": 0, "/": 31, "0": 48, "1": 49, "2": 0, "3": 27, "4": 28, "5": 29, "6": 30, "7": 31, "8": 127, "9": 57,
    "?": 127, "@": 0, "[": 27, "\\": 28, "]": 29, "^": 30, "_": 31, "~": 30,
    **{letter: 1 + n for n, letter in enumerate("abcdefghijklmnopqrstuvwxyz")},
}  # fmt: skip

# kitty's table "C0 controls": no mods, ctrl, alt, shift, ctrl+shift, alt+shift, ctrl+alt.
C0 = {
    "escape": ["\x1b", "\x1b", "\x1b\x1b", "\x1b", "\x1b", "\x1b\x1b", "\x1b\x1b"],
    "backspace": ["\x7f", "\x08", "\x1b\x7f", "\x7f", "\x08", "\x1b\x7f", "\x1b\x08"],
    "tab": ["\t", "\t", "\x1b\t", "\x1b[Z", "\x1b[Z", "\x1b\x1b[Z", "\x1b\t"],
    "space": [" ", "\0", "\x1b ", " ", "\0", "\x1b ", "\x1b\0"],
    # The one departure: kitty and xterm send 0xd for all but alt+enter. Ghostty tells them apart, coding agents read
    # it, and their people press shift+enter for a new line; muxer does as Ghostty.
    "enter": ["\r", "\x1b[27;5;13~", "\x1b\r", "\x1b[27;2;13~", "\x1b[27;6;13~", "\x1b[27;4;13~", "\x1b[27;7;13~"],
}
C0_MODS = [0, CTRL, ALT, SHIFT, CTRL | SHIFT, ALT | SHIFT, CTRL | ALT]

MODS = [0, SHIFT, ALT, CTRL, SHIFT | ALT, SHIFT | CTRL, CTRL | ALT, SHIFT | CTRL | ALT]
MORE_MODS = [*MODS, SUPER, SUPER | SHIFT, SUPER | CTRL, HYPER, META | ALT, CAPS, NUM, CAPS | CTRL, NUM | SHIFT]


def text_of(name: str, mods: int) -> str:
    """What the keyboard's layout makes of a key."""
    if name in KEYPAD_TEXT or name == "space":
        return KEYPAD_TEXT.get(name, " ")
    if name not in LATIN:
        return ""
    if name.isalpha():
        return LATIN[name] if bool(mods & SHIFT) != bool(mods & CAPS) else name
    return LATIN[name] if mods & SHIFT else name


def key_of(name: str, mods: int, action: Action = Action.PRESS) -> Key:
    return Key(name, Mods(mods), text_of(name, mods), action)


# -- the reference ---------------------------------------------------------------------------------------------------


def csi_u(code: object, mods: int) -> str:
    return f"\x1b[{code};{mods + 1}u"


def legacy(name: str, mods: int, *, cursor: bool = False, keypad: bool = False) -> str:
    text = text_of(name, mods)
    mods &= ~(CAPS | NUM)
    if keypad and name in KEYPAD_SS3:
        return f"\x1bO{mods + 1 if mods else ''}{KEYPAD_SS3[name]}"
    name = KEYPAD_PLAIN.get(name, name)
    if name in C0 and mods in C0_MODS:
        return C0[name][C0_MODS.index(mods)]
    if name in LEGACY_FUNCTIONAL:
        return legacy_function(LEGACY_FUNCTIONAL[name], name, mods, cursor=cursor)
    return legacy_text(name, text, mods) if len(name) == 1 else ""


def legacy_function(form: str, name: str, mods: int, *, cursor: bool) -> str:
    if form[-1] == "~":
        return f"\x1b[{form[:-1]};{mods + 1}~" if mods else f"\x1b[{form}"
    if not mods:
        return f"\x1bO{form}" if cursor or name in {"f1", "f2", "f3", "f4"} else f"\x1b[{form}"
    return f"\x1b[13;{mods + 1}~" if name == "f3" else f"\x1b[1;{mods + 1}{form}"


def legacy_text(name: str, text: str, mods: int) -> str:
    """kitty's algorithm for text keys, in which shift chooses the character that ctrl works on, as in xterm."""
    prefix = "\x1b" if mods & ALT else ""
    if mods & CTRL and mods & SHIFT and name.isalpha():
        return csi_u(ord(name), mods)
    if mods & ~(SHIFT | ALT | CTRL):
        return csi_u(ord(name), mods)
    if mods & CTRL and not name.isascii():
        return csi_u(ord(name), mods)
    if mods & CTRL:
        character = text if mods & SHIFT else name
        return prefix + chr(CTRL_BYTES.get(character, ord(character)))
    return prefix + text


def kitty(name: str, mods: int, flags: int, action: Action = Action.PRESS) -> str:
    if action is Action.RELEASE and not flags & 2:
        return ""
    text = text_of(name, mods)
    typed = text if not mods & (ALT | CTRL | SUPER | HYPER | META) and action is not Action.RELEASE else ""
    if not flags & 8:
        if name.startswith(("left_", "right_", "iso_")) or name in {"capslock", "numlock"}:
            return ""
        if name in {"enter", "tab", "backspace"} and (action is Action.RELEASE or not mods & ~(CAPS | NUM)):
            return "" if action is Action.RELEASE else C0[name][0]
        if typed:
            return typed
    form = KITTY_FUNCTIONAL.get(name) or f"{ord(' ' if name == 'space' else name)}u"
    number, final = form[:-1], form[-1]
    if flags & 4 and name in LATIN and mods & SHIFT and text != name:
        number += f":{ord(text)}"
    event = {Action.PRESS: "", Action.REPEAT: ":2", Action.RELEASE: ":3"}[action] if flags & 2 else ""
    held = f"{mods + 1}{event}" if mods or event else ""
    return escape_code(number, held, str(ord(typed)) if typed and flags & 16 else "", final)


def escape_code(number: str, held: str, text: str, final: str) -> str:
    if text:
        return f"\x1b[{number};{held};{text}{final}"
    if held:
        return f"\x1b[{number};{held}{final}"
    return f"\x1b[{'' if number == '1' else number}{final}"


# -- the matrix ------------------------------------------------------------------------------------------------------

NAMES = [*LATIN, "space", *KITTY_FUNCTIONAL]
LEGACY_MODES = {
    "legacy": (b"", {}),
    "application cursor": (b"\x1b[?1h", {"cursor": True}),
    "application keypad": (b"\x1b[?1035l\x1b=", {"keypad": True}),
}
FLAGS = [1, 3, 5, 7, 9, 15, 31]


def differences(pairs: Iterator[tuple[str, bytes, str]]) -> list[str]:
    return [f"{case}: {got!r}, not {want.encode()!r}" for case, got, want in pairs if got != want.encode()]


def legacy_mods(name: str) -> list[int]:
    """kitty's table for Enter and its kin does not go beyond ctrl, alt and shift."""
    return [*C0_MODS, CAPS, NUM] if name in C0 or name == "kp_enter" else MORE_MODS


@pytest.mark.parametrize("mode", LEGACY_MODES)
def test_legacy_modes(mode: str) -> None:
    setting, switches = LEGACY_MODES[mode]
    engine = GhosttyEngine(80, 24)
    engine.feed(setting)
    assert not differences(
        (f"{mods} {name}", engine.encode_key(key_of(name, mods)), legacy(name, mods, **switches))
        for name in NAMES
        for mods in legacy_mods(name)
    )
    assert not any(engine.encode_key(key_of(name, 0, Action.RELEASE)) for name in NAMES)
    assert not any(engine.encode_key(key_of(name, mods)) for name in NOT_IN_LEGACY for mods in MODS)


@pytest.mark.parametrize("action", Action)
@pytest.mark.parametrize("flags", FLAGS)
def test_kitty_modes(flags: int, action: Action) -> None:
    engine = GhosttyEngine(80, 24)
    engine.feed(b"\x1b[>%du" % flags)
    assert engine.modes().kitty_flags == flags
    assert not differences(
        (f"{mods} {name}", engine.encode_key(key_of(name, mods, action)), kitty(name, mods, flags, action))
        for name in NAMES
        for mods in MORE_MODS
    )


def sent_again(engine: GhosttyEngine, sent: bytes) -> bytes:
    """The same bytes through the decoder and back."""
    decoder = OuterDecoder()
    tokens = decoder.feed(sent)
    while decoder.pending:
        tokens += decoder.flush()
    out = b""
    for token in tokens:
        match token:
            case Pressed(key):
                out += engine.encode_key(key)
            case Typed(text):
                out += b"".join(map(engine.encode_key, typed_keys(text)))
            case _:
                out += b"?"
    return out


@pytest.mark.parametrize("mode", LEGACY_MODES)
def test_what_a_legacy_terminal_sends_comes_out_again(mode: str) -> None:
    setting, switches = LEGACY_MODES[mode]
    engine = GhosttyEngine(80, 24)
    engine.feed(setting)
    cases = [(name, mods, legacy(name, mods, **switches)) for name in NAMES for mods in legacy_mods(name)]
    assert not differences((f"{mods} {name}", sent_again(engine, sent.encode()), sent) for name, mods, sent in cases)


@pytest.mark.parametrize("flags", [1, 3, 7, 31])
def test_what_a_kitty_sends_comes_out_again(flags: int) -> None:
    engine = GhosttyEngine(80, 24)
    engine.feed(b"\x1b[>%du" % flags)
    cases = [
        (name, mods, kitty(name, mods, flags, action)) for name in NAMES for mods in MORE_MODS for action in Action
    ]
    assert not differences((f"{mods} {name}", sent_again(engine, sent.encode()), sent) for name, mods, sent in cases)


def test_the_documents_own_examples() -> None:
    engine = GhosttyEngine(80, 24)
    legacy_examples = {
        "i": ["i", "I", "\x1bi", "\t", "\x1bI", "\x1b\t", "\x1b[105;6u"],
        "3": ["3", "#", "\x1b3", "\x1b", "\x1b#", "\x1b\x1b"],
        ";": [";", ":", "\x1b;", ";", "\x1b:", "\x1b;"],
    }
    order = [0, SHIFT, ALT, CTRL, SHIFT | ALT, ALT | CTRL, CTRL | SHIFT]
    for name, row in legacy_examples.items():
        assert [engine.encode_key(key_of(name, mods)).decode() for mods in order[: len(row)]] == row
    engine.feed(b"\x1b[>31u")
    assert engine.encode_key(Key("a", Mods.SHIFT, "A")) == b"\x1b[97:65;2;65u"
    assert engine.encode_key(Key("a", text="å")) == b"\x1b[97;;229u", "option+a on a Mac"


CYRILLIC = Key("с", Mods.CTRL, "с", base="c")


def test_another_layouts_keys_keep_their_place_on_the_keyboard() -> None:
    engine = GhosttyEngine(80, 24)
    assert engine.encode_key(CYRILLIC) == b"\x03"
    for flags, expected in ((1, b"\x1b[1089;5u"), (5, b"\x1b[1089::99;5u")):
        engine.feed(b"\x1b[=%du" % flags)
        assert engine.encode_key(CYRILLIC) == expected
    assert sent_again(engine, b"\x1b[1089:1057:99;6u") == b"\x1b[1089:1057:99;6u"


IME = "你好，世界 👩‍👩‍👧‍👦 🇩🇪 नमस्ते 한글"


@pytest.mark.parametrize("flags", [0, 1, 3, 7])
def test_composed_text_is_typed_exactly(flags: int) -> None:
    engine = GhosttyEngine(80, 24)
    engine.feed(b"\x1b[=%du" % flags)
    (token,) = OuterDecoder().feed(IME.encode())
    assert isinstance(token, Typed)
    assert engine.encode_key(Key("", text=token.text)) == IME.encode()


def test_text_becomes_keys_for_a_program_that_reads_only_keys() -> None:
    engine = GhosttyEngine(80, 24)
    engine.feed(b"\x1b[=31u")
    sent = b"".join(map(engine.encode_key, typed_keys("hA 你好!")))
    assert sent == b"\x1b[104;;104u\x1b[97:65;2;65u\x1b[32;;32u\x1b[0;;20320:22909u\x1b[33;;33u"
    assert "".join(token.text for token in OuterDecoder().feed(sent) if isinstance(token, Typed)) == "你好"


def test_other_keys_are_modified_for_a_program_that_asked_for_it() -> None:
    """xterm's modifyOtherKeys 2; what has a form of its own keeps it."""
    engine = GhosttyEngine(80, 24)
    engine.feed(b"\x1b[>4;2m")
    chords = [Key("i", Mods.CTRL, "i"), Key("enter", Mods.SHIFT), Key("a", text="a"), Key("up", Mods.CTRL)]
    assert [engine.encode_key(key) for key in chords] == [b"\x1b[27;5;105~", b"\x1b[27;2;13~", b"a", b"\x1b[1;5A"]
    engine.feed(b"\x1b[>4m")
    assert engine.encode_key(chords[0]) == b"\t"


def test_backspace_follows_the_mode_for_it() -> None:
    engine = GhosttyEngine(80, 24)
    engine.feed(b"\x1b[?67h")
    assert engine.encode_key(Key("backspace")) == b"\x08"
    assert engine.encode_key(Key("backspace", Mods.CTRL)) == b"\x7f"


def test_composed_text_is_embedded_where_text_is() -> None:
    engine = GhosttyEngine(80, 24)
    engine.feed(b"\x1b[=31u")
    sent = engine.encode_key(Key("", text=IME))
    assert sent == f"\x1b[0;;{':'.join(str(ord(character)) for character in IME)}u".encode()
    assert OuterDecoder().feed(sent) == [Typed(IME, sent)]


@pytest.mark.parametrize("bracketed", [True, False])
def test_a_paste_of_five_megabytes_arrives_exact(bracketed: bool) -> None:
    data = (IME + "\t" + "x" * 60 + "\r").encode() * 40_000
    data = data[:5_000_000].decode("utf-8", "ignore").encode()
    sent = b"\x1b[200~" + data + b"\x1b[201~"
    decoder, engine = OuterDecoder(), GhosttyEngine(80, 24)
    if bracketed:
        engine.feed(b"\x1b[?2004h")
    tokens = [token for at in range(0, len(sent), 65_521) for token in decoder.feed(sent[at : at + 65_521])]
    assert all(isinstance(token, Pasted) for token in tokens)
    pasted = b"".join(token.data for token in tokens if isinstance(token, Pasted))
    assert pasted == data
    assert engine.encode_paste(pasted) == (sent if bracketed else data)
