"""Keymap files and keys, read and written as a person's fingers would: none of muxer's own code is asked.

A file gives ways (`ctrl+b z`); a way gives the bytes that an ordinary terminal sends.
"""

import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

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


def _layers(name: str) -> tuple[str, dict[str, dict[str, Any]]]:
    data = tomllib.loads((KEYMAPS / f"{name}.toml").read_text())
    prefix, layers = _layers(data["base"]) if "base" in data else ("", {})
    own = {layer: data.get(layer, {}) for layer in ("direct", "keys")}
    own |= {f"mode.{mode}": table for mode, table in data.get("mode", {}).items()}
    for layer, table in own.items():
        layers[layer] = layers.get(layer, {}) | table
    return data.get("prefix", prefix), layers


def ways(name: str) -> dict[str, list[str]]:
    """Every action that a shipped keymap's file names, and every way to do it."""
    prefix, layers = _layers(name)
    found: dict[str, list[str]] = {}

    def enter(before: str, table: dict[str, Any]) -> None:
        for action, written in table.items():
            found.setdefault(action, []).extend(f"{before} {key}".strip() for key in written)

    enter("", layers["direct"])
    enter(prefix, layers["keys"])
    for layer, table in list(layers.items()):
        entry = next(iter(found.get("copy.enter" if layer == "mode.copy" else layer, [])), "")
        if layer.startswith("mode.") and entry:
            enter(entry, table)
    return found


def each_way(name: str, action: str) -> Iterator[str]:
    """The ways to do an action; at least one."""
    found = ways(name).get(action, [])
    assert found, f"{name} has no key for {action}"
    yield from found
