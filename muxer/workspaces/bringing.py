"""Brings trunk to where it is not yet: into a clone's objects, into a person's own branch; and that branch into it."""

from collections.abc import Sequence
from dataclasses import dataclass

from muxer.errors import MuxerError
from muxer.paths import homely
from muxer.work import Coordination
from muxer.workspaces.commits import is_ancestor
from muxer.workspaces.git import git, printable
from muxer.workspaces.merging import landing, paths_between
from muxer.workspaces.moving import move_workspace, tip
from muxer.workspaces.repository import BRANCHES, REMOTES, Workplace
from muxer.workspaces.standing import standing_of
from muxer.workspaces.writing import who_of

IN_CLONES = "refs/muxer/trunk"
"""Where a clone keeps trunk, so that an agent can rebase onto it."""
NAMED = 3
"""So many paths are named."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Landed:
    """What became of a person's branch, or would."""

    branch: str
    before: str
    after: str
    """The same where trunk was in it already."""
    merged: bool = False
    """By a merge commit; else it just went forward."""
    paths: tuple[str, ...] = ()
    """What is another now."""


def has_trunk(place: Workplace, head: str, trunk: str) -> bool:
    """Is that tip of trunk in a workspace's head? A clone is brought it first. Takes its time. Raises MuxerError."""
    if place.kind == "clone" and not tip(place.folder, trunk):
        words = ("--quiet", "--no-tags", "--no-write-fetch-head", "--no-auto-maintenance")
        git(place.folder, "fetch", *words, "--", place.source, f"+{trunk}:{IN_CLONES}")
    return is_ancestor(place.folder, trunk, head)


def land(trunk: Coordination, *, dry_run: bool) -> Landed:
    """Bring trunk into the branch that is checked out in its repository: forward, or by a merge. Takes its time.

    Raises MuxerError where it cannot be done without losing anything; nothing is changed then.
    """
    if not trunk.tip:
        raise MuxerError("nothing was promoted yet: muxer promote AGENT does that")
    root = trunk.root
    standing = standing_of(Workplace(kind="here", folder=root), trunk.tip)
    if standing.upset:
        raise MuxerError(standing.why)
    head = standing.head
    if is_ancestor(root, trunk.tip, head):
        return Landed(branch=standing.branch, before=head, after=head)
    if standing.uncommitted:
        raise MuxerError(f"{_named(standing.uncommitted)} in {homely(root)} is not committed: commit or stash it first")
    forward = is_ancestor(root, head, trunk.tip)
    after = trunk.tip if forward else _merged(trunk, head, standing.branch)
    paths = paths_between(root, head, after)
    if hidden := _in_the_way(standing.untracked, paths):
        raise MuxerError(f"{_named(hidden)} in {homely(root)} would be overwritten: move it away first")
    if not dry_run:
        move_workspace(Workplace(kind="here", folder=root), old=head, new=after)
    return Landed(branch=standing.branch, before=head, after=after, merged=not forward, paths=paths)


def _merged(trunk: Coordination, head: str, branch: str) -> str:
    name = _name(trunk)
    message = f"Merge {name} into {branch}\n"
    made = landing(trunk.root, head, trunk.tip, way="merge", message=message, who=who_of(trunk.root))
    if made.conflicts:
        hint = f"git merge {trunk.tip[:12]} lets you solve that"
        raise MuxerError(f"{printable(branch)} and {name} conflict in {_named(made.conflicts)}: {hint}")
    return made.sha


def with_base(where: Coordination, base: str, trunk: str) -> str:
    """The commit that trunk goes to so that it has all of base: forward, or a merge in memory. Takes its time.

    It is trunk itself where nothing is new. Raises MuxerError where they conflict.
    """
    if is_ancestor(where.root, trunk, base):
        return base
    message = f"Merge {where.base} into {_name(where)}\n"
    made = landing(where.root, trunk, base, way="merge", message=message, who=who_of(where.root))
    if made.conflicts:
        hint = f"git merge {_name(where)} in {printable(where.base)} lets you solve that"
        raise MuxerError(f"they conflict in {_named(made.conflicts)}; {hint}")
    return made.sha


def _name(trunk: Coordination) -> str:
    return trunk.trunk.removeprefix(BRANCHES).removeprefix(REMOTES)


def _in_the_way(untracked: Sequence[str], paths: Sequence[str]) -> list[str]:
    """Files that git does not know, where it would write: at a path, above one or below one."""
    taken = {*paths}
    above = {path[:end] for path in paths for end, letter in enumerate(path) if letter == "/"}
    below = tuple(f"{path}/" for path in paths)
    return [path for path in untracked if path in taken or path in above or path.startswith(below)]


def _named(paths: Sequence[str]) -> str:
    more = f" and {len(paths) - NAMED} more" if len(paths) > NAMED else ""
    return printable(", ".join(paths[:NAMED])) + more
