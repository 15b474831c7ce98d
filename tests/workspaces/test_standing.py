import os
import shutil
import time
from pathlib import Path

import pytest

from muxer.model import Workspace
from muxer.work import Standing, Touched, Upset
from muxer.workspaces.repository import Workplace
from muxer.workspaces.standing import standing_of
from tests.workspaces.repositories import commit, empty_repository, git, repository, untouched

WORK = "muxer/ada-l/ada/work"


@pytest.fixture
def shop(tmp_path: Path) -> Path:
    return repository(tmp_path / "my shop ✓")


def place_in(shop: Path, kind: Workspace) -> Workplace:
    folder = shop.parent / "trees" / "ada"
    if kind == "here":
        return Workplace(kind="here", folder=str(shop))
    if kind == "worktree":
        git(shop, "worktree", "add", "--quiet", "-b", WORK, str(folder))
    else:
        git(shop.parent, "clone", "--quiet", "--local", str(shop), str(folder))
        git(folder, "checkout", "--quiet", "-b", WORK)
    return Workplace(kind=kind, folder=str(folder), branch=WORK, source=str(shop))


@pytest.fixture
def place(shop: Path) -> Workplace:
    return place_in(shop, "worktree")


def head(folder: Path | str) -> str:
    return git(folder, "rev-parse", "HEAD")


def refused(folder: Path | str, *words: str) -> None:
    """Git stops in the middle of it."""
    with pytest.raises(Exception, match=words[0]):
        git(folder, *words)


def upset(place: Workplace, onto: str = "") -> tuple[Upset | None, str]:
    found = standing_of(place, onto)
    assert "\n" not in found.why
    assert bool(found.why) == bool(found.upset)
    return found.upset, found.why


@pytest.mark.parametrize("kind", ["worktree", "clone", "here"])
def test_work_is_measured_against_trunk(shop: Path, kind: Workspace) -> None:
    base = head(shop)
    place = place_in(shop, kind)
    branch = "main" if kind == "here" else WORK
    commit(place.folder, "a", "1\n2\n")
    mine = commit(place.folder, "b", "1\n")
    git(shop, "checkout", "--quiet", "-b", "trunk", base)
    trunk = commit(shop, "c", "c\n")
    if kind == "here":
        git(shop, "checkout", "--quiet", "main")
    Path(place.folder, "a").write_text("1\n")
    Path(place.folder, "new one").write_text("1\n")
    with untouched(shop), untouched(Path(place.folder)):
        found = standing_of(place, trunk)
    last, found_last = git(shop if kind != "clone" else place.folder, "show", "-s", "--format=%H", mine), found.last
    assert found_last
    assert (found_last.sha, found_last.subject, found_last.files) == (last, "wrote b", (Touched("b", 1, 0),))
    assert found == Standing(
        head=mine,
        branch=branch,
        fork=base,
        ahead=2,
        behind=1,
        uncommitted=("a",),
        untracked=("new one",),
        touched=(Touched("a", 1, 0), Touched("b", 1, 0), Touched("new one", 1, 0)),
        last=found_last,
    )
    assert not found.clean


@pytest.mark.parametrize("onto", ["", "0" * 40, "nonsense"])
def test_without_a_trunk_only_what_is_not_committed_counts(place: Workplace, onto: str) -> None:
    commit(place.folder, "a", "a")
    Path(place.folder, "b").write_text("b\n")
    found = standing_of(place, onto)
    assert (found.fork, found.ahead, found.behind, found.last, found.upset) == ("", 0, 0, None, None)
    assert found.touched == (Touched("b", 1, 0),)


def test_what_trunk_has_is_not_its_own(shop: Path, place: Workplace) -> None:
    trunk = commit(shop, "a", "a")
    found = standing_of(place, trunk)
    assert (found.ahead, found.behind, found.last, found.touched, found.clean) == (0, 1, None, (), True)
    git(place.folder, "merge", "--quiet", "main")
    found = standing_of(place, trunk)
    assert (found.ahead, found.behind, found.last, found.fork) == (0, 0, None, trunk)


