"""A repository's line to the remote that operators share: one fetch and at most one push each time, seldom when quiet.

A remote that cannot be reached is a state, told of once, and once when it is over. What was seen there is written down:
what others pushed is told of once, also across hosts.
"""

import asyncio
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from functools import partial
from random import SystemRandom
from time import time

from muxer.errors import MuxerError
from muxer.events import Event, Warned
from muxer.store import leases as records
from muxer.store.database import Store
from muxer.work import Coordination
from muxer.workspaces.coordination import OURS, whose
from muxer.workspaces.git import Refused, printable
from muxer.workspaces.publishing import (
    STALE,
    Trouble,
    fetch,
    holds,
    lacks,
    plan,
    present,
    publish,
    shared_in,
    trouble_of,
)
from muxer.workspaces.repository import BRANCHES, REMOTES

SETTLE = 1.0
"""Seconds in which what else happens is taken along."""
EVERY, SELDOM, RARELY = 30.0, 120.0, 600.0
"""Seconds between two looks: usually, at most when nothing happens, at most when it cannot be reached."""
JITTER = 0.3
GROWTH = 1.25


@dataclass(frozen=True, slots=True)
class PeerMoved:
    """Somebody's work on the remote is another: of another operator, or of this one elsewhere."""

    root: str
    operator: str
    agent: str
    before: str
    """Empty where it is new."""
    after: str
    heeded: Callable[[], None] = field(default=lambda: None, compare=False)
    """To be called once nothing of it can be lost any more: it is told again until then."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Reach:
    """How it stands with a remote."""

    trouble: Trouble | None = None
    since: float = 0.0
    """Since when it is in trouble (time.time())."""
    refused: Mapping[str, str] = field(default_factory=dict)
    """Branches of ours that were not taken, and why."""
    tries: int = 0
    """How often it was in trouble since then, or nothing was new."""


def pause(reach: Reach) -> float:
    """Seconds until it is looked at again, if nothing happens."""
    if reach.trouble:
        return min(EVERY * 2.0 ** min(reach.tries, 10), RARELY)
    return min(EVERY * GROWTH ** min(reach.tries, 20), SELDOM)


class Link:
    """Of one repository, for as long as agents work on it."""

    def __init__(
        self, trunk: Callable[[], Coordination], own: Callable[[], Mapping[str, str]], store: Store,
        tell: Callable[[Event], None], moved: Callable[[PeerMoved], None],
    ) -> None:  # fmt: skip
        self._trunk, self._own = trunk, own
        self._store, self._tell, self._moved = store, tell, moved
        self.reach = Reach()
        self._leases: dict[str, str] | None = None
        """What was seen there: our own branches as muxer pushed them, others' as they were told of."""
        self.taken: dict[str, str] = {}
        """Branches that another machine of the same operator uses."""
        self.on_turn: Callable[[str], None] = lambda _root: None
        """That repository was brought something, maybe."""
        self._stirred = asyncio.Event()
        self._base_gone = False
        self._said: set[str] = set()
        """Lines that were said and still hold."""

    def stir(self, *, urged: bool = False) -> None:
        """Something is to be shared. One that cannot be reached is not asked more often for that, unless `urged`."""
        if urged or self.reach.trouble is None:
            self._stirred.set()

    async def run(self) -> None:
        """Share until cancelled."""
        while True:
            await asyncio.sleep(SETTLE)
            self._stirred.clear()
            await self.turn()
            wait = pause(self.reach) * SystemRandom().uniform(1 - JITTER, 1 + JITTER)
            with suppress(TimeoutError):
                async with asyncio.timeout(wait):
                    await self._stirred.wait()

    async def turn(self) -> None:
        """Fetch and publish, once."""
        where = self._trunk()
        try:
            if self._leases is None:
                self._leases = await self._store.read(records.leases, where.root)
            if await self._fetched(where):
                await self._share(where)
        except Refused as error:
            self._fails(trouble_of(error, where))
        except MuxerError as error:  # the repository itself cannot be read
            self._warn(str(error))
        self.on_turn(where.root)

    async def _fetched(self, where: Coordination) -> bool:
        """A base that is gone fails all of it: then it is left out the next time, which comes soon."""
        base, self._base_gone = "" if self._base_gone else where.base, False
        line = f"{printable(where.remote)} has no {printable(where.base)} any more: muxer init --base chooses another"
        try:
            await fetch(where.root, where.remote, base)
        except Refused as error:
            if not base or not lacks(error, base):
                raise
            self._warn(line)
            self._base_gone = True
            self._stirred.set()
            return False
        if base:
            self._said.discard(line)
        return True

    async def _share(self, where: Coordination) -> None:
        there = await asyncio.to_thread(shared_in, where.root, where.remote)
        own = self._own()
        heard = self._hear(where, own, there)
        heads = await asyncio.to_thread(present, where.root, own)
        leases = {ref: self.pushed(where, ref) for ref in heads}
        made = await asyncio.to_thread(plan, heads, there, leases, partial(holds, where.root))
        for ref, sha in made.same.items():
            self._lease(where, _pushed(where, ref), sha)
        self._name_taken(where, heads, made.taken)
        refused = await publish(where.root, where.remote, made.news) if made.news else {}
        for ref, (sha, _) in made.news.items():
            if ref not in refused:
                self._lease(where, _pushed(where, ref), sha)
            elif refused[ref] == STALE and ref not in there:
                self._lease(where, _pushed(where, ref), "")  # it is another remote by that name, or it lost it
        refused = {ref: why for ref, why in refused.items() if why != STALE}  # those are seen anew the next time
        self._goes(where, refused, quiet=not heard and not made.news)

    # ---- what is there

    def pushed(self, where: Coordination, ref: str) -> str:
        """Where a branch of ours is there, as far as muxer put it there."""
        return (self._leases or {}).get(_pushed(where, ref), "")

    def _hear(self, where: Coordination, own: Mapping[str, str], there: Mapping[str, str]) -> bool:
        """Tell what others pushed, if anything; what was there before muxer first looked is old."""
        known, lie = self._leases or {}, _told(where, OURS)
        first = lie not in known
        heard = False
        for ref, sha in there.items():
            name, before = whose(ref), known.get(_told(where, ref), "")
            if name is None or ref in own or sha in (before, self.pushed(where, ref)):
                continue
            heeded = partial(self._lease, where, _told(where, ref), sha)
            if first:
                heeded()
            else:
                heard = True
                self._moved(PeerMoved(where.root, *name, before, sha, heeded))
        self._lease(where, lie, "")  # last: whoever is killed before that looks at it first once more
        for ref in [ref for ref in known if ref.startswith(lie) and ref != lie]:
            if f"{BRANCHES}muxer/{ref.removeprefix(lie)}" not in there:
                self._lease(where, ref, None)
        return heard

    def _lease(self, where: Coordination, name: str, sha: str | None) -> None:
        """It was seen there, or is not there any more."""
        assert self._leases is not None
        if sha is None:
            del self._leases[name]
            self._store.note(records.drop_lease, where.root, name)
        elif self._leases.get(name) != sha:
            self._leases[name] = sha
            self._store.note(records.note_lease, where.root, name, sha)

    def _name_taken(self, where: Coordination, heads: Mapping[str, str], taken: Mapping[str, str]) -> None:
        for ref in taken.keys() - self.taken.keys():
            name = ref.removeprefix(BRANCHES)
            self._tell(
                Warned(
                    f"{name} on {printable(where.remote)} is published by another machine as you: rename one,"
                    f" muxer agent rename {(whose(ref) or ('', 'NAME'))[1]} NEW"
                )
            )
            self._stirred.set()  # its agent may have another name by now
        self.taken = {ref: sha for ref, sha in self.taken.items() if ref not in heads} | {**taken}

    # ---- how it goes

    def _fails(self, trouble: Trouble) -> None:
        before = self.reach
        tries, since = (before.tries + 1, before.since) if before.trouble else (0, time())
        self.reach = Reach(trouble=trouble, since=since, refused=before.refused, tries=tries)
        if before.trouble is None or before.trouble.kind != trouble.kind:
            self._tell(Warned(trouble.line))

    def _goes(self, where: Coordination, refused: Mapping[str, str], *, quiet: bool) -> None:
        before = self.reach
        tries = before.tries + 1 if quiet and before.trouble is None else 0
        self.reach = Reach(refused=refused, tries=tries)
        if before.trouble:
            self._tell(Warned(f"{printable(where.remote)} is reached again"))
        fresh = [ref for ref, why in refused.items() if before.refused.get(ref) != why]
        for why in dict.fromkeys(refused[ref] for ref in fresh):
            names = [ref.removeprefix(BRANCHES) for ref in fresh if refused[ref] == why]
            more = f" and {len(names) - 1} more" if len(names) > 1 else ""
            self._tell(Warned(f"{names[0]}{more} cannot be published on {printable(where.remote)}: {why}"))

    def _warn(self, line: str) -> None:
        """Say it, unless it was said."""
        if line not in self._said:
            self._said.add(line)
            self._tell(Warned(line))


def _told(where: Coordination, ref: str) -> str:
    """What is remembered of somebody else's branch; also of all of them."""
    return f"{REMOTES}{where.remote}/{ref.removeprefix(BRANCHES)}"


def _pushed(where: Coordination, ref: str) -> str:
    """What is remembered of a branch of ours. Never the same as above: what was only seen must not be overwritten."""
    return f"{where.remote}:{ref}"
