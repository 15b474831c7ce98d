"""Puts what agents are owed into their inboxes, once: it was written down before, and is struck out after that."""

from collections.abc import Mapping, Sequence

from muxer.exchange.courtesy import Put
from muxer.fleet.agent import Agent
from muxer.model import PaneId
from muxer.store import owed as records
from muxer.store.database import Store
from muxer.store.owed import Owed


class Dues:
    """For all agents of a host."""

    def __init__(self, agents: Mapping[PaneId, Agent], store: Store, put: Put) -> None:
        self._agents, self._store, self._put = agents, store, put

    async def learn(self) -> None:
        """Put into inboxes what the last host did not come to put there. Raises StoreTrouble."""
        self._store.note(records.settle)
        await self.pay(await self._store.read(records.still_owed))

    async def pay(self, owed: Sequence[Owed]) -> None:
        """It is written down that this is owed; nothing is waited for between a note and that it is there."""
        agents = {agent.id: agent for agent in self._agents.values()}
        for one in owed:
            if agent := agents.get(one.agent):
                await self._put(agent, one.text, sender=one.sender, kind=one.kind)
        if owed:
            self._store.note(records.settle)
