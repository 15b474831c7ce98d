"""One operator's host, as far as sharing and relaying go, in a process with a home of its own.

It is told in lines what to do, and tells in lines of JSON what it hears.
"""

import asyncio
import json
import sys
from contextlib import suppress
from pathlib import Path
from time import time

from muxer.events import Event, PaneChanged, Warned
from muxer.exchange import links
from muxer.exchange.courier import Courier
from muxer.exchange.dues import Dues
from muxer.exchange.relay import Relay
from muxer.exchange.remotes import Remotes
from muxer.exchange.trunks import Trunks
from muxer.fleet.agent import Agent
from muxer.fleet.agents import place_of_agent
from muxer.fleet.ledger import Ledger
from muxer.model import Note, PaneId, Verdict
from muxer.settings.project_settings import choose
from muxer.store.agents import KnownAgent, add_agent
from muxer.store.database import Store, open_store
from muxer.store.panes import open_pane
from muxer.store.projects import Project
from muxer.workspaces.making import make
from muxer.workspaces.repository import ground_of
from muxer.workspaces.standing import standing_of
from tests.fleet.delivering import small_cli
from tests.store.filled import known_pane
from tests.workspaces.repositories import commit


class NoProjects:
    def of(self, folder: str) -> Project | None:
        del folder
        return None


def tell(**said: object) -> None:
    sys.stdout.write(f"{json.dumps(said)}\n")
    sys.stdout.flush()


def tell_event(event: Event) -> None:
    tell(event=type(event).__name__, text=event.text if isinstance(event, Warned) else "")


class Host:
    """Its agents, and what they give others and are given."""

    def __init__(self, root: str, state: str, store: Store) -> None:
        self.root, self.state, self.store = root, state, store
        self.known = Path(state, "agents.json")
        self.agents: dict[PaneId, Agent] = {}
        self.ledger = Ledger(store, lambda _: None)
        self.trunks = Trunks(NoProjects(), tell_event)
        self.remotes = Remotes(self.agents, store, tell_event, trunks=self.trunks, name=lambda agent: agent.token)
        self.dues = Dues(self.agents, store, self.put)
        courier = Courier(
            self.agents, store, dues=self.dues, name=lambda agent: agent.token, label=self.remotes.label,
            trunk=self.trunks.of, waiting=self.ledger.waiting,
        )  # fmt: skip
        self.relay = Relay(self.agents, store, tell_event, courier=courier, trunk=self.trunks.of, seen=lambda _: None)
        self.trunks.on_changed.append(self.remotes.tend)
        self.remotes.on_peer_moved.append(self.relay.peer_moved)

    async def put(self, agent: Agent, text: str, *, sender: str, kind: str) -> int:
        """As an inbox does."""
        del kind
        number = self.ledger.next_number()
        self.ledger.add(
            Note(id=number, agent=agent.id, pane=agent.pane, sender=sender, text=text, state="queued", queued_at=time())
        )
        await self.store.settled()
        tell(to=agent.token, sender=sender, note=text)
        return number

    async def learn(self) -> None:
        """Its agents are those of the host before."""
        choose(self.root, "remote", ["origin"])
        await self.ledger.learn()
        with suppress(FileNotFoundError):
            for known in json.loads(self.known.read_text()):
                self.join(*known)
        await self.dues.learn()
        self.relay.learn()
        for agent in self.agents.values():
            self.look(agent)

    def join(self, number: int, name: str, folder: str, branch: str) -> Agent:
        agent = Agent(number, f"p{number}", small_cli(), token=name, folder=folder, spawned_at=1)
        agent.workspace, agent.branch, agent.source = "worktree", branch, self.root
        agent.verdict = Verdict(state="idle")
        self.agents[agent.pane] = agent
        return agent

    async def spawn(self, name: str) -> None:
        ground = ground_of(self.root)
        assert ground
        place = make("worktree", ground, name=name, under=f"{self.state}/trees")
        number = await self.store.ask(add_agent, KnownAgent(name=name, cli="small"))
        await self.store.ask(open_pane, known_pane(number))
        self.look(self.join(number, name, place.folder, place.branch))
        known = [(agent.id, agent.token, agent.folder, agent.branch) for agent in self.agents.values()]
        self.known.write_text(json.dumps(known))
        await self.relay.settled()

    def look(self, agent: Agent) -> None:
        now = standing_of(place_of_agent(agent), "")
        self.relay.moved(agent, None, now)
        self.remotes.seen(agent, now)

    def called(self, name: str) -> Agent:
        return next(agent for agent in self.agents.values() if agent.token == name)

    async def obey(self, *words: str) -> bool:
        """Go on after that?"""
        match words:
            case ["spawn", name]:
                await self.spawn(name)
                tell(spawned=name)
            case ["commit", name, file]:
                agent = self.called(name)
                tell(committed=commit(agent.folder, file, f"{name} {file}\n"))
                self.look(agent)
            case ["rename", name, new]:
                agent = self.called(name)
                agent.token = new
                self.remotes.heard(PaneChanged(agent.pane))
                tell(renamed=new)
            case ["look"]:
                self.remotes.look(self.root)
            case _:
                return False
        return True


async def main(root: str, state: str) -> None:
    links.SETTLE = 0.05
    store, _ = await open_store(f"{state}/facts.db", on_logged=lambda _: None, on_trouble=lambda _: None)
    host = Host(root, state, store)
    await host.learn()
    while await host.obey(*(await asyncio.to_thread(sys.stdin.readline)).split()):
        pass
    for one in (host.remotes, host.relay, host.trunks):
        one.stop()
    await store.close()


if __name__ == "__main__":
    asyncio.run(main(*sys.argv[1:]))
