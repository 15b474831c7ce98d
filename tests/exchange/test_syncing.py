"""Workspaces are kept on trunk: real repositories and a real store; what an agent does is said by the test."""

import asyncio
import subprocess
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from muxer.events import TrunkMoved, WorkChanged
from muxer.exchange.courtesy import MOVING
from muxer.fleet.agent import Agent
from muxer.fleet.agents import place_of_agent
from muxer.model import Verdict
from muxer.store.syncs import Sync, note_sync, syncs
from muxer.workspaces.commits import commit_of
from muxer.workspaces.merging import rebased
from muxer.workspaces.moving import move_workspace
from tests.exchange.grounds import Ground, ground_in
from tests.workspaces.repositories import commit, git


@pytest.fixture
async def ground(tmp_path: Path) -> AsyncIterator[Ground]:
    async with ground_in(tmp_path) as made:
        yield made


def seen(agent: Agent) -> dict[str, bytes]:
    files = (path for path in Path(agent.folder).rglob("*") if path.is_file() and ".git" not in path.parts)
    return {str(path): path.read_bytes() for path in files}


# ---- what is moved


@pytest.mark.parametrize("kind", ["worktree", "clone"])
async def test_a_clean_one_whose_agent_rests_is_rebased(ground: Ground, kind: str) -> None:
    ada = await ground.agent("ada", kind)
    old = commit(ada.folder, "mine", "1\n")
    tip = ground.promote("theirs", "2\n")
    await ground.rest()
    assert git(ada.folder, "log", "--format=%H %s", "-2").splitlines()[1].startswith(tip)
    assert git(ada.folder, "symbolic-ref", "--short", "HEAD") == ada.branch
    assert git(ada.folder, "status", "--porcelain") == ""
    assert Path(ada.folder, "theirs").read_text() == "2\n"
    [(name, text)] = ground.notes
    assert name == "ada"
    assert text == (
        f"Your workspace was moved onto muxer/trunk at {tip[:12]} with 1 commit of yours rebased: HEAD was {old[:12]}"
        f" and is {ground.head(ada)[:12]} now; 1 file changed under you: theirs."
    )
    assert git(ada.folder, "for-each-ref", "--contains", old, "refs/muxer/kept") != ""
    assert ground.syncer.pending == {}
    await ground.store.settled()
    assert await ground.store.read(syncs) == []


async def test_one_without_work_of_its_own_goes_forward(ground: Ground) -> None:
    ada = await ground.agent("ada")
    tip = ground.promote("theirs", "2\n")
    await ground.rest()
    assert ground.head(ada) == tip
    assert "with no commit of yours" in ground.notes[0][1]


async def test_whose_work_landed_is_told_nothing(ground: Ground) -> None:
    ada = await ground.agent("ada")
    commit(ada.folder, "mine", "1\n")
    git(ground.folder / "trunk", "merge", "--quiet", "--ff-only", ada.branch)
    ground.tell(TrunkMoved(str(ground.home), "", ground.trunk.tip))
    await ground.rest()
    assert ground.notes == []
    assert ground.told == [TrunkMoved(str(ground.home), "", ground.trunk.tip)]


async def test_the_folder_itself_and_the_own_branch_never_move(ground: Ground) -> None:
    here, ada = await ground.agent("here"), await ground.agent("ada")
    here.workspace = "here"
    git(ground.home, "checkout", "--quiet", "-b", "elsewhere")
    git(ada.folder, "checkout", "--quiet", "main")
    heads = ground.head(here), ground.head(ada)
    ground.promote("theirs", "2\n")
    await ground.rest()
    assert (ground.head(here), ground.head(ada)) == heads
    assert ground.why(ada) == "it is on main, which muxer never moves by itself"
    assert (await ground.syncer.sync(here)).what == "left"


async def test_a_trunk_of_another_repository_is_nobodys_here(ground: Ground) -> None:
    await ground.agent("ada")
    ground.syncer.heard(TrunkMoved("/elsewhere", "", "f" * 40))
    assert ground.syncer._tasks == {}


# ---- what waits


async def test_revis_04_a_pending_one_is_retried_as_soon_as_its_tree_is_clean(ground: Ground) -> None:
    ada = await ground.agent("ada")
    Path(ada.folder, "read.me").write_text("half\n")
    Path(ada.folder, "scratch").write_text("untracked\n")
    head, before = ground.head(ada), seen(ada)
    tip = ground.promote("theirs", "2\n")
    await ground.rest()
    assert (ground.head(ada), seen(ada)) == (head, before)
    assert ground.why(ada) == "2 files are not committed"
    assert ground.notes == []
    Path(ada.folder, "scratch").unlink()
    commit(ada.folder, "read.me", "whole\n")
    await ground.stir(ada)
    assert git(ada.folder, "rev-parse", "HEAD^") == tip
    assert ground.syncer.pending == {}


