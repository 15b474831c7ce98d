"""Agents that really start, in workspaces of real repositories."""

import asyncio
import json
import os
import shutil
import sqlite3
from contextlib import closing
from dataclasses import asdict
from pathlib import Path

import pytest

from muxer.agents.spec import Cli
from muxer.errors import MuxerError, SpawnFailed, UnknownName, UsageError
from muxer.fleet.agent import Agent
from muxer.fleet.spawning import Wanted
from muxer.model import Workspace
from muxer.settings.project_settings import choose
from muxer.store.agents import KnownAgent, add_agent, gone_agents, living_agents
from muxer.workspaces.making import make
from muxer.workspaces.repository import ground_of, lock_of
from tests.fleet.toys import knows, spawned, toy_cli
from tests.house import House, until
from tests.workspaces.repositories import commit, git


async def test_an_agent_works_in_a_worktree_of_its_own(house: House, shop: Path) -> None:
    agent = await spawned(house, shop, prompt="fix it", role="fixer", circle="api")
    await house.shows(agent.pane, "new toy: fix it.")
    facts = house.services.agents.facts(agent)
    assert (facts.name, facts.cli, facts.role, facts.circle, facts.workspace) == (
        "toy",
        "toy",
        "fixer",
        "api",
        "worktree",
    )
    assert facts.folder == f"{house.paths.state}/worktrees/shop/toy"
    assert facts.branch == "muxer/ada-l/toy/work"
    assert git(facts.folder, "branch", "--show-current") == facts.branch
    assert house.panes.living[agent.pane].cwd == facts.folder
    assert lock_of(facts.folder) == "muxer: toy works here"
    assert house.services.agents.by_token(agent.token) is agent


async def test_who_it_is_is_written_down_before_its_program_starts(house: House, shop: Path) -> None:
    seen = shop / "seen"
    script = f"import sqlite3, os; print(sqlite3.connect('{house.paths.database}').execute("
    script += "'SELECT name, pane, token FROM agents').fetchall() == [(os.environ['MUXER_AGENT'],"
    script += f" int(os.environ['MUXER_PANE'][1:]), os.environ['MUXER_TOKEN'])], file=open('{seen}', 'w'))"
    await spawned(house, shop, command=("python3", "-c", script), workspace="here")
    await until(lambda: seen.exists() and seen.read_text(), "what it saw")
    assert seen.read_text() == "True\n"


async def test_the_same_is_known_to_the_next_host(house: House, shop: Path) -> None:
    agent = await spawned(house, shop, prompt="fix it", model="big", auto=True)
    (known,) = await house.services.store.read(living_agents)
    assert (known.id, known.name, known.pane, known.session) == (agent.id, "toy", agent.pane, agent.session)
    assert (known.choices["model"], known.choices["auto"], known.choices["prompt"]) == ("big", True, "fix it")
    assert known.choices["source"] == str(shop)


@pytest.mark.parametrize("kind", ["clone", "here"])
async def test_it_works_where_it_is_told_to(house: House, shop: Path, kind: Workspace) -> None:
    agent = await spawned(house, shop, workspace=kind)
    await house.shows(agent.pane, "new toy")
    assert agent.workspace == kind
    assert (agent.folder == str(shop)) is (kind == "here")
    assert git(agent.folder, "rev-parse", "HEAD") == git(shop, "rev-parse", "HEAD")


async def test_outside_of_a_repository_it_works_in_the_folder_and_says_so(house: House, tmp_path: Path) -> None:
    made = await house.services.spawner.spawn(Wanted(cwd=str(tmp_path)))
    assert made.said.endswith("is in no git repository: it works in the folder itself")
    assert made.agent.folder == str(tmp_path)
    with pytest.raises(UsageError, match="choose --workspace here"):
        await spawned(house, tmp_path, workspace="worktree")


async def test_a_project_says_where_and_how(house: House, shop: Path) -> None:
    await house.services.projects.add(str(shop), "market")
    choose(str(shop), "workspace", ["clone"])
    agent = await spawned(house, "/", project="market")
    assert (agent.project, agent.workspace) == ("market", "clone")
    assert agent.folder == f"{house.paths.state}/worktrees/market/toy"


async def test_names_that_panes_or_gone_agents_have_are_not_given_again(house: House, shop: Path) -> None:
    first = await spawned(house, shop)
    await house.services.close_pane(house.panes.living[first.pane])
    await house.services.open_pane(["cat"], cwd="/", name="toy-2")
    second = await spawned(house, shop)
    assert house.services.agents.facts(second).name == "toy-3"


