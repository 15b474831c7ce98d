"""The nouns, as data: what the runtime tells everybody else about panes and the terminals attached to it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

PaneId = str
"""`p1`, `p2`, …: never used twice by one host."""

SplitWay = Literal["right", "down", "none", "float"]
"""Where a new pane goes: beside or under the one in focus, into a tab of its own, or over all of them."""

PaneState = Literal["running", "exited", "crashed", "lost"]

Policy = Literal["never", "on-failure", "always"]
"""When a program that ended is started again by itself."""

State = Literal["starting", "working", "waiting", "done", "idle", "limited", "frozen", "crashed", "exited", "unknown"]
"""What a pane is doing, as a person sees it. Derived, never stored."""


@dataclass(frozen=True, slots=True)
class Exit:
    """How a program ended: its status, or the signal that killed it.

    Neither is known of one that a new keeper adopted.
    """

    status: int | None = None
    signal: int | None = None

    @property
    def state(self) -> PaneState:
        """A signal is a crash; a status, any status, is an end of the program's own."""
        if self.signal is not None:
            return "crashed"
        return "exited" if self.status is not None else "lost"

    def __str__(self) -> str:
        if self.signal is not None:
            return f"killed by signal {self.signal}"
        return "ended" if self.status is None else f"exited {self.status}"


@dataclass(frozen=True, slots=True, kw_only=True)
class PaneFacts:
    """What there is to know of a pane, as `muxer ls --json` shows it."""

    id: PaneId
    name: str
    tab: str
    pid: int
    command: tuple[str, ...]
    cwd: str
    cols: int
    rows: int
    state: PaneState
    title: str
    exit: Exit | None = None
    policy: Policy = "never"
    restarts: int = 0
    """How often it was started again, in this pane."""
    again_at: float = 0.0
    """When it is started again by itself (time.time()); 0 when it is not."""
    gave_up: bool = False
    """It failed too often and too fast to be started again by itself."""
    frozen: bool = False
    project: str = ""
    """The name of the project that its folder belongs to."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Run:
    """One time that a pane's program was started. Times are time.time()."""

    started_at: float
    ended_at: float | None = None
    exit: Exit | None = None
    asked: bool = False
    """A person ended it."""


@dataclass(frozen=True, slots=True)
class Logged:
    """One entry of the event log."""

    id: int
    at: float
    kind: str
    """`pane.opened`, `run.ended`, …"""
    subject: str
    data: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Status:
    """A pane's state, and why it is said to be that."""

    state: State
    note: str = ""
    """A few words more: `exited 1`, `again in 4s`, `gave up after 5 failures`."""
    evidence: tuple[str, ...] = ()
    """The facts that it follows from, strongest first, one line each."""


Wait = Literal["permission", "question", "trust", "login", "limit", "error"]
"""What a person is waited for with."""

Workspace = Literal["worktree", "clone", "here"]
"""Where an agent works: in a worktree or a clone of its own, or in the folder as it is."""


@dataclass(frozen=True, slots=True, kw_only=True)
class AgentFacts:
    """What there is to know of an agent, as `muxer agent ls --json` shows it."""

    id: int
    name: str
    """Its pane's name, as long as it has one."""
    pane: PaneId
    """Empty once that is gone."""
    cli: str
    """Empty for a command that a person gave."""
    role: str = ""
    rank: str = "agent"
    circle: str = ""
    project: str = ""
    workspace: Workspace = "here"
    folder: str = ""
    branch: str = ""
    session: str = ""
    """The id of its conversation, as its CLI calls it."""
    model: str = ""
    auto: bool = False
    muted: bool = False
    """Nothing is typed into it until a person says so."""
    spawned_at: float = 0.0
    gone_at: float | None = None


