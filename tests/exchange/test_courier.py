"""Announced commits come to the agents that are to be told of them, in few notes and in their own time."""

import re
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from muxer.events import AgentChanged
from muxer.model import Verdict
from tests.exchange.relaying import Relaying, relaying_in, told_of
from tests.house import until
from tests.workspaces.repositories import git


@pytest.fixture
async def place(tmp_path: Path) -> AsyncIterator[Relaying]:
    async with relaying_in(tmp_path) as made:
        yield made


async def test_what_was_told_is_not_owed_any_more(place: Relaying) -> None:
    ada, bob = await place.agent("ada"), await place.agent("bob")
    await place.commit(ada, "mine")
    await place.store.settled()
    await place.store.ask(lambda connection: connection.execute("DELETE FROM inbox").rowcount)
    await place.next_host()
    assert await place.notes(bob) == []


async def test_a_burst_of_two_hundred_is_a_digest_and_all_are_facts(place: Relaying) -> None:
    ada, bob = await place.agent("ada"), await place.agent("bob")
    for number in range(200):
        git(ada.folder, "commit", "--quiet", "--allow-empty", "--message", f"step {number}")
    await place.see(ada)
    [note] = await place.notes(bob)
    assert len(note) < 2100
    assert "made 200 commits" in note
    assert '"step 199"' in note
    assert re.search(r"and \d+ older ones", note)
    assert f"git log --stat -n 200 {git(ada.folder, 'rev-parse', '--short=7', 'HEAD')}" in note
    [(_, subjects)] = place.commits_seen()
    assert subjects == [f"step {number}" for number in range(200)]


async def test_many_notes_become_one_that_comes_later(place: Relaying, monkeypatch: pytest.MonkeyPatch) -> None:
    ada, bob = await place.agent("ada"), await place.agent("bob")
    names = [f"file{number}" for number in range(12)]
    for name in names:
        await place.commit(ada, name)
    assert len(await place.notes(bob)) == 6
    await place.read(bob)
    assert len(await place.notes(bob)) == 6
    monkeypatch.setattr("muxer.exchange.recipients.MINUTE", 0.0)
    await place.commit(ada, "last")
    notes = await place.notes(bob)
    assert len(notes) == 7
    assert "made 7 commits" in notes[-1]
    assert told_of(notes, *names) == [1] * 12


async def test_what_the_minute_holds_back_comes_by_itself(place: Relaying, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("muxer.exchange.recipients.MINUTE", 0.3)
    ada, bob = await place.agent("ada"), await place.agent("bob")
    await place.relay.choose(bob, "digest", [])
    await place.commit(ada, "first")
    await place.commit(ada, "second")
    assert told_of(await place.notes(bob), "first", "second") == [1, 0]
    await until(lambda: len(place.ledger.waiting(bob.pane)) == 2)


async def test_circles_paths_and_off_are_heeded(place: Relaying) -> None:
    ada, bob, eve, kay, joe = [await place.agent(name) for name in ("ada", "bob", "eve", "kay", "joe")]
    ada.circle, bob.circle, joe.circle = "api", "api", "web"
    await place.relay.choose(eve, "paths", ["*.py"])
    await place.relay.choose(kay, "off", [])
    await place.commit(ada, "a.py")
    await place.commit(ada, "b.md")
    assert told_of(await place.notes(bob), "a.py", "b.md") == [1, 1]
    assert told_of(await place.notes(eve), "a.py", "b.md") == [1, 0]
    assert await place.notes(kay) == await place.notes(joe) == []
    await place.relay.choose(kay, "all", [])
    await place.rest()
    assert await place.notes(kay) == []
    places = {one.agent: one for one in await place.relay.places([bob, eve])}
    assert (places[eve.id].mode, places[eve.id].paths, places[bob.id].mode) == ("paths", ("*.py",), "all")


async def test_a_digest_comes_when_the_turn_ends(place: Relaying) -> None:
    ada, bob = await place.agent("ada"), await place.agent("bob", state="working")
    await place.relay.choose(bob, "digest", [])
    await place.commit(ada, "first")
    await place.commit(ada, "second")
    place.relay.heard(AgentChanged(bob.pane))
    await place.rest()
    assert await place.notes(bob) == []
    bob.verdict = Verdict(state="done")
    place.relay.heard(AgentChanged(bob.pane))
    await place.rest()
    [note] = await place.notes(bob)
    assert told_of([note], "first", "second") == [1, 1]


async def test_in_a_clone_it_is_said_where_git_knows_it(place: Relaying) -> None:
    ada, bob, eve = await place.agent("ada"), await place.agent("bob", "clone"), await place.agent("eve", "clone")
    sha = await place.commit(ada, "mine")
    other = await place.commit(bob, "his")
    [from_ada] = await place.notes(bob)
    [from_bob] = await place.notes(ada)
    assert f"git -C {place.home} show {sha[:7]}" in from_ada
    assert f"git -C {bob.folder} show {other[:7]}" in from_bob
    assert len(await place.notes(eve)) == 2


async def test_two_agents_that_answer_each_other_come_to_rest(place: Relaying) -> None:
    ada, bob = await place.agent("ada"), await place.agent("bob")
    await place.commit(ada, "begin")
    answers = 0
    while waiting := [agent for agent in (ada, bob) if place.ledger.waiting(agent.pane)]:
        for agent in waiting:
            answers += 1
            assert answers < 30
            await place.read(agent)
            await place.commit(agent, f"answer{answers}")
    assert answers == 12


async def test_alone_there_is_nobody_to_tell(place: Relaying) -> None:
    ada = await place.agent("ada")
    await place.commit(ada, "mine")
    assert place.commits_seen() == [(ada.pane, ["wrote mine"])]
    assert await place.notes(ada) == []
