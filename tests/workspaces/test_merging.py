"""Merging in memory against what git itself makes of the same histories."""

import subprocess
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings

from muxer.errors import MuxerError
from muxer.workspaces.merging import landing, merge, paths_between, rebased
from muxer.workspaces.writing import Who
from tests.workspaces.histories import Step, branches, imported, told
from tests.workspaces.repositories import commit, empty_repository, git, repository

ME = Who(name="Grace Hopper", email="grace@example.org")
rolled = settings(
    max_examples=10, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
)


@pytest.fixture
def home(tmp_path: Path) -> Path:
    return repository(tmp_path / "home")


def branched(home: Path, name: str, at: str = "main") -> None:
    git(home, "checkout", "--quiet", "-B", name, at)


def tree(home: Path, sha: str) -> str:
    return git(home, "rev-parse", f"{sha}^{{tree}}")


def subjects(home: Path, span: str) -> list[str]:
    return git(home, "log", "--reverse", "--format=%s", span).splitlines()


def works(home: Path, *words: str) -> bool:
    try:
        git(home, *words)
    except subprocess.CalledProcessError:
        return False
    return True


def refs(home: Path) -> str:
    return git(home, "for-each-ref") + git(home, "status", "--porcelain") + git(home, "rev-parse", "HEAD")


# ---- as git does


@rolled
@given(branches, branches)
def test_merges_what_git_merges(tmp_path: Path, ours: list[list[Step]], theirs: list[list[Step]]) -> None:
    home = tmp_path / "rolled"
    if not home.exists():
        empty_repository(home)
    imported(home, told(ours, theirs))
    one, other = git(home, "rev-parse", "ours"), git(home, "rev-parse", "theirs")
    there = subprocess.run(
        ["git", "-C", str(home), "merge-tree", "--write-tree", one, other], capture_output=True, text=True, check=False
    )
    merged = merge(str(home), one, other)
    assert bool(merged.conflicts) == bool(there.returncode)
    assert merged.tree == ("" if there.returncode else there.stdout.strip())


@rolled
@given(branches, branches)
def test_rebases_what_git_rebases(tmp_path: Path, ours: list[list[Step]], theirs: list[list[Step]]) -> None:
    home = tmp_path / "rolled"
    if not home.exists():
        empty_repository(home)
    imported(home, told(ours, theirs))
    head, onto = git(home, "rev-parse", "ours"), git(home, "rev-parse", "theirs")
    made = rebased(str(home), head, onto)
    git(home, "checkout", "--quiet", "--force", "--detach", head)
    if works(home, "rebase", "--quiet", onto):
        assert made.sha
        assert tree(home, made.sha) == tree(home, "HEAD")
        assert subjects(home, f"{onto}..{made.sha}") == subjects(home, f"{onto}..HEAD")
    else:
        git(home, "rebase", "--abort")
        assert made.conflicts


@rolled
@given(branches, branches)
def test_picks_what_git_picks(tmp_path: Path, ours: list[list[Step]], theirs: list[list[Step]]) -> None:
    home = tmp_path / "rolled"
    if not home.exists():
        empty_repository(home)
    imported(home, told(ours, theirs))
    head, onto = git(home, "rev-parse", "ours"), git(home, "rev-parse", "theirs")
    made = landing(str(home), onto, head, way="rebase", commits=[head], message="", who=ME)
    git(home, "checkout", "--quiet", "--force", "--detach", onto)
    if works(home, "cherry-pick", "--allow-empty", "--keep-redundant-commits", head):
        assert tree(home, made.sha) == tree(home, "HEAD")
    else:
        git(home, "reset", "--quiet", "--hard", onto)
        assert made.conflicts


# ---- rebasing


def test_a_replayed_commit_says_whose_it_is_and_when_it_was_written(home: Path) -> None:
    branched(home, "work")
    commit(home, "mine", "1\n")
    date = "2020-02-03T04:05:06+0530"
    git(home, "commit", "--quiet", "--amend", "--author=Zoë <z@example.org>", f"--date={date}", "-m", "über\n\nwhy")
    head = git(home, "rev-parse", "HEAD")
    branched(home, "trunk")
    onto = commit(home, "theirs", "2\n")
    before = refs(home)
    made = rebased(str(home), head, onto)
    said = "%an %ae %aI %B"
    assert git(home, "log", "-1", f"--format={said}", made.sha) == git(home, "log", "-1", f"--format={said}", head)
    assert git(home, "log", "-1", "--format=%P %cn", made.sha) == f"{onto} Ada Lovelace"
    assert refs(home) == before


def test_nothing_of_its_own_is_moved_forward(home: Path) -> None:
    head = git(home, "rev-parse", "HEAD")
    onto = commit(home, "theirs", "2\n")
    assert rebased(str(home), head, onto).sha == onto
    assert rebased(str(home), onto, head).sha == onto


