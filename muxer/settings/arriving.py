"""Which keys arrive at all: some no terminal sends, some only terminals that speak kitty's keyboard protocol.

The first kind is an error in a keymap; the second works for some people, so `muxer keys doctor` names it.
"""

from muxer.terminal.keys import LOCKS, Key, Mods

_NEVER = frozenset({"capslock", "numlock", "scrolllock"})
_MODIFIERS = ("left_", "right_", "iso_")
_RARE = ("media_", "volume_", "kp_", "pause", "printscreen")
_LEGACY_CTRL = frozenset("abcdefghjklnopqrstuvwxyz\\]^_")
"""What ctrl makes a byte of that no other key sends."""
_SAME_BYTE = {"@": "ctrl+space", "i": "tab", "m": "enter", "[": "escape", "?": "backspace"}
_OWN_BYTE = {"enter": "enter", "tab": "tab", "backspace": "backspace", "escape": "escape", "space": "space"}
_EDITING = frozenset({"enter", "tab", "backspace", "escape"})

KITTY_ONLY = "only terminals with kitty's keyboard protocol send it"
"""Said of what xterm's and kitty's newer reports know and older ones do not."""


def is_plain(key: Key) -> bool:
    """Does it type, or edit, without ctrl, alt or the like?"""
    bare = not key.mods & ~(LOCKS | Mods.SHIFT)
    return bare and (bool(key.text) or (key.name in _EDITING and not key.mods & ~LOCKS))


def never(key: Key) -> str:
    """Why no terminal sends it; nothing where some do."""
    if key.name in _NEVER or key.name.startswith(_MODIFIERS):
        return "no terminal sends that key by itself"
    return ""


def seldom(key: Key) -> str:
    """Why many terminals do not send it; nothing where practically all do."""
    mods = key.mods & ~LOCKS
    if mods & (Mods.SUPER | Mods.HYPER | Mods.META):
        return f"desktops keep it to themselves, and {KITTY_ONLY}"
    if key.name.startswith(_RARE):
        return KITTY_ONLY
    if len(key.name) == 1:
        return _seldom_character(key, mods)
    own = _OWN_BYTE.get(key.name, "")
    if own and mods and not _legacy_named(key.name, mods):
        return f"most terminals send plain {own} for it; {KITTY_ONLY}"
    return ""


def _seldom_character(key: Key, mods: Mods) -> str:
    if not mods & Mods.CTRL:
        begins = mods & Mods.ALT and key.text in ("[", "O")
        return "over a slow line it looks like the beginning of another key" if begins else ""
    name = key.text or key.name
    if name in _SAME_BYTE:
        return f"it is {_SAME_BYTE[name]} in most terminals; {KITTY_ONLY}"
    if name not in _LEGACY_CTRL:
        return f"{KITTY_ONLY}, or xterm's"
    if name == "h" and not mods & Mods.ALT:
        return "it is backspace in some terminals"
    return ""


def _legacy_named(name: str, mods: Mods) -> bool:
    if name == "space":
        return not mods & Mods.SHIFT
    if name == "tab":
        return mods == Mods.SHIFT
    return mods == Mods.ALT
