"""Each commit is announced once, and to whom it is news: real repositories, a real store, and hosts that are killed."""

import re
import shutil
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from muxer.events import PaneClosed
from muxer.exchange.links import PeerMoved
from muxer.fleet.agents import cli_of
from muxer.work import Standing
from muxer.workspaces.merging import rebased
from muxer.workspaces.moving import move_workspace
from muxer.workspaces.repository import Workplace
from tests.exchange.relaying import Relaying, relaying_in, told_of
from tests.house import until
from tests.workspaces.repositories import commit, git


@pytest.fixture
async def place(tmp_path: Path) -> AsyncIterator[Relaying]:
    async with relaying_in(tmp_path) as made:
        yield made


# ---- what is told


async def test_a_commit_is_told_to_the_others_and_seen_once(place: Relaying) -> None:
    ada, bob, eve = [await place.agent(name) for name in ("ada", "bob", "eve")]
    sha = await place.commit(ada, "parser", "1\n2\n")
    expected = (
        f'ada: ada committed {sha[:7]} "wrote parser" (1 file, +2 −0: parser).'
        f" Look: git show {sha[:7]}. No answer is needed."
    )
    assert await place.notes(bob) == await place.notes(eve) == [expected]
    assert await place.notes(ada) == []
    assert place.commits_seen() == [(ada.pane, ["wrote parser"])]
    assert git(bob.folder, "show", "--no-patch", "--format=%s", sha[:7]) == "wrote parser"


async def test_old_history_is_not_told(place: Relaying) -> None:
    ada, bob = await place.agent("ada"), await place.agent("bob")
    assert await place.notes(ada) == await place.notes(bob) == []
    await place.commit(ada, "new")
    eve = await place.agent("eve")
    await place.next_host()
    assert await place.notes(eve) == []
    assert len(await place.notes(bob)) == 1


async def test_revis_07_all_commits_of_a_burst_are_told(place: Relaying) -> None:
    ada, bob = await place.agent("ada"), await place.agent("bob")
    names = [f"file{number}" for number in range(5)]
    for name in names:
        commit(ada.folder, name, "1\n")
    await place.see(ada)
    [note] = await place.notes(bob)
    assert note.startswith("ada: ada made 5 commits, ")
    assert told_of([note], *names) == [1] * 5
    assert place.commits_seen() == [(ada.pane, [f"wrote {name}" for name in names])]


# ---- what is new


async def test_revis_08_a_trunk_that_moves_is_nobodys_work(place: Relaying) -> None:
    ada, bob, eve = [await place.agent(name) for name in ("ada", "bob", "eve")]
    await place.commit(ada, "mine")
    await place.commit(bob, "his")
    before = [await place.notes(agent) for agent in (ada, bob, eve)]
    git(place.home, "worktree", "add", "--quiet", "-b", "muxer/trunk", str(place.folder / "trunk"))
    git(place.folder / "trunk", "merge", "--quiet", "--no-ff", "--message", "Land ada's work", ada.branch)
    tip = commit(place.folder / "trunk", "squashed", "1\n")
    git(ada.folder, "merge", "--quiet", "--ff-only", tip)
    for agent in (bob, eve):
        head = git(agent.folder, "rev-parse", "HEAD")
        made = rebased(agent.folder, head, tip)
        move_workspace(Workplace(kind="worktree", folder=agent.folder, branch=agent.branch), old=head, new=made.sha)
    await place.see(ada, bob, eve)
    assert git(bob.folder, "rev-parse", "HEAD^") == tip
    assert [await place.notes(agent) for agent in (ada, bob, eve)] == before
    assert len(place.commits_seen()) == 2


