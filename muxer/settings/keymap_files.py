"""A keymap's file on its way into layers: inherited ones first, then its own; each wrong thing is noted and left out.

A key that a file binds replaces what the base did with it; the action `none` unbinds keys, an empty list an action.
"""

import os
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from typing import Any

from muxer import shipped
from muxer.errors import MuxerError, UnknownName, UsageError
from muxer.settings.actions import ACTIONS
from muxer.settings.arriving import is_plain, never
from muxer.settings.copying import COPY_KEYS
from muxer.terminal.keys import LOCKS, Key, Mods, key_name, parse_key, typed
from muxer.toml import Path, key_lines, read_toml

Layer = dict[str, str]
"""Keys as `spoken` names them, and the action ids that they do."""

KEYS, _DIRECT, _MODE = "keys", "direct", "mode"
_KNOWN = ["base", "prefix", KEYS, _DIRECT, _MODE]
MODES = ("resize", "pane", "tab", "move", "session", "lock", "copy")
NONE = "none"
"""The action that a key does which a file unbinds."""
MOST = 50
"""So many unknown actions are answered with the nearest known one."""


def spoken(key: Key) -> str:
    """A key as keymaps name it: by the text it types if it types some, else by its name."""
    mods = key.mods & ~LOCKS
    if key.text and not mods & ~Mods.SHIFT:
        return key.text
    if key.base and not key.name.isascii() and mods & (Mods.CTRL | Mods.ALT):
        # ctrl with a Cyrillic letter is the chord of the Latin one that a keyboard has there.
        key = replace(key, name=key.base, text=typed(key.base, mods))
    return key_name(replace(key, mods=mods))


def mode_layer(mode: str) -> str:
    """The name of a mode's layer."""
    return f"{_MODE}.{mode}"


def file_of(name: str, *, not_in: tuple[str, ...] = ()) -> str:
    """The file of that name, a person's own first, or the next one that is not among these. Raises UnknownName."""
    known = shipped.names("keymaps")
    for folder in shipped.folders("keymaps") if name in known else ():
        file = f"{folder}/{name}.toml"
        if file not in not_in and os.path.isfile(file):
            return file
    raise UnknownName("keymap", name, known)


@dataclass(slots=True)
class Draft:
    """Layers that are being put together."""

    prefix: str = ""
    layers: dict[str, Layer] = field(default_factory=dict)
    places: dict[tuple[str, str], str] = field(default_factory=dict)
    troubles: list[str] = field(default_factory=list)

    def layer(self, name: str) -> Layer:
        """The layer of that name, made if need be."""
        return self.layers.setdefault(name, {})

    def bind(self, layer: str, key: str, action: str, place: str) -> None:
        """Let a key do an action."""
        self.layer(layer)[key] = action
        self.places[layer, key] = place

    def unbind(self, layer: str, key: str) -> None:
        """Let a key do nothing."""
        self.layer(layer).pop(key, None)
        self.places.pop((layer, key), None)

    def keep_prefix(self) -> None:
        """No layer but lock mode's may take the prefix."""
        for name, layer in self.layers.items():
            if name not in (KEYS, mode_layer("lock")) and self.prefix in layer:
                place = self.places.get((name, self.prefix), "")
                self.troubles.append(f"{place}: {self.prefix} is the prefix and cannot do {layer.pop(self.prefix)} too")

    def drop_prefixed(self) -> None:
        """Nothing can be pressed after a prefix that there is not."""
        for key in self.layers.pop(KEYS, {}):
            place = self.places.pop((KEYS, key), "")
            self.troubles.append(f"{place}: {key} in [keys] needs a prefix before it: set prefix, or use [direct]")

    def modes(self) -> dict[str, Layer]:
        """The modes' layers; a keymap's own keys of copy mode go before vim's."""
        start = len(mode_layer(""))
        modes = {name[start:]: layer for name, layer in self.layers.items() if name.startswith(mode_layer(""))}
        copy = {key: action for key, action in COPY_KEYS.items() if key != self.prefix}
        return modes | {"copy": copy | modes.get("copy", {})}


def draft_of(file: str, seen: tuple[str, ...] = ()) -> Draft:
    """What a file and those that it is based on say. Raises UsageError where it cannot be read at all."""
    text, data = read_toml(file)
    return _Reading(file, text, data, (*seen, file)).draft()


