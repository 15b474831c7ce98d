"""Tells when files in some folders are saved, wherever the folders are by then.

A folder that is not there yet is waited for by its nearest parent. Nothing is watched deeply: a project's folder may
hold a million files. This is the owner of watchfiles, whose thread looks a few times a second and takes no time.
"""

import asyncio
import logging
import os
from collections.abc import Callable, Iterable

from watchfiles import awatch

from muxer.errors import MuxerError

STEP = 250
"""Milliseconds between two looks: soon enough for a person who saves, seldom enough to cost nothing."""

NEVER = 0

KIND = ".toml"

NO_ROOM = (
    "saved settings are not noticed by themselves, for the system lets us watch nothing more ({}): the palette reads"
    " settings, themes and keymaps again; sysctl fs.inotify.max_user_instances=1024 and"
    " fs.inotify.max_user_watches=524288 let us"
)

logging.getLogger("watchfiles").setLevel(logging.WARNING)


class Watcher:
    """Watches until told to stop. `folders` is asked anew after each change, for one may have come to be."""

    def __init__(self, folders: Callable[[], Iterable[str]], on_change: Callable[[], None]) -> None:
        self._folders = folders
        self._on_change = on_change
        self._stop = asyncio.Event()

    def stop(self) -> None:
        """No more calls; the thread is gone within a step."""
        self._stop.set()

    async def run(self) -> None:
        """Watch; the first call comes at once. Raises MuxerError when the system lets us watch nothing."""
        while not self._stop.is_set():
            wanted = self._wanted()
            try:
                await self._until_moved(wanted, _there(wanted))
            except (FileNotFoundError, PermissionError):
                await asyncio.sleep(STEP / 1000)  # it went, or was closed to us, while we began; look again
            except (OSError, RuntimeError) as error:  # the latter is how watchfiles says that it cannot go on
                raise MuxerError(NO_ROOM.format(error)) from None

    def _wanted(self) -> list[str]:
        return sorted({os.path.realpath(folder) for folder in self._folders()})

    async def _until_moved(self, wanted: list[str], there: set[str]) -> None:
        """Watch these folders until others are to be watched."""
        changes = awatch(
            *there,
            watch_filter=lambda _, path: _concerns(path, wanted),
            step=STEP,
            debounce=STEP * 4,
            stop_event=self._stop,
            rust_timeout=NEVER,
            recursive=False,
            ignore_permission_denied=False,  # it would ignore every other reason as well
        )
        # Called once the watch stands, for what was saved before that.
        asyncio.get_running_loop().call_soon(self._on_change)
        async for changed in changes:
            if any(not path.endswith(KIND) for _, path in changed) or self._wanted() != wanted:
                return  # a folder came, went, or is another by the same name
            self._on_change()


def _there(wanted: Iterable[str]) -> set[str]:
    """What to watch for these folders: each that there is, and the parent in which another may take its place."""
    found = {path for folder in wanted for path in (folder, _nearest(os.path.dirname(folder)))}
    return {path for path in found if os.path.isdir(path) and os.access(path, os.R_OK)}


def _nearest(folder: str) -> str:
    """The folder, or its first parent that there is."""
    while not os.path.isdir(folder) and folder != os.path.dirname(folder):
        folder = os.path.dirname(folder)
    return folder


def _concerns(path: str, wanted: Iterable[str]) -> bool:
    """Is it a file that we want to know of, or a folder on the way to one?"""
    folder = os.path.dirname(path)
    return any(
        (folder == one and path.endswith(KIND)) or one == path or one.startswith(f"{path}{os.sep}") for one in wanted
    )
