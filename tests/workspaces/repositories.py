"""Real repositories for tests, whose author is a person named Ada."""

import os
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

AUTHOR = ("-c", "user.name=Ada Lovelace", "-c", "user.email=Ada.L@example.org")


def git(folder: Path | str, *words: str) -> str:
    env = {name: value for name, value in os.environ.items() if not name.startswith("GIT_")}
    done = subprocess.run(
        ["git", *AUTHOR, "-C", str(folder), *words], env=env, check=True, capture_output=True, text=True
    )
    return done.stdout.strip()


def empty_repository(folder: Path) -> Path:
    """Before its first commit."""
    folder.mkdir(parents=True)
    git(folder, "init", "--quiet", "--initial-branch=main")
    git(folder, "config", "user.name", "Ada Lovelace")
    git(folder, "config", "user.email", "Ada.L@example.org")
    return folder


def repository(folder: Path) -> Path:
    """With one file in one commit."""
    empty_repository(folder)
    commit(folder, "read.me", "hello\n")
    return folder


def commit(folder: Path | str, name: str, text: str) -> str:
    """That file in a commit; its id."""
    Path(folder, name).write_text(text)
    git(folder, "add", "--", name)
    git(folder, "commit", "--quiet", "--message", f"wrote {name}")
    return git(folder, "rev-parse", "HEAD")


@contextmanager
def untouched(folder: Path) -> Iterator[None]:
    """Nothing in there is written, git's own files included; but git marks a shared index as used when it reads it."""
    before = _written(folder)
    yield
    assert sorted(_written(folder) ^ before) == []


def _written(folder: Path) -> set[tuple[str, int]]:
    files = [folder, *(file for file in folder.rglob("*") if not file.name.startswith("sharedindex."))]
    return {(str(file), file.lstat().st_mtime_ns) for file in files}
