"""Watches what agents say and show, and says when what one is doing has changed. Nothing runs while nothing happens.

Hooks, titles and announcements are looked into at once; output, which may come at any rate, some times a second.
"""

import asyncio
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from operator import attrgetter
from time import time

from muxer.agents.detect import NEW, judge, next_look, read_screen, remembered
from muxer.agents.signs import Heard, Past, Reading, Shown, Told, status_fields
from muxer.agents.spec import Cli
from muxer.events import AgentChanged, Event, Noticed, PaneChanged, PaneClosed, PaneEnded, PaneOpened
from muxer.fleet.agent import Agent
from muxer.fleet.pane import Pane
from muxer.fleet.panes import Panes
from muxer.model import Exit, PaneId, State, Verdict
from muxer.terminal.engine import Engine, Notified, Progressed, UnknownSequence

EVERY = 0.15
"""Output is looked at so often, and once more so long after the last."""
HELD = 0.1
"""A picture that is not finished is waited for as long as that."""
MOVING = 0.5
"""So long after output, a screen that says nothing may still be half drawn."""
RESTARTED = "── restarted"
"""How the row begins that parts what the last program wrote from what this one does."""

_SAID = attrgetter("state", "wait", "words", "choices", "draft", "resets_at")


@dataclass(slots=True)
class _Watch:
    """What is known of one agent besides what it says."""

    soon: asyncio.Handle | None = None
    """A look that something led to."""
    later: asyncio.TimerHandle | None = None
    """A look for which it is enough that time passes."""
    looked: float = -EVERY
    held: float = 0.0
    """Since when an unfinished picture is waited for."""
    meaning: tuple[bool, ...] = ()
    """Which rules its title matches: all titles that match the same ones say the same."""
    began: float = 0.0
    """When its program was started again."""
    past: Past = NEW
    busy: bool = False
    """Has it worked since it was idle last?"""
    unseen: bool = False
    """Has nobody looked at what it did?"""


