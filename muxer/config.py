"""A person's settings: what there is to set, and what was set where. Every setting has a good default.

A wrong key or value is one line naming file, line and the nearest right name; all else that was set still applies.
Later sources win: what was chosen on the screen, then the person's `config.toml`, then the project's.
"""

import os
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from difflib import get_close_matches
from typing import Annotated, Any, Literal, get_args, get_origin, get_type_hints

import msgspec

from muxer.errors import MuxerError, UsageError
from muxer.paths import config_folder, homely
from muxer.settable import Config, Project
from muxer.toml import key_lines, line_of, read_toml

__all__ = ["Config", "Project", "Settings", "Source", "line_of", "read_settings", "read_toml"]


Key = tuple[str, str]
"""A setting's table and its name in there."""

GROUPS: dict[str, type[msgspec.Struct]] = {group.name: group.type for group in msgspec.structs.fields(Config)}

PROJECT = "project"
"""The table that only a project has: in its own file, or chosen for it."""

_TABLES = {**GROUPS, PROJECT: Project}

_KINDS: dict[Key, Any] = {
    (group, name): kind
    for group, struct in _TABLES.items()
    for name, kind in get_type_hints(struct, include_extras=True).items()
}

YOURS_ALONE: tuple[Key, ...] = (
    ("panes", "shell"), ("panes", "clipboard"), (PROJECT, "remote"), (PROJECT, "operator"), (PROJECT, "spawns"),
    (PROJECT, "spawns_deep"), (PROJECT, "spawn_clis"),
)  # fmt: skip
"""What a project may not set: it comes from whoever wrote the project."""

CHOICES = "choices.toml"

LONG_WAY = 36
"""Cells of a path that the status line has room for."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """One file's settings, as far as they can be used."""

    file: str
    label: str = ""
    """Who set them, where that says more than the file's name."""
    values: dict[Key, Any] = field(default_factory=dict)
    lines: dict[Key, int] = field(default_factory=dict)
    text: str = field(default="", repr=False)
    """The file as it was read."""
    troubles: tuple[str, ...] = ()
    broken: bool = False
    """Nothing of it could be read."""

    def where(self, key: Key) -> str:
        """Where it sets that."""
        return f"{homely(self.file)}:{self.lines.get(key, 1)}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """What holds now, and where it comes from."""

    config: Config = field(default_factory=Config)
    sources: tuple[Source, ...] = ()

    @property
    def troubles(self) -> tuple[str, ...]:
        """Everything that is wrong, one line each."""
        return tuple(trouble for source in self.sources for trouble in source.troubles)

    def source(self, key: Key) -> Source | None:
        """Who set it; nobody where the default holds."""
        return next((source for source in reversed(self.sources) if key in source.values), None)

    def origin(self, key: Key) -> str:
        """Where it is set, as a person reads it."""
        source = self.source(key)
        return "default" if source is None else source.label or source.where(key)


def value_of(config: Config, key: Key) -> Any:
    """The value of one setting."""
    return getattr(getattr(config, key[0]), key[1])


def every_key() -> Iterator[Key]:
    """All there is to set, in order; what a project has comes on top of it."""
    return (key for key in _KINDS if key[0] in GROUPS)


def kind_of(key: Key) -> Any:
    """The type of a setting, without what is said about it."""
    kind = _KINDS[key]
    return get_args(kind)[0] if get_origin(kind) is Annotated else kind


def words_of(key: Key) -> str:
    """What a setting is for."""
    return str(next(note.description for note in _KINDS[key].__metadata__ if note.description))


def in_short(trouble: str) -> str:
    """A trouble with its file as a person writes it."""
    file, colon, words = trouble.partition(":")
    return f"{homely(file)}{colon}{words}"


def in_one_line(troubles: tuple[str, ...]) -> str:
    """For the status line, where the words need the room more than a long way to the file."""
    more = f"  ({len(troubles) - 1} more: muxer config check)" if len(troubles) > 1 else ""
    if not troubles:
        return ""
    file, colon, words = troubles[0].partition(":")
    if len(file) > LONG_WAY and os.sep in file:
        file = os.path.join("…", *file.split(os.sep)[-2:])
    return f"{file}{colon}{words}{more}"


# ---- reading


def user_file() -> str:
    """The person's own."""
    return os.path.join(config_folder(), "config.toml")


def choices_file() -> str:
    """What was chosen on the screen; muxer writes it."""
    return os.path.join(config_folder(), CHOICES)


def project_folders(folder: str) -> list[str]:
    """The folders whose project file would count, nearest first: up to the root of the git repository, or home."""
    found, home = [], os.path.expanduser("~")
    while os.path.isabs(folder):
        found.append(folder)
        above = os.path.dirname(folder)
        if folder in (home, above) or os.path.exists(os.path.join(folder, ".git")):
            break
        folder = above
    return found


def project_file(folder: str) -> str:
    """The settings of the project that a folder belongs to; nothing where it has none."""
    files = (os.path.join(above, ".muxer", "config.toml") for above in project_folders(folder) if above)
    return next((file for file in files if os.path.lexists(file)), "")


def read_settings(folder: str = "", before: Settings | None = None) -> Settings:
    """What holds in a folder. A file that cannot be read now counts as it did before; nothing is raised."""
    project = project_file(folder) if folder else ""
    last = {source.file: source for source in before.sources} if before else {}
    files = [(choices_file(), "chosen"), (user_file(), ""), *([(project, "")] if project else [])]
    sources = tuple(read_source(file, label, last.get(file), ours=file != project) for file, label in files)
    values = together(sources)
    values.pop(PROJECT, None)
    return Settings(config=msgspec.convert(values, Config), sources=sources)


