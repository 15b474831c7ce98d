"""Trunk, brought into clones and into the branch that a person has checked out."""

from pathlib import Path

import pytest

from muxer.errors import MuxerError
from muxer.work import Coordination
from muxer.workspaces.bringing import IN_CLONES, Landed, has_trunk, land
from muxer.workspaces.repository import Workplace
from tests.workspaces.repositories import commit, git, repository


@pytest.fixture
def home(tmp_path: Path) -> Path:
    return repository(tmp_path / "home")


def promoted(home: Path, name: str, text: str) -> Coordination:
    """Somebody's work is on trunk."""
    trunk = home.parent / "trunk"
    if not trunk.exists():
        git(home, "worktree", "add", "--quiet", "-b", "muxer/trunk", str(trunk))
    return Coordination(
        root=str(home), operator="ada", base="main", trunk="refs/heads/muxer/trunk", tip=commit(trunk, name, text)
    )


def whole(home: Path) -> str:
    """All that there is to see of a checkout."""
    files = [(str(path), path.read_bytes()) for path in sorted(home.iterdir()) if path.is_file()]
    return f"{files} {git(home, 'status', '--porcelain', '--branch')} {git(home, 'for-each-ref', 'refs/heads')}"


def test_a_clone_is_brought_trunk(home: Path) -> None:
    clone = home.parent / "clone"
    git(home.parent, "clone", "--quiet", str(home), str(clone))
    trunk = promoted(home, "new", "1\n")
    head = git(clone, "rev-parse", "HEAD")
    place = Workplace(kind="clone", folder=str(clone), source=str(home))
    assert not has_trunk(place, head, trunk.tip)
    assert git(clone, "rev-parse", IN_CLONES) == trunk.tip
    assert git(clone, "rev-parse", "HEAD") == head
    git(home, "branch", "--force", "muxer/trunk-before", f"{trunk.tip}^")
    assert has_trunk(place, head, f"{head}")


def test_a_clone_whose_source_is_gone_is_one_line(home: Path) -> None:
    clone = home.parent / "clone"
    git(home.parent, "clone", "--quiet", str(home), str(clone))
    trunk = promoted(home, "new", "1\n")
    place = Workplace(kind="clone", folder=str(clone), source=str(home.parent / "gone"))
    with pytest.raises(MuxerError, match="git fetch failed: ") as error:
        has_trunk(place, git(clone, "rev-parse", "HEAD"), trunk.tip)
    assert "\n" not in str(error.value)


def test_a_branch_goes_forward(home: Path) -> None:
    trunk = promoted(home, "new", "1\n")
    before, seen = git(home, "rev-parse", "HEAD"), whole(home)
    planned = Landed(branch="main", before=before, after=trunk.tip, paths=("new",))
    assert land(trunk, dry_run=True) == planned
    assert whole(home) == seen
    assert land(trunk, dry_run=False) == planned
    assert git(home, "rev-parse", "main") == trunk.tip
    assert (home / "new").read_text() == "1\n"
    assert git(home, "status", "--porcelain") == ""
    assert land(trunk, dry_run=False) == Landed(branch="main", before=trunk.tip, after=trunk.tip)


def test_a_branch_with_work_of_its_own_gets_a_merge(home: Path) -> None:
    trunk = promoted(home, "new", "1\n")
    before = commit(home, "mine", "1\n")
    (home / "scratch").write_text("untracked\n")
    landed = land(trunk, dry_run=False)
    assert (landed.merged, landed.paths) == (True, ("new",))
    assert git(home, "log", "-1", "--format=%P %s") == f"{before} {trunk.tip} Merge muxer/trunk into main"
    assert git(home, "status", "--porcelain") == "?? scratch"


def test_a_conflict_changes_nothing(home: Path) -> None:
    trunk = promoted(home, "read.me", "theirs\n")
    commit(home, "read.me", "mine\n")
    seen = whole(home)
    with pytest.raises(MuxerError, match=rf"main and muxer/trunk conflict in read\.me: git merge {trunk.tip[:12]}"):
        land(trunk, dry_run=False)
    assert whole(home) == seen


@pytest.mark.parametrize("name", ["new", "folder/inside", "folder"])
def test_a_file_that_git_does_not_know_is_not_overwritten(home: Path, name: str) -> None:
    trunk = promoted(home, "new", "1\n")
    if name == "folder":
        (home.parent / "trunk" / "folder").mkdir()
        trunk = promoted(home, "folder/deep", "1\n")
    elif "/" in name:
        trunk = promoted(home, "folder", "1\n")
        (home / "folder").mkdir()
    (home / name).write_text("precious\n")
    seen = whole(home)
    with pytest.raises(MuxerError, match=f"{name} in .* would be overwritten: move it away first"):
        land(trunk, dry_run=False)
    assert whole(home) == seen
    assert (home / name).read_text() == "precious\n"


def test_what_is_not_committed_stops_it(home: Path) -> None:
    trunk = promoted(home, "new", "1\n")
    (home / "read.me").write_text("half\n")
    with pytest.raises(MuxerError, match=r"read\.me in .* is not committed: commit or stash it first"):
        land(trunk, dry_run=False)
    assert (home / "read.me").read_text() == "half\n"


def test_without_trunk_or_without_a_branch_it_is_said(home: Path) -> None:
    trunk = promoted(home, "new", "1\n")
    with pytest.raises(MuxerError, match="nothing was promoted yet"):
        land(Coordination(root=str(home), operator="ada"), dry_run=False)
    git(home, "checkout", "--quiet", "--detach")
    with pytest.raises(MuxerError) as error:
        land(trunk, dry_run=False)
    assert "branch" in str(error.value)


def test_a_repository_without_a_checkout_is_said(home: Path) -> None:
    trunk = promoted(home, "new", "1\n")
    bare = home.parent / "bare.git"
    git(home.parent, "clone", "--quiet", "--bare", str(home), str(bare))
    with pytest.raises(MuxerError) as error:
        land(Coordination(root=str(bare), operator="ada", trunk=trunk.trunk, tip=trunk.tip), dry_run=False)
    assert "\n" not in str(error.value)
