"""How far a workspace reaches on the disk: the folders to watch for it, and what a change in one of them means.

Git's own folders say what became of its commits; of its work tree, those count that git does not ignore.
"""

import os
from collections.abc import Collection, Iterator
from contextlib import suppress
from dataclasses import dataclass
from typing import Any, Literal

import pygit2

from muxer.errors import MuxerError
from muxer.workspaces.repository import Workplace, ground_of, opened

MOST = 20_000
"""Folders of one work tree; a bigger one is not watched."""
LOOKED = 200
"""Of so many changed files it is asked whether git ignores them all."""

Stir = Literal["refs", "files", "gone"]
"""What may be another: where its head is, what lies in its work tree and index, or whether it is there at all."""

_HEADS = {"HEAD", "MERGE_HEAD", "CHERRY_PICK_HEAD", "REVERT_HEAD", "BISECT_LOG", "rebase-merge", "rebase-apply"}
"""What git writes into a checkout's own folder when its head moves, or something begins or ends there."""
_KEPT = "refs/heads", "refs/remotes"


@dataclass(frozen=True, slots=True, kw_only=True)
class Reach:
    """Of one workspace, as it is now. All paths are real ones."""

    folder: str
    top: str = ""
    """Its work tree; empty of a bare repository, and where there is none any more."""
    private: str = ""
    """The git folder of this checkout; empty where there is none any more."""
    shared: tuple[tuple[str, str], ...] = ()
    """Git folders whose references count, and the repository that is told of; none is told of a clone's own."""
    git: frozenset[str] = frozenset()
    """Folders of git's to watch, but for those of references."""
    trees: frozenset[str] = frozenset()
    ways: frozenset[str] = frozenset()
    """Where it, or its git folder, may come to be again."""
    too_big: bool = False

    def touches(self, folders: Collection[str]) -> bool:
        """Is one of these watched for it?"""
        return not all(watched.isdisjoint(folders) for watched in (self.git, self.trees, self.ways))

    def stir(self, parent: str, name: str) -> Stir | None:
        """What a change means of that name in that folder; `gone` where the reach itself may be another."""
        path = os.path.join(parent, name)
        if path in (self.top, self.private) or (parent in self.ways and self._leads(path)):
            return "gone"
        if parent in self.git:
            return _in_git(name) if parent == self.private else _in_log(name)
        if parent in self.trees:
            return "gone" if parent == self.top and name == ".git" else "files"
        return None

    def _leads(self, path: str) -> bool:
        """Is it on the way to the workspace, or in what may become its git folder?"""
        begins = not self.private and f"{path}/".startswith(f"{self.folder}/.git/")
        return begins or any(f"{one}/".startswith(f"{path}/") for one in (self.folder, self.top, self.private) if one)

    def checked_out(self) -> str:
        """The reference that HEAD is; empty where that cannot be said."""
        with suppress(OSError), open(os.path.join(self.private, "HEAD"), encoding="utf-8", errors="replace") as file:
            return file.read().strip().partition("ref: ")[2]
        return ""


def reach_of(place: Workplace) -> Reach:
    """How far it reaches now. Takes its time; raises nothing: what cannot be read is waited for."""
    folder = os.path.realpath(place.folder)
    try:
        reach = _reach(place, folder)
    except (MuxerError, pygit2.GitError, OSError):
        reach = None
    if reach:
        return reach
    leads = (os.path.dirname(folder), folder, f"{folder}/.git", _pointed_at(folder))
    return Reach(folder=folder, ways=frozenset(nearest(lead) for lead in leads if lead))


def reference_folders(common: str) -> frozenset[str]:
    """Where a repository keeps its branches and what it knows of other repositories' ones."""
    found = {common, *_there(common, "reftable", "refs")}
    for start in _there(common, *_KEPT):
        found.update(folder for folder, _, _ in os.walk(start))
    return frozenset(found)


def reference_in(common: str, parent: str, name: str) -> str | None:
    """The reference that a change is one of; an empty one where any may have moved."""
    if (parent == common and name == "packed-refs") or (parent == f"{common}/reftable" and name == "tables.list"):
        return ""
    path = os.path.join(parent, name)[len(common) + 1 :] if parent.startswith(common) else ""
    return path if path.startswith(_KEPT) and not name.endswith(".lock") else None


