"""The agents that live now, by their panes. What is written down of them is known again to the next host."""

from collections.abc import Callable, Mapping
from hmac import compare_digest

from muxer.agents.signs import Told
from muxer.agents.spec import Cli
from muxer.errors import UnknownName, UsageError
from muxer.events import Event, PaneChanged, PaneClosed
from muxer.fleet.agent import Agent
from muxer.fleet.descent import agent_behind
from muxer.fleet.panes import Panes
from muxer.model import AgentFacts, PaneId
from muxer.store import agents as records
from muxer.store.agents import KnownAgent
from muxer.store.database import Store
from muxer.workspaces.repository import Workplace


class Agents:
    """All of them; it hears every event."""

    def __init__(self, store: Store, panes: Panes) -> None:
        self.living: dict[PaneId, Agent] = {}
        self._store, self._panes = store, panes
        self.on_gone: Callable[[Agent], None] = lambda _agent: None
        """Its pane is gone, and so is it."""
        self._names: dict[PaneId, str] = {}
        """As they are written down."""
        self.left: dict[int, str] = {}
        """By id the names of those that are gone, and left their workspace."""

    async def learn(self, clis: Mapping[str, Cli]) -> list[KnownAgent]:
        """Those whose panes live, for another host spawned them; the others are gone, and returned."""
        self.left = {known.id: known.name for known in await self._store.read(records.gone_agents)}
        gone = []
        for known in await self._store.read(records.living_agents):
            if known.pane in self._panes.living:
                self.join(agent_of(known, clis), known.name)
            else:
                self._store.note(records.part_agent, known.id)
                self.left[known.id] = known.name
                gone.append(known)
        return gone

    # ---- which

    def of(self, pane: PaneId) -> Agent | None:
        """Whose pane it is; None where no agent was spawned in it."""
        return self.living.get(pane)

    def find(self, word: str) -> Agent:
        """By name, by the beginning of one, or by pane. Raises UnknownName, or UsageError for another pane."""
        try:
            pane = self._panes.find(word)
        except UnknownName:
            raise UnknownName("agent", word, [*self._names.values()]) from None
        if pane.id not in self.living:
            raise UsageError(f"{pane.name} is no agent: muxer agent ls shows those that there are")
        return self.living[pane.id]

    def by_token(self, token: str) -> Agent | None:
        """Who proves itself with that."""
        given = token.encode(errors="replace")
        return next((one for one in self.living.values() if token and compare_digest(one.token.encode(), given)), None)

    def programs(self) -> dict[int, Agent]:
        """Whose program runs, by its process."""
        panes = ((self._panes.living.get(pane), agent) for pane, agent in self.living.items())
        return {pane.pid: agent for pane, agent in panes if pane and pane.exit is None}

    def behind(self, pid: int) -> Agent | None:
        """Who started that process; None for a person's."""
        return agent_behind(pid, self.programs())

    async def gone(self, name: str) -> KnownAgent:
        """The one of that name that went last and left its workspace. Raises UnknownName."""
        gone = await self._store.read(records.gone_agents)
        found = next((known for known in gone if known.name == name), None)
        if found is None:
            raise UnknownName("gone agent", name, [known.name for known in gone])
        return found

    def facts(self, agent: Agent) -> AgentFacts:
        """What there is to know of it."""
        return agent.facts(self._names.get(agent.pane, ""))

    # ---- what happens

    def join(self, agent: Agent, name: str) -> None:
        """It lives from now on, also before its program does: that may call at once."""
        self.living[agent.pane] = agent
        self.left.pop(agent.id, None)
        self._names[agent.pane] = name

    def leave(self, pane: PaneId) -> Agent | None:
        """It lives no more."""
        self._names.pop(pane, None)
        return self.living.pop(pane, None)

    def told(self, agent: Agent, told: Told) -> None:
        """A hook said that; which conversation it has is written down."""
        agent.told.append(told)
        agent.asked = told.prompt or agent.asked
        if told.kind == "ended" or not told.session:
            return  # the end of one may be told after the beginning of the next
        transcript = told.transcript or (agent.transcript if told.session == agent.session else "")
        if (told.session, transcript) != (agent.session, agent.transcript):
            agent.session, agent.transcript = told.session, transcript
            self._store.note(records.note_session, agent.id, told.session, transcript)

    def heard(self, event: Event) -> None:
        """Something happened."""
        match event:
            case PaneChanged(pane) if pane in self.living and pane in self._panes.living:
                name = self._panes.living[pane].name
                if name != self._names[pane]:
                    self._names[pane] = name
                    self._store.note(records.rename_agent, self.living[pane].id, name)
            case PaneClosed(pane):
                name = self._names.get(pane, "")
                if agent := self.leave(pane):
                    self.left[agent.id] = name
                    self._store.note(records.part_agent, agent.id)
                    self.on_gone(agent)
            case _:
                pass


def agent_of(known: KnownAgent, clis: Mapping[str, Cli]) -> Agent:
    """The agent that was written down so."""
    cli = clis.get(known.cli) or Cli(name=known.cli, title=known.cli, short=known.cli, binary=(known.cli,))
    agent = Agent(known.id, known.pane, cli, token=known.token, folder=known.folder, spawned_at=known.spawned_at)
    agent.role, agent.circle, agent.project, agent.branch = known.role, known.circle, known.project, known.branch
    agent.rank, agent.parent = known.rank, known.parent
    agent.description, agent.described_at = known.description, known.described_at
    agent.workspace, agent.session, agent.transcript = known.workspace, known.session, known.transcript
    agent.muted = known.muted
    chosen = known.choices
    agent.source, agent.setup = str(chosen.get("source", "")), str(chosen.get("setup", ""))
    agent.ports = int(chosen.get("ports", 0)), int(chosen.get("room", 0))
    agent.model, agent.effort = str(chosen.get("model", "")), str(chosen.get("effort", ""))
    agent.auto, agent.prompt = bool(chosen.get("auto")), str(chosen.get("prompt", ""))
    agent.command, agent.port = tuple(chosen.get("command", ())), int(chosen.get("port", 0))
    if agent.command:
        agent.cli = cli_of(agent.command)
    return agent


def facts_of(known: KnownAgent) -> AgentFacts:
    """What there is to know of one that is gone."""
    return AgentFacts(
        id=known.id,
        name=known.name,
        pane="",
        cli=known.cli,
        role=known.role,
        rank=known.rank,
        circle=known.circle,
        project=known.project,
        workspace=known.workspace,
        folder=known.folder,
        branch=known.branch,
        session=known.session,
        model=str(known.choices.get("model", "")),
        auto=bool(known.choices.get("auto")),
        spawned_at=known.spawned_at,
        gone_at=known.gone_at,
    )


def place_of(known: KnownAgent) -> Workplace:
    """Where it works, or did."""
    source = str(known.choices.get("source", ""))
    return Workplace(kind=known.workspace, folder=known.folder, branch=known.branch, source=source)


def place_of_agent(agent: Agent) -> Workplace:
    """Where it works."""
    return Workplace(kind=agent.workspace, folder=agent.folder, branch=agent.branch, source=agent.source)


def cli_of(command: tuple[str, ...]) -> Cli:
    """What there is to know of a command that a person gave."""
    name = command[0].rpartition("/")[2]
    return Cli(name="", title=name, short=name, binary=(command[0],))
