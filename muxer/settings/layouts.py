"""Saved layouts: files that say how a tab is split, and which program runs where. Read and checked here, not written.

A file may have been edited by hand: what is off is one line that names file and line, and nothing is opened then.
"""

import os
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Literal

import msgspec

from muxer.errors import UnknownName, UsageError
from muxer.paths import config_folder
from muxer.toml import Path, key_lines, read_toml

MOST = 100
"""Panes of one layout."""
DEEPEST = 16
"""Splits in splits."""

_NAME = re.compile(r"\w[\w .+-]{0,63}").fullmatch


class SavedPane(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What runs in a pane."""

    cwd: str = ""
    command: tuple[str, ...] = ()
    """Nothing for a shell."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SavedLayout:
    """One tab."""

    name: str
    file: str
    tree: Any
    """As the screen's layouts are written as data, with names for panes."""
    panes: Mapping[str, SavedPane]
    focus: str
    zoomed: bool
    lines: Mapping[Path, int]

    def at(self, *path: str) -> str:
        """File and line of a key."""
        return f"{self.file}:{self.lines.get(path, 1)}"


def layouts_folder() -> str:
    """Where they are kept."""
    return os.path.join(config_folder(), "layouts")


def layout_file(name: str) -> str:
    """The file of that name. Raises UsageError for what cannot name one."""
    if not _NAME(name) or name.endswith((" ", ".")):
        raise UsageError(f"{name!r} cannot name a layout: use letters, digits, spaces, dots and hyphens")
    return os.path.join(layouts_folder(), f"{name}.toml")


def layout_names() -> list[str]:
    """Every saved layout, by name."""
    try:
        found = os.listdir(layouts_folder())
    except OSError:
        return []
    return sorted(name for file in found if file.endswith(".toml") and _NAME(name := file.removesuffix(".toml")))


def known_layout(name: str) -> str:
    """The file of a layout that there is. Raises UnknownName with the nearest."""
    file = layout_file(name)
    if not os.path.lexists(file):
        raise UnknownName("layout", name, layout_names())
    return file


def read_layout(name: str) -> SavedLayout:
    """The layout of that name. Raises UnknownName, or UsageError in one line with file and line."""
    file = known_layout(name)
    text, data = read_toml(file)
    lines = key_lines(text)

    def off(path: Path, words: str) -> UsageError:
        at = next((lines[path[:n]] for n in range(len(path), 0, -1) if path[:n] in lines), 1)
        return UsageError(f"{file}:{at}: {words}")

    for key in data:
        if key not in ("focus", "zoomed", "tree", "pane"):
            raise off((key,), str(UnknownName("key", key, ["focus", "zoomed", "tree", "pane"])))
    try:
        panes = _panes(data.get("pane"))
        tree = _branch(data.get("tree"), ("tree",))
        held = [_held(pane, path, panes) for pane, path in _leaves(tree, ("tree",))]
        _count(held, panes)
        focus, zoomed = data.get("focus", held[0]), data.get("zoomed", False)
        if focus not in held:
            raise _Off(("focus",), f"focus must be one of its panes, not {focus!r}")
        if not isinstance(zoomed, bool):
            raise _Off(("zoomed",), "zoomed must be true or false")
    except _Off as error:
        raise off(error.path, error.words) from None
    return SavedLayout(name=name, file=file, tree=_plain(tree), panes=panes, focus=focus, zoomed=zoomed, lines=lines)


class _Off(Exception):
    """Something is wrong at that key."""

    def __init__(self, path: Path, words: str) -> None:
        super().__init__(words)
        self.path, self.words = path, words


class _Branch(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A pane, or a split of the room."""

    weight: float = 1.0
    pane: str = ""
    axis: Literal["", "row", "column"] = ""
    children: tuple["_Branch", ...] = ()


def _panes(data: Any) -> dict[str, SavedPane]:
    if not isinstance(data, dict) or not data:
        raise _Off(("pane",), "a layout needs a table [pane.NAME] for each pane")
    panes = {}
    for name, value in data.items():
        try:
            panes[name] = msgspec.convert(value, SavedPane)
        except msgspec.ValidationError as error:
            raise _refused(error, ("pane", name), ["cwd", "command"]) from None
        if not name.isprintable() or not name:
            raise _Off(("pane", name), f"{name!r} cannot name a pane")
    return panes


def _branch(data: Any, path: Path, depth: int = 0) -> _Branch:
    """Each level by itself, so that a fault has the line that it stands on."""
    if depth > DEEPEST:
        raise _Off(path, f"more than {DEEPEST} splits in one another")
    children = data.get("children", []) if isinstance(data, dict) else []
    try:
        branch = msgspec.convert(data if not children else {**data, "children": []}, _Branch)
    except msgspec.ValidationError as error:
        raise _refused(error, path, ["axis", "children", "pane", "weight"]) from None
    if not isinstance(children, list):
        raise _Off((*path, "children"), "children must be a list")
    if not 0 < branch.weight < 1e9:
        raise _Off((*path, "weight"), "weight must be more than 0")
    if bool(branch.pane) == bool(branch.axis):
        raise _Off(path, "a part of the tree is either a pane, or an axis (row or column) with children")
    if branch.axis and len(children) < 2:
        raise _Off(path, "a split needs two children at least")
    if branch.pane and children:
        raise _Off(path, f"the pane {branch.pane} cannot have children")
    inner = tuple(_branch(child, (*path, "children", str(n)), depth + 1) for n, child in enumerate(children))
    return msgspec.structs.replace(branch, children=inner)


def _refused(error: msgspec.ValidationError, path: Path, known: list[str]) -> _Off:
    words, _, where = str(error).partition(" - at ")
    if "unknown field" in words:
        wrong = words.split("`")[1]
        return _Off((*path, wrong), str(UnknownName("key", wrong, known)))
    key = where.strip("`$.").partition("[")[0]
    return _Off((*path, key) if key else path, f"{key or path[-1]}: {words.lower().replace('`', '')}")


def _leaves(branch: _Branch, path: Path) -> Iterator[tuple[str, Path]]:
    if branch.pane:
        yield branch.pane, (*path, "pane")
    for n, child in enumerate(branch.children):
        yield from _leaves(child, (*path, "children", str(n)))


def _held(pane: str, path: Path, panes: Mapping[str, SavedPane]) -> str:
    if pane not in panes:
        raise _Off(path, str(UnknownName("pane", pane, list(panes))))
    return pane


def _count(held: list[str], panes: Mapping[str, SavedPane]) -> None:
    for pane in panes:
        if held.count(pane) != 1:
            where = "is not in the tree" if pane not in held else "is in the tree twice"
            raise _Off(("pane", pane), f"the pane {pane} {where}")
    if len(held) > MOST:
        raise _Off(("tree",), f"{len(held)} panes are more than {MOST}")


def _plain(branch: _Branch) -> Any:
    if branch.pane:
        return branch.pane
    weights = [child.weight for child in branch.children]
    return {"axis": branch.axis, "weights": weights, "children": [_plain(child) for child in branch.children]}


def to_file(tree: Any, panes: Mapping[str, SavedPane], *, focus: str, zoomed: bool) -> dict[str, Any]:
    """What the file of a tab holds: the inverse of reading it."""
    tables = {}
    for name, pane in panes.items():
        command = {"command": list(pane.command)} if pane.command else {}
        tables[name] = {"cwd": pane.cwd, **command}
    return {"focus": focus, "zoomed": zoomed, "tree": _branch_data(tree), "pane": tables}


def _branch_data(tree: Any) -> dict[str, Any]:
    if isinstance(tree, str):
        return {"pane": tree}
    parts = zip(tree["children"], tree["weights"], strict=True)
    whole = sum(tree["weights"])
    children = [{"weight": max(0.01, round(100 * weight / whole, 2)), **_branch_data(child)} for child, weight in parts]
    return {"axis": tree["axis"], "children": children}
