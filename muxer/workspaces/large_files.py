"""Files in LFS: git has pointers, and their content lies beside its objects. Where there are none, nothing is done.

Content goes before the commits that need it: a hook of git-lfs would do that, and hooks do not run.
"""

import asyncio
import os
import shutil
from collections.abc import Sequence

from muxer.errors import MuxerError
from muxer.paths import homely
from muxer.workspaces.git import Refused, speak
from muxer.workspaces.repository import Workplace, objects_of


async def push_large(root: str, remote: str, commits: Sequence[str], *, patience: float) -> None:
    """Let a remote have the content that those commits need and that it lacks. Raises Refused."""
    if not await asyncio.to_thread(lambda: os.path.isdir(_content(root))):
        return
    try:
        await speak(root, "lfs", "push", remote, *commits, patience=patience)
    except Refused as error:
        if "is not a git command" in error.said:
            raise Refused("git-lfs alone pushes files in LFS: install it") from None
        raise


def bring_large(place: Workplace) -> None:
    """Let the source of a clone have the content that the clone has. Takes its time. Raises MuxerError."""
    for folder, _, names in os.walk(has := _content(place.folder)):
        to = os.path.join(_content(place.source), os.path.relpath(folder, has))
        try:
            os.makedirs(to, exist_ok=True)
            for name in names:
                _share(os.path.join(folder, name), os.path.join(to, name))
        except OSError as error:
            raise MuxerError(f"files in LFS cannot be brought to {homely(place.source)}: {error.strerror}") from None


def _share(one: str, other: str) -> None:
    """Nobody writes to such a file in place."""
    if os.path.exists(other):
        return
    try:
        os.link(one, other)
    except OSError:  # another disk, or one that has no links
        shutil.copyfile(one, f"{other}.new")
        os.replace(f"{other}.new", other)


def _content(folder: str) -> str:
    return os.path.join(os.path.dirname(objects_of(folder)), "lfs", "objects")