def test_the_person_s_own_uncommitted_files_are_not_the_agent_s(shop: Path, place: Workplace) -> None:
    (shop / "read.me").write_text("mine\n")
    (shop / "note").write_text("mine\n")
    assert standing_of(place, head(shop)).clean


def test_here_is_all_of_the_repository_around_the_folder(shop: Path) -> None:
    (shop / "src").mkdir()
    (shop / "other").write_text("x\n")
    found = standing_of(Workplace(kind="here", folder=str(shop / "src")), head(shop))
    assert (found.branch, found.untracked, found.upset) == ("main", ("other",), None)


def test_a_bare_repository_stands_on_its_branch(shop: Path) -> None:
    git(shop.parent, "clone", "--quiet", "--bare", str(shop), "bare.git")
    found = standing_of(Workplace(kind="here", folder=str(shop.parent / "bare.git")), head(shop))
    assert (found.head, found.branch, found.upset, found.clean) == (head(shop), "main", None, True)


# ---- what is wrong


def test_a_folder_that_is_gone(place: Workplace) -> None:
    shutil.rmtree(place.folder)
    assert upset(place) == ("gone", f"{place.folder} is gone: its commits are on {WORK}")


@pytest.mark.parametrize("kind", ["clone", "here"])
def test_a_folder_that_is_gone_with_all_that_was_in_it(shop: Path, kind: Workspace) -> None:
    place = place_in(shop, kind)
    shutil.rmtree(place.folder)
    what, why = upset(place)
    assert what == "gone"
    assert why.endswith("is gone: make it again, or let its agent go")


def test_revis_03_a_work_tree_whose_git_file_was_cleaned_away(place: Workplace) -> None:
    git(place.folder, "clean", "--quiet", "-fdx")
    assert upset(place) == (None, "")
    os.remove(f"{place.folder}/.git")
    what, why = upset(place)
    assert what == "unreadable"
    assert "its .git is gone; git worktree repair in its repository" in why


def test_a_worktree_that_was_pruned_cannot_be_read(shop: Path, place: Workplace) -> None:
    shutil.rmtree(shop / ".git" / "worktrees")
    what, why = upset(place)
    assert what == "unreadable"
    assert why.startswith(f"git cannot read {place.folder}: ")


def test_a_repository_of_another_hash_cannot_be_read(tmp_path: Path) -> None:
    (tmp_path / "new").mkdir()
    git(tmp_path / "new", "init", "--quiet", "--object-format=sha256")
    assert upset(Workplace(kind="here", folder=str(tmp_path / "new")))[0] == "unreadable"
    assert "sha256" in upset(Workplace(kind="worktree", folder=str(tmp_path / "new")))[1]


@pytest.mark.parametrize("file", ["HEAD", "config", "index"])
def test_a_broken_repository_cannot_be_read(shop: Path, file: str) -> None:
    (shop / ".git" / file).write_text("[nonsense\n")
    assert upset(Workplace(kind="worktree", folder=str(shop)))[0] == "unreadable"


def test_a_branch_whose_commit_is_missing_cannot_be_read(shop: Path) -> None:
    sha = commit(shop, "a", "a")
    (shop / ".git" / "objects" / sha[:2] / sha[2:]).unlink()
    assert upset(Workplace(kind="worktree", folder=str(shop)))[0] == "unreadable"


def test_a_folder_without_a_repository_is_no_workspace_of_git(tmp_path: Path) -> None:
    what, why = upset(Workplace(kind="here", folder=str(tmp_path)))
    assert (what, why) == ("unreadable", f"{tmp_path} is in no git repository: git init makes one")


def test_a_repository_without_a_commit(tmp_path: Path) -> None:
    place = Workplace(kind="here", folder=str(empty_repository(tmp_path / "new")))
    assert standing_of(place, "") == Standing(
        branch="main", upset="unborn", why="main has no commit yet: commit something first"
    )


