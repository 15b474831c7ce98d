"""Keys and the mouse as muxer knows them, and their written names (`ctrl+alt+left`).

A Key is what somebody pressed; what a program reads for it depends on the program's modes and is the engine's affair.
One chord has one written name, however the terminal reported it: `key_name` is what keymaps are looked up by.
"""

import re
from dataclasses import dataclass
from difflib import get_close_matches
from enum import Enum, IntFlag

from muxer.errors import UsageError


class Mods(IntFlag):
    """Held while a key or a button goes down. The values are kitty's."""

    NONE = 0
    SHIFT = 1
    ALT = 2
    CTRL = 4
    SUPER = 8
    HYPER = 16
    META = 32
    CAPS_LOCK = 64
    NUM_LOCK = 128


class Action(Enum):
    """What happened to the key."""

    PRESS = "press"
    REPEAT = "repeat"
    RELEASE = "release"


@dataclass(frozen=True, slots=True)
class Key:
    """A key going down (or up, for programs that want to know).

    `name` is one of NAMES, or the one character that the key types without shift (`a`, `1`, `é`), or empty for text
    that came without a key (an input method's). `text` is what it would type, were ctrl, alt and super not held.
    `base` is the character of the same key on a US keyboard, where that is another one and the terminal said so.
    """

    name: str
    mods: Mods = Mods.NONE
    text: str = ""
    action: Action = Action.PRESS
    base: str = ""


class Button(Enum):
    """A mouse button; wheels are buttons to a terminal."""

    NONE = 0
    LEFT = 1
    RIGHT = 2
    MIDDLE = 3
    WHEEL_UP = 4
    WHEEL_DOWN = 5
    WHEEL_LEFT = 6
    WHEEL_RIGHT = 7
    BACK = 8
    FORWARD = 9
    TENTH = 10
    ELEVENTH = 11


class Motion(Enum):
    """What the mouse did."""

    PRESS = "press"
    RELEASE = "release"
    MOVE = "move"


@dataclass(frozen=True, slots=True)
class Mouse:
    """A mouse event over a cell of the terminal's own grid."""

    motion: Motion
    button: Button
    x: int
    y: int
    mods: Mods = Mods.NONE


_KITTY_ORDER = (
    "capslock", "scrolllock", "numlock", "printscreen", "pause", "menu", *[""] * 12, *(f"f{n}" for n in range(13, 36)),
    *(f"kp_{n}" for n in range(10)),
    "kp_decimal", "kp_divide", "kp_multiply", "kp_subtract", "kp_add", "kp_enter", "kp_equal", "kp_separator",
    "kp_left", "kp_right", "kp_up", "kp_down", "kp_pageup", "kp_pagedown", "kp_home", "kp_end", "kp_insert",
    "kp_delete", "kp_begin",
    "media_play", "media_pause", "media_play_pause", "media_reverse", "media_stop", "media_fast_forward",
    "media_rewind", "media_next", "media_previous", "media_record", "volume_down", "volume_up", "volume_mute",
    "left_shift", "left_ctrl", "left_alt", "left_super", "left_hyper", "left_meta",
    "right_shift", "right_ctrl", "right_alt", "right_super", "right_hyper", "right_meta",
    "iso_level3_shift", "iso_level5_shift",
)  # fmt: skip

KITTY_CODES = {
    "escape": 27, "enter": 13, "tab": 9, "backspace": 127, "space": 32,
    **{name: 57358 + at for at, name in enumerate(_KITTY_ORDER) if name},
}  # fmt: skip
"""The numbers that kitty's protocol gives to keys without a character (those that it writes as `CSI number u`)."""

NAMES = frozenset(
    {
        *KITTY_CODES, *(f"f{n}" for n in range(1, 13)),
        "insert", "delete", "home", "end", "pageup", "pagedown", "up", "down", "left", "right",
    }
)  # fmt: skip

_KEYPAD_TEXT = dict(
    zip(("kp_decimal", "kp_divide", "kp_multiply", "kp_subtract", "kp_add", "kp_equal"), "./*-+=", strict=True)
)
_KEYPAD_TEXT |= {f"kp_{n}": str(n) for n in range(10)} | {"kp_separator": ",", "space": " "}

_SHIFTED = dict(zip("`1234567890-=[]\\;',./", '~!@#$%^&*()_+{}|:"<>?', strict=True))
"""A US keyboard's, for when a terminal does not say what shift makes of a key."""

_MODIFIERS = {
    "ctrl": Mods.CTRL, "control": Mods.CTRL, "alt": Mods.ALT, "option": Mods.ALT, "opt": Mods.ALT,
    "shift": Mods.SHIFT, "super": Mods.SUPER, "cmd": Mods.SUPER, "command": Mods.SUPER, "win": Mods.SUPER,
    "hyper": Mods.HYPER, "meta": Mods.META,
}  # fmt: skip
_TMUX_MODIFIERS = {"c": Mods.CTRL, "m": Mods.ALT, "s": Mods.SHIFT}
_WRITTEN = ("hyper", "super", "meta", "ctrl", "alt", "shift")
LOCKS = Mods.CAPS_LOCK | Mods.NUM_LOCK

