"""Work lands on trunk: real repositories, checks and a real store."""

import asyncio
import threading
from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path

import pytest

from muxer.errors import MuxerError, UsageError
from muxer.exchange import promoting
from muxer.exchange.intents import intend
from muxer.exchange.previewing import Wish
from muxer.fleet.agent import Agent
from muxer.model import Verdict
from muxer.store.promotions import Promotion, last_promotion
from muxer.work import Way
from muxer.workspaces.trunk import move_trunk
from tests.exchange.promotions import Ground, ground_in
from tests.house import until
from tests.workspaces.repositories import commit, git

TRUNK = "refs/heads/muxer/trunk"


@pytest.fixture
async def ground(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Ground]:
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "config"))
    async with ground_in(tmp_path) as made:
        yield made


async def last(ground: Ground) -> Promotion | None:
    return await ground.store.read(last_promotion, str(ground.home), TRUNK)


# ---- landing


@pytest.mark.parametrize("kind", ["worktree", "clone"])
async def test_the_first_promotion_makes_trunk_from_base(ground: Ground, kind: str) -> None:
    base = git(ground.home, "rev-parse", "main")
    ada = await ground.agent("ada", kind)
    head = commit(ada.folder, "mine", "1\n")
    landed = await ground.promoter.promote(ada)
    assert git(ground.home, "rev-parse", "muxer/trunk^1", "muxer/trunk^2").split() == [base, head]
    assert ground.subjects()[:2] == ["Merge ada: wrote mine", "wrote mine"]
    assert landed.preview.result == ground.tip
    assert git(ground.home, "rev-parse", "main") == base
    assert git(ground.home, "status", "--porcelain") == ""
    one = await last(ground)
    assert one is not None
    assert (one.name, one.before, one.after, one.subject) == ("ada", base, ground.tip, "wrote mine")
    assert ground.moved == [str(ground.home)]
    assert git(ground.home, "reflog", "-1", "--format=%gs", "muxer/trunk") == "muxer: ada promoted wrote mine"
    assert [*(ground.folder / "promoting").iterdir()] == []


@pytest.mark.parametrize(("way", "subjects"), [("squash", ["both of it"]), ("rebase", ["wrote two", "wrote one"])])
async def test_ways_to_land(ground: Ground, way: Way, subjects: list[str]) -> None:
    ada, bob = await ground.agent("ada", task="both of it\nin detail"), await ground.agent("bob")
    commit(bob.folder, "other", "1\n")
    await ground.promoter.promote(bob)
    commit(ada.folder, "one", "1\n")
    commit(ada.folder, "two", "2\n")
    await ground.promoter.promote(ada, Wish(way=way))
    assert ground.subjects()[: len(subjects) + 1] == [*subjects, "Merge bob: wrote other"]
    assert git(ground.home, "ls-tree", "--name-only", "muxer/trunk").split() == ["one", "other", "read.me", "two"]


async def test_revis_01_what_was_promoted_is_never_lost(ground: Ground) -> None:
    ada, bob = await ground.agent("ada"), await ground.agent("bob")
    commit(ada.folder, "mine", "1\n")
    await ground.promoter.promote(ada)
    first = ground.tip
    commit(ground.home, "own", "1\n")
    await ground.next_host()
    commit(bob.folder, "other", "1\n")
    await ground.promoter.promote(bob)
    assert git(ground.home, "merge-base", "--is-ancestor", first, "muxer/trunk") == ""
    assert ground.lost() == []


async def test_only_chosen_commits_land(ground: Ground) -> None:
    ada = await ground.agent("ada")
    shas = [commit(ada.folder, name, "1\n") for name in ("one", "two", "three")]
    await ground.promoter.promote(ada, Wish(way="rebase", chosen=(shas[2][:9],)))
    assert ground.subjects() == ["wrote three", "wrote read.me"]
    await ground.promoter.promote(ada, Wish(chosen=("HEAD~3..HEAD~1",), way="rebase"))
    assert ground.subjects()[:2] == ["wrote two", "wrote one"]
    for word in ("nope", "main", "-x", "..nope"):
        with pytest.raises(UsageError):
            await ground.promoter.preview(ada, Wish(chosen=(word,)))


