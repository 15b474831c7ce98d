"""A person's settings: `config.toml` in the config folder. Every one has a good default.

Strict: a wrong key or value names the file, the line and the nearest right name. Read once,
by whoever starts the host, and passed down.
"""

import os
import tomllib
from difflib import get_close_matches
from typing import Annotated, Any, Literal

import msgspec

from muxer.errors import UsageError
from muxer.paths import config_folder


class Clients(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Terminals attached to one host."""

    size: Literal["smallest", "latest"] = "smallest"
    """Whose size the screen has when several are attached."""


class Panes(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What every pane gets."""

    shell: str = ""
    """The program of a new pane; empty: $SHELL."""
    scrollback: Annotated[int, msgspec.Meta(ge=0, le=1_000_000)] = 10_000
    """Lines of history that are kept at least; the engine forgets by the page, some hundred lines at a time."""
    clipboard: bool = True
    """May programs put text on your clipboard (OSC 52)?"""


class Look(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """How it looks and what the keys are."""

    theme: str = "night"
    keymap: str = "tmux"
    follow: bool = False
    """Change between the two themes below as the terminal outside turns dark or light (mode 2031)."""
    dark: str = "night"
    light: str = "day"
    glyphs: Literal["unicode", "ascii"] = "unicode"
    motion: bool = True
    """May anything on the screen move by itself?"""
    sidebar: Literal["auto", "shown", "hidden"] = "auto"
    """auto: where there are 100 columns."""
    clock: bool = True


class Notices(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """How you hear of what happens in a pane that you do not look at."""

    toast: bool = True
    bell: bool = True
    desktop: bool = True
    """Passed on to your terminal (OSC 9, 99 or 777), which shows it as your desktop does."""


class Config(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """All settings; every one has a good default."""

    clients: Clients = Clients()
    panes: Panes = Panes()
    look: Look = Look()
    notices: Notices = Notices()


def line_of(text: str, path: list[str]) -> int:
    """The line on which a key of a TOML text first exists: growing prefixes are parsed, but only errors pay for it."""
    lines = text.splitlines()
    for count in range(1, len(lines) + 1):
        try:
            found: Any = tomllib.loads("\n".join(lines[:count]))
        except tomllib.TOMLDecodeError:
            continue
        for part in path:
            found = found.get(part) if isinstance(found, dict) else None
        if found is not None:
            return count
    return 1


def _complain(file: str, text: str, error: msgspec.ValidationError) -> UsageError:
    words, _, where = str(error).partition(" - at ")
    path = [part for part in where.strip("`$").split(".") if part]
    if "unknown field" in words:
        wrong = words.split("`")[1]
        known = _fields(Config, path)
        near = get_close_matches(wrong, known, n=1, cutoff=0.4)
        hint = f"did you mean {near[0]}?" if near else f"there are {', '.join(known)}"
        return UsageError(f"{file}:{line_of(text, [*path, wrong])}: unknown key {wrong}: {hint}")
    return UsageError(f"{file}:{line_of(text, path)}: {'.'.join(path)}: {words.lower().replace('`', '')}")


def _fields(struct: Any, path: list[str]) -> list[str]:
    for part in path:
        struct = {f.name: f.type for f in msgspec.structs.fields(struct)}[part]
    return [field.name for field in msgspec.structs.fields(struct)]


def read_toml(file: str) -> tuple[str, dict[str, Any]]:
    """A file's text and its data; nothing where there is no file. Raises UsageError with file and line."""
    try:
        with open(file, encoding="utf-8") as opened:
            text = opened.read()
        return text, tomllib.loads(text)
    except FileNotFoundError:
        return "", {}
    except (OSError, UnicodeDecodeError) as error:
        raise UsageError(f"cannot read {file}: {error}") from None
    except tomllib.TOMLDecodeError as error:
        raise UsageError(f"{file}: {error}") from None


def read_config(file: str | None = None) -> Config:
    """The person's settings, or the defaults. Raises UsageError in one line."""
    file = file or os.path.join(config_folder(), "config.toml")
    text, data = read_toml(file)
    try:
        return msgspec.convert(data, Config)
    except msgspec.ValidationError as error:
        raise _complain(file, text, error) from None
