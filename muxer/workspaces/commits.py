"""Commits as data: what one says and changes, which ones are new, and how two stand to each other.

What cannot be read (a shallow end, an object of a partial clone) is left out, and the rest is told.
"""

import re
from collections.abc import Iterator, Sequence
from hashlib import sha1
from itertools import islice
from typing import Any

import pygit2
from pygit2.enums import SortMode

from muxer.errors import MuxerError
from muxer.paths import homely
from muxer.work import Commit, Touched
from muxer.workspaces.changes import LARGEST, MOST, named
from muxer.workspaces.repository import opened

NEWEST = 1000
"""So many commits are told at once."""
_PLACE = re.compile(rb"^(?:@@ .*|index .*)$", re.MULTILINE)
"""The lines of a patch that say where it applies, and not what it does."""


def commit_of(folder: str, sha: str) -> Commit:
    """What it says and changes. Raises MuxerError where there is no such commit."""
    repository = opened(folder)
    if (found := _found(repository, sha)) is None:
        raise MuxerError(f"{sha[:12] or 'nothing'} is no commit in {homely(folder)}: git log shows those that are")
    return told(repository, found)


def commits_between(folder: str, new: str, old: Sequence[str], *, most: int = 0) -> tuple[Commit, ...]:
    """What `new` reaches and none of `old` does, oldest first; the `most` newest of them, where there are more.

    Where none of `old` is there any more, nobody can tell what is new: then it is `new` alone.
    """
    repository = opened(folder)
    if (tip := _found(repository, new)) is None:
        return ()
    known = [commit.id for sha in old if (commit := _found(repository, sha)) is not None]
    walk = repository.walk(tip.id, SortMode.TOPOLOGICAL if known else SortMode.NONE)
    for one in known:
        walk.hide(one)
    found = islice(_readable(walk), (most or NEWEST) if known or not old else 1)
    return tuple(told(repository, commit) for commit in reversed([*found]))


def is_ancestor(folder: str, one: str, other: str) -> bool:
    """Does `other` hold all that `one` does? A commit is its own ancestor; one that is not there is nobody's."""
    repository = opened(folder)
    older, newer = _found(repository, one), _found(repository, other)
    if older is None or newer is None:
        return False
    return bool(older.id == newer.id or repository.descendant_of(newer.id, older.id))


def counts(folder: str, one: str, other: str) -> tuple[int, int]:
    """How many commits `one` has that `other` has not, and the other way round; none where one is not there."""
    return counted(opened(folder), one, other)


def fork_of(folder: str, one: str, other: str) -> str:
    """The last commit that both hold; empty where there is none."""
    return forked(opened(folder), one, other)


# ---- in a repository that is open


def counted(repository: pygit2.Repository, one: str, other: str) -> tuple[int, int]:
    """See `counts`."""
    mine, theirs = _found(repository, one), _found(repository, other)
    if mine is None or theirs is None:
        return 0, 0
    ahead, behind = repository.ahead_behind(mine.id, theirs.id)
    return ahead, behind


def forked(repository: pygit2.Repository, one: str, other: str) -> str:
    """See `fork_of`."""
    mine, theirs = _found(repository, one), _found(repository, other)
    fork = None if mine is None or theirs is None else repository.merge_base(mine.id, theirs.id)
    return str(fork or "")


def told(repository: pygit2.Repository, commit: Any) -> Commit:
    """What it says and changes, as far as that can be read."""
    parents = commit.parent_ids
    files, patch = _changed(repository, commit)
    return Commit(
        sha=str(commit.id),
        parents=tuple(map(str, parents)),
        subject=commit.raw_message.strip().partition(b"\n")[0].decode(errors="replace").strip(),
        author=commit.author.raw_name.decode(errors="replace"),
        at=float(commit.commit_time),
        files=files,
        patch=patch if len(parents) < 2 else "",
    )


def _found(repository: pygit2.Repository, sha: str) -> Any:
    """The commit; None where it is not there. Only whole names are known."""
    try:
        found = repository[sha]
    except (KeyError, ValueError):
        return None
    return found if isinstance(found, pygit2.Commit) else None


def _readable(walk: Iterator[Any]) -> Iterator[Any]:
    """Up to where history cannot be read."""
    try:
        yield from walk
    except (pygit2.GitError, KeyError):
        return


def _changed(repository: pygit2.Repository, commit: Any) -> tuple[tuple[Touched, ...], str]:
    """Its files, against its first parent, and what makes its patch equal to another one."""
    try:
        before = commit.parents[0].tree if commit.parent_ids else None
        tree = commit.tree
        diff = before.diff_to_tree(tree, context_lines=0) if before else tree.diff_to_tree(swap=True, context_lines=0)
    except (pygit2.GitError, KeyError):
        return (), ""
    files, patch = [], sha1(usedforsecurity=False)
    for number, delta in enumerate(diff.deltas):
        one = _patch(repository, diff, number, delta) if number < MOST else None
        if one is None or delta.is_binary or one.delta.is_binary:
            patch.update(f"{delta.old_file.id} {delta.new_file.id} ".encode() + delta.new_file.raw_path)
        else:
            patch.update(_PLACE.sub(b"", one.data))
        if number < MOST:
            files.append(Touched(named(delta.new_file.raw_path), *(one.line_stats[1:] if one else ())))
    return tuple(files), patch.hexdigest() if files else ""


def _patch(repository: pygit2.Repository, diff: Any, number: int, delta: Any) -> Any:
    """The lines of one file; None where it is very big, or not all here."""
    try:
        sides = [
            side.id for side in (delta.old_file, delta.new_file) if side.mode not in (0, pygit2.enums.FileMode.COMMIT)
        ]
        if any(repository.odb.read_header(side)[1] > LARGEST for side in sides):
            return None
        return diff[number]
    except (pygit2.GitError, KeyError):
        return None
