"""Keymap files and keys, read and written as a person's fingers would: none of muxer's own code is asked.

A file gives ways (`ctrl+b z`); a way gives the bytes that an ordinary terminal sends.
"""

import tomllib
from collections.abc import Iterator
from pathlib import Path

KEYMAPS = Path(__file__).parent.parent / "keymaps"

_MODS = {"shift": 1, "alt": 2, "ctrl": 4}
_LETTERS = {"up": "A", "down": "B", "right": "C", "left": "D", "home": "H", "end": "F"}
_NUMBERS = {"insert": 2, "delete": 3, "pageup": 5, "pagedown": 6}
_BYTES = {"enter": "\r", "tab": "\t", "escape": "\x1b[27u", "backspace": "\x7f", "space": " "}
"""Escape is written so that it is known at once for what it is."""


def chord(written: str) -> str:
    """What a terminal sends for a key."""
    *held, name = written.split("+") if not written.endswith("+") else [*written[:-1].split("+")[:-1], "+"]
    mods = sum(_MODS[mod] for mod in held)
    if name in _LETTERS:
        return f"\x1b[1;{mods + 1}{_LETTERS[name]}" if mods else f"\x1b[{_LETTERS[name]}"
    if name in _NUMBERS:
        return f"\x1b[{_NUMBERS[name]};{mods + 1}~" if mods else f"\x1b[{_NUMBERS[name]}~"
    text = _BYTES.get(name, name)
    if mods & 4:
        if not ("a" <= name <= "z" or name in "\\]^_"):
            return f"\x1b[{ord(text)};{mods + 1}u"
        text = chr(ord(name.upper()) & 0x1F)
    return f"\x1b{text}" if mods & 2 else text


def keys(way: str) -> str:
    """What it sends for keys one after the other."""
    return "".join(map(chord, way.split(" ")))


Layers = dict[str, dict[str, str]]
"""What each key does, layer by layer."""


def _layers(name: str) -> tuple[str, Layers]:
    data = tomllib.loads((KEYMAPS / f"{name}.toml").read_text())
    prefix, layers = _layers(data["base"]) if "base" in data else ("", {})
    own: dict[str, dict[str, list[str]]] = {layer: data.get(layer, {}) for layer in ("direct", "keys")}
    own |= {f"mode.{mode}": table for mode, table in data.get("mode", {}).items()}
    for layer, table in own.items():
        bound = {key: action for action, written in table.items() for key in written}
        layers[layer] = bound | {k: a for k, a in layers.get(layer, {}).items() if k not in bound}
    return data.get("prefix", prefix), layers


def ways(name: str) -> dict[str, list[str]]:
    """Every action that a shipped keymap's file names, and every way to do it."""
    prefix, layers = _layers(name)
    found: dict[str, list[str]] = {}

    def enter(before: str, layer: dict[str, str]) -> None:
        for key, action in layer.items():
            found.setdefault(action, []).append(f"{before} {key}".strip())

    enter("", layers["direct"])
    enter(prefix, layers["keys"])
    straight = {action: listed[0] for action, listed in found.items()}
    for layer, bound in layers.items():
        entry = straight.get("copy.enter" if layer == "mode.copy" else layer, "")
        if layer.startswith("mode.") and entry:
            enter(entry, bound)
    return found


def in_mode(name: str, way: str) -> bool:
    """Does this way lead through a mode?"""
    before, _, _ = way.rpartition(" ")
    return before not in ("", _layers(name)[0])


def each_way(name: str, action: str) -> Iterator[str]:
    """The ways to do an action; at least one."""
    found = ways(name).get(action, [])
    assert found, f"{name} has no key for {action}"
    yield from found
