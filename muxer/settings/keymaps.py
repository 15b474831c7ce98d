"""Keymaps: files that say which key does what; a person's own are read by the same code.

A keymap has layers: keys that act at once (`direct`), keys after the prefix (`keys`), and modes, entered by an action
`mode.NAME`. Whatever no layer names goes to the program in the pane.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from typing import Any

from muxer.config import line_of, read_toml
from muxer.errors import UnknownName, UsageError
from muxer.settings.actions import ACTIONS
from muxer.settings.copying import COPY_KEYS
from muxer.shipped import find
from muxer.terminal.keys import Key, Mods, key_name, parse_key

KNOWN = ["prefix", "keys", "direct", "mode"]

_LOCKS = Mods.CAPS_LOCK | Mods.NUM_LOCK

Layer = dict[str, str]
"""Keys as `spoken` names them, and the action ids that they do."""


def spoken(key: Key) -> str:
    """A key as keymaps name it: by the text it types if it types some, else by its name."""
    mods = key.mods & ~_LOCKS
    if key.text and not mods & ~Mods.SHIFT:
        return key.text
    return key_name(replace(key, mods=mods))


@dataclass(frozen=True, slots=True, kw_only=True)
class Keymap:
    """What every key does, layer by layer."""

    name: str
    prefix: str = ""
    """The key before a command; empty where all commands are direct."""
    keys: Layer = field(default_factory=dict)
    direct: Layer = field(default_factory=dict)
    modes: dict[str, Layer] = field(default_factory=dict)

    def ways(self, action: str) -> Iterator[str]:
        """Every way to do an action, as help writes it: `ctrl+b z`, `ctrl+alt+z`; the shortest to say comes first."""
        yield from (key for key, bound in self.direct.items() if bound == action)
        yield from (f"{self.prefix} {key}" for key, bound in self.keys.items() if bound == action)
        for mode, layer in self.modes.items():
            entry = next(self.ways(f"mode.{mode}"), "") if any(bound == action for bound in layer.values()) else ""
            yield from (f"{entry} {key}" for key, bound in layer.items() if entry and bound == action)

    def way(self, action: str) -> str:
        """The way to name first, or nothing where only the palette does it."""
        return next(self.ways(action), "")


def read_keymap(name: str) -> Keymap:
    """The keymap of that name. Raises UsageError naming file, line and the nearest right name."""
    file = find("keymaps", name)
    text, data = read_toml(file)

    def at(path: tuple[str, ...]) -> str:
        return f"{file}:{line_of(text, list(path))}"

    for key in data:
        if key not in KNOWN:
            raise UsageError(f"{at((key,))}: {UnknownName('key', key, KNOWN)}")
    try:
        prefix = spoken(parse_key(str(data["prefix"]))) if data.get("prefix") else ""
    except UsageError as error:
        raise UsageError(f"{at(('prefix',))}: {error}") from None
    modes = data.get("mode", {})
    return Keymap(
        name=name,
        prefix=prefix,
        keys=_layer(data.get("keys"), ("keys",), at),
        direct=_layer(data.get("direct"), ("direct",), at),
        modes={"copy": COPY_KEYS} | {mode: _layer(table, ("mode", mode), at) for mode, table in modes.items()},
    )


def _layer(table: Any, path: tuple[str, ...], at: Callable[[tuple[str, ...]], str]) -> Layer:
    bound: Layer = {}
    for action, keys in table.items() if isinstance(table, dict) else ():
        where = at((*path, action))
        if action not in ACTIONS:
            raise UsageError(f"{where}: {UnknownName('action', action, list(ACTIONS))}")
        for written in keys if isinstance(keys, list) else [keys]:
            try:
                key = spoken(parse_key(str(written)))
            except UsageError as error:
                raise UsageError(f"{where}: {error}") from None
            if bound.setdefault(key, action) != action:
                raise UsageError(f"{where}: {key} already does {bound[key]}")
    return bound
