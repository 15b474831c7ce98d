"""Makes and removes workspaces: worktrees and clones, each on a branch of its own; and takes up those of a person.

What fails half way is undone, nothing is removed that was there before, and what goes is salvaged first.
"""

import json
import os
import shutil
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import asdict
from glob import escape, iglob

from muxer.errors import MuxerError, UsageError
from muxer.model import Workspace
from muxer.paths import homely, private_folder
from muxer.workspaces.filling import Say, fill
from muxer.workspaces.git import git, printable
from muxer.workspaces.moving import keep, move_ref, tip
from muxer.workspaces.repository import (
    BRANCHES,
    Ground,
    Workplace,
    has_branch,
    lock_of,
    lone_on_branch,
    operator_of,
    slug,
)
from muxer.workspaces.salvaging import salvage

OURS = "muxer: "
"""How the reason begins with which a worktree is locked by us."""
OWN = "muxer/"
"""How a branch begins that was made for an agent; a person's own is never removed."""
BEGUN = "initializing"
"""Git's own reason while it makes one; it was killed where that stays."""
MOST = 1000
_HALF = ".making"
"""How the file ends that lies beside a workspace until an agent lives there."""


def choose(wanted: Workspace | None, ground: Ground | None, folder: str) -> tuple[Workspace, str]:
    """What kind of workspace it is, and what there is to say of that. Raises UsageError where it cannot be had."""
    if wanted == "here":
        return "here", ""
    if ground is not None and ground.head:
        return wanted or "worktree", ""
    why = f"{homely(ground.root)} has no commit yet" if ground else f"{homely(folder)} is in no git repository"
    if wanted:
        raise UsageError(f"{why}: choose --workspace here, or commit something first")
    return "here", f"{why}: it works in the folder itself"


# ---- beginning


def make(
    kind: Workspace, ground: Ground, *, name: str, under: str, operator: str = "", say: Say = lambda _: None
) -> Workplace:
    """A worktree or a clone for an agent of that name, in a folder of ours. Takes its time. Raises MuxerError.

    It counts as half made until `finished` is called.
    """
    operator, stem = operator or operator_of(ground.root), slug(name) or "agent"
    private_folder(under)
    for end in _ends():
        place = Workplace(
            kind=kind, folder=f"{under}/{stem}{end}", branch=f"{OWN}{operator}/{stem}{end}/work", source=ground.root
        )
        if not has_branch(ground.root, place.branch) and _claim(place):
            break
    else:
        raise MuxerError(f"{homely(under)} is full of workspaces named {stem}: muxer agent cleanup removes some")
    try:
        _begin(place, ground.head)
    except BaseException:
        os.rmdir(place.folder)
        finished(place)
        raise
    try:
        fill(place, ground.head, say)
    except BaseException:
        undo(place)
        raise
    return place


def _ends() -> Iterator[str]:
    yield ""
    yield from (f"-{number}" for number in range(2, MOST))


def _claim(place: Workplace) -> bool:
    """Make the folder, unless it is there: whoever else wants it at the same time takes another."""
    if os.path.lexists(place.folder):
        return False
    try:
        with open(f"{place.folder}{_HALF}", "x", encoding="utf-8") as file:
            json.dump(asdict(place), file)
        os.mkdir(place.folder, 0o700)
    except FileExistsError:
        return False
    except OSError as error:
        finished(place)
        raise MuxerError(f"{homely(place.folder)} cannot be made: {error.strerror}; make room there") from None
    return True


def _begin(place: Workplace, head: str) -> None:
    """A step of its own: of two who make the same branch, the one who fails must not remove it."""
    if place.kind == "worktree":
        git(place.source, "branch", "--no-track", "--", place.branch, head)


def finished(place: Workplace) -> None:
    """Somebody lives there now: it is not taken for half made any more."""
    with suppress(FileNotFoundError):
        os.unlink(f"{place.folder}{_HALF}")


def half_made(under: str) -> Iterator[Workplace]:
    """What a host began in the folders of that one, and did not finish before it was killed."""
    for name in iglob(f"{escape(under)}/*/*{_HALF}"):
        with open(name, encoding="utf-8") as file, suppress(ValueError, TypeError):
            yield Workplace(**json.load(file))


def undo(place: Workplace) -> None:
    """Take away what was made just now, for an agent that never came to be."""
    if place.kind == "worktree":
        with suppress(MuxerError):
            unlock(place)
        with suppress(MuxerError):
            git(place.source, "worktree", "remove", "--force", place.folder)
        _drop_branch(place)
    if place.kind != "here":
        shutil.rmtree(place.folder, ignore_errors=True)
        finished(place)


# ---- taking up


def adopt(folder: str) -> Workplace:
    """A worktree that a person made, as it is. Raises UsageError for what is none."""
    try:
        root, lies, shared = git(
            folder, "rev-parse", "--path-format=absolute", "--show-toplevel", "--git-dir", "--git-common-dir"
        ).splitlines()
    except MuxerError as error:
        raise UsageError(f"{homely(folder)} is no worktree: {error}") from None
    if lies == shared:
        raise UsageError(f"{homely(root)} is the repository itself: muxer spawn --workspace here works there")
    source = next(_worktrees(root))[0]
    with suppress(MuxerError):
        branch = git(root, "symbolic-ref", "--quiet", "--short", "HEAD").strip()
        return Workplace(kind="worktree", folder=root, branch=branch, source=source)
    raise UsageError(f"{homely(root)} is on no branch: git switch -c NAME there, and adopt it then")


