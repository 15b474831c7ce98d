"""The agents of a host, wired once: who they are, what they do, what waits for them, and what waits for a person."""

import asyncio
from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from typing import get_args

from muxer.agents.finding import program_of
from muxer.agents.shelf import Shelf
from muxer.agents.signs import Told
from muxer.agents.spec import Cli
from muxer.agents.telling import turn_end_answer
from muxer.events import AgentChanged, Event, PaneChanged, PaneClosed, PaneEnded
from muxer.fleet.agent import Agent
from muxer.fleet.agents import Agents
from muxer.fleet.attention import Watched, needs
from muxer.fleet.going_on import GoingOn
from muxer.fleet.inbox import Inbox
from muxer.fleet.metering import Meter
from muxer.fleet.panes import Panes
from muxer.fleet.sentry import Sentry
from muxer.model import CliFacts, Need, PaneId, Wait
from muxer.store.agents import KnownAgent
from muxer.store.database import Store
from muxer.terminal.dictation import Dictation

ANSWERABLE = get_args(Wait)
"""What an answer can be typed to."""


class Crew:
    """One for the host; it hears every event."""

    def __init__(self, store: Store, panes: Panes, dictation: Dictation, tell: Callable[[Event], None]) -> None:
        self._shelf = Shelf()
        self.clis: Mapping[str, Cli] = self._shelf
        self.agents = Agents(store, panes)
        self.sentry = Sentry(panes, self.agents.living, tell)
        self.inbox = Inbox(store, panes, self.agents.living, tell, dictation=dictation)
        self.inbox.look = lambda agent: self.sentry.look(agent.pane)
        self.going_on = GoingOn(self.agents.living, self.inbox)
        self.meter = Meter(tell)
        self.on_hooked: Callable[[Agent, Told], None] = lambda _agent, _told: None
        """Who else hears hooks, as they come."""
        self.reminder: Callable[[Agent], str] = lambda _agent: ""
        """What else an agent is to be told at the end of its turn."""
        self._panes = panes

    async def learn(self, folder: str) -> list[KnownAgent]:
        """Know where a person's CLIs are, and the agents that another host spawned; those that are gone."""
        self.clis = self._shelf = Shelf(folder)
        gone = await self.agents.learn(self.clis)
        self.sentry.learn()
        await self.inbox.learn()
        return gone

    def troubles(self) -> list[str]:
        """What is wrong in the files of CLIs; reads them, if nobody has yet."""
        return self._shelf.troubles

    def heard(self, event: Event) -> None:
        """Something happened."""
        if isinstance(event, PaneClosed) and (agent := self.agents.of(event.pane)):
            self.meter.forget(agent)
        self.agents.heard(event)
        self.sentry.heard(event)
        if isinstance(event, AgentChanged | PaneChanged | PaneEnded | PaneClosed):
            self.going_on.heard(event.pane)
            self.inbox.heed(event.pane)

    def output(self, pane: PaneId) -> None:
        """It wrote something."""
        if pane in self.agents.living:
            self.sentry.seen(pane)

    def hooked(self, agent: Agent, told: Told) -> str:
        """A hook said that; what its CLI is to be answered. The turn of an agent that is given more has not ended."""
        said, ends = replace(told, answer=""), told.kind == "turn-ended"
        self.agents.told(agent, replace(said, kind="prompted") if ends else said)
        self.inbox.told(agent, told)
        self.on_hooked(agent, told)
        more = "\n\n".join(filter(None, (self.inbox.offer(agent), self.reminder(agent)))) if ends else ""
        if ends and not more:
            agent.told[-1] = said
        self.sentry.told(agent, said)
        self.meter.heed(agent)
        return turn_end_answer(agent.cli, more)

    def needs(self, said: Iterable[Need] = ()) -> list[Need]:
        """Everything that waits for a person, longest first; `said` is what peers said to them."""
        watched = (
            Watched(agent.pane, self.agents.facts(agent).name, agent.verdict, self.inbox.waiting(agent.pane))
            for agent in self.agents.living.values()
        )
        return needs(watched, said)

    def answer(self, need: Need, keys: str) -> str:
        """Type a person's answer to just that; a line that says why not, if it is not asked any more."""
        agent = self.agents.of(need.pane)
        pane = self._panes.living.get(need.pane)
        if agent is None or pane is None or need.kind not in ANSWERABLE:
            return f"{need.name} asks nothing now"
        now = self.sentry.look(need.pane)
        if (now.wait or "question", now.words, now.choices) != (need.kind, need.words, need.choices):
            return f"{need.name} asks something else now: look again"
        text, enter = (keys[:-1], "\r") if len(keys) > 1 and keys.endswith("\r") else (keys, "")
        pane.terminal.write(text.encode())
        if enter:
            asyncio.get_running_loop().call_later(
                agent.cli.keys.delay, pane.terminal.write, agent.cli.keys.enter.encode()
            )
        return ""

    def offered(self, env: Mapping[str, str]) -> list[CliFacts]:
        """What can be spawned, installed ones first."""
        found = [
            CliFacts(
                name=cli.name,
                title=cli.title,
                program=program_of(cli, env),
                install=cli.install,
                models=bool(cli.model),
                efforts=bool(cli.effort),
                autos=bool(cli.auto),
            )
            for cli in self.clis.values()
        ]
        return sorted(found, key=lambda one: not one.program)

    def stop(self) -> None:
        """No more timers."""
        self.sentry.stop()
        self.inbox.stop()
        self.meter.stop()
