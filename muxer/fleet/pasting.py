"""The keys route: a paste and its Enter, typed by the keeper, and what shows that an agent has taken them.

While they are on their way what people type is kept back, so that it is neither lost nor inside the text.
"""

import asyncio
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from time import time
from typing import Literal, NamedTuple

from muxer.agents.fence import bears
from muxer.errors import KeeperLost, MuxerError
from muxer.fleet.agent import Agent
from muxer.fleet.drafts import Drafts
from muxer.fleet.holding import HUMAN
from muxer.fleet.marks import composed, may_hide_more, times
from muxer.fleet.pane import Pane
from muxer.fleet.programs import Programs
from muxer.model import PaneId, Verdict
from muxer.terminal.dictation import Dictation

LONGEST_DELAY = 0.5
"""Seconds for which people's keys are kept back between a text and its Enter, at most."""
SETTLING = 0.5
"""Seconds in which an agent that took a text begins to work on it, or to ask something, before it is given the next."""
PACE = 50_000
"""Characters of a text that an agent takes in a second, at least."""
ENTERS = 2
"""So often Enter is typed for one text, at most."""


@dataclass(slots=True, kw_only=True)
class Batch:
    """Notes that go in as one text."""

    numbers: tuple[int, ...]
    text: str
    key: int
    """What the keeper knows it by."""
    pid: int
    """The program that it is typed into."""
    enters: int = 0
    began_at: float = 0.0
    """What people type from then on comes after it."""
    laid_at: float = 0.0
    """When it was in the composer (time.time()); 0 before."""
    entered_at: float = 0.0
    before: Sequence[str] = ()
    """The screen without it."""
    shown: bool = False
    """It was seen in the composer."""
    look: str = ""
    """What the composer looked like with nothing else in it."""
    prompted: bool = False
    """A hook said that it was submitted."""
    woken: asyncio.Event = field(default_factory=asyncio.Event)

    def told(self, prompt: str) -> None:
        """A hook says what was submitted."""
        if bears(prompt, self.text):
            self.prompted = True
            self.woken.set()


class Outcome(NamedTuple):
    """What became of a batch: it was `taken`, it was `laid` and waits for its Enter, it is `gone`, or nobody knows."""

    what: Literal["taken", "laid", "gone", "failed"]
    why: str = ""


