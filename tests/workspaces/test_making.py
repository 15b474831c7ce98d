import os
import stat
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from muxer.errors import MuxerError, UsageError
from muxer.model import Workspace
from muxer.workspaces.checking import loss_of
from muxer.workspaces.making import choose, claim, fill, git, lock, remove, unclaim, undo, unlock
from muxer.workspaces.repository import Ground, Workplace, ground_of, lock_of
from tests.workspaces.repositories import commit, repository
from tests.workspaces.repositories import git as run


@pytest.fixture
def shop(tmp_path: Path) -> Path:
    return repository(tmp_path / "shop")


def ground(shop: Path) -> Ground:
    found = ground_of(str(shop))
    assert found
    return found


def made(shop: Path, kind: Workspace = "worktree", name: str = "ada") -> Workplace:
    place = claimed(shop, kind, name)
    fill(place)
    return place


def claimed(shop: Path, kind: Workspace = "worktree", name: str = "ada") -> Workplace:
    return claim(kind, ground(shop), name=name, under=str(shop.parent / "trees"))


def listed(shop: Path) -> tuple[str, str, list[str]]:
    """All that a repository knows of others, and what lies beside it."""
    trees = shop.parent / "trees"
    return (
        run(shop, "worktree", "list"),
        run(shop, "branch", "--list"),
        sorted(os.listdir(trees)) if trees.is_dir() else [],
    )


NEW, COMMITTED = Ground(root="/srv/new", head=""), Ground(root="/srv/shop", head="c0ffee")


@pytest.mark.parametrize(
    ("wanted", "around", "kind", "said"),
    [
        (None, COMMITTED, "worktree", ""),
        ("clone", COMMITTED, "clone", ""),
        ("here", COMMITTED, "here", ""),
        ("here", None, "here", ""),
        (None, None, "here", "/srv/plain is in no git repository: it works in the folder itself"),
        (None, NEW, "here", "/srv/new has no commit yet: it works in the folder itself"),
    ],
)
def test_a_worktree_is_made_where_one_can_be(
    wanted: Workspace | None, around: Ground | None, kind: str, said: str
) -> None:
    assert choose(wanted, around, "/srv/plain") == (kind, said)


def test_what_cannot_be_had_is_said_to_who_asked_for_it() -> None:
    with pytest.raises(UsageError, match="/srv/new has no commit yet: choose --workspace here"):
        choose("worktree", NEW, "/srv/new")
    with pytest.raises(UsageError, match="/srv/plain is in no git repository"):
        choose("clone", None, "/srv/plain")


@pytest.mark.parametrize("kind", ["worktree", "clone"])
def test_a_workspace_has_the_commit_a_branch_and_a_folder_of_ours(shop: Path, kind: Workspace) -> None:
    run(shop, "checkout", "--quiet", "--detach")
    place = made(shop, kind)
    assert place == Workplace(
        kind=kind, folder=f"{shop.parent}/trees/ada", branch="muxer/ada-l/ada/work", source=str(shop)
    )
    assert run(place.folder, "branch", "--show-current") == "muxer/ada-l/ada/work"
    assert run(place.folder, "rev-parse", "HEAD") == run(shop, "rev-parse", "HEAD")
    assert run(place.folder, "status", "--porcelain") == ""
    assert stat.S_IMODE(os.stat(f"{shop.parent}/trees").st_mode) == 0o700


def test_a_bare_repository_lends_worktrees_too(shop: Path) -> None:
    run(shop.parent, "clone", "--quiet", "--bare", str(shop), "bare.git")
    place = made(shop.parent / "bare.git")
    assert Path(place.folder, "read.me").read_text() == "hello\n"


def test_names_that_are_taken_get_a_number(shop: Path) -> None:
    run(shop, "branch", "muxer/ada-l/ada/work")
    (shop.parent / "trees" / "ada-2").mkdir(parents=True)
    place = made(shop)
    assert (os.path.basename(place.folder), place.branch) == ("ada-3", "muxer/ada-l/ada-3/work")


def test_several_at_once_get_one_each(shop: Path) -> None:
    with ThreadPoolExecutor(4) as pool:
        places = list(pool.map(lambda _: made(shop), range(4)))
    assert len({place.folder for place in places}) == len({place.branch for place in places}) == 4


def test_a_branch_that_git_refuses_leaves_nothing_behind(shop: Path) -> None:
    run(shop, "branch", "muxer")
    (shop.parent / "trees").mkdir()
    before = listed(shop)
    place = claimed(shop)
    with pytest.raises(MuxerError, match=r"git branch failed: fatal: .*refs/heads/muxer") as raised:
        fill(place)
    assert "\n" not in str(raised.value)
    unclaim(place)
    assert listed(shop) == before


