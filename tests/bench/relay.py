"""How soon a commit in one agent's workspace is a note that was submitted in the panes of the others."""

import asyncio
import tempfile
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from time import perf_counter
from unittest.mock import patch

from muxer.events import CommitSeen, Event
from muxer.exchange.courier import Courier
from muxer.exchange.dues import Dues
from muxer.exchange.relay import Relay
from muxer.exchange.standings import Standings
from muxer.fleet.agent import Agent
from muxer.fleet.pasting import SETTLING
from muxer.work import Coordination
from muxer.workspaces.coordination import TRUNK
from tests.bench.figures import Figure, Target, median, percentile
from tests.bench.scale import Scale
from tests.fleet.delivering import Delivering, delivering_in
from tests.house import until
from tests.workspaces.repositories import git, repository

AGENTS = 8
COMMITS = 40


def commits(scale: Scale) -> Iterator[Figure]:
    """One after the other, by agents in turn that rest between them; the limit of notes in a minute is lifted."""
    del scale
    with patch("muxer.exchange.recipients.MINUTE", 0.0):
        seen, submitted = asyncio.run(_measure())
    subject, name = "the relay", "commit to note submitted"
    note = f"{AGENTS} agents; 20 ms of it are the agent's own delay"
    yield Figure(
        subject=subject, name="commit to CommitSeen, p50", unit="ms", muxer=median(seen), target=Target(bound=50)
    )
    yield Figure(
        subject=subject, name=f"{name}, p50", unit="ms", muxer=median(submitted), target=Target(bound=150), note=note
    )
    yield Figure(
        subject=subject, name=f"{name}, p99", unit="ms", muxer=percentile(submitted, 0.99), target=Target(bound=500)
    )


async def _measure() -> tuple[list[float], list[float]]:
    with tempfile.TemporaryDirectory() as folder:
        async with delivering_in(Path(folder)) as place:
            return await Bench(place, Path(folder)).run()


class Bench:
    """Agents in panes and in worktrees, and all that lies between a commit and a note."""

    def __init__(self, place: Delivering, folder: Path) -> None:
        self.place, self.folder = place, folder
        self.home = repository(folder / "home")
        self.seen: list[float] = []
        self.submitted: list[float] = []
        self.waits: set[asyncio.Task[None]] = set()
        self.began = 0.0
        agents, store = place.agents, place.house.stores[-1]
        self.standings = Standings(agents, self.tell, lambda _: "")
        courier = Courier(
            agents, store, dues=Dues(agents, store, self.put), name=lambda agent: agent.token, trunk=self.trunk,
            label=lambda agent: agent.token, waiting=place.inbox.waiting,
        )  # fmt: skip
        self.relay = Relay(agents, store, self.tell, courier=courier, trunk=self.trunk, seen=self.standings.of)
        self.standings.on_moved.append(self.relay.moved)

    async def run(self) -> tuple[list[float], list[float]]:
        agents = [await self.agent(f"agent{number}") for number in range(AGENTS)]
        self.relay.learn()
        self.standings.learn()
        watching = asyncio.get_running_loop().create_task(self.standings.run())
        for agent in agents:
            await self.standings.look(agent)
        await self.relay.settled()
        for number in range(COMMITS):
            await self.commit(agents[number % AGENTS], number)
        self.standings.stop()
        self.relay.stop()
        watching.cancel()
        with suppress(asyncio.CancelledError):
            await watching
        return self.seen, self.submitted

    async def agent(self, name: str) -> Agent:
        tree = self.folder / name
        git(self.home, "worktree", "add", "--quiet", "-b", f"muxer/kim/{name}/work", str(tree))
        agent = await self.place.agent(name=name)
        agent.workspace, agent.folder = "worktree", str(tree)
        agent.branch, agent.source = f"muxer/kim/{name}/work", str(self.home)
        return agent

    async def commit(self, agent: Agent, number: int) -> None:
        """Made beforehand: what counts is from when git is asked to let its branch point to it."""
        await asyncio.sleep(SETTLING)  # who has just taken a text is not idle
        words = ("commit-tree", "HEAD^{tree}", "-p", "HEAD", "-m", f"step {number}")
        made = await asyncio.to_thread(git, agent.folder, *words)
        self.began = perf_counter()
        await asyncio.to_thread(git, agent.folder, "update-ref", "-m", "commit: step", "HEAD", made)
        await until(lambda: len(self.submitted) == (number + 1) * (AGENTS - 1), "all notes")

    async def put(self, agent: Agent, text: str, *, sender: str, kind: str) -> int:
        number = await self.place.inbox.put(agent, text, sender=sender, kind=kind)
        task = asyncio.get_running_loop().create_task(self.submits(number))
        self.waits.add(task)
        task.add_done_callback(self.waits.discard)
        return number

    async def submits(self, number: int) -> None:
        await self.place.inbox.left(number)
        self.submitted.append((perf_counter() - self.began) * 1000)

    def tell(self, event: Event) -> None:
        if isinstance(event, CommitSeen):
            self.seen.append((perf_counter() - self.began) * 1000)

    def trunk(self, _agent: Agent) -> Coordination:
        return Coordination(root=str(self.home), operator="kim", base="main", trunk=TRUNK)
