import shutil
from pathlib import Path

import pytest

from muxer.errors import MuxerError
from muxer.workspaces.repository import Workplace
from muxer.workspaces.trail import LONGEST, Trail, heads_of, steps, trail_of
from tests.workspaces.repositories import commit, empty_repository, git, repository, untouched
from tests.workspaces.watching_work import clone_of, tree_of


@pytest.fixture
def shop(tmp_path: Path) -> Path:
    return repository(tmp_path / "shop")


def head(place: Workplace) -> str:
    return git(place.folder, "rev-parse", "HEAD")


def amend(place: Workplace) -> str:
    git(place.folder, "commit", "--quiet", "--amend", "--allow-empty", "--message", f"after {head(place)}")
    return head(place)


@pytest.mark.parametrize("make", [tree_of, clone_of])
def test_what_a_head_passed_through_is_not_left(shop: Path, make: type) -> None:
    ada: Workplace = make(shop, "ada")
    before = trail_of(ada)
    assert (before.head, before.branch, before.left) == (head(ada), "muxer/ada-l/ada/work", ())
    commit(ada.folder, "one", "1\n")
    new = commit(ada.folder, "two", "1\n")
    with untouched(Path(ada.folder)):
        trail = trail_of(ada, before)
    assert (trail.head, trail.left) == (new, ())
    assert steps(before.head, trail) == (new,)


def test_what_was_amended_is_left_with_all_between(shop: Path) -> None:
    ada = tree_of(shop, "ada")
    one = commit(ada.folder, "mine", "1\n")
    before = trail_of(ada)
    two, three = amend(ada), amend(ada)
    trail = trail_of(ada, before)
    assert (trail.head, trail.left) == (three, (one, two))
    assert steps(before.head, trail) == (two, three)
    assert trail_of(ada, trail).left == ()


def test_a_head_that_went_and_came_back_was_elsewhere(shop: Path) -> None:
    ada = tree_of(shop, "ada")
    before = trail_of(ada)
    lost = commit(ada.folder, "mine", "1\n")
    git(ada.folder, "reset", "--quiet", "--hard", "HEAD^")
    trail = trail_of(ada, before)
    assert (trail.head, trail.left) == (before.head, (lost,))
    assert steps(before.head, trail) == (lost, before.head)


def test_where_nobody_read_the_log_all_of_it_counts_if_it_is_an_agents_own(shop: Path) -> None:
    first = git(shop, "rev-parse", "HEAD")
    ada, here = tree_of(shop, "ada"), Workplace(kind="here", folder=str(shop))
    lost = {}
    for place in (ada, here):
        commit(place.folder, "old", "1\n")
        lost[place.kind] = [amend(place), amend(place)]
        git(place.folder, "reset", "--quiet", "--hard", first)
    assert set(trail_of(ada, Trail()).left) > {*lost["worktree"]}
    assert heads_of(ada.folder)[-2:] == [lost["worktree"][-1], first]
    assert trail_of(here, Trail()).left == ()
    assert trail_of(here, Trail(head=lost["here"][0])).left == tuple(lost["here"])
    # It was there, went and came back: what it left in between is after the first time.
    commit(here.folder, "new", "1\n")
    git(here.folder, "reset", "--quiet", "--hard", first)
    assert set(trail_of(here, Trail(head=first)).left) > {*lost["here"]}


def test_without_a_log_the_old_head_is_known_all_the_same(shop: Path) -> None:
    ada = tree_of(shop, "ada")
    one = commit(ada.folder, "mine", "1\n")
    before = trail_of(ada)
    shutil.rmtree(shop / ".git/worktrees/ada/logs")
    git(ada.folder, "-c", "core.logAllRefUpdates=false", "commit", "--quiet", "--amend", "--message", "better")
    trail = trail_of(ada, before)
    assert (trail.left, trail.read) == ((one,), 0)


def test_a_log_that_git_made_shorter_is_read_from_what_is_known(shop: Path) -> None:
    ada = tree_of(shop, "ada")
    commit(ada.folder, "mine", "1\n")
    before = trail_of(ada)
    two, three = amend(ada), amend(ada)
    log = shop / ".git/worktrees/ada/logs/HEAD"
    log.write_text("".join(log.read_text().splitlines(keepends=True)[-3:]))
    assert log.stat().st_size < before.read + 1000
    trail = trail_of(ada, Trail(head=before.head, read=10**9))
    assert trail.left == (before.head, two)
    assert trail.head == three
    log.write_text("")
    assert trail_of(ada, Trail(head=before.head, read=10**9)).left == (before.head,)


def test_of_a_very_long_log_the_end_is_read(shop: Path) -> None:
    ada = tree_of(shop, "ada")
    before = trail_of(ada)
    log = shop / ".git/worktrees/ada/logs/HEAD"
    line = f"{before.head} {before.head} Ada <ada@example.org> 1700000000 +0000\tnothing\n"
    with log.open("a") as file:
        file.write(line * (LONGEST // len(line) + 10))
    lost = commit(ada.folder, "mine", "1\n")
    git(ada.folder, "reset", "--quiet", "--hard", "HEAD^")
    assert trail_of(ada, before).left == (lost,)


def test_signs_tell_what_is_in_progress(shop: Path) -> None:
    ada = tree_of(shop, "ada")
    before = trail_of(ada)
    assert before.signs == frozenset()
    (shop / ".git/worktrees/ada/MERGE_HEAD").write_text(head(ada))
    trail = trail_of(ada, before)
    assert trail.signs == {"MERGE_HEAD"}
    assert trail.place != before.place


def test_unborn_detached_and_gone(tmp_path: Path, shop: Path) -> None:
    new = Workplace(kind="here", folder=str(empty_repository(tmp_path / "new")))
    before = trail_of(new)
    assert (before.head, before.branch) == ("", "main")
    first = commit(new.folder, "one", "1\n")
    assert steps("", trail_of(new, before)) == (first,)
    ada = tree_of(shop, "ada")
    git(ada.folder, "switch", "--quiet", "--detach")
    assert trail_of(ada).branch == ""
    shutil.rmtree(ada.folder)
    with pytest.raises(MuxerError, match="git cannot read"):
        trail_of(ada)


def test_a_commit_that_is_not_there_any_more_is_left_to_nobody(shop: Path) -> None:
    ada = tree_of(shop, "ada")
    assert trail_of(ada, Trail(head="1" * 40)).left == ()
