"""All asks that somebody still has to learn of: how each ends, and that its asker and its answerer are told so, once.

What becomes of one is written down before anybody hears of it: a host that is killed leaves it to the next one.
"""

import asyncio
import logging
from collections.abc import Callable, Coroutine, Sequence
from dataclasses import replace
from time import time
from typing import Any, TypeVar

from muxer.errors import MuxerError
from muxer.events import AgentChanged, AskChanged, Event, PaneChanged, PaneClosed, PaneEnded, PeersChanged, Warned
from muxer.mesh.alarm import Alarm
from muxer.mesh.matter import AWAY, GRACE, Matter, ending
from muxer.mesh.peers import Peers
from muxer.mesh.post import Post
from muxer.model import Note, PaneId
from muxer.store import asks as records
from muxer.store.asks import End
from muxer.store.database import Store
from muxer.store.inbox import Moment
from muxer.talk import AnsweredBy, Ask, Message, Peer, PeerId

T = TypeVar("T")

log = logging.getLogger(__name__)


class Docket:
    """One for the host; it hears every event, after the peers."""

    def __init__(self, post: Post, peers: Peers, store: Store, tell: Callable[[Event], None]) -> None:
        self._post, self._peers, self._store, self._tell = post, peers, store, tell
        self.runs: Callable[[Peer], bool] = lambda peer: peer.state not in ("exited", "crashed")
        """Does a peer's program run?"""
        self.matters: dict[int, Matter] = {}
        self._away: dict[PeerId, float] = {}
        """Whose program ended, and when."""
        self._alarm = Alarm(self.look)
        self._tasks: set[asyncio.Task[Any]] = set()
        self.stopped = False

    # ---- what there is

    def enter(self, ask: Ask) -> Matter:
        """What is known of it; what is not settled is followed from now on."""
        if found := self.matters.get(ask.id):
            return found
        matter = Matter(ask)
        if ask.told_at is None:
            self.matters[ask.id] = matter
            self._tell(AskChanged(ask))
            self._begin(matter)
        return matter

    def open(self) -> list[Matter]:
        """Those that are, oldest first."""
        return [matter for matter in self.matters.values() if matter.is_open]

    async def learn(self) -> None:
        """Go on where the last host was."""
        await self._store.settled()  # some notes may just have left their inboxes
        for found in await self._store.read(records.unsettled_asks):
            matter = self.matters[found.ask.id] = Matter(found.ask, typed=found.typed)
            if found.answer is not None:
                matter.answer = await self._post.of(found.answer)
            if found.noted:
                self._told_by_note(matter)
            elif not matter.is_open:
                self._soon(self._close(matter))
            elif found.lost:
                self.end(matter, "failed", found.lost)
            else:
                self._begin(matter)

    def stop(self) -> None:
        """Begin nothing any more; the next host goes on."""
        self.stopped = True
        self._alarm.stop()
        for task in self._tasks:
            task.cancel()

    def run(self, work: Coroutine[Any, Any, T]) -> "asyncio.Task[T]":
        """Do that to its end, whatever becomes of who wants it."""
        task = asyncio.ensure_future(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        return task

    def _soon(self, work: Coroutine[Any, Any, None]) -> None:
        self.run(work).add_done_callback(self._over)

    def _over(self, task: "asyncio.Task[None]") -> None:
        error = None if task.cancelled() else task.exception()
        if isinstance(error, MuxerError):
            self._tell(Warned(str(error)))
        elif error:
            log.error("what became of an ask was not told", exc_info=error)

    # ---- what happens

    def heard(self, event: Event) -> None:
        """Something happened."""
        match event:
            case PaneClosed() | PeersChanged():
                for number in tuple(self.matters):
                    self.look(number)
            case PaneEnded(pane):
                self._went_away(pane)
            case PaneChanged(pane) if self._away:
                self._came_back(pane)
            case AgentChanged(pane):
                self._does(pane)
            case _:
                pass

    def note_ended(self, notes: Sequence[Note], moment: Moment, why: str) -> None:
        """These left an inbox."""
        for note in notes:
            matter = self.matters.get(note.message or 0)
            if matter is None or not matter.is_open:
                continue
            if moment not in ("failed", "cancelled", "expired"):
                matter.typed = True
            elif not matter.closing:
                self.end(matter, "failed", why or "the note that bore it was cancelled")

    def _does(self, pane: PaneId) -> None:
        for matter in self.matters.values():
            if matter.calls and (answerer := self._peers.by_id(matter.ask.answerer)) and answerer.pane == pane:
                for call in matter.calls:
                    call.looks(answerer)

    def _went_away(self, pane: PaneId) -> None:
        for matter in self.open():
            answerer = self._peers.by_id(matter.ask.answerer)
            if answerer and answerer.pane == pane:
                self._alarm.set(self._away.setdefault(answerer.id, time()) + AWAY, matter.ask.id)

    def _came_back(self, pane: PaneId) -> None:
        for peer in [found for one in self._away if (found := self._peers.by_id(one))]:
            if peer.pane == pane and self.runs(peer):
                del self._away[peer.id]
                for matter in self.open():
                    if matter.ask.answerer == peer.id and matter.typed:
                        self._soon(self._list_again(matter, peer))

    async def _list_again(self, matter: Matter, answerer: Peer) -> None:
        """A program that was started again may not know what it was asked before."""
        ask, asker = matter.ask, self._peers.by_id(matter.ask.asker)
        text = f"(Asked before you were started again, and still open: ask {ask.id})\n{ask.text}"
        if asker:
            again = await self._post.keep(asker, answerer, text, reply_to=ask.id, key=f"again:{ask.id}")
            self._post.put(again)

    # ---- how one ends

    def _begin(self, matter: Matter) -> None:
        ask = matter.ask
        if ask.deadline_at:
            self._alarm.set(ask.deadline_at, ask.id)
        answerer = self._peers.by_id(ask.answerer)
        if answerer and answerer.pane and not self.runs(answerer):
            self._alarm.set(self._away.setdefault(answerer.id, time()) + AWAY, ask.id)
        self.look(ask.id)

    def look(self, number: int) -> None:
        """Is it time for something?"""
        matter = self.matters.get(number)
        if matter is None or matter.closing or self.stopped:
            return
        ask, now = matter.ask, time()
        if not matter.is_open:
            if 0 < matter.note_at <= now and not matter.calls:
                self._soon(self._tell_by_note(matter))
            return
        asker, answerer = self._peers.by_id(ask.asker), self._peers.by_id(ask.answerer)
        away = self._away.get(ask.answerer, 0.0)
        if found := ending(ask, now, asker=asker, answerer=answerer, away_since=away):
            self.end(matter, *found)

    def end(self, matter: Matter, end: End, why: str, *, known: bool = False) -> None:
        """It ends without an answer; its asker may know that already."""
        matter.ask = replace(matter.ask, outcome=end, ended_at=time(), reason=why)
        self._store.note(records.end_ask, matter.ask.id, end, why)
        self._tell(AskChanged(matter.ask))
        self._soon(self._close(matter, known=known))

    def answered(self, matter: Matter, answer: Message, by: AnsweredBy) -> None:
        """That is the answer, and it is written down."""
        if matter.is_open:
            matter.ask = replace(matter.ask, outcome="answered", ended_at=answer.sent_at)
        matter.ask = replace(matter.ask, answer=answer.text, by=by, answered_at=answer.sent_at, told_at=None)
        matter.answer = answer
        self.matters[matter.ask.id] = matter
        self._tell(AskChanged(matter.ask))
        self.settle(matter)

    async def _close(self, matter: Matter, *, known: bool = False) -> None:
        """Whoever was asked learns that no answer is needed; then who asked, how it ended."""
        try:
            if matter.ask.outcome in ("cancelled", "failed") and not matter.is_late:
                await self._release(matter.ask)
        finally:
            if known and not matter.calls:
                self._told_by_note(matter)
            else:
                self.settle(matter)

    async def _release(self, ask: Ask) -> None:
        withdrawn = await self._post.withdraw(ask.id)
        answerer = self._peers.by_id(ask.answerer)
        if ask.outcome == "cancelled" and answerer and not withdrawn:
            text = f"Ask {ask.id} of {ask.asker_name} needs no answer any more."
            self._post.put(await self._post.keep(None, answerer, text, reply_to=ask.id, key=f"over:{ask.id}"))

    # ---- how its asker is told

    def settle(self, matter: Matter) -> None:
        """By a call that waits, or one that may come again, or by a note."""
        for call in matter.calls:
            call.over.set()
        if matter.calls or self.stopped:
            return
        if self._peers.by_id(matter.ask.asker) is None:
            self._told_by_note(matter)
        elif matter.ask.waits and not matter.is_late:
            self._note_later(matter)
        else:
            self._soon(self._tell_by_note(matter))

    def _note_later(self, matter: Matter) -> None:
        matter.note_at = time() + GRACE
        self._alarm.set(matter.note_at, matter.ask.id)

    async def _tell_by_note(self, matter: Matter) -> None:
        ask, asker = matter.ask, self._peers.by_id(matter.ask.asker)
        if matter.closing or ask.id not in self.matters:
            return
        if matter.answer:
            self._post.put(matter.answer)
        elif asker:
            matter.closing = True
            text = f"Ask {ask.id} to {ask.answerer_name} got no answer: {ask.reason}."
            try:
                said = await self._post.keep(None, asker, text, reply_to=ask.id, key=f"end:{ask.id}")
            except MuxerError:
                self._note_later(matter)
                raise
            finally:
                matter.closing = False
            self._post.put(said)
        self._told_by_note(matter)

    def _told_by_note(self, matter: Matter) -> None:
        self._store.note(records.tell_ask, matter.ask.id, read=False)
        self._settled(matter)

    async def told_by_call(self, matter: Matter) -> None:
        """Written down before the call says so."""
        if matter.ask.told_at is None:
            await self._store.ask(records.tell_ask, matter.ask.id, read=True)
            self._settled(matter)
        elif answer := await self._store.read(records.answer_of, matter.ask.id):
            await self._post.withdraw(answer)

    def _settled(self, matter: Matter) -> None:
        matter.ask = replace(matter.ask, told_at=time())
        self.matters.pop(matter.ask.id, None)
        self._tell(AskChanged(matter.ask))
