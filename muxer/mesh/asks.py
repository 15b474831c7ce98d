"""Asks: questions that peers put to each other. Each ends once, both sides learn how, and an answer arrives once."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from contextlib import suppress
from functools import partial
from time import time

from muxer.errors import MuxerError, UnknownName, UsageError
from muxer.events import Event
from muxer.mesh.docket import Docket
from muxer.mesh.matter import Call, Matter
from muxer.mesh.peers import Peers
from muxer.mesh.post import Post
from muxer.mesh.waits import chain, in_words
from muxer.model import Note
from muxer.store import asks as records
from muxer.store.database import Store
from muxer.store.inbox import Moment
from muxer.talk import YOU, AnsweredBy, Ask, Message, Peer, PeerId


class Asks:
    """All of them; it hears every event, after the peers."""

    def __init__(
        self, post: Post, peers: Peers, store: Store, tell: Callable[[Event], None], *, timeout: Callable[[], int]
    ) -> None:
        self._post, self._peers, self._store, self._timeout = post, peers, store, timeout
        self._docket = Docket(post, peers, store, tell)
        self._asking: list[tuple[PeerId, PeerId]] = []
        """Who is just about to wait for whom."""

    # ---- to ask

    async def ask(
        self, asker: Peer, answerer: Peer, text: str, *, seconds: float | None = None, waits: bool = True,
        key: str = "", files: tuple[str, ...] = (),
    ) -> Ask:  # fmt: skip
        """Put a question; it is durable when this returns. Raises UsageError where that would wait for ever."""
        (asked,) = await self.ask_many(asker, [answerer], text, seconds=seconds, waits=waits, key=key, files=files)
        return asked

    async def ask_many(
        self, asker: Peer, answerers: Sequence[Peer], text: str, *, seconds: float | None = None, waits: bool = True,
        key: str = "", files: tuple[str, ...] = (),
    ) -> list[Ask]:  # fmt: skip
        """Put it to several at once: to those that may be asked. Raises MuxerError if nobody may.

        If the call is cancelled meanwhile, so are they.
        """
        docket = self._docket
        asking = docket.run(self._put(asker, answerers, text, seconds=seconds, waits=waits, key=key, files=files))
        try:
            return await asyncio.shield(asking)
        except asyncio.CancelledError:
            docket.run(self._take_back(asker, asking))
            raise

    async def outcome(
        self, number: int, asker: Peer, *, seconds: float | None = None,
        progress: Callable[[str], None] = lambda _words: None,
    ) -> Ask:  # fmt: skip
        """How it ended, once it has, or how it is after so many seconds. Who asked is told by that.

        A person sees how it is. Raises UnknownName, or UsageError for who did not ask.
        """
        matter = await self._find(number)
        if asker.id != matter.ask.asker:
            if asker.id != YOU:
                raise UsageError(f"ask {number} is none of yours: muxer asks lists those that are")
            return matter.ask
        call = Call(asyncio.Event(), progress)
        matter.calls.append(call)
        try:
            await self._wait(matter, call, seconds)
            if not matter.is_open:
                await self._docket.told_by_call(matter)
        finally:
            matter.calls.remove(call)
            if number in self._docket.matters and not matter.is_open:
                self._docket.settle(matter)
        return matter.ask

    async def cancel(self, asker: Peer, number: int, why: str = "") -> Ask:
        """No answer is wanted any more, says its asker or a person. Raises UsageError for anybody else."""
        matter = await self._find(number)
        if asker.id not in (matter.ask.asker, YOU):
            raise UsageError(f"ask {number} is none of yours: only who asked can cancel it")
        if matter.is_open and not matter.closing and not self._docket.stopped:
            known = asker.id == matter.ask.asker
            why = why or f"{'its asker' if known else 'a person'} cancelled it"
            self._docket.end(matter, "cancelled", why, known=known)
            await self._store.settled()
        return matter.ask

    def open_from(self, peer: PeerId) -> list[Ask]:
        """What it asked, oldest first."""
        return [matter.ask for matter in self._docket.open() if matter.ask.asker == peer]

    async def find(self, number: int) -> Ask:
        """The one of that number, whatever became of it. Raises UnknownName."""
        return (await self._find(number)).ask

    # ---- to answer

    def open_to(self, peer: PeerId) -> list[Ask]:
        """What it is asked, oldest first."""
        return [matter.ask for matter in self._docket.open() if matter.ask.answerer == peer]

    async def reply(
        self, answerer: Peer, number: int | None, text: str, *, files: tuple[str, ...] = (), by: AnsweredBy = "reply"
    ) -> Ask:
        """Answer it; without a number, the only one that is open. Raises UsageError where no answer is wanted."""
        if not text.strip():
            raise UsageError("there is nothing in that answer: say something")
        matter = await self._find(self._only(answerer) if number is None else number)
        ask = matter.ask
        if answerer.id != ask.answerer:
            raise UsageError(f"ask {ask.id} was put to {ask.answerer_name}: nobody else can answer it")
        if ask.answered_at is not None and ask.answer == text:
            return ask  # the same request, which came again
        if ask.answered_at is not None or ask.outcome == "cancelled" or matter.closing:
            why = ask.reason if ask.outcome == "cancelled" else "it is answered"
            raise UsageError(f"ask {ask.id} needs no answer any more, {why}: muxer notify says more to a peer")
        asker = self._peers.by_id(ask.asker)
        if asker is None:
            raise UsageError(f"{ask.asker_name} is gone: nobody waits for an answer to ask {ask.id}")
        keep = partial(self._post.keep, answerer, asker, text, kind="reply", reply_to=ask.id, files=files)
        return await asyncio.shield(self._docket.run(self._answer(matter, keep, by)))

    # ---- what happens

    async def learn(self) -> None:
        """Go on where the last host was, once peers and their inboxes are known."""
        await self._docket.learn()

    def heard(self, event: Event) -> None:
        """Something happened."""
        self._docket.heard(event)

    def note_ended(self, notes: Sequence[Note], moment: Moment, why: str) -> None:
        """These left an inbox."""
        self._docket.note_ended(notes, moment, why)

    def stop(self) -> None:
        """Begin nothing any more; the next host goes on."""
        self._docket.stop()

    # ---- how

    async def _put(
        self, asker: Peer, answerers: Sequence[Peer], text: str, *, seconds: float | None, waits: bool, key: str,
        files: tuple[str, ...],
    ) -> list[Ask]:  # fmt: skip
        if key and (before := await self._store.read(records.asks_keyed, asker.id, key)):
            return [await self.find(ask.id) for ask in before]
        asked = self._passable(asker, answerers) if waits else answerers
        patience = seconds or (self._timeout() if waits else 0)
        edges = [(asker.id, one.id) for one in asked] if waits and asker.id != YOU else []
        self._asking += edges
        also = partial(records.add_asks, deadline_at=time() + patience if patience else 0.0, waits=waits)
        try:
            messages = await self._post.send(asker, asked, text, kind="ask", key=key, files=files, also=also)
            found = await self._store.read(records.asks_numbered, [message.id for message in messages])
            return [self._docket.enter(ask).ask for ask in found]
        finally:
            for edge in edges:
                self._asking.remove(edge)

    def _passable(self, asker: Peer, answerers: Sequence[Peer]) -> Sequence[Peer]:
        """Those that may be waited for. Raises UsageError if none may, naming who waits for whom."""
        waiting: dict[PeerId, list[PeerId]] = {}
        for one, other in self._asking:
            waiting.setdefault(one, []).append(other)
        for ask in (matter.ask for matter in self._docket.open()):
            if ask.waits and ask.asker != YOU:
                waiting.setdefault(ask.asker, []).append(ask.answerer)
        closing = {one.id: chain(waiting, asker.id, one.id) for one in answerers if one.id != asker.id}
        passable = [one for one in answerers if not closing.get(one.id)]
        if answerers and not passable:
            names = [found.name if (found := self._peers.by_id(one)) else one for one in closing[answerers[0].id]]
            raise UsageError(
                f"that would wait for ever, {in_words(names)}: reply to what you were asked, or ask without waiting"
            )
        return passable

    async def _take_back(self, asker: Peer, asking: "asyncio.Task[list[Ask]]") -> None:
        for ask in await asking:
            await self.cancel(asker, ask.id)

    async def _find(self, number: int) -> Matter:
        if found := self._docket.matters.get(number):
            return found
        await self._store.settled()
        ask = await self._store.read(records.ask_numbered, number)
        if ask is None:
            raise UnknownName("ask", str(number), [str(known) for known in self._docket.matters])
        return self._docket.enter(ask)

    async def _wait(self, matter: Matter, call: Call, seconds: float | None) -> None:
        if not matter.is_open:
            return
        if answerer := self._peers.by_id(matter.ask.answerer):
            call.looks(answerer)
        with suppress(TimeoutError):
            await asyncio.wait_for(call.over.wait(), seconds)

    def _only(self, answerer: Peer) -> int:
        asks = self.open_to(answerer.id)
        if not asks:
            raise UsageError("nobody waits for an answer of yours: muxer notify says something to a peer")
        if len(asks) > 1:
            which = ", ".join(f"{ask.id} ({ask.asker_name})" for ask in asks)
            raise UsageError(f"{len(asks)} answers are waited for: say which ask you answer: {which}")
        return asks[0].id

    async def _answer(self, matter: Matter, keep: Callable[..., Awaitable[Message]], by: AnsweredBy) -> Ask:
        number = matter.ask.id
        matter.closing = True
        try:
            answer = await keep(also=partial(records.answer_ask, ask=number, by=by))
        except MuxerError:
            matter.closing = False
            self._docket.look(number)
            raise
        matter.closing = False
        self._docket.answered(matter, answer, by)
        await self._post.withdraw(number)  # who answers by itself need not be asked any more
        return matter.ask
