"""Themes: files that give each role of the look a colour, and the terminals outside theirs.

Widgets ask for a role and get ready SGR. Every pair of text and ground that a shipped theme can be asked for is
readable (WCAG AA, checked over the files by a test).
"""

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from muxer.errors import UnknownName, UsageError
from muxer.shipped import find
from muxer.terminal.engine import Rgb
from muxer.toml import line_of, read_toml

ROLES = ("accent", "work", "wait", "good", "bad", "text", "quiet", "line", "ground", "raised")
"""`ground` lies under bars, `raised` under dialogs and the chosen row of a list; the others are written."""
TERMINAL = ("foreground", "background", "cursor", "selection")
EIGHT = ("black", "red", "green", "yellow", "blue", "magenta", "cyan", "white")
ANSI = (*EIGHT, *(f"bright_{name}" for name in EIGHT))

Color = Rgb | str
"""Or the name of one of the terminal's own: ANSI's, `default`, or `dim` for a faint default."""

_NAMES = (*ANSI, "default", "dim")
_GROUNDS = {"ground", "raised", "selection"}
_TABLES = {"roles": ROLES, "terminal": TERMINAL, "ansi": ANSI}
_HEX = re.compile(r"#([0-9a-fA-F]{2})([0-9a-fA-F]{2})([0-9a-fA-F]{2})").fullmatch

Where = Callable[..., str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Theme:
    """The colours of every role, and of the terminals outside."""

    name: str
    dark: bool
    colors: dict[str, Color]
    """The roles', and those of TERMINAL if the theme sets them."""
    palette: tuple[Rgb, ...] = ()
    """The sixteen ANSI colours. Empty: the terminals keep all of their own."""

    def ink(self, role: str, *, on: str | None = None, bold: bool = False) -> str:
        """SGR that writes in a role's colour, perhaps on another's; on="line" is on a bar, and so is on="ground"."""
        weight = ";1" if bold else ""
        if on is None:
            return f"\x1b[0{weight}{_written(self.colors[role])}m"
        ground = self.colors.get("ground" if on == "line" else on, "reverse")
        color = self.colors["ground" if role == "line" else role]
        if ground == "default":
            return f"\x1b[0{weight}{_written(color)}m"
        if ground == "reverse":
            return f"\x1b[0{weight};7{_written(color)}m"
        if isinstance(ground, str) and on not in _GROUNDS:
            # What the terminal's own colours are nobody knows, but its ground is what each role is readable on.
            return f"\x1b[0{weight};7{_written(ground)}m"
        return f"\x1b[0{weight}{_written(color)}{_laid(ground)}m"

    def rgb(self, name: str) -> Rgb | None:
        """A colour in numbers; None where it is the terminal's own."""
        color = self.colors.get(name)
        return color if isinstance(color, tuple) else None


def _written(color: Color) -> str:
    if isinstance(color, tuple):
        return ";38;2;{};{};{}".format(*color)
    if color in ANSI:
        at = ANSI.index(color)
        return f";{30 + at if at < len(EIGHT) else 82 + at}"
    return ";2" if color == "dim" else ""


def _laid(color: Color) -> str:
    if isinstance(color, tuple):
        return ";48;2;{};{};{}".format(*color)
    if color in ANSI:
        at = ANSI.index(color)
        return f";{40 + at if at < len(EIGHT) else 92 + at}"
    return ""


def read_theme(name: str) -> Theme:
    """The theme of that name, from the person's folder or muxer's. Raises UsageError naming file and line."""
    file = find("themes", name)
    text, data = read_toml(file)

    def where(*path: str) -> str:
        return f"{file}:{line_of(text, list(path))}"

    for key in data:
        if key not in ("dark", *_TABLES):
            raise UsageError(f"{where(key)}: {UnknownName('key', key, ['dark', *_TABLES])}")
    dark = data.get("dark", True)
    if not isinstance(dark, bool):
        raise UsageError(f"{where('dark')}: dark must be true or false, not {dark!r}")
    colors = _table(data, "roles", where, lambda color: color in _NAMES)
    palette: dict[str, Color] = {}
    if "terminal" in data or "ansi" in data:
        colors |= _table(data, "terminal", where)
        palette = _table(data, "ansi", where)
    return Theme(
        name=name, dark=dark, colors=colors, palette=tuple(c for c in palette.values() if not isinstance(c, str))
    )


def _table(
    data: dict[str, Any], table: str, where: Where, is_name: Callable[[str], bool] = lambda _: False
) -> dict[str, Color]:
    """The colours of one table, in the order in which it should have them."""
    values, known = data.get(table, {}), _TABLES[table]
    if not isinstance(values, dict):
        raise UsageError(f"{where(table)}: {table} must be a table")
    for key, value in values.items():
        if key not in known:
            raise UsageError(
                f"{where(table, key)}: {UnknownName('role' if table == 'roles' else 'colour', key, list(known))}"
            )
        if not isinstance(value, str) or not (_HEX(value) or is_name(value)):
            raise UsageError(f"{where(table, key)}: {key} must be a colour like #7aa2f7, not {value!r}")
    missing = [key for key in known if key not in values]
    if missing:
        raise UsageError(f"{where(table)}: no colour for {', '.join(missing)} in [{table}]")
    return {key: _color(values[key]) for key in known}


def _color(value: str) -> Color:
    found = _HEX(value)
    if found is None:
        return value
    red, green, blue = (int(part, 16) for part in found.groups())
    return red, green, blue