async def test_no_agent_poses_as_muxer_from_its_first_name_on(house: House, shop: Path) -> None:
    with pytest.raises(UsageError, match="'Muxer' could be taken for muxer"):
        await spawned(house, shop, name="Muxer")
    ada = await spawned(house, shop, name="ada")
    with pytest.raises(UsageError, match="'muxer!' could be taken for muxer"):
        await house.panes.rename(house.panes.living[ada.pane], "muxer!")
    assert house.services.agents.facts(ada).name == "ada"


async def test_of_two_with_one_name_at_once_one_gets_it(house: House, shop: Path) -> None:
    both = await asyncio.gather(
        spawned(house, shop, name="ada"), spawned(house, shop, name="ada"), return_exceptions=True
    )
    errors = [one for one in both if isinstance(one, BaseException)]
    assert [str(error) for error in errors] == ["a pane is named 'ada' already: choose another name"]
    assert [house.services.agents.facts(one).name for one in house.services.agents.living.values()] == ["ada"]
    assert os.listdir(f"{house.paths.state}/worktrees/shop") == ["ada"]


async def test_a_missing_program_comes_with_what_installs_it(house: House, shop: Path, toy: Cli) -> None:
    os.unlink(toy.binary[0])
    with pytest.raises(MuxerError, match=r"^Toy is not installed: get toy$"):
        await spawned(house, shop, cli="toy")
    assert not os.path.exists(f"{house.paths.state}/worktrees")


async def test_the_last_one_is_spawned_again(house: House, shop: Path, tmp_path: Path, toy: Cli) -> None:
    other = toy_cli(tmp_path / "other", "other")
    knows(house, toy, other)
    with pytest.raises(UsageError, match=r"^other and toy are installed: say which, muxer spawn --cli other$"):
        await spawned(house, shop)
    await spawned(house, shop, cli="other")
    assert (await spawned(house, shop)).cli is other
    with pytest.raises(UnknownName, match="did you mean other"):
        await spawned(house, shop, cli="othr")


async def test_a_failed_start_leaves_nothing_behind(house: House, shop: Path) -> None:
    before = git(shop, "branch", "--list"), git(shop, "worktree", "list")
    with pytest.raises(SpawnFailed):
        await spawned(house, shop, command=("/no/such/program",))
    await house.services.store.settled()
    assert (git(shop, "branch", "--list"), git(shop, "worktree", "list")) == before
    assert os.listdir(f"{house.paths.state}/worktrees/shop") == []
    assert os.listdir(f"{house.paths.state}/agents") == []
    assert house.services.agents.living == {}
    with closing(sqlite3.connect(house.paths.database)) as facts:
        assert facts.execute("SELECT * FROM agents").fetchall() == []
    assert (await spawned(house, shop)).folder.endswith("/toy")


async def test_who_asked_may_go_meanwhile(house: House, shop: Path) -> None:
    asked = asyncio.ensure_future(spawned(house, shop))
    await until(lambda: os.path.isdir(f"{house.paths.state}/worktrees/shop/toy"))
    asked.cancel()
    await until(lambda: house.services.agents.living and house.panes.living)
    await house.shows("p1", "new toy")


async def test_one_that_is_gone_leaves_its_work_unlocked(house: House, shop: Path) -> None:
    agent = await spawned(house, shop)
    commit(agent.folder, "a", "a")
    await house.services.close_pane(house.panes.living[agent.pane])
    assert house.services.agents.of(agent.pane) is None
    assert house.services.agents.by_token(agent.token) is None
    await until(lambda: not lock_of(agent.folder), "its being unlocked")
    assert Path(agent.folder, "a").read_text() == "a"
    await house.services.store.settled()
    assert [known.name for known in await house.services.store.read(gone_agents)] == ["toy"]


async def test_one_that_is_gone_comes_back_to_its_work_and_its_conversation(house: House, shop: Path) -> None:
    agent = await spawned(house, shop, prompt="fix it", role="fixer")
    await house.shows(agent.pane, "new toy: fix it.")
    await house.services.close_pane(house.panes.living[agent.pane])
    await house.services.store.settled()
    known = await house.services.agents.gone("toy")
    back = (await house.services.spawner.restore(known)).agent
    await house.shows(back.pane, "again toy: .")
    assert (back.id, back.folder, back.session, back.role) == (agent.id, agent.folder, agent.session, "fixer")
    assert back.token != agent.token
    assert lock_of(back.folder) == "muxer: toy works here"
    assert [one.pane for one in await house.services.store.read(living_agents)] == [back.pane]
    with pytest.raises(MuxerError, match="toy is back already"):
        await house.services.spawner.restore(known)


