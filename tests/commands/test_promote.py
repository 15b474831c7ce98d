"""The verbs that bring an agent's work to trunk, as people say them."""

import asyncio
import os
from collections.abc import AsyncIterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from muxer.commands.line import obey
from muxer.commands.table import load_verbs, run, verb_named
from muxer.commands.typed import read_words
from muxer.errors import MuxerError, UnknownName, UsageError
from muxer.exchange.promoting import Promoter
from muxer.exchange.proving import Proving
from muxer.exchange.pulling import Pulled, Pulls
from muxer.fleet.agent import Agent
from muxer.fleet.agents import place_of_agent
from muxer.model import Verdict
from muxer.settings.project_settings import choose, read_project
from muxer.work import Coordination, Standing
from muxer.workspaces.coordination import coordination_of
from muxer.workspaces.repository import BRANCHES
from muxer.workspaces.standing import standing_of
from tests.house import House, house_in
from tests.workspaces.repositories import commit, git, repository

load_verbs()


class Shop:
    """A repository with two agents, and a host."""

    def __init__(self, house: House, home: Path) -> None:
        self.house, self.home = house, home
        self.seen: dict[str, Standing] = {}
        services = house.services
        proving = Proving(services.tell, under=f"{home.parent}/checks", env=os.environ)
        self.pulls = Pulls(services.store, services.projects, ref_of=self.ref_of)
        promoter = Promoter(
            services.agents.living, services.store, services.tell, projects=services.projects, proving=proving,
            pulls=self.pulls, under=f"{home.parent}/promoting", name=lambda agent: services.agents.facts(agent).name,
            seen=lambda agent: self.seen.get(agent.pane), look=self.look, trunk=self.trunk, ref_of=self.ref_of,
            moved=lambda _root: None, put=services.inbox.put,
        )  # fmt: skip
        vars(services)["exchange"] = SimpleNamespace(promoter=promoter)

    def trunk(self, _agent: Agent) -> Coordination:
        return coordination_of(str(self.home), read_project(str(self.home)).project)

    def ref_of(self, agent: Agent) -> str:
        return f"{BRANCHES}{agent.branch}"

    async def look(self, agent: Agent) -> Standing:
        standing = await asyncio.to_thread(standing_of, place_of_agent(agent), self.trunk(agent).tip)
        self.seen[agent.pane] = standing
        return standing

    def agent(self, name: str) -> Agent:
        return self.house.services.agents.find(name)

    async def say(self, *words: str) -> tuple[list[str], int]:
        text, status = await obey(verb_named(words[0]), words[1:], self.house.services, cwd=str(self.home))
        return text.splitlines(), status

    async def ask(self, verb: str, **arguments: object) -> Any:
        return await run(verb_named(verb), self.house.services, arguments)

    def set(self, name: str, *words: str) -> None:
        choose(str(self.home), name, words)


@pytest.fixture
async def shop(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Shop]:
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "config"))
    home = repository(tmp_path / "home")
    async with house_in() as house:
        made = Shop(house, home)
        spawn = verb_named("spawn")
        for name in ("ada", "bob"):
            words = ["--exec", "cat", "--name", name, "--workspace", "worktree"]
            await run(spawn, house.services, read_words(spawn, words, cwd=str(home))[0])
            agent = made.agent(name)
            agent.verdict = Verdict(state="idle")
            await made.look(agent)
        yield made


