"""What a program reads for keys, the mouse, pastes and focus, in the forms that xterm gave them. Pure functions."""

from dataclasses import dataclass
from typing import Literal

from muxer.terminal.engine import MouseMode
from muxer.terminal.keys import Action, Button, Key, Mods, Motion, Mouse

_LETTERS = {"up": "A", "down": "B", "right": "C", "left": "D", "home": "H", "end": "F", "kp_begin": "E"}
_FUNCTION_LETTERS = {"f1": "P", "f2": "Q", "f3": "R", "f4": "S"}
# F3 with modifiers is among these because the form of its neighbours would read as a report of the cursor's place.
_TILDES = {
    "insert": 2, "delete": 3, "pageup": 5, "pagedown": 6, "f3": 13, "f5": 15, "f6": 17, "f7": 18, "f8": 19, "f9": 20,
    "f10": 21, "f11": 23, "f12": 24, "f13": 25, "f14": 26, "f15": 28, "f16": 29, "f17": 31, "f18": 32, "f19": 33,
    "f20": 34, "f21": 42, "f22": 43, "f23": 44, "f24": 45, "menu": 29,
}  # fmt: skip
_SPECIAL = {"enter": "\r", "tab": "\t", "backspace": "\x7f", "escape": "\x1b", "space": " "}
_PAD_TEXT = {
    "kp_decimal": ".", "kp_divide": "/", "kp_multiply": "*", "kp_subtract": "-", "kp_add": "+", "kp_enter": "\r",
    "kp_equal": "=", "kp_separator": ",", **{f"kp_{n}": str(n) for n in range(10)},
}  # fmt: skip
_PAD_APPLICATION = {
    "kp_decimal": "n", "kp_divide": "o", "kp_multiply": "j", "kp_subtract": "m", "kp_add": "k", "kp_enter": "M",
    "kp_equal": "X", "kp_separator": "l", **{f"kp_{n}": "pqrstuvwxy"[n] for n in range(10)},
}  # fmt: skip
_CONTROL = {
    " ": 0, "2": 0, "@": 0, "3": 27, "[": 27, "4": 28, "\\": 28, "5": 29, "]": 29, "6": 30, "^": 30, "7": 31, "/": 31,
    "_": 31, "8": 127, "?": 127,
}  # fmt: skip
_HELD = Mods.SHIFT | Mods.ALT | Mods.CTRL | Mods.SUPER
_BUTTONS = {
    Button.LEFT: 0, Button.MIDDLE: 1, Button.RIGHT: 2, Button.NONE: 3, Button.WHEEL_UP: 64, Button.WHEEL_DOWN: 65,
    Button.WHEEL_LEFT: 66, Button.WHEEL_RIGHT: 67, Button.BACK: 128, Button.FORWARD: 129,
    Button.TENTH: 130, Button.ELEVENTH: 131,
}  # fmt: skip
_WHEELS = (Button.WHEEL_UP, Button.WHEEL_DOWN, Button.WHEEL_LEFT, Button.WHEEL_RIGHT)

MouseForm = Literal["x10", "utf8", "sgr", "urxvt", "pixels"]


@dataclass(frozen=True, slots=True, kw_only=True)
class KeyForm:
    """The switches that decide how a key is written."""

    application_cursor: bool = False
    application_keypad: bool = False
    other_keys: bool = False
    """modifyOtherKeys 2: modified keys that have no form of their own get one."""


def encode_key(key: Key, form: KeyForm) -> bytes:
    """The bytes for a key; none for a release, for a modifier alone, and for keys that xterm has no form for."""
    if key.action is Action.RELEASE:
        return b""
    mods = key.mods & _HELD
    name = key.name
    if name.startswith("kp_") and name not in _LETTERS and name not in _PAD_TEXT:
        name = name.removeprefix("kp_")
    if (text := _cursor_key(name, mods, form)) or (text := _keypad_key(name, mods, form)):
        return text.encode()
    if name in _SPECIAL:
        return _special_key(name, mods, form).encode()
    return _character_key(key, mods, form).encode() if len(name) == 1 else key.text.encode()


def _cursor_key(name: str, mods: Mods, form: KeyForm) -> str:
    code = int(mods) + 1
    if code == 1 and name in _FUNCTION_LETTERS:
        return f"\x1bO{_FUNCTION_LETTERS[name]}"
    if code == 1 and name in _LETTERS:
        return f"\x1b{'O' if form.application_cursor else '['}{_LETTERS[name]}"
    if name in _TILDES:
        return f"\x1b[{_TILDES[name]};{code}~" if code > 1 else f"\x1b[{_TILDES[name]}~"
    letter = _LETTERS.get(name) or _FUNCTION_LETTERS.get(name)
    return f"\x1b[1;{code}{letter}" if letter else ""


