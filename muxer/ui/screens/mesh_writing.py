"""What a person does in the mesh: says, asks, answers, calls off and brakes, by the verbs that agents have, too."""

from collections.abc import Callable, Sequence
from functools import partial
from typing import Any

from muxer.errors import MuxerError
from muxer.talk import Ask
from muxer.ui.desk import Desk
from muxer.ui.harmless import harmless
from muxer.ui.screens.mesh_pen import Pen, Purpose
from muxer.ui.screens.mesh_reading import Entry, Reading

NAMED = 3
"""Those that are called by name while one writes to them."""
QUOTED = 400
"""Letters of a question that could be seen beside its answer."""

Calls = Sequence[tuple[str, dict[str, Any]]]


class Writing:
    """One for the screen; `say` tells what is wrong, `changed` that something may be another."""

    def __init__(
        self, desk: Desk, reading: Reading, pen: Pen, *, say: Callable[[str, bool], None], changed: Callable[[], None]
    ) -> None:
        self._desk, self._reading, self._pen = desk, reading, pen
        self._say, self._changed = say, changed
        self._sure = 0
        """The ask that the next key calls off."""

    # ---- what is written

    def begin(self, *, asks: bool) -> None:
        """Write to who is meant now, or ask them."""
        entry = self._reading.addressed
        if not entry.peers:
            self._say("go to a peer first: nobody who could read it is under the bar", True)
            return
        names = ", ".join(harmless(peer.name) for peer in entry.peers[:NAMED])
        names += f" and {len(entry.peers) - NAMED} more" if len(entry.peers) > NAMED else ""
        who = f"circle {harmless(entry.id)}: {names}" if entry.kind == "circle" and entry.id else names
        draft = " ".join(("mesh", "ask" if asks else "to", *(peer.id for peer in entry.peers)))
        self._open(f"{'ask' if asks else 'to'} {who}", draft, partial(calls_for, entry, asks=asks))

    def answer(self) -> None:
        """Answer the ask under the bar; where that is none of the person's, go to one that is."""
        reading, line = self._reading, self._reading.line
        here = line.message.id if line and reading.inside else 0
        ask = next((one for one in reading.asked if one.id == here), None)
        if ask is not None:
            label = harmless(f"answer {ask.asker_name}: {' '.join(ask.text[:QUOTED].split())}")
            self._open(label, f"mesh reply {ask.id}", partial(_replies, ask))
        elif reading.asked:
            reading.seek(reading.asked[0])
            self._changed()
        else:
            self._say("nobody waits for an answer of yours", False)

    def _open(self, label: str, draft: str, calls: Callable[[str], Calls]) -> None:
        def send(text: str) -> None:
            if text.strip():
                self.call(calls(text), draft, text)
            else:
                self._say("nothing is written yet", True)

        drafts = self._desk.lately.drafts
        self._pen.open(Purpose(label, draft, send), drafts.get(draft, ""))
        self._changed()

    # ---- what is done at once

    def call_off(self) -> None:
        """Call off the ask under the bar, when it is said twice."""
        line, sure = self._reading.line, self._sure
        ask = line.ask if line and self._reading.inside else None
        if ask is None or ask.outcome != "open":
            self._say("no open ask is under the bar", False)
        elif sure == ask.id:
            self.call([("cancel-ask", {"ask": ask.id})])
        else:
            self._sure = ask.id
            self._say(f"x again calls off what {ask.asker_name} asked {ask.answerer_name}", True)

    def settle(self) -> None:
        """Another key: nothing is to be called off by the next one."""
        self._sure = 0

    def brake(self) -> None:
        """Hold all that agents say to each other, or let it go on."""
        self.call([("brake", {"off": self._reading.known.braked})])

    def release(self) -> None:
        """Let two go on that wrote to each other without end."""
        if loops := self._reading.known.loops:
            self.call([("brake", {"release": [*loops[0]]})])

    def call(self, calls: Calls, draft: str = "", text: str = "") -> None:
        """Run verbs; what was written for them and reached nobody is there the next time."""
        self._pen.run_worker(self._called(calls, draft, text))

    async def _called(self, calls: Calls, draft: str, text: str) -> None:
        drafts = self._desk.lately.drafts
        drafts[draft] = text
        wrong = []
        for verb, arguments in calls:
            try:
                await self._desk.runtime.call(verb, **arguments)
            except MuxerError as error:
                wrong.append(str(error))
        if len(wrong) < len(calls):
            del drafts[draft]
        if wrong:
            self._say(f"{len(wrong)} of {len(calls)} were not told: {wrong[0]}" if len(calls) > 1 else wrong[0], True)
        self._changed()


def calls_for(entry: Entry, text: str, *, asks: bool) -> Calls:
    """The verbs that say or ask that: one for each of them."""
    return [("ask" if asks else "notify", {"peer": peer.id, "text": text}) for peer in entry.peers]


def _replies(ask: Ask, text: str) -> Calls:
    return [("reply", {"ask": ask.id, "text": text})]