async def test_who_comes_back_at_once_is_locked_again(house: House, shop: Path) -> None:
    agent = await spawned(house, shop)
    await house.services.store.settled()
    (known,) = await house.services.store.read(living_agents)
    for _ in range(3):
        await house.services.close_pane(house.panes.living[agent.pane])
        agent = (await house.services.spawner.restore(known)).agent
        assert lock_of(agent.folder) == "muxer: toy works here"
    await house.services.spawner._locking.acquire()
    assert lock_of(agent.folder) == "muxer: toy works here"


async def test_without_a_conversation_it_comes_back_with_its_prompt(house: House, shop: Path, tmp_path: Path) -> None:
    (tmp_path / "bin" / "talks" / "forgetful").touch()
    agent = await spawned(house, shop, prompt="fix it")
    await house.shows(agent.pane, "new toy: fix it.")
    await house.services.close_pane(house.panes.living[agent.pane])
    await house.services.store.settled()
    made = await house.services.spawner.restore(await house.services.agents.gone("toy"))
    assert made.said == "nothing was written down of its conversation, so it begins a new one"
    await house.shows(made.agent.pane, "new toy: fix it.")


async def test_one_whose_folder_is_gone_does_not_come_back(house: House, tmp_path: Path) -> None:
    (tmp_path / "plain").mkdir()
    agent = await spawned(house, tmp_path / "plain")
    await house.services.close_pane(house.panes.living[agent.pane])
    await house.services.store.settled()
    known = await house.services.agents.gone("toy")
    os.rename(agent.folder, f"{agent.folder}-moved")
    with pytest.raises(MuxerError, match="where toy worked, is gone: muxer spawn begins a new one"):
        await house.services.spawner.restore(known)


async def test_one_whose_workspace_is_gone_gets_it_again(house: House, shop: Path) -> None:
    agent = await spawned(house, shop)
    tip = commit(agent.folder, "a", "a")
    await house.services.close_pane(house.panes.living[agent.pane])
    await house.services.store.settled()
    shutil.rmtree(agent.folder)
    back = (await house.services.spawner.restore(await house.services.agents.gone("toy"))).agent
    assert (back.folder, git(back.folder, "rev-parse", "HEAD")) == (agent.folder, tip)
    assert lock_of(back.folder) == "muxer: toy works here"


def environment(house: House, agent: Agent) -> dict[str, str]:
    """What the program in its pane has, read from outside."""
    raw = Path(f"/proc/{house.panes.living[agent.pane].pid}/environ").read_bytes()
    return dict(entry.split("=", 1) for entry in raw.decode().split("\0") if "=" in entry)


async def test_its_program_knows_where_it_works(house: House, shop: Path) -> None:
    ada, eve = await spawned(house, shop, name="ada"), await spawned(house, shop, name="eve", workspace="clone")
    await house.shows(eve.pane, "new eve")
    env = environment(house, eve)
    assert {name: value for name, value in env.items() if name.startswith(("MUXER_PORT", "MUXER_WORK"))} == {
        "MUXER_PORT": "20010",
        "MUXER_PORTS": "20010-20019",
        "MUXER_WORKSPACE": eve.folder,
    }
    assert (env["MUXER_ROOT"], env["MUXER_BRANCH"], eve.source) == (str(shop), "muxer/ada-l/eve/work", str(shop))
    assert (ada.ports, eve.ports) == ((20_000, 10), (20_010, 10))


async def test_several_at_once_have_ports_of_their_own_and_gone_ones_none(house: House, shop: Path) -> None:
    both = await asyncio.gather(*(spawned(house, shop, name=name) for name in ("ada", "eve")))
    assert {agent.ports for agent in both} == {(20_000, 10), (20_010, 10)}
    (first,) = [agent for agent in both if agent.ports[0] == 20_000]
    name = house.services.agents.facts(first).name
    await house.services.close_pane(house.panes.living[first.pane])
    await house.services.store.settled()
    assert (await spawned(house, shop, name="bob")).ports == (20_000, 10)
    known = await house.services.agents.gone(name)
    assert (await house.services.spawner.restore(known)).agent.ports == (20_020, 10)
    await house.services.store.settled()
    kept = [known.choices["ports"] for known in await house.services.store.read(living_agents)]
    assert sorted(kept) == [20_000, 20_010, 20_020]


