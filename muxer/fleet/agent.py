"""An agent: a CLI that runs in a pane, who it is, and what is known of what it does."""

from collections import deque

from muxer.agents.signs import Heard, Told
from muxer.agents.spec import Cli
from muxer.model import AgentFacts, PaneId, Usage, Verdict, Workspace
from muxer.talk import Rank

TOLD = 50
"""So much of what its hooks said is looked at."""


class Agent:
    """It lives as long as its pane; what is written down of it lives longer."""

    __slots__ = (
        "asked", "auto", "branch", "circle", "cli", "command", "described_at", "description", "effort", "folder",
        "heard", "id", "model", "muted", "pane", "parent", "port", "ports", "project", "prompt", "rank", "role",
        "session", "setup", "source", "spawned_at", "token", "told", "transcript", "usage", "verdict", "workspace",
    )  # fmt: skip

    def __init__(self, number: int, pane: PaneId, cli: Cli, *, token: str, folder: str, spawned_at: float) -> None:
        self.id = number
        self.pane = pane
        self.cli = cli
        self.token = token
        """What a process in its pane proves itself with."""
        self.folder = folder
        """Where it works."""
        self.spawned_at = spawned_at
        self.role = self.circle = self.project = self.branch = ""
        self.rank: Rank = "agent"
        self.parent: int | None = None
        """The agent that had it spawned."""
        self.description = ""
        """What it says of itself, and when it said so."""
        self.described_at = 0.0
        self.workspace: Workspace = "here"
        self.source = ""
        """The repository that its workspace was made from."""
        self.ports: tuple[int, int] = (0, 0)
        """The first of the ports that its workspace has to itself, and how many there are."""
        self.setup = ""
        """What is run in its workspace before its program is started there first."""
        self.session = ""
        """The id of its conversation."""
        self.transcript = ""
        """The file that its CLI writes that down in, as far as a hook told it."""
        self.model = self.effort = ""
        self.auto = False
        self.prompt = self.asked = ""
        """What it was asked to do first, and last, as far as this host heard."""
        self.command: tuple[str, ...] = ()
        """The program and its arguments that a person gave instead of a CLI."""
        self.port = 0
        """Where it listens on this machine for text; 0 where it does not."""
        self.muted = False
        """Nothing is typed into it until a person says so."""
        self.told: deque[Told] = deque(maxlen=TOLD)
        self.heard = Heard()
        self.verdict = Verdict()
        self.usage = Usage(source="nothing was read yet")

    def facts(self, name: str) -> AgentFacts:
        """What there is to know of it; it is called as its pane is."""
        return AgentFacts(
            id=self.id,
            name=name,
            pane=self.pane,
            cli=self.cli.name,
            role=self.role,
            rank=self.rank,
            circle=self.circle,
            project=self.project,
            workspace=self.workspace,
            folder=self.folder,
            branch=self.branch,
            session=self.session,
            model=self.model,
            auto=self.auto,
            muted=self.muted,
            spawned_at=self.spawned_at,
        )
