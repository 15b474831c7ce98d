"""Which commits are an agent's own news when the head of its workspace moved.

What trunk, the branch that work starts from or another agent has is none, and neither is what was there before the
agent was. Where a head goes back to what it had, there is none at all.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import islice
from typing import Any

import pygit2
from pygit2.enums import SortMode

from muxer.errors import MuxerError
from muxer.work import Commit, Coordination
from muxer.workspaces.commits import NEWEST, told
from muxer.workspaces.repository import BRANCHES, REMOTES, Workplace, opened, opened_at

_MAKES = ("commit", "cherry-pick", "revert", "am", "rebase")
"""What HEAD's log says where a commit was made, and not only gone to."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Sighting:
    """What came with a head."""

    commits: tuple[Commit, ...] = ()
    """Oldest first."""
    amends: Mapping[str, str] = field(default_factory=dict)
    """Those of them that take the place of another one: which."""
    back: bool = False
    """All that it holds was seen before."""


def sighting(
    place: Workplace, head: str, before: str, *, trunk: Coordination, others: Sequence[str], since: float = 0.0
) -> Sighting:
    """What is new in `head`, which was `before`. `others` are the heads of others; `since` is when the agent came.

    Takes its time. Raises MuxerError.
    """
    repository = opened_at(place)
    new, old = _found(repository, head), _found(repository, before)
    if new is None or (old and (old.id == new.id or repository.descendant_of(old.id, new.id))):
        return Sighting(back=True)
    known = [*_known(repository, (before, *others, *_tips(trunk, repository)))]
    found = [*islice(_walk(repository, new, known), NEWEST if known or not before else 1)][::-1]
    fresh = _fresh(repository, found, since)
    commits = tuple(told(repository, one) for one in fresh if not _is_plain_merge(repository, one))
    gone = islice(_walk(repository, old, [new.id, *known[1:]]), NEWEST) if old else ()
    return Sighting(commits=commits, amends=_amends(commits, [told(repository, one) for one in gone]))


def reaches(place: Workplace, head: str, commits: Iterable[str]) -> bool:
    """Does it hold any of these? Takes its time. Raises MuxerError."""
    repository = opened_at(place)
    new = _found(repository, head)
    found = (one.id for sha in commits if (one := _found(repository, sha)))
    return new is not None and any(one == new.id or repository.descendant_of(new.id, one) for one in found)


def _found(repository: pygit2.Repository, sha: str) -> Any:
    try:
        found = repository[sha]
    except (KeyError, ValueError):
        return None
    return found if isinstance(found, pygit2.Commit) else None


def _known(repository: pygit2.Repository, shas: Iterable[str]) -> Iterator[Any]:
    return (found.id for sha in shas if (found := _found(repository, sha)))


def _tips(trunk: Coordination, repository: pygit2.Repository) -> Iterator[str]:
    """Of trunk, and of the branch that work starts from; but not of the one that the agent works on itself."""
    remote = trunk.remote or "origin"
    here = "" if repository.head_is_detached else repository.head.name
    try:
        root = opened(trunk.root)
    except MuxerError:
        return  # a clone whose source is gone
    for name in (trunk.trunk, f"{BRANCHES}{trunk.base}", f"{REMOTES}{remote}/{trunk.base}"):
        if name == here:
            continue
        try:
            yield str(root.lookup_reference(name).peel(pygit2.Commit).id)
        except (KeyError, ValueError, pygit2.GitError):
            continue


def _walk(repository: pygit2.Repository, tip: Any, known: Sequence[Any]) -> Iterator[Any]:
    """What it holds and these do not, newest first, up to where history cannot be read."""
    walk = repository.walk(tip.id, SortMode.TOPOLOGICAL if known else SortMode.NONE)
    for one in known:
        walk.hide(one)
    try:
        yield from walk
    except (pygit2.GitError, KeyError):
        return


def _fresh(repository: pygit2.Repository, found: Sequence[Any], since: float) -> list[Any]:
    """Without what is older than its agent; but for what was made in this workspace, however old it says it is."""
    if all(one.commit_time >= int(since) for one in found):
        return [*found]
    log = repository.lookup_reference("HEAD").log()
    made = {entry.oid_new for entry in log if (entry.message or "").startswith(_MAKES)}
    return [one for one in found if one.commit_time >= int(since) or one.id in made]


def _is_plain_merge(repository: pygit2.Repository, commit: Any) -> bool:
    """Did git make it by itself? What it brings is told by the commits that it brings."""
    if len(commit.parent_ids) < 2:
        return False
    if len(commit.parent_ids) > 2:
        return True
    try:
        index = repository.merge_commits(*commit.parents)
        return index.conflicts is None and index.write_tree(repository) == commit.tree_id
    except (pygit2.GitError, KeyError):
        return True


def _amends(commits: Sequence[Commit], gone: Iterable[Commit]) -> dict[str, str]:
    """An amended commit has the first line or the place of the one that it is made of."""
    moved = {commit.patch for commit in commits}
    left = [one for one in gone if one.patch not in moved]
    amends = {}
    for commit in commits:
        same = [one for one in left if one.subject == commit.subject]
        if same := same or [one for one in left if one.parents == commit.parents]:
            amends[commit.sha] = same[0].sha
            left.remove(same[0])
    return amends
