"""Themes and keymaps, found by name: the person's own first, then the checkout's, then the installed package's."""

import os

from muxer.errors import UnknownName
from muxer.paths import config_folder

_PACKAGE = os.path.dirname(os.path.abspath(__file__))


def folders(kind: str) -> list[str]:
    """Where files of a kind (`themes`, `keymaps`) may lie; an editable install has a stale copy beside the package."""
    checkout = os.path.join(os.path.dirname(_PACKAGE), kind)
    return [os.path.join(config_folder(), kind), checkout, os.path.join(_PACKAGE, kind)]


def names(kind: str) -> list[str]:
    """Every name there is."""
    found = set()
    for folder in folders(kind):
        if os.path.isdir(folder):
            found |= {file[:-5] for file in os.listdir(folder) if file.endswith(".toml")}
    return sorted(found)


def find(kind: str, name: str) -> str:
    """The file of that name. Raises UnknownName with the nearest names."""
    known = names(kind)
    if name in known:
        for folder in folders(kind):
            file = os.path.join(folder, f"{name}.toml")
            if os.path.isfile(file):
                return file
    raise UnknownName(kind.removesuffix("s"), name, known)
