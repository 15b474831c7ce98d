"""What holds in a project: table [project] of its own `.muxer/config.toml`, under what its person chose for it.

The choices of all projects are in one file of muxer's own, by folder. A project's file is never written by muxer.
"""

import os
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any, get_origin

import msgspec

from muxer.config import (
    PROJECT,
    Key,
    Project,
    Settings,
    Source,
    checked,
    in_short,
    kind_of,
    known_key,
    read_source,
    together,
    understood,
)
from muxer.errors import MuxerError, UsageError
from muxer.memory import write_toml
from muxer.paths import config_folder, homely
from muxer.toml import key_lines, read_toml

HEAD = "# What you chose for your projects: `muxer project set` writes this file, and its choices win.\n\n"

COMMANDS: tuple[Key, ...] = ((PROJECT, "check"), (PROJECT, "cli"), (PROJECT, "setup"))
"""What is run as a program."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ProjectSettings(Settings):
    """What holds, and where it comes from: the project's own file, then the person's choices."""

    project: Project

    @property
    def own(self) -> Source:
        """The project's own file, which anybody may have written."""
        return self.sources[0]

    @property
    def runs_own(self) -> bool:
        """Is there a command that its own file says?"""
        return any(self.source(key) is self.own for key in COMMANDS)


def project_keys() -> tuple[str, ...]:
    """All there is to set for a project, in order."""
    return Project.__struct_fields__


def own_file(folder: str) -> str:
    """The project's own."""
    return os.path.join(folder, ".muxer", "config.toml")


def projects_file() -> str:
    """The person's choices; muxer writes it."""
    return os.path.join(config_folder(), "projects.toml")


def read_project(folder: str) -> ProjectSettings:
    """What holds in the project of that folder. What is wrong costs its line; nothing is raised."""
    sources = (_own(own_file(folder)), _chosen(folder))
    return ProjectSettings(project=msgspec.convert(together(sources).get(PROJECT, {}), Project), sources=sources)


def _own(file: str) -> Source:
    if os.path.lexists(file) and os.path.realpath(file) != file:
        trouble = f"{homely(file)}: a link was left alone: put the file itself there"
        return Source(file=file, troubles=(trouble,), broken=True)
    return read_source(file, ours=False)


def _chosen(folder: str) -> Source:
    source = Source(file=projects_file(), label="chosen")
    try:
        text, data = read_toml(source.file)
    except UsageError as error:
        return replace(source, troubles=(in_short(str(error)),), broken=True)
    lines = {(PROJECT, *path[1:]): line for path, line in key_lines(text).items() if path[0] == folder}
    return understood(source, {PROJECT: _table(data, folder)}, lines, ours=False, chosen=True)


def choose(folder: str, name: str, words: Sequence[str]) -> None:
    """Let words hold as a setting of the project; without words, what its own file says. Raises MuxerError."""
    key = known_key((PROJECT, name))
    data = read_toml(projects_file())[1]
    table = _table(data, folder)
    table.pop(name, None)
    if words:
        kind, line = kind_of(key), " ".join(words)
        value: Any = list(words) if get_origin(kind) is tuple else int(line) if kind is int and line.isdigit() else line
        table[name] = checked(key, value)
    _write({**data, folder: table})


def forget(folder: str) -> None:
    """It is no project any more: nothing is chosen for it. Raises MuxerError."""
    data = read_toml(projects_file())[1]
    if data.pop(folder, None) is not None:
        _write(data)


def _table(data: dict[str, Any], folder: str) -> dict[str, Any]:
    table = data.get(folder)
    return table if isinstance(table, dict) else {}


def _write(data: dict[str, Any]) -> None:
    file = projects_file()
    try:
        os.makedirs(os.path.dirname(file), mode=0o700, exist_ok=True)
        write_toml(file, {folder: table for folder, table in data.items() if table}, head=HEAD)
    except OSError as error:
        raise MuxerError(f"{homely(file)} cannot be written: {error.strerror}") from None
