"""Keys as kitty's keyboard protocol writes them. A pure function; one rule for every engine.

Text that no key stands for (an input method's) is never lost: without a form of its own it is sent as it is.
"""

import re

from muxer.terminal.keys import KITTY_CODES, LOCKS, Action, Key, Mods, typed

DISAMBIGUATE, EVENTS, ALTERNATES, ALL, TEXT = 1, 2, 4, 8, 16

_LETTERS = {
    "up": "A", "down": "B", "right": "C", "left": "D", "kp_begin": "E", "end": "F", "home": "H",
    "f1": "P", "f2": "Q", "f4": "S",
}  # fmt: skip
_TILDES = {
    "insert": 2, "delete": 3, "pageup": 5, "pagedown": 6, "f3": 13, "f5": 15, "f6": 17, "f7": 18, "f8": 19, "f9": 20,
    "f10": 21, "f11": 23, "f12": 24,
}  # fmt: skip
_SPARED = {"enter": b"\r", "tab": b"\t", "backspace": b"\x7f"}
"""Left as they are, so that somebody can type `reset` after a program that died."""

_MODIFIER_KEYS = frozenset(
    name for name in KITTY_CODES if name.startswith(("left_", "right_", "iso_")) or name in {"capslock", "numlock"}
)
_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f]")
_EVENTS = {Action.PRESS: "", Action.REPEAT: ":2", Action.RELEASE: ":3"}


def kitty_key(key: Key, flags: int) -> bytes:
    """The bytes for a key, for a program that set these flags."""
    text = key.text or typed(key.name, key.mods)
    if not key.name:
        return (
            _form("0", "", text, "u") if flags & ALL and flags & TEXT and not _CONTROL.search(text) else text.encode()
        )
    if key.action is Action.RELEASE and not flags & EVENTS:
        return b""
    if not flags & ALL:
        if key.name in _MODIFIER_KEYS:
            return b""
        if key.name in _SPARED and (key.action is Action.RELEASE or not key.mods & ~LOCKS):
            return b"" if key.action is Action.RELEASE else _SPARED[key.name]
        if key.action is not Action.RELEASE and _types(key, text):
            return text.encode()
    event = _EVENTS[key.action] if flags & EVENTS else ""
    held = f"{int(key.mods) + 1}{event}" if key.mods or event else ""
    embedded = text if flags & ALL and flags & TEXT and key.action is not Action.RELEASE and _types(key, text) else ""
    number, final = _number(key, text, flags)
    return _form(number, held, embedded, final)


def _types(key: Key, text: str) -> bool:
    """Does it type its text, as far as the modifiers go?"""
    return bool(text) and not _CONTROL.search(text) and not key.mods & ~(LOCKS | Mods.SHIFT)


def _number(key: Key, text: str, flags: int) -> tuple[str, str]:
    """The first field, and the letter at the end."""
    if letter := _LETTERS.get(key.name):
        return "1", letter
    if tilde := _TILDES.get(key.name):
        return str(tilde), "~"
    if code := KITTY_CODES.get(key.name):
        return str(code), "u"
    number = str(ord(key.name))
    if flags & ALTERNATES:
        shifted = str(ord(text)) if key.mods & Mods.SHIFT and len(text) == 1 and text != key.name else ""
        base = f":{ord(key.base)}" if key.base and key.base != key.name else ""
        number += f":{shifted}{base}" if shifted or base else ""
    return number, "u"


def _form(number: str, held: str, text: str, final: str) -> bytes:
    codes = ":".join(str(ord(character)) for character in text)
    fields = [number, held, codes] if codes else [number, held] if held else [number] if number != "1" else []
    return f"\x1b[{';'.join(fields)}{final}".encode()
