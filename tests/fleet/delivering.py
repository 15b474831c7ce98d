"""An inbox in a house of its own, and small agents in real ptys that it delivers to."""

import json
import re
import sys
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from muxer.agents.signs import Told
from muxer.agents.spec import Cli, Composer, Door, Keys
from muxer.events import Event
from muxer.fleet.agent import Agent
from muxer.fleet.inbox import Inbox
from muxer.model import PaneId, State, Verdict
from muxer.store.agents import KnownAgent, add_agent
from tests.house import House, house_in, until

PROGRAM = Path(__file__).with_name("small_agent.py")
KEYS = Keys(delay=0.02, confirm=3.0)


def small_cli(*doors: Door, keys: Keys = KEYS) -> Cli:
    return Cli(
        name="small", title="Small", short="small", binary=(Path(sys.executable).name,), keys=keys,
        doors=(*doors, Door(kind="keys")), composer=Composer(row=re.compile("^>(?P<draft>.*)$", re.MULTILINE)),
    )  # fmt: skip


class Delivering:
    """One host's inbox."""

    def __init__(self, house: House, folder: Path) -> None:
        self.house, self.folder = house, folder
        self.agents: dict[PaneId, Agent] = {}
        self.states: dict[PaneId, Verdict] = {}
        """What the agents are said to do, where that is not what they show."""
        self.told: list[Event] = []
        self.begin()

    def begin(self) -> None:
        store, panes = self.house.stores[-1], self.house.panes
        dictation = self.house.custody.dictation
        self.inbox = Inbox(store, panes, self.agents, self.told.append, dictation=dictation)
        self.inbox.look = self.look
        panes.on_output = self.seen

    async def next_host(self) -> None:
        """This one dies, and another goes on."""
        self.inbox.stop()
        self.house.leave()
        await self.house.open()
        for pane in await self.house.panes.recover():
            self.house.panes.terminals[pane].start()
        self.begin()
        await self.inbox.learn()

    def look(self, agent: Agent) -> Verdict:
        """As a sentry would, out of the screen."""
        if said := self.states.get(agent.pane):
            return said
        lines = [line for line in self.house.panes.terminals[agent.pane].engine.lines() if line]
        if lines and "Allow this?" in lines[-1]:
            return Verdict(state="waiting", wait="permission", words="Allow this?")
        drafts = [line[1:].strip() for line in lines[-1:] if line.startswith(">")]
        if not drafts:
            return Verdict(state="starting")
        state: State = "working" if len(lines) > 1 and "working" in lines[-2] else "idle"
        since = agent.verdict.since if agent.verdict.state == state else time.time()
        agent.verdict = Verdict(state=state, since=since, draft=bool(drafts[0]))
        return agent.verdict

    def seen(self, pane: PaneId) -> None:
        if agent := self.agents.get(pane):
            before, agent.verdict = agent.verdict, self.look(agent)
            if agent.verdict != before:
                self.inbox.heed(pane)

    async def agent(self, *words: str, name: str = "ada", cli: Cli | None = None) -> Agent:
        house, panes = self.house, self.house.panes
        command = [sys.executable, str(PROGRAM), str(self.log(name)), *words]
        pane = await panes.open(panes.new_id(), command, cwd="/", name=name, cols=60, rows=10)
        house.screen.shown[pane.id] = pane.terminal
        number = await house.stores[-1].ask(add_agent, KnownAgent(name=name, cli="small"))
        agent = Agent(number, pane.id, cli or small_cli(), token=name, folder="/", spawned_at=time.time())
        self.agents[pane.id] = agent
        pane.terminal.start()
        await until(lambda: self.look(agent).state == "idle", "a ready agent")
        return agent

    def log(self, name: str) -> Path:
        return self.folder / f"{name}.log"

    def lines(self, name: str = "ada") -> list[dict[str, str]]:
        return [json.loads(line) for line in self.log(name).read_text().splitlines()] if self.log(name).exists() else []

    def prompts(self, name: str = "ada") -> list[str]:
        return [line["prompt"] for line in self.lines(name) if "prompt" in line]

    async def prompted(self, count: int, name: str = "ada") -> list[str]:
        await until(lambda: len(self.prompts(name)) >= count, f"{count} prompts")
        return self.prompts(name)

    def types(self, agent: Agent, text: str, *, sends: bool = False) -> None:
        """A person does."""
        terminal = self.house.panes.terminals[agent.pane]
        self.inbox.human_typed(agent.pane, "text")
        terminal.write(text.encode())
        if sends:
            self.inbox.human_typed(agent.pane, "enter")
            terminal.write(b"\r")

    def hook(self, agent: Agent, kind: str, prompt: str = "") -> None:
        told = Told(kind=kind, at=time.time(), prompt=prompt)  # type: ignore[arg-type]
        agent.told.append(told)
        self.inbox.told(agent, told)

    async def state(self, number: int) -> tuple[str, str]:
        kept, _ = await self.inbox.trace(number)
        return kept.note.state, kept.note.reason


@asynccontextmanager
async def delivering_in(folder: Path) -> AsyncIterator[Delivering]:
    async with house_in() as house:
        made = Delivering(house, folder)
        try:
            yield made
        finally:
            made.inbox.stop()
