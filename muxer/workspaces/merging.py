"""Merges and rebases in memory: new commits are written, but no reference, no checkout and no index is touched.

Where git would stop at a conflict, the paths are said and nothing else happens.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import pygit2

from muxer.errors import MuxerError
from muxer.paths import homely
from muxer.work import Way
from muxer.workspaces.repository import opened
from muxer.workspaces.writing import Who, known_in, said, subject, write, write_again

_OLDEST_FIRST = pygit2.enums.SortMode.TOPOLOGICAL | pygit2.enums.SortMode.REVERSE


@dataclass(frozen=True, slots=True, kw_only=True)
class Merged:
    """What two commits are together."""

    tree: str = ""
    """Empty where they conflict."""
    conflicts: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Made:
    """The commit that came of it."""

    sha: str = ""
    """Empty where something conflicts."""
    conflicts: tuple[str, ...] = ()
    at: str = ""
    """The commit that does not apply, where one does not."""


def merge(folder: str, ours: str, theirs: str) -> Merged:
    """Both commits as one tree. Takes its time. Raises MuxerError."""
    repository = opened(folder)
    try:
        return _together(repository, repository.merge_commits(_commit(repository, ours), _commit(repository, theirs)))
    except (pygit2.GitError, KeyError) as error:
        raise _unreadable(folder, error) from None


def landing(
    folder: str, onto: str, head: str, *, way: Way, commits: Sequence[str] = (), message: str, who: Who
) -> Made:
    """The commit that brings the work up to `head` onto another one; of `commits`, only those. Raises MuxerError.

    It is `onto` itself where nothing new is in them. Chosen commits are replayed, unless they are squashed.
    """
    repository = opened(folder)
    try:
        target, source = _commit(repository, onto), _commit(repository, head)
        if _reaches(repository, target, source):
            return Made(sha=onto)
        if way == "merge" and not commits:
            merged = _together(repository, repository.merge_commits(target, source))
            if merged.conflicts:
                return Made(conflicts=merged.conflicts)
            by = bytes(who)
            sha = write(repository, merged.tree, [onto, head], message.encode(), author=by, committer=by)
            return Made(sha=sha)
        chosen = [_commit(repository, sha) for sha in commits] or _own(repository, source, target)
        if way == "squash":
            return _squashed(repository, target, source, chosen, whole=not commits, message=message, who=who)
        if not commits:
            return _flattened(repository, source, target, who)
        return _replayed(repository, chosen, target, who)
    except (pygit2.GitError, KeyError) as error:
        raise _unreadable(folder, error) from None


def rebased(folder: str, head: str, onto: str) -> Made:
    """The own commits of `head`, replayed one by one onto another commit, as git rebase does. Raises MuxerError."""
    repository = opened(folder)
    try:
        return _flattened(repository, _commit(repository, head), _commit(repository, onto), known_in(repository))
    except (pygit2.GitError, KeyError) as error:
        raise _unreadable(folder, error) from None


def paths_between(folder: str, one: str, other: str) -> tuple[str, ...]:
    """What differs in two commits. Raises MuxerError."""
    repository = opened(folder)
    try:
        return _differing(_commit(repository, one).tree, _commit(repository, other).tree)
    except (pygit2.GitError, KeyError) as error:
        raise _unreadable(folder, error) from None


# ---- which commits


def _own(repository: pygit2.Repository, head: Any, onto: Any) -> list[Any]:
    """What git rebase would pick: no merges, and nothing that is there already under another name."""
    own = [commit for commit in _between(repository, onto, head) if len(commit.parents) < 2]
    wanted = {_paths(repository, commit) for commit in own}
    there = {
        _patch(repository, commit)
        for commit in (_between(repository, head, onto) if own else ())
        if len(commit.parents) < 2 and _paths(repository, commit) in wanted
    } - {""}
    return [commit for commit in own if not there or _patch(repository, commit) not in there]


def _between(repository: pygit2.Repository, old: Any, new: Any) -> Iterator[Any]:
    walk = repository.walk(new.id, _OLDEST_FIRST)
    walk.hide(old.id)
    return iter(walk)


def _reaches(repository: pygit2.Repository, one: Any, other: Any) -> bool:
    return one.id == other.id or repository.descendant_of(one.id, other.id)


def _paths(repository: pygit2.Repository, commit: Any) -> frozenset[str]:
    """Cheaper than a patch, and equal where that is."""
    return frozenset(delta.new_file.path for delta in _diff(repository, commit).deltas)


def _patch(repository: pygit2.Repository, commit: Any) -> str:
    diff = _diff(repository, commit)
    return str(diff.patchid) if len(diff) else ""


def _diff(repository: pygit2.Repository, commit: Any) -> Any:
    return _ground(repository, commit).diff_to_tree(commit.tree)


def _ground(repository: pygit2.Repository, commit: Any) -> Any:
    """What a commit changed: its parent's tree, or nothing at all."""
    return commit.parents[0].tree if commit.parents else repository[repository.TreeBuilder().write()]


