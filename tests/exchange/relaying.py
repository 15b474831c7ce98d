"""Agents in real workspaces of one repository, a real store, and a relay between them that is told of each head.

Their inboxes are the real ledger's; nobody types what is in them.
"""

import asyncio
import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from time import time
from typing import Any, cast

from muxer.errors import StoreTrouble
from muxer.events import AgentChanged, CommitSeen, Event, WorkChanged
from muxer.exchange.courier import Courier
from muxer.exchange.dues import Dues
from muxer.exchange.links import PeerMoved
from muxer.exchange.relay import Relay
from muxer.fleet.agent import Agent
from muxer.fleet.agents import place_of_agent
from muxer.fleet.ledger import Ledger
from muxer.model import Note, PaneId, State, Verdict
from muxer.store.agents import KnownAgent, add_agent
from muxer.store.database import Store, open_store
from muxer.store.inbox import notes_of
from muxer.store.panes import open_pane
from muxer.work import Coordination, Standing
from muxer.workspaces.coordination import TRUNK
from muxer.workspaces.making import make
from muxer.workspaces.repository import Workplace, ground_of, slug
from muxer.workspaces.standing import standing_of
from tests.fleet.delivering import small_cli
from tests.house import until
from tests.store.filled import known_pane
from tests.workspaces.repositories import commit, git, repository


