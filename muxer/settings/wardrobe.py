"""What a person set and chose, as it holds now: settings, with the keymap and the theme that they name.

Whatever is wrong is a line in `troubles`, and the last good thing stays. What was chosen on the screen is written to a
file of muxer's own, and holds until a file that a person wrote says something else.
"""

import os
from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from typing import Any, Protocol, TypeVar

from muxer.config import (
    CHOICES,
    Config,
    Key,
    choices_file,
    in_short,
    project_file,
    project_folders,
    read_settings,
    user_file,
    value_of,
    with_value,
)
from muxer.errors import MuxerError, UnknownName, UsageError
from muxer.memory import put_aside, write_toml
from muxer.paths import config_folder, homely
from muxer.settings.keymaps import Keymap, read_keymap
from muxer.settings.themes import Theme, read_theme
from muxer.shipped import find, names
from muxer.toml import read_toml

HEAD = "# What you chose on the screen. muxer rewrites this file; your own settings go into config.toml, and win.\n\n"


class Named(Protocol):
    """A keymap or a theme."""

    @property
    def name(self) -> str:
        """Its file's name."""


T = TypeVar("T", bound=Named)


@dataclass(frozen=True, slots=True, kw_only=True)
class Outfit:
    """Everything that holds now."""

    config: Config
    keymap: Keymap
    theme: Theme
    troubles: tuple[str, ...] = ()


class Wardrobe:
    """Reads it all, again when asked to. `worn` is what holds."""

    def __init__(self, folder: str = "") -> None:
        self._folder = folder
        self._picked: dict[Key, tuple[Any, Any]] = {}
        self.settings = read_settings(folder)
        self.worn = self._dressed(None)

    @property
    def fresh(self) -> bool:
        """Has nobody ever set or chosen anything?"""
        return not any(os.path.lexists(file) for file in (user_file(), choices_file()))

    def read_again(self) -> bool:
        """Take what the files say now; whether it is something else."""
        before = self.worn
        self.settings = read_settings(self._folder, self.settings)
        for key, (_, was) in tuple(self._picked.items()):
            if value_of(self.settings.config, key) != was:
                del self._picked[key]
        self.worn = self._dressed(before)
        return self.worn != before

    def _dressed(self, before: Outfit | None) -> Outfit:
        config = self.settings.config
        for key, (value, _) in self._picked.items():
            config = with_value(config, key, value)
        troubles = list(self.settings.troubles)
        last = (before.keymap, before.theme) if before else (None, None)
        keymap = self._found(("look", "keymap"), config.look.keymap, read_keymap, last[0], troubles)
        theme = self._found(("look", "theme"), config.look.theme, read_theme, last[1], troubles)
        troubles += [in_short(trouble) for trouble in keymap.troubles]
        return Outfit(config=config, keymap=keymap, theme=theme, troubles=tuple(troubles))

    def _found(self, key: Key, name: str, read: Callable[[str], T], before: T | None, troubles: list[str]) -> T:
        """What is named, or what was worn before, or any that can be read."""
        try:
            return read(name)
        except UnknownName as error:
            where = self.settings.source(key)
            troubles.append(f"{where.where(key)}: {error}" if where else str(error))
        except MuxerError as error:
            troubles.append(in_short(str(error)))
        if before is not None:
            return before
        for other in _instead(key):
            with suppress(MuxerError):
                return read(other)
        raise MuxerError(f"no {key[1]} can be read, not even muxer's own: install muxer again")

    # ---- choosing

    def choose(self, key: Key, value: Any) -> str:
        """Let this hold from now on; a line where it cannot hold for good. Raises UsageError for a bad value."""
        return self.choose_all({key: value})

    def choose_all(self, chosen: Mapping[Key, Any]) -> str:
        """The same with several, or with none: then it is on record that the person was asked."""
        for key, value in chosen.items():
            with_value(self.settings.config, key, value)
            self._picked[key] = (value, value_of(self.settings.config, key))
        said = self._write(chosen)
        self.read_again()
        return said or next((line for key in chosen if (line := self._outranked(key))), "")

    def _outranked(self, key: Key) -> str:
        source = self.settings.source(key)
        if source is None or os.path.basename(source.file) == CHOICES or source.values[key] == self._value(key):
            return ""
        return f"{'.'.join(key)} holds until muxer is restarted: {source.where(key)} sets it"

    def _value(self, key: Key) -> Any:
        return value_of(self.worn.config, key)

    def _write(self, chosen: Mapping[Key, Any]) -> str:
        file, said = choices_file(), ""
        try:
            data = read_toml(file)[1]
        except UsageError:
            data, said = {}, f"{homely(file)} could not be read; it was put aside as {homely(put_aside(file))}"
        for (group, name), value in chosen.items():
            table = data.get(group)
            data[group] = {**(table if isinstance(table, dict) else {}), name: value}
        try:
            os.makedirs(os.path.dirname(file), mode=0o700, exist_ok=True)
            write_toml(file, data, head=HEAD)
        except OSError as error:
            return f"it holds until muxer is restarted: {homely(file)} cannot be written: {error.strerror}"
        return said

    # ---- where it all lies

    def folders(self) -> Iterator[str]:
        """Where a saved file may change any of it."""
        yield config_folder()
        for kind in ("keymaps", "themes"):
            yield os.path.join(config_folder(), kind)
        project = project_folders(self._folder) if self._folder else []
        if project and os.path.exists(os.path.join(project[-1], ".git")):
            yield os.path.join(project[-1], ".muxer")
        files = [user_file(), choices_file(), project_file(self._folder)]
        for file in files:
            if file and os.path.lexists(file):
                yield os.path.dirname(file)
                yield os.path.dirname(os.path.realpath(file))


def every_trouble(folder: str) -> list[str]:
    """All that is wrong, with every keymap and theme of the person's own, worn or not."""
    found = list(Wardrobe(folder).worn.troubles)
    for kind in ("keymaps", "themes"):
        for name in names(kind):
            if find(kind, name).startswith(config_folder()):
                found += [in_short(trouble) for trouble in _wrong_in(kind, name)]
    return list(dict.fromkeys(found))


def _wrong_in(kind: str, name: str) -> tuple[str, ...]:
    try:
        if kind == "keymaps":
            return read_keymap(name).troubles
        read_theme(name)
    except MuxerError as error:
        return (str(error),)
    return ()


def _instead(key: Key) -> list[str]:
    return [str(value_of(Config(), key)), *names(f"{key[1]}s")]