# ---- making


def _flattened(repository: pygit2.Repository, head: Any, onto: Any, who: Who | None) -> Made:
    if _reaches(repository, head, onto):
        return Made(sha=str(head.id))
    made = _replayed(repository, _own(repository, head, onto), onto, who)
    if made.sha and (lost := _lost(repository, head, onto, made.sha)):
        return Made(conflicts=lost)
    return made


def _lost(repository: pygit2.Repository, head: Any, onto: Any, result: str) -> tuple[str, ...]:
    """Where merges among the own commits carry more than both of their sides, that is in no replayed commit."""
    merges = [commit for commit in _between(repository, onto, head) if len(commit.parents) > 1]
    if not merges:
        return ()
    merged = _together(repository, repository.merge_commits(onto, head))
    if merged.conflicts:
        return merged.conflicts
    return _differing(repository[merged.tree].peel(pygit2.Tree), repository[result].peel(pygit2.Tree))


def _differing(one: Any, other: Any) -> tuple[str, ...]:
    deltas = one.diff_to_tree(other).deltas
    return tuple(sorted({file.path for delta in deltas for file in (delta.old_file, delta.new_file)}))


def _replayed(repository: pygit2.Repository, commits: Iterable[Any], onto: Any, who: Who | None) -> Made:
    tip = onto
    for commit in commits:
        if [parent.id for parent in commit.parents] == [tip.id]:
            tip = commit
            continue
        ground = _ground(repository, commit)
        merged = _together(repository, repository.merge_trees(ground, tip.tree, commit.tree))
        if merged.conflicts:
            return Made(conflicts=merged.conflicts, at=str(commit.id))
        if merged.tree == str(tip.tree.id) and commit.tree.id != ground.id:
            continue  # all of it is there already
        tip = repository[write_again(repository, commit, merged.tree, str(tip.id), who)]
    return Made(sha=str(tip.id))


def _squashed(
    repository: pygit2.Repository, onto: Any, head: Any, commits: Sequence[Any], *, whole: bool, message: str, who: Who
) -> Made:
    if whole:
        merged = _together(repository, repository.merge_commits(onto, head))
        tree, problem = merged.tree, Made(conflicts=merged.conflicts)
    else:
        problem = _replayed(repository, commits, onto, who)
        tree = str(repository[problem.sha].tree.id) if problem.sha else ""
    if problem.conflicts:
        return problem
    if tree == str(onto.tree.id):
        return Made(sha=str(onto.id))
    authors = [said(commit, b"author ") for commit in commits]
    people = {line.rpartition(b"> ")[0] + b">" for line in authors}
    by = bytes(who)
    author = authors[-1] if len(people) == 1 else by
    told = _told(message, commits, people, author)
    return Made(sha=write(repository, tree, [str(onto.id)], told, author=author, committer=by))


def _told(message: str, commits: Sequence[Any], people: Iterable[bytes], author: bytes) -> bytes:
    """The message of several commits in one."""
    subjects = [f"* {subject(commit)}" for commit in commits] if len(commits) > 1 else []
    others = sorted(b"Co-authored-by: " + one for one in people if not author.startswith(one))
    parts = (message.strip().encode(), "\n".join(subjects).encode(), b"\n".join(others))
    return b"\n\n".join(filter(None, parts)) + b"\n"


def _together(repository: pygit2.Repository, index: Any) -> Merged:
    if index.conflicts is None:
        return Merged(tree=str(index.write_tree(repository)))
    sides = (side for conflict in index.conflicts for side in conflict if side is not None)
    return Merged(conflicts=tuple(sorted({side.path for side in sides})))


# ---- what is there


def _commit(repository: pygit2.Repository, sha: str) -> Any:
    try:
        return repository[sha].peel(pygit2.Commit)
    except (KeyError, ValueError, pygit2.GitError):
        where = homely((repository.workdir or repository.path).rstrip("/"))
        raise MuxerError(f"{where} does not have the commit {sha[:12]}: git fetch may bring it") from None


def _unreadable(folder: str, error: Exception) -> MuxerError:
    return MuxerError(f"git cannot work with {homely(folder)}: {' '.join(str(error).split())}")
