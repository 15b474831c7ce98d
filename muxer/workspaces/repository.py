"""Repositories: the one around a folder, who works there, and which commits are nowhere else.

Reading never writes, takes no lock and runs nothing of the repository's. Whatever changes one is the git binary's.
"""

import os
import pwd
import re
import shlex
import unicodedata
from collections.abc import Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from muxer.errors import MuxerError
from muxer.model import Workspace
from muxer.paths import homely

if TYPE_CHECKING:  # it takes longer to load than a first picture can wait
    import pygit2

BRANCHES, REMOTES = "refs/heads/", "refs/remotes/"
LONGEST = 60
"""Letters of a slug: what lies in a folder of that name must have a name, too."""


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
        raise unreadable(folder, error) from None
    return None if root in ("/", os.path.expanduser("~")) else Ground(root=root, head=head)


def operator_of(folder: str) -> str:
    """Whose agents work there, as part of a branch's name: by their e-mail address, or by their name."""
    config = opened(folder).config
    said = (_setting(config, "user.email").partition("@")[0], _setting(config, "user.name"), _login())
    return next(filter(None, map(slug, said)), "operator")


def slug(words: str) -> str:
    """As part of a branch's name, and of a folder's: small letters of any script, digits and hyphens."""
    # One letter may be written in two ways, and disks differ in which they keep.
    plain = unicodedata.normalize("NFC", words.lower())
    return re.sub(r"[^\w]+|_+", "-", plain).strip("-")[:LONGEST].rstrip("-")


def has_branch(folder: str, branch: str) -> bool:
    """Is there one of that name, or one that it would have to lie in?"""
    wanted = f"{BRANCHES}{branch}"
    return not {wanted, os.path.dirname(wanted)}.isdisjoint(opened(folder).references)


def lone_commits(place: Workplace) -> tuple[str, ...]:
    """Commits that only this workspace, or the branch that was made for it, holds: their first lines, newest first."""
    repository = opened(place.folder)
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
    repository = opened(source)
    own = f"{BRANCHES}{branch}"
    others = [tip for name, tip in _named_tips(repository) if name != own]
    return tuple(_missing(repository, [tip for name, tip in _named_tips(repository) if name == own], others))


def opened(folder: str) -> "pygit2.Repository":
    """The repository whose work tree that is. Raises MuxerError."""
    import pygit2

    try:
        return pygit2.Repository(folder)
    except (pygit2.GitError, OSError) as error:
        raise unreadable(folder, error) from None


def opened_at(place: Workplace) -> "pygit2.Repository":
    """The one that an agent works in. Raises MuxerError.

    In a clone, what only its source has can be read as well; that leaves no trace.
    """
    import pygit2

    if place.kind == "here":
        ground = ground_of(place.folder)
        if ground is None:
            raise MuxerError(f"{homely(place.folder)} is in no git repository: git init makes one")
        return opened(ground.root)
    repository = opened(place.folder)
    if place.kind == "clone" and place.source:
        with suppress(MuxerError, pygit2.GitError):  # its source may be gone: then it is all that there is
            repository.odb.add_disk_alternate(objects_of(place.source))
    return repository


def unreadable(folder: str, error: Exception) -> MuxerError:
    """What is wrong with a repository, in one line that says what to do."""
    said = " ".join(str(error).removeprefix(f"{folder}: ").split())
    if "not owned by" in said:
        return MuxerError(
            f"{homely(folder)} belongs to another user: if you trust it,"
            f" git config --global --add safe.directory {shlex.quote(folder)}"
        )
    if not os.path.lexists(os.path.join(folder, ".git")) and "not found at" in said:
        said = "its .git is gone; git worktree repair in its repository brings back a worktree's"
    return MuxerError(f"git cannot read {homely(folder)}: {''.join(filter(str.isprintable, said))}")


def lock_of(folder: str) -> str:
    """Why a worktree is locked; empty where it is not."""
    try:
        with open(os.path.join(opened(folder).path, "locked"), encoding="utf-8", errors="replace") as file:
            return file.read().strip() or "locked"
    except FileNotFoundError:
        return ""


def objects_of(folder: str) -> str:
    """Where a repository keeps what is in it. Raises MuxerError."""
    private = opened(folder).path
    try:
        with open(os.path.join(private, "commondir"), encoding="utf-8") as file:
            return os.path.join(private, file.read().strip(), "objects")
    except FileNotFoundError:
        return os.path.join(private, "objects")


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
        return [tip for _, tip in _named_tips(opened(source))]
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