async def test_what_a_person_has_of_it_is_not_touched(ground: Ground) -> None:
    """Work that is not committed stays where it is, and is said to stay out."""
    ada = await ground.agent("ada")
    commit(ada.folder, "mine", "1\n")
    Path(ada.folder, "scratch").write_text("half\n")
    Path(ada.folder, "mine").write_text("2\n")
    landed = await ground.promoter.promote(ada)
    assert landed.preview.left_out == ("mine", "scratch")
    assert Path(ada.folder, "mine").read_text() == "2\n"
    assert git(ground.home, "show", "muxer/trunk:mine") == "1"


# ---- what does not land


async def test_one_line_says_why_not(ground: Ground) -> None:
    ada, bob = await ground.agent("ada"), await ground.agent("bob")

    async def refused(agent: Agent) -> str:
        before = git(ground.home, "for-each-ref")
        with pytest.raises(MuxerError) as trouble:
            await ground.promoter.promote(agent)
        assert git(ground.home, "for-each-ref") == before
        return str(trouble.value)

    assert await refused(ada) == "muxer/trunk has all that ada committed"
    Path(ada.folder, "scratch").write_text("half\n")
    assert await refused(ada) == "muxer/trunk has all that ada committed; 1 file is not committed there"
    commit(ada.folder, "read.me", "ada\n")
    commit(bob.folder, "read.me", "bob\n")
    await ground.promoter.promote(ada)
    line = "it conflicts with muxer/trunk in read.me: muxer sync bob asks it to solve that"
    assert await refused(bob) == line
    assert await refused(ada) == "muxer/trunk has all that ada committed; 1 file is not committed there"


async def test_in_the_middle_of_a_rebase_nothing_is_promoted(ground: Ground) -> None:
    ada = await ground.agent("ada")
    commit(ada.folder, "mine", "1\n")
    with pytest.raises(Exception, match="exit status"):
        git(ada.folder, "rebase", "--exec", "false", "HEAD~1")
    with pytest.raises(MuxerError, match=r"ada: a rebase is not finished: git rebase --continue"):
        await ground.promoter.promote(ada)


async def test_who_works_in_the_folder_itself_needs_a_branch_of_its_own(ground: Ground) -> None:
    ground.set("base", "main")
    ada = await ground.agent("ada", "here")
    commit(ada.folder, "mine", "1\n")
    with pytest.raises(MuxerError, match="ada works on main itself: git switch -c NAME"):
        await ground.promoter.promote(ada)
    git(ground.home, "switch", "--quiet", "-c", "topic")
    commit(ada.folder, "more", "1\n")
    await ground.promoter.promote(ada)
    assert ground.subjects()[0] == "Merge ada: wrote more"
    assert git(ground.home, "symbolic-ref", "--short", "HEAD") == "topic"


async def test_whose_work_would_not_merge_any_more_is_said(ground: Ground) -> None:
    ada, bob, cyd = [await ground.agent(name) for name in ("ada", "bob", "cyd")]
    commit(ada.folder, "read.me", "ada\n")
    commit(bob.folder, "read.me", "bob\n")
    commit(cyd.folder, "other", "cyd\n")
    for agent in (bob, cyd):
        await ground.look(agent)
    cyd.verdict = Verdict(state="working")
    preview = await ground.promoter.preview(ada)
    assert preview.clashes == (("bob", ("read.me",)),)
    assert ground.promoter.followers(ada) == [("ada", ""), ("bob", ""), ("cyd", "its agent works")]
    assert preview.why_not == ""
    assert git(ground.home, "for-each-ref", "refs/heads/muxer/trunk") == ""


# ---- the check


