"""What workspaces give each other, wired once: seen, announced, shared, kept on trunk, promoted, and their clashes."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping

from muxer.errors import MuxerError
from muxer.events import Event, Warned
from muxer.exchange.courier import Courier
from muxer.exchange.dues import Dues
from muxer.exchange.following import Follower
from muxer.exchange.promoting import Promoter
from muxer.exchange.proving import Proving
from muxer.exchange.pulling import Pulls
from muxer.exchange.radar import Radar
from muxer.exchange.relay import Relay
from muxer.exchange.remotes import Remotes
from muxer.exchange.standings import Standings
from muxer.exchange.syncing import Syncer
from muxer.exchange.trunks import Trunks
from muxer.fleet.agent import Agent
from muxer.fleet.crew import Crew
from muxer.fleet.projects import Projects
from muxer.model import Verdict
from muxer.store import commits
from muxer.store.database import Store
from muxer.work import Standing


class Exchange:
    """One for the host; it hears every event, after the crew."""

    def __init__(
        self, crew: Crew, projects: Projects, store: Store, tell: Callable[[Event], None], *, state: str,
        env: Mapping[str, str],
    ) -> None:  # fmt: skip
        living, put = crew.agents.living, crew.inbox.put

        def name(agent: Agent) -> str:
            return crew.agents.facts(agent).name

        def seen(agent: Agent) -> Standing | None:
            return self.standings.of(agent.pane)

        def verdict(agent: Agent) -> Verdict:
            return crew.sentry.look(agent.pane)

        self._living, self._store, self._tell = living, store, tell
        self.trunks = trunks = Trunks(projects, tell)
        self.standings = Standings(living, tell, trunks.tip)
        self.remotes = Remotes(living, store, tell, trunks=trunks, name=name)
        self.dues = Dues(living, store, put)
        courier = Courier(
            living, store, dues=self.dues, name=name, label=self.remotes.label, trunk=trunks.of,
            waiting=crew.inbox.waiting,
        )  # fmt: skip
        self.relay = Relay(living, store, tell, courier=courier, trunk=trunks.of, seen=self.standings.of)
        self.syncer = Syncer(
            living, store, tell, seen=seen, look=self.standings.look, trunk=trunks.of, verdict=verdict, put=put
        )
        self.radar = Radar(living, store, tell, root_of=trunks.root_of, name_of=name, dues=self.dues)
        self.proving = Proving(tell, under=f"{state}/checks", env=env)
        self.promoter = Promoter(
            living, store, tell, projects=projects, proving=self.proving, under=f"{state}/promoting", name=name,
            pulls=Pulls(store, projects, ref_of=self.remotes.ref_of), seen=seen, look=self.standings.look,
            trunk=trunks.of, ref_of=self.remotes.ref_of, moved=trunks.look, put=put,
        )  # fmt: skip
        self.follower = Follower(projects, tell, known=trunks.known, check=self.promoter.check, moved=trunks.look)
        self.standings.name_of = name
        self.standings.on_moved.append(self.relay.moved)
        self.standings.on_read += [self.remotes.seen, self.radar.read]
        self.standings.on_refs += [trunks.look, self.follower.look]
        trunks.on_changed += [self.remotes.tend, lambda where: self.follower.look(where.root)]
        self.remotes.on_peer_moved.append(self.relay.peer_moved)
        self._watching: asyncio.Task[None] | None = None

    async def begin(self) -> None:
        """Go on where the last host was, once agents are known. What cannot be is said, and stops nothing else."""
        await asyncio.to_thread(self.proving.clear)
        await self._learn(self.dues.learn, self._heads)
        self._watching = asyncio.ensure_future(self.standings.run())
        self.standings.learn()
        self.follower.begin({self.trunks.root_of(agent) for agent in self._living.values()})
        await self._learn(self.promoter.learn, self.syncer.learn)
        self.relay.learn()

    async def _learn(self, *parts: Callable[[], Awaitable[None]]) -> None:
        for learn in parts:
            try:
                await learn()
            except MuxerError as error:
                self._tell(Warned(str(error)))

    async def _heads(self) -> None:
        """Where they were when the last host saw them."""
        heads = await self._store.read(commits.heads)
        self.standings.known_head = lambda agent: heads.get(agent.id, "")

    def heard(self, event: Event) -> None:
        """Something happened."""
        self.standings.heard(event)
        self.remotes.heard(event)
        self.relay.heard(event)
        self.radar.heard(event)
        self.proving.heard(event)
        self.syncer.heard(event)

    def stop(self) -> None:
        """Begin nothing any more."""
        for one in (
            self.follower,
            self.syncer,
            self.proving,
            self.radar,
            self.relay,
            self.remotes,
            self.standings,
            self.trunks,
        ):
            one.stop()
