"""Would the work of two agents merge? It is tried in memory, with what they did not commit yet.

Nothing is written to any disk: a repository in memory borrows their objects, and is thrown away.
"""

import os
import stat
from collections.abc import Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

import pygit2
from pygit2.enums import FileMode

from muxer.errors import MuxerError
from muxer.workspaces.reach import common_of
from muxer.workspaces.repository import Workplace, opened_at

LARGEST = 1 << 20
"""Bytes of a file that is merged; of two bigger ones that are not equal, nobody knows."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Work:
    """All that one agent changes."""

    place: Workplace
    head: str
    paths: tuple[str, ...]
    """Committed or not, against where its work left trunk."""
    loose: frozenset[str] = frozenset()
    """Those that lie in its work tree other than in its head."""


Pair = tuple[str, str]
Entries = dict[str, pygit2.IndexEntry]


def conflicts_of(works: Mapping[str, Work], pairs: Iterable[Pair]) -> dict[Pair, tuple[str, ...]]:
    """The paths in which each pair's work would not merge. Takes its time; pairs that cannot be read are left out."""
    scratch = _Scratch()
    found = {}
    for one, other in pairs:
        with suppress(MuxerError, pygit2.GitError, KeyError, ValueError, OSError):
            found[one, other] = scratch.conflicts(works[one], works[other])
    return found


class _Memory(pygit2.OdbBackend):
    """Where objects are kept that no disk is to see."""

    def __init__(self) -> None:
        super().__init__()
        self._kept: dict[pygit2.Oid, tuple[int, bytes]] = {}

    def write_cb(self, name: pygit2.Oid, data: bytes, kind: int) -> None:
        self._kept[name] = kind, data

    def read_cb(self, name: pygit2.Oid) -> tuple[int, bytes]:
        return self._kept[name]

    def read_header_cb(self, name: pygit2.Oid) -> tuple[int, int]:
        kind, data = self._kept[name]
        return kind, len(data)

    def exists_cb(self, name: pygit2.Oid) -> bool:
        return name in self._kept

    def refresh_cb(self) -> None:
        """It is always fresh."""


class _Scratch:
    """A repository in which trees are made of what agents changed."""

    def __init__(self) -> None:
        objects = pygit2.Odb()
        objects.add_backend(_Memory(), 2)  # before what is borrowed
        self._repository = pygit2.Repository()
        self._repository.set_odb(objects)
        self._borrowed: set[str] = set()
        self._written: dict[tuple[str, str], pygit2.IndexEntry | None] = {}
        """Files as they lie, by their work tree and path."""

    def conflicts(self, one: Work, other: Work) -> tuple[str, ...]:
        """Where the two do not merge."""
        for work in (one, other):
            self._borrow(objects_of(work.place))
        base = self._repository.merge_base(one.head, other.head)
        paths = sorted({*one.paths, *other.paths})
        before = _entries(self._repository[base].peel(pygit2.Tree), paths) if base else {}
        merged = self._repository.merge_trees(
            self._tree(before), self._tree(self._now(one, paths)), self._tree(self._now(other, paths))
        )
        sides = [side.path for conflict in merged.conflicts or () for side in conflict if side is not None]
        both = {*one.paths} & {*other.paths}
        # What only one of them changed may differ because trunk moved between them; what is new may have been renamed.
        return tuple(sorted({path for path in sides if path in both or path not in before}))

    def _borrow(self, objects: str) -> None:
        """With all that those are borrowed from."""
        if objects in self._borrowed:
            return
        self._borrowed.add(objects)
        self._repository.odb.add_disk_alternate(objects)
        with suppress(FileNotFoundError), open(os.path.join(objects, "info", "alternates"), encoding="utf-8") as file:
            for line in file.read().splitlines():
                self._borrow(os.path.normpath(os.path.join(objects, line)))

    def _now(self, work: Work, paths: Iterable[str]) -> Entries:
        """These files as they are now, committed or not."""
        head = _entries(self._repository[work.head].peel(pygit2.Tree), paths)
        top = opened_at(work.place).workdir
        for path in work.loose.intersection(paths) if top else ():
            if (top, path) not in self._written:
                self._written[top, path] = self._as_it_lies(top, path)
            if entry := self._written[top, path]:
                head[path] = entry
            else:
                head.pop(path, None)
        return head

    def _as_it_lies(self, top: str, path: str) -> pygit2.IndexEntry | None:
        file = os.path.join(top, path)
        try:
            found = os.lstat(file)
            if stat.S_ISLNK(found.st_mode):
                return self._entry(path, os.fsencode(os.readlink(file)), FileMode.LINK)
            mode = FileMode.BLOB_EXECUTABLE if found.st_mode & stat.S_IXUSR else FileMode.BLOB
            if not stat.S_ISREG(found.st_mode) or found.st_size > LARGEST:
                return self._entry(path, f"{found.st_size} {found.st_mtime_ns}".encode(), mode)
            with open(file, "rb") as opened:
                # Where git keeps lines otherwise than they lie, it would not see a difference in that.
                return self._entry(path, opened.read(LARGEST).replace(b"\r\n", b"\n"), mode)
        except (FileNotFoundError, NotADirectoryError):
            return None

    def _entry(self, path: str, text: bytes, mode: FileMode) -> pygit2.IndexEntry:
        return pygit2.IndexEntry(path, self._repository.create_blob(text), mode)

    def _tree(self, entries: Entries) -> Any:
        index = pygit2.Index()
        for entry in entries.values():
            index.add(entry)
        return index.write_tree(self._repository)


def objects_of(place: Workplace) -> str:
    """Where the repository of a workspace keeps what is in it. Raises MuxerError."""
    return os.path.join(common_of(os.path.realpath(opened_at(place).path)), "objects")


def _entries(tree: Any, paths: Iterable[str]) -> Entries:
    """These files as they are in a commit; a repository in it is none."""
    found = {}
    for path in paths:
        with suppress(KeyError, ValueError):
            entry = tree[path]
            if entry.type_str == "blob":
                found[path] = pygit2.IndexEntry(path, entry.id, entry.filemode)
    return found
