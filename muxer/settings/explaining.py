"""What a key does, where that is set and what it hides; and what is wrong or doubtful about a whole keymap. Pure."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from muxer.errors import UsageError
from muxer.settings.actions import ACTIONS
from muxer.settings.arriving import seldom
from muxer.settings.keymaps import DIRECT, KEYS, Keymap, Layer, label, mode_layer, spoken
from muxer.settings.known_chords import AGENTS, OUTSIDE, Use, uses_of
from muxer.terminal.keys import parse_key

Kind = Literal["wrong", "unsent", "taken", "hides", "unentered"]

COPY = "copy"


@dataclass(frozen=True, slots=True, kw_only=True)
class Does:
    """What a key does in one layer."""

    layer: str
    how: str
    """What a person presses."""
    action: str
    words: str
    where: str
    """File and line; empty for what muxer has in every keymap."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Explanation:
    """All about one key."""

    key: str
    keymap: str
    does: tuple[Does, ...]
    taken: bool
    """Is it kept from the program while one types?"""
    uses: tuple[Use, ...]
    """Who else has a use for it."""
    arrives: str
    """Why it may not arrive; empty where it does."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """Something about a keymap that its owner may want to know."""

    kind: Kind
    where: str
    words: str


def explain(keymap: Keymap, written: list[str]) -> Explanation:
    """A key as it is written, perhaps with the prefix before it. Raises UsageError."""
    names = [spoken(parse_key(word)) for word in " ".join(written).split()] or [" "]
    after_prefix = len(names) == 2 and names[0] == keymap.prefix and bool(keymap.prefix)
    if len(names) > 1 and not after_prefix:
        first = f"{keymap.prefix} and one key, or " if keymap.prefix else ""
        raise UsageError(f"explain takes {first}one key, not {len(names)}: {' '.join(names)}")
    name = names[-1]
    does = [one for one in _does(keymap, name) if one.layer == KEYS or not after_prefix]
    taken = not after_prefix and (name == keymap.prefix or name in keymap.direct)
    return Explanation(
        key=f"{keymap.prefix} {label(name)}" if after_prefix else label(name),
        keymap=keymap.name,
        does=tuple(does),
        taken=taken,
        uses=() if after_prefix else uses_of(name),
        arrives=seldom(parse_key(label(name))),
    )


def layers(keymap: Keymap) -> Iterator[tuple[str, str, Layer]]:
    """Every layer: its name, the keys that lead into it, and its keys."""
    yield DIRECT, "", keymap.direct
    yield KEYS, keymap.prefix, keymap.keys
    for mode, layer in keymap.modes.items():
        yield mode_layer(mode), keymap.entry(mode), layer


def _does(keymap: Keymap, name: str) -> Iterator[Does]:
    if name == keymap.prefix:
        words = "begins a command"
        where = keymap.places.get(("prefix", ""), "")
        yield Does(layer="prefix", how=name, action="", words=words, where=where)
    for layer, entry, keys in layers(keymap):
        action = keys.get(name)
        if action is not None:
            how = f"{entry} {label(name)}".strip()
            where = keymap.places.get((layer, name), "")
            yield Does(layer=layer, how=how, action=action, words=ACTIONS[action].words, where=where)


def examine(keymap: Keymap) -> list[Finding]:
    """Everything wrong or doubtful, the worst first."""
    found = [_trouble(line) for line in keymap.troubles]
    found += _unentered(keymap)
    found += _unsent(keymap)
    for key, action in _taken(keymap).items():
        where = keymap.places.get((DIRECT, key), keymap.places.get(("prefix", ""), ""))
        does = ACTIONS[action].brief if action else "the prefix"
        found += [
            Finding(
                kind="taken" if use.owner in OUTSIDE else "hides",
                where=where,
                words=f"{label(key)} ({does}) {_verb(use)} {use.owner}: {use.words}",
            )
            for use in uses_of(key)
            if use.owner in (*AGENTS, *OUTSIDE)
        ]
    order: tuple[Kind, ...] = ("wrong", "unentered", "unsent", "taken", "hides")
    return sorted(found, key=lambda finding: order.index(finding.kind))


def _verb(use: Use) -> str:
    return "may never come, it belongs to" if use.owner in OUTSIDE else "hides a key of"


def _trouble(line: str) -> Finding:
    where, _, words = line.partition(": ")
    return Finding(kind="wrong", where=where, words=words)


def _taken(keymap: Keymap) -> dict[str, str]:
    """The keys that no program gets, and their actions; the prefix's is empty."""
    return ({keymap.prefix: ""} if keymap.prefix else {}) | keymap.direct


def _unentered(keymap: Keymap) -> Iterator[Finding]:
    for mode, layer in keymap.modes.items():
        set_here = [key for key in layer if (mode_layer(mode), key) in keymap.places]
        if set_here and not keymap.entry(mode):
            entry = "copy.enter" if mode == COPY else mode_layer(mode)
            yield Finding(
                kind="unentered",
                where=keymap.places[mode_layer(mode), set_here[0]],
                words=f"no key enters {mode} mode, so its {len(set_here)} keys do nothing: bind {entry}",
            )


def _unsent(keymap: Keymap) -> Iterator[Finding]:
    """Keys that many terminals do not send, unless their action has another one."""
    if keymap.prefix and (reason := seldom(parse_key(label(keymap.prefix)))):
        where = keymap.places.get(("prefix", ""), "")
        yield Finding(kind="unsent", where=where, words=f"{keymap.prefix} (the prefix): {reason}")
    for layer, _, keys in layers(keymap):
        for key, action in keys.items():
            reason = seldom(parse_key(label(key)))
            place = keymap.places.get((layer, key))
            others = [k for k, bound in keys.items() if bound == action and k != key]
            if reason and place and all(seldom(parse_key(label(other))) for other in others):
                yield Finding(kind="unsent", where=place, words=f"{label(key)} ({ACTIONS[action].brief}): {reason}")
