"""Tells when something happens in workspaces: to their heads within 40 ms, to their files within 100.

Nothing is lost while another folder is joined: the next watch stands before the last one goes, and what is new in it is
said to have stirred. This and `watching` are the owners of watchfiles; its thread only looks whether the system told it
anything.
"""

import asyncio
import logging
import os
from collections.abc import Callable, Collection, Iterable, Mapping
from threading import Event, Thread, main_thread
from time import monotonic, sleep

from watchfiles import Change, watch

from muxer.workspaces.reach import Reach, Stir, reach_of, reference_folders, reference_in, unignored
from muxer.workspaces.repository import Workplace

QUICK, STEADY = 40, 100
"""Milliseconds between two looks: for git's folders and those that just came to be, and for all others."""
FRESH, MOST = 500, 8000
"""Folders that are watched with git's until they are worth another watch, and of one watch: to begin one holds up the
whole process, some microseconds for each folder."""
LAST_LOOKS = 4
"""Looks after which a watch has told all that it saw."""
TRIES = 5
AGAIN = 1.0
"""Seconds until a watch that failed is begun again."""
NO_ROOM = (
    "files of workspaces are looked at only when an agent's turn ends, for the system lets us watch no more folders"
    " ({}): sysctl fs.inotify.max_user_watches=524288 lets us"
)

Changes = set[tuple[Change, str]]
Stirred = tuple[str, Stir]
"""A workspace's folder, and what happened there."""

_NONE: frozenset[str] = frozenset()

logging.getLogger("watchfiles").setLevel(logging.WARNING)


class _Eye(Thread):
    """Watches some folders, not what is in folders in them, until it is told to stop."""

    def __init__(
        self, folders: Iterable[str], step: int, seen: Callable[[Changes], None], failed: Callable[[], None]
    ) -> None:
        super().__init__(name="work-watch")
        self.folders = frozenset(folders)
        self.trouble: OSError | RuntimeError | None = None
        self.retired = False
        self._step, self._seen, self._failed = step, seen, failed
        self._settled = Event()
        self._looks = 0
        self._left = LAST_LOOKS

    def stands(self) -> bool:
        """Wait until it watches; did it come to that?"""
        self._settled.wait()
        return self.trouble is None

    def is_set(self) -> bool:
        """Is it to stop? watchfiles asks before each look; the first time, it watches.

        It tells of what it saw when the next look shows no more: one look waits for a step, and the next one does not.
        """
        self._looks += 1
        if self._looks % 2 == 0:
            sleep(self._step / 1000)
        self._settled.set()
        self._left -= self.retired
        return self._left <= 0 or not main_thread().is_alive()  # a thread that Python ends takes all down with it

    def run(self) -> None:
        if not self.folders:
            self._settled.set()
            return
        changes = watch(
            *self.folders, watch_filter=None, debounce=0, step=0, stop_event=self, rust_timeout=0,
            raise_interrupt=False, recursive=False,
            ignore_permission_denied=False,  # it would ignore every other reason as well
        )  # fmt: skip
        try:
            for changed in changes:
                self._forget({path for change, path in changed if change != Change.modified} & self.folders)
                self._seen(changed)
        except (OSError, RuntimeError) as error:  # the latter is how watchfiles says that it cannot go on
            self.trouble = error
            self._settled.set()
            if self._looks:
                self._failed()

    def _forget(self, moved: Collection[str]) -> None:
        """What went is not watched any more, and what came in its place is not watched yet."""
        if moved:
            self.folders = frozenset(folder for folder in self.folders if not _within(folder, moved))


