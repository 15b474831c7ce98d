"""What a person reads of the mesh, and where: peers by circle, threads, a bar on each, marks, a filter. Pure.

Bars stay on what they are on, whoever comes and goes; the timeline's follows what is said, unless it was moved.
"""

from collections.abc import Mapping, Sequence
from typing import Literal, NamedTuple

from muxer.talk import YOU, Ask, Message, Peer, PeerId
from muxer.ui.screens.mesh_threads import Filter, Line, lines_of


class Known(NamedTuple):
    """The mesh as it is now."""

    peers: Sequence[Peer] = ()
    messages: Sequence[Message] = ()
    asks: Sequence[Ask] = ()
    """Open or not."""
    waits: Mapping[PeerId, int] = {}
    """How much is to be typed into each agent yet."""
    braked: bool = False
    loops: Sequence[tuple[PeerId, PeerId]] = ()


class Entry(NamedTuple):
    """A line of the list: everybody, a circle, or a peer."""

    kind: Literal["all", "circle", "peer"]
    id: str
    """Of the peer; the circle's name."""
    peers: tuple[Peer, ...]
    """Whoever is meant by it; the person is meant only by name."""


def entries_of(peers: Sequence[Peer]) -> list[Entry]:
    """Everybody, the person, and then circle by circle, in the order in which they were first met."""
    others = tuple(peer for peer in peers if peer.id != YOU)
    found = [Entry("all", "", others)]
    found += [Entry("peer", peer.id, (peer,)) for peer in peers if peer.id == YOU]
    for circle in dict.fromkeys(peer.circle for peer in others):
        members = tuple(peer for peer in others if peer.circle == circle)
        found += [Entry("circle", circle, members), *(Entry("peer", peer.id, (peer,)) for peer in members)]
    return found


class Reading:
    """One for the screen that shows it."""

    def __init__(self) -> None:
        self.known = Known()
        self.entries: list[Entry] = entries_of(())
        self.lines: list[Line] = []
        self.chosen = Filter()
        self.marked: set[PeerId] = set()
        self.inside = True
        """Is the bar among the messages, or in the list of peers?"""
        self.unread: set[int] = set()
        """Messages to the person that were not read when they came here."""
        self._entry = 0
        self._line = 0
        """The message under the bar; 0 follows the newest."""

    # ---- what there is

    def take(self, known: Known) -> bool:
        """So it stands now. Is something of it unread that was not known before?"""
        under = self.entry
        self.known, self.entries = known, entries_of(known.peers)
        same = (at for at, one in enumerate(self.entries) if (one.kind, one.id) == (under.kind, under.id))
        self._entry = next(same, min(self._entry, len(self.entries) - 1))
        self.marked &= {peer.id for peer in known.peers}
        unread = {one.id for one in known.messages if one.recipient == YOU and one.arrived_at is None}
        came = not unread <= self.unread
        self.unread |= unread
        self._filter()
        return came

    def news_of(self, entry: Entry) -> int:
        """How much a peer has not read, or was not typed into it yet."""
        if entry.kind != "peer":
            return 0
        if entry.id == YOU:
            return len(self.unread)
        to_it = (one for one in self.known.messages if one.recipient == entry.id)
        return self.known.waits.get(entry.id) or sum(one.arrived_at is None for one in to_it)

    def name_of(self, peer: PeerId) -> str:
        """As it is called; its id where it has left."""
        return next((one.name for one in self.known.peers if one.id == peer), peer)

    def choose(self, chosen: Filter) -> None:
        """See these threads only."""
        self.chosen = chosen
        self._filter()

    def _filter(self) -> None:
        self.lines = lines_of(self.known.messages, self.known.asks, self.chosen, self.known.peers)
        if self._line not in {line.message.id for line in self.lines}:
            self._line = 0

    # ---- where the bars are

    @property
    def entry(self) -> Entry:
        """What is under the bar of the list."""
        return self.entries[self._entry]

    @property
    def follows(self) -> bool:
        """Does the timeline's bar stay on the newest?"""
        return not self._line

    @property
    def at(self) -> int:
        """Which line is under the bar; -1 where there is none."""
        found = (at for at, line in enumerate(self.lines) if line.message.id == self._line)
        return next(found, len(self.lines) - 1)

    @property
    def line(self) -> Line | None:
        """What is under the bar of the timeline."""
        return self.lines[self.at] if self.lines else None

    def step(self, rows: int) -> None:
        """The bar of where one is goes so far, and not over the edge."""
        if self.inside:
            self.go(max(0, self.at + rows))
        else:
            self._entry = max(0, min(len(self.entries) - 1, self._entry + rows))

    def go(self, at: int) -> None:
        """To that line, which is not new then; from the last one on, whatever comes is followed."""
        self._line = self.lines[at].message.id if at < len(self.lines) - 1 else 0
        if self.line:
            self.unread.discard(self.line.message.id)

    def enter(self, at: int) -> None:
        """To that entry of the list."""
        self._entry = min(at, len(self.entries) - 1)

    # ---- what is done

    def mark(self) -> None:
        """Whoever is under the bar is written to, too; or no longer, if all of them were."""
        ids = {peer.id for peer in self.entry.peers} - {YOU}
        self.marked = self.marked - ids if ids <= self.marked else self.marked | ids

    @property
    def addressed(self) -> Entry:
        """Whom one writes to now: the marked ones, else who is under the bar, else who wrote what is under it."""
        entry, line = self.entry, self.line
        if self.marked:
            entry = Entry("peer", "", tuple(peer for peer in self.known.peers if peer.id in self.marked))
        elif self.inside and line is not None:
            message = line.message
            one = message.sender if message.sender != YOU else message.recipient
            entry = Entry("peer", one, tuple(peer for peer in self.known.peers if peer.id == one))
        return entry._replace(peers=tuple(peer for peer in entry.peers if peer.id != YOU))

    @property
    def asked(self) -> list[Ask]:
        """What waits for the person's answer, oldest first."""
        return sorted(
            (ask for ask in self.known.asks if ask.outcome == "open" and ask.answerer == YOU), key=lambda one: one.id
        )

    def seek(self, ask: Ask) -> None:
        """To that ask, out of any filter."""
        self.inside = True
        if ask.id not in {line.message.id for line in self.lines}:
            self.choose(Filter())
        self.go(next((at for at, line in enumerate(self.lines) if line.message.id == ask.id), len(self.lines) - 1))
