"""A walk over all that can happen to asks between five peers: nobody waits for ever, each ends once, and each answer
arrives once, whatever comes in between.
"""

import asyncio
import tempfile
from collections import Counter
from contextlib import suppress
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from muxer.errors import MuxerError, UsageError
from muxer.events import AskChanged
from muxer.mesh import docket
from muxer.mesh.waits import chain
from muxer.store.asks import unsettled_asks
from muxer.talk import Ask, Peer
from tests.mesh.meeting import Meeting, Place, place_in

PEERS = 5
DEEDS = ("ask", "ask", "tell", "hurry", "reply", "reply", "late", "cancel", "leave", "restart", "read")
STEP = st.tuples(st.sampled_from(DEEDS), st.integers(0, PEERS - 1), st.integers(0, PEERS - 1), st.integers(0, 99))


class Walk:
    mesh: Meeting

    def __init__(self, place: Place) -> None:
        self.place = place
        self.peers: list[Peer] = []
        self.asked: dict[int, Ask] = {}
        self.calls: dict[int, asyncio.Task[Ask]] = {}
        self.arrived: Counter[int] = Counter()
        self.cut: set[int] = set()
        """Whose call was cut off, perhaps while it was told."""
        self.ends: dict[int, set[str]] = {}
        self.came = 0

    async def begin(self) -> None:
        self.mesh = await self.place.open()
        for _ in range(PEERS):
            self.peers.append(await self.newcomer())

    async def newcomer(self) -> Peer:
        self.came += 1
        return await self.mesh.guest(f"{'abcde'[self.came % PEERS]}-{self.came}")

    async def step(self, deed: str, one: int, other: int, which: int) -> None:
        ask = [*self.asked.values()][which % len(self.asked)] if self.asked else None
        match deed:
            case "ask" | "tell" | "hurry":
                await self.asks(self.peers[one], self.peers[other], deed)
            case "read":
                await self.reads(self.peers[one])
            case "leave":
                self.mesh.leaves(self.peers[one])
                self.peers[one] = await self.newcomer()
            case "restart":
                await self.restart(comes_again=which % 2 == 0)
            case _ if ask:
                await self.ends_it(deed, ask)
        self.nobody_waits_for_itself()

    async def asks(self, asker: Peer, answerer: Peer, deed: str) -> None:
        seconds = 0.001 if deed == "hurry" else None
        waits, key = deed != "tell", f"talk:{len(self.asked)}"
        closes = waits and chain(self.waiting(), asker.id, answerer.id)
        try:
            asked = await self.mesh.asks.ask(asker, answerer, "?", seconds=seconds, waits=waits, key=key)
        except MuxerError:
            assert closes or asker.id == answerer.id
            return
        self.asked[asked.id] = asked
        if waits:
            self.calls[asked.id] = asyncio.ensure_future(self.mesh.asks.outcome(asked.id, asker))

    async def ends_it(self, deed: str, ask: Ask) -> None:
        mesh = self.mesh
        with suppress(UsageError):  # it ended before, or its answerer is gone
            if deed == "cancel":
                asker = mesh.peers.by_id(ask.asker)
                await mesh.asks.cancel(asker or mesh.person, ask.id)
            elif answerer := mesh.peers.by_id(ask.answerer):
                await mesh.asks.reply(answerer, ask.id, f"answer {ask.id}")

    async def restart(self, *, comes_again: bool) -> None:
        self.look_back()
        cut = [number for number, call in self.calls.items() if not call.done()]
        for number in cut:
            self.calls[number].cancel()
        self.cut.update(cut)
        await asyncio.sleep(0)
        self.mesh = await self.place.next_host()
        for number in cut if comes_again else ():
            if asker := self.mesh.peers.by_id(self.asked[number].asker):
                self.calls[number] = asyncio.ensure_future(self.mesh.asks.outcome(number, asker))

    async def reads(self, peer: Peer) -> None:
        for message in await self.mesh.post.read(peer):
            if message.kind == "reply":
                assert message.text == f"answer {message.reply_to}"
                self.arrived[message.reply_to or 0] += 1

    def waiting(self) -> dict[str, list[str]]:
        waiting: dict[str, list[str]] = {}
        for peer in self.peers:
            waiting[peer.id] = [ask.answerer for ask in self.mesh.asks.open_from(peer.id) if ask.waits]
        return waiting

    def nobody_waits_for_itself(self) -> None:
        waiting = self.waiting()
        for peer, others in waiting.items():
            assert not any(chain(waiting, peer, other) for other in others), waiting

    def look_back(self) -> None:
        for event in self.mesh.told:
            if isinstance(event, AskChanged) and event.ask.outcome != "open":
                self.ends.setdefault(event.ask.id, set()).add(event.ask.outcome)

    async def finish(self) -> None:
        """All that is open is answered, and then nothing is on its way any more."""
        for ask in self.asked.values():
            await self.ends_it("reply", ask)
        for number, call in self.calls.items():
            with suppress(asyncio.CancelledError):
                found = await asyncio.wait_for(call, 20)
                assert found.outcome != "open"
                self.arrived[number] += found.outcome == "answered"
        while await self.mesh.store.read(unsettled_asks):  # noqa: ASYNC110 - the store tells nobody
            await asyncio.sleep(0.01)
        for peer in self.peers:
            await self.reads(peer)
        self.look_back()
        for number in self.asked:
            found = await self.mesh.asks.find(number)
            assert self.ends.get(number, {found.outcome}) == {found.outcome} != {"open"}
            is_here = self.mesh.peers.by_id(found.asker) is not None
            due = 1 if found.answer and is_here else 0
            assert self.arrived[number] == due or (number in self.cut and self.arrived[number] == 0) or not is_here
            assert self.arrived[number] <= 1


async def walk(steps: list[tuple[str, int, int, int]]) -> None:
    with tempfile.TemporaryDirectory() as folder:
        async with place_in(Path(folder)) as place:
            one = Walk(place)
            await one.begin()
            for step in steps:
                await one.step(*step)
            await one.finish()


@pytest.mark.timeout(240)
@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(steps=st.lists(STEP, min_size=20, max_size=60))
def test_nobody_waits_for_ever_and_all_is_said_once(steps: list[tuple[str, int, int, int]]) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(docket, "GRACE", 0.02)
        asyncio.run(walk(steps))
