"""Keys as programs expect them that asked for no protocol: xterm's forms, and kitty's for what xterm cannot say.

Pure functions. One departure: Enter with shift or ctrl is told from Enter (in modifyOtherKeys' form, as Ghostty does),
because coding agents read it and their people use it.
"""

from muxer.terminal.keys import LOCKS, Action, Key, Mods, typed

_LETTERS = {"up": "A", "down": "B", "right": "C", "left": "D", "kp_begin": "E", "end": "F", "home": "H"}
_FUNCTIONS = {"f1": "P", "f2": "Q", "f3": "R", "f4": "S"}
_TILDES = {
    "insert": 2, "delete": 3, "pageup": 5, "pagedown": 6, "f1": 11, "f2": 12, "f3": 13, "f4": 14, "f5": 15, "f6": 17,
    "f7": 18, "f8": 19, "f9": 20, "f10": 21, "f11": 23, "f12": 24, "f13": 25, "f14": 26, "f15": 28, "f16": 29,
    "f17": 31, "f18": 32, "f19": 33, "f20": 34, "f21": 42, "f22": 43, "f23": 44, "f24": 45, "menu": 29,
}  # fmt: skip
_KEYPAD = {
    "kp_enter": "M", "kp_equal": "X", "kp_multiply": "j", "kp_add": "k", "kp_separator": "l", "kp_subtract": "m",
    "kp_decimal": "n", "kp_divide": "o", **{f"kp_{n}": chr(ord("p") + n) for n in range(10)},
}  # fmt: skip
_CONTROLS = {
    " ": 0, "/": 31, "2": 0, "3": 27, "4": 28, "5": 29, "6": 30, "7": 31, "8": 127, "?": 127, "@": 0, "[": 27,
    "\\": 28, "]": 29, "^": 30, "_": 31, "~": 30, **{chr(96 + n): n for n in range(1, 27)},
}  # fmt: skip


def legacy_key(
    key: Key, *, application_cursor: bool = False, application_keypad: bool = False, backspace_is_h: bool = False
) -> bytes:
    """The bytes for a key; none for keys going up, for modifiers alone, and for keys without a form."""
    if key.action is Action.RELEASE:
        return b""
    name, mods = key.name, key.mods & ~LOCKS
    if name in _KEYPAD and application_keypad:
        return f"\x1bO{int(mods) + 1 if mods else ''}{_KEYPAD[name]}".encode()
    text = key.text or typed(name, key.mods)
    if name.startswith("kp_") and name != "kp_begin":
        name = text or name.removeprefix("kp_")
    if form := _function_key(name, mods, application_cursor=application_cursor) or _control_key(
        name, mods, backspace_is_h=backspace_is_h
    ):
        return form.encode()
    if not mods & ~Mods.SHIFT:
        return text.encode()
    name = " " if name == "space" else name
    return _character_key(name, mods, text, key.base).encode() if len(name) == 1 else b""


def _function_key(name: str, mods: Mods, *, application_cursor: bool) -> str:
    held = int(mods) + 1
    if letter := _LETTERS.get(name):
        return f"\x1b[1;{held}{letter}" if mods else f"\x1b{'O' if application_cursor else '['}{letter}"
    if letter := _FUNCTIONS.get(name):
        if not mods:
            return f"\x1bO{letter}"
        # CSI R with parameters is the answer to a query for the cursor, so a held F3 takes its other form.
        return f"\x1b[1;{held}{letter}" if letter != "R" else f"\x1b[13;{held}~"
    if number := _TILDES.get(name):
        return f"\x1b[{number};{held}~" if mods else f"\x1b[{number}~"
    return ""


def _control_key(name: str, mods: Mods, *, backspace_is_h: bool) -> str:
    """Enter, Tab, Escape and Backspace."""
    prefix = "\x1b" if mods & Mods.ALT else ""
    match name:
        case "enter":
            return f"\x1b[27;{int(mods) + 1};13~" if mods & ~Mods.ALT else f"{prefix}\r"
        case "tab":
            return prefix + ("\x1b[Z" if mods & Mods.SHIFT else "\t")
        case "escape":
            return f"{prefix}\x1b"
        case "backspace":
            return prefix + ("\x08" if bool(mods & Mods.CTRL) != backspace_is_h else "\x7f")
    return ""


def _character_key(name: str, mods: Mods, text: str, base: str) -> str:
    """A key that types a character, with more than shift held."""
    held = int(mods) + 1
    if base.isascii() and base and not name.isascii() and not mods & ~(Mods.ALT | Mods.CTRL):
        name = text = base
    letter = name
    if len(text) == 1 and not (mods & Mods.CTRL and "a" <= name <= "z"):
        letter, mods = text, mods & ~Mods.SHIFT
    prefix = "\x1b" if mods & Mods.ALT else ""
    rest = mods & ~Mods.ALT
    if not rest:
        return prefix + letter
    if rest == Mods.CTRL and letter.isascii():
        return prefix + (chr(_CONTROLS[letter]) if letter in _CONTROLS else letter)
    return f"\x1b[{ord(name)};{held}u"
