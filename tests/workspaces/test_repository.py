import os
import pwd
from pathlib import Path

import pytest

from muxer.errors import MuxerError
from muxer.workspaces.repository import (
    Workplace,
    ground_of,
    has_branch,
    lock_of,
    lone_commits,
    opened_at,
    operator_of,
    slug,
)
from tests.workspaces.repositories import commit, empty_repository, git, repository


@pytest.fixture
def shop(tmp_path: Path) -> Path:
    return repository(tmp_path / "shop")


def worktree(shop: Path, name: str) -> Workplace:
    folder = str(shop.parent / name)
    git(shop, "worktree", "add", "--quiet", "-b", f"muxer/ada-l/{name}/work", folder)
    return Workplace(kind="worktree", folder=folder, branch=f"muxer/ada-l/{name}/work", source=str(shop))


def clone(shop: Path, name: str) -> Workplace:
    folder = str(shop.parent / name)
    git(shop.parent, "clone", "--quiet", "--local", str(shop), folder)
    return Workplace(kind="clone", folder=folder, branch="work", source=str(shop))


def test_a_repository_is_found_from_a_folder_in_it(shop: Path) -> None:
    (shop / "src").mkdir()
    head = git(shop, "rev-parse", "HEAD")
    found = ground_of(str(shop / "src"))
    assert found is not None
    assert (found.root, found.head) == (str(shop), head)
    git(shop, "checkout", "--quiet", "--detach")
    assert ground_of(str(shop)) == found


def test_one_without_a_commit_has_no_head(tmp_path: Path) -> None:
    found = ground_of(str(empty_repository(tmp_path / "new")))
    assert found is not None
    assert found.head == ""


def test_a_bare_one_is_its_own_root(shop: Path) -> None:
    git(shop.parent, "clone", "--quiet", "--bare", str(shop), "bare.git")
    found = ground_of(str(shop.parent / "bare.git"))
    assert found is not None
    assert (found.root, bool(found.head)) == (str(shop.parent / "bare.git"), True)