class Sentry:
    """One for the host; it hears every event."""

    def __init__(self, panes: Panes, agents: Mapping[PaneId, Agent], tell: Callable[[Event], None]) -> None:
        self._panes, self._agents, self._tell = panes, agents, tell
        self._loop = asyncio.get_running_loop()
        self._watches: dict[PaneId, _Watch] = {}

    # ---- what happens

    def learn(self) -> None:
        """Look at all agents that another host left: they may say nothing for hours."""
        for agent in self._agents.values():
            if pane := self._panes.living.get(agent.pane):
                agent.heard = replace(agent.heard, title=pane.terminal.title)
                self.look(agent.pane)

    def heard(self, event: Event) -> None:
        """Something happened."""
        match event:
            case PaneOpened(pane) | PaneChanged(pane) if pane in self._agents:
                self._changed(self._agents[pane])
            case Noticed(pane, notice) if pane in self._agents:
                self._noticed(self._agents[pane], notice)
            case PaneEnded(pane, how) if pane in self._agents:
                self._ended(self._agents[pane], how)
            case PaneClosed(pane):
                self._rest(self._watches.pop(pane, None))
            case _:
                pass

    def told(self, agent: Agent, told: Told) -> None:
        """One of its hooks said something, which is among what it told by now."""
        if told.kind in ("prompted", "turn-ended"):
            self._watch(agent.pane).busy = True
        self.look(agent.pane)

    def seen(self, pane: PaneId) -> None:
        """It wrote something: it is looked at a moment later."""
        if pane not in self._agents:
            return
        watch = self._watch(pane)
        if watch.soon is None:
            watch.soon = self._loop.call_at(watch.looked + EVERY, self._glance, pane)

    def look(self, pane: PaneId) -> Verdict:
        """What its agent is doing, looked at now."""
        agent, found = self._agents[pane], self._panes.living.get(pane)
        if found is not None and found.exit is None:
            self._take(agent, *self._judge(agent, found))
        return agent.verdict

    def finished_seen(self, pane: PaneId) -> None:
        """A person looks at what it has done."""
        if watch := self._watches.get(pane):
            watch.unseen = False
        if (agent := self._agents.get(pane)) and agent.verdict.state == "done":
            agent.verdict = replace(agent.verdict, state="idle")
            self._tell(AgentChanged(pane))

    def stop(self) -> None:
        """No more timers."""
        for watch in self._watches.values():
            self._rest(watch)
        self._watches.clear()

    # ---- one agent

    def _watch(self, pane: PaneId) -> _Watch:
        return self._watches.setdefault(pane, _Watch())

    def _rest(self, watch: _Watch | None) -> None:
        for handle in (watch.soon, watch.later) if watch else ():
            if handle is not None:
                handle.cancel()

    def _changed(self, agent: Agent) -> None:
        pane = self._panes.living.get(agent.pane)
        if pane is None or pane.exit is not None:
            return
        if agent.verdict.state in ("crashed", "exited"):
            self._begun_again(agent)
        title, watch = pane.terminal.title, self._watch(agent.pane)
        if title != agent.heard.title:
            agent.heard = replace(agent.heard, title=title, title_at=time())
            before, watch.meaning = watch.meaning, _meaning(agent.cli, title)
            if watch.meaning != before:
                self._at_once(agent.pane)

    def _noticed(self, agent: Agent, notice: object) -> None:
        heard = _hearing(agent.heard, notice, time())
        if heard != agent.heard:
            agent.heard = heard
            self._at_once(agent.pane)

    def _at_once(self, pane: PaneId) -> None:
        watch = self._watch(pane)
        if watch.soon is not None:
            watch.soon.cancel()
        watch.soon = self._loop.call_soon(self._glance, pane)

    def _begun_again(self, agent: Agent) -> None:
        """Another program runs in its pane: nothing of what the last one said is true of it."""
        self._rest(self._watches.pop(agent.pane, None))
        self._watch(agent.pane).began = time()
        agent.told.clear()
        agent.heard = Heard()
        self._settle(agent, Verdict(since=time(), evidence=("its program was started again",)))

    def _ended(self, agent: Agent, how: Exit) -> None:
        self._rest(self._watches.pop(agent.pane, None))
        state: State = "crashed" if how.state == "crashed" else "exited"
        self._settle(agent, Verdict(state=state, words=str(how), since=time(), evidence=(f"its program {how}",)))

    # ---- looking

    def _glance(self, pane: PaneId) -> None:
        """Look, unless the picture is not finished."""
        agent, found, watch = self._agents.get(pane), self._panes.living.get(pane), self._watch(pane)
        watch.soon = None
        if agent is None or found is None or found.exit is not None:
            return
        now = self._loop.time()
        if self._is_held(watch, found.terminal.engine, now):
            watch.soon = self._loop.call_at(now + HELD / 3, self._glance, pane)
            return
        reading, verdict = self._judge(agent, found)
        says_nothing = verdict.state == "unknown" and not reading.by and agent.verdict.state != "starting"
        if says_nothing and time() - found.heard_at < MOVING:
            watch.looked = now
            watch.soon = self._loop.call_at(now + MOVING, self._glance, pane)
        else:
            self._take(agent, reading, verdict)

    def _is_held(self, watch: _Watch, engine: Engine, now: float) -> bool:
        if not engine.holds_frames():
            watch.held = 0.0
            return False
        watch.held = watch.held or now
        return now - watch.held < HELD

    def _judge(self, agent: Agent, pane: Pane) -> tuple[Reading, Verdict]:
        now, watch = time(), self._watch(agent.pane)
        lines = pane.terminal.engine.lines()
        shown = Shown(tuple(_of_this_program(lines) if watch.began else lines), at=pane.heard_at)
        reading = read_screen(agent.cli, shown, agent.heard, now, watch.past)
        since = max(watch.began, agent.spawned_at)
        verdict = judge(
            agent.cli, agent.told, agent.heard, shown, reading, spawned_at=since, now=now, past=watch.past
        )  # fmt: skip
        self._look_again(agent, next_look(agent.cli, agent.told, shown, reading, spawned_at=since, now=now) - now)
        return reading, verdict

    def _look_again(self, agent: Agent, delay: float) -> None:
        watch = self._watch(agent.pane)
        if watch.later is not None:
            watch.later.cancel()
        watch.later = self._loop.call_later(delay + 0.01, self._glance, agent.pane) if delay > 0 else None

    def _take(self, agent: Agent, reading: Reading, verdict: Verdict) -> None:
        watch = self._watch(agent.pane)
        watch.looked = self._loop.time()
        watch.past = remembered(watch.past, reading, verdict, time())
        if watch.soon is not None:
            watch.soon.cancel()
            watch.soon = None
        if verdict.state == "working" and not (agent.cli.hooks and agent.cli.hooks.trusted):
            watch.busy = True
        if verdict.state == "idle" and reading.sign != "silence":
            watch.busy, watch.unseen = False, watch.unseen or watch.busy
            verdict = replace(verdict, state="done") if watch.unseen else verdict
        elif verdict.state == "working":
            watch.unseen = False
        self._settle(agent, verdict)

    def _settle(self, agent: Agent, verdict: Verdict) -> None:
        """It holds from now on; told if more changed than the age of what it rests on."""
        before = agent.verdict
        if (verdict.state, verdict.wait) == (before.state, before.wait):
            verdict = replace(verdict, since=before.since)
        agent.verdict = verdict
        if _SAID(verdict) != _SAID(before):
            self._tell(AgentChanged(agent.pane))


def _hearing(heard: Heard, notice: object, now: float) -> Heard:
    """What was heard, with that."""
    match notice:
        case UnknownSequence("osc", content) if (fields := status_fields(content)) is not None:
            return heard if fields == heard.program else replace(heard, program=fields, program_at=now)
        case Progressed(state, _) if state != heard.progress:
            return replace(heard, progress=state, progress_at=now)
        case Notified(title, body):
            return replace(heard, notified=f"{title} {body}".strip())
        case _:
            return heard


def _meaning(cli: Cli, title: str) -> tuple[bool, ...]:
    return tuple(rule.title.search(title) is not None for rule in cli.rules if rule.title is not None)


def _of_this_program(lines: Sequence[str]) -> Sequence[str]:
    """What the one before it wrote in this terminal says nothing of it."""
    parted = max((at for at, line in enumerate(lines, 1) if line.startswith(RESTARTED)), default=0)
    return lines[parted:]
