"""Removes the workspaces of agents that are gone, and nothing that is nowhere else unless a person says so by name."""

import asyncio
from shlex import quote

from muxer.errors import MuxerError
from muxer.fleet.agents import place_of
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

    def __init__(self, panes: Panes, store: Store, launcher: Launcher) -> None:
        self._panes, self._store, self._launcher = panes, store, launcher

    async def clear(self, known: KnownAgent, *, discard: bool = False) -> None:
        """Remove its workspace. Raises MuxerError that names what would be lost, or what else speaks against it."""
        place = place_of(known)
        if who := self._user_of(place):
            raise MuxerError(f"{who} works there: close that pane first")
        if not discard and (loss := await asyncio.to_thread(loss_of, place)):
            raise MuxerError(f"{loss}: muxer agent cleanup --discard {quote(known.name)} removes all of it")
        await asyncio.to_thread(making.remove, place, discard=discard)
        await self._store.ask(records.clean_agent, known.id)
        self._launcher.forget(known.id)

    def _user_of(self, place: Workplace) -> str:
        """The name of a pane whose program is in there."""
        if place.kind == "here":
            return ""
        within = [pane for pane in self._panes.living.values() if f"{pane.folder}/".startswith(f"{place.folder}/")]
        return within[0].name if within else ""
