import os
import shutil
from pathlib import Path

import pytest

from muxer.workspaces import reach
from muxer.workspaces.reach import nearest, reach_of, reference_folders, reference_in, unignored
from muxer.workspaces.repository import Workplace
from tests.workspaces.repositories import commit, git, repository
from tests.workspaces.watching_work import clone_of, tree_of


@pytest.fixture
def shop(tmp_path: Path) -> Path:
    made = repository(tmp_path / "shop")
    (made / "src/deep").mkdir(parents=True)
    commit(made, "src/deep/money.py", "1\n")
    commit(made, ".gitignore", "*.log\nbuilt/\n")
    return made


def test_a_work_tree_is_the_folders_that_git_cares_for(shop: Path) -> None:
    for name in ("new/one", "built/deep", "src/built", "other"):
        (shop / name).mkdir(parents=True)
    git(shop / "other", "init", "--quiet")
    os.symlink("src", shop / "link")
    found = reach_of(Workplace(kind="here", folder=str(shop)))
    assert {os.path.relpath(path, shop) for path in found.trees} == {".", "src", "src/deep", "new", "new/one"}


def test_a_worktree_shares_references_with_its_source(shop: Path) -> None:
    ada = tree_of(shop, "ada")
    found = reach_of(ada)
    assert (found.top, found.private) == (ada.folder, str(shop / ".git/worktrees/ada"))
    assert found.shared == ((str(shop / ".git"), str(shop)),)
    assert found.git == {found.private, f"{found.private}/logs"}
    assert found.ways == {str(shop.parent / "trees")}
    assert found.checked_out() == f"refs/heads/{ada.branch}"


def test_a_clone_has_its_own_and_those_of_its_source_count(shop: Path) -> None:
    ada = clone_of(shop, "ada")
    assert reach_of(ada).shared == ((f"{ada.folder}/.git", ""), (str(shop / ".git"), str(shop)))
    shutil.rmtree(shop)
    assert reach_of(ada).shared == ((f"{ada.folder}/.git", ""),)


def test_a_bare_repository_has_no_work_tree(shop: Path) -> None:
    git(shop.parent, "clone", "--quiet", "--bare", str(shop), "bare")
    found = reach_of(Workplace(kind="here", folder=str(shop.parent / "bare")))
    assert (found.top, found.trees) == ("", frozenset())
    assert found.private == str(shop.parent / "bare")


def test_what_is_gone_may_come_back_by_its_parents(shop: Path) -> None:
    ada = tree_of(shop, "ada")
    shutil.rmtree(shop / ".git/worktrees")
    found = reach_of(ada)
    assert found.private == ""
    assert found.ways == {str(shop.parent / "trees"), ada.folder, str(shop / ".git")}
    shutil.rmtree(shop.parent / "trees")
    found = reach_of(ada)
    assert found.ways == {str(shop.parent)}
    assert found.stir(str(shop.parent), "trees") == "gone"
    assert found.stir(str(shop.parent), "tree") is None


def test_a_work_tree_that_is_too_big_is_not_watched(shop: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reach, "MOST", 2)
    found = reach_of(Workplace(kind="here", folder=str(shop)))
    assert (found.too_big, found.trees) == (True, frozenset())


def test_what_changes_mean(shop: Path) -> None:
    found = reach_of(Workplace(kind="here", folder=str(shop)))
    inside = str(shop / ".git")
    assert found.stir(str(shop), "read.me") == "files"
    assert found.stir(inside, "index") == "files"
    assert found.stir(inside, "index.lock") is None
    assert found.stir(inside, "HEAD") == found.stir(f"{inside}/logs", "HEAD") == "refs"
    assert found.stir(inside, "rebase-merge") == found.stir(inside, "MERGE_HEAD") == "refs"
    assert found.stir(inside, "FETCH_HEAD") is None
    assert found.stir(str(shop), ".git") == found.stir(str(shop.parent), "shop") == "gone"
    assert found.stir(str(shop.parent), "shop2") is None
    assert found.stir(str(shop / "built"), "x") is None


def test_which_reference_a_change_is_one_of(shop: Path) -> None:
    common = str(shop / ".git")
    assert reference_in(common, f"{common}/refs/heads/muxer/ada", "work") == "refs/heads/muxer/ada/work"
    assert reference_in(common, f"{common}/refs/heads", "main.lock") is None
    assert reference_in(common, f"{common}/refs", "stash") is None
    assert reference_in(common, f"{common}/refs/muxer/kept", "ada") is None
    assert reference_in(common, common, "packed-refs") == ""
    assert reference_in(common, common, "HEAD") is None
    assert reference_in(common, f"{shop}2/.git/refs/heads", "main") is None
    git(shop, "branch", "some/where")
    assert {f"{common}/refs/heads/some", f"{common}/refs", common} <= reference_folders(common)


def test_what_git_ignores_and_what_it_keeps_all_the_same(shop: Path) -> None:
    top = str(shop)
    assert not unignored(top, [f"{top}/a.log", f"{top}/src/b.log"])
    assert unignored(top, [f"{top}/a.log", f"{top}/a.py"])
    (shop / "kept.log").write_text("1\n")
    git(shop, "add", "--force", "kept.log")
    assert unignored(top, [f"{top}/kept.log"])
    assert unignored(top, [f"{top}/{number}.log" for number in range(reach.LOOKED + 1)])
    assert unignored(f"{top}/nowhere", [f"{top}/a.log"])


def test_the_nearest_folder(tmp_path: Path) -> None:
    assert nearest(str(tmp_path / "a/b")) == nearest(str(tmp_path)) == str(tmp_path)