async def test_it_gets_what_the_project_gives_and_what_cannot_be_given_is_said(house: House, shop: Path) -> None:
    commit(shop, ".gitignore", ".env\n")
    (shop / ".env").write_text("KEY=1")
    (shop / "notes").write_text("x")
    (shop / "read.me").write_text("changed")
    await house.services.projects.add(str(shop), "market")
    choose(str(shop), "copies", [".env", "notes"])
    (shop / ".muxer").mkdir()
    (shop / ".muxer" / "config.toml").write_text("[project]\nports = 3\n")
    made = await house.services.spawner.spawn(Wanted(project="market"))
    assert Path(made.agent.folder, ".env").read_text() == "KEY=1"
    assert made.said.splitlines() == [
        f"what is not committed in {shop} stays there: it begins at the last commit",
        "notes was not copied: git does not ignore it, so it would count as the agent's work",
    ]
    assert made.agent.ports == (20_000, 3)


async def test_the_setup_runs_once_in_its_pane_and_then_the_agent(house: House, shop: Path) -> None:
    await house.services.projects.add(str(shop), "market")
    choose(str(shop), "setup", ["echo ready in $PWD >> made; echo 'it is' done"])
    agent = await spawned(house, shop, prompt="go")
    await house.shows(agent.pane, "it is done")
    await house.shows(agent.pane, "new toy: go.")
    await house.services.supervisor.restart(house.panes.living[agent.pane])
    await house.shows(agent.pane, "again toy")
    assert Path(agent.folder, "made").read_text() == f"ready in {agent.folder}\n"
    assert not (shop / "made").exists()


async def test_a_setup_that_fails_leaves_the_workspace_to_look_at_and_runs_again(house: House, shop: Path) -> None:
    await house.services.projects.add(str(shop), "market")
    choose(str(shop), "setup", ["echo no network; test -e fixed"])
    agent = await spawned(house, shop)
    await house.shows(agent.pane, "setup failed: exit 1; toy was not started")
    await until(lambda: house.panes.living[agent.pane].exit, "its end")
    Path(agent.folder, "fixed").touch()
    await house.services.supervisor.restart(house.panes.living[agent.pane])
    await house.shows(agent.pane, "new toy")


async def test_a_setup_that_nobody_agreed_to_is_not_run(house: House, shop: Path) -> None:
    (shop / ".muxer").mkdir()
    (shop / ".muxer" / "config.toml").write_text("[project]\nsetup = 'touch made'\n")
    await house.services.projects.add(str(shop), "market")
    made = await house.services.spawner.spawn(Wanted(project="market"))
    assert "the setup of market was not run: muxer project agree market lets it" in made.said
    await house.shows(made.agent.pane, "new toy")
    assert not Path(made.agent.folder, "made").exists()


async def test_a_worktree_of_a_person_is_worked_in_and_survives_everything(house: House, shop: Path) -> None:
    folder = str(shop.parent / "fix")
    git(shop, "worktree", "add", "--quiet", "-b", "fix", folder)
    with pytest.raises(SpawnFailed):
        await spawned(house, folder, adopt=folder, command=("/no/such/program",))
    assert os.path.isdir(folder)
    agent = await spawned(house, folder, adopt=folder)
    assert (agent.workspace, agent.folder, agent.branch, agent.source) == ("worktree", folder, "fix", str(shop))
    with pytest.raises(UsageError, match="toy works there: muxer spawn --workspace here adds another"):
        await spawned(house, folder, adopt=folder)
    await house.services.close_pane(house.panes.living[agent.pane])
    await house.services.store.settled()
    assert await house.services.clearing.clear(await house.services.agents.gone("toy")) == ""
    assert os.path.isdir(folder)
    assert git(shop, "branch", "--list", "fix")


async def test_what_a_killed_host_left_half_made_is_taken_away(house: House, shop: Path) -> None:
    agent = await spawned(house, shop, name="ada")
    under = f"{house.paths.state}/worktrees/shop"
    ground = ground_of(str(shop))
    assert ground
    half = make("worktree", ground, name="eve", under=under)
    never = KnownAgent(name="eve", cli="toy", workspace="worktree", folder=half.folder, branch=half.branch)
    await house.services.store.ask(add_agent, never)
    Path(f"{agent.folder}.making").write_text(json.dumps({**asdict(half), "folder": agent.folder}))
    await house.services.spawner.tidy()
    assert os.listdir(under) == ["ada"]
    assert "eve" not in git(shop, "branch", "--list")
    assert [known.name for known in await house.services.store.read(living_agents)] == ["ada"]
