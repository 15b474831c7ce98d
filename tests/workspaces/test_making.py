import os
import shutil
import stat
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from muxer.errors import MuxerError, UsageError
from muxer.model import Workspace
from muxer.workspaces import making
from muxer.workspaces.git import git
from muxer.workspaces.making import adopt, archive, finished, lock, make, remove, reopen, undo
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
    place = make(kind, ground(shop), name=name, under=str(shop.parent / "trees"))
    finished(place)
    return place


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
    assert making.choose(wanted, around, "/srv/plain") == (kind, said)


def test_what_cannot_be_had_is_said_to_who_asked_for_it() -> None:
    with pytest.raises(UsageError, match="/srv/new has no commit yet: choose --workspace here"):
        making.choose("worktree", NEW, "/srv/new")
    with pytest.raises(UsageError, match="/srv/plain is in no git repository"):
        making.choose("clone", None, "/srv/plain")


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
    with pytest.raises(MuxerError, match=r"git branch failed: fatal: .*refs/heads/muxer") as raised:
        made(shop)
    assert "\n" not in str(raised.value)
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
    making.unlock(place)
    making.unlock(place)
    git(str(shop), "worktree", "remove", place.folder)


def test_a_lock_of_somebody_else_stays(shop: Path) -> None:
    place = made(shop)
    run(shop, "worktree", "lock", "--reason", "mine", place.folder)
    lock(place, "ada")
    making.unlock(place)
    assert lock_of(place.folder) == "mine"


@pytest.mark.parametrize("kind", ["worktree", "clone"])
def test_a_clean_workspace_is_removed_with_its_branch(shop: Path, kind: Workspace) -> None:
    (shop.parent / "trees").mkdir()
    before = listed(shop)
    place = made(shop, kind)
    lock(place, "ada")
    remove(place, "ada", discard=False)
    assert listed(shop) == before


def test_git_has_the_last_word_on_what_is_not_committed(shop: Path) -> None:
    place = made(shop)
    Path(place.folder, "new").write_text("x")
    with pytest.raises(MuxerError, match="contains modified or untracked files"):
        remove(place, "ada", discard=False)
    assert Path(place.folder, "new").read_text() == "x"
    remove(place, "ada", discard=True)
    assert not os.path.exists(place.folder)


def test_a_branch_with_commits_of_its_own_outlives_its_worktree(shop: Path) -> None:
    place = made(shop)
    tip = commit(place.folder, "a", "a")
    remove(place, "ada", discard=False)
    assert run(shop, "rev-parse", place.branch) == tip


def test_the_folder_itself_is_never_removed(shop: Path) -> None:
    place = Workplace(kind="here", folder=str(shop))
    remove(place, "ada", discard=True)
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
    around = ground(shop)
    monkeypatch.setenv("PATH", str(shop))
    with pytest.raises(MuxerError, match="git is not installed: install it"):
        make("worktree", around, name="ada", under=str(shop.parent / "trees"))


def test_a_branch_of_a_person_is_never_removed(shop: Path) -> None:
    run(shop, "worktree", "add", "--quiet", "-b", "fix", f"{shop.parent}/fix")
    place = adopt(f"{shop.parent}/fix")
    tip = commit(place.folder, "a", "a")
    assert remove(place, "ada", discard=True)
    assert run(shop, "rev-parse", "fix") == tip


# ---- half made


def test_what_was_begun_and_not_finished_is_found_again(shop: Path) -> None:
    under = str(shop.parent / "trees" / "shop")
    os.makedirs(under)
    begun = make("worktree", ground(shop), name="ada", under=under)
    done = make("clone", ground(shop), name="eve", under=under)
    finished(done)
    assert list(making.half_made(f"{shop.parent}/trees")) == [begun]
    undo(begun)
    assert list(making.half_made(f"{shop.parent}/trees")) == []
    assert os.listdir(under) == ["eve"]
    assert run(shop, "branch", "--list") == "* main"


KILLED = """
import os
from muxer.workspaces import making
from muxer.workspaces.repository import ground_of
making.{step} = lambda *_: os._exit(9)
making.make("{kind}", ground_of("{shop}"), name="ada", under="{under}")
"""


@pytest.mark.parametrize("kind", ["worktree", "clone"])
@pytest.mark.parametrize("step", ["_begin", "fill"])
def test_a_host_killed_in_the_middle_of_making_leaves_nothing(shop: Path, kind: str, step: str) -> None:
    under = shop.parent / "trees" / "shop"
    under.mkdir(parents=True)
    script = KILLED.format(step=step, kind=kind, shop=shop, under=under)
    assert subprocess.run([sys.executable, "-c", script], check=False).returncode == 9
    (place,) = making.half_made(f"{shop.parent}/trees")
    undo(place)
    assert os.listdir(under) == []
    assert run(shop, "branch", "--list") == "* main"


# ---- taking up


def test_a_worktree_of_a_person_is_adopted_as_it_is(shop: Path) -> None:
    run(shop, "worktree", "add", "--quiet", "-b", "fix/it", f"{shop.parent}/my fix")
    folder = f"{shop.parent}/my fix"
    os.mkdir(f"{folder}/src")
    expected = Workplace(kind="worktree", folder=folder, branch="fix/it", source=str(shop))
    assert adopt(folder) == adopt(f"{folder}/src") == expected


def test_what_is_no_worktree_is_not_adopted(shop: Path) -> None:
    with pytest.raises(UsageError, match="shop is the repository itself: muxer spawn --workspace here works there"):
        adopt(str(shop))
    with pytest.raises(UsageError, match="is no worktree: git rev-parse failed: fatal: not a git repository"):
        adopt(str(shop.parent))
    run(shop, "worktree", "add", "--quiet", "--detach", f"{shop.parent}/loose")
    with pytest.raises(UsageError, match="loose is on no branch: git switch -c NAME there, and adopt it then"):
        adopt(f"{shop.parent}/loose")