async def test_what_another_agent_made_is_told_as_theirs_alone(place: Relaying) -> None:
    ada, bob, eve = [await place.agent(name) for name in ("ada", "bob", "eve")]
    commit(ada.folder, "mine", "1\n")
    git(bob.folder, "merge", "--quiet", "--ff-only", ada.branch)
    commit(bob.folder, "his", "1\n")
    place.look(bob)  # who came second is heard of first
    place.look(ada)
    await place.rest()
    notes = await place.notes(eve)
    assert [note.partition(":")[0] for note in notes] == ["ada", "bob"]
    assert told_of(notes, "mine", "his") == [1, 1]
    git(eve.folder, "merge", "--quiet", bob.branch)
    git(ada.folder, "merge", "--quiet", bob.branch)
    await place.see(ada, eve)
    assert len(place.commits_seen()) == 2


async def test_what_another_agent_began_with_is_nobodys_work(place: Relaying) -> None:
    bob, eve = await place.agent("bob"), await place.agent("eve")
    git(place.home, "switch", "--quiet", "-c", "feature")
    commit(place.home, "old", "1\n")
    ada = await place.agent("ada", "here")
    for where in ("HEAD~1", "ORIG_HEAD"):
        git(ada.folder, "reset", "--quiet", "--hard", where)
        await place.see(ada)
    git(bob.folder, "merge", "--quiet", "--ff-only", "feature")
    await place.see(bob)
    assert await place.notes(ada) == await place.notes(eve) == []


async def test_what_was_picked_or_rebased_is_known_again(place: Relaying) -> None:
    ada, bob = await place.agent("ada"), await place.agent("bob")
    sha = await place.commit(ada, "mine")
    git(bob.folder, "cherry-pick", sha)
    await place.commit(bob, "his")
    assert told_of(await place.notes(ada), "mine", "his") == [0, 1]
    base = commit(place.home, "based", "1\n")
    git(ada.folder, "rebase", "--quiet", base)
    await place.see(ada)
    assert git(ada.folder, "rev-parse", "HEAD^") == base
    assert len(await place.notes(bob)) == 1


async def test_a_rebase_is_looked_at_when_it_is_over(place: Relaying) -> None:
    ada, bob = await place.agent("ada"), await place.agent("bob")
    await place.commit(ada, "read.me", "mine\n")
    base = commit(place.home, "read.me", "theirs\n")
    with pytest.raises(Exception, match="rebase"):
        git(ada.folder, "rebase", "--quiet", base)
    await place.see(ada)
    Path(ada.folder, "read.me").write_text("both\n")
    git(ada.folder, "add", "read.me")
    git(ada.folder, "-c", "core.editor=true", "rebase", "--continue")
    await place.see(ada)
    notes = await place.notes(bob)
    assert len(notes) == 2
    assert re.search(r'"amended [0-9a-f]{7}: wrote read.me"', notes[1])


async def test_an_amended_one_is_told_as_such(place: Relaying) -> None:
    ada, bob = await place.agent("ada"), await place.agent("bob")
    old = await place.commit(ada, "mine")
    git(ada.folder, "commit", "--quiet", "--amend", "--message", "said better")
    await place.see(ada)
    assert len(await place.notes(bob)) == 1
    Path(ada.folder, "mine").write_text("2\n")
    git(ada.folder, "commit", "--quiet", "--all", "--amend", "--message", "done better")
    await place.see(ada)
    [_, second] = await place.notes(bob)
    assert re.search(r'"amended [0-9a-f]{7}: done better"', second)
    assert old[:7] not in second


async def test_a_reset_back_is_silent_and_what_is_made_again_is_not(place: Relaying) -> None:
    ada, bob = await place.agent("ada"), await place.agent("bob")
    first = await place.commit(ada, "first")
    second = await place.commit(ada, "second")
    for sha in (first, second, first, second):
        git(ada.folder, "reset", "--quiet", "--hard", sha)
        await place.see(ada)
    assert len(await place.notes(bob)) == 2
    git(ada.folder, "revert", "--no-edit", second)
    await place.see(ada)
    git(ada.folder, "cherry-pick", second)
    await place.see(ada)
    assert told_of(await place.notes(bob), "second") == [2]


