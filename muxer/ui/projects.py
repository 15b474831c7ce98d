"""Which project a folder belongs to: the git repository around it, else the folder itself. No process is asked."""

import os
from functools import lru_cache

DEEPEST = 40
"""So many folders up are looked into."""
LONGEST = 5_000
"""No path is longer."""


@lru_cache(maxsize=1024)
def project_of(folder: str) -> str:
    """The root of the repository around a folder, for a worktree that of the whole repository; or the folder."""
    here = folder
    for _ in range(DEEPEST):
        git = os.path.join(here, ".git")
        if os.path.lexists(git):
            return _whole(git) or here
        above = os.path.dirname(here)
        if above == here:
            break
        here = above
    return folder


def _whole(git: str) -> str:
    """The root of the repository that a worktree's `.git` names; empty for any other."""
    try:
        with open(git, encoding="utf-8") as file:
            said = file.read(LONGEST)
    except (OSError, UnicodeDecodeError):
        return ""
    home, _, rest = said.removeprefix("gitdir: ").strip().rpartition("/.git/worktrees/")
    return home if rest and "/" not in rest and os.path.isabs(home) else ""


def project_name(root: str) -> str:
    """What a person calls it."""
    if root == os.path.expanduser("~"):
        return "~"
    return os.path.basename(root.rstrip("/")) or root or "~"
