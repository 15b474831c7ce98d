"""How a workspace stands: its branch, its own commits, what is not committed, and what keeps it from being moved.

Looking never writes, not even an index, and runs nothing of the repository's.
"""

import os
from time import time

import pygit2

from muxer.errors import MuxerError
from muxer.paths import homely
from muxer.work import Standing, Upset
from muxer.workspaces.changes import changes_in
from muxer.workspaces.commits import counted, forked, told
from muxer.workspaces.repository import BRANCHES, Workplace, opened_at, unreadable

STALE = 10.0
"""Seconds after which a lock is taken for one that nobody will take away."""

_UNDER_WAY: tuple[tuple[str, Upset, str], ...] = (
    ("rebase-merge", "rebase", "a rebase is not finished: git rebase --continue, or --abort"),
    ("rebase-apply/applying", "rebase", "git am is not finished: git am --continue, or --abort"),
    ("rebase-apply", "rebase", "a rebase is not finished: git rebase --continue, or --abort"),
    ("MERGE_HEAD", "merge", "a merge is not finished: git merge --continue, or --abort"),
    ("REVERT_HEAD", "pick", "a revert is not finished: git revert --continue, or --abort"),
    ("CHERRY_PICK_HEAD", "pick", "a cherry-pick is not finished: git cherry-pick --continue, or --abort"),
    ("sequencer/todo", "pick", "a cherry-pick or revert is not finished: git status says which"),
    ("BISECT_LOG", "bisect", "a bisect is not finished: git bisect reset"),
)
"""What git leaves in its folder while something is in progress, the outermost first."""


def standing_of(place: Workplace, onto: str) -> Standing:
    """How it stands against the tip of trunk, which may be unknown. Takes its time; raises nothing."""
    try:
        return _standing(place, onto)
    except (MuxerError, pygit2.GitError, KeyError, ValueError, OSError) as error:
        if not os.path.isdir(place.folder):
            return Standing(upset="gone", why=_gone(place))
        why = error if isinstance(error, MuxerError) else unreadable(place.folder, error)
        return Standing(upset="unreadable", why=str(why))


def _gone(place: Workplace) -> str:
    if place.kind == "worktree":
        return f"{homely(place.folder)} is gone: its commits are on {place.branch}"
    return f"{homely(place.folder)} is gone: make it again, or let its agent go"


def _standing(place: Workplace, onto: str) -> Standing:
    repository = opened_at(place)
    branch = _branch(repository)
    if repository.head_is_unborn:
        return Standing(
            branch=branch, upset="unborn", why=f"{branch or 'it'} has no commit yet: commit something first"
        )
    head = repository.head.peel(pygit2.Commit)
    sha = str(head.id)
    ahead, behind = counted(repository, sha, onto)
    fork = forked(repository, sha, onto)
    changes = changes_in(repository, fork or sha)
    upset, why = _upset(repository, branch)
    return Standing(
        head=sha,
        branch=branch,
        fork=fork,
        upset=upset,
        why=why,
        ahead=ahead,
        behind=behind,
        uncommitted=changes.uncommitted,
        untracked=changes.untracked,
        touched=changes.touched,
        last=told(repository, head) if ahead else None,
    )


def _branch(repository: pygit2.Repository) -> str:
    target = repository.lookup_reference("HEAD").raw_target
    return target.decode(errors="replace").removeprefix(BRANCHES) if isinstance(target, bytes) else ""


def _upset(repository: pygit2.Repository, branch: str) -> tuple[Upset | None, str]:
    """What keeps it from being moved, and what to do about it."""
    lock = os.path.join(repository.path, "index.lock")
    if _is_stale(lock):
        return "locked", f"its index was left locked: if no git runs there, rm {homely(lock)}"
    for name, upset, words in _UNDER_WAY:
        if os.path.exists(os.path.join(repository.path, name)):
            return upset, words
    return (None, "") if branch else ("detached", "no branch is checked out: git switch BRANCH, or git switch -c NEW")


def _is_stale(lock: str) -> bool:
    try:
        return time() - os.lstat(lock).st_mtime > STALE
    except OSError:
        return False
