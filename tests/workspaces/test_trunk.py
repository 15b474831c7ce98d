"""Trunk moves by compare-and-swap, with whoever has it checked out."""

from pathlib import Path

import pytest

from muxer.errors import MuxerError
from muxer.workspaces.moving import Moved
from muxer.workspaces.trunk import branches_with, move_trunk, move_trunk_back
from tests.workspaces.repositories import commit, git, repository

TRUNK = "refs/heads/muxer/trunk"


def test_it_begins_and_moves_only_from_where_it_was(tmp_path: Path) -> None:
    home = repository(tmp_path / "home")
    one, two = git(home, "rev-parse", "HEAD"), commit(home, "more", "1\n")
    move_trunk(str(home), TRUNK, old=one, new=two, why="begun")
    assert git(home, "rev-parse", TRUNK) == two
    with pytest.raises(Moved):
        move_trunk(str(home), TRUNK, old=one, new=two, why="again")
    three = commit(home, "again", "1\n")
    move_trunk(str(home), TRUNK, old=two, new=three, why="on")
    git(home, "reset", "--quiet", "--hard", one)
    move_trunk_back(str(home), TRUNK, old=three, new=two, name="ada")
    assert git(home, "rev-parse", TRUNK, f"refs/muxer/kept/ada/{three[:12]}").split() == [two, three]
    assert "took back what ada promoted" in git(home, "reflog", "-1", "muxer/trunk")


@pytest.mark.parametrize("own", [True, False])
def test_a_clean_checkout_goes_along_and_one_with_work_stays(tmp_path: Path, *, own: bool) -> None:
    home = repository(tmp_path / "home")
    one, two = git(home, "rev-parse", "HEAD"), commit(home, "more", "1\n")
    git(home, "branch", "muxer/trunk", one)
    tree = home if own else tmp_path / "tree"
    if own:
        git(home, "switch", "--quiet", "muxer/trunk")
    else:
        git(home, "worktree", "add", "--quiet", str(tree), "muxer/trunk")
    (tree / "read.me").write_text("half\n")
    with pytest.raises(MuxerError, match=r"muxer/trunk is checked out in .*: commit or stash read\.me there first"):
        move_trunk(str(home), TRUNK, old=one, new=two, why="on")
    git(tree, "checkout", "--", "read.me")
    (tree / "more").write_text("untracked, and in the way\n")
    with pytest.raises(MuxerError):
        move_trunk(str(home), TRUNK, old=one, new=two, why="on")
    assert git(home, "rev-parse", TRUNK) == one
    (tree / "more").unlink()
    move_trunk(str(home), TRUNK, old=one, new=two, why="on")
    assert (git(home, "rev-parse", TRUNK), (tree / "more").read_text()) == (two, "1\n")
    assert git(tree, "status", "--porcelain") == ""
    move_trunk_back(str(home), TRUNK, old=two, new=one, name="ada")
    assert (git(home, "rev-parse", TRUNK), (tree / "more").exists()) == (one, False)


def test_who_has_a_commit(tmp_path: Path) -> None:
    home = repository(tmp_path / "home")
    git(home, "branch", "old")
    git(home, "tag", "v1", commit(home, "more", "1\n"))
    git(home, "update-ref", "refs/muxer/kept/ada/1", "HEAD")
    assert branches_with(str(home), git(home, "rev-parse", "HEAD")) == ("refs/heads/main", "refs/tags/v1")
