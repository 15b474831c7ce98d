"""Work in git as data: what follows from what."""

from muxer.work import Commit, Coordination, Standing, Touched


def test_a_commit_counts_its_lines() -> None:
    commit = Commit(sha="abcdef0123456", files=(Touched("a", 3, 1), Touched("b", 4, 0)))
    assert (commit.short, commit.added, commit.removed) == ("abcdef0", 7, 1)


def test_what_is_not_committed_is_not_clean() -> None:
    assert Standing(head="a").clean
    assert not Standing(uncommitted=("a",)).clean
    assert not Standing(untracked=("a",)).clean


def test_work_is_shared_where_a_remote_was_chosen() -> None:
    assert not Coordination(root="/srv", operator="kim", url="ssh://there").shared
    assert Coordination(root="/srv", operator="kim", remote="origin").shared