class _Reading:
    """One file being read."""

    def __init__(self, file: str, text: str, data: dict[str, Any], seen: tuple[str, ...]) -> None:
        self._file, self._data, self._seen = file, data, seen
        self._lines = key_lines(text)
        self._draft = Draft()

    def _at(self, *path: str) -> str:
        line = next((self._lines[path[:n]] for n in range(len(path), 0, -1) if path[:n] in self._lines), 1)
        return f"{self._file}:{line}"

    def _wrong(self, path: Path, words: object) -> None:
        self._draft.troubles.append(f"{self._at(*path)}: {words}")

    def draft(self) -> Draft:
        self._base()
        for key in self._data:
            if key not in _KNOWN:
                self._wrong((key,), UnknownName("key", key, _KNOWN))
        self._prefix()
        for layer in (KEYS, _DIRECT):
            self._layer(layer, (layer,), self._data.get(layer, {}))
        modes = self._data.get(_MODE, {})
        if not isinstance(modes, dict):
            self._wrong((_MODE,), "mode must be tables: [mode.resize]")
            return self._draft
        for mode, table in modes.items():
            if mode in MODES:
                self._layer(mode_layer(mode), (_MODE, mode), table)
            else:
                self._wrong((_MODE, mode), UnknownName("mode", mode, list(MODES)))
        return self._draft

    def _base(self) -> None:
        base = self._data.get("base")
        if base is None:
            return
        if not isinstance(base, str):
            self._wrong(("base",), f"base must be the name of a keymap, not {base!r}")
            return
        try:
            # A file may be based on muxer's own of the same name, and never on itself.
            self._draft = draft_of(file_of(base, not_in=self._seen), self._seen)
        except MuxerError as error:
            self._wrong(("base",), error)

    def _prefix(self) -> None:
        prefix = self._data.get("prefix")
        if prefix is None:
            return
        if not isinstance(prefix, str):
            self._wrong(("prefix",), f"prefix must be a key like ctrl+b, not {prefix!r}")
            return
        key = self._key(("prefix",), prefix) if prefix else ""
        if key is not None:
            self._draft.prefix = key
            self._draft.places["prefix", ""] = self._at("prefix")

    def _key(self, path: Path, written: object, *, direct: bool = False) -> str | None:
        """The key, or None and a word about it."""
        if not isinstance(written, str):
            self._wrong(path, f"a key is written like ctrl+a, not {written!r}")
            return None
        try:
            key = parse_key(written)
        except UsageError as error:
            self._wrong(path, error)
            return None
        reason = never(key)
        if direct and not reason and is_plain(key):
            reason = "programs need that key: give it ctrl or alt, or put it into [keys]"
        if reason:
            self._wrong(path, f"{written} cannot be bound here: {reason}")
            return None
        return spoken(key)

    # ---- layers

    def _layer(self, layer: str, path: Path, table: object) -> None:
        if not isinstance(table, dict):
            self._wrong(path, f"[{'.'.join(path)}] must be a table of actions and their keys")
            return
        own: Layer = {}
        for names, keys in _leaves(table):
            action = ".".join(names)
            if action != NONE and action not in ACTIONS:
                self._wrong((*path, *names), self._unknown(action))
                continue
            if keys == []:
                self._release(layer, action)
            self._keys(layer, (*path, *names), action, keys, own)
        mine = {key: action for key, action in own.items() if action != NONE}
        # Help names the first of several keys: a file's own go before those of its base.
        self._draft.layers[layer] = mine | {k: a for k, a in self._draft.layer(layer).items() if k not in mine}

    def _unknown(self, action: str) -> object:
        """The nearest name takes a while to find; whoever has so many wrong ones needs none for the next."""
        if len(self._draft.troubles) < MOST:
            return UnknownName("action", action, [*ACTIONS, NONE])
        return f"no action named {action!r}"

    def _release(self, layer: str, action: str) -> None:
        for key in [key for key, bound in self._draft.layer(layer).items() if bound == action]:
            self._draft.unbind(layer, key)

    def _keys(self, layer: str, path: Path, action: str, keys: object, own: Layer) -> None:
        listed = isinstance(keys, list)
        for at, written in enumerate(keys if isinstance(keys, list) else [keys]):
            where = (*path, str(at)) if listed else path
            key = self._key(where, written, direct=layer == _DIRECT)
            if key is None:
                continue
            if own.setdefault(key, action) != action:
                self._wrong(where, f"{'space' if key == ' ' else key} already does {own[key]}")
            elif action == NONE:
                self._draft.unbind(layer, key)
            else:
                self._draft.bind(layer, key, action, self._at(*where))


def _leaves(table: dict[str, Any], names: Path = ()) -> Iterator[tuple[Path, object]]:
    """Actions with their keys, whether written "tab.new" or tab.new."""
    for name, value in table.items():
        if isinstance(value, dict) and value:
            yield from _leaves(value, (*names, name))
        else:
            yield (*names, name), value
