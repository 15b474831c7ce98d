"""Brings announced commits to the agents that are to be told of them: once, in few notes, in their own time.

What an agent is owed is written down with its new place, before it is put into its inbox.
"""

import asyncio
from collections import deque
from collections.abc import Callable, Iterable, Mapping, Sequence
from shlex import quote
from time import monotonic

from muxer.errors import MuxerError
from muxer.exchange.announcing import News, note
from muxer.exchange.dues import Dues
from muxer.exchange.recipients import MOST, Party, hears, is_wanted, patience
from muxer.fleet.agent import Agent
from muxer.model import Note, PaneId
from muxer.store import commits as records
from muxer.store.commits import Announced, Place
from muxer.store.database import Store
from muxer.store.owed import Owed
from muxer.work import Commit, Coordination, Relayed
from muxer.workspaces.commits import commit_of

KIND = "relay"
REMEMBERED = 2000
"""So many commits are kept in mind, with the files that they touch."""


class Courier:
    """For all agents of a host."""

    def __init__(
        self, agents: Mapping[PaneId, Agent], store: Store, *, dues: Dues, name: Callable[[Agent], str],
        label: Callable[[Agent], str], trunk: Callable[[Agent], Coordination],
        waiting: Callable[[PaneId], Sequence[Note]],
    ) -> None:  # fmt: skip
        self._agents, self._store, self._dues = agents, store, dues
        self._name, self._trunk, self._waiting = name, trunk, waiting
        self.label = label
        """operator/agent: whose commits those are."""
        self._sent: dict[int, deque[float]] = {}
        """When each agent was told of something."""
        self._held: dict[PaneId, Relayed] = {}
        """Who is told when something about it changes, and what it wants."""
        self._commits: dict[str, Commit] = {}

    def remember(self, commits: Iterable[Commit]) -> None:
        """They are told of soon."""
        self._commits |= {commit.sha: commit for commit in commits}
        for sha in [*self._commits][:-REMEMBERED]:
            del self._commits[sha]

    def is_ready(self, pane: PaneId) -> bool:
        """Is something held back from it that it can be told now?"""
        agent = self._agents.get(pane)
        return agent is not None and pane in self._held and self._patience(agent, self._held[pane]) is not None

    def forget(self, pane: PaneId) -> None:
        """It is gone."""
        self._held.pop(pane, None)

    async def bring(self, root: str) -> float | None:
        """Tell the agents of a repository what is new; seconds until that is to be done again. Raises StoreTrouble."""
        agents = {agent.id: agent for agent in self._agents.values() if self._trunk(agent).root == root}
        places = await self._store.read(records.places, [*agents])
        first = min((place.told for place in places), default=0)
        if not places or not (rows := await self._store.read(records.announced_since, root, first)):
            return None
        news = await asyncio.to_thread(self._told, root, rows)
        parties = {self.label(agent): agent for agent in agents.values()}
        moves, owed, waits = [], [], []
        for place in places:
            agent = agents[place.agent]
            later = [row for row in rows if row.id > place.told]
            meant = [row for row in later if self._is_meant(agent, place, parties.get(row.author), row, news[row.sha])]
            wait = self._patience(agent, place.mode) if meant else 0.0
            self._held.pop(agent.pane, None)
            if wait is None:
                self._held[agent.pane] = place.mode
            elif wait:
                waits.append(wait)
            elif later:
                moves.append((agent.id, later[-1].id))
                owed += self._notes(agent, root, parties, [(row.author, news[row.sha]) for row in meant])
        if moves:
            await self._store.ask(records.move_on, moves, owed)
            await self._dues.pay(owed)
            for one in owed:
                self._sent.setdefault(one.agent, deque(maxlen=MOST)).append(monotonic())
        return min(waits, default=None)

    # ---- who, when

    def _is_meant(self, agent: Agent, place: Place, author: Agent | None, row: Announced, news: News) -> bool:
        listener = self._party(agent)
        foreign = row.author.partition("/")[0] != self._trunk(agent).operator
        party = self._party(author) if author else Party(label=row.author, foreign=foreign)
        return hears(listener, party) and is_wanted(place.mode, place.paths, [file.path for file in news.commit.files])

    def _party(self, agent: Agent) -> Party:
        return Party(label=self.label(agent), circle=agent.circle, folder=agent.folder)

    def _patience(self, agent: Agent, mode: Relayed) -> float | None:
        sent, waiting = self._sent.get(agent.id, ()), len(self._waiting(agent.pane))
        return patience(mode, agent.verdict.state, sent=[*sent], waiting=waiting, now=monotonic())

    # ---- what

    def _told(self, root: str, rows: Iterable[Announced]) -> dict[str, News]:
        return {row.sha: News(commit=self._commit(root, row), summary=row.summary) for row in rows}

    def _commit(self, root: str, row: Announced) -> Commit:
        """Another host may have announced it; what it touches is not told where that is not there any more."""
        try:
            return self._commits.get(row.sha) or commit_of(root, row.sha)
        except MuxerError:
            return Commit(sha=row.sha)

    def _notes(
        self, agent: Agent, root: str, parties: Mapping[str, Agent], news: Sequence[tuple[str, News]]
    ) -> list[Owed]:
        """One for each author: what they wrote stands in a frame with their name."""
        owed = []
        for label in dict.fromkeys(author for author, _ in news):
            operator, _, name = label.partition("/")
            author = parties.get(label)
            foreign = author is None and operator != self._trunk(agent).operator
            sender = label if foreign else self._name(author) if author else name
            away = author.folder if author and author.workspace == "clone" else root
            folder = quote(away) if away != root or agent.workspace == "clone" else ""
            text = note(sender, [one for by, one in news if by == label], folder=folder, foreign=foreign)
            owed.append(Owed(agent=agent.id, sender=sender, text=text, kind=KIND))
        return owed