def test_outside_of_any_and_at_home_there_is_none(tmp_path: Path, shop: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert ground_of(str(tmp_path)) is None
    monkeypatch.setenv("HOME", str(shop))
    assert ground_of(str(shop)) is None


def test_a_broken_one_is_said_in_one_line(shop: Path) -> None:
    (shop / ".git" / "config").write_text("[core\n")
    with pytest.raises(MuxerError, match="git cannot read") as raised:
        ground_of(str(shop))
    assert "\n" not in str(raised.value)


@pytest.mark.parametrize(
    ("email", "name", "operator"),
    [
        ("Ada.L@example.org", "x", "ada-l"),
        ("@example.org", "Ada Lovelace", "ada-lovelace"),
        ("a__b+c..d@x", "", "a-b-c-d"),
        ("...@x", "+++ Ada +++", "ada"),
        ("ŻÓŁĆ@x", "", "żółć"),
        ("漢字@x", "x", "漢字"),
    ],
)
def test_an_operator_is_called_by_e_mail_or_name(shop: Path, email: str, name: str, operator: str) -> None:
    git(shop, "config", "user.email", email)
    git(shop, "config", "user.name", name)
    assert operator_of(str(shop)) == operator


def test_who_says_nothing_that_a_branch_could_be_called_by_is_known_by_login(shop: Path) -> None:
    git(shop, "config", "user.email", "🎉@x")
    git(shop, "config", "user.name", "...")
    assert operator_of(str(shop)) == (slug(pwd.getpwuid(os.getuid()).pw_name) or "operator")


def test_settings_that_git_cannot_read_are_one_line(shop: Path) -> None:
    (shop / ".git" / "config").write_text("[core\n")
    with pytest.raises(MuxerError, match="git cannot read"):
        operator_of(str(shop))


@pytest.mark.parametrize(
    ("words", "short"),
    [
        ("Fix  it!", "fix-it"),
        ("zażółć 漢字", "zażółć-漢字"),
        ("../..", ""),
        ("a.lock", "a-lock"),
        ("🎉", ""),
        ("e\u0301", "é"),
        ("x" * 70, "x" * 60),
        ("x" * 59 + " y", "x" * 59),
    ],
)
def test_a_slug_is_good_for_branches_and_folders(words: str, short: str) -> None:
    assert slug(words) == short


def test_a_branch_is_there_as_itself_or_as_the_one_around_it(shop: Path) -> None:
    git(shop, "branch", "muxer/ada-l/one/work")
    git(shop, "branch", "muxer/ada-l/two")
    assert has_branch(str(shop), "muxer/ada-l/one/work")
    assert has_branch(str(shop), "muxer/ada-l/two/work")
    assert not has_branch(str(shop), "muxer/ada-l/three/work")


def test_commits_of_a_worktree_are_alone_until_another_branch_has_them(shop: Path) -> None:
    place = worktree(shop, "one")
    assert lone_commits(place) == ()
    made = commit(place.folder, "a", "a")
    assert lone_commits(place) == (f"{made[:9]} wrote a",)
    git(shop, "merge", "--quiet", place.branch)
    assert lone_commits(place) == ()


def test_commits_of_a_worktree_on_no_branch_are_alone(shop: Path) -> None:
    place = worktree(shop, "one")
    git(place.folder, "checkout", "--quiet", "--detach")
    made = commit(place.folder, "a", "a")
    assert lone_commits(place) == (f"{made[:9]} wrote a",)


def test_commits_on_a_branch_of_the_agents_own_outlive_its_worktree(shop: Path) -> None:
    place = worktree(shop, "one")
    git(place.folder, "checkout", "--quiet", "-b", "feature")
    commit(place.folder, "a", "a")
    assert lone_commits(place) == ()


def test_all_that_only_a_clone_has_is_alone(shop: Path) -> None:
    place = clone(shop, "one")
    assert lone_commits(place) == ()
    commit(place.folder, "a", "a")
    git(place.folder, "checkout", "--quiet", "-b", "feature")
    commit(place.folder, "b", "b")
    git(place.folder, "checkout", "--quiet", "main")
    assert [line.split(" ", 1)[1] for line in lone_commits(place)] == ["wrote b", "wrote a"]
    git(place.folder, "push", "--quiet", "origin", "feature")
    assert lone_commits(place) == ()
    git(shop, "branch", "--delete", "--force", "feature")
    assert len(lone_commits(place)) == 2


def test_a_stash_of_a_clone_is_alone(shop: Path) -> None:
    place = clone(shop, "one")
    Path(place.folder, "read.me").write_text("changed")
    git(place.folder, "stash", "--quiet")
    assert lone_commits(place) != ()


def test_a_clone_whose_source_is_gone_is_all_there_is(shop: Path) -> None:
    place = clone(shop, "one")
    os.rename(shop, f"{shop}-moved")
    assert len(lone_commits(place)) == 1


def test_a_lock_says_why(shop: Path) -> None:
    place = worktree(shop, "one")
    assert lock_of(place.folder) == ""
    git(shop, "worktree", "lock", "--reason", "on a stick", place.folder)
    assert lock_of(place.folder) == "on a stick"


def test_a_clone_reads_what_only_its_source_has_and_is_left_as_it_was(shop: Path) -> None:
    place = clone(shop, "one")
    made = commit(shop, "a", "a")
    assert made in opened_at(place)
    assert not (shop.parent / "one" / ".git" / "objects" / "info" / "alternates").exists()
    os.rename(shop, f"{shop}-moved")
    assert made not in opened_at(place)


def test_a_clone_of_a_worktree_reads_it_too(shop: Path) -> None:
    tree = worktree(shop, "one")
    git(shop.parent, "clone", "--quiet", "--local", tree.folder, str(shop.parent / "two"))
    made = commit(shop, "a", "a")
    assert made in opened_at(Workplace(kind="clone", folder=str(shop.parent / "two"), source=tree.folder))


def test_here_is_any_folder_in_a_repository_and_no_other(shop: Path) -> None:
    (shop / "src").mkdir()
    assert opened_at(Workplace(kind="here", folder=str(shop / "src"))).workdir == f"{shop}/"
    with pytest.raises(MuxerError, match="is in no git repository: git init makes one"):
        opened_at(Workplace(kind="here", folder=str(shop.parent)))


@pytest.mark.skipif(os.getuid() != 0, reason="only root can give a folder to somebody else")
def test_a_repository_of_another_user_is_named_with_what_to_do(shop: Path) -> None:
    os.chown(shop, 1234, 1234)
    os.chown(shop / ".git", 1234, 1234)
    with pytest.raises(MuxerError, match=f"belongs to another user.*safe.directory {shop}$"):
        opened_at(Workplace(kind="worktree", folder=str(shop)))
