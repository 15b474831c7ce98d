"""What a host remembers for the next one: what is where, and which panes there were. One TOML file, replaced whole.

It is also the one place that writes TOML: what people choose on the screen, layouts that they save.
"""

import os
import tomllib
from collections.abc import Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any

import tomli_w

VERSION = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Memory:
    """The file's content, as far as it could be read."""

    bench: dict[str, Any] = field(default_factory=dict)
    panes: dict[str, str] = field(default_factory=dict)
    """Names of the panes that there were, by id; empty after an orderly end."""
    trouble: str = ""


def recall(file: str) -> Memory:
    """What the last host left. A file that cannot be read is put aside, and said so."""
    try:
        with open(file, "rb") as opened:
            data = tomllib.load(opened)
    except FileNotFoundError:
        return Memory()
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        return Memory(trouble=f"the layout could not be read and was put aside as {put_aside(file)}: {error}")
    if data.get("version") != VERSION:
        return Memory(trouble=f"the layout is of another muxer and was put aside as {put_aside(file)}")
    bench, panes = data.get("bench"), data.get("panes")
    return Memory(
        bench=bench if isinstance(bench, dict) else {},
        panes={str(pane): str(name) for pane, name in panes.items()} if isinstance(panes, dict) else {},
    )


def put_aside(file: str) -> str:
    """Move a file of muxer's own out of the way, so that nothing of it is lost; its name now."""
    aside = f"{file}.broken"
    try:
        os.replace(file, aside)
    except OSError:
        return file
    return aside


def remember(file: str, bench: Mapping[str, Any], panes: Iterable[tuple[str, str]]) -> None:
    """Write it all down. Raises OSError."""
    write_toml(file, {"version": VERSION, "bench": dict(bench), "panes": dict(panes)})


def write_toml(file: str, data: Mapping[str, Any], *, head: str = "") -> None:
    """Replace a file of muxer's own, so that a reader finds the old one or the new one, whole. Raises OSError."""
    file = os.path.realpath(file)  # people keep their settings elsewhere, and link to them
    text = head + tomli_w.dumps(data)
    new = f"{file}.new"
    try:
        with open(new, "w", encoding="utf-8") as opened:
            opened.write(text)
        os.replace(new, file)
    except OSError:
        with suppress(OSError):
            os.unlink(new)
        raise
