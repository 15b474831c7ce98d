"""Every commit that anybody was ever on, and whether one of them is lost; every value of trunk, and its check."""

import subprocess
from collections.abc import Iterable, Iterator
from pathlib import Path

from tests.workspaces.repositories import git


class Ledger:
    """Of one walk."""

    def __init__(self) -> None:
        self.commits: dict[str, str] = {}
        """Each, and who was on it first."""
        self.trunk: dict[str, None] = {}
        """Where trunk was, in order."""
        self.pushed: set[str] = set()
        """Where the walk itself put it."""

    def note(self, folder: Path) -> None:
        """All that a checkout was on, as its log says."""
        for sha in git(folder, "log", "--walk-reflogs", "--format=%H", "HEAD").splitlines():
            self.commits.setdefault(sha, folder.name)

    def note_trunk(self, repository: Path, ref: str) -> None:
        """All that it pointed to."""
        log = repository / (ref if (repository / "HEAD").is_file() else f".git/{ref}")
        log = Path(str(log).replace("/refs/", "/logs/refs/"))
        for line in log.read_text().splitlines() if log.is_file() else ():
            self.trunk.setdefault(line.split(" ", 2)[1])

    def red(self, repository: Path) -> list[str]:
        """Values of trunk whose check fails, and which the walk did not put there."""
        return [sha for sha in self.trunk if sha not in self.pushed and is_bad(repository, sha)]

    def lost(self, repositories: Iterable[Path]) -> dict[str, str]:
        """Commits that no reference of any of these reaches."""
        left = set(self.commits)
        for repository in repositories:
            left -= set(git(repository, "rev-list", "--all").splitlines())
        return {sha: self.commits[sha] for sha in left}


def is_bad(repository: Path, sha: str) -> bool:
    """Does the check fail on that commit?"""
    words = ("git", "-C", str(repository), "grep", "--quiet", "BAD", sha, "--", "*.txt")
    return subprocess.run(words, check=False, capture_output=True).returncode == 0


def damage(repositories: Iterable[Path]) -> Iterator[str]:
    """What git finds wrong with them."""
    for repository in repositories:
        words = ("git", "-C", str(repository), "fsck", "--full", "--no-dangling", "--no-progress")
        done = subprocess.run(words, check=False, capture_output=True, text=True)
        if done.returncode:
            yield f"{repository}: {done.stdout}{done.stderr}"
