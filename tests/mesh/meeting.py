"""A mesh without a host: real peers, post, asks and store. Guests need no keeper; agents live in a house's panes."""

import asyncio
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from pathlib import Path
from typing import cast

from muxer.agents.spec import Cli
from muxer.config import Config
from muxer.events import AskChanged, Event
from muxer.fleet.agents import Agents
from muxer.fleet.inbox import Inbox
from muxer.fleet.panes import Panes
from muxer.mesh.asks import Asks
from muxer.mesh.guests import Guests
from muxer.mesh.pace import Pace
from muxer.mesh.peers import Peers
from muxer.mesh.post import Post
from muxer.paths import HostPaths
from muxer.settable import Mesh
from muxer.store.database import Store, open_store
from muxer.talk import Ask, Message, Peer, PeerId
from muxer.terminal.custody import Custody
from muxer.terminal.dictation import Dictation

LIMITS = Mesh(ask_timeout=60, pair_rate=1_000_000, circle_rate=1_000_000, loop=1_000_000)


class Meeting:
    """One host's mesh."""

    def __init__(self, store: Store, panes: Panes, dictation: Dictation, limits: Mesh = LIMITS) -> None:
        self.store, self.panes = store, panes
        self.told: list[Event] = []
        self.agents = Agents(store, panes)
        self.inbox = Inbox(store, panes, self.agents.living, self.tell, dictation=dictation)
        self.guests = Guests(store, self.tell)
        self.peers = Peers(self.agents, panes, self.guests, store, self.tell)
        self.post = Post(self.peers, self.inbox, store, Pace(lambda: limits), self.tell)
        self.asks = Asks(self.post, self.peers, store, self.tell, timeout=lambda: limits.ask_timeout)
        self.inbox.notes.on_end = self.asks.note_ended

    def tell(self, event: Event) -> None:
        self.told.append(event)
        self.agents.heard(event)
        self.peers.heard(event)
        self.post.heard(event)
        self.asks.heard(event)

    async def learn(self, clis: Mapping[str, Cli] | None = None) -> None:
        """Go on where the last host was."""
        await self.agents.learn(clis or {})
        await self.inbox.learn()
        await self.peers.learn()
        await self.post.learn()
        await self.asks.learn()

    def stop(self) -> None:
        self.asks.stop()
        self.inbox.stop()
        self.guests.stop()

    # ---- who there is

    async def guest(self, name: str) -> Peer:
        """It comes and stays."""
        return self.peer((await self.guests.join(name)).peer)

    def peer(self, peer: PeerId) -> Peer:
        found = self.peers.by_id(peer)
        assert found
        return found

    def leaves(self, guest: Peer) -> None:
        self.guests.leave(self.guests.living[guest.id])

    @property
    def person(self) -> Peer:
        return self.peers.person

    # ---- what they learn

    def unread(self, peer: Peer) -> list[Message]:
        return self.post.unread(peer.id)

    def outcomes(self, number: int) -> list[str]:
        """Each outcome of an ask that was told of."""
        told = [event.ask for event in self.told if isinstance(event, AskChanged) and event.ask.id == number]
        return list(dict.fromkeys(ask.outcome for ask in told))

    async def answered(self, asker: Peer, answerer: Peer, question: str, answer: str) -> Ask:
        """One asks and waits, the other replies."""
        asked = await self.asks.ask(asker, answerer, question)
        waiting = asyncio.ensure_future(self.asks.outcome(asked.id, asker))
        await self.asks.reply(answerer, asked.id, answer)
        return await waiting


async def opened(file: str) -> Store:
    def trouble(why: str) -> None:
        assert not why, why

    store, said = await open_store(file, on_logged=lambda _: None, on_trouble=trouble)
    assert not said
    return store


class Place:
    """Where hosts come and go, and only the file stays."""

    def __init__(self, folder: Path) -> None:
        self._paths = HostPaths("t", str(folder / "run"), str(folder / "state"))
        self._stores: list[Store] = []

    async def open(self, limits: Mesh = LIMITS) -> Meeting:
        store = await opened(self._paths.database)
        self._stores.append(store)
        # Guests have no panes, so there is no keeper to ask.
        panes = Panes(cast("Custody", None), self._paths, Config(), {}, lambda _: None, store=store)
        self.meeting = Meeting(store, panes, cast("Dictation", None), limits)
        await self.meeting.learn()
        return self.meeting

    async def next_host(self) -> Meeting:
        """This one dies, and another goes on."""
        self.meeting.stop()
        await self.meeting.store.settled()
        return await self.open()

    async def close(self) -> None:
        self.meeting.stop()
        for store in self._stores:
            await store.close()


@asynccontextmanager
async def place_in(folder: Path) -> AsyncIterator[Place]:
    (folder / "run").mkdir(mode=0o700, parents=True)
    (folder / "state").mkdir()
    place = Place(folder)
    try:
        yield place
    finally:
        await place.close()
