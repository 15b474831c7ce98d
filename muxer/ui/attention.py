"""The queue of all that waits for a person, as the screen shows and counts it: what agents need, and panes that called.

What a person snoozed is left out until it is another, or for a while.
"""

import asyncio
import time
from collections.abc import Callable

from muxer.model import Need, NeedKind, PaneId
from muxer.ui.harmless import harmless
from muxer.ui.notices import Notices
from muxer.ui.runtime import Runtime

SNOOZE = 600.0
"""Seconds."""
SOON = 0.1
"""Whoever watches is told of several changes at once, so many seconds after the first."""
UNCOUNTED = ("limit", "held")
"""They end by themselves, or need nobody at once."""
SPOKEN: tuple[NeedKind, ...] = ("asked", "told")
"""What peers say to the person."""
Place = tuple[str, NeedKind, int]


_ASKS = {
    "permission": "asks for permission", "question": "asks", "trust": "asks for trust", "login": "has to log in",
    "limit": "reached its limit", "error": "has an error", "done": "is done", "crashed": "crashed",
    "held": "has text held", "called": "called", "asked": "asks you", "told": "tells you",
}  # fmt: skip


def place_of(need: Need) -> Place:
    """What stays the same while its words change."""
    return whose(need), need.kind, need.ask


def whose(need: Need) -> str:
    """Its pane; a peer that has none is called by its name, which no pane's id is like."""
    return need.pane or f"@{need.name}"


def announced(need: Need) -> str:
    """In one line, for whoever looks elsewhere."""
    asks, words = _ASKS[need.kind], harmless(" ".join(need.words.split()))
    return f"{asks}: {words}" if words else asks


class Attention:
    """One for the screen; `changed` is called when a snooze begins or ends."""

    def __init__(self, runtime: Runtime, notices: Notices, changed: Callable[[], None]) -> None:
        self._runtime, self._notices, self._changed = runtime, notices, changed
        self._snoozed: dict[Place, tuple[Need, float]] = {}
        self._soon: asyncio.TimerHandle | None = None
        self.watcher: Callable[[], object] | None = None
        """The dialog that is open, which wants to know of every change and of what programs write."""
        self.talk = 0
        """How often peers spoke, or something of them became another: whoever shows that reads it again then."""

    # ---- what waits

    @property
    def needs(self) -> list[Need]:
        """All of it, in the order of the queue."""
        asked = list(self._runtime.needs())
        told = {need.pane for need in asked if need.kind != "held"}
        called = [need for pane in self._notices.waiting if pane not in told and (need := self._call_of(pane))]
        first = sum(need.kind not in UNCOUNTED for need in asked)
        return [need for need in asked[:first] + called + asked[first:] if not self._is_snoozed(need)]

    def _call_of(self, pane: PaneId) -> Need | None:
        if pane not in self._runtime.terminals:
            return None
        waited = asyncio.get_running_loop().time() - self._notices.since(pane)
        name, words = harmless(self._runtime.facts(pane).name), self._notices.reason(pane)
        return Need(pane=pane, name=name, kind="called", words=words, since=round(time.time() - waited))

    def asked(self, pane: PaneId) -> Need | None:
        """What its agent needs, unless that can wait."""
        return next((need for need in self._runtime.needs() if need.pane == pane and need.kind != "held"), None)

    @property
    def waiting(self) -> dict[str, Need]:
        """The panes that somebody is needed for now, and the names of peers without one; longest first."""
        found: dict[str, Need] = {}
        for need in self.needs:
            if need.kind not in UNCOUNTED:
                found.setdefault(whose(need), need)
        return found

    # ---- snoozing

    def snooze(self, need: Need) -> None:
        """Leave it out for a while."""
        if need.kind == "called":
            self._notices.look(need.pane)
            return
        loop = asyncio.get_running_loop()
        self._snoozed[place_of(need)] = need, loop.time() + SNOOZE
        loop.call_later(SNOOZE, self._changed)
        self._changed()

    def _is_snoozed(self, need: Need) -> bool:
        snoozed, until = self._snoozed.get(place_of(need), (None, 0.0))
        return snoozed == need and asyncio.get_running_loop().time() < until

    # ---- whoever watches

    def stir(self) -> None:
        """Something may be another."""
        if self.watcher is not None and self._soon is None:
            self._soon = asyncio.get_running_loop().call_later(SOON, self._tell)

    def talked(self) -> None:
        """Peers spoke, or something of them is another."""
        self.talk += 1
        self.stir()

    def _tell(self) -> None:
        self._soon = None
        if self.watcher is not None:
            self.watcher()
