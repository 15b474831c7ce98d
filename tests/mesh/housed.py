"""Agents that ask each other: small ones in real panes, and the mesh of one host, which may die.

`python -m tests.mesh.housed FOLDER STORY STEP` is such a host: ada asks bob, and it is killed right before it writes
down that much. What it wrote before is durable; agents and keeper live on.
"""

import asyncio
import os
import signal
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from muxer.agents.spec import Cli
from muxer.config import Config
from muxer.fleet.agent import Agent
from muxer.store.agents import place_agent
from muxer.store.database import Store
from muxer.store.writer import Job
from muxer.talk import Ask, Peer
from tests.fleet.delivering import Delivering, small_cli
from tests.house import House, house_in, until
from tests.mesh.meeting import Meeting

QUESTION, ANSWER, KEY = "which port?", "8080", "talk:1"


class Housed(Delivering):
    """One host's mesh of agents."""

    mesh: Meeting

    def begin(self) -> None:
        house = self.house
        self.mesh = Meeting(house.stores[-1], house.panes, house.custody.dictation)
        self.mesh.agents.living.update(self.agents)
        self.agents, self.inbox = self.mesh.agents.living, self.mesh.inbox
        self.inbox.look = self.look
        house.panes.on_output = self.seen
        house.services.listeners.append(self.mesh.tell)

    async def agent(self, *words: str, name: str = "ada", cli: Cli | None = None) -> Agent:
        made = await super().agent(*words, name=name, cli=cli)
        await self.house.stores[-1].ask(place_agent, made.id, made.pane, name, name)
        self.mesh.agents.join(made, name)
        return made

    async def peers(self, *names: str) -> list[Peer]:
        return [self.mesh.peers.of_agent(await self.agent(name=name)) for name in names]

    def read(self, name: str, text: str) -> int:
        """How often an agent was typed that."""
        return sum(text in prompt for prompt in self.prompts(name))

    async def story(self, which: str, ada: Peer, bob: Peer) -> Ask:
        """Ada asks bob; when he has read it he replies, or she `cancels`. She `waits` for it, or goes on."""
        asks = self.mesh.asks
        asked = await asks.ask(ada, bob, QUESTION, key=KEY, waits=which == "waits")
        waiting = asyncio.ensure_future(asks.outcome(asked.id, ada)) if which == "waits" else None
        await self.prompted(1, "bob")
        if which == "cancels":
            await asks.cancel(ada, asked.id)
            await until(lambda: self.read("bob", "no answer any more"), "word of it")
        else:
            await asks.reply(bob, asked.id, ANSWER)
        if which == "goes on":
            await until(lambda: self.read("ada", ANSWER), "the answer")
        return await (waiting or asks.find(asked.id))


@asynccontextmanager
async def housed_in(folder: Path) -> AsyncIterator[Housed]:
    async with house_in() as house:
        made = Housed(house, folder)
        await made.mesh.learn()
        try:
            yield made
        finally:
            made.mesh.stop()


@asynccontextmanager
async def next_host_in(folder: Path) -> AsyncIterator[Housed]:
    """Where one was killed."""
    house = House(str(folder), Config())
    await house.open()
    try:
        for pane in await house.panes.recover():
            house.panes.terminals[pane].start()
        made = Housed(house, folder)
        await made.mesh.learn({"small": small_cli()})
        yield made
        made.mesh.stop()
    finally:
        house.services.supervisor.end()
        house.panes.close()
        await house.custody.stop()
        await house.stores[-1].close()


def kill_before(store: Store, step: int) -> list[Job]:
    """What is written from now on; the one of that number never is."""
    written: list[Job] = []
    put = store._put

    def put_or_die(job: Job) -> None:
        written.append(job)
        if len(written) == step:
            store._writer.finish()
            os.kill(os.getpid(), signal.SIGKILL)
        put(job)

    store._put = put_or_die  # type: ignore[method-assign]
    return written


async def live(folder: str, which: str, step: int) -> None:
    house = House(folder, Config())
    await house.open()
    housed = Housed(house, Path(folder))
    await housed.mesh.learn()
    ada, bob = await housed.peers("ada", "bob")
    await house.stores[-1].settled()
    written = kill_before(house.stores[-1], step)
    found = await housed.story(which, ada, bob)
    os.write(1, f"{found.outcome} {len(written)}".encode())
    await house.stores[-1].settled()
    os.kill(os.getpid(), signal.SIGKILL)


if __name__ == "__main__":
    asyncio.run(live(sys.argv[1], sys.argv[2], int(sys.argv[3])))
