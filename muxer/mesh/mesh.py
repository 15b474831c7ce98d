"""What peers say to each other, wired once: who takes part, what they tell and ask, and what bounds that."""

from collections.abc import Callable

from muxer.events import Event
from muxer.fleet.attention import said_to_person
from muxer.fleet.crew import Crew
from muxer.fleet.panes import Panes
from muxer.fleet.projects import Projects
from muxer.fleet.spawning import Spawner
from muxer.mesh.asks import Asks
from muxer.mesh.guests import Guests
from muxer.mesh.hiring import Hiring
from muxer.mesh.pace import Pace
from muxer.mesh.peers import Peers
from muxer.mesh.post import Post
from muxer.mesh.spool import Spool
from muxer.mesh.turns import Turns
from muxer.model import Need, PaneId
from muxer.settable import Mesh as Limits
from muxer.store.database import Store
from muxer.talk import YOU, PeerId


class Mesh:
    """One for the host; it hears every event, after its agents."""

    def __init__(
        self, crew: Crew, panes: Panes, store: Store, tell: Callable[[Event], None], *, projects: Projects,
        spawner: Spawner, limits: Callable[[], Limits], spool: str,
    ) -> None:  # fmt: skip
        agents, inbox = crew.agents, crew.inbox
        self.guests = Guests(store, tell)
        self.peers = peers = Peers(agents, panes, self.guests, store, tell)
        self.pace = Pace(limits)
        self.post = Post(peers, inbox, store, self.pace, tell)
        self.asks = Asks(self.post, peers, store, tell, timeout=lambda: limits().ask_timeout)
        self.turns = Turns(self.asks, peers, inbox, store, agents.living)
        self.hiring = Hiring(agents, projects, spawner, store)
        self.spool = Spool(spool)
        inbox.notes.on_end = self.asks.note_ended

    async def learn(self) -> None:
        """Go on where the last host was, once its agents and what waits for them are known."""
        for part in (self.peers, self.post, self.asks, self.turns):
            await part.learn()

    def heard(self, event: Event) -> None:
        """Something happened."""
        for part in (self.peers, self.post, self.asks, self.turns):
            part.heard(event)

    def needs(self) -> list[Need]:
        """What peers said to the person, who has not answered or read it yet."""
        return [*said_to_person(self.asks.open_to(YOU), self.post.unread(YOU), self._pane_of)]

    def _pane_of(self, peer: PeerId) -> PaneId:
        found = self.peers.by_id(peer)
        return found.pane if found else ""

    def stop(self) -> None:
        """Begin nothing any more."""
        self.asks.stop()
        self.guests.stop()
