"""The escape sequences that terminals send for keys and the mouse: xterm's, rxvt's, the Linux console's and kitty's.

Pure functions from one complete sequence to what it says, or None when it is not about a key or the mouse.
"""

import re
from functools import lru_cache

from muxer.terminal.keys import KITTY_CODES, Action, Button, Key, Mods, Motion, Mouse, character_key, typed

CSI_START = re.compile(rb"\x1b\[[0-?]{0,4096}+[ -/]{0,16}+")
CSI = re.compile(
    rb"\x1b\[(?:M[ -\xff]{3}|M(?=[ -\xff]{0,2}[\x00-\x1f])"  # X10 mouse, whole and broken off
    rb"|\[[A-E]"  # F1 to F5 on the Linux console
    rb"|[0-9]{1,2}\$"  # shift in rxvt
    rb"|(?!M)[0-?]{0,4096}+[ -/]{0,16}+[@-Z\\-~]|(?=[0-?])[0-?]{1,4096}+[ -/]{0,16}+\[)"
)
CUT_CSI = re.compile(rb"\x1b\[(?:M[ -\xff]{0,2}|\[|[0-?]{0,4096}+[ -/]{0,16}+)\Z")
SS3 = re.compile(rb"\x1bO[0-9]{0,2}+[ -/:-~]")
CUT_SS3 = re.compile(rb"\x1bO[0-9]{0,2}+\Z")

_LETTERS = {
    "A": "up", "B": "down", "C": "right", "D": "left", "E": "kp_begin", "F": "end", "H": "home",
    "P": "f1", "Q": "f2", "R": "f3", "S": "f4",
}  # fmt: skip
_TILDE = {
    1: "home", 2: "insert", 3: "delete", 4: "end", 5: "pageup", 6: "pagedown", 7: "home", 8: "end",
    11: "f1", 12: "f2", 13: "f3", 14: "f4", 15: "f5", 17: "f6", 18: "f7", 19: "f8", 20: "f9", 21: "f10", 23: "f11",
    24: "f12", 25: "f13", 26: "f14", 28: "f15", 29: "menu", 31: "f17", 32: "f18", 33: "f19", 34: "f20",
    42: "f21", 43: "f22", 44: "f23", 45: "f24",
    57427: "kp_begin",
}  # fmt: skip
_SS3_KEYPAD = {
    " ": "space", "I": "tab", "M": "kp_enter", "X": "kp_equal", "j": "kp_multiply", "k": "kp_add", "l": "kp_separator",
    "m": "kp_subtract", "n": "kp_decimal", "o": "kp_divide", **{chr(ord("p") + n): f"kp_{n}" for n in range(10)},
}  # fmt: skip
_RXVT_ENDS = {"$": Mods.SHIFT, "^": Mods.CTRL, "@": Mods.CTRL | Mods.SHIFT}
_RXVT_ARROWS = {"a": "up", "b": "down", "c": "right", "d": "left"}
_CODED = {code: name for name, code in KITTY_CODES.items()}
_ACTIONS = {1: Action.PRESS, 2: Action.REPEAT, 3: Action.RELEASE}

_CONTROLS = {0: "space", 9: "tab", 13: "enter", 27: "escape", 127: "backspace"}

_Fields = list[list[int | None]]


def control_key(code: int, mods: Mods = Mods.NONE) -> Key:
    """The key that sends a control character in legacy terminals; those with a key of their own stand for it."""
    name = _CONTROLS.get(code)
    if name is None:
        return character_key(chr(code + 64).lower(), mods | Mods.CTRL)
    return Key(name, mods if code else mods | Mods.CTRL, typed(name))


@lru_cache(1024)
def csi_key(raw: bytes) -> Key | None:
    """The key of a CSI sequence. Text without a key (an input method's) is a Key without a name."""
    body, final = raw[2:-1].decode("latin-1"), chr(raw[-1])
    if body == "[":
        return Key(f"f{ord(final) - 64}")
    if not body and final in _RXVT_ARROWS:
        return Key(_RXVT_ARROWS[final], Mods.SHIFT)
    fields = _fields(body)
    if fields is None:
        return None
    read = {"u": _unicode_key, "~": _tilde_key}.get(final)
    return read(fields) if read else _letter_key(fields, final)


def ss3_key(raw: bytes) -> Key | None:
    """The key of an SS3 sequence: application modes, or an old terminal's way to write modifiers."""
    final = chr(raw[-1])
    mods = _mods(int(raw[2:-1] or b"1"))
    if mods is None:
        return None
    if final in _RXVT_ARROWS:
        return Key(_RXVT_ARROWS[final], mods | Mods.CTRL)
    name = _LETTERS.get(final) or _SS3_KEYPAD.get(final)
    return Key(name, mods, typed(name)) if name else None