def _keypad_key(name: str, mods: Mods, form: KeyForm) -> str:
    if name not in _PAD_TEXT:
        return ""
    if form.application_keypad and not mods:
        return f"\x1bO{_PAD_APPLICATION[name]}"
    return ("\x1b" if mods & Mods.ALT else "") + _PAD_TEXT[name]


def _other_key(code: int, mods: Mods) -> str:
    return f"\x1b[27;{int(mods) + 1};{code}~"


def _special_key(name: str, mods: Mods, form: KeyForm) -> str:
    text = _SPECIAL[name]
    if form.other_keys and mods and not (name == "space" and mods == Mods.SHIFT):
        return _other_key(ord(text), mods)
    if name == "enter" and mods & ~Mods.ALT:
        # xterm sends a plain Enter; agents take this one for a new line in the prompt.
        return _other_key(ord(text), mods)
    if name == "tab" and mods & Mods.SHIFT:
        text = "\x1b[Z"
    elif name == "backspace" and mods & Mods.CTRL:
        text = "\x08"
    elif name == "space" and mods & Mods.CTRL:
        text = "\0"
    return ("\x1b" if mods & Mods.ALT else "") + text


def _character_key(key: Key, mods: Mods, form: KeyForm) -> str:
    char = key.text or (key.name.upper() if mods & Mods.SHIFT else key.name)
    if form.other_keys and mods & ~Mods.SHIFT:
        return _other_key(ord(key.text if len(key.text) == 1 and key.text.isprintable() else key.name), mods)
    if mods & Mods.CTRL:
        char = _control(key.name, char)
    return ("\x1b" if mods & Mods.ALT else "") + char


def _control(name: str, char: str) -> str:
    """What a key types while ctrl is held."""
    if "a" <= name.lower() <= "z":
        return chr(ord(name.lower()) & 0x1F)
    for candidate in (char, name):
        if candidate in _CONTROL:
            return chr(_CONTROL[candidate])
    return char


# -- the mouse ------------------------------------------------------------------------------------------------------


def _wanted(mouse: Mouse, mode: MouseMode, *, only_presses: bool) -> bool:
    if mode is MouseMode.NONE or (only_presses and mouse.motion is not Motion.PRESS):
        return False
    if mouse.motion is Motion.MOVE:
        return mode is MouseMode.MOVES or (mode is MouseMode.DRAGS and mouse.button is not Button.NONE)
    return not (mouse.motion is Motion.RELEASE and mouse.button in _WHEELS)


def encode_mouse(mouse: Mouse, mode: MouseMode, form: MouseForm, *, only_presses: bool = False) -> bytes:
    """The bytes for a mouse event; none if the program did not ask for it, or if the form cannot say it."""
    if not _wanted(mouse, mode, only_presses=only_presses):
        return b""
    code = _BUTTONS[mouse.button]
    if mouse.motion is Motion.RELEASE and form not in ("sgr", "pixels"):
        code = 3
    if mouse.motion is Motion.MOVE:
        code += 32
    if not only_presses:
        code += (mouse.mods & Mods.SHIFT and 4) + (mouse.mods & Mods.ALT and 8) + (mouse.mods & Mods.CTRL and 16)
    x, y = mouse.x + 1, mouse.y + 1
    if form in ("sgr", "pixels"):
        if form == "pixels":
            x, y = mouse.x * 8 + 1, mouse.y * 16 + 1
        return f"\x1b[<{code};{x};{y}{'m' if mouse.motion is Motion.RELEASE else 'M'}".encode()
    if form == "urxvt":
        return f"\x1b[{code + 32};{x};{y}M".encode()
    if form == "utf8":
        return b"" if max(x, y) > 2015 else ("\x1b[M" + "".join(chr(n + 32) for n in (code, x, y))).encode()
    return b"" if max(x, y) > 223 else b"\x1b[M" + bytes((code + 32, x + 32, y + 32))


# -- pastes and focus -----------------------------------------------------------------------------------------------

_ALLOWED = frozenset(b"\t\n\r")
_STRIPPED = bytes(code for code in (*range(0x20), 0x7F) if code not in _ALLOWED)


def encode_paste(text: bytes, *, bracketed: bool) -> bytes:
    """The text, framed if the program asked for that; without the controls that could end the frame or act alone."""
    text = text.translate(None, _STRIPPED)
    if bracketed:
        return b"\x1b[200~" + text + b"\x1b[201~"
    return text.replace(b"\r\n", b"\r").replace(b"\n", b"\r")


def encode_focus(*, focused: bool, wanted: bool) -> bytes:
    """Gaining or losing focus, for a program that asked."""
    if not wanted:
        return b""
    return b"\x1b[I" if focused else b"\x1b[O"
