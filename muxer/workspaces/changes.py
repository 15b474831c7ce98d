"""What lies in a work tree and in no commit, and all that it changes against another commit.

It is read without running anything of the repository's. Git is asked where only git can tell: an index in a form that
libgit2 does not know, files that go through filters, files that are left out of the work tree on purpose.
"""

import os
import stat
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

import pygit2
from pygit2.enums import DeltaStatus, DiffOption, FileMode

from muxer.work import Touched
from muxer.workspaces.git import git

MOST = 2000
"""So many files are told with their lines."""
LARGEST = 1 << 20
"""The lines of bigger files are not counted."""
_LOOSE = DiffOption.INCLUDE_UNTRACKED | DiffOption.RECURSE_UNTRACKED_DIRS | DiffOption.INCLUDE_TYPECHANGE
_FILTERS = ("filter", "working-tree-encoding")
"""Attributes of files that git changes on their way into a commit."""
_PLAINLY = {"GIT_CONFIG_COUNT": "1", "GIT_CONFIG_KEY_0": "core.fsmonitor", "GIT_CONFIG_VALUE_0": "false"}
_OLD = FileMode.BLOB, FileMode.BLOB_EXECUTABLE, FileMode.LINK


@dataclass(frozen=True, slots=True)
class Changes:
    """What git does not have yet. What it was told to ignore is nobody's work."""

    uncommitted: tuple[str, ...] = ()
    untracked: tuple[str, ...] = ()
    touched: tuple[Touched, ...] = ()
    """All that is other than in the commit that was asked about, what is committed since then included."""


@dataclass(frozen=True, slots=True)
class _Dirt:
    changed: frozenset[bytes] = frozenset()
    fresh: frozenset[bytes] = frozenset()


@dataclass(frozen=True, slots=True)
class _Content:
    """A file, as it is now or was; without text where that is too big or cannot be had."""

    mode: int
    text: bytes | None = None


def changes_in(repository: pygit2.Repository, fork: str = "") -> Changes:
    """What lies there and in no commit; with a commit, all that is other than in it.

    Takes its time. Raises MuxerError, or what pygit2 raises where objects are missing.
    """
    dirt = _Dirt() if repository.is_bare else _dirt(repository)
    return Changes(
        uncommitted=_named(dirt.changed),
        untracked=_named(dirt.fresh),
        touched=tuple(_touched(repository, repository[fork].peel(pygit2.Tree), dirt)) if fork else (),
    )


def named(path: bytes) -> str:
    """A path, as it can be told of."""
    return path.decode(errors="replace")


def _named(paths: Iterable[bytes]) -> tuple[str, ...]:
    return tuple(sorted(map(named, paths)))


# ---- what is not committed


def _dirt(repository: pygit2.Repository) -> _Dirt:
    try:
        index = repository.index
        loose = [(delta.status, delta.new_file.raw_path) for delta in index.diff_to_workdir(_LOOSE).deltas]
        staged = index.diff_to_tree(_head_tree(repository))
    except pygit2.GitError:
        return _as_git_says(repository)
    changed = [path for status, path in loose if status != DeltaStatus.UNTRACKED]
    if _left_out(repository, loose) or any(_filtered(repository, path) for path in changed):
        return _as_git_says(repository)
    return _Dirt(
        frozenset(changed).union(delta.new_file.raw_path for delta in staged.deltas),
        frozenset(path for status, path in loose if status == DeltaStatus.UNTRACKED),
    )


def _head_tree(repository: pygit2.Repository) -> Any:
    return repository.head.peel(pygit2.Tree)


def _left_out(repository: pygit2.Repository, loose: Iterable[tuple[DeltaStatus, bytes]]) -> bool:
    """May what is missing be missing on purpose?"""
    sparse = os.path.exists(os.path.join(repository.path, "info", "sparse-checkout"))
    return sparse and any(status == DeltaStatus.DELETED for status, _ in loose)


def _filtered(repository: pygit2.Repository, path: bytes) -> bool:
    return any(isinstance(repository.get_attr(path, name), str) for name in _FILTERS)


def _as_git_says(repository: pygit2.Repository) -> _Dirt:
    words = ("--porcelain", "-z", "--untracked-files=all", "--ignore-submodules=none", "--no-renames")
    said = git(repository.workdir, "status", *words, env=_PLAINLY)
    entries = [(entry[:2], os.fsencode(entry[3:])) for entry in said.split("\0") if entry]
    return _Dirt(
        frozenset(path for state, path in entries if state != "??"),
        frozenset(path for state, path in entries if state == "??"),
    )


# ---- what is other than in a commit


def _touched(repository: pygit2.Repository, fork: Any, dirt: _Dirt) -> Iterator[Touched]:
    head, loose = _head_tree(repository), dirt.changed | dirt.fresh
    committed = {delta.new_file.raw_path for delta in fork.diff_to_tree(head).deltas}
    for number, path in enumerate(sorted(committed | loose)):
        if number >= MOST:
            yield Touched(named(path))
            continue
        before = _kept(repository, fork, path)
        now = _lying(repository.workdir, path) if path in loose else _kept(repository, head, path)
        if now != before or not _known(now):  # what a commit did to it may have been undone since
            yield Touched(named(path), *(_lines(before, now) if _known(before) and _known(now) else ()))


def _lying(folder: str, path: bytes) -> _Content | None:
    file = os.path.join(os.fsencode(folder), path)
    try:
        found = os.lstat(file)
        if stat.S_ISLNK(found.st_mode):
            return _Content(FileMode.LINK, os.readlink(file))
        if not stat.S_ISREG(found.st_mode):
            return _Content(FileMode.COMMIT)
        mode = FileMode.BLOB_EXECUTABLE if found.st_mode & stat.S_IXUSR else FileMode.BLOB
        if found.st_size > LARGEST:
            return _Content(mode)
        with open(file, "rb") as opened:
            return _Content(mode, opened.read(LARGEST))
    except (FileNotFoundError, NotADirectoryError):
        return None
    except OSError:
        return _Content(FileMode.BLOB)


def _kept(repository: pygit2.Repository, tree: Any, path: bytes) -> _Content | None:
    try:
        found = tree[os.fsdecode(path.rstrip(b"/"))]
    except KeyError:
        return None
    if found.filemode not in _OLD:
        return _Content(found.filemode)
    return _Content(found.filemode, _text_of(repository, found.id))


def _text_of(repository: pygit2.Repository, blob: Any) -> bytes | None:
    """What a file held; nothing where it is too big, or not here."""
    try:
        found: Any = None if repository.odb.read_header(blob)[1] > LARGEST else repository[blob]
    except (pygit2.GitError, KeyError):
        return None
    return found.data if found else None


def _known(content: _Content | None) -> bool:
    return content is None or content.text is not None


def _lines(before: _Content | None, now: _Content | None) -> tuple[int, int]:
    """How many came and went; none where one of them is not text."""
    old, new = (content.text if content else None for content in (before, now))
    _, added, removed = pygit2.Patch.create_from(old, new).line_stats
    return added, removed
