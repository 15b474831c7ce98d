"""Checks of files: who may read them, what is in them, and how much room is left."""

import os
import stat
from collections.abc import Callable, Iterator
from datetime import datetime

from muxer.checkup.finding import Finding
from muxer.paths import HostPaths, homely, runtime_folder, state_folder
from muxer.store.health import examine

SCARCE = 64 << 20
"""With fewer bytes free, rings and the database may soon find no room."""


def folders(paths: HostPaths) -> Iterator[Finding]:
    """Are folders, sockets and files ours, and closed to everybody else?"""
    private = (runtime_folder(), paths.folder, state_folder(), paths.state)
    files = (paths.socket, paths.keeper, paths.database, paths.log, paths.errors)
    troubles = [*filter(None, map(_open_folder, private)), *filter(None, map(_open_file, files))]
    yield from troubles
    if not troubles:
        yield Finding(what="folders", finding="yours alone, with all that is in them")


def _open_folder(path: str) -> Finding | None:
    return _open(path, stat.S_ISDIR, "a folder", "chmod 700")


def _open_file(path: str) -> Finding | None:
    return _open(path, lambda mode: stat.S_ISREG(mode) or stat.S_ISSOCK(mode), "a file or socket", "chmod 600")


def _open(path: str, is_right: Callable[[int], bool], kind: str, mend: str) -> Finding | None:
    """What is wrong with who may enter; what does not exist yet is made right."""
    try:
        facts = os.lstat(path)
    except FileNotFoundError:
        return None
    if not is_right(facts.st_mode):
        return Finding(what="folders", finding=f"{homely(path)} is not {kind}", remedy="move it away", grade="wrong")
    if facts.st_uid != os.getuid():
        words = f"{homely(path)} belongs to uid {facts.st_uid}"
        return Finding(what="folders", finding=words, remedy="remove it", grade="wrong")
    if facts.st_mode & 0o077:
        words = f"{homely(path)} is open to others ({stat.S_IMODE(facts.st_mode):o})"
        return Finding(what="folders", finding=words, remedy=f"{mend} {homely(path)}", grade="wrong")
    return None


def database(paths: HostPaths) -> Iterator[Finding]:
    """The file of facts. Raises StoreTrouble for one that cannot be read."""
    if not os.path.exists(paths.database):
        yield Finding(what="database", finding="none yet", grade="note")
        return
    health = examine(paths.database)
    name = homely(paths.database)
    for problem in health.problems:
        yield Finding(what="database", finding=f"{name}: {problem}", remedy="muxer reload puts it aside", grade="wrong")
    if health.schema > health.known:
        words = f"{name} has schema {health.schema}, this muxer knows {health.known}"
        yield Finding(what="database", finding=words, remedy="start the newer muxer", grade="wrong")
    elif not health.problems:
        since = f" since {datetime.fromtimestamp(health.oldest).astimezone():%Y-%m-%d}" if health.oldest else ""
        words = f"sound, schema {health.schema}, {_bytes(health.size)}, {health.rows.get('events', 0)} events{since}"
        yield Finding(what="database", finding=words)


def space(paths: HostPaths) -> Iterator[Finding]:
    """Room for rings and for what is written down."""
    free = {path: _free(path) for path in (paths.folder, paths.state)}
    scarce = [path for path, size in free.items() if size < SCARCE]
    for path in scarce:
        words = f"{_bytes(free[path])} free for {homely(path)}"
        yield Finding(what="space", finding=words, remedy="free some", grade="wrong")
    if not scarce:
        runtime, state = map(_bytes, free.values())
        yield Finding(what="space", finding=f"{runtime} free for panes, {state} for what is written down")


def _free(path: str) -> int:
    """Bytes, in the nearest folder that there is."""
    while not os.path.exists(path):
        path = os.path.dirname(path)
    facts = os.statvfs(path)
    return 0 if facts.f_files and not facts.f_favail else facts.f_bavail * facts.f_frsize


def _bytes(size: float) -> str:
    for unit in ("B", "KB", "MB"):
        if size < 1024:
            return f"{size:.0f} {unit}"
        size /= 1024
    return f"{size:.1f} GB"
