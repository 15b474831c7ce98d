"""Real repositories, really watched."""

import asyncio
import os
import shutil
import subprocess
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from muxer.events import AgentChanged, TrunkMoved, Warned, WorkChanged
from muxer.model import Verdict, Workspace
from muxer.paths import homely
from tests.exchange.standing_agents import Crew, crew_in, kept, tries
from tests.house import until
from tests.workspaces.repositories import commit, git


@pytest.fixture
async def crew(tmp_path: Path) -> AsyncIterator[Crew]:
    async with crew_in(tmp_path) as made:
        yield made


@pytest.mark.parametrize("kind", ["worktree", "clone", "here"])
async def test_a_commit_is_seen(crew: Crew, kind: Workspace) -> None:
    ada = await crew.spawn("ada", kind)
    old = git(ada.folder, "rev-parse", "HEAD")
    new = commit(ada.folder, "mine", "1\n")
    await until(lambda: crew.moves_of(ada) == [(old, new)], "the commit")
    await until(lambda: crew.of(ada).head == new, "all of it")
    await until(lambda: WorkChanged(ada.pane) in crew.told, "the news")
    if kind == "worktree":
        assert crew.of(ada).ahead == 1
        await until(lambda: str(crew.shop) in crew.roots, "its repository")


async def test_at_first_sight_there_is_nothing_before(crew: Crew) -> None:
    ada = crew.add("ada")
    assert crew.standings.of(ada.pane) is None
    await until(lambda: crew.moves, "its head")
    assert crew.moves == [(ada.pane, "", git(ada.folder, "rev-parse", "HEAD"))]
    assert crew.told.count(WorkChanged(ada.pane)) <= 1


async def test_one_commit_makes_nobody_else_be_read(crew: Crew) -> None:
    ada, bob = await crew.spawn("ada"), await crew.spawn("bob")
    read: list[str] = []
    crew.standings.on_read.append(lambda agent, _: read.append(agent.pane))
    new = commit(ada.folder, "mine", "1\n")
    await until(lambda: crew.of(ada).head == new, "the commit")
    await crew.rest()
    assert set(read) == {ada.pane}
    assert crew.standings.of(bob.pane)


async def test_an_edit_is_seen_and_told_once(crew: Crew) -> None:
    ada = await crew.spawn("ada")
    Path(ada.folder, "read.me").write_text("1\n")
    await until(lambda: crew.of(ada).uncommitted == ("read.me",), "the edit")
    assert crew.told == [WorkChanged(ada.pane)]
    read: list[str] = []
    crew.standings.on_read.append(lambda agent, _: read.append(agent.pane))
    Path(ada.folder, "read.me").write_text("2\n")
    await until(lambda: read, "the next reading")
    assert crew.told == [WorkChanged(ada.pane)]
    assert crew.moves == []


async def test_several_commits_at_once_are_one_move_to_the_last(crew: Crew) -> None:
    ada = await crew.spawn("ada")
    old = git(ada.folder, "rev-parse", "HEAD")
    for number in range(5):
        new = commit(ada.folder, "mine", f"{number}\n")
    await until(lambda: crew.moves and crew.moves[-1][2] == new, "the last")
    steps = crew.moves_of(ada)
    assert steps[0][0] == old
    assert [before for before, _ in steps[1:]] == [now for _, now in steps[:-1]]
    assert kept(crew.shop) == set()


async def test_what_was_made_and_reset_away_between_two_looks_is_seen_and_kept(crew: Crew) -> None:
    ada = await crew.spawn("ada")
    old = git(ada.folder, "rev-parse", "HEAD")
    script = "git commit -qm lost --allow-empty && git rev-parse HEAD && git reset -q --hard HEAD^"
    lost = git(ada.folder, "-c", f"alias.blink=!{script}", "blink").strip()
    await until(lambda: kept(crew.shop) == {lost}, "the lost one")
    await crew.standings.look(ada)
    assert crew.moves_of(ada) == [(old, lost), (lost, old)]
    name = git(crew.shop, "for-each-ref", "--format=%(refname)", "refs/muxer/kept")
    assert name == f"refs/muxer/kept/ada/{lost[:12]}"


async def test_an_amended_commit_is_kept(crew: Crew) -> None:
    ada = await crew.spawn("ada")
    old = commit(ada.folder, "mine", "1\n")
    await until(lambda: crew.of(ada).head == old, "the commit")
    git(ada.folder, "commit", "--quiet", "--amend", "--message", "better")
    await until(lambda: kept(crew.shop) == {old}, "the old one")


async def test_a_rebase_tells_of_no_commit_that_its_end_holds(crew: Crew) -> None:
    ada = await crew.spawn("ada")
    for number in range(4):
        old = commit(ada.folder, f"f{number}", "1\n")
    commit(crew.shop, "theirs", "1\n")
    await crew.standings.look(ada)
    await crew.rest()
    git(ada.folder, "rebase", "--quiet", "main")
    new = git(ada.folder, "rev-parse", "HEAD")
    await until(lambda: crew.moves and crew.moves[-1][2] == new, "the end")
    await until(lambda: kept(crew.shop) == {old}, "the old ones")
    held = {*git(ada.folder, "rev-list", "HEAD").split()}
    assert {now for _, now in crew.moves_of(ada)} <= held


