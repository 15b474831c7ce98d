"""What a new workspace gets besides what git knows: copies of small files, and big folders whose content is shared.

Only what git ignores there comes along: anything else would count as the agent's own work. Where the disk can do it,
files of big folders share their blocks until one is written to; elsewhere they are hard links, but for caches.
"""

import fcntl
import os
import shutil
import stat
import sys
from collections.abc import Sequence

from muxer.paths import homely
from muxer.workspaces.git import Refused, git, printable
from muxer.workspaces.repository import Workplace

_FICLONE = 0x40049409
"""Linux: let a file have the blocks of another."""
_STORES = (".bin", ".pnpm", ".store")
"""Where packages lie; other names with a dot in front are of caches, which programs write to in place."""


def furnish(place: Workplace, *, copies: Sequence[str], links: Sequence[str]) -> list[str]:
    """Give it what git does not have; a line for each thing that it could not be given. Takes its time."""
    said = []
    for path in dict.fromkeys((*copies, *links)):
        if not os.path.lexists(os.path.join(place.source, path)):
            continue
        why = _why_not(place, path) or _brought(place, path, share=path in links)
        if why:
            said.append(f"{printable(path)} {why}")
    return said


def _why_not(place: Workplace, path: str) -> str:
    parts = path.split("/")
    if os.path.isabs(path) or ".." in parts or parts[0] == ".git":
        return "was not copied: it is no path inside the project"
    if not all(_inside(root, os.path.dirname(os.path.join(root, path))) for root in (place.source, place.folder)):
        return "was not copied: a link leads out of the project"
    if os.path.lexists(os.path.join(place.folder, path)):
        return "is there already, from git: it was left as it is"
    try:
        git(place.folder, "check-ignore", "--quiet", "--", path)
    except Refused:
        return "was not copied: git does not ignore it, so it would count as the agent's work"
    return ""


def _brought(place: Workplace, path: str, *, share: bool) -> str:
    """A line if it could not be brought, or if that has a consequence."""
    one, other = os.path.join(place.source, path), os.path.join(place.folder, path)
    if not _inside(place.source, one):
        return "was not copied: it leads out of the project"
    carrier = _Carrier(share=share)
    try:
        os.makedirs(os.path.dirname(other), exist_ok=True)
        carrier.bring(one, other)
    except OSError as error:
        return f"was not copied whole: {error.strerror} ({homely(str(error.filename or other))})"
    return "shares its files with the project: what changes one in place changes both" if carrier.linked else ""


def _inside(root: str, path: str) -> bool:
    return f"{os.path.realpath(path)}/".startswith(f"{os.path.realpath(root)}/")


class _Carrier:
    """Brings files from one folder to another."""

    def __init__(self, *, share: bool) -> None:
        self._share = share
        """May they be links to the same file?"""
        self._clones = sys.platform == "linux"
        """May the disk be able to share blocks, as far as we know?"""
        self.linked = False
        """Are there links now?"""

    def bring(self, one: str, other: str) -> None:
        if os.path.islink(one) or not os.path.isdir(one):
            self._bring_file(one, other, share=self._share)
            return
        for folder, folders, files in os.walk(one):
            inside = os.path.relpath(folder, one)
            to = os.path.normpath(os.path.join(other, inside))
            os.mkdir(to)
            shutil.copystat(folder, to)
            share = self._share and not any(map(_is_cache, inside.split("/")))
            for name in (*files, *(name for name in folders if os.path.islink(os.path.join(folder, name)))):
                self._bring_file(os.path.join(folder, name), os.path.join(to, name), share=share)

    def _bring_file(self, one: str, other: str, *, share: bool) -> None:
        """What is neither a file nor a link is nobody's to copy."""
        kind = os.lstat(one).st_mode
        if stat.S_ISLNK(kind):
            os.symlink(os.readlink(one), other)
        elif stat.S_ISREG(kind) and not self._cloned(one, other) and not (share and self._hard_linked(one, other)):
            shutil.copy2(one, other)

    def _cloned(self, one: str, other: str) -> bool:
        if self._clones:
            with open(one, "rb") as file, open(other, "xb") as made:
                try:
                    fcntl.ioctl(made, _FICLONE, file.fileno())
                except OSError:
                    self._clones = False
            if self._clones:
                shutil.copystat(one, other)
            else:
                os.unlink(other)
        return self._clones

    def _hard_linked(self, one: str, other: str) -> bool:
        try:
            os.link(one, other)
        except OSError:  # another disk, or one that has no links
            return False
        self.linked = True
        return True


def _is_cache(name: str) -> bool:
    return name.startswith(".") and name not in (".", *_STORES)
