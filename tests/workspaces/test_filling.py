import os
import stat
from pathlib import Path

import pytest

from muxer.errors import MuxerError
from muxer.model import Workspace
from muxer.workspaces.making import make, remove
from muxer.workspaces.repository import Workplace, ground_of
from tests.workspaces.repositories import commit, git, repository

both = pytest.mark.parametrize("kind", ["worktree", "clone"])
LOCAL = ("-c", "protocol.file.allow=always")


@pytest.fixture
def shop(tmp_path: Path) -> Path:
    return repository(tmp_path / "shop")


def made(shop: Path, kind: Workspace) -> tuple[Workplace, list[str]]:
    ground, said = ground_of(str(shop)), list[str]()
    assert ground
    return make(kind, ground, name="ada", under=f"{shop.parent}/trees", say=said.append), said


def with_submodules(shop: Path) -> Path:
    """One in another, and one that its person never wanted; where they came from is gone."""
    inner, outer, spare = (repository(shop.parent / name) for name in ("inner", "outer", "spare"))
    git(outer, *LOCAL, "submodule", "--quiet", "add", str(inner), "deep er")
    git(outer, "commit", "--quiet", "--message", "has inner")
    for one, path in ((outer, "libs/out er"), (spare, "spare")):
        git(shop, *LOCAL, "submodule", "--quiet", "add", str(one), path)
    git(shop, "commit", "--quiet", "--message", "has both")
    git(shop, *LOCAL, "submodule", "--quiet", "update", "--init", "--recursive")
    git(shop, "submodule", "--quiet", "deinit", "spare")
    for one in (inner, outer, spare):
        os.rename(one, f"{one}-gone")
    return shop


@both
def test_submodules_come_from_what_the_source_has_of_them(shop: Path, kind: Workspace) -> None:
    with_submodules(shop)
    before = git(shop, "config", "--local", "--list")
    place, said = made(shop, kind)
    assert said == []
    outer = Path(place.folder, "libs", "out er")
    assert (outer / "deep er" / "read.me").read_text() == "hello\n"
    assert os.listdir(Path(place.folder, "spare")) == []
    assert git(outer, "remote", "get-url", "origin") == str(shop.parent / "outer")
    assert git(place.folder, "status", "--porcelain") == ""
    assert git(shop, "config", "--local", "--list") == before
    assert remove(place, "ada", discard=False) == ""
    assert not os.path.exists(place.folder)


@both
def test_work_in_a_submodule_is_not_lost_with_the_workspace(shop: Path, kind: Workspace) -> None:
    place, _ = made(with_submodules(shop), kind)
    only = commit(Path(place.folder, "libs", "out er"), "only", "here")
    git(place.folder, "commit", "--quiet", "--all", "--message", "newer outer")
    assert remove(place, "ada", discard=True).startswith("refs/muxer/kept/ada/")
    assert only in git(shop, "rev-list", "--glob=refs/muxer/kept").split()


def test_a_submodule_that_cannot_be_had_is_said_and_the_rest_is_there(shop: Path) -> None:
    with_submodules(shop)
    lies = shop / ".git" / "modules" / "libs" / "out er"
    for file in (lies / "objects").rglob("*"):
        if file.is_file():
            file.unlink()
    place, said = made(shop, "worktree")
    assert said[0].startswith("submodule libs/out er is empty there: git submodule failed:")
    assert "\n" not in said[0]
    assert Path(place.folder, "read.me").is_file()


LFS = '#!/bin/sh\n[ -n "$GIT_LFS_SKIP_SMUDGE" ] && exec cat\necho "git-lfs: Error downloading object" >&2\nexit 1\n'


@both
def test_files_in_lfs_that_cannot_be_had_are_pointers(
    shop: Path, kind: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HOME", str(shop.parent))
    monkeypatch.setenv("GIT_CONFIG_NOSYSTEM", "1")  # where git-lfs is installed, that names the real one
    program = shop.parent / "git-lfs"
    program.write_text(LFS)
    program.chmod(stat.S_IRWXU)
    commit(shop, ".gitattributes", "*.bin filter=lfs\n")
    commit(shop, "big.bin", "version https://git-lfs.example/spec/v1\n")
    for key, value in (("smudge", str(program)), ("clean", "cat"), ("required", "true")):
        git(shop.parent, "config", "--global", f"filter.lfs.{key}", value)
    place, said = made(shop, kind)
    assert said == ["its files in LFS could not be had and are pointers for now: git lfs pull gets them"]
    assert Path(place.folder, "big.bin").read_text().startswith("version ")
    assert git(place.folder, "status", "--porcelain") == ""


@both
def test_it_is_as_sparse_as_its_source(shop: Path, kind: Workspace) -> None:
    for name in ("front", "back"):
        (shop / name).mkdir()
        commit(shop, f"{name}/x", "x")
    git(shop, "sparse-checkout", "set", "--cone", "front")
    place, _ = made(shop, kind)
    assert sorted(set(os.listdir(place.folder)) - {".git"}) == ["front", "read.me"]
    assert git(place.folder, "status", "--porcelain") == ""
    assert git(place.folder, "sparse-checkout", "list") == "front"
    assert remove(place, "ada", discard=False) == ""


@both
def test_a_shallow_source_lends_what_it_has(shop: Path, kind: Workspace) -> None:
    commit(shop, "a", "a")
    git(shop.parent, "clone", "--quiet", "--depth=1", f"file://{shop}", "shallow")
    place, _ = made(shop.parent / "shallow", kind)
    assert git(place.folder, "rev-list", "--count", "HEAD") == "1"
    assert Path(place.folder, "a").is_file()
    assert remove(place, "ada", discard=False) == ""


@both
def test_names_with_spaces_and_letters_of_anywhere_are_fine(tmp_path: Path, kind: Workspace) -> None:
    shop = repository(tmp_path / "mój sklep 漢字")
    commit(shop, "zażółć gęślą.txt", "x")
    place, said = made(shop, kind)
    assert said == []
    assert Path(place.folder, "zażółć gęślą.txt").is_file()
    assert remove(place, "ada", discard=False) == ""


def test_a_clone_has_its_objects_by_hard_links(shop: Path) -> None:
    place, _ = made(shop, "clone")
    sha = git(shop, "rev-parse", "HEAD")
    path = Path(".git", "objects", sha[:2], sha[2:])
    assert (shop / path).samefile(Path(place.folder) / path)


def test_a_repository_of_somebody_else_is_one_line(shop: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GIT_TEST_ASSUME_DIFFERENT_OWNER", "1")
    with pytest.raises(MuxerError, match=r"^git \w+ failed: fatal: .*dubious ownership") as raised:
        made(shop, "worktree")
    assert "\n" not in str(raised.value)
    monkeypatch.delenv("GIT_TEST_ASSUME_DIFFERENT_OWNER")
    assert git(shop, "branch", "--list") == "* main"
