"""Where a checkout's HEAD is, and where it was since somebody looked last: cheap enough to ask at every stir.

What it was on and does not hold any more was amended, rebased or reset away; git's log of HEAD tells of it.
"""

import os
import re
from collections.abc import Sequence
from dataclasses import dataclass

import pygit2

from muxer.errors import MuxerError
from muxer.workspaces.repository import BRANCHES, Workplace, opened, opened_at, unreadable

LONGEST = 256 * 1024
"""Bytes of the log that are read: some thousand moves."""
_MOVE = re.compile(rb"^[0-9a-f]{40} ([0-9a-f]{40}) ", re.MULTILINE)
_SIGNS = {
    "MERGE_HEAD", "CHERRY_PICK_HEAD", "REVERT_HEAD", "BISECT_LOG", "rebase-merge", "rebase-apply", "sequencer",
    "index.lock",
}  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Trail:
    """Where it is."""

    head: str = ""
    """Empty before the first commit."""
    branch: str = ""
    signs: frozenset[str] = frozenset()
    """What git left there of something in progress."""
    left: tuple[str, ...] = ()
    """Commits that it was on meanwhile and that its head does not hold, oldest first."""
    read: int = -1
    """So much of the log was read; -1 where nobody did: all that it tells is asked for then."""

    @property
    def place(self) -> tuple[str, str, frozenset[str]]:
        """All but how it came there."""
        return self.head, self.branch, self.signs


def trail_of(place: Workplace, since: Trail | None = None) -> Trail:
    """Where it is now. Raises MuxerError where git cannot tell."""
    try:
        repository = opened_at(place)
        target = repository.lookup_reference("HEAD").raw_target
        branch = target.decode(errors="replace").removeprefix(BRANCHES) if isinstance(target, bytes) else ""
        head = "" if repository.head_is_unborn else str(repository.head.peel(pygit2.Commit).id)
        signs = _SIGNS.intersection(os.listdir(repository.path))
        moves, read = _moves(repository, since, whole=place.kind != "here")
        known = [since.head] if since and since.head else []
        left = _left(repository, [*known, *moves], head) if since else ()
    except (pygit2.GitError, KeyError, ValueError, OSError) as error:
        raise error if isinstance(error, MuxerError) else unreadable(place.folder, error) from None
    return Trail(head=head, branch=branch, signs=frozenset(signs), left=left, read=read)


def heads_of(folder: str) -> list[str]:
    """Where a checkout's HEAD ever was, as far as its log tells, oldest first. Raises MuxerError."""
    try:
        return _moves(opened(folder), Trail(), whole=True)[0]
    except OSError as error:
        raise unreadable(folder, error) from None


def _moves(repository: pygit2.Repository, since: Trail | None, *, whole: bool) -> tuple[list[str], int]:
    """Where HEAD went since then, as its log says, and how much of that was read.

    Where nobody read it, all of it counts if it is `whole` an agent's own.
    """
    try:
        with open(os.path.join(repository.path, "logs", "HEAD"), "rb") as log:
            end = log.seek(0, os.SEEK_END)
            if since is None:
                return [], end
            known = 0 <= since.read <= end  # git may have made it shorter
            log.seek(max(end - LONGEST, since.read if known else 0))
            after = [found[1].decode() for found in _MOVE.finditer(log.read(LONGEST))]
    except (FileNotFoundError, NotADirectoryError):
        return [], 0
    return (after if known or (whole and since.read < 0) else _since(after, since.head)), end


def _since(heads: list[str], known: str) -> list[str]:
    """What comes after a head that somebody knew of; nothing where the log does not."""
    return heads[heads.index(known) :] if known in heads else []


def _left(repository: pygit2.Repository, heads: Sequence[str], head: str) -> tuple[str, ...]:
    """Those that the head does not hold. One that is not there any more is left to nobody."""
    there = [one for one in dict.fromkeys(heads) if one != head and one in repository]
    if not there:
        return ()
    walk = repository.walk(None)
    for one in there:
        walk.push(one)
    if head:
        walk.hide(head)
    lone = {str(one.id) for one in walk}
    return tuple(one for one in there if one in lone)


def steps(before: str, trail: Trail) -> tuple[str, ...]:
    """The heads to tell of, oldest first: those that it was on meanwhile and left, and where it is now."""
    left = tuple(head for head in trail.left if head != before)
    return (*left, trail.head) if left or trail.head != before else ()