def test_what_trunk_has_under_another_name_is_not_picked_again(home: Path) -> None:
    branched(home, "work")
    same = commit(home, "same", "a\nb\nc\n")
    head = commit(home, "mine", "1\n")
    branched(home, "trunk")
    commit(home, "theirs", "2\n")
    git(home, "cherry-pick", same)
    onto = commit(home, "same", "a\nchanged later\nc\n")
    made = rebased(str(home), head, onto)
    assert subjects(home, f"{onto}..{made.sha}") == ["wrote mine"]
    assert git(home, "show", f"{made.sha}:same") == "a\nchanged later\nc"


def test_a_commit_that_becomes_empty_is_dropped_and_one_that_was_stays(home: Path) -> None:
    branched(home, "work")
    commit(home, "one", "1\n")
    commit(home, "two", "2\n")
    git(home, "commit", "--quiet", "--allow-empty", "-m", "on purpose")
    head = git(home, "rev-parse", "HEAD")
    branched(home, "trunk")
    Path(home, "one").write_text("1\n")
    Path(home, "more").write_text("1\n")
    git(home, "add", ".")
    git(home, "commit", "--quiet", "-m", "one, and more")
    onto = git(home, "rev-parse", "HEAD")
    made = rebased(str(home), head, onto)
    assert subjects(home, f"{onto}..{made.sha}") == ["wrote two", "on purpose"]


def test_a_merge_among_them_is_flattened(home: Path) -> None:
    commit(home, "shared", "a\n")
    branched(home, "trunk")
    first = commit(home, "theirs", "1\n")
    branched(home, "work", "main")
    commit(home, "mine", "1\n")
    git(home, "merge", "--quiet", "--no-edit", first)
    head = commit(home, "mine too", "2\n")
    branched(home, "trunk", "trunk")
    onto = commit(home, "theirs", "2\n")
    made = rebased(str(home), head, onto)
    assert subjects(home, f"{onto}..{made.sha}") == ["wrote mine", "wrote mine too"]


def test_a_merge_with_changes_of_its_own_is_not_flattened_away(home: Path) -> None:
    branched(home, "trunk")
    first = commit(home, "theirs", "1\n")
    branched(home, "work", "main")
    commit(home, "mine", "1\n")
    git(home, "merge", "--quiet", "--no-commit", "--no-ff", first)
    Path(home, "only in the merge").write_text("work\n")
    git(home, "add", ".")
    git(home, "commit", "--quiet", "-m", "merged, and more")
    head = git(home, "rev-parse", "HEAD")
    branched(home, "trunk", "trunk")
    assert rebased(str(home), head, commit(home, "theirs", "2\n")).conflicts == ("only in the merge",)


def test_a_conflict_is_named_with_its_commit(home: Path) -> None:
    branched(home, "work")
    bad = commit(home, "read.me", "mine\n")
    head = commit(home, "other", "1\n")
    branched(home, "trunk")
    made = rebased(str(home), head, commit(home, "read.me", "theirs\n"))
    assert (made.sha, made.conflicts, made.at) == ("", ("read.me",), bad)


def test_histories_without_a_common_commit(home: Path) -> None:
    git(home, "checkout", "--quiet", "--orphan", "work")
    git(home, "rm", "--quiet", "-rf", ".")
    head = commit(home, "mine", "1\n")
    made = rebased(str(home), head, git(home, "rev-parse", "main"))
    assert sorted(git(home, "ls-tree", "--name-only", made.sha).splitlines()) == ["mine", "read.me"]


def test_submodules_that_both_moved_are_a_conflict(home: Path) -> None:
    part = home.parent / "part"
    repository(part)
    pins = [commit(part, "n", f"{number}\n") for number in range(3)]

    def pinned(name: str, at: str, pin: str) -> str:
        branched(home, name, at)
        git(home, "update-index", "--add", "--cacheinfo", f"160000,{pin},part")
        git(home, "commit", "--quiet", "-m", f"pinned {pin}")
        return git(home, "rev-parse", "HEAD")

    start = pinned("start", "main", pins[0])
    ours, theirs = pinned("ours", start, pins[1]), pinned("theirs", start, pins[2])
    assert merge(str(home), ours, theirs).conflicts == ("part",)
    assert merge(str(home), start, theirs).tree == tree(home, theirs)


def test_a_commit_that_is_not_there_is_said_in_one_line(home: Path) -> None:
    with pytest.raises(MuxerError, match=r"does not have the commit 000000000000: git fetch"):
        rebased(str(home), "0" * 40, "main")
    with pytest.raises(MuxerError, match="git cannot read"):
        rebased(str(home.parent), "main", "main")