_ALIASES = {
    "return": "enter", "cr": "enter", "esc": "escape", "bspace": "backspace", "bs": "backspace", "spc": "space",
    "del": "delete", "dc": "delete", "ins": "insert", "ic": "insert",
    "ppage": "pageup", "pgup": "pageup", "page_up": "pageup", "npage": "pagedown", "pgdn": "pagedown",
    "pgdown": "pagedown", "page_down": "pagedown", "caps_lock": "capslock", "scroll_lock": "scrolllock",
    "num_lock": "numlock", "print_screen": "printscreen", "prtsc": "printscreen",
    "plus": "+", "minus": "-", "kpenter": "kp_enter", "kp/": "kp_divide", "kp*": "kp_multiply", "kp-": "kp_subtract",
    "kp+": "kp_add", "kp.": "kp_decimal", "kp=": "kp_equal", **{f"kp{n}": f"kp_{n}" for n in range(10)},
}  # fmt: skip

_PLUS_PREFIX = re.compile(r"([A-Za-z]+)\+(?=.)", re.DOTALL)
_TMUX_PREFIX = re.compile(r"([CMScms])-(?=.)", re.DOTALL)


def _capital(character: str) -> str:
    """The small letter of a capital that has exactly one, else nothing."""
    small = character.lower()
    return small if small != character and len(small) == 1 and small.upper() == character else ""


def typed(name: str, mods: Mods = Mods.NONE) -> str:
    """What a key types, as far as that can be known without the person's keyboard layout."""
    if name in _KEYPAD_TEXT:
        return _KEYPAD_TEXT[name]
    if len(name) != 1:
        return ""
    upper = name.upper()
    if _capital(upper) == name:
        return upper if bool(mods & Mods.SHIFT) != bool(mods & Mods.CAPS_LOCK) else name
    return _SHIFTED.get(name, name) if mods & Mods.SHIFT else name


def character_key(character: str, mods: Mods = Mods.NONE) -> Key:
    """The key that types a character: a capital is its small letter with shift."""
    if character == " ":
        return Key("space", mods, " ")
    small = _capital(character)
    if small:
        return Key(small, mods | Mods.SHIFT, character)
    return Key(character, mods, typed(character, mods))


def typed_keys(text: str) -> list[Key]:
    """Text as keys, for a program that reads nothing else: ASCII key by key, what an input method made as it is."""
    runs = re.findall(r"[ -~]|[^ -~]+", text)
    return [character_key(run) if " " <= run <= "~" else Key("", text=run) for run in runs]


def parse_key(written: str) -> Key:
    """The key that a name stands for: `ctrl+alt+left`, `A`, or tmux's `C-M-Left`."""
    mods, rest = Mods.NONE, written
    if re.fullmatch(r"\^[A-Za-z@\[\\\]^_?]", rest):
        mods, rest = Mods.CTRL, rest[1].lower()
    while True:
        if (found := _PLUS_PREFIX.match(rest)) and found[1].lower() in _MODIFIERS:
            mods |= _MODIFIERS[found[1].lower()]
        elif found := _TMUX_PREFIX.match(rest):
            mods |= _TMUX_MODIFIERS[found[1].lower()]
        else:
            break
        rest = rest[found.end() :]
    if len(rest) == 1 and rest.isprintable():
        return character_key(rest, mods)
    name = _ALIASES.get(rest.lower(), rest.lower())
    if name == "btab":
        return Key("tab", mods | Mods.SHIFT)
    if len(name) == 1 and name.isprintable():
        return character_key(name, mods)
    if name not in NAMES:
        raise UsageError(_wrong(written, rest))
    return Key(name, mods, typed(name, mods))


def _wrong(written: str, rest: str) -> str:
    """What to say of a name that no key has: the right one that is nearest, and how names are written."""
    prefix, last = written.removesuffix(rest), rest.lower()
    broken = re.match(r"([a-z]+)\+(.*)", last, re.DOTALL)
    if broken:
        near = get_close_matches(broken[1], _MODIFIERS, n=1, cutoff=0.5)
        guess = f"{prefix}{near[0]}+{broken[2]}" if near and broken[2] else ""
    else:
        close = get_close_matches(last, sorted(NAMES | set(_ALIASES)), n=1, cutoff=0.5)
        guess = prefix + close[0] if close else ""
    if guess:
        return f"no key named {written!r}: did you mean {guess}?"
    return f"no key named {written!r}: write a name like ctrl+a, alt+left, f5 or enter"


def key_name(key: Key) -> str:
    """How a chord is written. Locks, and whether the key went down or up, do not matter to it."""
    name, mods = "space" if key.name == " " else key.name or key.text, key.mods
    text = key.text
    if mods & Mods.SHIFT and len(text) == 1 and len(name) == 1 and text.lower() != name.lower():
        # What shift made is the name: `ctrl+?` is the same chord on every layout, `ctrl+shift+/` is not.
        name, mods = text, mods & ~Mods.SHIFT
    elif mods & Mods.SHIFT and len(name) == 1 and text == name and not name.isalpha():
        mods &= ~Mods.SHIFT
    elif mods & ~LOCKS == Mods.SHIFT and len(name) == 1 and _capital(name.upper()) == name:
        return name.upper()
    held = [word for word in _WRITTEN if mods & _MODIFIERS[word]]
    return "+".join([*held, name])