def mouse(raw: bytes) -> Mouse | None:
    """The event of an SGR (1006), urxvt (1015) or X10 sequence."""
    if raw[:3] == b"\x1b[M":
        if len(raw) < 6:
            return None
        return _mouse(raw[3] - 32, raw[4] - 32, raw[5] - 32, released=None)
    found = re.fullmatch(rb"\x1b\[(<?)([0-9]{1,9});([0-9]{1,9});([0-9]{1,9})([Mm])", raw)
    if found is None:
        return None
    code, x, y = int(found[2]), int(found[3]), int(found[4])
    if found[1]:
        return _mouse(code, x, y, released=found[5] == b"m")
    return _mouse(code - 32, x, y, released=None) if found[5] == b"M" else None


def _fields(body: str) -> _Fields | None:
    """Numbers between semicolons, each with its colon-separated parts. None when there is anything else."""
    if not re.fullmatch(r"[0-9;:]*", body):
        return None
    return [[int(part[:9]) if part else None for part in field.split(":")] for field in body.split(";")]


def _first(fields: _Fields, at: int, default: int = 1) -> int:
    value = fields[at][0] if at < len(fields) else None
    return default if value is None else value


def _mods(value: int) -> Mods | None:
    return Mods(value - 1) if 1 <= value <= 256 else None


def _mods_and_action(fields: _Fields) -> tuple[Mods, Action] | None:
    mods = _mods(_first(fields, 1))
    event = fields[1][1] if len(fields) > 1 and len(fields[1]) > 1 else None
    action = _ACTIONS.get(1 if event is None else event)
    return None if mods is None or action is None else (mods, action)


def _letter_key(fields: _Fields, final: str) -> Key | None:
    """`CSI 1;mods:event A` and its kin. `CSI row;col R` is F3 only where that could be its modifiers."""
    held = _mods_and_action(fields)
    if final in _RXVT_ENDS and len(fields) == 1:
        name = _TILDE.get(_first(fields, 0))
        return Key(name, _RXVT_ENDS[final]) if name else None
    if held is None or _first(fields, 0) != 1 or len(fields) > 2:
        return None
    mods, action = held
    if final == "Z":
        return Key("tab", mods | Mods.SHIFT, action=action)
    if final == "R" and len(fields) == 2 and mods > 15:
        return None
    name = _LETTERS.get(final)
    return Key(name, mods, action=action) if name else None


def _tilde_key(fields: _Fields) -> Key | None:
    held = _mods_and_action(fields)
    if held is None or len(fields) > 3:
        return None
    mods, action = held
    number = _first(fields, 0, 0)
    if number == 27 and len(fields) == 3:
        return _coded(_first(fields, 2, 0), mods, action)
    name = _TILDE.get(number)
    return Key(name, mods, action=action) if name and len(fields) <= 2 else None


def _unicode_key(fields: _Fields) -> Key | None:
    held = _mods_and_action(fields)
    if held is None or len(fields) > 3:
        return None
    mods, action = held
    code, shifted, base = ([*fields[0], None, None])[:3]
    text = _text(fields[2]) if len(fields) > 2 else ""
    if not code:
        return Key("", mods, text, action) if text and action is not Action.RELEASE else None
    key = _coded(code, mods, action)
    if key is None:
        return None
    text = text or (_text([shifted]) if mods & Mods.SHIFT else "") or key.text
    return Key(key.name, key.mods, text, action, _text([base]))


def _coded(code: int, mods: Mods, action: Action) -> Key | None:
    """The key with a number of kitty's, which for most is the character that it types."""
    if name := _CODED.get(code):
        return Key(name, mods, typed(name), action)
    if code < 32:
        plain = control_key(code)
        return Key(plain.name, plain.mods | mods, plain.text, action)
    if not _printable(code) or 57344 <= code <= 63743:
        return None
    key = character_key(chr(code), mods)
    return Key(key.name, key.mods, typed(key.name, key.mods), action)


def _printable(code: int) -> bool:
    return 32 <= code < 0x110000 and not 0x7F <= code < 0xA0 and not 0xD800 <= code < 0xE000


def _text(codes: list[int | None]) -> str:
    return "".join(chr(code) for code in codes if code is not None and _printable(code))


_BUTTONS = {
    0: Button.LEFT, 1: Button.MIDDLE, 2: Button.RIGHT, 3: Button.NONE,
    64: Button.WHEEL_UP, 65: Button.WHEEL_DOWN, 66: Button.WHEEL_LEFT, 67: Button.WHEEL_RIGHT,
    128: Button.BACK, 129: Button.FORWARD, 130: Button.TENTH, 131: Button.ELEVENTH,
}  # fmt: skip
_MOUSE_MODS = ((4, Mods.SHIFT), (8, Mods.ALT), (16, Mods.CTRL))


def _mouse(code: int, x: int, y: int, *, released: bool | None) -> Mouse | None:
    """`released` is None where the form cannot say so but by button 3."""
    button = _BUTTONS.get(code & ~0b111100)
    if code < 0 or button is None or x < 1 or y < 1:
        return None
    mods = Mods.NONE
    for bit, mod in _MOUSE_MODS:
        if code & bit:
            mods |= mod
    if code & 32:
        motion = Motion.MOVE
    elif released or (released is None and button is Button.NONE):
        motion = Motion.RELEASE
    else:
        motion = Motion.PRESS
    return Mouse(motion, button, x - 1, y - 1, mods)