def test_the_end_of_a_shallow_clone_is_no_obstacle(home: Path) -> None:
    commit(home, "more", "1\n")
    commit(home, "more", "2\n")
    shallow = home.parent / "shallow"
    git(home.parent, "clone", "--quiet", "--depth=1", f"file://{home}", str(shallow))
    onto = git(shallow, "rev-parse", "HEAD")
    git(shallow, "checkout", "--quiet", "-b", "work")
    commit(shallow, "mine", "1\n")
    git(shallow, "fetch", "--quiet", "--depth=1", "origin", commit(home, "theirs", "1\n"))
    made = rebased(str(shallow), git(shallow, "rev-parse", "work"), git(shallow, "rev-parse", "FETCH_HEAD"))
    assert set(git(shallow, "ls-tree", "--name-only", made.sha).split()) == {"mine", "more", "read.me", "theirs"}
    assert git(shallow, "rev-parse", "HEAD^") == onto


# ---- landing


@pytest.fixture
def work(home: Path) -> tuple[str, str]:
    """Where trunk is, and the head of two commits that are to land there."""
    branched(home, "work")
    commit(home, "one", "1\n")
    head = commit(home, "two", "2\n")
    branched(home, "trunk")
    return commit(home, "theirs", "3\n"), head


def test_a_merge_lands_with_two_parents(home: Path, work: tuple[str, str]) -> None:
    onto, head = work
    before = refs(home)
    made = landing(str(home), onto, head, way="merge", message="Merge it\n", who=ME)
    assert git(home, "log", "-1", "--format=%P|%an|%ce|%s", made.sha) == (
        f"{onto} {head}|Grace Hopper|grace@example.org|Merge it"
    )
    assert set(git(home, "ls-tree", "--name-only", made.sha).split()) == {"one", "read.me", "theirs", "two"}
    assert refs(home) == before
    assert landing(str(home), made.sha, head, way="merge", message="again", who=ME).sha == made.sha


def test_a_squash_is_one_commit_of_its_author(home: Path, work: tuple[str, str]) -> None:
    onto, head = work
    made = landing(str(home), onto, head, way="squash", message="All of it", who=ME)
    assert git(home, "log", "-1", "--format=%P|%an|%cn|%B", made.sha) == (
        f"{onto}|Ada Lovelace|Grace Hopper|All of it\n\n* wrote one\n* wrote two"
    )


def test_a_squash_names_all_who_wrote_it(home: Path, work: tuple[str, str]) -> None:
    onto, head = work
    git(home, "checkout", "--quiet", head)
    git(home, "commit", "--quiet", "--allow-empty", "--author=Zoë <z@example.org>", "-m", "evil \x1b[31m subject")
    made = landing(str(home), onto, git(home, "rev-parse", "HEAD"), way="squash", message="All of it", who=ME)
    assert git(home, "log", "-1", "--format=%an|%B", made.sha).splitlines() == [
        "Grace Hopper|All of it", "", "* wrote one", "* wrote two", "* evil [31m subject", "",
        "Co-authored-by: Ada Lovelace <Ada.L@example.org>", "Co-authored-by: Zoë <z@example.org>",
    ]  # fmt: skip


def test_a_rebase_lands_each_commit(home: Path, work: tuple[str, str]) -> None:
    onto, head = work
    made = landing(str(home), onto, head, way="rebase", message="", who=ME)
    assert git(home, "log", "--reverse", "--format=%an %cn %s", f"{onto}..{made.sha}").splitlines() == [
        "Ada Lovelace Grace Hopper wrote one", "Ada Lovelace Grace Hopper wrote two",
    ]  # fmt: skip


def test_chosen_commits_land_alone(home: Path, work: tuple[str, str]) -> None:
    onto, head = work
    for way in ("merge", "rebase"):
        made = landing(str(home), onto, head, way=way, commits=[head], message="", who=ME)
        assert subjects(home, f"{onto}..{made.sha}") == ["wrote two"]
    made = landing(str(home), onto, head, way="squash", commits=[head], message="Just two", who=ME)
    assert subjects(home, f"{onto}..{made.sha}") == ["Just two"]
    assert "one" not in git(home, "ls-tree", "--name-only", made.sha).split()


@pytest.mark.parametrize("way", ["merge", "squash", "rebase"])
def test_a_conflict_lands_nothing(home: Path, way: str) -> None:
    branched(home, "work")
    head = commit(home, "read.me", "mine\n")
    branched(home, "trunk")
    onto = commit(home, "read.me", "theirs\n")
    made = landing(str(home), onto, head, way=way, message="m", who=ME)  # type: ignore[arg-type]
    assert (made.sha, made.conflicts) == ("", ("read.me",))


def test_paths_between_two_commits(home: Path) -> None:
    git(home, "mv", "read.me", "moved.me")
    git(home, "commit", "--quiet", "-m", "moved")
    one, other = git(home, "rev-parse", "HEAD^", "HEAD").split()
    assert paths_between(str(home), one, other) == ("moved.me", "read.me")