@pytest.mark.parametrize("kind", ["worktree", "clone"])
def test_a_checkout_that_fails_leaves_nothing_behind(
    shop: Path, kind: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HOME", str(shop.parent))
    (shop.parent / "trees").mkdir()
    commit(shop, ".gitattributes", "read.me filter=broken\n")
    for key, value in (("smudge", "false"), ("clean", "cat"), ("required", "true")):
        run(shop.parent, "config", "--global", f"filter.broken.{key}", value)
    before = listed(shop)
    with pytest.raises(MuxerError, match="failed"):
        made(shop, kind)
    assert listed(shop) == before


@pytest.mark.parametrize("kind", ["worktree", "clone"])
def test_what_was_made_for_nobody_is_undone(shop: Path, kind: Workspace) -> None:
    (shop.parent / "trees").mkdir()
    before = listed(shop)
    place = made(shop, kind)
    lock(place, "ada")
    undo(place)
    assert listed(shop) == before


def test_while_an_agent_lives_git_does_not_remove_its_worktree(shop: Path) -> None:
    place = made(shop)
    lock(place, "ada")
    lock(place, "ada")
    with pytest.raises(MuxerError, match="lock reason: muxer: ada works here"):
        git(str(shop), "worktree", "remove", "--force", place.folder)
    unlock(place)
    unlock(place)
    git(str(shop), "worktree", "remove", place.folder)


def test_a_lock_of_somebody_else_stays(shop: Path) -> None:
    place = made(shop)
    run(shop, "worktree", "lock", "--reason", "mine", place.folder)
    lock(place, "ada")
    unlock(place)
    assert lock_of(place.folder) == "mine"


@pytest.mark.parametrize("kind", ["worktree", "clone"])
def test_a_clean_workspace_is_removed_with_its_branch(shop: Path, kind: Workspace) -> None:
    (shop.parent / "trees").mkdir()
    before = listed(shop)
    place = made(shop, kind)
    lock(place, "ada")
    remove(place, discard=False)
    assert listed(shop) == before


def test_git_has_the_last_word_on_what_is_not_committed(shop: Path) -> None:
    place = made(shop)
    Path(place.folder, "new").write_text("x")
    with pytest.raises(MuxerError, match="contains modified or untracked files"):
        remove(place, discard=False)
    assert Path(place.folder, "new").read_text() == "x"
    remove(place, discard=True)
    assert not os.path.exists(place.folder)


def test_a_branch_with_commits_of_its_own_outlives_its_worktree(shop: Path) -> None:
    place = made(shop)
    tip = commit(place.folder, "a", "a")
    remove(place, discard=False)
    assert run(shop, "rev-parse", place.branch) == tip


def test_the_folder_itself_is_never_removed(shop: Path) -> None:
    place = Workplace(kind="here", folder=str(shop))
    remove(place, discard=True)
    undo(place)
    assert (shop / "read.me").is_file()


def test_what_would_have_git_work_elsewhere_is_not_heeded(shop: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    other = repository(shop.parent / "other")
    monkeypatch.setenv("GIT_DIR", str(other / ".git"))
    monkeypatch.setenv("GIT_WORK_TREE", str(other))
    monkeypatch.setenv("GIT_INDEX_FILE", str(other / ".git" / "index"))
    place = made(shop)
    assert place.branch in git(str(shop), "branch", "--list")
    assert run(other, "branch", "--list") == "* main"


def test_without_git_it_says_so(shop: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    place = claimed(shop)
    monkeypatch.setenv("PATH", str(shop))
    with pytest.raises(MuxerError, match="git is not installed: install it"):
        fill(place)


@pytest.mark.parametrize("kind", ["worktree", "clone"])
def test_what_was_only_claimed_holds_nothing_and_goes(shop: Path, kind: Workspace) -> None:
    (shop.parent / "trees").mkdir()
    before = listed(shop)
    place = claimed(shop, kind)
    assert not loss_of(place)
    remove(place, discard=False)
    assert listed(shop) == before


def test_a_worktree_that_git_was_killed_over_can_be_removed(shop: Path) -> None:
    (shop.parent / "trees").mkdir()
    before = listed(shop)
    place = made(shop)
    run(shop, "worktree", "lock", "--reason", "initializing", place.folder)
    os.unlink(f"{place.folder}/read.me")
    assert loss_of(place)
    remove(place, discard=True)
    assert listed(shop) == before


def test_only_what_is_empty_is_not_claimed_any_more(shop: Path) -> None:
    place = made(shop)
    unclaim(place)
    assert Path(place.folder, "read.me").is_file()
    (shop.parent / "plain").mkdir()
    unclaim(Workplace(kind="here", folder=f"{shop.parent}/plain"))
    assert (shop.parent / "plain").is_dir()
