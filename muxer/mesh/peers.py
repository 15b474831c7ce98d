"""The peers: agents, guests and the person, as they are now; whom each sees, and who it is that speaks."""

from collections.abc import Callable
from functools import lru_cache
from time import time

from muxer.errors import MuxerError, UnknownName, UsageError
from muxer.events import Event, MessagePassed, PaneClosed, PaneOpened, PeersChanged
from muxer.fleet.agent import Agent
from muxer.fleet.agents import Agents
from muxer.fleet.descent import is_anyone, token_of
from muxer.fleet.panes import Panes
from muxer.mesh import circles
from muxer.mesh.guests import Guests
from muxer.store.agents import introduce_agent, rank_agent
from muxer.store.database import Store
from muxer.store.guests import Guest
from muxer.talk import YOU, Peer, PeerId, Rank

LONGEST_DESCRIPTION = 200
LONGEST_TASK = 120
DESCRIBED = 15 * 60.0
"""Seconds that a description holds: what an agent is at changes."""


class Peers:
    """All of them; it hears every event, after the agents."""

    def __init__(
        self, agents: Agents, panes: Panes, guests: Guests, store: Store, tell: Callable[[Event], None]
    ) -> None:
        self._agents, self._panes, self._guests = agents, panes, guests
        self._store, self._tell = store, tell
        self.person = Peer(id=YOU, name=YOU, kind="person")
        guests.taken = panes.taken
        self._panes_of: dict[PeerId, str] = {}
        """The pane of each agent that there was."""
        self._addressed: dict[PeerId, set[PeerId]] = {}
        """By orchestrator, those that it spoke to."""
        self._spoke_at: dict[PeerId, float] = {}

    # ---- who there is

    def everybody(self) -> list[Peer]:
        """All but the person."""
        return [*map(self.of_agent, self._agents.living.values()), *map(self._of_guest, self._guests.living.values())]

    def by_id(self, peer: PeerId) -> Peer | None:
        """Who is known so, if it is here."""
        if peer == YOU:
            return self.person
        if agent := self.agent(peer):
            return self.of_agent(agent)
        guest = self._guests.living.get(peer)
        return self._of_guest(guest) if guest else None

    def agent(self, peer: PeerId) -> Agent | None:
        """The living agent that is this peer."""
        found = self._agents.of(self._panes_of.get(peer, ""))
        if found and _id(found) == peer:
            return found
        found = next((one for one in self._agents.living.values() if _id(one) == peer), None)
        if found:
            self._panes_of[peer] = found.pane
        return found

    def of_agent(self, agent: Agent) -> Peer:
        """It, as others see it."""
        pane = self._panes.living.get(agent.pane)
        peer = _id(agent)
        state = agent.verdict.state
        if pane and pane.exit is not None:
            state = "crashed" if pane.exit.state == "crashed" else "exited"
        active_at = max(pane.heard_at if pane else 0.0, self._spoke_at.get(peer, 0.0))
        return Peer(
            id=peer,
            name=self._name(agent),
            kind="agent",
            rank=agent.rank,
            circle=agent.circle,
            cli=agent.cli.name or agent.cli.short,
            role=agent.role,
            project=agent.project,
            folder=agent.folder,
            branch=agent.branch,
            pane=agent.pane,
            state=state,
            description=_fresh(agent.description, agent.described_at),
            task=_line((agent.asked or agent.prompt)[: 4 * LONGEST_TASK], LONGEST_TASK),
            active_at=active_at,
        )

    def _name(self, agent: Agent) -> str:
        pane = self._panes.living.get(agent.pane)
        return pane.name if pane else self._agents.facts(agent).name

    def _of_guest(self, guest: Guest) -> Peer:
        return Peer(
            id=guest.peer,
            name=guest.name,
            kind="guest",
            circle=guest.circle,
            cli=guest.cli,
            folder=guest.folder,
            description=_fresh(guest.description, guest.described_at),
            active_at=max(guest.joined_at, self._spoke_at.get(guest.peer, 0.0)),
        )

    # ---- who sees whom

    def sees(self, one: Peer, other: Peer) -> bool:
        """Its circle, whoever an orchestrator may see, and an orchestrator that spoke to it."""
        return circles.sees(one, other) or self._was_addressed(one, other)

    def barrier(self, one: Peer, other: Peer, *, replies: bool = False) -> str:
        """Why it may say nothing to the other, in one line; empty if it may."""
        return circles.barrier(one, other, replies=replies, spoken=self._was_addressed(one, other))

    def _was_addressed(self, one: Peer, by: Peer) -> bool:
        return by.rank == "orchestrator" and one.id in self._addressed.get(by.id, ())

    def seen_by(self, peer: Peer) -> list[Peer]:
        """The others that it sees, but the person."""
        return [other for other in self.everybody() if other.id != peer.id and self.sees(peer, other)]

    def find(self, word: str, *, by: Peer) -> Peer:
        """By name, by the beginning of one, or by id, among those that `by` sees, itself, and the person.

        Raises UnknownName, or UsageError for a beginning that several have.
        """
        if word in (YOU, by.id, by.name):
            return self.person if word == YOU else by
        known = {**{_id(one): self._name(one) for one in self._agents.living.values()}, **self._guests.names()}
        found: list[Peer] = []
        for fitting in (
            [word] if word in known else [],
            [peer for peer, name in known.items() if name == word],
            [peer for peer, name in known.items() if word and name.startswith(word)],
        ):
            found = found or [one for peer in fitting if (one := self.by_id(peer)) and self.sees(by, one)]
        if len(found) == 1:
            return found[0]
        if found:
            which = ", ".join(f"{one.id} ({one.name})" for one in found[:10])
            raise UsageError(f"{word[:60]!r} could be {which}: say which by its id")
        raise UnknownName("peer", word[:60], [other.name for other in self.seen_by(by)])

    # ---- who speaks

    def speaker(self, token: str, pid: int | None) -> Peer:
        """Who speaks: what an agent started speaks as that agent, whatever it has; of others the token says who.

        The person is whoever has neither. Raises MuxerError for one that cannot be told.
        """
        behind = self._agents.behind(pid) if pid else None
        if token:
            return self._bearer(token, behind)
        if pid and behind is None and not is_anyone(pid):
            raise MuxerError("who asked is over already, so nobody can tell who that was: wait for the answer")
        if pid and behind is None and self._guests.living and (guest := self._guests.by_token(token_of(pid))):
            return self._of_guest(guest)
        return self.of_agent(behind) if behind else self.person

    def _bearer(self, token: str, behind: Agent | None) -> Peer:
        known = self._agents.by_token(token) or self._guests.by_token(token)
        if known is None:
            raise MuxerError("this MUXER_TOKEN is of nobody here: unset it, or come with muxer join")
        if behind and behind is not known:
            raise MuxerError("this MUXER_TOKEN is another's: speak with your own")
        return self.of_agent(known) if isinstance(known, Agent) else self._of_guest(known)

    # ---- what changes

    async def describe(self, peer: Peer, text: str) -> None:
        """It says of itself what it is at; nothing forgets that. Raises MuxerError."""
        said, now = _line(text[: 4 * LONGEST_DESCRIPTION], LONGEST_DESCRIPTION), time()
        if agent := self.agent(peer.id):
            await self._store.ask(introduce_agent, agent.id, said, now)
            agent.description, agent.described_at = said, now
        elif peer.id in self._guests.living:
            self._guests.describe(peer.id, said, now)
        else:
            raise UsageError("only an agent says what it is at: name it with muxer agent set --role instead")
        self._tell(PeersChanged(peer.id))

    async def rank(self, agent: Agent, rank: Rank) -> None:
        """A person ranks it so."""
        await self._store.ask(rank_agent, agent.id, rank)
        agent.rank = rank
        self._tell(PeersChanged(_id(agent)))

    async def learn(self) -> None:
        """Know who was here with the last host, once its agents are known."""
        self._panes_of = {_id(agent): agent.pane for agent in self._agents.living.values()}
        await self._guests.learn()

    def heard(self, event: Event) -> None:
        """Something happened."""
        match event:
            case MessagePassed(message):
                self._spoke_at[message.sender] = message.sent_at
                sender = self.agent(message.sender)
                if sender and sender.rank == "orchestrator":
                    self._addressed.setdefault(message.sender, set()).add(message.recipient)
            case PaneOpened(pane) if agent := self._agents.of(pane):
                self._panes_of[_id(agent)] = pane
                self._tell(PeersChanged(_id(agent)))
            case PaneClosed(pane):
                self._forget([peer for peer, one in self._panes_of.items() if one == pane])
            case PeersChanged(peer) if peer.startswith("g") and peer not in self._guests.living:
                self._spoke_at.pop(peer, None)
            case _:
                pass

    def _forget(self, gone: list[PeerId]) -> None:
        for peer in gone:
            del self._panes_of[peer]
            self._addressed.pop(peer, None)
            self._spoke_at.pop(peer, None)
            self._tell(PeersChanged(peer))


def _id(agent: Agent) -> PeerId:
    return f"a{agent.id}"


def _fresh(description: str, at: float) -> str:
    return description if time() - at < DESCRIBED else ""


@lru_cache(maxsize=2048)
def _line(text: str, most: int) -> str:
    """One line of so many letters, without anything that steers a terminal."""
    words = " ".join("".join(letter if letter.isprintable() else " " for letter in text).split())
    return words if len(words) <= most else f"{words[: most - 1]}…"