def together(sources: Iterable[Source]) -> dict[str, dict[str, Any]]:
    """What holds, table by table."""
    values: dict[str, dict[str, Any]] = {}
    for source in sources:
        for (group, name), value in source.values.items():
            values.setdefault(group, {})[name] = value
    return values


def with_value(config: Config, key: Key, value: Any) -> Config:
    """The same but for one setting. Raises UsageError."""
    group, name = key
    if key not in every_key():
        raise UsageError(f"there is no setting {group}.{name}")
    changed = msgspec.structs.replace(getattr(config, group), **{name: checked(key, value)})
    return msgspec.structs.replace(config, **{group: changed})


def read_source(file: str, label: str = "", before: Source | None = None, *, ours: bool) -> Source:
    """One file: the person's own, or a project's, which may have been written by anybody."""
    try:
        if not ours:
            _must_be_trusted(file)
        text, data = read_toml(file)
    except MuxerError as error:
        kept = before or Source(file=file, label=label)
        trouble = str(error).replace(file, homely(file))
        return Source(
            file=file, label=label, values=kept.values, lines=kept.lines, troubles=(trouble,), broken=True
        )  # fmt: skip
    return understood(Source(file=file, label=label, text=text), data, key_lines(text) if data else {}, ours=ours)


def understood(
    source: Source, data: dict[str, Any], found: dict[tuple[str, ...], int], *, ours: bool, chosen: bool = False
) -> Source:
    """A source with all of the data that can be used, and a line for whatever cannot.

    It is the person's own, or a project's, or what a person has `chosen` for a project.
    """
    values, troubles = {}, []
    for path, value in _leaves(data):
        try:
            key = known_key(path, value)
            if not (ours or chosen) and key in YOURS_ALONE:
                where = (
                    f"say muxer project set NAME {key[1]} VALUE"
                    if key[0] == PROJECT
                    else f"put it into {homely(user_file())}"
                )
                raise UsageError(f"a project may not set {'.'.join(key)}: {where}")
            if ours and key[0] == PROJECT:
                raise UsageError(f"{key[1]} is a project's: say muxer project set NAME {key[1]} VALUE")
            values[key] = checked(key, value)
        except UsageError as error:
            troubles.append(f"{homely(source.file)}:{found.get(path, 1)}: {error}")
    lines = {key: found.get(key, 1) for key in values}
    return replace(source, values=values, lines=lines, troubles=tuple(troubles))


def _must_be_trusted(file: str) -> None:
    try:
        owner = os.stat(file).st_uid
    except OSError:
        return  # reading says it better
    if owner not in (os.getuid(), 0):
        raise UsageError(f"{file}: belongs to uid {owner}, not to you; it was left alone")


def _leaves(data: dict[str, Any]) -> Iterator[tuple[tuple[str, ...], Any]]:
    """Every setting by its path; what is no table, or no known one, as it is."""
    for group, table in data.items():
        if group in _TABLES and isinstance(table, dict):
            yield from (((group, name), value) for name, value in table.items())
        else:
            yield (group,), table


def known_key(path: tuple[str, ...], value: Any = None) -> Key:
    """The setting of that path. Raises UsageError with the nearest right name."""
    if len(path) == 2:
        if path not in _KINDS:
            raise UsageError(f"unknown key {path[1]}{_nearest_key(path[0], path[1])}")
        return path[0], path[1]
    (group,) = path
    if group in _TABLES:
        raise UsageError(f"{group} is a table: write [{group}], and its settings under it")
    if isinstance(value, dict):
        near = get_close_matches(group, _TABLES, n=1, cutoff=0.4)
        hint = f"did you mean [{near[0]}]?" if near else f"there are {', '.join(GROUPS)}"
        raise UsageError(f"unknown table [{group}]: {hint}")
    raise UsageError(f"unknown key {group}{_nearest_key('', group)}")


def _nearest_key(group: str, name: str) -> str:
    home = next((other for other, own in _KINDS if own == name), "")
    if home:
        return f": it belongs under [{home}]"
    own = [own for other, own in _KINDS if other == group]
    for known in (own, [own for _, own in _KINDS]):
        if near := get_close_matches(name, known, n=1, cutoff=0.5):
            place = "" if near[0] in own else f" under [{next(g for g, n in _KINDS if n == near[0])}]"
            return f": did you mean {near[0]}{place}?"
    return f": there are {', '.join(own or GROUPS)}"


def checked(key: Key, value: Any) -> Any:
    """The value, if it is one. Raises UsageError that says what would be."""
    try:
        return msgspec.convert(value, _KINDS[key])
    except msgspec.ValidationError:
        raise UsageError(f"{'.'.join(key)} must be {_wanted(key, value)}") from None


def _wanted(key: Key, value: Any) -> str:
    kind, given = kind_of(key), _as_written(value)
    if get_origin(kind) is Literal:
        right = [str(one) for one in get_args(kind)]
        near = get_close_matches(str(value), right, n=1, cutoff=0.5)
        return f"{' or '.join(right)}, not {given}" + (f": did you mean {near[0]}?" if near else "")
    if kind is bool:
        return f"true or false, not {given}"
    if kind is int:
        bounds = next(note for note in _KINDS[key].__metadata__ if note.ge is not None)
        return f"a whole number from {bounds.ge} to {bounds.le}, not {given}"
    if kind is str:
        return f"text in quotes, not {given}"
    texts = "a list of texts" if get_origin(kind) is tuple else "text in quotes or a list of texts"
    return f"{texts}, not {'one of other things' if isinstance(value, list) else given}"


def _as_written(value: Any) -> str:
    """A value as TOML has it, short enough for a line."""
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, dict | list):
        return "a table" if isinstance(value, dict) else "a list"
    text = f'"{value}"' if isinstance(value, str) else str(value)
    return text if len(text) <= 40 else f"{text[:38]}…"
