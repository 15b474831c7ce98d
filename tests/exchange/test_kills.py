"""Hosts that are killed between any two things that they write down: nothing is lost by that, nor told twice."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path

import pytest

from muxer.exchange.links import Link
from muxer.exchange.radar import Radar
from muxer.work import Clash, Coordination
from tests.exchange.relaying import Relaying, relaying_in, told_of
from tests.house import until
from tests.workspaces.repositories import commit, git
from tests.workspaces.transports import bare

PEER = "refs/heads/muxer/bob/claude/work"


@pytest.fixture
async def place(tmp_path: Path) -> AsyncIterator[Relaying]:
    async with relaying_in(tmp_path) as made:
        yield made


class Steps:
    """Host after host, each killed one step later than the one before, until one survives."""

    def __init__(self, place: Relaying, *, second: bool) -> None:
        self.place, self.second = place, second
        self.count = 0

    async def walk(self, work: Callable[[int], Awaitable[None]], after: Callable[[], Awaitable[None]]) -> None:
        """What a host does that may be killed, and what the one does that comes after it."""
        place = self.place
        while True:
            await self._host(self.count)
            doing = asyncio.ensure_future(work(self.count))
            await until(lambda: doing.done() or place.mortal.left == -1, "what it does")  # noqa: B023 - is over by then
            await place.rests_or_dies()
            doing.cancel()
            survived = place.mortal.left != -1
            if self.second:  # the next one is killed in the middle of what this one left
                await self._host(2)
            await place.next_host()
            await after()
            await place.read(*place.agents.values())
            if survived:
                return
            self.count += 1

    async def _host(self, dies_after: int) -> None:
        await self.place.close()
        await self.place.open(dies_after=dies_after)
        for agent in self.place.agents.values():
            self.place.look(agent)
        await self.place.ledger.learn()
        await self.place.learns_or_dies()


@pytest.fixture(params=[False, True])
def steps(place: Relaying, request: pytest.FixtureRequest) -> Steps:
    return Steps(place, second=request.param)


async def test_commits_of_our_own_are_told_once(steps: Steps) -> None:
    place = steps.place
    ada, bob, eve = [await place.agent(name) for name in ("ada", "bob", "eve")]
    names: list[str] = []

    async def work(step: int) -> None:
        for agent in (ada, bob):
            names.append(f"{agent.token}-{step}")
            commit(agent.folder, names[-1], "1\n")
            place.look(agent)
        await place.relay.settled()

    async def after() -> None:
        await place.rest()

    await steps.walk(work, after)
    assert steps.count > 5  # two heads, two announcements, what is owed, four notes, and that they are there
    notes = [note for agent in (ada, bob, eve) for note in await place.notes(agent)]
    assert told_of(await place.notes(eve), *names) == [1] * len(names)
    assert told_of(notes, *names) == [2] * len(names)


async def test_commits_of_other_operators_are_told_once(steps: Steps, tmp_path: Path) -> None:
    place = steps.place
    far = bare(tmp_path / "far.git", place.home)
    git(place.home, "remote", "add", "origin", str(far))
    git(tmp_path, "clone", "--quiet", str(far), str(tmp_path / "theirs"))
    ada, eve = [await place.agent(name) for name in ("ada", "eve")]
    where = Coordination(root=str(place.home), operator="ada-l", remote="origin", url=str(far), base="main")
    names: list[str] = []

    async def turn() -> None:
        await Link(lambda: where, dict, place.relay._store, place.told.append, place.relay.peer_moved).turn()
        await place.relay.settled()

    async def work(step: int) -> None:
        for name in (f"one-{step}", f"two-{step}"):
            names.append(name)
            commit(tmp_path / "theirs", name, "1\n")
        git(tmp_path / "theirs", "push", "--quiet", "origin", f"HEAD:{PEER}")
        await turn()

    await turn()
    await steps.walk(work, turn)
    assert steps.count > 4  # an announcement, the lease, what is owed, two notes, and that they are there
    for agent in (ada, eve):
        assert told_of(await place.notes(agent), *names) == [1] * len(names)


async def test_conflicts_are_told_once(steps: Steps) -> None:
    place = steps.place
    ada, bob = [await place.agent(name) for name in ("ada", "bob")]
    paths: list[str] = []

    async def sees() -> None:
        radar = Radar(
            place.agents, place.relay._store, place.told.append, dues=place.dues, root_of=lambda _: str(place.home),
            name_of=lambda agent: agent.token,
        )  # fmt: skip
        clash = Clash(one=ada.pane, other=bob.pane, paths=tuple(paths), conflicts=tuple(paths))
        radar.persists = 0.0
        radar._take({}, {(ada.pane, bob.pane): clash})
        await until(lambda: not radar._due and not radar._telling, "what it tells")

    async def work(step: int) -> None:
        paths.append(f"file-{step}.py")
        await sees()

    await steps.walk(work, sees)
    assert steps.count > 3  # that they are told and what is owed, two notes, and that they are there
    for agent in (ada, bob):
        notes = "\n".join(await place.notes(agent))
        assert [notes.count(path) for path in paths] == [1] * len(paths)
