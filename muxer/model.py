"""The nouns, as data: what the runtime tells everybody else about panes and the terminals attached to it."""

from dataclasses import dataclass
from typing import Literal

PaneId = str
"""`p1`, `p2`, …: never used twice by one host."""

SplitWay = Literal["right", "down", "none", "float"]
"""Where a new pane goes: beside or under the one in focus, into a tab of its own, or over all of them."""

PaneState = Literal["running", "exited", "crashed", "lost"]


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


@dataclass(frozen=True, slots=True, kw_only=True)
class ClientFacts:
    """A terminal attached to the host."""

    id: int
    pid: int
    cols: int
    rows: int
    term: str
    read_only: bool
