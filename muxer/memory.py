"""What a host remembers for the next one: what is where, and which panes there were. One TOML file, replaced whole."""

import os
import tomllib
from collections.abc import Iterable, Mapping
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
        return Memory(trouble=f"the layout could not be read and was put aside as {_put_aside(file)}: {error}")
    if data.get("version") != VERSION:
        return Memory(trouble=f"the layout is of another muxer and was put aside as {_put_aside(file)}")
    bench, panes = data.get("bench"), data.get("panes")
    return Memory(
        bench=bench if isinstance(bench, dict) else {},
        panes={str(pane): str(name) for pane, name in panes.items()} if isinstance(panes, dict) else {},
    )


def _put_aside(file: str) -> str:
    aside = f"{file}.broken"
    try:
        os.replace(file, aside)
    except OSError:
        return file
    return aside


def remember(file: str, bench: Mapping[str, Any], panes: Iterable[tuple[str, str]]) -> None:
    """Write it all down, so that a reader finds the old file or the new one. Raises OSError."""
    text = tomli_w.dumps({"version": VERSION, "bench": dict(bench), "panes": dict(panes)})
    new = f"{file}.new"
    with open(new, "w", encoding="utf-8") as opened:
        opened.write(text)
    os.replace(new, file)