class WorkWatch:
    """One for all workspaces; it calls on the loop that it runs on."""

    def __init__(self, stirred: Callable[[str, Stir], None]) -> None:
        self._stirred = stirred
        self.refs_moved: Callable[[str], None] = lambda _root: None
        """References moved in that repository, which workspaces were made from."""
        self.say: Callable[[str], None] = lambda _line: None
        """What a person should know."""
        self.blind: frozenset[str] = frozenset()
        """Workspaces whose files are not watched: whoever knows that something was done there says `look_now`."""
        self._places: dict[str, Workplace] = {}
        self._reaches: dict[str, Reach] = {}
        """Never changed, only replaced: threads look at it."""
        self._references: dict[str, frozenset[str]] = {}
        """Folders of references, by the git folder that they lie in; never changed either."""
        self._stale: set[str] = set()
        """Workspaces, and git folders with references, that may reach further than is known."""
        self._wished = asyncio.Event()
        self._quick = _Eye((), QUICK, self._seen, self._failed)
        self._steady: list[_Eye] = []
        self._fresh: frozenset[str] = frozenset()
        self._said = self._ended = False
        self._loop: asyncio.AbstractEventLoop

    def watch(self, folder: str, place: Workplace) -> None:
        """Tell of that workspace from now on. As soon as it is watched, all of it is said to have stirred."""
        self._places[folder] = place
        self._anew([folder])

    def unwatch(self, folder: str) -> None:
        """Tell no more of it."""
        self._places.pop(folder, None)
        self._anew([])

    def look_now(self, folder: str) -> None:
        """Something was done there that may not have been seen."""
        if folder in self._places:
            self._stirred(folder, "files")

    async def run(self) -> None:
        """Watch until told to stop."""
        self._loop = asyncio.get_running_loop()
        try:
            while not self._ended:
                await self._wished.wait()
                self._wished.clear()
                stale, self._stale = self._stale, set()
                began = monotonic()
                self._told(*await asyncio.to_thread(self._cover, dict(self._places), stale), ())
                # An agent that makes folder after folder must not keep us busy.
                await asyncio.sleep(monotonic() - began)
        finally:
            self.stop()

    def stop(self) -> None:
        """No more calls; the threads are gone within some steps."""
        self._ended = True
        self._wished.set()
        for eye in (self._quick, *self._steady):
            eye.retired = True

    def _anew(self, folders: Iterable[str]) -> None:
        """How far these reach may be another."""
        if not self._ended:
            self._stale.update(folders)
            self._wished.set()

    # ---- what is watched, in a thread of its own

    def _cover(self, places: dict[str, Workplace], stale: set[str]) -> tuple[set[Stirred], set[str]]:
        """Watch all that these places reach now; what is to be told, and of which repositories."""
        self._reaches = {folder: reach for folder, reach in self._reaches.items() if folder in places}
        moved = stale & self._references.keys()
        again = stale
        while again and not self._ended:
            self._reaches = self._reaches | {folder: reach_of(places[folder]) for folder in again if folder in places}
            commons = {common for reach in self._reaches.values() for common, _ in reach.shared}
            moved |= commons - self._references.keys()
            self._references = {
                common: reference_folders(common)
                if common in again or common not in self._references
                else self._references[common]
                for common in commons
            }
            new = self._watch_all()
            # Before a new folder was watched, others may have come to be in it.
            again = {folder for folder, reach in self._reaches.items() if reach.touches(new)}
            again |= {common for common, folders in self._references.items() if new & folders}
        held = self._quick.folders.union(*(eye.folders for eye in self._steady))
        self.blind = frozenset(
            folder for folder, reach in self._reaches.items() if reach.too_big or not reach.trees <= held
        )
        told = stale & self._reaches.keys()  # one that joined after the end is in none
        return self._all_of(told) | self._whose_head({(common, "") for common in moved}), self._roots(moved)

    def _all_of(self, folders: Iterable[str]) -> set[Stirred]:
        kinds: dict[bool, tuple[Stir, ...]] = {True: ("refs", "files"), False: ("gone",)}
        return {(folder, stir) for folder in folders for stir in kinds[bool(self._reaches[folder].private)]}

    def _watch_all(self) -> frozenset[str]:
        """Watch all that is reached; the folders that are watched only now."""
        reaches = self._reaches.values()
        trees = _NONE.union(*(reach.trees for reach in reaches))
        git = _NONE.union(*(reach.git | reach.ways for reach in reaches), *self._references.values())
        before = self._quick.folders.union(*(eye.folders for eye in self._steady))
        for eye in self._steady:
            eye.retired = eye.folders.isdisjoint(trees)
        self._steady = [eye for eye in self._steady if not eye.retired]
        self._fresh = trees.difference(*(eye.folders for eye in self._steady))
        if len(self._fresh) > FRESH and self._watch_steadily():
            self._fresh = _NONE
        watched = self._quick.folders
        if git | self._fresh != watched:
            # Where not all can be watched, git's own and what was watched before can.
            wanted = (git | self._fresh, git | (self._fresh & watched), git)
            eyes = (self._next(self._quick, folders, QUICK) for folders in wanted)
            self._quick = next(filter(None, eyes), self._quick)
        return self._quick.folders.union(*(eye.folders for eye in self._steady)) - before

    def _watch_steadily(self) -> bool:
        """Watch what is fresh as what is not."""
        last = self._steady[-1] if self._steady else None
        if last is None or len(last.folders) + len(self._fresh) > MOST:
            eye = self._next(None, self._fresh, STEADY)
            self._steady += [eye] if eye else []
        elif eye := self._next(last, last.folders | self._fresh, STEADY):
            self._steady[-1] = eye
        return eye is not None

    def _next(self, last: _Eye | None, folders: Collection[str], step: int) -> _Eye | None:
        """Another eye in place of that one; None where the system does not let us."""
        for _ in range(TRIES):
            eye = _Eye((one for one in folders if os.access(one, os.R_OK)), step, self._seen, self._failed)
            eye.start()
            if eye.stands():
                if last:
                    last.retired = True
                return eye
            if not isinstance(eye.trouble, FileNotFoundError | PermissionError):  # that went while we began
                self._call(self._no_room, eye.trouble)
                return None
        return None

    # ---- what happens, in the thread of an eye

    def _seen(self, changed: Changes) -> None:
        """Something changed; it is said on the loop what that means."""
        paths, references = {path: os.path.split(path) for _, path in changed}, self._references
        stirs = {(folder, stir) for folder, reach in self._reaches.items() for stir in _meant(reach, paths)}
        moved = {
            (common, reference)
            for common in references
            for parent, name in paths.values()
            if (reference := reference_in(common, parent, name)) is not None
        }
        come = {path for change, path in changed if change != Change.modified}
        anew = {folder for folder, stir in stirs if stir == "gone"} | {
            common
            for common, name in moved
            if (path := os.path.join(common, name)) in come and (path in references[common] or _is_folder(path))
        }
        if stirs or moved or anew:
            told = {(folder, stir) for folder, stir in stirs if stir != "gone"} | self._whose_head(moved)
            self._call(self._told, told, self._roots({common for common, _ in moved}), anew)

    def _roots(self, commons: Collection[str]) -> set[str]:
        """The repositories that workspaces were made from, by their git folders."""
        return {root for reach in self._reaches.values() for common, root in reach.shared if common in commons and root}

    def _whose_head(self, moved: Collection[tuple[str, str]]) -> set[Stirred]:
        """The workspaces that have one of these references checked out; a nameless one may be any."""
        found: set[Stirred] = set()
        for folder, reach in self._reaches.items():
            commons = {common for common, _ in reach.shared}
            names = {name for common, name in moved if common in commons}
            if names and ("" in names or reach.checked_out() in names):
                found.add((folder, "refs"))
        return found

    def _failed(self) -> None:
        """An eye cannot go on, for example after a path that is no text."""
        self._call(lambda: self._loop.call_later(AGAIN, self._begin_again))

    def _call(self, function: Callable[..., object], *args: object) -> None:
        try:
            self._loop.call_soon_threadsafe(function, *args)
        except RuntimeError:
            return  # the loop is closed: nobody listens any more

    # ---- back on the loop

    def _told(self, stirs: Collection[Stirred], roots: Collection[str], anew: Collection[str]) -> None:
        if self._ended:
            return
        for folder, stir in sorted(stirs, reverse=True):  # where a head is matters before what else is there
            if folder in self._places:
                self._stirred(folder, stir)
        for root in sorted(roots):
            self.refs_moved(root)
        if anew:
            self._anew(anew)

    def _begin_again(self) -> None:
        """Nobody knows what was not told meanwhile."""
        for eye in (self._quick, *self._steady):
            eye.folders = frozenset() if eye.trouble else eye.folders
        self._anew(self._places)

    def _no_room(self, why: object) -> None:
        if not self._said:
            self._said = True
            self.say(NO_ROOM.format(why))


def _meant(reach: Reach, paths: Mapping[str, tuple[str, str]]) -> set[Stir]:
    """What changes mean for one workspace; `gone` where it may reach further, or not so far."""
    own = [
        (path, parent, name)
        for path, (parent, name) in paths.items()
        if path in (reach.top, reach.private) or reach.touches((parent,))
    ]
    meant = {stir for _, parent, name in own if parent not in reach.trees and (stir := reach.stir(parent, name))}
    files = {path for path, parent, name in own if parent in reach.trees and reach.stir(parent, name) == "files"}
    meant |= {"gone" for _, parent, name in own if parent in reach.trees and reach.stir(parent, name) == "gone"}
    if files and unignored(reach.top, files):
        meant.add("files")
        if any(path in reach.trees or _is_folder(path) for path in files):
            meant.add("gone")
    return meant


def _within(folder: str, others: Collection[str]) -> bool:
    """Is it one of them, or in one?"""
    while folder not in others and folder != os.path.dirname(folder):
        folder = os.path.dirname(folder)
    return folder in others


def _is_folder(path: str) -> bool:
    return os.path.isdir(path) and not os.path.islink(path)
