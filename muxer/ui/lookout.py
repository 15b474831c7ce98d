"""Watches what every pane is doing, for titles, cards, the sidebar and the tab list.

Output costs it a note; the panes that are to be seen and had news are looked at some four times a second, and no timer
runs when there is no news. Nothing here is done while a key's echo is on its way.
"""

import asyncio
from collections.abc import Callable, Collection, Iterable
from dataclasses import replace

from muxer.model import PaneId
from muxer.ui.harmless import harmless
from muxer.ui.projects import project_of
from muxer.ui.runtime import Runtime
from muxer.ui.states import Sight, state_of
from muxer.ui.titles import title_of

EVERY = 0.25
SETTLED = 0.1
"""A pane is looked at once more so long after its last output: who has the terminal changes a moment later."""
AFTER_KEY = 0.04
"""A key's echo is on its way for so long; looking waits for it."""
LATEST = 1.0
"""But whoever types without a pause sees the rest of the screen live, too."""
LONGEST = 200
"""Cells of a line that anybody could show."""


class Lookout:
    """One for the screen; `changed` is told which panes look different now."""

    def __init__(self, runtime: Runtime, changed: Callable[[Collection[PaneId]], None]) -> None:
        self._runtime = runtime
        self._changed = changed
        self._loop = asyncio.get_running_loop()
        self._sights: dict[PaneId, Sight] = {}
        self._first: dict[PaneId, float] = {}
        self._last: dict[PaneId, float] = {}
        self._unread: set[PaneId] = set()
        self._marked: set[PaneId] = set()
        """Panes that became unread since the last look."""
        self._seen: frozenset[PaneId] = frozenset()
        self._timer: asyncio.TimerHandle | None = None
        self._key = 0.0
        self._looked = 0.0
        self._attended = False
        self.waits: Callable[[PaneId], str] = lambda _pane: ""
        """What a pane waits for a person with; nothing where it does not."""
        self.wanted: Callable[[], Iterable[PaneId]] = lambda: ()
        """The panes whose state is to be seen somewhere."""

    # ---- what happens

    def output(self, pane: PaneId) -> None:
        """It wrote something."""
        if pane not in self._seen and pane not in self._unread:
            self._unread.add(pane)
            self._marked.add(pane)
        self.stir(pane)

    def stir(self, pane: PaneId) -> None:
        """Something of it is another: look at it soon."""
        now = self._loop.time()
        self._last[pane] = now
        if pane not in self._first:
            self._first[pane] = now
        if self._timer is None and self._attended:
            self._timer = self._loop.call_later(EVERY, self._look)

    def typed(self) -> None:
        """Somebody pressed a key."""
        self._key = self._loop.time()

    def look_again(self, pane: PaneId) -> None:
        """It ended, or it waits now: look at it at once."""
        if pane in self._sights:
            self._sights[pane] = self._look_at(pane)

    def forget(self, pane: PaneId) -> None:
        """It is gone."""
        for known in (self._sights, self._first, self._last):
            known.pop(pane, None)
        self._unread.discard(pane)
        self._marked.discard(pane)

    def attend(self, *, attended: bool, seen: Iterable[PaneId]) -> None:
        """Is anybody here, and which panes do they see?"""
        self._attended = attended
        self._seen = frozenset(seen) if attended else frozenset()
        self._unread -= self._seen
        if not attended:
            if self._timer is not None:
                self._timer.cancel()
                self._timer = None
            return
        settled = self._loop.time() - SETTLED
        for pane in self._news():
            if self._last[pane] <= settled:  # it comes into view: what is shown of it is true at once
                self._sights[pane] = self._look_at(pane)
                del self._first[pane]
        if self._timer is None and self._news():
            self._timer = self._loop.call_later(EVERY, self._look)

    def stop(self) -> None:
        """No more looking."""
        self.attend(attended=False, seen=())

    # ---- what there is to see

    def sight(self, pane: PaneId) -> Sight:
        """What was last seen of it."""
        found = self._sights.get(pane)
        if found is None or found.state == "starting":
            found = self._sights[pane] = self._look_at(pane)
        return found

    def unread(self, pane: PaneId) -> bool:
        """Did it write something that nobody has seen?"""
        return pane in self._unread

    # ---- looking

    def _news(self) -> set[PaneId]:
        return self._first.keys() & set(self.wanted())

    def _look(self) -> None:
        now = self._loop.time()
        if now - self._key < AFTER_KEY and now - self._looked < LATEST:
            self._timer = self._loop.call_at(self._key + AFTER_KEY, self._look)
            return
        self._timer, self._looked = None, now
        changed = set(self._marked)
        self._marked.clear()
        for pane in self._news():
            before, after = self._sights.get(pane), self._look_at(pane)
            self._sights[pane] = after
            if before != after:
                changed.add(pane)
            if now - self._last[pane] >= SETTLED:
                del self._first[pane]
        if changed:
            self._changed(changed)
        if self._timer is None and self._attended and self._news():
            self._timer = self._loop.call_later(EVERY, self._look)

    def _look_at(self, pane: PaneId) -> Sight:
        """Ask what there is to know of it now."""
        before = self._sights.get(pane, Sight())
        terminal = self._runtime.terminals.get(pane)
        if terminal is None:
            return replace(before, state="starting")
        facts = self._runtime.facts(pane)
        busy = self._runtime.busy(pane)
        reason = self.waits(pane)
        state = state_of(facts, busy=bool(busy), waits=bool(reason))
        return Sight(
            name=harmless(facts.name),
            state=state,
            since=before.since if state == before.state else self._began(pane, state),
            title=(reason if state == "waiting" else "") or title_of(facts, busy),
            last="" if facts.title.strip() or reason else last_words(terminal.engine.lines(), prompts=state == "idle"),
            note=str(facts.exit) if facts.exit else "",
            project=project_of(facts.cwd),
        )

    def _began(self, pane: PaneId, state: str) -> float:
        """Work begins with the first output that was not looked at yet; what follows it, with the last."""
        moments = self._first if state == "working" else self._last
        return moments.get(pane, self._loop.time())


def last_words(lines: list[str], *, prompts: bool) -> str:
    """The last line that says something; where a shell waits, that is not its prompt."""
    said = [line for line in lines if line.strip()]
    if prompts and said:
        said.pop()
    return " ".join(harmless(said[-1][: LONGEST * 2]).split())[:LONGEST] if said else ""


def in_order(panes: Iterable[PaneId]) -> list[PaneId]:
    """As they were made: ids are numbered."""
    return sorted(panes, key=lambda pane: (len(pane), pane))
