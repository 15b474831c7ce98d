"""A pane: a program on a kept pty, with a name and a terminal."""

import os
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from muxer.model import Exit, PaneId, Policy
from muxer.store.panes import KnownPane
from muxer.terminal.custody import Held
from muxer.terminal.terminal import Terminal

SHELLS = {"bash", "csh", "dash", "elvish", "fish", "ksh", "mksh", "nu", "sh", "tcsh", "xonsh", "zsh"}


@dataclass(frozen=True, slots=True)
class Start:
    """How its program is started."""

    command: tuple[str, ...]
    env: Mapping[str, str] = field(default_factory=dict)
    """More than every pane's has."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Occupant:
    """Who a new pane is for, under a name that was reserved."""

    env: Mapping[str, str]
    moves_in: Callable[[PaneId], None]
    """Called when the pane is written down, before its program is started."""


def facts_of(known: KnownPane) -> dict[str, Any]:
    """What the keeper remembers of a pane."""
    return {
        "name": known.name,
        "command": list(known.command),
        "cwd": known.cwd,
        "shell": known.shell,
        "policy": known.policy,
    }


class Pane:
    """It outlives its program."""

    __slots__ = ("asked", "command", "cwd", "exit", "facts", "heard_at", "id", "name", "pid", "shell", "terminal")

    def __init__(self, held: Held, terminal: Terminal) -> None:
        self.facts = facts = held.facts
        """What the keeper remembers of it for the next host."""
        self.id: PaneId = held.pane
        self.pid = held.pid
        self.name = str(facts.get("name", held.pane))
        self.command = tuple(str(word) for word in facts.get("command", ()))
        self.cwd = str(facts.get("cwd", "/"))
        self.shell = bool(facts.get("shell"))
        """Was it opened as a shell, rather than for a command?"""
        self.terminal = terminal
        self.exit: Exit | None = None
        self.heard_at = 0.0
        """When it last wrote something, as far as this host has heard."""
        self.asked = False
        """Does a person end its program?"""

    @property
    def policy(self) -> Policy:
        """When its program is started again by itself."""
        policy: Policy = self.facts.get("policy", "never")
        return policy

    @property
    def frozen(self) -> bool:
        """Are its processes stopped?"""
        return self.exit is None and bool(self.facts.get("frozen"))

    @property
    def wants_hangup(self) -> bool:
        """Is it a shell that people type into? Such ignore TERM, and end as in a terminal that is closed."""
        program, *rest = self.command
        options = all(word.startswith("-") and (word.startswith("--") or "c" not in word) for word in rest)
        return self.shell or (os.path.basename(program) in SHELLS and options)

    @property
    def known(self) -> KnownPane:
        """What is written down of it."""
        return KnownPane(
            id=self.id, name=self.name, command=self.command, cwd=self.cwd, shell=self.shell, policy=self.policy
        )

    @property
    def folder(self) -> str:
        """Where its program is now, as far as can be seen from outside."""
        if self.terminal.cwd:
            return self.terminal.cwd
        group = self.terminal.foreground() if self.exit is None else None
        for pid in (group, self.pid):
            try:
                return os.readlink(f"/proc/{pid}/cwd")
            except OSError:
                continue
        return self.cwd