async def test_another_branch_is_no_work_of_its_own(place: Relaying) -> None:
    git(place.home, "switch", "--quiet", "-c", "other")
    commit(place.home, "old", "1\n")
    git(place.home, "switch", "--quiet", "main")
    ada, bob = await place.agent("ada"), await place.agent("bob")
    ada.spawned_at += 2.0
    git(ada.folder, "switch", "--quiet", "other")
    await place.see(ada)
    assert await place.notes(bob) == []
    await place.commit(ada, "mine")
    assert told_of(await place.notes(bob), "old", "mine") == [0, 1]


async def test_a_merge_is_told_if_it_was_made_by_hand(place: Relaying) -> None:
    ada, bob = await place.agent("ada"), await place.agent("bob")
    await place.commit(bob, "his")
    await place.commit(ada, "mine")
    git(ada.folder, "merge", "--quiet", "--no-edit", bob.branch)
    await place.see(ada)
    assert len(await place.notes(bob)) == 1
    await place.commit(bob, "read.me", "b\n")
    await place.commit(ada, "read.me", "a\n")
    with pytest.raises(Exception, match="merge"):
        git(ada.folder, "merge", "--quiet", bob.branch)
    Path(ada.folder, "read.me").write_text("ab\n")
    git(ada.folder, "commit", "--quiet", "--all", "--message", "Both")
    await place.see(ada)
    assert '"merge: Both". Look:' in (await place.notes(bob))[-1]


async def test_who_works_in_one_folder_is_one(place: Relaying) -> None:
    ada, bob = await place.agent("ada", "here"), await place.agent("bob", "here")
    eve = await place.agent("eve")
    commit(place.home, "mine", "1\n")
    await place.see(ada, bob)
    assert await place.notes(ada) == await place.notes(bob) == []
    assert told_of(await place.notes(eve), "mine") == [1]


async def test_another_operators_work_is_told_to_all(place: Relaying) -> None:
    ada, bob = await place.agent("ada"), await place.agent("bob")
    ada.circle = "api"
    git(place.home, "switch", "--quiet", "-c", "theirs")
    before, sha = git(place.home, "rev-parse", "HEAD"), commit(place.home, "theirs", "1\n")
    git(place.home, "switch", "--quiet", "main")
    for _ in range(2):
        await place.peer("alice/ada", before, sha)
    for agent in (ada, bob):
        [note] = await place.notes(agent)
        assert note.startswith(
            f'alice/ada: alice/ada, an agent of another operator, committed {sha[:7]} "wrote theirs"'
        )
    git(ada.folder, "merge", "--quiet", "--ff-only", "theirs")
    await place.see(ada)
    assert place.commits_seen() == []