def test_a_bare_repository_has_worktrees_to_adopt(shop: Path) -> None:
    bare = shop.parent / "bare.git"
    run(shop.parent, "clone", "--quiet", "--bare", str(shop), str(bare))
    run(bare, "worktree", "add", "--quiet", "-b", "fix", f"{shop.parent}/fix")
    assert adopt(f"{shop.parent}/fix").source == str(bare)


def dirty(place: Workplace) -> None:
    commit(place.folder, "a", "a")
    Path(place.folder, "read.me").unlink()
    Path(place.folder, "a").write_text("changed")
    Path(place.folder, "new").write_text("new")


@pytest.mark.parametrize("kind", ["worktree", "clone"])
def test_what_was_put_away_comes_back_as_it_was(shop: Path, kind: Workspace) -> None:
    place = made(shop, kind)
    dirty(place)
    before = run(place.folder, "rev-parse", "HEAD"), run(place.folder, "status", "--porcelain")
    lock(place, "ada")
    kept = archive(place, "ada")
    assert kept.startswith("refs/muxer/kept/ada/")
    assert not os.path.exists(place.folder)
    assert run(shop, "rev-parse", place.branch) == before[0]
    said: list[str] = []
    reopen(place, kept=kept, say=said.append)
    assert (run(place.folder, "rev-parse", "HEAD"), run(place.folder, "status", "--porcelain")) == before
    assert run(place.folder, "branch", "--show-current") == place.branch
    assert Path(place.folder, "a").read_text() == "changed"
    assert said == ["what was not committed is back"]


def test_a_folder_that_somebody_removed_is_made_again(shop: Path) -> None:
    place = made(shop)
    tip = commit(place.folder, "a", "a")
    lock(place, "ada")
    shutil.rmtree(place.folder)
    reopen(place)
    assert run(place.folder, "rev-parse", "HEAD") == tip


def test_a_branch_that_is_gone_or_elsewhere_is_not_made_again(shop: Path) -> None:
    place = made(shop)
    archive(place, "ada")
    run(shop, "worktree", "add", "--quiet", f"{shop.parent}/mine", place.branch)
    with pytest.raises(MuxerError, match=f"{place.branch} is checked out in .*mine: switch that one first"):
        reopen(place)
    run(shop, "worktree", "remove", f"{shop.parent}/mine")
    run(shop, "branch", "--delete", "--force", place.branch)
    with pytest.raises(MuxerError, match="is gone, and so is its branch: muxer spawn begins a new one"):
        reopen(place)
    assert not os.path.exists(place.folder)


def test_one_that_cannot_be_made_again_keeps_its_branch(shop: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    place = made(shop)
    tip = commit(place.folder, "a", "a")
    archive(place, "ada")

    def fails(*_: object) -> None:
        raise MuxerError("the disk is full")

    monkeypatch.setattr(making, "fill", fails)
    with pytest.raises(MuxerError, match="the disk is full"):
        reopen(place)
    assert run(shop, "rev-parse", place.branch) == tip


def test_a_clone_put_away_hides_nothing_that_its_branch_held_at_home(shop: Path) -> None:
    place = made(shop, "clone")
    other = commit(shop, "b", "b")
    run(shop, "branch", place.branch)
    run(shop, "reset", "--hard", "--quiet", "HEAD~1")
    own = commit(place.folder, "a", "a")
    archive(place, "ada")
    assert run(shop, "rev-parse", place.branch) == own
    assert run(shop, "for-each-ref", "--contains", other, "--format=%(refname)").startswith("refs/muxer/kept/ada/")


@pytest.mark.parametrize("kind", ["worktree", "clone"])
def test_what_is_removed_with_its_work_is_kept(shop: Path, kind: Workspace) -> None:
    place = made(shop, kind)
    dirty(place)
    head = run(place.folder, "rev-parse", "HEAD")
    kept = remove(place, "ada", discard=True)
    assert run(shop, "show", f"{kept}:a") == "changed"
    assert run(shop, "rev-parse", f"{kept}^") == head
    assert run(shop, "branch", "--list") == "* main"
    assert remove(place, "ada", discard=True) == ""


@pytest.mark.parametrize("discard", [False, True])
def test_what_a_clone_published_at_home_goes_with_it_or_stays_as_its_branch(shop: Path, *, discard: bool) -> None:
    place = made(shop, "clone")
    tip = commit(place.folder, "a", "a")
    run(shop, "fetch", "--quiet", place.folder, f"{place.branch}:{place.branch}")
    kept = remove(place, "ada", discard=discard)
    assert bool(run(shop, "branch", "--list", place.branch)) is not discard
    assert run(shop, "rev-parse", kept if discard else place.branch) == tip


def test_what_a_clone_published_and_took_back_is_kept_besides_the_rest(shop: Path) -> None:
    place = made(shop, "clone")
    tip = commit(place.folder, "a", "a")
    run(shop, "fetch", "--quiet", place.folder, f"{place.branch}:{place.branch}")
    run(place.folder, "reset", "--hard", "--quiet", "HEAD~1")
    Path(place.folder, "new").write_text("new")
    kept = remove(place, "ada", discard=True)
    assert run(shop, "show", f"{kept}:new") == "new"
    assert tip in run(shop, "rev-list", "--glob=refs/muxer/kept").split()


def test_commits_of_a_worktree_that_somebody_removed_are_kept(shop: Path) -> None:
    place = made(shop)
    tip = commit(place.folder, "a", "a")
    shutil.rmtree(place.folder)
    assert run(shop, "rev-parse", remove(place, "ada", discard=True)) == tip
