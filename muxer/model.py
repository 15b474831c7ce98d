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


@dataclass(frozen=True, slots=True, kw_only=True)
class ClientFacts:
    """A terminal attached to the host."""

    id: int
    pid: int
    cols: int
    rows: int
    term: str
    read_only: bool