async def test_who_tells_of_others_work_hears_when_it_is_written_down(
    place: Relaying, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("muxer.exchange.relay.AGAIN", 0.02)
    ada = await place.agent("ada")
    git(place.home, "switch", "--quiet", "-c", "theirs")
    heeded: list[str] = []

    def move(sha: str, before: str) -> PeerMoved:
        return PeerMoved(str(place.home), "bob", "claude", before, sha, lambda: heeded.append(sha))

    before = git(place.home, "rev-parse", "HEAD")
    first = commit(place.home, "first", "1\n")
    place.mortal.refuses = True
    for _ in range(3):
        place.relay.peer_moved(move(first, before))
        await place.rest()
    assert heeded == []
    assert len(place.relay._moves[str(place.home)]) == 1
    place.mortal.refuses = False
    await until(lambda: heeded == [first], "that it is written down")
    await place.rest()
    place.relay.peer_moved(move("f" * 40, first))  # one that is not there any more
    place.relay.peer_moved(move(before, first))
    await place.rest()
    assert told_of(await place.notes(ada), "first") == [1]
    assert heeded == [first, "f" * 40, before]


# ---- what goes wrong


async def test_commits_made_while_muxer_was_down_are_told_once_as_one(place: Relaying) -> None:
    ada, bob = await place.agent("ada"), await place.agent("bob")
    await place.commit(ada, "first")
    await place.close()
    for name in ("second", "third"):
        commit(ada.folder, name, "1\n")
    await place.open()
    for agent in place.agents.values():
        place.look(agent)
    await place.begin()
    await place.next_host()
    notes = await place.notes(bob)
    assert told_of(notes, "first", "second", "third") == [1, 1, 1]
    assert len(notes) == 2


async def test_what_cannot_be_written_down_is_told_later(place: Relaying, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("muxer.exchange.relay.AGAIN", 0.02)
    ada, bob = await place.agent("ada"), await place.agent("bob")
    place.mortal.refuses = True
    await place.commit(ada, "mine")
    assert await place.notes(bob) == []
    assert place.commits_seen() == []
    place.mortal.refuses = False
    await until(lambda: place.ledger.waiting(bob.pane))
    assert told_of(await place.notes(bob), "mine") == [1]
    assert len(place.commits_seen()) == 1


async def test_what_was_made_and_reset_away_between_two_looks_is_told(place: Relaying) -> None:
    ada, bob = await place.agent("ada"), await place.agent("bob")
    base = git(ada.folder, "rev-parse", "HEAD")
    for name in ("first", "second"):
        place.relay.moved(ada, None, Standing(head=commit(ada.folder, name, "1\n")))
        git(ada.folder, "reset", "--quiet", "--hard", base)
    await place.see(ada)
    assert told_of(await place.notes(bob), "first", "second") == [1, 1]


# ---- what revis did


async def test_revis_11_any_program_in_a_pane_is_told(place: Relaying) -> None:
    ada, bob = await place.agent("ada"), await place.agent("bob")
    bob.command = ("sh", "-c", "cd x && codex")
    bob.cli = cli_of(bob.command)
    await place.commit(ada, "mine")
    assert len(await place.notes(bob)) == 1


async def test_revis_12_names_that_begin_alike_are_two_agents(place: Relaying) -> None:
    one, ten = await place.agent("agent-1"), await place.agent("agent-10")
    await place.commit(one, "mine")
    await place.commit(ten, "his")
    assert told_of(await place.notes(one), "mine", "his") == [0, 1]
    assert told_of(await place.notes(ten), "mine", "his") == [1, 0]


async def test_revis_13_one_that_is_gone_stops_nobody(place: Relaying) -> None:
    ada, bob, eve, kay = [await place.agent(name) for name in ("ada", "bob", "eve", "kay")]
    shutil.rmtree(bob.folder)
    place.relay.moved(bob, None, Standing(head="f" * 40))
    del place.agents[kay.pane]
    place.relay.heard(PaneClosed(kay.pane))
    await place.commit(ada, "mine")
    assert told_of(await place.notes(bob) + await place.notes(eve), "mine") == [2]
    assert await place.notes(kay) == []


async def test_a_failure_is_not_met_again_and_again(place: Relaying, monkeypatch: pytest.MonkeyPatch) -> None:
    ada, bob = await place.agent("ada"), await place.agent("bob")
    with monkeypatch.context() as broken:
        broken.setattr("muxer.exchange.relay.sighting", None)
        await place.commit(ada, "first")
    await place.commit(ada, "second")
    assert told_of(await place.notes(bob), "first", "second") == [1, 1]


async def test_the_first_commit_of_all_is_told(place: Relaying) -> None:
    bob = await place.agent("bob")
    git(place.home, "switch", "--quiet", "--orphan", "new")
    ada = await place.agent("ada", "here")
    await place.commit(ada, "first")
    await place.commit(ada, "second")
    assert told_of(await place.notes(bob), "first", "second") == [1, 1]
