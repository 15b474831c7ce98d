"""How fast peers may write to each other, and what is held until a person lets it go. Pure: the time comes in.

So many messages a minute from one to another and inside a circle; and not to and fro for ever with no person in it.
"""

from collections import deque
from collections.abc import Callable
from typing import TypeVar

from muxer.settable import Mesh
from muxer.talk import YOU, PeerId

MINUTE = 60.0
STEP = 2.0
"""Seconds that are counted as one moment."""
MOST = 20_000
"""So many pairs are remembered; of one that said nothing for longest, it is forgotten what it said."""
BRAKED = "you hold what agents say: muxer brake --off"

Pair = tuple[PeerId, PeerId]
K = TypeVar("K")
V = TypeVar("V")


class Minute:
    """How many there were in the last minute; a little longer ago than that, never less."""

    __slots__ = ("_steps", "_total")

    def __init__(self) -> None:
        self._steps: deque[list[float]] = deque()
        """When each step ends, and how many were in it."""
        self._total = 0

    def wait(self, most: int, now: float) -> float:
        """Seconds until there may be another one; 0 if it is now."""
        steps = self._steps
        while steps and steps[0][0] <= now - MINUTE:
            self._total -= int(steps.popleft()[1])
        return steps[0][0] + MINUTE - now if self._total >= most else 0.0

    def add(self, now: float) -> None:
        """There is another one."""
        if self._steps and now < self._steps[-1][0]:
            self._steps[-1][1] += 1
        else:
            self._steps.append([now + STEP, 1])
        self._total += 1


class Rally:
    """How often two peers took turns since a person spoke to either."""

    __slots__ = ("last", "turns")

    def __init__(self) -> None:
        self.last: PeerId = ""
        """Who spoke last."""
        self.turns = 0


class Pace:
    """Of all peers. What `held` and `braked` say is kept by whoever has a store."""

    def __init__(self, limits: Callable[[], Mesh]) -> None:
        self._limits = limits
        self._pairs: dict[Pair, Minute] = {}
        self._circles: dict[str, Minute] = {}
        self._rallies: dict[Pair, Rally] = {}
        self.braked = False
        """Is everything held that peers say to agents?"""
        self.held: set[Pair] = set()
        """Those who took turns too often, until a person lets them go on."""

    # ---- may it be said?

    def why_not(self, sender: PeerId, recipient: PeerId, circle: str, now: float) -> str:
        """Why it may not say another thing now, in one line; empty if it may."""
        limits = self._limits()
        pair, whole = self._pairs.get((sender, recipient)), self._circles.get(circle)
        if pair and (wait := pair.wait(limits.pair_rate, now)):
            return _slower(f"{limits.pair_rate} messages a minute from one agent to another", wait, "pair_rate")
        if whole and (wait := whole.wait(limits.circle_rate, now)):
            return _slower(f"{limits.circle_rate} messages a minute in one circle", wait, "circle_rate")
        return ""

    def passed(self, sender: PeerId, recipient: PeerId, circle: str, now: float) -> bool:
        """It said that. Did the two just take turns too often? Then they are held."""
        _kept(self._pairs, (sender, recipient), Minute).add(now)
        _kept(self._circles, circle, Minute).add(now)
        if recipient == YOU:
            return False
        pair = pair_of(sender, recipient)
        exchange = _kept(self._rallies, pair, Rally)
        if exchange.last != sender:
            exchange.last, exchange.turns = sender, exchange.turns + 1
        if exchange.turns <= self._limits().loop or pair in self.held:
            return False
        self.held.add(pair)
        return True

    # ---- may it be typed?

    def why_held(self, sender: PeerId, recipient: PeerId) -> str:
        """Why what one said to the other waits, in one line; empty if it does not."""
        if self.braked:
            return BRAKED
        if self.held and (pair := pair_of(sender, recipient)) in self.held:
            return f"they answer each other without end: muxer brake --release {','.join(pair)}"
        return ""

    def loops(self) -> list[Pair]:
        """Those who took turns too often and wait for a person."""
        return sorted(self.held)

    # ---- a person

    def person_spoke(self, peer: PeerId) -> list[Pair]:
        """A person prompted it: it may take turns anew with everybody. Those that were held, and are not now."""
        for pair in [pair for pair in self._rallies if peer in pair]:
            del self._rallies[pair]
        return self._freed({pair for pair in self.held if peer in pair})

    def let_go(self, one: PeerId, other: PeerId) -> bool:
        """Those two may take turns anew. Were they held?"""
        pair = pair_of(one, other)
        self._rallies.pop(pair, None)
        return bool(self._freed({pair} & self.held))

    def _freed(self, pairs: set[Pair]) -> list[Pair]:
        self.held -= pairs
        return sorted(pairs)


def pair_of(one: PeerId, other: PeerId) -> Pair:
    """The two, whoever of them speaks."""
    return (one, other) if one < other else (other, one)


def _slower(what: str, wait: float, setting: str) -> str:
    return f"that is more than {what} (mesh.{setting}): say it in {max(1, round(wait + 0.5))} s"


def _kept(those: dict[K, V], key: K, make: Callable[[], V]) -> V:
    """That one, which was used last; the oldest goes for a new one."""
    found = those.pop(key, None)
    if found is None:
        found = make()
        if len(those) >= MOST:
            del those[next(iter(those))]
    those[key] = found
    return found