async def test_trunk_moves_only_when_the_check_is_green(ground: Ground) -> None:
    ground.set("check", "test -e good && echo fine")
    ada = await ground.agent("ada")
    commit(ada.folder, "mine", "1\n")
    with pytest.raises(MuxerError, match=r"the check exited 1: all that it said is in .*/checks/p1.log"):
        await ground.promoter.promote(ada)
    assert git(ground.home, "for-each-ref", TRUNK) == ""
    commit(ada.folder, "good", "1\n")
    landed = await ground.promoter.promote(ada)
    assert landed.checked == "test -e good && echo fine"
    one = await last(ground)
    assert one is not None
    assert one.checked == landed.checked


async def test_a_person_may_go_without_the_check_and_may_insist_on_one(ground: Ground) -> None:
    ada = await ground.agent("ada")
    commit(ada.folder, "mine", "1\n")
    with pytest.raises(UsageError, match="there is no check yet"):
        await ground.promoter.promote(ada, Wish(check=True))
    ground.set("check", "false")
    await ground.promoter.promote(ada, Wish(check=False))
    assert ground.asked == 0
    one = await last(ground)
    assert one is not None
    assert one.checked == ""


async def test_a_check_that_nobody_agreed_to_does_not_run(ground: Ground) -> None:
    ground.set("check", f"touch {ground.folder}/ran")
    ground.agreed = False
    ada = await ground.agent("ada")
    commit(ada.folder, "mine", "1\n")
    with pytest.raises(MuxerError, match="muxer project agree"):
        await ground.promoter.promote(ada)
    assert not (ground.folder / "ran").exists()


# ---- two at once


async def test_two_at_once_queue_and_both_land(ground: Ground) -> None:
    ground.set("check", f"echo >>{ground.folder}/runs; until test -e {ground.folder}/go; do sleep 0.01; done; ls")
    ada, bob = await ground.agent("ada"), await ground.agent("bob")
    commit(ada.folder, "one", "1\n")
    commit(bob.folder, "two", "1\n")
    both = [asyncio.ensure_future(ground.promoter.promote(agent)) for agent in (ada, bob)]
    await until((ground.folder / "runs").exists, "the first check")
    (ground.folder / "go").touch()
    await asyncio.gather(*both)
    assert sorted(ground.subjects()) == [
        "Merge ada: wrote one",
        "Merge bob: wrote two",
        "wrote one",
        "wrote read.me",
        "wrote two",
    ]
    assert (ground.folder / "runs").read_text() == "\n\n", "the second was checked on what the first had made"


async def test_a_trunk_that_somebody_else_moves_is_merged_and_checked_again(
    ground: Ground, monkeypatch: pytest.MonkeyPatch
) -> None:
    ground.set("check", f"echo >>{ground.folder}/runs")
    ada, bob = await ground.agent("ada"), await ground.agent("bob")
    commit(bob.folder, "first", "1\n")
    await ground.promoter.promote(bob)
    commit(ada.folder, "mine", "1\n")
    real, others = move_trunk, ["second"]

    def late(root: str, ref: str, *, old: str, new: str, why: str) -> None:
        while others:
            git(bob.folder, "checkout", "--quiet", "--detach", "muxer/trunk")
            git(ground.home, "update-ref", TRUNK, commit(bob.folder, others.pop(), "1\n"))
        real(root, ref, old=old, new=new, why=why)

    monkeypatch.setattr(promoting, "move_trunk", late)
    await ground.promoter.promote(ada)
    assert ground.subjects()[0] == "Merge ada: wrote mine"
    assert "wrote second" in ground.subjects()
    assert (ground.folder / "runs").read_text() == "\n\n\n"
    commit(ada.folder, "more", "1\n")
    others += [f"x{number}" for number in range(3)]

    def always(root: str, ref: str, *, old: str, new: str, why: str) -> None:
        others.append(f"y{len(ground.subjects())}")
        late(root, ref, old=old, new=new, why=why)

    monkeypatch.setattr(promoting, "move_trunk", always)
    with pytest.raises(MuxerError, match="moves faster than this can be checked"):
        await ground.promoter.promote(ada)
    assert [*(ground.folder / "promoting").iterdir()] == []


# ---- trunk that is checked out