class Paster:
    """Types into agents."""

    def __init__(
        self, panes: Programs, dictation: Dictation, drafts: Drafts, look: Callable[[Agent], Verdict],
        blocked: Callable[[Agent], str],
    ) -> None:  # fmt: skip
        self._panes, self._dictation, self._drafts = panes, dictation, drafts
        self._look, self._blocked = look, blocked
        self._taken_at: dict[PaneId, float] = {}

    def took(self, pane: PaneId) -> None:
        """An agent has a text now, whichever way it came."""
        self._taken_at[pane] = time()

    def settling(self, agent: Agent) -> float:
        """Seconds for which it may still begin to work on what it took last; none once it did something since."""
        at = self._taken_at.get(agent.pane, 0.0)
        return max(0.0, at + SETTLING - time()) if agent.verdict.since < at else 0.0

    async def paste(self, agent: Agent, batch: Batch) -> Outcome:
        """Type it, whole; what was typed of it before, by whichever host, is not typed again."""
        pane = self._panes.living[agent.pane]
        batch.before = tuple(pane.terminal.engine.lines())
        batch.began_at = time()
        pane.terminal.hold()
        try:
            await self._dictation.text(pane.id, batch.key, _encoded(pane, batch.text))
            batch.laid_at = time()
            known = self._dictation.last(pane.id)
            if known is not None and known.enters:  # the last host got as far as that
                batch.enters, batch.before = known.enters, ()
                return await self._confirm(agent, pane, batch)
            await asyncio.sleep(min(agent.cli.keys.delay, LONGEST_DELAY))
            if why := self._blocked(agent):
                self._is_alone(agent, pane, batch)
                return Outcome("laid", why)
            return await self._send(agent, pane, batch)
        except KeeperLost as lost:
            return Outcome("failed", str(lost))
        except MuxerError as error:
            return Outcome("failed" if batch.enters else "gone", str(error))
        finally:
            pane.terminal.release()

    def outcome(self, agent: Agent, batch: Batch) -> Outcome | None:
        """What became of a text that was laid into the composer a while ago; None if its Enter may be typed now."""
        pane = self._panes.living.get(agent.pane)
        if batch.prompted:
            return Outcome("taken")
        if pane is None or pane.exit is not None or pane.pid != batch.pid:
            return _unshown() if batch.enters else Outcome("gone", "its program ended before it was sent")
        if not batch.laid_at:  # by another host
            return None
        return self._in_composer(agent, pane, batch)

    def _in_composer(self, agent: Agent, pane: Pane, batch: Batch) -> Outcome | None:
        verdict, sent_at = self._look(agent), self._drafts.sent_at(agent.pane)
        if pane.heard_at > sent_at > batch.laid_at and not verdict.draft:
            return Outcome("taken", "a person sent it")
        why = self._blocked(agent) or (verdict.state == "working" and "it works")
        if not why and verdict.draft is False and pane.heard_at > max(batch.laid_at, sent_at):
            return Outcome("gone", "it was taken out of the prompt")
        if not self._is_alone(agent, pane, batch) and not why:
            why = "you are writing where it stands"
        return Outcome("laid", why) if why else None

    def _is_alone(self, agent: Agent, pane: Pane, batch: Batch) -> bool:
        """Is nothing else in the composer? Once a person wrote there, it must look as it did before that."""
        touched_at = max(self._drafts.wrote_at(pane.id), self._drafts.sent_at(pane.id))
        look = composed(pane.terminal.engine.lines(), agent.cli.composer)
        if touched_at < batch.began_at:
            batch.look = look
            return True
        is_quiet = time() - self._drafts.typed_at(pane.id) >= HUMAN
        is_drawn = pane.heard_at > touched_at and not pane.terminal.unread
        return is_quiet and is_drawn and look != "" and look == batch.look and not may_hide_more(batch.text, look)

    async def finish(self, agent: Agent, batch: Batch) -> Outcome:
        """Type the Enter of such a text, and what another host left undone of it."""
        if not batch.laid_at:
            return await self.paste(agent, batch)
        pane = self._panes.living[agent.pane]
        batch.began_at = time()
        pane.terminal.hold()
        try:
            return await self._send(agent, pane, batch)
        except MuxerError as error:
            return Outcome("failed", str(error))
        finally:
            pane.terminal.release()

    async def _send(self, agent: Agent, pane: Pane, batch: Batch) -> Outcome:
        """Type its Enter, and see whether it was taken; people's keys are kept back until then, or half a second."""
        release = asyncio.get_running_loop().call_later(LONGEST_DELAY, pane.terminal.release)
        try:
            await self._enter(agent, batch)
            return await self._confirm(agent, pane, batch)
        finally:
            release.cancel()

    async def _enter(self, agent: Agent, batch: Batch) -> None:
        batch.shown = bool(self._look(agent).draft)  # nobody else can have written it: keys are kept back
        batch.enters += 1
        batch.entered_at = time()
        keys = agent.cli.keys.enter.encode()
        await self._dictation.enter(agent.pane, batch.key, batch.enters, keys)

    async def _confirm(self, agent: Agent, pane: Pane, batch: Batch) -> Outcome:
        while True:
            if await self._shows(agent, pane, batch):
                self.took(pane.id)
                return Outcome("taken")
            if pane.exit is not None or pane.pid != batch.pid:
                return _unshown()
            mine = self._look(agent).draft and self._drafts.typed_at(pane.id) < batch.began_at
            if not mine or batch.enters >= ENTERS or self._blocked(agent):
                return Outcome("failed", "it did not show that it took the text")
            await self._enter(agent, batch)

    async def _shows(self, agent: Agent, pane: Pane, batch: Batch) -> bool:
        """Does it show in time that it took the text? Its question, if it has one, is waited out."""
        loop = asyncio.get_running_loop()
        end = loop.time() + agent.cli.keys.confirm + len(batch.text) / PACE
        with self._panes.watch(pane.id) as batch.woken:
            while pane.exit is None and pane.pid == batch.pid:
                batch.woken.clear()
                if self._is_taken(agent, pane, batch):
                    return True
                asks = self._look(agent).state == "waiting"
                if loop.time() >= end and not asks:
                    return False
                with suppress(TimeoutError):
                    async with asyncio.timeout(None if asks else end - loop.time()):
                        await batch.woken.wait()
        return batch.prompted

    def _is_taken(self, agent: Agent, pane: Pane, batch: Batch) -> bool:
        verdict = self._look(agent)
        batch.shown = batch.shown or bool(verdict.draft)
        if batch.prompted:
            return True
        if verdict.state not in ("idle", "done", "working") or verdict.draft:
            return False
        works = verdict.state == "working" and verdict.since >= batch.entered_at
        if works and not batch.entered_at:  # another host typed its Enter
            return True
        if not works and (pane.heard_at < batch.entered_at or (verdict.draft is None and agent.cli.composer)):
            return False
        if not batch.entered_at:  # nobody knows what was written since
            return times(batch.text, pane.terminal.engine.lines(history=True)) > 0
        lines = pane.terminal.engine.lines()
        # That it works is not enough where its composer can be seen: it may work on something else, and not have read.
        return (
            batch.shown
            or times(batch.text, lines) > times(batch.text, batch.before)
            or (agent.cli.composer is None and (works or tuple(lines) != batch.before))
        )


def _unshown() -> Outcome:
    """It may have taken the text and not have lived to show it: that is not typed again."""
    return Outcome("failed", "its program ended before it showed that it took the text")


def _encoded(pane: Pane, text: str) -> bytes:
    """As a paste; a program that knows none gets one line, for each newline would be an Enter."""
    engine = pane.terminal.engine
    if not engine.modes().bracketed_paste:
        text = " ".join(text.split())
    return engine.encode_paste(text.encode())
