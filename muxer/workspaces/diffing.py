"""All that an agent changed since a commit, what is not committed included; and a commit of a part of it.

Looking writes nothing there: git is given an index of its own, in which files that it does not know yet are meant to
be, and a place of its own for what it makes.
"""

import json
import os
import shutil
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from tempfile import TemporaryDirectory

from muxer.errors import MuxerError
from muxer.paths import homely
from muxer.workspaces.git import Refused, git
from muxer.workspaces.hunks import FilePatch, Picks, files_of, ids_of, taken
from muxer.workspaces.repository import Workplace, opened, opened_at
from muxer.workspaces.writing import Who, write

MOST = 2000
"""So many files that git does not know are looked at."""
PATIENCE = 60.0
"""Seconds that git may take to compare."""
_PLAINLY = (
    "-c", "core.quotePath=false", "-c", "core.fsmonitor=false", "-c", "core.bigFileThreshold=1m",
    "-c", "diff.suppressBlankEmpty=false", "-c", "advice.addEmbeddedRepo=false",
)  # fmt: skip
"""Whatever people have set for what they read; the lines of very big files are not looked at."""
_WORDS = (
    "--no-color", "--no-ext-diff", "--no-textconv", "--full-index", "--src-prefix=a/", "--dst-prefix=b/", "--unified=3",
    "--inter-hunk-context=0", "--find-renames", "--submodule=short", "--ignore-submodules=dirty", "--no-relative",
)  # fmt: skip


def difference(place: Workplace, base: str, paths: Sequence[str] = ()) -> tuple[FilePatch, ...]:
    """What is other than in that commit, everywhere or in these files. Takes its time. Raises MuxerError."""
    return _compared(_root(place), base, "--", *paths)


def partial(place: Workplace, base: str, picks: Picks, *, message: str, who: Who) -> str:
    """A commit on top of that one, which does only what was chosen. No reference points to it. Raises MuxerError.

    It is made where trunk is: of a clone, in the repository that it was made from.
    """
    files = difference(place, base)
    if any(file.binary and file.id in picks for file in files):
        files = _compared(_root(place), "--binary", base)
    if not picks.keys() <= ids_of(files):
        raise MuxerError("some of what was chosen is not there any more: look at it again, and choose anew")
    where = place.source if place.kind == "clone" else _root(place)
    with TemporaryDirectory(prefix="muxer-") as spare:
        env = {"GIT_INDEX_FILE": os.path.join(spare, "index")}
        git(where, "read-tree", base, env=env)
        patch = taken(files, picks).encode(errors="surrogateescape")
        try:
            git(where, "apply", "--cached", "--whitespace=nowarn", "-", stdin=patch, env=env)
        except Refused:
            raise MuxerError("what you chose does not stand without the rest: choose the whole file") from None
        tree = git(where, "write-tree", env=env).strip()
    return write(opened(where), tree, [base], message.strip().encode() + b"\n", author=bytes(who), committer=bytes(who))


def _compared(root: str, *words: str) -> tuple[FilePatch, ...]:
    with _index(root) as env:
        return files_of(git(root, *_PLAINLY, "diff", *_WORDS, *words, env=env, patience=PATIENCE))


def _root(place: Workplace) -> str:
    root = opened_at(place).workdir
    if not root:
        raise MuxerError(f"{homely(place.folder)} is bare: it has no files to compare")
    return str(root).rstrip("/") or "/"


@contextmanager
def _index(root: str) -> Iterator[dict[str, str]]:
    """What git is told for an index in which all that lies there is, and which goes again."""
    lies, objects = (
        os.path.join(root, git(root, "rev-parse", "--git-path", name).rstrip("\n")) for name in ("index", "objects")
    )
    with TemporaryDirectory(prefix="muxer-") as spare:
        env = {
            "GIT_INDEX_FILE": os.path.join(spare, "index"),
            "GIT_OBJECT_DIRECTORY": spare,
            "GIT_ALTERNATE_OBJECT_DIRECTORIES": json.dumps(objects, ensure_ascii=False),
            "GIT_LITERAL_PATHSPECS": "1",
        }
        if os.path.exists(lies):
            shutil.copyfile(lies, env["GIT_INDEX_FILE"])
        listed = git(root, *_PLAINLY, "ls-files", "--others", "--exclude-standard", "-z", env=env)
        fresh = [path for path in listed.split("\0") if path and not path.endswith("/")][:MOST]
        if fresh:
            words = ("--intent-to-add", "--pathspec-from-file=-", "--pathspec-file-nul")
            names = "\0".join(fresh).encode(errors="surrogateescape")
            git(root, *_PLAINLY, "add", *words, stdin=names, env=env)
        yield env
