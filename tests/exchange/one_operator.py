"""One operator's host, as far as sharing goes, in a process with a home of its own.

It is told in lines what to do, and tells in lines of JSON what it hears.
"""

import asyncio
import json
import sys

from muxer.events import Event, Warned
from muxer.exchange import links
from muxer.exchange.links import PeerMoved
from muxer.exchange.remotes import Remotes
from muxer.exchange.trunks import Trunks
from muxer.fleet.agent import Agent
from muxer.fleet.agents import place_of_agent
from muxer.model import PaneId
from muxer.settings.project_settings import choose
from muxer.store.database import open_store
from muxer.store.projects import Project
from muxer.workspaces.making import make
from muxer.workspaces.repository import ground_of
from muxer.workspaces.standing import standing_of
from tests.fleet.delivering import small_cli
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


def tell_peer(moved: PeerMoved) -> None:
    tell(peer=f"{moved.operator}/{moved.agent}", before=moved.before, after=moved.after)


async def main(root: str, state: str) -> None:
    links.SETTLE = 0.05
    store, _ = await open_store(f"{state}/facts.db", on_logged=lambda _: None, on_trouble=lambda _: None)
    agents: dict[PaneId, Agent] = {}
    trunks = Trunks(NoProjects(), tell_event)
    remotes = Remotes(agents, store, tell_event, trunks=trunks, name=lambda agent: agent.token)
    trunks.on_changed.append(remotes.tend)
    remotes.on_peer_moved.append(tell_peer)
    choose(root, "remote", ["origin"])
    ground = ground_of(root)
    assert ground
    while line := await asyncio.to_thread(sys.stdin.readline):
        match line.split():
            case ["spawn", name]:
                place = make("worktree", ground, name=name, under=f"{state}/trees")
                agent = Agent(
                    len(agents), f"p{len(agents)}", small_cli(), token=name, folder=place.folder, spawned_at=1
                )
                agent.workspace, agent.branch, agent.source = place.kind, place.branch, place.source
                agents[agent.pane] = agent
                remotes.seen(agent, standing_of(place, ""))
                tell(spawned=name)
            case ["commit", name, file]:
                agent = next(agent for agent in agents.values() if agent.token == name)
                head = commit(agent.folder, file, f"{name} {file}\n")
                remotes.seen(agent, standing_of(place_of_agent(agent), ""))
                tell(committed=head)
            case ["look"]:
                remotes.look(root)
            case _:
                break
    remotes.stop()
    trunks.stop()
    await store.close()


if __name__ == "__main__":
    asyncio.run(main(*sys.argv[1:]))
