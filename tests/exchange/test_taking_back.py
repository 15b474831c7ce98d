"""How somebody gets off what was promoted."""

from pathlib import Path

import pytest

from muxer.errors import MuxerError
from muxer.exchange.taking_back import Holder, branch_in_the_way, way_back
from muxer.store.promotions import Promotion
from muxer.workspaces.repository import Workplace
from tests.workspaces.repositories import commit, git, repository


def promoted(home: Path) -> Promotion:
    before = git(home, "rev-parse", "HEAD")
    after = commit(home, "mine", "1\n")
    return Promotion(agent=1, name="ada", root=str(home), trunk="t", before=before, after=after, subject="s")


def holder(home: Path, head: str, *, kind: str = "worktree", why: str = "") -> Holder:
    return Holder(place=Workplace(kind=kind, folder=str(home)), name="bob", head=head, why=why)  # type: ignore[arg-type]


def test_who_has_nothing_of_it_stays(tmp_path: Path) -> None:
    home = repository(tmp_path / "home")
    last = promoted(home)
    assert way_back(holder(home, last.before), last) == ""
    assert way_back(holder(home, ""), last) == ""
    assert way_back(holder(home, last.before, why="it works"), last) == ""


def test_who_stands_on_it_goes_back_and_takes_own_commits_along(tmp_path: Path) -> None:
    home = repository(tmp_path / "home")
    last = promoted(home)
    assert way_back(holder(home, last.after), last) == last.before
    commit(home, "one", "1\n")
    new = way_back(holder(home, commit(home, "two", "1\n")), last)
    assert git(home, "log", "--format=%s", new).splitlines() == ["wrote two", "wrote one", "wrote read.me"]


def test_who_built_on_it_or_cannot_be_moved_is_said(tmp_path: Path) -> None:
    home = repository(tmp_path / "home")
    last = promoted(home)
    with pytest.raises(MuxerError, match="bob has it and cannot be moved now: its agent works"):
        way_back(holder(home, last.after, why="its agent works"), last)
    with pytest.raises(MuxerError, match="bob works on it in"):
        way_back(holder(home, last.after, kind="here"), last)
    with pytest.raises(MuxerError, match="bob has built on it"):
        way_back(holder(home, commit(home, "mine", "2\n")), last)
    git(home, "reset", "--quiet", "--hard", last.after)
    git(home, "switch", "--quiet", "-c", "side", last.before)
    commit(home, "aside", "1\n")
    git(home, "merge", "--quiet", "--no-edit", last.after)
    with pytest.raises(MuxerError, match="bob has built on it"):
        way_back(holder(home, git(home, "rev-parse", "HEAD")), last)


def test_a_branch_that_nobody_moves_is_in_the_way(tmp_path: Path) -> None:
    home = repository(tmp_path / "home")
    last = promoted(home)
    assert branch_in_the_way(last, {"refs/heads/main"}) == ""
    assert branch_in_the_way(last, set()) == "refs/heads/main"
