"""Scratch checkouts: a commit's files in a folder of ours, on no branch, to try something in and throw away."""

import os
import shutil
from collections.abc import Sequence
from contextlib import suppress

from muxer.paths import private_folder
from muxer.workspaces.filling import fill
from muxer.workspaces.furnishing import furnish
from muxer.workspaces.git import Refused, git
from muxer.workspaces.repository import Workplace


def tree_of(root: str, commit: str) -> str:
    """The files of a commit, as one name: equal where they are."""
    return git(root, "rev-parse", "--verify", "--end-of-options", f"{commit}^{{tree}}").strip()


def make_scratch(root: str, commit: str, folder: str, *, copies: Sequence[str], links: Sequence[str]) -> list[str]:
    """Make it, with what git does not have; what there is to say of that. Takes its time.

    Raises MuxerError, and nothing is left then.
    """
    private_folder(os.path.dirname(folder))
    drop_scratch(folder)
    lines: list[str] = []
    place = Workplace(kind="worktree", folder=folder, branch=commit, source=root)
    try:
        fill(place, commit, lines.append)
        return lines + furnish(place, copies=copies, links=links)
    except BaseException:
        drop_scratch(folder)
        raise


def drop_scratch(folder: str) -> None:
    """Throw it away, whatever is left of it. Takes its time."""
    with suppress(Refused):  # where that cannot be, git forgets the folder by itself once it is gone
        if os.path.isfile(os.path.join(folder, ".git")):
            root = git(folder, "rev-parse", "--path-format=absolute", "--git-common-dir").rstrip("\n")
            git(root, "worktree", "remove", "--force", "--force", folder)
    shutil.rmtree(folder, ignore_errors=True)
