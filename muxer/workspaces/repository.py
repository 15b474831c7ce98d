"""All that is read of a git repository. Whatever changes one is the git binary's: see `making`.

Reading never writes, takes no lock and runs nothing of the repository's.
"""

import os
import pwd
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from muxer.errors import MuxerError
from muxer.model import Workspace
from muxer.paths import homely

if TYPE_CHECKING:  # it takes longer to load than a first picture can wait
    import pygit2

BRANCHES, REMOTES = "refs/heads/", "refs/remotes/"


@dataclass(frozen=True, slots=True, kw_only=True)
class Ground:
    """The repository around a folder."""

    root: str
    """Its work tree; of a bare one, itself."""
    head: str
    """The commit that is checked out; empty before the first."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Workplace:
    """Where an agent works."""

    kind: Workspace
    folder: str
    branch: str = ""
    """The one that was made for it."""
    source: str = ""
    """The repository that it was made from."""


@dataclass(frozen=True, slots=True)
class Changes:
    """What git does not have yet. What it was told to ignore is nobody's work."""

    uncommitted: tuple[str, ...] = ()
    untracked: tuple[str, ...] = ()


def ground_of(folder: str) -> Ground | None:
    """The repository around a folder; a person's home is none, though their dotfiles may be kept there."""
    import pygit2

    try:
        found = pygit2.discover_repository(folder)
        if found is None:
            return None
        repository = pygit2.Repository(found)
        root = (repository.workdir or repository.path).rstrip("/") or "/"
        head = "" if repository.head_is_unborn else str(repository.head.target)
    except (pygit2.GitError, OSError) as error:
        raise MuxerError(f"git cannot read {homely(folder)}: {_line(error)}") from None
    return None if root in ("/", os.path.expanduser("~")) else Ground(root=root, head=head)


def operator_of(folder: str) -> str:
    """Whose agents work there, as part of a branch's name: by their e-mail address, or by their name."""
    config = _opened(folder).config
    said = (_setting(config, "user.email").partition("@")[0], _setting(config, "user.name"), _login())
    return next(filter(None, map(slug, said)), "operator")


def slug(words: str) -> str:
    """As part of a branch's name, and of a folder's: small letters, digits and hyphens."""
    return re.sub(r"[^\w]+|_+", "-", words.lower()).strip("-")


def has_branch(folder: str, branch: str) -> bool:
    """Is there one of that name, or one that it would have to lie in?"""
    wanted = f"{BRANCHES}{branch}"
    return not {wanted, os.path.dirname(wanted)}.isdisjoint(_opened(folder).references)


def changes_in(folder: str) -> Changes:
    """What lies in a work tree and in no commit."""
    import pygit2

    try:
        found = _opened(folder).status(untracked_files="all")
    except pygit2.GitError as error:
        raise MuxerError(f"git cannot read {homely(folder)}: {_line(error)}") from None
    fresh = pygit2.enums.FileStatus.WT_NEW
    hidden = (pygit2.enums.FileStatus.CURRENT, pygit2.enums.FileStatus.IGNORED)
    return Changes(
        uncommitted=tuple(sorted(path for path, state in found.items() if state not in (fresh, *hidden))),
        untracked=tuple(sorted(path for path, state in found.items() if state == fresh)),
    )


def lone_commits(place: Workplace) -> tuple[str, ...]:
    """Commits that only this workspace, or the branch that was made for it, holds: their first lines, newest first."""
    repository = _opened(place.folder)
    if place.kind == "clone":
        tips = [*_tips(repository, "refs/"), *_head(repository)]
        others = [*_remotes(repository), *_source_tips(place.source)]
    else:
        own = f"{BRANCHES}{place.branch}"
        tips = [*_tips(repository, own), *_head(repository)]
        others = [tip for name, tip in _named_tips(repository) if name != own]
    return tuple(_missing(repository, tips, others))


def lone_on_branch(source: str, branch: str) -> tuple[str, ...]:
    """Commits that only that branch of the repository holds."""
    repository = _opened(source)
    own = f"{BRANCHES}{branch}"
    others = [tip for name, tip in _named_tips(repository) if name != own]
    return tuple(_missing(repository, [tip for name, tip in _named_tips(repository) if name == own], others))


def lock_of(folder: str) -> str:
    """Why a worktree is locked; empty where it is not."""
    try:
        with open(os.path.join(_opened(folder).path, "locked"), encoding="utf-8", errors="replace") as file:
            return file.read().strip() or "locked"
    except FileNotFoundError:
        return ""


def _opened(folder: str) -> "pygit2.Repository":
    import pygit2

    try:
        return pygit2.Repository(folder)
    except pygit2.GitError as error:
        raise MuxerError(f"git cannot read {homely(folder)}: {_line(error)}") from None


def _setting(config: Any, name: str) -> str:
    try:
        return str(config[name])
    except KeyError:
        return ""


def _login() -> str:
    try:
        return pwd.getpwuid(os.getuid()).pw_name
    except KeyError:
        return ""


def _named_tips(repository: "pygit2.Repository") -> Iterator[tuple[str, Any]]:
    import pygit2

    for name in repository.references:
        try:
            yield name, repository.references[name].peel(pygit2.Commit).id
        except (pygit2.GitError, KeyError, ValueError):
            continue  # it points to nothing, or to no commit: nothing is kept by it


def _tips(repository: "pygit2.Repository", beginning: str) -> list[Any]:
    """Where all references point to that begin so, but for those that remember another repository's."""
    return [tip for name, tip in _named_tips(repository) if name.startswith(beginning) and not name.startswith(REMOTES)]


def _head(repository: "pygit2.Repository") -> list[Any]:
    """A commit that is checked out without a branch is kept by nothing else."""
    return [repository.head.target] if repository.head_is_detached else []


def _remotes(repository: "pygit2.Repository") -> list[Any]:
    """What was pushed elsewhere than to where it was cloned from: that one is looked at itself."""
    return [
        tip
        for name, tip in _named_tips(repository)
        if name.startswith(REMOTES) and not name.startswith(f"{REMOTES}origin/")
    ]


def _source_tips(source: str) -> list[Any]:
    try:
        return [tip for _, tip in _named_tips(_opened(source))]
    except MuxerError:
        return []  # it is gone: the clone is all that there is


def _missing(repository: "pygit2.Repository", tips: Iterable[Any], others: Iterable[Any]) -> Iterator[str]:
    import pygit2

    walk = repository.walk(None, pygit2.enums.SortMode.TOPOLOGICAL)
    for tip in tips:
        walk.push(tip)
    for other in others:
        if other in repository:
            walk.hide(other)
    for commit in walk:
        yield f"{str(commit.id)[:9]} {commit.message.strip().partition(chr(10))[0]}"


def _line(error: Exception) -> str:
    return " ".join(str(error).split())