async def test_a_branch_that_is_left_needs_not_be_kept(crew: Crew) -> None:
    ada = await crew.spawn("ada")
    commit(ada.folder, "mine", "1\n")
    await crew.standings.look(ada)
    git(ada.folder, "switch", "--quiet", "--create", "side", "main")
    await until(lambda: crew.of(ada).branch == "side", "the other branch")
    await crew.rest()
    assert kept(crew.shop) == set()


@pytest.mark.parametrize("gone", ["branch", "remote", "rebase"])
async def test_what_another_reference_held_is_kept_when_that_moves(crew: Crew, gone: str) -> None:
    ada = await crew.spawn("ada")
    commit(crew.shop, "mine", "theirs\n")
    old = commit(ada.folder, "mine", "1\n")
    await crew.standings.look(ada)
    if gone == "branch":
        git(ada.folder, "switch", "--quiet", "--create", "side", "main")
    elif gone == "remote":
        git(crew.shop, "update-ref", "refs/remotes/origin/muxer/ada-l/ada/work", old)
        git(ada.folder, "commit", "--quiet", "--amend", "--message", "better")
    else:
        with pytest.raises(subprocess.CalledProcessError):
            git(ada.folder, "rebase", "--quiet", "main")
    await crew.standings.look(ada)
    await crew.rest()
    assert kept(crew.shop) == set()
    if gone == "branch":
        git(crew.shop, "branch", "--quiet", "-D", ada.branch)
    elif gone == "remote":
        git(crew.shop, "update-ref", "refs/remotes/origin/muxer/ada-l/ada/work", "main")
    else:
        git(ada.folder, "rebase", "--skip")
    await until(lambda: kept(crew.shop) == {old}, "the old one")


async def test_what_was_reset_away_while_no_host_ran_is_kept(crew: Crew) -> None:
    ada = await crew.spawn("ada")
    seen = git(ada.folder, "rev-parse", "HEAD")
    await crew.standings.look(ada)
    await crew.end()
    lost = commit(ada.folder, "mine", "1\n")
    git(ada.folder, "reset", "--quiet", "--hard", "HEAD^")
    crew.begin()
    crew.standings.known_head = lambda _: seen
    crew.standings.learn()
    await until(lambda: kept(crew.shop) == {lost}, "the lost one")
    ref = f"refs/muxer/kept/ada/{lost[:12]}"
    line = f"ada left commits behind while muxer was away, kept as {ref}: git -C {homely(ada.folder)} log HEAD..{ref}"
    await until(lambda: Warned(line) in crew.told, "the line")
    assert git(ada.folder, "log", "--format=%s", f"HEAD..{ref}") == "wrote mine"
    await crew.end()
    crew.told.clear()
    crew.begin()
    crew.standings.known_head = lambda _: seen
    crew.standings.learn()
    await until(lambda: crew.standings.of(ada.pane), "how it stands")
    assert [event for event in crew.told if isinstance(event, Warned)] == []


async def test_what_the_last_host_saw_is_kept_if_it_was_left_since(crew: Crew) -> None:
    ada = await crew.spawn("ada")
    seen = commit(ada.folder, "mine", "1\n")
    await crew.standings.look(ada)
    await crew.end()
    git(ada.folder, "commit", "--quiet", "--amend", "--message", "better")
    between = git(ada.folder, "rev-parse", "HEAD")
    git(ada.folder, "commit", "--quiet", "--amend", "--message", "best")
    crew.begin()
    crew.standings.known_head = lambda _: seen
    crew.standings.learn()
    await until(lambda: kept(crew.shop) == {seen, between}, "both")
    await until(lambda: any(isinstance(event, Warned) for event in crew.told), "the line")
    (line,) = [event.text for event in crew.told if isinstance(event, Warned)]
    assert f"kept as refs/muxer/kept/ada/{between[:12]}: " in line
    best = git(ada.folder, "rev-parse", "HEAD")
    await until(lambda: crew.moves_of(ada)[-1] == ("", best), "the first sight")


async def test_trouble_marks_its_own_workspace_only(crew: Crew) -> None:
    ada, bob, cyd = await crew.spawn("ada"), await crew.spawn("bob"), await crew.spawn("cyd")
    git(ada.folder, "switch", "--quiet", "--detach")
    shutil.rmtree(bob.folder)
    await until(lambda: (crew.of(ada).upset, crew.of(bob).upset) == ("detached", "gone"), "the marks")
    new = commit(cyd.folder, "mine", "1\n")
    await until(lambda: crew.of(cyd).head == new, "the commit")
    new = commit(ada.folder, "mine", "1\n")
    await until(lambda: crew.of(ada).head == new, "the commit without a branch")
    assert crew.of(cyd).upset is None