async def test_revis_05_what_is_pending_survives_the_host(ground: Ground) -> None:
    ada = await ground.agent("ada", state="working")
    tip = ground.promote("theirs", "2\n")
    await ground.rest()
    since = ground.syncer.pending[ada.pane].since
    await ground.next_host()
    assert ground.syncer.pending[ada.pane].since == since
    await ground.rest()
    assert ground.why(ada) == "its agent works"
    ground.turn(ada, "done")
    await ground.rest()
    assert ground.head(ada) == tip


async def test_an_agent_at_work_is_waited_for_and_not_looked_at_meanwhile(ground: Ground) -> None:
    ada = await ground.agent("ada", state="working")
    tip = ground.promote("theirs", "2\n")
    await ground.rest()
    looks = ground.looks
    for state in ("working", "waiting", "working", "limited"):
        ground.turn(ada, state)
    await ground.rest()
    assert ground.looks == looks
    assert ground.told.count(WorkChanged(ada.pane)) == 1
    ground.turn(ada, "idle")
    await ground.rest()
    assert ground.head(ada) == tip


async def test_an_agent_that_begins_to_work_right_before_is_left_alone(ground: Ground) -> None:
    ada = await ground.agent("ada")
    head = ground.head(ada)
    verdicts = iter(["idle", "idle", "working"])
    await ground.look(ada)
    ground.syncer._verdict = lambda _: Verdict(state=next(verdicts))  # type: ignore[arg-type]
    ground.promote("theirs", "2\n")
    await ground.rest()
    assert (ground.head(ada), ground.why(ada)) == (head, "its agent works")


async def test_a_conflict_changes_nothing_and_is_told_once(ground: Ground) -> None:
    ada = await ground.agent("ada")
    mine = commit(ada.folder, "read.me", "mine\n")
    before = seen(ada)
    tip = ground.promote("read.me", "theirs\n")
    await ground.rest()
    assert (ground.head(ada), seen(ada)) == (mine, before)
    assert git(ada.folder, "status", "--porcelain") == ""
    assert ground.why(ada) == "it conflicts with muxer/trunk in read.me"
    [(_, text)] = ground.notes
    assert mine[:12] in text
    assert f"git rebase {tip[:12]}" in text
    for _ in range(2):
        await ground.stir(ada)
    await ground.next_host()
    await ground.rest()
    assert len(ground.notes) == 1
    commit(ada.folder, "other", "1\n")
    await ground.stir(ada)
    assert len(ground.notes) == 2


async def test_a_conflict_that_its_agent_solves_waits_no_more(ground: Ground) -> None:
    ada = await ground.agent("ada", "clone")
    commit(ada.folder, "read.me", "mine\n")
    tip = ground.promote("read.me", "theirs\n")
    await ground.rest()
    git(ada.folder, "rebase", "--quiet", "-X", "theirs", tip[:12])
    await ground.stir(ada)
    assert ground.syncer.pending == {}
    assert len(ground.notes) == 1


async def test_revis_02_one_that_fails_does_not_stop_the_others(ground: Ground) -> None:
    ada, bob, cyd = [await ground.agent(name) for name in ("ada", "bob", "cyd")]
    git(ada.folder, "checkout", "--quiet", "--detach")
    git(bob.folder, "worktree", "unlock", bob.folder) if git(bob.folder, "worktree", "list", "--porcelain").count(
        "locked"
    ) else None
    Path(bob.folder, ".git").unlink()
    tip = ground.promote("theirs", "2\n")
    await ground.rest()
    assert ground.head(cyd) == tip
    assert "branch" in ground.why(ada)
    outcome = await ground.syncer.sync(bob)
    assert outcome.what in ("left", "waits")
    assert outcome.words


async def test_a_file_in_the_way_is_kept_and_said(ground: Ground) -> None:
    ada = await ground.agent("ada")
    Path(ground.home, ".git", "info", "exclude").write_text("secret\n")
    Path(ada.folder, "secret").write_text("precious\n")
    trunk = ground.folder / "trunk"
    (trunk / "secret").write_text("theirs\n")
    git(trunk, "add", "--force", "secret")
    git(trunk, "commit", "--quiet", "-m", "bad idea")
    ground.tell(TrunkMoved(str(ground.home), "", ground.trunk.tip))
    await ground.rest()
    assert Path(ada.folder, "secret").read_text() == "precious\n"
    assert "secret" in ground.why(ada)
    assert ground.notes == []


