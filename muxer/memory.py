"""The one place that writes TOML: what people choose on the screen, and layouts that they save. Files change whole."""

import os
from collections.abc import Mapping
from contextlib import suppress
from typing import Any

import tomli_w


def put_aside(file: str) -> str:
    """Move a file of muxer's own out of the way, so that nothing of it is lost; its name now."""
    aside = f"{file}.broken"
    try:
        os.replace(file, aside)
    except OSError:
        return file
    return aside


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