def test_revis_02_a_head_on_no_branch_is_still_read(place: Workplace) -> None:
    base = head(place.folder)
    git(place.folder, "checkout", "--quiet", "--detach")
    mine = commit(place.folder, "a", "a")
    found = standing_of(place, base)
    assert (found.upset, found.branch, found.head, found.ahead) == ("detached", "", mine, 1)
    assert "git switch" in found.why


def test_a_lock_that_was_left_behind_is_named_and_a_fresh_one_is_git_at_work(place: Workplace) -> None:
    lock = Path(git(place.folder, "rev-parse", "--git-dir"), "index.lock")
    lock.touch()
    assert upset(place) == (None, "")
    old = time.time() - 60
    os.utime(lock, (old, old))
    assert upset(place) == ("locked", f"its index was left locked: if no git runs there, rm {lock}")


@pytest.mark.parametrize(
    ("words", "what", "said"),
    [
        (("rebase", "main"), "rebase", "git rebase --continue"),
        (("rebase", "--apply", "main"), "rebase", "git rebase --continue"),
        (("merge", "main"), "merge", "git merge --continue"),
        (("cherry-pick", "main"), "pick", "git cherry-pick --continue"),
        (("revert", "HEAD~1"), "pick", "git revert --continue"),
    ],
)
def test_what_stopped_in_the_middle_is_told_and_still_read(
    shop: Path, place: Workplace, words: tuple[str, ...], what: Upset, said: str
) -> None:
    commit(place.folder, "read.me", "mine\n")
    commit(place.folder, "read.me", "mine again\n")
    trunk = commit(shop, "read.me", "yours\n")
    refused(place.folder, *words)
    with untouched(Path(place.folder)):
        found = standing_of(place, trunk)
    assert (found.upset, found.uncommitted) == (what, ("read.me",))
    assert said in found.why
    git(place.folder, words[0], "--abort")
    assert upset(place) == (None, "")


def test_several_picks_that_are_not_finished_are_told_between_two_of_them(shop: Path, place: Workplace) -> None:
    base = head(shop)
    for text in ("one\n", "two\n"):
        commit(shop, "read.me", text)
    commit(place.folder, "read.me", "mine\n")
    refused(place.folder, "cherry-pick", f"{base}..main")
    git(place.folder, "commit", "--quiet", "--all", "--allow-empty", "--message", "solved")
    assert upset(place) == ("pick", "a cherry-pick or revert is not finished: git status says which")


def test_mail_that_does_not_apply(shop: Path, place: Workplace) -> None:
    commit(place.folder, "read.me", "mine\n")
    commit(shop, "read.me", "yours\n")
    mail = shop.parent / "mail"
    mail.write_text(git(shop, "format-patch", "--stdout", "-1") + "\n")
    refused(place.folder, "am", str(mail))
    assert upset(place) == ("rebase", "git am is not finished: git am --continue, or --abort")


def test_a_bisect(place: Workplace) -> None:
    commit(place.folder, "a", "a")
    git(place.folder, "bisect", "start", "HEAD", "HEAD~1")
    assert upset(place) == ("bisect", "a bisect is not finished: git bisect reset")


def test_what_is_wrong_with_one_is_nothing_to_another(shop: Path, place: Workplace) -> None:
    git(shop, "checkout", "--quiet", "--detach")
    shutil.rmtree(shop / ".git" / "logs")
    assert upset(place) == (None, "")


def test_a_sparse_worktree_is_clean(place: Workplace) -> None:
    for name in ("in", "out"):
        Path(place.folder, name).mkdir()
        commit(place.folder, f"{name}/file", "x\n")
    git(place.folder, "sparse-checkout", "set", "in")
    assert not Path(place.folder, "out").exists()
    assert standing_of(place, head(place.folder)).clean


def test_a_shallow_clone_counts_what_it_has(shop: Path) -> None:
    for name in "abc":
        commit(shop, name, name)
    folder = shop.parent / "shallow"
    git(shop.parent, "clone", "--quiet", "--depth=1", f"file://{shop}", str(folder))
    base = head(folder)
    commit(folder, "d", "d")
    found = standing_of(Workplace(kind="here", folder=str(folder)), base)
    assert (found.ahead, found.behind, found.upset) == (1, 0, None)
