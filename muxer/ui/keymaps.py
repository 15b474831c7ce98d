"""Keymaps: files that say which key does what after the prefix; a person's own are read by the same code."""

from dataclasses import dataclass, replace

from muxer.config import line_of, read_toml
from muxer.errors import UnknownName, UsageError
from muxer.shipped import find
from muxer.terminal.keys import Key, Mods, key_name, parse_key
from muxer.ui.actions import ACTIONS

_LOCKS = Mods.CAPS_LOCK | Mods.NUM_LOCK


def spoken(key: Key) -> str:
    """A key as keymaps name it: by the text it types if it types some, else by its name."""
    mods = key.mods & ~_LOCKS
    if key.text and not mods & ~Mods.SHIFT:
        return key.text
    return key_name(replace(key, mods=mods))


@dataclass(frozen=True, slots=True)
class Keymap:
    """The prefix, and what follows it."""

    name: str
    prefix: str
    actions: dict[str, str]

    def keys_of(self, action: str) -> list[str]:
        """The keys that do an action."""
        return [key for key, bound in self.actions.items() if bound == action]


def read_keymap(name: str) -> Keymap:
    """The keymap of that name. Raises UsageError naming file, line and the nearest right name."""
    file = find("keymaps", name)
    text, data = read_toml(file)

    def at(*path: str) -> str:
        return f"{file}:{line_of(text, list(path))}"

    for key in data:
        if key not in ("prefix", "keys"):
            raise UsageError(f"{at(key)}: {UnknownName('key', key, ['prefix', 'keys'])}")
    actions: dict[str, str] = {}
    try:
        prefix = spoken(parse_key(str(data.get("prefix", "ctrl+b"))))
    except UsageError as error:
        raise UsageError(f"{at('prefix')}: {error}") from None
    table = data.get("keys", {})
    for action, keys in table.items() if isinstance(table, dict) else ():
        if action not in ACTIONS:
            raise UsageError(f"{at('keys', action)}: {UnknownName('action', action, list(ACTIONS))}")
        for written in keys if isinstance(keys, list) else [keys]:
            try:
                key = spoken(parse_key(str(written)))
            except UsageError as error:
                raise UsageError(f"{at('keys', action)}: {error}") from None
            if actions.setdefault(key, action) != action:
                raise UsageError(f"{at('keys', action)}: {key} already does {actions[key]}")
    return Keymap(name, prefix, actions)
