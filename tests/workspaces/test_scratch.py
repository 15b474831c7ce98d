"""Scratch checkouts."""

import shutil
from pathlib import Path

import pytest

from muxer.errors import MuxerError
from muxer.workspaces.scratch import drop_scratch, make_scratch, tree_of
from tests.workspaces.repositories import commit, git, repository, untouched


def trees(home: Path) -> int:
    return len(git(home, "worktree", "list").splitlines())


def test_it_is_that_commit_on_no_branch_and_goes_again(tmp_path: Path) -> None:
    home = repository(tmp_path / "home")
    old = git(home, "rev-parse", "HEAD")
    commit(home, "read.me", "new\n")
    folder = tmp_path / "under" / "it"
    before = git(home, "for-each-ref")
    assert make_scratch(str(home), old, str(folder), copies=(), links=()) == []
    assert (folder / "read.me").read_text() == "hello\n"
    assert git(folder, "rev-parse", "HEAD", "--abbrev-ref", "HEAD").split() == [old, "HEAD"]
    (folder / "read.me").write_text("what a check does\n")
    (folder / "made").write_text("\n")
    drop_scratch(str(folder))
    assert (folder.exists(), trees(home), git(home, "for-each-ref")) == (False, 1, before)
    drop_scratch(str(folder))


def test_what_is_left_of_one_is_removed_first(tmp_path: Path) -> None:
    home = repository(tmp_path / "home")
    head, folder = git(home, "rev-parse", "HEAD"), tmp_path / "under" / "it"
    make_scratch(str(home), head, str(folder), copies=(), links=())
    (folder / "left").write_text("\n")
    make_scratch(str(home), head, str(folder), copies=(), links=())
    assert not (folder / "left").exists()
    (folder / ".git").write_text("gitdir: /nowhere\n")
    drop_scratch(str(folder))
    assert not folder.exists()


def test_one_that_fails_leaves_nothing(tmp_path: Path) -> None:
    home = repository(tmp_path / "home")
    folder = tmp_path / "under" / "it"
    with untouched(home), pytest.raises(MuxerError):
        make_scratch(str(home), "f" * 40, str(folder), copies=(), links=())
    assert (folder.exists(), trees(home)) == (False, 1)


def test_a_repository_that_is_gone_keeps_nobody(tmp_path: Path) -> None:
    home = repository(tmp_path / "home")
    folder = tmp_path / "under" / "it"
    make_scratch(str(home), git(home, "rev-parse", "HEAD"), str(folder), copies=(), links=())
    shutil.rmtree(home)
    drop_scratch(str(folder))
    assert not folder.exists()


def test_a_bare_repository_does_as_well(tmp_path: Path) -> None:
    git(tmp_path, "clone", "--quiet", "--bare", str(repository(tmp_path / "home")), str(tmp_path / "bare.git"))
    folder = tmp_path / "under" / "it"
    make_scratch(
        str(tmp_path / "bare.git"), git(tmp_path / "home", "rev-parse", "HEAD"), str(folder), copies=(), links=()
    )
    assert (folder / "read.me").exists()
    drop_scratch(str(folder))
    assert trees(tmp_path / "bare.git") == 1


def test_equal_files_are_one_tree(tmp_path: Path) -> None:
    home = repository(tmp_path / "home")
    same = git(home, "commit-tree", "-m", "again", "HEAD^{tree}")
    assert tree_of(str(home), same) == tree_of(str(home), "HEAD")
    commit(home, "more", "1\n")
    assert tree_of(str(home), same) != tree_of(str(home), "HEAD")