def reopen(place: Workplace, *, kept: str = "", say: Say = lambda _: None) -> None:
    """Make it again for its branch, which is still there, with what was salvaged of its files. Raises MuxerError."""
    ref = f"{BRANCHES}{place.branch}"
    head = tip(place.source, ref) if place.branch and os.path.isdir(place.source) else ""
    if not head:
        raise MuxerError(f"{homely(place.folder)} is gone, and so is its branch: muxer spawn begins a new one")
    if place.kind == "worktree":
        _forget_missing(place, ref)
    private_folder(os.path.dirname(place.folder))
    try:
        fill(place, head, say)
    except BaseException:
        with suppress(MuxerError):
            git(place.source, "worktree", "remove", "--force", place.folder)
        shutil.rmtree(place.folder, ignore_errors=True)
        raise
    if kept and tip(place.source, f"{kept}^") == head:
        if place.kind == "clone":
            git(place.folder, "fetch", "--quiet", "--no-tags", "origin", f"{kept}:{kept}")
        git(place.folder, "restore", f"--source={kept}", "--worktree", "--", ":/")
        say("what was not committed is back")


def _forget_missing(place: Workplace, ref: str) -> None:
    """Git still knows the folder that somebody removed; and the branch may be checked out elsewhere by now."""
    for folder, branch in _worktrees(place.source):
        if folder == place.folder:
            git(place.source, "worktree", "remove", "--force", "--force", folder)
        elif branch == ref:
            raise MuxerError(f"{place.branch} is checked out in {homely(folder)}: switch that one first")


def _worktrees(folder: str) -> Iterator[tuple[str, str]]:
    """The folder of each, the repository's own first, and the branch that is checked out there."""
    for entry in git(folder, "worktree", "list", "--porcelain", "-z").split("\0\0"):
        said = dict(line.partition(" ")[::2] for line in entry.split("\0") if line)
        if "worktree" in said:
            yield said["worktree"], said.get("branch", "")


# ---- living


def lock(place: Workplace, name: str) -> None:
    """Keep everybody from removing it while an agent lives there, itself included."""
    if place.kind == "worktree" and not lock_of(place.folder):
        git(place.folder, "worktree", "lock", "--reason", f"{OURS}{name} works here", place.folder)


def unlock(place: Workplace) -> None:
    """Its agent is gone. A lock of somebody else's stays."""
    if place.kind == "worktree" and os.path.isdir(place.folder) and lock_of(place.folder).startswith((OURS, BEGUN)):
        try:
            git(place.folder, "worktree", "unlock", place.folder)
        except MuxerError:
            if lock_of(place.folder):  # or somebody else was faster
                raise


# ---- going


def remove(place: Workplace, name: str, *, discard: bool) -> str:
    """Remove a workspace that was looked at, with the branch that was made for it. Raises MuxerError.

    What is nowhere else is salvaged even then: the reference of it, or nothing. Without `discard`, git looks once more
    for itself whether anything in there is not committed.
    """
    has_home = bool(place.branch) and os.path.isdir(place.source)
    stays = has_home and not discard and bool(lone_on_branch(place.source, place.branch))
    kept = salvage(place, name, branch_stays=stays)
    _take_away(place, force=discard)
    ref = f"{BRANCHES}{place.branch}"
    if has_home and not stays and place.branch.startswith(OWN) and (sha := tip(place.source, ref)):
        also = keep(place.source, name, sha, besides=ref)
        kept = kept or also
        _drop_branch(place)
    return kept


def archive(place: Workplace, name: str) -> str:
    """Remove the folder alone: the branch stays, and what was not committed is salvaged. Raises MuxerError."""
    kept = salvage(place, name, branch_stays=True)
    ref = f"{BRANCHES}{place.branch}"
    if place.kind == "clone" and os.path.isdir(place.folder) and (sha := tip(place.folder, ref)):
        before = tip(place.source, ref)
        if before != sha:
            git(place.source, "fetch", "--quiet", "--no-tags", "--no-write-fetch-head", "--", place.folder, ref)
            if before:
                keep(place.source, name, before, besides=ref)
            move_ref(place.source, ref, old=before, new=sha, why=f"{printable(name)} was put away")
    _take_away(place, force=True)
    return kept


def _take_away(place: Workplace, *, force: bool) -> None:
    if place.kind == "here" or not os.path.isdir(place.folder):
        return
    if place.kind == "clone" or not os.path.isdir(place.source):
        _clear(place.folder)
        return
    unlock(place)
    force = force or os.path.isfile(os.path.join(place.folder, ".gitmodules"))  # all of which was salvaged
    git(place.source, "worktree", "remove", *(["--force"] if force else []), place.folder)


def _clear(folder: str) -> None:
    try:
        shutil.rmtree(folder)
    except FileNotFoundError:
        return
    except OSError as error:
        raise MuxerError(f"{homely(folder)} cannot be removed: {error.strerror}") from None


def _drop_branch(place: Workplace) -> None:
    """Unless it is a person's own, checked out elsewhere, or was never made."""
    if place.branch.startswith(OWN):
        with suppress(MuxerError):
            git(place.source, "branch", "--quiet", "--delete", "--force", "--", place.branch)