def nearest(folder: str) -> str:
    """The folder, or its first parent that there is."""
    while not os.path.isdir(folder) and folder != os.path.dirname(folder):
        folder = os.path.dirname(folder)
    return folder


def unignored(top: str, paths: Collection[str]) -> bool:
    """Does git care for any of these files?"""
    if len(paths) > LOOKED:
        return True
    try:
        repository = opened(top)
        return any(not _ignored(repository, os.path.relpath(path, top)) for path in paths)
    except (MuxerError, pygit2.GitError):
        return True


def _reach(place: Workplace, folder: str) -> Reach | None:
    """None where no repository is."""
    root = place.source
    if place.kind == "here":
        ground = ground_of(folder)
        if ground is None:
            return None
        root = ground.root
    repository = opened(root if place.kind == "here" else folder)
    top = os.path.realpath(repository.workdir) if repository.workdir else ""
    private = os.path.realpath(repository.path)
    common = common_of(private)
    shared = [(common, "" if place.kind == "clone" else root)]
    if place.kind == "clone" and root and os.path.isdir(root):
        shared.append((common_of(os.path.realpath(opened(root).path)), root))
    trees = frozenset(_tree_folders(repository, top)) if top else frozenset()
    return Reach(
        folder=folder, top=top, private=private, shared=tuple(shared),
        git=frozenset({private, *_there(private, "logs", "reftable")}),
        trees=frozenset() if len(trees) > MOST else trees, too_big=len(trees) > MOST,
        ways=frozenset({nearest(os.path.dirname(folder))}),
    )  # fmt: skip


def _in_git(name: str) -> Stir | None:
    if name in _HEADS:
        return "refs"
    return "files" if name == "index" else "gone" if name in ("logs", "reftable") else None


def _in_log(name: str) -> Stir | None:
    return "refs" if name in ("HEAD", "tables.list") else None


def common_of(private: str) -> str:
    try:
        with open(os.path.join(private, "commondir"), encoding="utf-8") as file:
            return os.path.realpath(os.path.join(private, file.read().strip()))
    except FileNotFoundError:
        return private


def _pointed_at(folder: str) -> str:
    """The git folder of a worktree, whether it is there or not."""
    with suppress(OSError), open(os.path.join(folder, ".git"), encoding="utf-8", errors="replace") as file:
        return os.path.realpath(os.path.join(folder, file.read().strip().removeprefix("gitdir: ")))
    return ""


def _there(folder: str, *names: str) -> Iterator[str]:
    return (path for name in names if os.path.isdir(path := os.path.join(folder, name)))


def _tree_folders(repository: pygit2.Repository, top: str) -> Iterator[str]:
    """Folders that hold tracked files, or may: not what git ignores, and no repository within."""
    tracked = _tracked_folders(repository)
    folders = [top]
    while folders and (folder := folders.pop()):
        yield folder
        with suppress(OSError), os.scandir(folder) as entries:
            for entry in entries:
                if entry.name == ".git" or not entry.is_dir(follow_symlinks=False):
                    continue
                name = entry.path[len(top) + 1 :]
                if name in tracked or not (_is_repository(entry.path) or _ignored(repository, f"{name}/")):
                    folders.append(entry.path)


def _tracked_folders(repository: pygit2.Repository) -> set[str]:
    found: set[str] = set()
    with suppress(pygit2.GitError, ValueError):  # a form of index that libgit2 does not know, or a path in no letters
        for entry in repository.index:
            folder = entry.path.rpartition("/")[0]
            while folder and folder not in found:
                found.add(folder)
                folder = folder.rpartition("/")[0]
    return found


def _is_repository(folder: str) -> bool:
    return os.path.lexists(os.path.join(folder, ".git"))


def _ignored(repository: Any, name: str) -> bool:
    """A file that is tracked all the same is not."""
    return bool(repository.path_is_ignored(name)) and name not in repository.index
