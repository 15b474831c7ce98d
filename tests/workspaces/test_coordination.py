"""By which remote, from which branch and under whose name work comes together."""

from pathlib import Path

import pytest

from muxer.config import Project
from muxer.errors import MuxerError
from muxer.workspaces.coordination import (
    blocked,
    coordination_of,
    has_base,
    likely_base,
    likely_remote,
    operator_for,
    remotes_of,
    whose,
    without_secrets,
    work_ref,
)
from tests.workspaces.repositories import commit, empty_repository, git, repository, untouched


@pytest.fixture
def shop(tmp_path: Path) -> Path:
    return repository(tmp_path / "shop")


def shared(shop: Path, name: str = "origin") -> Path:
    """A remote of that name that has all of it."""
    bare = shop.parent / f"{name}.git"
    git(shop.parent, "clone", "--quiet", "--bare", str(shop), str(bare))
    git(shop, "remote", "add", name, str(bare))
    git(shop, "fetch", "--quiet", name)
    return bare


def test_nothing_leaves_this_machine_until_somebody_chose_a_remote(shop: Path) -> None:
    shared(shop)
    head = git(shop, "rev-parse", "HEAD")
    with untouched(shop):
        found = coordination_of(str(shop), Project())
    assert (found.shared, found.remote, found.url) == (False, "", "")
    assert (found.base, found.trunk, found.tip) == ("main", "refs/heads/muxer/trunk", head)
    assert found.operator == "ada-l"


def test_trunk_is_where_base_is_until_something_was_promoted(shop: Path) -> None:
    git(shop, "branch", "muxer/trunk")
    before = git(shop, "rev-parse", "HEAD")
    commit(shop, "more", "1\n")
    assert coordination_of(str(shop), Project()).tip == before
    git(shop, "branch", "-D", "muxer/trunk")
    assert coordination_of(str(shop), Project()).tip == git(shop, "rev-parse", "HEAD")


def test_with_a_remote_trunk_is_its_base(shop: Path) -> None:
    bare = shared(shop)
    tip = git(shop, "rev-parse", "HEAD")
    commit(shop, "more", "1\n")
    found = coordination_of(str(shop), Project(remote="origin", operator="Kim B."))
    assert (found.trunk, found.tip, found.url) == ("refs/remotes/origin/main", tip, str(bare))
    assert found.operator == "kim-b"
    assert coordination_of(str(shop), Project(remote="origin", base="gone")).tip == ""


def test_a_remote_that_is_not_there_is_named(shop: Path) -> None:
    with pytest.raises(MuxerError, match="has no remote upstream: muxer init chooses another"):
        coordination_of(str(shop), Project(remote="upstream"))


@pytest.mark.parametrize(
    ("names", "likely"),
    [([], ""), (["up"], "up"), (["fork", "origin"], "origin"), (["fork", "up"], None)],
)
def test_which_remote_people_mean(names: list[str], likely: str | None) -> None:
    assert likely_remote(names) == likely


def test_which_branch_people_mean(shop: Path) -> None:
    shared(shop)
    root = str(shop)
    git(shop, "checkout", "--quiet", "-b", "topic")
    assert likely_base(root, "") == "topic"
    assert likely_base(root, "origin") == "topic"
    git(shop, "remote", "set-head", "origin", "main")
    assert likely_base(root, "origin") == "main"
    git(shop, "checkout", "--quiet", "--detach")
    assert likely_base(root, "") == "main"
    git(shop, "checkout", "--quiet", "-b", "muxer/ada/x/work")
    assert likely_base(root, "") == "main"


def test_before_the_first_commit_it_is_the_branch_to_be(tmp_path: Path) -> None:
    found = coordination_of(str(empty_repository(tmp_path / "new")), Project())
    assert (found.base, found.tip) == ("main", "")


def test_a_base_may_be_known_of_the_remote_alone(shop: Path) -> None:
    bare = shared(shop)
    git(bare, "branch", "far")
    git(shop, "fetch", "--quiet", "origin")
    assert has_base(str(shop), "origin", "far")
    assert not has_base(str(shop), "", "far")
    assert not has_base(str(shop), "origin", "nowhere")
    assert remotes_of(str(shop)) == ["origin"]


@pytest.mark.parametrize(
    ("email", "name", "operator"),
    [
        ("Alice.B+x@example.org", "Z", "alice-b-x"),
        ("---@example.org", "Zoë K", "zoë-k"),
        ("trunk@example.org", "Z", "trunk-1"),
    ],
)
def test_who_a_person_is(shop: Path, email: str, name: str, operator: str) -> None:
    git(shop, "config", "user.email", email)
    git(shop, "config", "user.name", name)
    assert operator_for(str(shop), Project()) == operator
    assert operator_for(str(shop), Project(operator="Me!")) == "me"
    assert operator_for(str(shop), Project(operator="!!")) == operator
    git(shop, "branch", "muxer/trunk")
    git(shop, "branch", f"muxer/{operator}/claude/work")


def test_a_branch_says_whose_it_is() -> None:
    assert work_ref("ada", "Claude 2") == "refs/heads/muxer/ada/claude-2/work"
    assert work_ref("ada", "??") == "refs/heads/muxer/ada/agent/work"
    assert whose("refs/heads/muxer/ada/claude-2/work") == ("ada", "claude-2")
    assert whose("refs/heads/muxer/trunk") is None
    assert whose("refs/heads/muxer/a/b/c/work") is None


@pytest.mark.parametrize("name", ["muxer", "muxer/ada-l"])
def test_revis_18_a_branch_in_the_way_is_named(shop: Path, name: str) -> None:
    assert blocked(str(shop), "ada-l") == ""
    git(shop, "branch", name)
    assert f"a branch named {name} is in the way of muxer's own: git branch -m {name} NEW" in blocked(
        str(shop), "ada-l"
    )


def test_nobodys_password_is_shown(shop: Path) -> None:
    git(shop, "remote", "add", "origin", "https://me:s3cret@example.org/shop.git")
    assert coordination_of(str(shop), Project(remote="origin")).url == "https://example.org/shop.git"
    assert without_secrets("at 'https://t0ken@h/x'\x1b[2J") == "at 'https://h/x'[2J"
    assert without_secrets("git@example.org:shop.git") == "git@example.org:shop.git"
