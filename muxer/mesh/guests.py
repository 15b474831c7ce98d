"""Guests: agents that were started elsewhere and came by themselves. They stay as long as their connection."""

import asyncio
from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import replace
from secrets import token_urlsafe
from time import time

from muxer.errors import MuxerError, UsageError
from muxer.events import Event, PeersChanged
from muxer.fleet import lookalikes
from muxer.fleet.naming import free_name, readable
from muxer.store import guests as records
from muxer.store.database import Store
from muxer.store.guests import Guest
from muxer.talk import PeerId

GRACE = 30.0
"""Seconds that those of the last host have to come back."""
MOST = 5000
"""So many at once."""
SHORTEST = 16
"""Letters of a token that a guest brought."""


class Guests:
    """All that are here."""

    def __init__(self, store: Store, tell: Callable[[Event], None]) -> None:
        self.living: dict[PeerId, Guest] = {}
        self.taken: Callable[[], Iterable[str]] = tuple
        """The names that others have."""
        self._store, self._tell = store, tell
        self._tokens: dict[str, PeerId] = {}
        self._coming = asyncio.Lock()
        """Two that come at once get two names, and one that comes twice is one guest."""
        self._lines: Counter[PeerId] = Counter()
        """How many connections each has."""
        self._missing: asyncio.TimerHandle | None = None

    async def learn(self) -> None:
        """Those of the last host are still here: they have some seconds to come back."""
        for guest in await self._store.read(records.living_guests):
            self._enter(guest)
        if self.living:
            self._missing = asyncio.get_running_loop().call_later(GRACE, self.part_missing)

    def part_missing(self) -> None:
        """Who has no connection is gone."""
        for guest in [one for peer, one in self.living.items() if not self._lines[peer]]:
            self._part(guest)

    def names(self) -> dict[PeerId, str]:
        """What each is called."""
        return {peer: guest.name for peer, guest in self.living.items()}

    def by_token(self, token: str) -> Guest | None:
        """Who proves itself with that."""
        return self.living.get(self._tokens.get(token, ""))

    def describe(self, peer: PeerId, text: str, at: float) -> None:
        """It says that of itself."""
        self.living[peer] = replace(self.living[peer], description=text, described_at=at)

    async def join(self, name: str, *, cli: str = "", circle: str = "", folder: str = "", token: str = "") -> Guest:
        """Somebody came, or came back with its token; it keeps its circle then. Raises UsageError."""
        if token and len(token) < SHORTEST:
            raise UsageError(f"a token has {SHORTEST} letters at least: leave it off, and muxer makes one")
        async with self._coming:
            here = self.by_token(token) or await self._come(name, cli, circle, folder, token)
        self._lines[here.peer] += 1
        return here

    async def _come(self, name: str, cli: str, circle: str, folder: str, token: str) -> Guest:
        if len(self.living) >= MOST:
            raise MuxerError(f"{MOST} guests are here already: end some first")
        known = await self._store.read(records.guest_of, token) if token else None
        name = self._free(readable(known.name if known else name))
        if known:
            guest = replace(known, name=name)
            await self._store.ask(records.return_guest, guest.id, name)
        else:
            token = token or token_urlsafe(24)
            guest = Guest(name=name, cli=cli, circle=circle, folder=folder, token=token, joined_at=time())
            guest = await self._store.ask(records.add_guest, guest)
        self._enter(guest)
        self._tell(PeersChanged(guest.peer))
        return guest

    def _free(self, name: str) -> str:
        """The name, or with a number after it where another is called just so. Raises UsageError."""
        taken = {*self.taken(), *self.names().values()}
        if name not in taken and (other := lookalikes.taken_for(name, taken)):
            raise UsageError(f"{name} looks like {other}: choose another name")
        return free_name(name, taken)

    def _enter(self, guest: Guest) -> None:
        self.living[guest.peer] = guest
        self._tokens[guest.token] = guest.peer

    def _part(self, guest: Guest) -> None:
        del self.living[guest.peer], self._tokens[guest.token], self._lines[guest.peer]
        self._store.note(records.part_guest, guest.id)
        self._tell(PeersChanged(guest.peer))

    def leave(self, guest: Guest) -> None:
        """A connection of it is gone; with the last one, so is the guest."""
        self._lines[guest.peer] -= 1
        if self._lines[guest.peer] <= 0 and guest.peer in self.living:
            self._part(guest)

    def stop(self) -> None:
        """No more timers."""
        if self._missing:
            self._missing.cancel()
