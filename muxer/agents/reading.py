"""The files that describe CLIs, on their way into data: muxer's own, and a person's, which add to them or change them.

Whatever is wrong in a file is named with its line and costs that file; one that changes a CLI of muxer's leaves it be.
"""

import os
import re
from collections.abc import Mapping, Sequence
from dataclasses import MISSING, fields, is_dataclass
from difflib import get_close_matches
from functools import cache, cached_property
from types import UnionType
from typing import Any, Literal, Union, get_args, get_origin, get_type_hints

from muxer.agents.hooking import HOOK_FORMATS, MCP_FORMATS
from muxer.agents.spec import Cli, Composer, Door, Picks, Session
from muxer.agents.usage import FORMATS
from muxer.errors import MuxerError, UnknownName
from muxer.paths import homely
from muxer.toml import Path, key_lines, read_toml

SHIPPED = os.path.join(os.path.dirname(os.path.abspath(__file__)), "clis")

PLACES = ("prompt", "session", "model", "effort", "folder", "settings", "mcp", "port", "token", "text")
"""What braces may hold."""

MOST = 50
"""So many wrong things are answered with what is right; finding the nearest name takes a while."""

_GIVEN = ("name", "file")
"""A file is not asked for its own name."""
_PLACE = re.compile(r"\{([a-z_]+)\}")
_NAME = re.compile(r"[a-z0-9][a-z0-9-]{0,39}")
_NEEDED = {"command": ("argv",), "http": ("url", "body"), "file": ("file", "body")}
"""What a door cannot do without."""
_FORMATS = {("hooks", "format"): HOOK_FORMATS, ("mcp",): MCP_FORMATS, ("usage",): tuple(FORMATS)}
"""What there is code for."""
_GROUPS = {Composer: ("draft",), Picks: ("key", "label")}
"""What the pattern for a row of theirs has to name."""


def read_clis(folder: str) -> tuple[dict[str, Cli], list[str]]:
    """Every CLI by its name, a person's from that folder included, and a line for all that is wrong."""
    clis: dict[str, Cli] = {}
    troubles: list[str] = []
    for place in (SHIPPED, folder):
        for file in _files(place):
            cli, wrong = read_cli(file)
            troubles += wrong
            if cli is not None:
                clis[cli.name] = cli
    return clis, troubles


def cli_names(folder: str) -> list[str]:
    """What there are files for, unread."""
    return sorted({name_of(file) for place in (SHIPPED, folder) for file in _files(place)})


def read_cli(file: str) -> tuple[Cli | None, list[str]]:
    """One file's CLI, over muxer's own of that name if there is one; None where anything is wrong, and what."""
    name, shipped = name_of(file), os.path.join(SHIPPED, os.path.basename(file))
    if not _NAME.fullmatch(name):
        return None, [f"{homely(file)}: call it by a name of small letters, digits and hyphens: my-agent.toml"]
    try:
        text, own = read_toml(file)
        base = {} if os.path.realpath(file) == shipped else read_toml(shipped)[1]
    except MuxerError as error:
        return None, [str(error).replace(file, homely(file))]
    reading = _Reading(homely(file), text)
    cli = reading.cli(name, file, _over(base, own))
    return cli, reading.troubles


def name_of(file: str) -> str:
    """The name of the CLI that a file describes."""
    return os.path.basename(file).removesuffix(".toml")


def _files(folder: str) -> list[str]:
    try:
        names = sorted(os.listdir(folder))
    except OSError:
        return []
    return [os.path.join(folder, name) for name in names if name.endswith(".toml") and name[0] != "."]


def _over(base: dict[str, Any], own: dict[str, Any]) -> dict[str, Any]:
    """Both, field by field; rules of one's own go first, and in the place of those that have their name."""
    both = dict(base)
    for key, value in own.items():
        below = base.get(key)
        if isinstance(value, dict) and isinstance(below, dict):
            both[key] = _over(below, value)
        elif key == "rules" and below and _are_tables(value):
            named = [rule.get("name") for rule in value]
            both[key] = [*value, *(rule for rule in below if rule["name"] not in named)]
        else:
            both[key] = value
    return both


def _are_tables(value: object) -> bool:
    return isinstance(value, list) and all(isinstance(one, dict) for one in value)


@cache
def _kinds(struct: type) -> dict[str, Any]:
    """The fields that a table may have, and of what kind they are."""
    return {name: kind for name, kind in get_type_hints(struct).items() if struct is not Cli or name not in _GIVEN}