async def test_one_that_comes_back_is_read_again(crew: Crew) -> None:
    ada = await crew.spawn("ada")
    old = crew.of(ada)
    os.rename(ada.folder, f"{ada.folder}.aside")
    await until(lambda: crew.of(ada).upset == "gone", "the mark")
    os.rename(f"{ada.folder}.aside", ada.folder)
    await until(lambda: crew.of(ada) == old, "it as it was")
    assert crew.moves == []


async def test_a_rebase_that_stops_is_seen_and_its_end_too(crew: Crew) -> None:
    ada = await crew.spawn("ada")
    commit(ada.folder, "mine", "1\n")
    commit(crew.shop, "mine", "2\n")
    tries(ada.folder, "rebase", "main")
    await until(lambda: crew.of(ada).upset == "rebase", "the rebase")
    git(ada.folder, "rebase", "--abort")
    await until(lambda: crew.of(ada).upset is None, "its end")


async def test_before_the_first_commit_and_after_it(crew: Crew, tmp_path: Path) -> None:
    git(tmp_path, "init", "--quiet", "--initial-branch=main", "new")
    ada = crew.add("ada", "here")
    crew.part(ada)
    ada.folder = str(tmp_path / "new")
    crew.agents[ada.pane] = ada
    crew.standings.join(ada)
    await until(lambda: crew.standings.of(ada.pane), "it")
    assert crew.of(ada).upset == "unborn"
    await crew.rest()
    first = commit(ada.folder, "one", "1\n")
    await until(lambda: crew.moves_of(ada) == [("", first)], "the commit")


async def test_when_trunk_moves_all_are_read_against_it(crew: Crew) -> None:
    ada = await crew.spawn("ada")
    before = crew.tip
    commit(crew.shop, "theirs", "1\n")
    await until(lambda: str(crew.shop) in crew.roots, "the repository")
    crew.tell(TrunkMoved(str(crew.shop), before, crew.tip))
    await until(lambda: crew.of(ada).behind == 1, "how far it is behind")


async def test_a_look_is_newer_than_what_was_asked_for(crew: Crew) -> None:
    ada = await crew.spawn("ada")
    for number in range(5):
        Path(ada.folder, f"f{number}").write_text("1\n")
        one, other = await asyncio.gather(crew.standings.look(ada), crew.standings.look(ada))
        assert len(one.untracked) == len(other.untracked) == number + 1


async def test_who_leaves_is_read_no_more(crew: Crew) -> None:
    ada, bob = await crew.spawn("ada"), await crew.spawn("bob")
    crew.part(ada)
    assert crew.standings.of(ada.pane) is None
    commit(ada.folder, "mine", "1\n")
    new = commit(bob.folder, "mine", "1\n")
    await until(lambda: crew.of(bob).head == new, "the commit")
    assert crew.moves_of(ada) == []


async def test_two_in_one_folder_are_both_told_of(crew: Crew) -> None:
    ada, bob = await crew.spawn("ada", "here"), await crew.spawn("bob", "here")
    new = commit(crew.shop, "mine", "1\n")
    await until(lambda: crew.of(ada).head == crew.of(bob).head == new, "the commit")
    crew.part(ada)
    new = commit(crew.shop, "mine", "2\n")
    await until(lambda: crew.of(bob).head == new, "the next one")


async def test_files_that_are_not_watched_are_looked_at_when_a_turn_ends(crew: Crew) -> None:
    ada = await crew.spawn("ada")
    read: list[str] = []
    crew.standings.on_read.append(lambda agent, _: read.append(agent.pane))
    crew.standings._watch.blind = frozenset({ada.folder})
    ada.verdict = Verdict(state="working")
    crew.tell(AgentChanged(ada.pane))
    await crew.rest()
    assert read == []
    ada.verdict = Verdict(state="done")
    crew.tell(AgentChanged(ada.pane))
    await until(lambda: read, "the look")


async def test_what_cannot_be_kept_is_said_once_and_kept_later(crew: Crew) -> None:
    ada = await crew.spawn("ada")
    old = commit(ada.folder, "mine", "1\n")
    await crew.standings.look(ada)
    obstacle = crew.shop / ".git/refs/muxer/kept"
    obstacle.parent.mkdir(parents=True)
    obstacle.write_text("no folder\n")
    git(ada.folder, "commit", "--quiet", "--amend", "--message", "better")
    await until(lambda: any(isinstance(event, Warned) for event in crew.told), "the warning")
    git(ada.folder, "commit", "--quiet", "--allow-empty", "--message", "more")
    await crew.standings.look(ada)
    assert len([event for event in crew.told if isinstance(event, Warned)]) == 1
    obstacle.unlink()
    git(ada.folder, "commit", "--quiet", "--allow-empty", "--message", "and more")
    await until(lambda: kept(crew.shop) == {old}, "the old one")
