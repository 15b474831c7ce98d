"""Themes: files that give each role of the look a colour. Widgets ask for a role and get ready SGR."""

import re
from dataclasses import dataclass

from muxer.config import line_of, read_toml
from muxer.errors import UnknownName, UsageError
from muxer.shipped import find

ROLES = ("accent", "work", "wait", "good", "bad", "text", "quiet", "line")

_HEX = re.compile(r"#([0-9a-fA-F]{2})([0-9a-fA-F]{2})([0-9a-fA-F]{2})").fullmatch


@dataclass(frozen=True, slots=True)
class Theme:
    """The colours of every role."""

    name: str
    dark: bool
    colors: dict[str, tuple[int, int, int]]

    def ink(self, role: str, *, on: str | None = None, bold: bool = False) -> str:
        """SGR that writes in a role's colour, perhaps on another's."""
        red, green, blue = self.colors[role]
        weight = "1;" if bold else ""
        ground = "" if on is None else ";48;2;{};{};{}".format(*self.colors[on])
        return f"\x1b[0;{weight}38;2;{red};{green};{blue}{ground}m"


def read_theme(name: str) -> Theme:
    """The theme of that name, from the person's folder or muxer's. Raises UsageError naming file and line."""
    file = find("themes", name)
    text, data = read_toml(file)
    roles = data.get("roles", {})
    if not isinstance(roles, dict):
        raise UsageError(f"{file}:{line_of(text, ['roles'])}: roles must be a table")
    for key in data:
        if key not in ("dark", "roles"):
            raise UsageError(f"{file}:{line_of(text, [key])}: {UnknownName('key', key, ['dark', 'roles'])}")
    colors = {}
    for role, value in roles.items():
        where = f"{file}:{line_of(text, ['roles', role])}"
        if role not in ROLES:
            raise UsageError(f"{where}: {UnknownName('role', role, list(ROLES))}")
        found = _HEX(value) if isinstance(value, str) else None
        if found is None:
            raise UsageError(f"{where}: {role} must be a colour like #7aa2f7, not {value!r}")
        red, green, blue = (int(part, 16) for part in found.groups())
        colors[role] = (red, green, blue)
    missing = [role for role in ROLES if role not in colors]
    if missing:
        raise UsageError(f"{file}: no colour for {', '.join(missing)}")
    return Theme(name, bool(data.get("dark", True)), colors)
