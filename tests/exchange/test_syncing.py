"""Workspaces are kept on trunk: real repositories and a real store; what an agent does is said by the test."""

import asyncio
import subprocess
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from muxer.errors import MuxerError
from muxer.events import AgentChanged, Event, PaneClosed, TrunkMoved, WorkChanged
from muxer.exchange.courtesy import GIVEN_UP, MOVING
from muxer.exchange.syncing import Outcome, Syncer
from muxer.fleet.agent import Agent
from muxer.fleet.agents import place_of_agent
from muxer.model import PaneId, State, Verdict
from muxer.store.agents import KnownAgent, add_agent
from muxer.store.database import Store, open_store
from muxer.store.syncs import Sync, note_sync, syncs
from muxer.work import Coordination, Standing
from muxer.workspaces.commits import commit_of
from muxer.workspaces.making import make
from muxer.workspaces.merging import rebased
from muxer.workspaces.moving import move_workspace
from muxer.workspaces.repository import ground_of
from muxer.workspaces.standing import standing_of
from tests.fleet.delivering import small_cli
from tests.house import until
from tests.workspaces.repositories import commit, git, repository


class Ground:
    """One repository, its trunk, and agents in workspaces of their own."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.home = repository(folder / "home")
        self.trees = folder / "trees"
        git(self.home, "worktree", "add", "--quiet", "-b", "muxer/trunk", str(folder / "trunk"))
        self.agents: dict[PaneId, Agent] = {}
        self.notes: list[tuple[str, str]] = []
        self.told: list[Event] = []
        self.looks = 0
        self.inside: list[PaneId] = []
        """Where somebody looks just now."""
        self.seen: dict[PaneId, Standing] = {}
        self.store: Store
        self.syncer: Syncer

    async def open(self) -> None:
        self.store, _ = await open_store(
            str(self.folder / "facts.db"), on_logged=lambda _: None, on_trouble=lambda _: None
        )
        self.syncer = Syncer(
            self.agents, self.store, self.tell, seen=lambda agent: self.seen.get(agent.pane), look=self.look,
            trunk=lambda _: self.trunk, verdict=lambda agent: agent.verdict, put=self.put,
        )  # fmt: skip

    async def next_host(self) -> None:
        await self.rest()
        self.syncer.stop()
        await self.store.close()
        await self.open()
        await self.syncer.learn()

    @property
    def trunk(self) -> Coordination:
        tip = git(self.home, "rev-parse", "muxer/trunk")
        return Coordination(root=str(self.home), operator="ada", base="main", trunk="refs/heads/muxer/trunk", tip=tip)

    def tell(self, event: Event) -> None:
        self.told.append(event)
        self.syncer.heard(event)

    async def look(self, agent: Agent) -> Standing:
        self.looks += 1
        self.inside.append(agent.pane)
        assert self.inside.count(agent.pane) == 1, "two at once"
        await self.read(agent)
        self.inside.remove(agent.pane)
        return self.seen[agent.pane]

    async def read(self, agent: Agent) -> None:
        self.seen[agent.pane] = await asyncio.to_thread(standing_of, place_of_agent(agent), self.trunk.tip)

    async def stir(self, agent: Agent) -> None:
        """Its workspace changed, and somebody saw it."""
        await self.read(agent)
        self.tell(WorkChanged(agent.pane))
        await self.rest()

    async def put(self, agent: Agent, text: str, *, sender: str, kind: str) -> int:
        assert (sender, kind) == ("muxer", "sync")
        self.notes.append((agent.token, text))
        return len(self.notes)

    async def agent(self, name: str, kind: str = "worktree", state: State = "idle") -> Agent:
        ground = ground_of(str(self.home))
        assert ground
        place = make(kind, ground, name=name, under=str(self.trees))  # type: ignore[arg-type]
        number = await self.store.ask(add_agent, KnownAgent(name=name, cli="small"))
        agent = Agent(number, f"p{number}", small_cli(), token=name, folder=place.folder, spawned_at=1.0)
        agent.workspace, agent.branch, agent.source = place.kind, place.branch, place.source
        agent.verdict = Verdict(state=state)
        self.agents[agent.pane] = agent
        git(place.folder, "config", "user.name", "Ada Lovelace")
        git(place.folder, "config", "user.email", "ada@example.org")
        return agent

    def promote(self, name: str, text: str) -> str:
        before = self.trunk.tip
        after = commit(self.folder / "trunk", name, text)
        self.tell(TrunkMoved(str(self.home), before, after))
        return after

    def turn(self, agent: Agent, state: State) -> None:
        agent.verdict = Verdict(state=state)
        self.tell(AgentChanged(agent.pane))

    async def rest(self) -> None:
        """Nothing is under way any more."""
        await until(lambda: not self.syncer._tasks, "the end of it")

    def why(self, agent: Agent) -> str:
        sync = self.syncer.pending.get(agent.pane)
        return sync.why if sync else ""

    def head(self, agent: Agent) -> str:
        return git(agent.folder, "rev-parse", "HEAD")


@pytest.fixture
async def ground(tmp_path: Path) -> AsyncIterator[Ground]:
    made = Ground(tmp_path)
    await made.open()
    yield made
    await made.rest()
    made.syncer.stop()
    await made.store.close()


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


# ---- what people ask


async def test_asked_now_an_agent_at_work_is_not_waited_for(ground: Ground) -> None:
    ada = await ground.agent("ada", state="working")
    tip = ground.promote("theirs", "2\n")
    assert await ground.syncer.sync(ada) == Outcome("waits", "its agent works")
    moved = await ground.syncer.sync(ada, urged=True)
    assert moved.what == "moved"
    assert ground.head(ada) == tip
    assert (await ground.syncer.sync(ada)).what == "current"


async def test_asked_now_what_is_not_committed_still_counts(ground: Ground) -> None:
    ada = await ground.agent("ada")
    Path(ada.folder, "read.me").write_text("half\n")
    ground.promote("theirs", "2\n")
    assert await ground.syncer.sync(ada, urged=True) == Outcome("waits", "1 file is not committed")


async def test_given_up_it_waits_for_trunk_to_move_again(ground: Ground) -> None:
    ada = await ground.agent("ada", state="working")
    head = ground.head(ada)
    assert (await ground.syncer.abort(ada)).words == "nothing waits there"
    ground.promote("theirs", "2\n")
    await ground.rest()
    assert await ground.syncer.abort(ada) == Outcome("left", GIVEN_UP)
    await ground.next_host()
    ground.turn(ada, "idle")
    await ground.stir(ada)
    assert (ground.head(ada), ground.why(ada)) == (head, GIVEN_UP)
    tip = ground.promote("theirs", "3\n")
    await ground.rest()
    assert ground.head(ada) == tip


async def test_given_up_it_can_still_be_asked_for(ground: Ground) -> None:
    ada = await ground.agent("ada", state="working")
    tip = ground.promote("theirs", "2\n")
    await ground.rest()
    await ground.syncer.abort(ada)
    assert (await ground.syncer.sync(ada, urged=True)).what == "moved"
    assert ground.head(ada) == tip


async def test_two_at_once_are_one_after_the_other(ground: Ground) -> None:
    ada = await ground.agent("ada")
    commit(ada.folder, "mine", "1\n")
    tip = ground.promote("theirs", "2\n")
    outcomes = await asyncio.gather(*(ground.syncer.sync(ada) for _ in range(3)))
    assert {outcome.what for outcome in outcomes} == {"current"}
    assert git(ada.folder, "rev-parse", "HEAD^") == tip
    assert len(ground.notes) == 1


async def test_switched_off_it_is_moved_only_when_somebody_asks(ground: Ground) -> None:
    ada = await ground.agent("ada")
    ground.syncer.wanted = lambda _: False
    tip = ground.promote("theirs", "2\n")
    assert ground.syncer._tasks == {}
    assert (await ground.syncer.sync(ada)).what == "moved"
    assert ground.head(ada) == tip


async def test_who_is_gone_waits_for_nothing(ground: Ground) -> None:
    ada = await ground.agent("ada", state="working")
    ground.promote("theirs", "2\n")
    await ground.rest()
    ground.tell(WorkChanged(ada.pane))
    ground.tell(PaneClosed(ada.pane))
    del ground.agents[ada.pane]
    for event in (WorkChanged(ada.pane), AgentChanged(ada.pane)):
        ground.tell(event)
    await ground.rest()
    assert ground.syncer.pending == {}
    await ground.store.settled()
    assert await ground.store.read(syncs) == []


async def test_before_the_first_promotion_there_is_nothing_to_do(ground: Ground) -> None:
    ada = await ground.agent("ada")
    ground.syncer._trunk = lambda _: Coordination(root=str(ground.home), operator="ada")
    assert await ground.syncer.sync(ada) == Outcome("current", "nothing was promoted yet")
    with pytest.raises(MuxerError):
        rebased(ada.folder, ground.head(ada), "f" * 40)
