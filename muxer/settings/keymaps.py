"""Keymaps: files that say which key does what; a person's own are read by the same code.

A keymap has layers: keys that act at once (`direct`), keys after the prefix (`keys`), and modes, entered by an action
`mode.NAME`. Whatever no layer names goes to the program in the pane. What is wrong in a file is said in one line each
(`troubles`) and left out; the rest of it works.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from muxer.settings.keymap_files import KEYS, Draft, Layer, draft_of, file_of, mode_layer, spoken

__all__ = ["DIRECT", "KEYS", "Keymap", "Layer", "label", "mode_layer", "read_keymap", "spoken", "together"]

DIRECT = "direct"
UNLOCK = "ctrl+g"
"""Leaves lock mode where a keymap names no key for it: nobody is to be locked out."""

_ENTRIES = {"copy": "copy.enter"}
"""What enters a mode, where it is not `mode.NAME`."""


def label(key: str) -> str:
    """A key as help writes it."""
    return "space" if key == " " else key


def together(ways: Iterable[str]) -> str:
    """Ways in few words: what comes before the last key is said once (`ctrl+b % v, alt+n`)."""
    said: dict[str, list[str]] = {}
    for way in ways:
        before, _, key = way.rpartition(" ")
        said.setdefault(before, []).append(key)
    return ", ".join(" ".join([*filter(None, [before]), *keys]) for before, keys in said.items())


@dataclass(frozen=True, slots=True, kw_only=True)
class Keymap:
    """What every key does, layer by layer."""

    name: str
    prefix: str = ""
    """The key before a command; empty where all commands are direct."""
    keys: Layer = field(default_factory=dict)
    direct: Layer = field(default_factory=dict)
    modes: dict[str, Layer] = field(default_factory=dict)
    troubles: tuple[str, ...] = ()
    """What is wrong with it, one line each, with file and line."""
    places: dict[tuple[str, str], str] = field(default_factory=dict)
    """File and line of each key in each layer (`keys`, `direct`, `mode.NAME`); the prefix's is at ("prefix", "")."""

    def straight(self, action: str) -> Iterator[str]:
        """The ways to do it while typing: `ctrl+alt+z`, `ctrl+b z`."""
        yield from (label(key) for key, bound in self.direct.items() if bound == action)
        yield from (f"{self.prefix} {label(key)}" for key, bound in self.keys.items() if bound == action)

    def ways(self, action: str) -> Iterator[str]:
        """Every way to do an action, as help writes it; the shortest to say comes first."""
        yield from self.straight(action)
        for mode, layer in self.modes.items():
            keys = [key for key, bound in layer.items() if bound == action]
            entry = self.entry(mode) if keys else ""
            yield from (f"{entry} {label(key)}" for key in keys if entry)

    def way(self, action: str) -> str:
        """The way to name first, or nothing where only the palette does it."""
        return next(self.ways(action), "")

    def entry(self, mode: str) -> str:
        """The keys that enter a mode while typing, or nothing where none does."""
        return next(self.straight(_ENTRIES.get(mode, f"mode.{mode}")), "")


def read_keymap(name: str) -> Keymap:
    """The keymap of that name. Raises UnknownName, or UsageError where its file cannot be read at all."""
    return _finished(name, draft_of(file_of(name)))


def _finished(name: str, draft: Draft) -> Keymap:
    """What a keymap has whatever its file says, and what its layers must not do to each other."""
    if draft.prefix:
        draft.keep_prefix()
        if draft.layer(KEYS).setdefault(draft.prefix, "prefix.send") == "prefix.send":
            draft.places.setdefault((KEYS, draft.prefix), draft.places.get(("prefix", ""), ""))
    else:
        draft.drop_prefixed()
    lock = draft.layer(mode_layer("lock"))
    if "mode.leave" not in lock.values():
        lock.setdefault(UNLOCK, "mode.leave")
    return Keymap(
        name=name,
        prefix=draft.prefix,
        keys=draft.layer(KEYS),
        direct=draft.layer(DIRECT),
        modes=draft.modes(),
        troubles=tuple(draft.troubles),
        places=draft.places,
    )