async def test_a_checkout_of_trunk_goes_along(ground: Ground) -> None:
    tree = ground.folder / "tree"
    git(ground.home, "worktree", "add", "--quiet", "-b", "muxer/trunk", str(tree))
    ada = await ground.agent("ada")
    commit(ada.folder, "mine", "1\n")
    (tree / "read.me").write_text("half\n")
    before = ground.tip
    with pytest.raises(MuxerError, match=r"is checked out in .*: commit or stash read\.me there first"):
        await ground.promoter.promote(ada)
    assert ground.tip == before
    git(tree, "checkout", "--", "read.me")
    await ground.promoter.promote(ada)
    assert (tree / "mine").read_text() == "1\n"
    assert git(tree, "status", "--porcelain") == ""
    assert git(tree, "symbolic-ref", "--short", "HEAD") == "muxer/trunk"


# ---- a host that is killed


async def test_what_a_killed_host_had_done_is_written_down_by_the_next(ground: Ground) -> None:
    ada = await ground.agent("ada")
    commit(ada.folder, "mine", "1\n")
    preview = await ground.promoter.preview(ada)
    one = Promotion(
        agent=ada.id, name="ada", root=str(ground.home), trunk=TRUNK, before=preview.onto, after=preview.result,
        subject="mine", promoted_at=5.0,
    )  # fmt: skip
    intend(f"{ground.folder}/promoting", one)
    await ground.next_host()
    assert await last(ground) is None, "it was killed before trunk moved"
    intend(f"{ground.folder}/promoting", one)
    git(ground.home, "update-ref", TRUNK, preview.result)
    await ground.next_host()
    known = await last(ground)
    assert known == replace(one, id=1)
    intend(f"{ground.folder}/promoting", one)
    await ground.next_host()
    assert await last(ground) == known, "it was killed after that was written down"
    assert known
    intend(f"{ground.folder}/promoting", known)
    await ground.next_host()
    assert await last(ground) == known, "it was killed before trunk moved back"
    intend(f"{ground.folder}/promoting", known)
    git(ground.home, "update-ref", TRUNK, preview.onto)
    await ground.next_host()
    assert await last(ground) is None


async def test_who_promotes_before_the_next_host_learned_of_it_loses_nothing(ground: Ground) -> None:
    ada, bob = await ground.agent("ada"), await ground.agent("bob")
    for agent in (ada, bob):
        commit(agent.folder, agent.token, "1\n")
    preview = await ground.promoter.preview(ada)
    one = Promotion(
        agent=ada.id, name="ada", root=str(ground.home), trunk=TRUNK, before=preview.onto, after=preview.result,
        subject="mine", promoted_at=5.0,
    )  # fmt: skip
    intend(f"{ground.folder}/promoting", one)
    git(ground.home, "update-ref", TRUNK, preview.result)
    await ground.promoter.promote(bob)
    await ground.promoter.learn()
    await ground.promoter.undo(bob)
    assert await last(ground) == replace(one, id=1)


async def test_a_head_without_a_branch_lands_as_well(ground: Ground) -> None:
    ada = await ground.agent("ada")
    git(ada.folder, "switch", "--quiet", "--detach")
    commit(ada.folder, "mine", "1\n")
    await ground.promoter.promote(ada)
    assert ground.subjects()[0] == "Merge ada: wrote mine"


async def test_whoever_asked_may_go_once_trunk_begins_to_move(ground: Ground, monkeypatch: pytest.MonkeyPatch) -> None:
    ada = await ground.agent("ada")
    commit(ada.folder, "mine", "1\n")
    moving, go = threading.Event(), threading.Event()

    def slow(root: str, ref: str, *, old: str, new: str, why: str) -> None:
        moving.set()
        assert go.wait(20)
        move_trunk(root, ref, old=old, new=new, why=why)

    monkeypatch.setattr(promoting, "move_trunk", slow)
    task = asyncio.ensure_future(ground.promoter.promote(ada))
    await until(moving.is_set, "its beginning")
    task.cancel()
    await asyncio.wait([task])
    go.set()
    await until(lambda: ground.moved, "its end")
    one = await last(ground)
    assert one is not None
    assert one.after == ground.tip
