"""How work is told in a few cells."""

from muxer.ui.works import Conflict, brief, conflicts, counts, edited, in_conflict
from muxer.work import Clash, Standing

STANDING = Standing(head="3f9c2ab", ahead=3, behind=1, uncommitted=("a",), untracked=("b",))
CLASH = Clash(one="p1", other="p3", paths=("a.py", "b\x1b[2J.py"), conflicts=("b\x1b[2J.py", "a.py"))
SHARED = Clash(one="p1", other="p2", paths=("a.py",))


def test_only_what_there_is_is_told() -> None:
    assert brief(STANDING) == ("+3", "✎2")
    assert brief(Standing(head="3f9c2ab", behind=4)) == brief(None) == ("", "")
    assert edited(Standing(untracked=("b",))) == "✎1"


def test_counts_are_told_where_there_is_a_commit() -> None:
    assert counts(STANDING) == "+3 −1"
    assert counts(Standing(head="3f9c2ab")) == "+0 −0"
    assert counts(Standing(upset="unborn")) == counts(None) == ""


def test_who_shares_a_file_that_would_merge_is_in_no_conflict() -> None:
    assert in_conflict([CLASH, SHARED]) == {"p1", "p3"}
    assert conflicts([SHARED], str) == ()


def test_a_conflict_is_told_by_names_and_harmless_paths() -> None:
    (told,) = conflicts([SHARED, CLASH], {"p1": "ada", "p3": "cyd"}.__getitem__)
    assert told == Conflict("ada", "cyd", ("b[2J.py", "a.py"))
    assert [told.who(cols) for cols in (26, 25, 19, 12, 9)] == [
        "ada and cyd would conflict", "ada and cyd conflict", "ada and cyd", "ada and cyd", "a… and c…",
    ]  # fmt: skip
    assert told.more == " +1"
    assert Conflict("ada", "cyd", ("a.py",)).more == ""
