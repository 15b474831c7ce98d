import os
import shutil
from pathlib import Path

import pytest

from muxer.errors import MuxerError
from muxer.model import Workspace
from muxer.workspaces.making import make
from muxer.workspaces.repository import Workplace, ground_of
from muxer.workspaces.salvaging import salvage
from tests.workspaces.repositories import commit, git, repository


@pytest.fixture
def shop(tmp_path: Path) -> Path:
    return repository(tmp_path / "shop")


def made(shop: Path, kind: Workspace) -> Workplace:
    ground = ground_of(str(shop))
    assert ground
    return make(kind, ground, name="ada", under=str(shop.parent / "trees"))


@pytest.fixture(params=["worktree", "clone"])
def place(request: pytest.FixtureRequest, shop: Path) -> Workplace:
    return made(shop, request.param)


def kept(shop: Path) -> list[str]:
    return git(shop, "for-each-ref", "--format=%(refname)", "refs/muxer/kept").split()


def listed(shop: Path, ref: str) -> list[str]:
    return git(shop, "ls-tree", "-r", "--name-only", ref).splitlines()


def test_of_an_untouched_one_nothing_has_to_be_kept(shop: Path, place: Workplace) -> None:
    commit(shop, ".gitignore", "*.o\n")
    assert salvage(place, "ada") == ""
    assert kept(shop) == []


def test_all_that_is_not_committed_is_and_nothing_is_touched(shop: Path, place: Workplace) -> None:
    commit(place.folder, ".gitignore", "*.o\n")
    Path(place.folder, "read.me").unlink()
    Path(place.folder, "staged").write_text("staged")
    git(place.folder, "add", "staged")
    Path(place.folder, "zażółć new").write_text("untracked")
    Path(place.folder, "a.o").write_text("ignored")
    lies = Path(git(place.folder, "rev-parse", "--absolute-git-dir"), "index")
    before = lies.read_bytes(), git(place.folder, "status", "--porcelain", "--ignored")
    ref = salvage(place, "ada")
    assert ref.startswith("refs/muxer/kept/ada/")
    assert git(shop, "-c", "core.quotePath=false", "ls-tree", "-r", "--name-only", ref).splitlines() == [
        ".gitignore", "staged", "zażółć new",
    ]  # fmt: skip
    assert git(shop, "log", "--format=%an: %s", "-2", ref).splitlines() == [
        f"muxer: What lay in {place.folder} and was not committed", "Ada Lovelace: wrote .gitignore",
    ]  # fmt: skip
    assert (lies.read_bytes(), git(place.folder, "status", "--porcelain", "--ignored")) == before


def test_what_is_kept_already_is_named_again(shop: Path, place: Workplace) -> None:
    commit(place.folder, "a", "a")
    assert salvage(place, "ada") == salvage(place, "ada") == kept(shop)[0]


def test_commits_that_only_it_has_are_kept(shop: Path, place: Workplace) -> None:
    first = commit(place.folder, "a", "a")
    git(place.folder, "checkout", "--quiet", "--detach")
    last = commit(place.folder, "b", "b")
    assert git(shop, "rev-parse", salvage(place, "ada")) == last
    shutil.rmtree(place.folder)
    for sha in (first, last):
        assert git(shop, "for-each-ref", "--contains", sha, "refs/muxer/kept")


def test_what_was_thrown_away_before_anybody_looked_is_kept(shop: Path, place: Workplace) -> None:
    lost = commit(place.folder, "mine", "1\n")
    git(place.folder, "reset", "--quiet", "--hard", "HEAD^")
    assert salvage(place, "ada", branch_stays=True) == "", "it was not what lay there"
    assert kept(shop) == [f"refs/muxer/kept/ada/{lost[:12]}"]


def test_a_branch_that_stays_has_its_commits(shop: Path) -> None:
    place = made(shop, "worktree")
    commit(place.folder, "a", "a")
    assert salvage(place, "ada", branch_stays=True) == ""
    assert salvage(place, "ada")


def test_of_a_clone_every_branch_every_stash_and_what_was_kept_comes_home(shop: Path) -> None:
    place = made(shop, "clone")
    shas = [commit(place.folder, "a", "a")]
    git(place.folder, "checkout", "--quiet", "-b", "other", "HEAD~1")
    shas.append(commit(place.folder, "b", "b"))
    git(place.folder, "update-ref", "refs/muxer/kept/ada/x", shas[-1])
    git(place.folder, "reset", "--hard", "--quiet", "HEAD~1")
    for text in ("one", "two"):
        Path(place.folder, "read.me").write_text(text)
        git(place.folder, "stash", "--quiet")
        shas.append(git(place.folder, "rev-parse", "stash"))
    Path(place.folder, "read.me").write_text("three")
    assert git(shop, "show", f"{salvage(place, 'ada')}:read.me") == "three"
    shutil.rmtree(place.folder)
    held = git(shop, "rev-list", "--glob=refs/muxer/kept").split()
    assert set(shas) <= set(held)


def test_in_the_middle_of_a_conflict_what_is_there_is_kept(shop: Path, place: Workplace) -> None:
    theirs = commit(shop, "read.me", "theirs")
    commit(place.folder, "read.me", "mine")
    git(place.folder, "fetch", "--quiet", str(shop), "main")
    with pytest.raises(Exception, match="merge"):
        git(place.folder, "merge", "--quiet", theirs)
    assert "<<<<<<<" in git(shop, "show", f"{salvage(place, 'ada')}:read.me")


def test_a_repository_in_it_is_kept_with_all_that_it_has(shop: Path, place: Workplace) -> None:
    inner = repository(Path(place.folder, "inner"))
    only = commit(inner, "only", "here")
    (inner / "loose").write_text("x")
    assert salvage(place, "ada")
    shutil.rmtree(place.folder)
    assert only in git(shop, "rev-list", "--glob=refs/muxer/kept").split()
    assert any("loose" in listed(shop, ref) for ref in kept(shop))


def test_one_without_a_name_that_git_knows_is_salvaged_too(
    shop: Path, place: Workplace, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HOME", str(shop.parent))
    git(shop, "config", "user.useConfigOnly", "true")
    git(shop, "config", "--unset", "user.email")
    Path(place.folder, "new").write_text("x")
    assert listed(shop, salvage(place, "ada")) == ["new", "read.me"]


def test_no_hook_of_anybody_runs(shop: Path) -> None:
    place = made(shop, "clone")
    commit(place.folder, "a", "a")
    for folder in (shop, Path(place.folder)):
        for name in ("pre-commit", "post-commit", "pre-push", "pre-receive", "update", "post-receive"):
            hook = folder / ".git" / "hooks" / name
            hook.parent.mkdir(exist_ok=True)
            hook.write_text(f"#!/bin/sh\ntouch {shop.parent}/ran\nexit 1\n")
            hook.chmod(0o700)
    assert salvage(place, "ada")
    assert not (shop.parent / "ran").exists()


def test_where_the_source_is_gone_it_says_what_to_do(shop: Path) -> None:
    place = made(shop, "clone")
    os.rename(shop, shop.parent / "elsewhere")
    with pytest.raises(MuxerError, match="which it was made from, is gone: save what you need of"):
        salvage(place, "ada")
    assert os.path.isdir(place.folder)


def test_the_folder_itself_has_nothing_to_salvage(shop: Path) -> None:
    (shop / "new").write_text("x")
    assert salvage(Workplace(kind="here", folder=str(shop)), "ada") == ""
