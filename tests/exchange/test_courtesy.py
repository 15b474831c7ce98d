"""When a workspace may be moved, and what its agent is told."""

from typing import get_args

import pytest

from muxer.exchange.courtesy import (
    busy,
    conflict,
    conflict_note,
    listed,
    moved_note,
    obstacle,
    trunk_name,
    waits_for_agent,
)
from muxer.model import State, Verdict
from muxer.work import Coordination, Standing

TRUNK = Coordination(root="/shop", operator="kim", base="main", trunk="refs/heads/muxer/trunk", tip="f" * 40)
IDLE, WORKS = Verdict(state="idle"), Verdict(state="working")


@pytest.mark.parametrize("state", get_args(State))
def test_an_agent_that_rests_is_not_in_the_way(state: State) -> None:
    why = busy(Verdict(state=state))
    assert (why == "") == (state in ("idle", "done", "exited", "crashed"))
    assert waits_for_agent(why) == bool(why)


@pytest.mark.parametrize(
    ("standing", "why"),
    [
        (Standing(branch="work"), ""),
        (Standing(branch="work", untracked=("a",)), "1 file is not committed"),
        (Standing(branch="work", uncommitted=("a",), untracked=("b",)), "2 files are not committed"),
        (Standing(branch="work", upset="rebase", why="a rebase is in progress"), "a rebase is in progress"),
        (Standing(branch="main"), "it is on main, which muxer never moves by itself"),
        (Standing(branch="muxer/trunk"), "it is on muxer/trunk, which muxer never moves by itself"),
    ],
)
def test_what_keeps_a_workspace_where_it_is(standing: Standing, why: str) -> None:
    assert obstacle(standing, IDLE, TRUNK, urged=False) == why
    assert obstacle(standing, WORKS, TRUNK, urged=True) == why
    assert obstacle(standing, WORKS, TRUNK, urged=False) == (why or "its agent works")
    assert not waits_for_agent(why)


def test_texts_name_paths_and_both_commits() -> None:
    note = conflict_note(["a.py", "b\x1b[31m.py"], TRUNK, "1" * 40)
    assert note == (
        "Your work does not go onto muxer/trunk by itself: your commit 111111111111 and its commit ffffffffffff"
        " conflict in a.py, b[31m.py. Nothing was changed. Once you are done with what you do, run"
        " `git rebase ffffffffffff` and solve the conflicts, or ask."
    )
    assert conflict(["a.py"], TRUNK) == "it conflicts with muxer/trunk in a.py"
    moved = moved_note(TRUNK, "1" * 40, "2" * 40, commits=1, paths=["a", "b"])
    assert moved == (
        "Your workspace was moved onto muxer/trunk at ffffffffffff with 1 commit of yours rebased: HEAD was"
        " 111111111111 and is 222222222222 now; 2 files changed under you: a, b."
    )
    assert moved_note(TRUNK, "1" * 40, "2" * 40, commits=0, paths=[]).endswith("now; no file changed.")
    assert listed(["1", "2", "3", "4", "5", "6", "7"]) == "1, 2, 3, 4, 5, and 2 more"
    shared = Coordination(root="/shop", operator="kim", remote="origin", trunk="refs/remotes/origin/main")
    assert trunk_name(shared) == "origin/main"
