"""Removes the workspaces of agents that are gone, and nothing that is nowhere else unless a person says so by name."""

import asyncio
from collections.abc import Callable, Sequence
from shlex import quote

from muxer.errors import MuxerError
from muxer.events import Event, Warned
from muxer.fleet.agents import Agents, place_of
from muxer.fleet.launcher import Launcher
from muxer.fleet.panes import Panes
from muxer.store import agents as records
from muxer.store.agents import KnownAgent
from muxer.store.database import Store
from muxer.workspaces import making
from muxer.workspaces.checking import loss_of
from muxer.workspaces.repository import Workplace


class Clearing:
    """One for the host."""

    def __init__(
        self, agents: Agents, panes: Panes, store: Store, launcher: Launcher, tell: Callable[[Event], None]
    ) -> None:
        self._agents, self._panes, self._store, self._launcher = agents, panes, store, launcher
        self._tell = tell

    async def clear(self, known: KnownAgent, *, discard: bool = False) -> None:
        """Remove its workspace. Raises MuxerError that names what would be lost, or what else speaks against it."""
        place = place_of(known)
        if who := self._user_of(place):
            raise MuxerError(f"{who} works there: close that pane first")
        if not discard and (loss := await asyncio.to_thread(loss_of, place)):
            raise MuxerError(f"{loss}: muxer agent cleanup --discard {quote(known.name)} removes all of it")
        await asyncio.to_thread(making.remove, place, discard=discard)
        await self._store.ask(records.clean_agent, known.id)
        self._agents.left.pop(known.id, None)
        self._launcher.forget(known.id)

    async def sweep(self, gone: Sequence[KnownAgent]) -> None:
        """Clear what was made for agents by a host that died before they started; what must stay is told of."""
        for known in gone:
            try:
                if not known.pane:
                    await self.clear(known)
            except MuxerError as error:
                self._tell(Warned(f"{known.name} was never started, and its workspace was left: {error}"))

    def _user_of(self, place: Workplace) -> str:
        """The name of a pane whose program is in there."""
        if place.kind == "here":
            return ""
        within = [pane for pane in self._panes.living.values() if f"{pane.folder}/".startswith(f"{place.folder}/")]
        return within[0].name if within else ""
