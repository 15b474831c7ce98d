"""Trunk follows the branch that it began at: real repositories and checks."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from muxer.errors import MuxerError
from muxer.events import Warned
from muxer.exchange.following import Follower
from muxer.exchange.trunks import Trunks
from muxer.fleet.agent import Agent
from muxer.settings.project_settings import read_project
from tests.exchange.promotions import Ground, ground_in
from tests.house import until
from tests.workspaces.repositories import commit, git


class Following:
    """A host's trunk, on which the work of one agent landed."""

    def __init__(self, ground: Ground, agent: Agent) -> None:
        self.ground, self.home, self.agent = ground, ground.home, agent
        self.trunks = Trunks(ground, ground.told.append)
        self.follower = Follower(
            ground, ground.told.append, known=self.trunks.known, check=ground.promoter.check, moved=ground.moved.append
        )
        self.trunks.of(agent)
        self.follower.begin({str(ground.home)})

    async def look(self) -> None:
        self.follower.look(str(self.home))
        await until(lambda: not self.follower._tasks, "its end")

    def lies(self, *refs: str) -> list[str]:
        return git(self.home, "rev-parse", *refs or ("main", "muxer/trunk")).split()

    def warned(self) -> list[str]:
        return [event.text for event in self.ground.told if isinstance(event, Warned)]


@pytest.fixture
async def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Following]:
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "config"))
    async with ground_in(tmp_path) as ground:
        ada = await ground.agent("ada")
        commit(ada.folder, "mine", "1\n")
        await ground.promoter.promote(ada)
        made = Following(ground, ada)
        await made.look()
        ground.moved.clear()
        yield made
        made.follower.stop()


async def test_it_goes_forward_where_the_person_has_all_of_it(place: Following) -> None:
    git(place.home, "merge", "--quiet", "--ff-only", "muxer/trunk")
    own = commit(place.home, "own", "1\n")
    await place.look()
    assert place.lies() == [own, own]
    assert place.ground.moved == [str(place.home)]
    assert git(place.home, "reflog", "-1", "--format=%gs", "muxer/trunk") == "muxer: muxer/trunk follows main"


async def test_else_both_are_merged_and_the_person_stays_where_they_are(place: Following) -> None:
    old = place.ground.tip
    own = commit(place.home, "own", "1\n")
    await place.look()
    assert place.lies("main", "muxer/trunk^1", "muxer/trunk^2") == [own, old, own]
    assert place.ground.subjects()[0] == "Merge main into muxer/trunk"
    assert git(place.home, "status", "--porcelain") == ""
    again = place.ground.tip
    await place.look()
    assert (place.ground.tip, place.warned(), place.ground.lost()) == (again, [], [])


async def test_a_conflict_changes_nothing_and_is_said_once(place: Following) -> None:
    before = place.ground.tip
    own = commit(place.home, "mine", "otherwise\n")
    for _ in range(2):
        await place.look()
    assert place.lies() == [own, before]
    assert place.warned() == [
        "main does not come into muxer/trunk: they conflict in mine; git merge muxer/trunk in main lets you solve that"
    ]
    with pytest.raises(Exception, match="exit status 1"):
        git(place.home, "merge", "muxer/trunk")
    solved = commit(place.home, "mine", "both\n")
    await place.look()
    assert place.lies() == [solved, solved]


async def test_what_is_not_good_stays_out_and_is_tried_once(place: Following) -> None:
    count = place.ground.folder / "count"
    place.ground.set("check", f"echo >>{count}; test -e good")
    before = place.ground.tip
    git(place.home, "merge", "--quiet", "--ff-only", "muxer/trunk")
    commit(place.home, "own", "1\n")
    for _ in range(2):
        await place.look()
    assert (place.ground.tip, count.read_text()) == (before, "\n")
    (line,) = place.warned()
    assert line.startswith("main does not come into muxer/trunk: the check exited 1: all that it said is in ")
    good = commit(place.home, "good", "1\n")
    await place.look()
    assert place.ground.tip == good


async def test_a_check_that_nobody_agreed_to_does_not_run(place: Following) -> None:
    place.ground.set("check", "true")
    place.ground.agreed, before = False, place.ground.tip
    commit(place.home, "own", "1\n")
    await place.look()
    assert place.ground.tip == before
    assert "muxer project agree" in place.warned()[0]


async def test_it_stays_with_the_branch_that_it_began_at(place: Following) -> None:
    assert read_project(str(place.home)).project.base == "main"
    before = place.ground.tip
    git(place.home, "switch", "--quiet", "--create", "wip")
    commit(place.home, "half", "1\n")
    await place.look()
    assert place.ground.tip == before


async def test_where_nobody_chose_a_base_nothing_is_followed(place: Following) -> None:
    place.ground.set("base")
    before = place.ground.tip
    commit(place.home, "own", "1\n")
    await place.look()
    assert place.ground.tip == before


async def test_a_promotion_meanwhile_is_not_overwritten(place: Following) -> None:
    """Trunk moved while the check ran: what the check found good is not what trunk would be now."""
    go, begun = place.ground.folder / "go", place.ground.folder / "begun"
    place.ground.set("check", f"test ! -e own || {{ touch {begun}; until test -e {go}; do sleep 0.01; done; }}")
    commit(place.home, "own", "1\n")
    place.follower.look(str(place.home))
    await until(begun.exists, "the check")
    other = git(place.home, "commit-tree", "-p", "muxer/trunk", "-m", "promoted meanwhile", "muxer/trunk^{tree}")
    git(place.home, "update-ref", "refs/heads/muxer/trunk", other)
    place.follower.look(str(place.home))
    go.touch()
    await until(lambda: not place.follower._tasks, "its end")
    assert place.lies("muxer/trunk^1") == [other]
    assert place.warned() == []


async def test_a_promotion_that_is_taken_back_meanwhile_changes_nothing(place: Following) -> None:
    go, begun = place.ground.folder / "go", place.ground.folder / "begun"
    place.ground.set("check", f"test ! -e own || {{ touch {begun}; until test -e {go}; do sleep 0.01; done; }}")
    before, own = place.ground.tip, commit(place.home, "own", "1\n")
    place.follower.look(str(place.home))
    await until(begun.exists, "the check")
    git(place.home, "update-ref", "refs/heads/muxer/trunk", "muxer/trunk^1")
    go.touch()
    await until(lambda: not place.follower._tasks, "its end")
    git(place.home, "update-ref", "refs/heads/muxer/trunk", before)
    await place.look()
    assert place.lies("muxer/trunk^1", "muxer/trunk^2") == [before, own]


async def test_it_is_no_news_before_it_begins_nor_after_it_ends(place: Following) -> None:
    place.follower.stop()
    before = place.ground.tip
    commit(place.home, "own", "1\n")
    place.follower.look(str(place.home))
    await asyncio.sleep(0)
    assert (place.follower._tasks, place.ground.tip) == ({}, before)
    place.follower.begin({str(place.home)})
    await until(lambda: place.ground.tip != before, "what was committed meanwhile")


async def test_a_trunk_that_somebody_works_on_is_left_alone(place: Following) -> None:
    tree = place.ground.folder / "tree"
    git(place.home, "worktree", "add", "--quiet", str(tree), "muxer/trunk")
    (tree / "mine").write_text("half\n")
    before = place.ground.tip
    commit(place.home, "own", "1\n")
    await place.look()
    assert (place.ground.tip, (tree / "mine").read_text()) == (before, "half\n")
    assert "commit or stash mine there first" in place.warned()[0]
    with pytest.raises(MuxerError):
        await place.ground.promoter.promote(place.agent)
