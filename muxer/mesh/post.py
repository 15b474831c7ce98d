"""What peers say to each other, on its way: looked at, paced, written down in one step with the note that brings it.

Who has no pane to type into reads what is unread. What is held waits in inboxes, until a person lets it go.
"""

import asyncio
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from functools import partial
from time import monotonic, time

from muxer.errors import MuxerError, StoreTrouble, UsageError
from muxer.events import Event, MessagePassed, PeersChanged, Warned
from muxer.fleet.inbox import Inbox
from muxer.mesh.pace import Pace, Pair, pair_of
from muxer.mesh.peers import Peers
from muxer.model import Note
from muxer.store import brakes, messages
from muxer.store.database import Store
from muxer.store.inbox import add_notes, bring
from muxer.store.messages import Also
from muxer.talk import YOU, Message, MessageKind, Peer, PeerId

LARGEST = 1 << 20
"""Bytes of one message."""
WAITING = 10_000
"""So many messages may wait for one peer."""
MUXER = "muxer"
"""Who speaks where nobody does."""


class Post:
    """Of the whole mesh."""

    def __init__(self, peers: Peers, inbox: Inbox, store: Store, pace: Pace, tell: Callable[[Event], None]) -> None:
        self._peers, self._inbox, self._store, self._tell = peers, inbox, store, tell
        self.pace = pace
        self._last = 0
        self._passing: set[asyncio.Future[list[Message]]] = set()
        self._unread: dict[PeerId, dict[int, Message]] = {}
        """What waits for who has no pane."""

    # ---- what is said

    async def send(
        self, sender: Peer, recipients: Sequence[Peer], text: str, *, kind: MessageKind = "note",
        reply_to: int | None = None, key: str = "", files: tuple[str, ...] = (), also: Also | None = None,
    ) -> list[Message]:  # fmt: skip
        """Say that to each of them, or to those of several who can be told; it is durable when this returns.

        `also` is written in the same step. Raises MuxerError if it can be said to nobody, with nothing written.
        """
        text = _sound(text)
        reached = self._reached(sender, recipients)
        said = [self._message(sender, one, text, kind=kind, reply_to=reply_to, files=files) for one in reached]
        # Whoever wants no answer any more has said it all the same.
        return await asyncio.shield(self._pass_on(said, key, also, notes=self._notes(said)))

    async def keep(
        self, sender: Peer | None, recipient: Peer, text: str, *, kind: MessageKind = "note",
        reply_to: int | None = None, key: str = "", files: tuple[str, ...] = (), also: Also | None = None,
    ) -> Message:  # fmt: skip
        """Write that down, for somebody who wants to know it; it arrives by a call that waits, or once it is put.

        Without a sender, muxer says it.
        """
        if sender and kind == "reply":
            self._passed(sender, recipient, monotonic())
        said = [self._message(sender, recipient, _sound(text), kind=kind, reply_to=reply_to, files=files)]
        found = await asyncio.shield(self._pass_on(said, key, also))
        return found[0]

    def put(self, message: Message) -> None:
        """Have that typed, or read, which was only kept; once, however often this is asked."""
        if message.arrived_at is not None or self._inbox.notes.bringing(message.id):
            return
        notes = [*self._notes([message]).values()]
        self._store.note(add_notes, notes)
        self._hand_on(message, *notes)

    def _message(
        self, sender: Peer | None, recipient: Peer, text: str, *, kind: MessageKind, reply_to: int | None,
        files: tuple[str, ...],
    ) -> Message:  # fmt: skip
        self._last += 1
        return Message(
            id=self._last, kind=kind, sender=sender.id if sender else "", sender_name=sender.name if sender else MUXER,
            recipient=recipient.id, recipient_name=recipient.name, text=text, sent_at=time(), reply_to=reply_to,
            circle=sender.circle if sender else "", files=files,
        )  # fmt: skip

    def _notes(self, said: Sequence[Message]) -> dict[int, Note]:
        """What is to be typed into those that have a pane, by the messages' numbers."""
        found: dict[int, Note] = {}
        for message in said:
            if agent := self._peers.agent(message.recipient):
                name = "" if message.sender == YOU else message.sender_name
                found[message.id] = self._inbox.draft(agent, message.text, sender=name, said=message)
        return found

    def _pass_on(
        self, said: Sequence[Message], key: str, also: Also | None, *, notes: Mapping[int, Note] | None = None
    ) -> "asyncio.Future[list[Message]]":
        """Write it down in one step, then let it go on; without notes, it only is told of."""
        write = partial(bring, notes=notes or {}, also=also)

        async def pass_on() -> list[Message]:
            found = await self._store.ask(messages.add_messages, said, key, write)
            for message, known in zip(said, found, strict=True):
                if known.id != message.id:
                    continue  # it was said before, under that key
                if notes is not None:
                    self._hand_on(message, notes.get(message.id))
                self._tell(MessagePassed(message))
            return found

        passing = asyncio.ensure_future(pass_on())
        self._passing.add(passing)
        passing.add_done_callback(self._passing.discard)
        return passing

    def _hand_on(self, message: Message, note: Note | None = None) -> None:
        if note:
            self._inbox.take(note)
        else:
            self._unread.setdefault(message.recipient, {})[message.id] = message

    async def of(self, number: int) -> Message | None:
        """The one of that number."""
        return await self._store.read(messages.message_numbered, number)

    async def withdraw(self, number: int) -> bool:
        """It is not to arrive. False if it did, or is on its way."""
        if note := self._inbox.notes.bringing(number):
            try:
                self._inbox.withdraw(note)
            except UsageError:
                return False
            return True
        for unread in self._unread.values():
            if unread.pop(number, None):
                self._store.note(messages.read_messages, [number])
                return True
        return False

    # ---- whether

    def _reached(self, sender: Peer, recipients: Sequence[Peer]) -> list[Peer]:
        """Those that it may be said to, and is, as far as the pace goes. Raises MuxerError if there is none."""
        now, why = monotonic(), "there is nobody to say that to: muxer peers shows who there is"
        reached: list[Peer] = []
        for one in {one.id: one for one in recipients}.values():
            if refusal := self._why_not(sender, one, now):
                why = refusal
            else:
                reached.append(one)
                self._passed(sender, one, now)
        if not reached:
            raise MuxerError(why)
        return reached

    def _why_not(self, sender: Peer, recipient: Peer, now: float) -> str:
        if why := self._peers.barrier(sender, recipient):
            return why
        agent = self._peers.agent(recipient.id)
        if (self._inbox.notes.count(agent.pane) if agent else len(self._unread.get(recipient.id, ()))) >= WAITING:
            return f"{WAITING:,} messages wait for {recipient.name}: say it when it has read some"
        return "" if sender.id == YOU else self.pace.why_not(sender.id, recipient.id, sender.circle, now)

    def _passed(self, sender: Peer, recipient: Peer, now: float) -> None:
        if sender.id == YOU:
            self.person_spoke(recipient.id)
        elif self.pace.passed(sender.id, recipient.id, sender.circle, now):
            self._store.note(brakes.pull_brake, *pair_of(sender.id, recipient.id))
            self._tell(
                Warned(
                    f"{sender.name} and {recipient.name} answer each other without end, and wait for you:"
                    f" muxer brake --release {sender.name},{recipient.name}"
                )
            )
            self._changed(recipient.id)

    # ---- what waits

    def unread(self, peer: PeerId) -> list[Message]:
        """What somebody who has no pane has not read, oldest first; not what is held."""
        return [one for one in self._unread.get(peer, {}).values() if not self.why_held(one.sender, peer)]

    async def read(self, peer: Peer) -> list[Message]:
        """The same, given to it now: it is written down before that it is read."""
        given = self.unread(peer.id)
        if not given:
            return []
        for message in given:
            del self._unread[peer.id][message.id]
        try:
            await self._store.ask(messages.read_messages, [message.id for message in given])
        except StoreTrouble:
            self._unread[peer.id] = {message.id: message for message in given} | self._unread[peer.id]
            raise
        self._changed(peer.id)
        now = time()
        return [replace(message, arrived_at=now) for message in given]

    # ---- what is held

    def why_held(self, speaker: PeerId, recipient: PeerId) -> str:
        """Why what a peer says to another waits; empty if it does not. A person is neither held nor kept waiting."""
        return "" if speaker in ("", YOU) or recipient == YOU else self.pace.why_held(speaker, recipient)

    def held(self) -> int:
        """How many messages wait for a person to let them go."""
        return sum(
            bool(self.why_held(note.speaker, peer.id))
            for peer in self._peers.everybody()
            for note in self._inbox.waiting(peer.pane)
        )

    async def brake(self, *, on: bool) -> None:
        """A person holds everything that peers say to agents, or lets it go."""
        await self._store.ask(brakes.pull_brake if on else brakes.release_brake)
        self.pace.braked = on
        self._changed("")

    async def let_go(self, one: Peer, other: Peer) -> None:
        """A person lets two go on that wrote to each other without end. Raises UsageError if they are not held."""
        if not self.pace.let_go(one.id, other.id):
            raise UsageError(f"{one.name} and {other.name} are not held: muxer brake --off lets go what you hold")
        self._release([pair_of(one.id, other.id)])
        await self._store.settled()

    def person_spoke(self, peer: PeerId) -> None:
        """A person prompted it: it may take turns with others anew."""
        self._release(self.pace.person_spoke(peer))

    def _release(self, pairs: Sequence[Pair]) -> None:
        for pair in pairs:
            self._store.note(brakes.release_brake, *pair)
        if pairs:
            self._changed("")

    def _changed(self, peer: PeerId) -> None:
        self._inbox.heed_all()
        self._tell(PeersChanged(peer))

    # ---- what happens

    def heard(self, event: Event) -> None:
        """Something happened."""
        if isinstance(event, PeersChanged) and event.peer != YOU and self._peers.by_id(event.peer) is None:
            self._unread.pop(event.peer, None)

    async def learn(self) -> None:
        """Go on where the last host was, once peers are known."""
        self._last = max(self._last, await self._store.read(messages.last_message))
        for peer in (YOU, *(peer.id for peer in self._peers.everybody() if peer.kind == "guest")):
            if unread := await self._store.read(messages.messages_unread, peer):
                self._unread[peer] = {message.id: message for message in unread}
        for one, other in await self._store.read(brakes.pulled_brakes):
            if not one:
                self.pace.braked = True
            elif self._peers.by_id(one) and self._peers.by_id(other):
                self.pace.held.add((one, other))
            else:
                self._store.note(brakes.release_brake, one, other)
        self._inbox.notes.keeps_back = lambda note: self.why_held(note.speaker, f"a{note.agent}")
        self._inbox.heed_all()


def _sound(text: str) -> str:
    """The text, if it can be sent."""
    if not text.strip():
        raise UsageError("there is nothing in that text: say something")
    data = text.encode(errors="replace")
    if len(data) > LARGEST:
        raise UsageError(f"{len(data):,} bytes are more than the 1 MB that may be said at once: put them into a file")
    return data.decode()
