"""Files in LFS reach whoever gets the commits that need them: the real git-lfs, over a remote in a folder."""

import errno
import os
import shutil
from pathlib import Path

import pytest

from muxer.workspaces.git import Refused
from muxer.workspaces.large_files import push_large
from muxer.workspaces.making import make
from muxer.workspaces.publishing import bring, publish
from muxer.workspaces.repository import ground_of
from tests.workspaces.repositories import commit, git, repository
from tests.workspaces.transports import bare

WORK = "refs/heads/muxer/ada/claude/work"

needs_lfs = pytest.mark.skipif(shutil.which("git-lfs") is None, reason="there is no git-lfs")


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Its `.bin` files are to be in LFS."""
    monkeypatch.setenv("HOME", str(tmp_path))
    made = repository(tmp_path / "home")
    git(made, "remote", "add", "origin", str(bare(tmp_path / "served" / "shop.git", made)))
    return made


def in_lfs(folder: Path | str, text: str) -> str:
    """A commit with such a file in it."""
    git(folder, "lfs", "install", "--skip-repo")
    Path(folder, ".gitattributes").write_text("*.bin filter=lfs diff=lfs merge=lfs -text\n")
    git(folder, "add", ".gitattributes")
    head = commit(folder, "big.bin", text)
    assert git(folder, "show", "HEAD:big.bin").startswith("version https://git-lfs")
    return head


def content(folder: Path) -> list[str]:
    """Of all that is in LFS there."""
    return sorted(file.read_text() for file in (folder / "lfs" / "objects").rglob("*") if file.is_file())


def no_link(*_: object) -> None:
    """As between two disks."""
    raise OSError(errno.EXDEV, os.strerror(errno.EXDEV))


@needs_lfs
async def test_content_is_there_before_its_commit(home: Path, tmp_path: Path) -> None:
    served = tmp_path / "served" / "shop.git"
    head = in_lfs(home, "a lot\n")
    assert await publish(str(home), "origin", {WORK: (head, "")}) == {}
    assert content(served) == ["a lot\n"]
    assert git(served, "rev-parse", WORK) == head


@needs_lfs
@pytest.mark.parametrize("one_disk", [True, False])
async def test_content_of_a_clone_comes_along(
    home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, *, one_disk: bool
) -> None:
    ground = ground_of(str(home))
    assert ground
    place = make("clone", ground, name="claude", under=str(tmp_path / "trees"))
    head = in_lfs(place.folder, "of a clone\n")
    if not one_disk:
        monkeypatch.setattr(os, "link", no_link)
    for _ in range(2):
        assert bring(place, WORK, head, "claude")
    assert content(home / ".git") == ["of a clone\n"]
    await publish(str(home), "origin", {WORK: (head, "")})
    assert content(tmp_path / "served" / "shop.git") == ["of a clone\n"]


async def test_without_git_lfs_it_is_one_line_and_nothing_is_pushed(
    home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (home / ".git" / "lfs" / "objects").mkdir(parents=True)
    programs = tmp_path / "programs"
    programs.mkdir()
    os.symlink(shutil.which("git") or "", programs / "git")
    monkeypatch.setenv("PATH", str(programs))
    head = git(home, "rev-parse", "HEAD")
    with pytest.raises(Refused, match="git-lfs alone pushes files in LFS: install it"):
        await publish(str(home), "origin", {WORK: (head, "")})
    assert git(tmp_path / "served" / "shop.git", "for-each-ref", WORK) == ""


async def test_where_nobody_has_such_files_git_lfs_is_not_asked(home: Path) -> None:
    git(home, "config", "alias.lfs", "!false")
    await push_large(str(home), "origin", [], patience=5)
