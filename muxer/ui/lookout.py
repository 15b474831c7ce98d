"""Watches what every pane is doing, for titles, cards, the sidebar and the tab list.

Output costs it a note; the panes that are to be seen and had news are looked at some four times a second, and no timer
runs when there is no news. Nothing here is done while a key's echo is on its way.
"""

import asyncio
import time
from collections.abc import Callable, Collection, Iterable
from dataclasses import replace

from muxer.model import PaneId, Verdict
from muxer.ui.harmless import harmless
from muxer.ui.projects import project_of
from muxer.ui.runtime import Runtime
from muxer.ui.states import Sight, as_judged
from muxer.ui.titles import title_of

EVERY = 0.25
SETTLED = 0.1
"""A pane is looked at once more so long after its last output: who has the terminal changes a moment later."""
AFTER_KEY = 0.04
"""A key's echo is on its way for so long; looking waits for it."""
LATEST = 1.0
"""But whoever types without a pause sees the rest of the screen live, too."""
COUNT = 1.0
"""How often a countdown is told."""
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
        self._judged: dict[PaneId, tuple[float, float]] = {}
        """When each agent came to do what it does: as it was told, and as the loop counts time."""
        self._unread: set[PaneId] = set()
        self._marked: set[PaneId] = set()
        """Panes that became unread since the last look."""
        self._seen: frozenset[PaneId] = frozenset()
        self._timer: asyncio.TimerHandle | None = None
        self._counting: set[PaneId] = set()
        """Panes whose programs are started again at a certain time."""
        self._count_soon: asyncio.Handle | None = None
        self._key = 0.0
        self._looked = 0.0
        self._attended = False
        self.waits: Callable[[PaneId], str] = lambda _pane: ""
        """What a pane waits for a person with; nothing where it does not."""
        self.wanted: Callable[[], Iterable[PaneId]] = lambda: ()
        """The panes whose state is to be seen somewhere."""
        self.may_count: Callable[[], bool] = lambda: True
        """May a countdown move by itself? Else the time is told at which it ends."""

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

    def turned(self, pane: PaneId) -> bool:
        """Something of it is another: does its program run again, or is it frozen, unlike when it was seen last?"""
        facts, sight = self._runtime.facts(pane), self.sight(pane)
        return (facts.exit is not None, facts.frozen) != (sight.ended, sight.state == "frozen")

    def look_again(self, pane: PaneId) -> None:
        """It ended, it goes on, or it waits now: look at it at once."""
        if pane in self._sights:
            self._sights[pane] = self._look_at(pane)

    def forget(self, pane: PaneId) -> None:
        """It is gone."""
        for known in (self._sights, self._first, self._last, self._judged):
            known.pop(pane, None)
        for some in (self._unread, self._marked, self._counting):
            some.discard(pane)

    def attend(self, *, attended: bool, seen: Iterable[PaneId]) -> None:
        """Is anybody here, and which panes do they see?"""
        self._attended = attended
        self._seen = frozenset(seen) if attended else frozenset()
        self._unread -= self._seen
        if not attended:
            for timer in filter(None, (self._timer, self._count_soon)):
                timer.cancel()
            self._timer = self._count_soon = None
            return
        if self._counting and self._count_soon is None and self.may_count():
            self._count_soon = self._loop.call_soon(self._count)
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
        if found is None or (found.state == "starting" and not found.ended):
            found = self._sights[pane] = self._look_at(pane)
        return found

    @property
    def any_frozen(self) -> bool:
        """Is a program anywhere frozen?"""
        return any(sight.state == "frozen" for sight in self._sights.values())

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
            if self._differs(pane):
                changed.add(pane)
            if now - self._last[pane] >= SETTLED:
                del self._first[pane]
        if changed:
            self._changed(changed)
        if self._timer is None and self._attended and self._news():
            self._timer = self._loop.call_later(EVERY, self._look)

    def _differs(self, pane: PaneId) -> bool:
        before, after = self._sights.get(pane), self._look_at(pane)
        self._sights[pane] = after
        return before != after

    def _count(self) -> None:
        """Countdowns that somebody sees go on, each second that is one."""
        self._count_soon = None
        counting = self._counting & set(self.wanted())
        changed = set(filter(self._differs, counting))
        if counting and self.may_count():
            self._count_soon = self._loop.call_later(COUNT, self._count)
        if changed:
            self._changed(changed)

    def _look_at(self, pane: PaneId) -> Sight:
        """Ask what there is to know of it now."""
        before = self._sights.get(pane, Sight())
        terminal = self._runtime.terminals.get(pane)
        if terminal is None:
            return replace(before, state="starting")
        facts = self._runtime.facts(pane)
        busy = self._runtime.busy(pane)
        reason = self.waits(pane)
        verdict = self._runtime.verdict(pane) if facts.exit is None else None
        status = as_judged(self._runtime.status(pane, waits=reason), verdict)
        state, note = status.state, status.note
        said = harmless(verdict.words) if verdict else reason if state == "waiting" else ""
        if facts.again_at:
            self._counting.add(pane)
            if not self.may_count():
                note = time.strftime("again at %H:%M:%S", time.localtime(facts.again_at))
        else:
            self._counting.discard(pane)
        return Sight(
            name=harmless(facts.name),
            state=state,
            since=self._since(pane, verdict, state, before),
            title=said or title_of(facts, busy),
            last="" if facts.title.strip() or said else last_words(terminal.engine.lines(), prompts=state == "idle"),
            note=note,
            ended=facts.exit is not None,
            project=facts.project or project_of(facts.cwd),
        )

    def _since(self, pane: PaneId, verdict: Verdict | None, state: str, before: Sight) -> float:
        if verdict is None or not verdict.since:
            return before.since if state == before.state else self._began(pane, state)
        if self._judged.get(pane, (0.0, 0.0))[0] != verdict.since:
            self._judged[pane] = verdict.since, self._loop.time() - max(0.0, time.time() - verdict.since)
        return self._judged[pane][1]

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