async def test_it_says_what_would_land_and_then_lands_it(shop: Shop) -> None:
    ada, bob = shop.agent("ada"), shop.agent("bob")
    first = commit(ada.folder, "read.me", "ada\nand more\n")
    commit(bob.folder, "read.me", "bob\n")
    await shop.look(bob)
    second = commit(ada.folder, "other\x1b.py", "1\n")
    Path(ada.folder, "notes.txt").write_text("half\n")
    bob.verdict = Verdict(state="working")
    shop.set("check", "test -e read.me")
    lines, status = await shop.say("promote", "ada", "--dry-run")
    assert status == 0
    assert lines[:3] == [
        "ada → muxer/trunk  merge",
        f"{first[:7]}  wrote read.me   read.me   +2 −1",
        f"{second[:7]}  wrote other.py  other.py  +1 −0",
    ]
    assert lines[3:7] == [
        "not included  1 not committed: notes.txt",
        "conflicts     trunk none · bob in read.me",
        "check         test -e read.me",
        "after         ada waits: 1 file is not committed · bob waits: its agent works",
    ]
    assert lines[7].startswith("muxer/trunk would be at ")
    lines, _ = await shop.say("promote", "ada", "--dry-run", "--check", "--squash")
    assert "check         test -e read.me · green" in lines
    assert git(shop.home, "for-each-ref", "refs/heads/muxer/trunk") == ""
    lines, status = await shop.say("promote", "ada")
    assert (lines[-1], status) == (f"muxer/trunk is at {git(shop.home, 'rev-parse', '--short=12', 'muxer/trunk')}", 0)
    lines, _ = await shop.say("promote", "ada", "--undo")
    base = git(shop.home, "rev-parse", "--short=12", "main")
    assert lines == [f"muxer/trunk is at {base} again, without 'wrote other.py'"]


async def test_chosen_commits_are_picked(shop: Shop) -> None:
    ada = shop.agent("ada")
    one, two, three = [commit(ada.folder, name, "1\n") for name in ("one", "two", "three")]
    lines, _ = await shop.say("pick", "ada", three[:9], "--dry-run")
    assert lines[0] == "ada → muxer/trunk  rebase"
    await shop.say("pick", "ada", three[:9], one)
    assert git(shop.home, "log", "--format=%s", "main..muxer/trunk").splitlines() == ["wrote three", "wrote one"]
    await shop.say("promote", "ada", "--rebase", "--commits", f"{one}..{two}")
    assert git(shop.home, "log", "-1", "--format=%s", "muxer/trunk") == "wrote two"


async def test_what_cannot_land_is_one_line(shop: Shop) -> None:
    lines, status = await shop.say("promote", "ada", "--dry-run")
    assert (lines[-1], status) == ("muxer/trunk has all that ada committed", 1)
    with pytest.raises(MuxerError, match="has all that ada committed"):
        await shop.ask("promote", agent="ada")
    with pytest.raises(UsageError, match="say one of them: --merge or --squash"):
        await shop.ask("promote", agent="ada", merge=True, squash=True)
    with pytest.raises(UsageError, match="say one of them: --check or --no-check"):
        await shop.ask("promote", agent="ada", check=True, no_check=True)
    with pytest.raises(UnknownName):
        await shop.ask("promote", agent="zoe")
    with pytest.raises(MuxerError, match="nothing was promoted"):
        await shop.ask("promote", agent="ada", undo=True)


async def test_a_red_check_keeps_it_out_unless_nobody_asks(shop: Shop) -> None:
    commit(shop.agent("ada").folder, "one", "1\n")
    shop.set("check", "echo broken; exit 7")
    with pytest.raises(MuxerError, match="the check exited 7: all that it said is in"):
        await shop.ask("promote", agent="ada")
    said = await shop.ask("promote", agent="ada", no_check=True)
    assert (said["done"], said["checked"], said["shared"]) == (True, "", False)


async def test_a_pull_request_is_said(shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    commit(shop.agent("ada").folder, "one", "1\n")
    with pytest.raises(UsageError, match="it stays on this machine"):
        await shop.ask("promote", agent="ada", pr=True)
    git(shop.home, "remote", "add", "origin", str(shop.home))
    git(shop.home, "fetch", "--quiet", "origin")
    shop.set("remote", "origin")
    shop.set("base", "main")

    async def propose(*_: object, **__: object) -> Pulled:
        return Pulled(branch="b", url="https://x/7", number=7, is_new=True)

    monkeypatch.setattr(shop.pulls, "propose", propose)
    lines, _ = await shop.say("promote", "ada", "--pr")
    assert lines[-1] == "pull request 7 is open: https://x/7"
    said = await shop.ask("promote", agent="ada")
    assert (said["done"], said["shared"], said["pull"]["number"]) == (False, True, 7)
