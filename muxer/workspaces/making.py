"""Makes and removes workspaces, with the git binary: worktrees and clones of their own, each on a branch of its own.

What fails half way is undone, and nothing is removed that was there before.
"""

import os
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import nullcontext, suppress
from threading import Lock

from muxer.errors import MuxerError, UsageError
from muxer.model import Workspace
from muxer.paths import homely, private_folder
from muxer.workspaces.repository import (
    Ground,
    Workplace,
    ground_of,
    has_branch,
    lock_of,
    lone_on_branch,
    operator_of,
    slug,
)

PATIENCE = 600.0
"""Seconds that git may take: big work trees are slow, and filters may fetch."""
OURS = "muxer: "
"""How the reason begins with which a worktree is locked by us."""
BEGUN = "initializing"
"""Git's own reason while it makes one; it was killed where that stays."""
MOST = 1000
_WORKTREES = Lock()
"""Git reads what another one of it is just about to write there, and fails."""
_PLACES = {
    "GIT_ALTERNATE_OBJECT_DIRECTORIES", "GIT_COMMON_DIR", "GIT_DIR", "GIT_INDEX_FILE", "GIT_NAMESPACE",
    "GIT_OBJECT_DIRECTORY", "GIT_PREFIX", "GIT_WORK_TREE",
}  # fmt: skip
"""What would have git work elsewhere than where it is told to."""


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


def claim(kind: Workspace, ground: Ground, *, name: str, under: str) -> Workplace:
    """Where an agent of that name is to work: an empty folder of ours, and a free name for its branch."""
    operator, stem = operator_of(ground.root), slug(name) or "agent"
    private_folder(under)
    for end in _ends():
        place = Workplace(
            kind=kind, folder=f"{under}/{stem}{end}", branch=f"muxer/{operator}/{stem}{end}/work", source=ground.root
        )
        if not has_branch(ground.root, place.branch) and _claim(place.folder):
            return place
    raise MuxerError(f"{homely(under)} is full of workspaces named {stem}: muxer agent cleanup removes some")


def unclaim(place: Workplace) -> None:
    """Nothing was made there, and nothing will be. What is not empty stays."""
    if place.kind != "here":
        with suppress(OSError):
            os.rmdir(place.folder)


def fill(place: Workplace) -> None:
    """Make the worktree or the clone where one was claimed. Takes its time. Raises MuxerError."""
    ground = None if place.kind == "here" else ground_of(place.source)
    if ground is None:
        return
    _begin(place, ground)
    try:
        _check_out(place, ground)
    except BaseException:
        undo(place)
        raise


def _ends() -> Iterator[str]:
    yield ""
    yield from (f"-{number}" for number in range(2, MOST))


def _claim(folder: str) -> bool:
    """Make it, unless it is there: whoever else wants it at the same time takes another."""
    try:
        os.mkdir(folder, 0o700)
    except FileExistsError:
        return False
    except OSError as error:
        raise MuxerError(f"{homely(folder)} cannot be made: {error.strerror}; make room there") from None
    return True


def _begin(place: Workplace, ground: Ground) -> None:
    """A step of its own: of two who make the same branch, the one who fails must not remove it."""
    if place.kind == "worktree":
        git(ground.root, "branch", "--no-track", "--", place.branch, ground.head)


def _check_out(place: Workplace, ground: Ground) -> None:
    if place.kind == "clone":
        git(ground.root, "clone", "--quiet", "--local", "--no-checkout", "--", ground.root, place.folder)
        git(place.folder, "checkout", "--quiet", "-b", place.branch, ground.head)
    else:
        git(ground.root, "worktree", "add", "--quiet", place.folder, place.branch)


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


def remove(place: Workplace, *, discard: bool) -> None:
    """Remove a workspace whose work was seen to, with the branch that was made for it. Raises MuxerError.

    Without `discard`, git looks once more for itself whether anything in there is not committed.
    """
    if place.kind == "here":
        return
    if place.kind == "clone" or not os.path.isdir(place.source):
        _clear(place.folder)
        return
    unclaim(place)
    if os.path.isdir(place.folder):
        unlock(place)
        git(place.source, "worktree", "remove", *(["--force"] if discard else []), place.folder)
    if discard or not lone_on_branch(place.source, place.branch):
        _drop_branch(place)


def _clear(folder: str) -> None:
    try:
        shutil.rmtree(folder)
    except FileNotFoundError:
        return
    except OSError as error:
        raise MuxerError(f"{homely(folder)} cannot be removed: {error.strerror}") from None


def _drop_branch(place: Workplace) -> None:
    """Unless it is checked out elsewhere, or was never made."""
    with suppress(MuxerError):
        git(place.source, "branch", "--quiet", "--delete", "--force", "--", place.branch)


def git(folder: str, *words: str) -> str:
    """What git says there. Raises MuxerError with the line that says why it cannot."""
    env = {name: value for name, value in os.environ.items() if name not in _PLACES}
    env |= {"GIT_TERMINAL_PROMPT": "0", "LC_ALL": "C"}
    try:
        with _WORKTREES if words[0] == "worktree" else nullcontext():
            done = subprocess.run(
                ["git", "-C", folder, *words], env=env, stdin=subprocess.DEVNULL, capture_output=True,
                timeout=PATIENCE, check=False,
            )  # fmt: skip
    except FileNotFoundError:
        raise MuxerError("git is not installed: install it, or choose --workspace here") from None
    except subprocess.TimeoutExpired:
        raise MuxerError(f"git {words[0]} took longer than {PATIENCE:g} s in {homely(folder)}: try it there") from None
    if done.returncode:
        raise MuxerError(f"git {words[0]} failed: {_why(done.stderr)}")
    return done.stdout.decode(errors="replace")


def _why(said: bytes) -> str:
    """The line in which git says what is wrong."""
    lines = ["".join(filter(str.isprintable, line)) for line in said.decode(errors="replace").splitlines()]
    wrong = [line for line in lines if line.startswith(("fatal:", "error:"))] or lines[-1:] or ["it does not say why"]
    return wrong[0]