class _Reading:
    """One file being read."""

    def __init__(self, file: str, text: str) -> None:
        self._file, self._text = file, text
        self.troubles: list[str] = []

    @cached_property
    def _lines(self) -> dict[Path, int]:
        return key_lines(self._text)

    def _wrong(self, path: Path, words: object) -> None:
        lines = self._lines
        line = next((lines[path[:n]] for n in range(len(path), 0, -1) if path[:n] in lines), 1)
        self.troubles.append(f"{self._file}:{line}: {words}")

    def cli(self, name: str, file: str, data: dict[str, Any]) -> Cli | None:
        if "binary" not in data:
            self._wrong((), "binary is missing: the names of its program, or [] for a person's shell")
        values = self._fields(Cli, {"title": name, "short": name} | data, ())
        return None if self.troubles else Cli(**values, name=name, file=file)

    def _fields(self, struct: type, data: dict[str, Any], path: Path) -> dict[str, Any]:
        """A table's fields, each as it should be; what is not is noted."""
        kinds, values = _kinds(struct), {}
        for key, value in data.items():
            self._known("field", key, list(kinds), (*path, key))
            if key in kinds:
                values[key] = self._value(kinds[key], value, (*path, key))
        return values

    def _value(self, kind: Any, value: Any, path: Path) -> Any:
        if get_origin(kind) in (Union, UnionType):
            kind = get_args(kind)[0]
        if is_dataclass(kind):
            return self._table(kind, value, path) if self._is(dict, value, path, "a table") else None
        readers = {tuple: self._list, Mapping: self._mapping, Literal: self._one_of, re.Pattern: self._pattern}
        return readers.get(get_origin(kind), self._plain)(kind, value, path)

    def _is(self, kind: type | tuple[type, ...], value: Any, path: Path, wanted: str) -> bool:
        # True is an int to Python, and no number to anybody else.
        right = isinstance(value, kind) and (kind is bool or not isinstance(value, bool))
        if not right:
            self._wrong(path, f"{_last(path)} must be {wanted}, not {_as_written(value)}")
        return right

    def _table(self, struct: Any, data: dict[str, Any], path: Path) -> Any:
        before = len(self.troubles)
        values = self._fields(struct, data, path)
        for one in fields(struct):
            if one.name not in data and one.default is MISSING and one.default_factory is MISSING:
                self._wrong(path, f"{_last(path)} needs {one.name}")
        if len(self.troubles) > before:
            return None
        made = struct(**values)
        self._check(made, path)
        return made

    def _check(self, made: Any, path: Path) -> None:
        """What no single field can be blamed for."""
        if isinstance(made, Door):
            missing = [name for name in _NEEDED.get(made.kind, ()) if not getattr(made, name)]
            if missing:
                self._wrong(path, f"a door of kind {made.kind} needs {' and '.join(missing)}")
        elif isinstance(made, Session):
            self._pattern(str, made.shape, (*path, "shape"))
        elif type(made) in _GROUPS and made.row is not None:
            missing = [f"(?P<{name}>…)" for name in _GROUPS[type(made)] if name not in made.row.groupindex]
            if missing:
                self._wrong((*path, "row"), f"row must have {' and '.join(missing)} in it")

    def _plain(self, kind: Any, value: Any, path: Path) -> Any:
        """Text, a number, true or false."""
        right = (int, float) if kind is float else kind
        if not self._is(right, value, path, _WANTED[kind]):
            return value
        if kind in _LIMITS and not _LIMITS[kind][0] <= value <= _LIMITS[kind][1]:
            self._wrong(path, f"{_last(path)} must be {_WANTED[kind]}, not {_as_written(value)}")
        elif kind is str:
            for place in _PLACE.findall(value):
                self._known("placeholder", place, PLACES, path)
            if path in _FORMATS:
                self._known("format", value, _FORMATS[path], path)
        return value

    def _known(self, kind: str, name: str, known: Sequence[str], path: Path) -> None:
        if name not in known and len(self.troubles) < MOST:
            self._wrong(path, UnknownName(kind, name, list(known)))

    def _list(self, kind: Any, value: Any, path: Path) -> Any:
        one = get_args(kind)[0]
        if not self._is(list, value, path, "a list of texts" if one is str else "a list"):
            return ()
        return tuple(self._value(one, member, (*path, str(at))) for at, member in enumerate(value))

    def _mapping(self, kind: Any, value: Any, path: Path) -> Any:
        if not self._is(dict, value, path, "a table"):
            return {}
        return {key: self._value(get_args(kind)[1], member, (*path, key)) for key, member in value.items()}

    def _one_of(self, kind: Any, value: Any, path: Path) -> Any:
        right = get_args(kind)
        if value not in right and len(self.troubles) < MOST:
            near = get_close_matches(str(value), right, n=1)
            hint = f"did you mean {near[0]}?" if near else f"it can be {', '.join(right)}"
            self._wrong(path, f"{_last(path)} cannot be {_as_written(value)}: {hint}")
        return value

    def _pattern(self, _kind: Any, value: Any, path: Path) -> Any:
        if not self._is(str, value, path, "a pattern"):
            return None
        try:
            return re.compile(value, re.MULTILINE)
        except (re.error, RecursionError, OverflowError) as error:
            self._wrong(path, f"{_last(path)} is no pattern: {error}")
            return None


_LIMITS: dict[type, tuple[int, int]] = {int: (1, 1000), float: (0, 600)}
"""Of rows, and of seconds."""
_WANTED = {
    str: "text in quotes", bool: "true or false", int: "a whole number from 1 to 1000", float: "a number from 0 to 600"
}  # fmt: skip


def _last(path: Path) -> str:
    """What a key is called; a list's member goes by the list's name."""
    return next((part for part in reversed(path) if not part.isdigit()), "")


def _as_written(value: Any) -> str:
    if isinstance(value, dict | list):
        return "a table" if isinstance(value, dict) else "a list"
    if isinstance(value, int) and value.bit_length() > 64:
        return "so large a number"
    text = repr(value) if isinstance(value, str) else str(value).lower()
    return text if len(text) <= 40 else f"{text[:38]}…"
