"""What was said lately: by programs in panes that nobody looked at, and by muxer itself. Data and times, no widgets.

A pane waits for a person from its first unseen notice until somebody looks at it. The same words said again are one
notice; a pane that is muted is heard, but never waits.
"""

from collections import deque
from collections.abc import Callable
from dataclasses import dataclass

from muxer.model import PaneId
from muxer.terminal.engine import Notified, Progressed, Rang
from muxer.ui.harmless import harmless

KEPT = 100
"""Notices that the list of what was said lately goes back to."""
LONGEST = 400
"""Characters of a notice that are kept."""
LONG_WORK = 3.0
"""A progress bar that came and went within so many seconds is not worth a word."""
ONE = 1.0
"""What a pane says within so many seconds is one notice, so that nobody's is pushed out by a flood."""
BELL = "rang the bell"
BURST, AGAIN_AFTER = 3, 10.0
"""So many announcements of a pane go out at once, then one each so many seconds."""


@dataclass(slots=True, kw_only=True)
class Said:
    """One notice; `times` counts how often it was said in a row."""

    pane: PaneId
    """Nothing, when muxer itself said it."""
    name: str
    words: str
    when: float
    seen: bool = False
    times: int = 1
    last: float = 0.0
    """When it was said again."""


class Bucket:
    """Lets a few through at once, and then one at a time."""

    __slots__ = ("_every", "_full", "_left", "_when")

    def __init__(self, burst: int, every: float) -> None:
        self._full, self._every = float(burst), every
        self._left, self._when = self._full, 0.0

    def take(self, now: float) -> bool:
        """May one more go out?"""
        self._left = min(self._full, self._left + (now - self._when) / self._every)
        self._when = now
        if self._left < 1:
            return False
        self._left -= 1
        return True


class Notices:
    """The attention list, and who is muted; `changed` is called with the pane that waits now, or no longer does."""

    def __init__(self, changed: Callable[[PaneId], None] = lambda _pane: None) -> None:
        self._changed = changed
        self._said: deque[Said] = deque(maxlen=KEPT)
        self._unseen: dict[PaneId, Said] = {}
        """The first unseen notice of each pane that waits, in the order they came."""
        self._last: dict[PaneId, Said] = {}
        self._muted: set[PaneId] = set()
        self._works_since: dict[PaneId, float] = {}
        self._buckets: dict[PaneId, Bucket] = {}

    # ---- who waits

    @property
    def waiting(self) -> tuple[PaneId, ...]:
        """The panes that wait for a person, longest first."""
        return tuple(self._unseen)

    def waits(self, pane: PaneId) -> bool:
        """Has it said something that nobody saw?"""
        return pane in self._unseen

    def reason(self, pane: PaneId) -> str:
        """What it said last; nothing where it does not wait."""
        return self._last[pane].words if pane in self._unseen else ""

    def since(self, pane: PaneId) -> float:
        """When it began to wait."""
        found = self._unseen.get(pane)
        return found.when if found else 0.0

    @property
    def lately(self) -> tuple[Said, ...]:
        """Everything that was said, newest first."""
        return tuple(reversed(self._said))

    # ---- what happens

    def hear(self, pane: PaneId, notice: object, now: float) -> str:
        """The words for what a program announced; nothing where it is not worth any."""
        match notice:
            case Rang():
                return BELL
            case Notified(title, body):
                return _line(f"{title}: {body}" if title and body else title or body) or "wants attention"
            case Progressed(state=state):
                return self._worked(pane, state, now)
        return ""

    def _worked(self, pane: PaneId, state: str, now: float) -> str:
        if state in ("set", "indeterminate"):
            self._works_since.setdefault(pane, now)
            return ""
        since = self._works_since.pop(pane, now)
        if state == "none":
            return f"finished after {_span(now - since)}" if now - since >= LONG_WORK else ""
        return "stopped with an error" if state == "error" else "paused"

    def again(self, pane: PaneId, words: str, now: float, *, seen: bool) -> bool:
        """Is it what the pane said last, or said in the same breath? Then it is counted there."""
        last = self._last.get(pane)
        if last is None or last.seen != (seen or pane in self._muted):
            return False
        if last.words != words and now - last.last >= ONE:
            return False
        if words != BELL:  # a bell has no words of its own
            last.words = words
        last.times += 1
        last.last = now
        return True

    def add(self, pane: PaneId, name: str, words: str, now: float, *, seen: bool) -> None:
        """Write down what a pane said; whether somebody looked at it then. The muted never wait."""
        seen = seen or not pane or pane in self._muted
        said = Said(pane=pane, name=name, words=words, when=now, last=now, seen=seen)
        self._said.append(said)
        if pane:
            self._last[pane] = said
        if not seen and pane not in self._unseen:
            self._unseen[pane] = said
            self._changed(pane)

    def warned(self, words: str, now: float) -> None:
        """Muxer said something in the status line."""
        self.add("", "muxer", _line(words), now, seen=True)

    def may_announce(self, pane: PaneId, now: float) -> bool:
        """May this pane call for somebody again, or has it done so too often?"""
        if pane in self._muted:
            return False
        bucket = self._buckets.get(pane)
        if bucket is None:
            bucket = self._buckets[pane] = Bucket(BURST, AGAIN_AFTER)
        return bucket.take(now)

    def look(self, pane: PaneId) -> bool:
        """Somebody looks at the pane; whether it waited."""
        if self._unseen.pop(pane, None) is None:
            return False
        for said in self._said:
            said.seen = said.seen or said.pane == pane
        self._last[pane].seen = True
        self._changed(pane)
        return True

    def forget(self, pane: PaneId) -> None:
        """The pane is gone; what it said stays to be read."""
        self.look(pane)
        self._muted.discard(pane)
        for known in (self._last, self._works_since, self._buckets):
            known.pop(pane, None)

    # ---- mute

    def muted(self, pane: PaneId) -> bool:
        """Is it not to call for anybody?"""
        return pane in self._muted

    def mute(self, pane: PaneId) -> bool:
        """Mute it, or hear it again; whether it is muted now."""
        if pane in self._muted:
            self._muted.discard(pane)
        else:
            self._muted.add(pane)
            self.look(pane)
        return pane in self._muted


def _line(text: str) -> str:
    """One line that cannot steer a terminal, and is not long."""
    return harmless(" ".join(text[: LONGEST * 4].split()))[:LONGEST]


def _span(seconds: float) -> str:
    if seconds < 60:
        return f"{seconds:.0f}s"
    return f"{seconds / 60:.0f}m" if seconds < 3600 else f"{seconds / 3600:.0f}h"
