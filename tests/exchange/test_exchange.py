"""All of it in one host: what one agent commits is told to the other, promoted, and brought under it."""

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from muxer.commands.table import VERBS, load_verbs, run
from muxer.events import CommitSeen, TrunkMoved, Warned
from muxer.fleet.agent import Agent
from muxer.model import Verdict
from tests.fleet.toys import knows, spawned, toy_cli
from tests.house import House, house_in, until
from tests.workspaces.repositories import commit, git, repository

load_verbs()


@pytest.fixture
async def house(tmp_path: Path) -> AsyncIterator[House]:
    async with house_in() as made:
        knows(made, toy_cli(tmp_path / "bin"))
        made.services.sentry.look = lambda pane: made.services.agents.living[pane].verdict  # type: ignore[method-assign]
        yield made
        made.services.end_exchange()


@pytest.fixture
def shop(tmp_path: Path) -> Path:
    return repository(tmp_path / "shop")


async def agent(house: House, shop: Path, name: str) -> Agent:
    """One that rests."""
    made = await spawned(house, shop, name=name)
    made.verdict = Verdict(state="idle", since=1.0)
    return made


async def asked(house: House, verb: str, **given: object) -> Any:
    return await run(VERBS[verb], house.services, given)


def notes(house: House, one: Agent) -> list[str]:
    return [note.text for note in house.services.inbox.waiting(one.pane)]


def lines(house: House) -> list[str]:
    return [event.text for event in house.happened(Warned) if isinstance(event, Warned)]


async def test_a_commit_goes_round(house: House, shop: Path) -> None:
    await house.services.begin_exchange()
    ada, bob = await agent(house, shop, "ada"), await agent(house, shop, "bob")
    house.services.inbox.mute(bob, muted=True)
    exchange = house.services.exchange
    await until(lambda: exchange.standings.of(ada.pane) and exchange.standings.of(bob.pane), "both standings")
    sha = commit(ada.folder, "money.py", "1 + 1")
    await until(lambda: house.happened(CommitSeen), "the commit")
    (seen,) = house.happened(CommitSeen)
    assert isinstance(seen, CommitSeen)
    assert (seen.pane, [one.sha for one in seen.commits]) == (ada.pane, [sha])
    await until(lambda: any(sha[:7] in text for text in notes(house, bob)), "a note to the other")
    assert notes(house, ada) == []

    rows = {row["name"]: row for row in (await asked(house, "status"))["agents"]}
    assert (rows["ada"]["ahead"], rows["bob"]["ahead"]) == (1, 0)

    said = await asked(house, "promote", agent="ada")
    assert said["done"]
    assert git(shop, "rev-parse", "muxer/trunk") == said["result"]
    await until(lambda: house.happened(TrunkMoved), "trunk's move")
    await until(lambda: git(bob.folder, "rev-parse", "HEAD") == said["result"], "the other's workspace on trunk")
    await until(lambda: not exchange.syncer.pending, "nothing that waits")
    assert [one for one in notes(house, bob) if sha[:7] in one] == notes(house, bob)[:1]


async def test_what_a_person_commits_comes_under_all_agents(house: House, shop: Path) -> None:
    await house.services.begin_exchange()
    ada, bob = await agent(house, shop, "ada"), await agent(house, shop, "bob")
    commit(ada.folder, "money.py", "1 + 1")
    await asked(house, "promote", agent="ada")
    own = commit(shop, "own", "1")
    await until(lambda: git(bob.folder, "merge-base", "HEAD", own) == own, "the other's workspace on it")
    assert git(shop, "rev-parse", "main", "muxer/trunk^2").split() == [own, own]


async def test_the_next_host_tells_of_what_was_committed_meanwhile(house: House, shop: Path) -> None:
    await house.services.begin_exchange()
    ada, bob = await agent(house, shop, "ada"), await agent(house, shop, "bob")
    await until(lambda: all(house.services.exchange.standings.of(one.pane) for one in (ada, bob)), "both standings")
    await house.services.exchange.relay.settled()
    house.services.inbox.mute(bob, muted=True)
    house.services.end_exchange()
    lost = commit(ada.folder, "lost.py", "1")
    git(ada.folder, "reset", "--quiet", "--hard", "HEAD^")
    sha = commit(ada.folder, "money.py", "1 + 1")
    house.leave()
    await house.open()
    await house.services.recover()
    await house.services.begin_exchange()
    bob = house.services.agents.find("bob")
    await until(lambda: any(sha[:7] in text for text in notes(house, bob)), "a note to the other")
    await until(lambda: any(f"kept/ada/{lost[:12]}:" in text for text in lines(house)), "a line for the person")
    assert not any(lost[:7] in text for text in notes(house, bob))


async def test_what_was_made_and_reset_away_before_anybody_looked_is_told(house: House, shop: Path) -> None:
    await house.services.begin_exchange()
    ada, bob = await agent(house, shop, "ada"), await agent(house, shop, "bob")
    house.services.inbox.mute(bob, muted=True)
    exchange = house.services.exchange
    await until(lambda: all(exchange.standings.of(one.pane) for one in (ada, bob)), "both standings")
    await until(lambda: ada.folder in exchange.standings._watch._reaches, "the watch")
    await exchange.relay.settled()
    sha = commit(ada.folder, "money.py", "1 + 1")
    git(ada.folder, "reset", "--quiet", "--hard", "HEAD^")
    await until(lambda: any(sha[:7] in text for text in notes(house, bob)), "a note to the other")


async def test_facts_that_cannot_be_read_are_said_and_stop_nothing_else(house: House, shop: Path) -> None:
    ada = await agent(house, shop, "ada")
    store = house.stores[-1]
    await store.ask(lambda connection: connection.execute("ALTER TABLE heads RENAME TO lost").rowcount)
    await house.services.begin_exchange()
    exchange = house.services.exchange
    assert lines(house) == ["what was written down cannot be read: no such table: heads"]
    await until(lambda: exchange.standings.of(ada.pane), "how it stands")
    await store.ask(lambda connection: connection.execute("ALTER TABLE lost RENAME TO heads").rowcount)
    sha = commit(ada.folder, "money.py", "1 + 1")
    await until(lambda: house.happened(CommitSeen), "the commit")
    (seen,) = house.happened(CommitSeen)
    assert isinstance(seen, CommitSeen)
    assert [one.sha for one in seen.commits] == [sha]


async def test_nothing_is_seen_before_it_begins_nor_after_it_ends(house: House, shop: Path) -> None:
    await agent(house, shop, "ada")
    house.services.end_exchange()
    assert not house.services.begun
    await house.services.begin_exchange()
    house.services.end_exchange()
    assert not house.services.begun