@dataclass(frozen=True, slots=True)
class Choice:
    """One answer to what an agent asks: what is typed for it, and what it means."""

    keys: str
    label: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """What an agent is doing, by all evidence there is. Times are time.time()."""

    state: State = "starting"
    wait: Wait | None = None
    words: str = ""
    """What is asked, or what is wrong, in one line."""
    choices: tuple[Choice, ...] = ()
    draft: bool | None = None
    """Has a person written something into its composer? None where that cannot be seen."""
    since: float = 0.0
    resets_at: float = 0.0
    """When a usage limit ends; 0 where that is unknown."""
    evidence: tuple[str, ...] = ()
    """Strongest first, one line each."""


HumanKey = Literal["text", "enter", "other"]
"""What a person typed: something that stays in a composer, what sends that, or a key that does neither for sure."""

NoteState = Literal["queued", "held", "typing", "submitted", "seen", "answered", "failed", "cancelled", "expired"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Note:
    """Text on its way into an agent."""

    id: int
    agent: int
    pane: PaneId
    sender: str
    """An agent's name; empty for the person."""
    text: str
    state: NoteState
    reason: str = ""
    """Why it is held, or why it failed."""
    queued_at: float = 0.0
    muted: bool = False
    message: int | None = None
    """What a peer said that it brings; None for what is none of the mesh's."""
    speaker: str = ""
    """The peer's id."""
    kind: str = "note"
    """The message's."""
    circle: str = ""
    """The peer's, when it said that."""


NeedKind = Wait | Literal["done", "crashed", "held", "called", "asked", "told"]
"""`called`: the program in a pane rang or said something, and nobody looked. `asked`, `told`: a peer put a question to
the person, or wrote to them."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Need:
    """Something that waits for a person."""

    pane: PaneId
    """Empty for a peer that has none."""
    name: str
    kind: NeedKind
    words: str = ""
    choices: tuple[Choice, ...] = ()
    since: float = 0.0
    """time.time()."""
    resets_at: float = 0.0
    notes: tuple[Note, ...] = ()
    """What is held."""
    ask: int = 0
    """The number of what a peer asked."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Usage:
    """What an agent's conversation has used; None is unknown."""

    input: int | None = None
    output: int | None = None
    cached: int | None = None
    cost: float | None = None
    """In US dollars, only where the CLI itself says it."""
    context: int | None = None
    """Tokens of the last request."""
    window: int | None = None
    """How many there may be."""
    model: str = ""
    source: str = ""
    """Where this was read, or why it is unknown."""

    @property
    def known(self) -> bool:
        """Is anything said of tokens?"""
        return self.input is not None

    @property
    def share(self) -> float | None:
        """How much of the window the last request took, from 0 to 1."""
        return self.context / self.window if self.context is not None and self.window else None

    @property
    def brief(self) -> str:
        """The context, how much of its window that is, and the cost, as far as they are known: `182k 70% $0.41`."""
        words = [
            "" if self.context is None else in_short(self.context),
            "" if self.share is None else f"{self.share:.0%}",
            "" if self.cost is None else f"${self.cost:.2f}",
        ]
        return " ".join(filter(None, words))


def in_short(count: int) -> str:
    """A number in four cells at most: `940`, `9.4k`, `182k`, `1.2M`."""
    for size, unit in ((10**9, "G"), (10**6, "M"), (10**3, "k")):
        if count >= size - size // 2000:
            value = count / size
            return f"{value:.1f}{unit}" if value < 9.95 else f"{value:.0f}{unit}"
    return str(count)


@dataclass(frozen=True, slots=True, kw_only=True)
class CliFacts:
    """A coding agent's CLI, as somebody who chooses one sees it."""

    name: str
    title: str
    program: str
    """Where it is installed; empty where it is not."""
    install: str
    """A line that installs it."""
    models: bool = False
    """Can its model be chosen?"""
    efforts: bool = False
    autos: bool = False
    """Can it be told to ask nothing?"""


@dataclass(frozen=True, slots=True, kw_only=True)
class ClientFacts:
    """A terminal attached to the host."""

    id: int
    pid: int
    cols: int
    rows: int
    term: str
    read_only: bool
