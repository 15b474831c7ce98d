"""A copy of each pane's last snapshot where a reboot leaves it: readable by us alone, and not more than is said here.

What is kept is as old as the pane's last quiet moment, or half a minute. Kept copies go with their panes.
"""

import asyncio
import os
import shutil
from collections.abc import Callable
from contextlib import suppress

from muxer.errors import Unsafe
from muxer.model import PaneId
from muxer.paths import HostPaths, private_folder

LARGEST = 16 << 20
"""A snapshot that is larger is not kept."""
TOGETHER = 256 << 20
"""All copies; the oldest make room."""


class History:
    """Those of one host."""

    def __init__(self, paths: HostPaths, *, say: Callable[[str], None]) -> None:
        self.wanted = True
        """Does the person want this?"""
        self._from, self._folder = paths.panes, paths.history
        self._say = say
        self._trouble = False
        self._tasks: dict[PaneId, asyncio.Task[None]] = {}

    def keep(self, pane: PaneId) -> None:
        """Its snapshot was just written: copy it, beside everything else."""
        if self.wanted and pane not in self._tasks:
            task = asyncio.ensure_future(self._keep(pane))
            self._tasks[pane] = task
            task.add_done_callback(lambda _: self._tasks.pop(pane, None))

    def keep_now(self, pane: PaneId) -> None:
        """The same, before the host goes down."""
        if self.wanted:
            self._told(self._copy(pane))

    def forget(self, pane: PaneId) -> None:
        """The pane is gone."""
        with suppress(OSError):
            os.unlink(self._file(pane))

    def forget_all(self) -> None:
        """Nothing is to be kept any more."""
        shutil.rmtree(self._folder, ignore_errors=True)

    def lend(self, pane: PaneId) -> bool:
        """Put the copy where a pane is recovered from, unless something newer lies there; is there anything?"""
        if any(os.path.exists(f"{self._from}/{pane}.{kind}") for kind in ("ring", "snapshot")):
            return True
        try:
            _copy_file(self._file(pane), f"{self._from}/{pane}.snapshot")
        except OSError:
            return False
        return True

    async def settled(self) -> None:
        """Every copy that was begun is whole."""
        await asyncio.gather(*self._tasks.values())

    async def _keep(self, pane: PaneId) -> None:
        self._told(await asyncio.to_thread(self._copy, pane))

    def _told(self, trouble: str) -> None:
        if trouble and not self._trouble:
            self._say(trouble)
        self._trouble = bool(trouble)

    def _file(self, pane: PaneId) -> str:
        return f"{self._folder}/{pane}.snapshot"

    def _copy(self, pane: PaneId) -> str:
        """What went wrong, in a line; the copy before stays then."""
        snapshot = f"{self._from}/{pane}.snapshot"
        try:
            private_folder(self._folder)
            size = os.path.getsize(snapshot)
            if size <= LARGEST:
                self._make_room(size, pane)
                _copy_file(snapshot, self._file(pane))
        except FileNotFoundError:
            return ""  # the pane was closed meanwhile
        except (OSError, Unsafe) as error:
            why = error.strerror if isinstance(error, OSError) else error
            return f"panes' history cannot be kept in {self._folder}: {why}"
        return ""

    def _make_room(self, size: int, pane: PaneId) -> None:
        with os.scandir(self._folder) as entries:
            kept = sorted((entry.stat().st_mtime, entry.stat().st_size, entry.path) for entry in entries)
        room = TOGETHER - size - sum(length for _, length, path in kept if path != self._file(pane))
        for _, length, path in kept:
            if room >= 0:
                return
            if path != self._file(pane):
                os.unlink(path)
                room += length


def _copy_file(source: str, target: str) -> None:
    """A copy that is there whole or not at all. Raises OSError."""
    new = f"{target}.new"
    try:
        descriptor = os.open(new, os.O_CREAT | os.O_WRONLY | os.O_TRUNC | os.O_NOFOLLOW, 0o600)
        with open(source, "rb") as snapshot, open(descriptor, "wb") as copy:
            shutil.copyfileobj(snapshot, copy)
        os.replace(new, target)
    except OSError:
        with suppress(OSError):
            os.unlink(new)
        raise