@pytest.mark.parametrize("what", ["merge", "rebase", "cherry-pick", "lock"])
async def test_one_in_the_middle_of_something_waits_for_its_end(ground: Ground, what: str) -> None:
    ada = await ground.agent("ada")
    git(ada.folder, "checkout", "--quiet", "-b", "other")
    commit(ada.folder, "read.me", "other\n")
    git(ada.folder, "checkout", "--quiet", ada.branch)
    head = commit(ada.folder, "read.me", "mine\n")
    lock = Path(git(ada.folder, "rev-parse", "--absolute-git-dir"), "index.lock")
    if what == "lock":
        lock.touch()
    else:
        with pytest.raises(subprocess.CalledProcessError):
            git(ada.folder, what, "other")
    before = seen(ada), git(ada.folder, "rev-parse", "HEAD")
    tip = ground.promote("theirs", "2\n")
    await ground.rest()
    assert (seen(ada), git(ada.folder, "rev-parse", "HEAD")) == before
    assert ground.why(ada)
    assert ground.notes == []
    if what == "lock":
        lock.unlink()
    else:
        git(ada.folder, what, "--abort")
    assert ground.head(ada) == head
    await ground.stir(ada)
    assert git(ada.folder, "rev-parse", "HEAD^") == tip


async def test_a_commit_right_before_the_move_is_not_lost(ground: Ground) -> None:
    ada = await ground.agent("ada")
    made: list[str] = []

    def verdict(agent: Agent) -> Verdict:
        if ground.why(agent) == MOVING and not made:
            made.append(commit(agent.folder, "late", "1\n"))
        return agent.verdict

    ground.syncer._verdict = verdict
    tip = ground.promote("theirs", "2\n")
    await ground.rest()
    assert ground.head(ada) == made[0]
    assert "moved meanwhile" in ground.why(ada)
    await ground.stir(ada)
    assert git(ada.folder, "log", "--format=%s", "-2").splitlines() == ["wrote late", "wrote theirs"]
    assert git(ada.folder, "rev-parse", "HEAD^") == tip


async def test_trunk_that_moves_meanwhile_is_caught_up_with(ground: Ground) -> None:
    ada = await ground.agent("ada")
    ground.promote("theirs", "2\n")
    await asyncio.sleep(0)
    tip = ground.promote("theirs", "3\n")
    await ground.rest()
    assert ground.head(ada) == tip


async def test_one_that_has_all_of_trunk_is_not_looked_at_when_it_changes(ground: Ground) -> None:
    ada = await ground.agent("ada")
    ground.promote("theirs", "2\n")
    await ground.rest()
    await ground.stir(ada)
    looks = ground.looks
    ground.tell(WorkChanged(ada.pane))
    assert ground.syncer._tasks == {}
    assert ground.looks == looks
    Path(ada.folder, "read.me").write_text("half\n")
    tip = ground.promote("theirs", "3\n")
    await ground.rest()
    assert ground.why(ada) == "1 file is not committed"
    assert ground.head(ada) != tip


async def test_revis_08_a_rebased_commit_has_the_patch_that_it_had(ground: Ground) -> None:
    ada = await ground.agent("ada")
    old = commit(ada.folder, "read.me", "hello\nmine\n")
    ground.promote("theirs", "2\n")
    await ground.rest()
    new = ground.head(ada)
    assert new != old
    assert commit_of(ada.folder, new).patch == commit_of(ada.folder, old).patch != ""


# ---- killed in between


async def test_killed_before_the_move_it_is_done_by_the_next_host(ground: Ground) -> None:
    ada = await ground.agent("ada")
    old = commit(ada.folder, "mine", "1\n")
    ground.syncer.stop()
    tip = ground.promote("theirs", "2\n")
    new = rebased(ada.folder, old, tip).sha
    await ground.store.ask(note_sync, Sync(agent=ada.id, onto=tip, why=MOVING, told=f"{old} {new}", since=1.0))
    await ground.next_host()
    await ground.rest()
    assert git(ada.folder, "rev-parse", "HEAD^") == tip
    assert len(ground.notes) == 1


async def test_killed_after_the_move_its_agent_is_still_told(ground: Ground) -> None:
    ada = await ground.agent("ada")
    old = commit(ada.folder, "mine", "1\n")
    ground.syncer.stop()
    tip = ground.promote("theirs", "2\n")
    new = rebased(ada.folder, old, tip).sha
    move_workspace(place_of_agent(ada), old=old, new=new)
    await ground.store.ask(note_sync, Sync(agent=ada.id, onto=tip, why=MOVING, told=f"{old} {new}", since=1.0))
    await ground.next_host()
    await ground.rest()
    [(_, text)] = ground.notes
    assert f"HEAD was {old[:12]} and is {new[:12]} now" in text
    await ground.store.settled()
    assert await ground.store.read(syncs) == []


async def test_what_cannot_be_written_down_is_not_moved(ground: Ground) -> None:
    ada = await ground.agent("ada")
    head = ground.head(ada)
    await ground.store.close()
    ground.promote("theirs", "2\n")
    await ground.rest()
    assert ground.head(ada) == head
    assert ground.why(ada) == "nothing is written down any more: the host is ending"
