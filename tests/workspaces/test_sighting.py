"""What is an agent's own news when the head of its workspace moved: real repositories."""

from pathlib import Path

import pytest

from muxer.errors import MuxerError
from muxer.work import Coordination
from muxer.workspaces.repository import Workplace
from muxer.workspaces.sighting import Sighting, reaches, sighting
from tests.workspaces.repositories import commit, empty_repository, git, repository


@pytest.fixture
def shop(tmp_path: Path) -> Path:
    return repository(tmp_path / "shop")


def head(folder: Path) -> str:
    return git(folder, "rev-parse", "HEAD")


def seen(
    folder: Path, before: str, *others: str, root: Path | None = None, kind: str = "here", since: float = 0.0
) -> Sighting:
    place = Workplace(kind=kind, folder=str(folder), source=str(root or ""))  # type: ignore[arg-type]
    trunk = Coordination(root=str(root or folder), operator="kim", base="main", trunk="refs/heads/muxer/trunk")
    return sighting(place, head(folder), before, trunk=trunk, others=others, since=since)


def subjects(found: Sighting) -> list[str]:
    return [one.subject.removeprefix("wrote ") for one in found.commits]


def test_all_since_the_last_head_is_news_oldest_first(shop: Path) -> None:
    before = head(shop)
    for name in "abc":
        commit(shop, name, name)
    found = seen(shop, before)
    assert (subjects(found), found.back, found.amends) == (["a", "b", "c"], False, {})
    assert subjects(seen(shop, head(shop))) == []
    git(shop, "reset", "--quiet", "--hard", before)
    assert seen(shop, git(shop, "rev-parse", "ORIG_HEAD")).back


def test_the_base_is_news_only_to_who_works_on_it(shop: Path) -> None:
    before = head(shop)
    git(shop, "branch", "work")
    commit(shop, "a", "1")
    assert subjects(seen(shop, before)) == ["a"]
    git(shop, "switch", "--quiet", "work")
    git(shop, "merge", "--quiet", "--ff-only", "main")
    assert subjects(seen(shop, before)) == []
    git(shop, "switch", "--quiet", "--detach")
    assert subjects(seen(shop, before)) == []


def test_trunk_and_what_others_have_is_none(shop: Path) -> None:
    before = head(shop)
    git(shop, "switch", "--quiet", "-c", "muxer/trunk")
    commit(shop, "landed", "1")
    git(shop, "switch", "--quiet", "-c", "theirs", before)
    theirs = commit(shop, "theirs", "1")
    git(shop, "switch", "--quiet", "-c", "work")
    commit(shop, "mine", "1")
    git(shop, "merge", "--quiet", "--no-edit", "muxer/trunk")
    assert subjects(seen(shop, before, theirs)) == ["mine"]
    assert subjects(seen(shop, before)) == ["theirs", "mine"]


def test_in_a_clone_trunk_is_known_as_well(shop: Path, tmp_path: Path) -> None:
    clone = tmp_path / "clone"
    git(tmp_path, "clone", "--quiet", str(shop), str(clone))
    before = head(clone)
    landed = commit(shop, "landed", "1")
    git(clone, "fetch", "--quiet", "origin")
    git(clone, "switch", "--quiet", "-c", "work")
    git(clone, "merge", "--quiet", "--ff-only", "origin/main")
    commit(shop, "more", "1")  # which the clone has not
    assert head(clone) == landed
    commit(clone, "mine", "1")
    assert subjects(seen(clone, before, root=shop, kind="clone")) == ["mine"]
    git(clone, "remote", "remove", "origin")
    assert "mine" in subjects(seen(clone, before, root=tmp_path / "gone", kind="clone"))


def test_old_commits_of_another_branch_are_none_but_new_ones_may_look_old(shop: Path, tmp_path: Path) -> None:
    before = head(shop)
    other = tmp_path / "other"
    git(shop, "worktree", "add", "--quiet", "-b", "theirs", str(other))
    commit(other, "old", "1")
    git(shop, "switch", "--quiet", "theirs", "--ignore-other-worktrees")
    assert subjects(seen(shop, before, since=4e9)) == []
    assert subjects(seen(shop, before)) == subjects(seen(other, before, since=4e9)) == ["old"]


def test_an_amended_one_says_what_it_was(shop: Path) -> None:
    base = head(shop)
    old = commit(shop, "a", "1\n")
    (shop / "a").write_text("2\n")
    git(shop, "commit", "--quiet", "--all", "--amend", "--message", "better")
    found = seen(shop, old)
    assert found.amends == {head(shop): old}
    # A rebase that changed nothing but the place takes the place of nothing.
    old = head(shop)
    git(shop, "reset", "--quiet", "--hard", base)
    commit(shop, "b", "1\n")
    git(shop, "cherry-pick", old)
    found = seen(shop, old)
    assert (subjects(found), found.amends) == (["b", "better"], {})


def test_only_merges_that_say_more_than_git_would_are_news(shop: Path) -> None:
    base = head(shop)
    git(shop, "switch", "--quiet", "-c", "other")
    other = commit(shop, "a", "1\n")
    git(shop, "switch", "--quiet", "-c", "work", base)
    before = commit(shop, "b", "1\n")
    git(shop, "merge", "--quiet", "--no-edit", "other")
    assert subjects(seen(shop, before, other)) == []
    (shop / "evil").write_text("1\n")
    git(shop, "add", "evil")
    git(shop, "commit", "--quiet", "--amend", "--message", "evil")
    [found] = seen(shop, before, other).commits
    assert (found.subject, found.patch, len(found.parents)) == ("evil", "", 2)


def test_where_nothing_is_known_it_is_the_head_alone(shop: Path) -> None:
    git(shop, "switch", "--quiet", "-c", "work")
    git(shop, "branch", "--quiet", "--delete", "--force", "main")
    for name in "abc":
        commit(shop, name, name)
    assert subjects(seen(shop, "f" * 40)) == ["c"]


def test_before_the_first_commit_all_is_to_come(tmp_path: Path) -> None:
    shop = empty_repository(tmp_path / "new")
    trunk = Coordination(root=str(shop), operator="kim", base="main", trunk="refs/heads/muxer/trunk")
    place = Workplace(kind="here", folder=str(shop))
    assert sighting(place, "", "", trunk=trunk, others=()).back
    for name in "abc":
        commit(shop, name, name)
    assert subjects(seen(shop, "")) == ["a", "b", "c"]


def test_a_twin_may_stand_in_it(shop: Path) -> None:
    before, after = head(shop), commit(shop, "a", "1")
    place = Workplace(kind="here", folder=str(shop))
    assert reaches(place, after, ["f" * 40, before])
    assert reaches(place, after, [after])
    assert not reaches(place, before, [after])
    assert not reaches(place, "f" * 40, [before])


def test_what_cannot_be_read_is_one_line_or_nothing(shop: Path, tmp_path: Path) -> None:
    with pytest.raises(MuxerError, match="is in no git repository"):
        reaches(Workplace(kind="here", folder=str(tmp_path)), "f" * 40, [])
    place = Workplace(kind="here", folder=str(shop))
    trunk = Coordination(root=str(shop), operator="kim")
    assert sighting(place, "f" * 40, head(shop), trunk=trunk, others=()).back
