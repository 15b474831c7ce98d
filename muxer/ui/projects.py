"""Which project a folder belongs to: the git repository around it, else the folder itself. No process is asked."""

import os
from functools import lru_cache

DEEPEST = 40
"""So many folders up are looked into."""


@lru_cache(maxsize=1024)
def project_of(folder: str) -> str:
    """The root of the repository around a folder (a worktree has a file for its `.git`), or the folder."""
    here = folder
    for _ in range(DEEPEST):
        if os.path.lexists(os.path.join(here, ".git")):
            return here
        above = os.path.dirname(here)
        if above == here:
            break
        here = above
    return folder


def project_name(root: str) -> str:
    """What a person calls it."""
    if root == os.path.expanduser("~"):
        return "~"
    return os.path.basename(root.rstrip("/")) or root or "~"
