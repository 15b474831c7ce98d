"""Removes the workspaces of agents that are gone, and nothing that is nowhere else unless a person says so by name."""

import asyncio
import os
from shlex import quote

from muxer.errors import MuxerError
from muxer.fleet.agents import Agents, place_of
from muxer.fleet.launcher import Launcher
from muxer.fleet.panes import Panes
from muxer.paths import homely
from muxer.store import agents as records
from muxer.store.agents import KnownAgent
from muxer.store.database import Store
from muxer.workspaces import making
from muxer.workspaces.checking import loss_of
from muxer.workspaces.repository import Workplace


class Clearing:
    """One for the host."""

    def __init__(self, agents: Agents, panes: Panes, store: Store, launcher: Launcher) -> None:
        self._agents, self._panes, self._store, self._launcher = agents, panes, store, launcher

    async def clear(self, known: KnownAgent, *, discard: bool = False) -> str:
        """Remove its workspace; the reference that keeps what was nowhere else, or nothing.

        A worktree of a person's own stays, unless that is to be discarded.
        Raises MuxerError that names what would be lost, or what else speaks against it.
        """
        place, kept = self._left(known), ""
        if discard or not known.choices.get("adopted"):
            kept = await self._removed(place, known.name, discard=discard)
        await self._store.ask(records.clean_agent, known.id)
        self._agents.left.pop(known.id, None)
        self._launcher.forget(known.id)
        return kept

    async def archive(self, known: KnownAgent) -> str:
        """Remove its folder and keep its branch; the reference that keeps what was not committed, or nothing."""
        if known.workspace == "here" or known.choices.get("adopted"):
            raise MuxerError(f"{homely(known.folder)} is your own folder: it stays as it is")
        if known.archived_at and not os.path.isdir(known.folder):
            raise MuxerError(f"{known.name} was put away already: muxer workspace restore {quote(known.name)}")
        kept = await asyncio.to_thread(making.archive, self._left(known), known.name)
        await self._store.ask(records.archive_agent, known.id, kept)
        self._launcher.forget(known.id)
        return kept

    async def _removed(self, place: Workplace, name: str, *, discard: bool) -> str:
        if not discard and (loss := await asyncio.to_thread(loss_of, place)):
            raise MuxerError(f"{loss}: muxer agent cleanup --discard {quote(name)} removes all of it")
        return await asyncio.to_thread(making.remove, place, name, discard=discard)

    def _left(self, known: KnownAgent) -> Workplace:
        """Its workspace, if nobody is in there."""
        place = place_of(known)
        if who := self._user_of(place):
            raise MuxerError(f"{who} works there: close that pane first")
        return place

    def _user_of(self, place: Workplace) -> str:
        """The name of a pane whose program is in there."""
        if place.kind == "here":
            return ""
        within = [pane for pane in self._panes.living.values() if f"{pane.folder}/".startswith(f"{place.folder}/")]
        return within[0].name if within else ""
