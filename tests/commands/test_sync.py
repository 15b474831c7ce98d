"""The verbs that bring trunk to workspaces, and to the branch that a person has checked out."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from muxer.commands.line import obey
from muxer.commands.table import load_verbs, run, verb_named
from muxer.commands.typed import read_words
from muxer.errors import MuxerError, UnknownName, UsageError
from muxer.exchange.syncing import Syncer
from muxer.fleet.agent import Agent
from muxer.fleet.agents import place_of_agent
from muxer.model import Verdict
from muxer.work import Coordination, Standing
from muxer.workspaces.standing import standing_of
from tests.house import House, house_in
from tests.workspaces.repositories import commit, git, repository

load_verbs()


@pytest.fixture
async def house(tmp_path: Path) -> AsyncIterator[House]:
    home = repository(tmp_path / "home")
    git(home, "worktree", "add", "--quiet", "-b", "muxer/trunk", str(tmp_path / "trunk"))

    def trunk(_agent: Agent) -> Coordination:
        tip = git(home, "rev-parse", "muxer/trunk")
        return Coordination(root=str(home), operator="ada", base="main", trunk="refs/heads/muxer/trunk", tip=tip)

    async def look(agent: Agent) -> Standing:
        return await asyncio.to_thread(standing_of, place_of_agent(agent), trunk(agent).tip)

    async with house_in() as made:
        services = made.services
        syncer = Syncer(
            services.agents.living, services.store, services.tell, seen=lambda _: None, look=look, trunk=trunk,
            verdict=lambda agent: agent.verdict, put=services.inbox.put,
        )  # fmt: skip
        vars(services)["exchange"] = SimpleNamespace(syncer=syncer)
        yield made
        syncer.stop()


async def spawned(house: House, home: Path, *names: str) -> None:
    for name in names:
        words = ["--exec", "cat", "--name", name, "--workspace", "worktree"]
        verb = verb_named("spawn")
        await run(verb, house.services, read_words(verb, words, cwd=str(home))[0])


async def said(house: House, *words: str, cwd: Path | str = "") -> list[str]:
    """As people read it."""
    text, status = await obey(verb_named(words[0]), words[1:], house.services, cwd=str(cwd))
    assert status == 0
    return text.splitlines()


async def asked(house: House, *words: str) -> Any:
    verb = verb_named(words[0])
    return await run(verb, house.services, read_words(verb, words[1:])[0])


async def test_all_are_shown_and_the_urged_one_is_moved(house: House, tmp_path: Path) -> None:
    assert await said(house, "sync") == ["there is no agent with a workspace of its own"]
    await spawned(house, tmp_path / "home", "ada", "bob")
    assert await said(house, "sync") == ["ada  it has all of muxer/trunk", "bob  it has all of muxer/trunk"]
    tip = commit(tmp_path / "trunk", "theirs", "1\n")
    for agent in house.services.agents.living.values():
        agent.verdict = Verdict(state="working")
    assert await said(house, "sync") == ["ada  its agent works", "bob  its agent works"]
    [row] = await asked(house, "sync", "bob", "--now")
    bob = house.services.agents.find("bob")
    assert (row["agent"], row["what"]) == ("bob", "moved")
    assert git(bob.folder, "rev-parse", "HEAD") == tip
    assert next(note.text for note in house.services.inbox.waiting(bob.pane)).startswith("Your workspace was moved")
    [row] = await asked(house, "sync", "ada", "--abort")
    assert row == {"agent": "ada", "what": "left", "words": "given up until trunk moves again"}


async def test_wrong_words_are_one_line(house: House) -> None:
    with pytest.raises(UsageError, match="say either --now or --abort"):
        await asked(house, "sync", "--now", "--abort")
    with pytest.raises(UnknownName):
        await asked(house, "sync", "nobody")


async def test_trunk_is_landed_where_a_person_works(house: House, tmp_path: Path) -> None:
    home = tmp_path / "home"
    assert await said(house, "land", cwd=home) == ["main has all of muxer/trunk"]
    tip = commit(tmp_path / "trunk", "theirs", "1\n")
    short = tip[:12]
    assert await said(house, "land", "--dry-run", cwd=home) == [
        f"main would go forward to muxer/trunk: {short}, 1 file changed"
    ]
    assert not (home / "theirs").exists()
    await spawned(house, home, "ada")
    ada = house.services.agents.find("ada")
    head = git(ada.folder, "rev-parse", "HEAD")
    assert await said(house, "land", cwd=ada.folder) == [f"main went forward to muxer/trunk: {short}, 1 file changed"]
    assert (git(home, "rev-parse", "main"), git(ada.folder, "rev-parse", "HEAD")) == (tip, head)
    commit(home, "mine", "1\n")
    commit(tmp_path / "trunk", "theirs", "2\n")
    [line] = await said(house, "land", cwd=home)
    assert line.startswith("main got a merge of muxer/trunk: ")


async def test_outside_a_repository_it_says_so(house: House, tmp_path: Path) -> None:
    with pytest.raises(MuxerError, match="is in no git repository: say which project"):
        await said(house, "land", cwd=tmp_path)