class Relaying:
    """One host's relay, and the next one's."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.home = repository(folder / "home")
        self.agents: dict[PaneId, Agent] = {}
        self.told: list[Event] = []
        self.seen: dict[PaneId, Standing] = {}
        self.store: Store
        self.relay: Relay

    async def open(self, *, dies_after: int | None = None) -> None:
        """Another host, which is killed after so many writes."""
        file = str(self.folder / "facts.db")
        self.store, _ = await open_store(file, on_logged=lambda _: None, on_trouble=lambda _: None)
        self.mortal = Mortal(self.store, dies_after)
        store = cast("Store", self.mortal)
        self.ledger = Ledger(store, lambda _: None)
        self.dues = Dues(self.agents, store, self.put)
        self.courier = Courier(
            self.agents, store, dues=self.dues, name=lambda agent: agent.token, label=self.label,
            trunk=lambda _: self.trunk, waiting=self.ledger.waiting,
        )  # fmt: skip
        self.relay = Relay(
            self.agents, store, self.told.append, courier=self.courier, trunk=lambda _: self.trunk,
            seen=self.seen.get,
        )  # fmt: skip

    async def begin(self) -> None:
        await self.ledger.learn()
        await self.dues.learn()
        self.relay.learn()
        await self.rest()

    async def learns_or_dies(self) -> None:
        learning = asyncio.get_running_loop().create_task(self.dues.learn())
        await until(lambda: learning.done() or self.mortal.left == -1, "what it learns")
        learning.cancel()
        self.relay.learn()
        await self.rests_or_dies()

    async def rests_or_dies(self) -> None:
        await until(lambda: not self.relay._tasks or self.mortal.left == -1, "its rest")

    async def close(self) -> None:
        self.relay.stop()
        await asyncio.gather(*self.relay._tasks.values(), return_exceptions=True)
        await self.store.close()

    async def next_host(self) -> None:
        """It sees all agents first."""
        await self.close()
        await self.open()
        for agent in self.agents.values():
            self.look(agent)
        await self.begin()

    def label(self, agent: Agent) -> str:
        return f"{self.trunk.operator}/{slug(agent.token)}"

    @property
    def trunk(self) -> Coordination:
        return Coordination(root=str(self.home), operator="ada-l", base="main", trunk=TRUNK, tip="")

    async def put(self, agent: Agent, text: str, *, sender: str, kind: str) -> int:
        """As an inbox does."""
        del kind
        number = self.ledger.next_number()
        self.ledger.add(
            Note(id=number, agent=agent.id, pane=agent.pane, sender=sender, text=text, state="queued", queued_at=time())
        )
        return number

    async def agent(self, name: str, kind: str = "worktree", state: State = "idle") -> Agent:
        if kind == "here":
            place = Workplace(kind="here", folder=str(self.home))
        else:
            ground = ground_of(str(self.home))
            assert ground
            place = make(kind, ground, name=name, under=str(self.folder / "trees"))  # type: ignore[arg-type]
        number = await self.store.ask(add_agent, KnownAgent(name=name, cli="small"))
        await self.store.ask(open_pane, known_pane(number))
        agent = Agent(number, f"p{number}", small_cli(), token=name, folder=place.folder, spawned_at=time())
        agent.workspace, agent.source = place.kind, place.source
        agent.branch = place.branch
        agent.verdict = Verdict(state=state)
        self.agents[agent.pane] = agent
        git(place.folder, "config", "user.name", "Ada Lovelace")
        git(place.folder, "config", "user.email", "ada@example.org")
        await self.see(agent)
        return agent

    # ---- what happens

    def look(self, agent: Agent) -> None:
        """Its head is read."""
        now = standing_of(place_of_agent(agent), "")
        before, self.seen[agent.pane] = self.seen.get(agent.pane), now
        if before is None or before.head != now.head:
            self.relay.moved(agent, before, now)
        self.relay.heard(WorkChanged(agent.pane))

    async def see(self, *agents: Agent) -> None:
        for agent in agents:
            self.look(agent)
        await self.rest()

    async def commit(self, agent: Agent, name: str, text: str = "1\n") -> str:
        """One that is seen."""
        sha = commit(agent.folder, name, text)
        await self.see(agent)
        return sha

    async def read(self, *agents: Agent) -> None:
        """They take what waits for them."""
        for agent in agents:
            if numbers := [note.id for note in self.ledger.waiting(agent.pane)]:
                self.ledger.end(numbers, "submitted")
            self.relay.heard(AgentChanged(agent.pane))
        await self.rest()

    async def peer(self, name: str, before: str, after: str) -> None:
        operator, _, agent = name.partition("/")
        self.relay.peer_moved(PeerMoved(str(self.home), operator, agent, before, after))
        await self.rest()

    async def rest(self) -> None:
        await self.relay.settled()

    async def notes(self, agent: Agent) -> list[str]:
        """Who says what to it."""
        await self.store.settled()
        kept = await self.store.read(notes_of, agent.id, 1000)
        return [f"{one.note.sender}: {one.note.text}" for one in kept]

    def commits_seen(self) -> list[tuple[PaneId, list[str]]]:
        events = [event for event in self.told if isinstance(event, CommitSeen)]
        return [(event.pane, [commit.subject for commit in event.commits]) for event in events]


@asynccontextmanager
async def relaying_in(folder: Path) -> AsyncIterator[Relaying]:
    made = Relaying(folder)
    await made.open()
    try:
        await made.begin()
        yield made
    finally:
        await made.close()


def told_of(notes: list[str], *names: str) -> list[int]:
    """How often each file's commit is told."""
    return [len(re.findall(rf'"(?:[^"]*: )?wrote {name}"', "\n".join(notes))) for name in names]


class Mortal:
    """A store whose host is killed after so many writes: what comes then is never done, and never answered.

    As long as it `refuses`, its disk is full.
    """

    def __init__(self, store: Store, dies_after: int | None) -> None:
        self._store, self.left = store, dies_after
        self.refuses = False

    def note(self, work: Any, *args: Any, **kwargs: Any) -> None:
        if self._lives():
            self._store.note(work, *args, **kwargs)

    async def ask(self, work: Any, *args: Any, **kwargs: Any) -> Any:
        if not self._lives():
            await asyncio.Event().wait()
        if self.refuses:
            raise StoreTrouble("nothing can be written down now: the disk is full")
        return await self._store.ask(work, *args, **kwargs)

    async def read(self, work: Any, *args: Any) -> Any:
        if self.left == -1:
            await asyncio.Event().wait()
        return await self._store.read(work, *args)

    def _lives(self) -> bool:
        if self.left is not None and self.left >= 0:
            self.left -= 1
        return self.left != -1
