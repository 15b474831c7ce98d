"""Checks of muxer itself: what it runs on, and what its person has set."""

import os
import platform
from collections.abc import Iterator

from muxer import __version__
from muxer.agents.reading import read_clis
from muxer.checkup.finding import Finding
from muxer.config import read_settings
from muxer.paths import config_folder
from muxer.settings.explaining import examine
from muxer.settings.keymaps import read_keymap
from muxer.settings.wardrobe import every_trouble
from muxer.store.health import SQLITE
from muxer.terminal import choice
from muxer.wire.frames import PROTOCOL


def version() -> Iterator[Finding]:
    """Of muxer, and of what it is made with."""
    words = f"{__version__}, protocol {PROTOCOL}, on Python {platform.python_version()} and SQLite {SQLITE}"
    yield Finding(what="version", finding=words)


def engine() -> Iterator[Finding]:
    """What terminals are made of. Raises what hinders the engine that was asked for."""
    name = choice.engine_class().__name__.removesuffix("Engine").lower()
    fell_back = name == "portable" and choice.VARIABLE not in os.environ
    yield Finding(what="engine", finding=f"{name}: {choice.reason()}", grade="note" if fell_back else "fine")


def troubles(folder: str) -> list[str]:
    """All that is wrong in files that a person wrote, their CLIs' included."""
    return [*every_trouble(folder), *read_clis(os.path.join(config_folder(), "clis"))[1]]


def settings(folder: str) -> Iterator[Finding]:
    """Files that a person wrote, and what of them is left out."""
    wrong = troubles(folder)
    for trouble in wrong:
        yield Finding(what="settings", finding=trouble, grade="wrong")
    if not wrong:
        yield Finding(what="settings", finding="all of them are understood")


def keys() -> Iterator[Finding]:
    """The keymap, and what it takes from programs."""
    keymap = read_keymap(read_settings().config.look.keymap)
    found = examine(keymap)
    left_out = sum(one.kind == "wrong" for one in found)
    doubtful = f"; others use {len(found) - left_out} of its keys" if len(found) > left_out else ""
    if left_out:
        yield Finding(
            what="keys",
            finding=f"{left_out} lines of keymap {keymap.name} were left out",
            remedy="muxer keys doctor",
            grade="wrong",
        )
    else:
        yield Finding(
            what="keys", finding=f"keymap {keymap.name}{doubtful}", remedy="muxer keys doctor" * bool(doubtful)
        )
