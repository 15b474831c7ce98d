"""Whose process somebody is who asks for something: what an agent started speaks for it, whatever it says of itself."""

import os
from collections.abc import Mapping

from muxer.fleet.agent import Agent
from muxer.fleet.foreground import name_of
from muxer.fleet.pane import SHELLS


def is_person(pid: int, agents: Mapping[int, Agent]) -> bool:
    """May it do what only a person may? Nothing that an agent started, and nobody of whom that cannot be told."""
    return is_anyone(pid) and agent_behind(pid, agents) is None


def is_anyone(pid: int) -> bool:
    """Can it still be told where that process comes from? Neither of one that is over, nor over the network."""
    return pid > 0 and _leader(pid) is not None


def agent_behind(pid: int, agents: Mapping[int, Agent]) -> Agent | None:
    """The agent that the process was started by, out of those whose programs these are; None for a person's."""
    for one in _line_of(pid):
        if found := agents.get(one) or agents.get(_leader(one) or 0):
            return found
    token = token_of(pid)
    return next((agent for agent in agents.values() if token and agent.token == token), None)


def is_of_another(pid: int, program: int) -> bool:
    """Does the process belong to another CLI, which the agent that is this program runs as a tool?

    What an agent starts inherits what the agent proves itself with. Its tools have process groups of their own, and
    whatever it starts for itself is called by it or by its launcher; a shell between them says nothing.
    """
    callers = _line_of(_parent(pid))
    if program not in callers:
        return False
    speaker = next((one for one in callers if one == program or name_of(one) not in SHELLS), program)
    return _group_of(speaker) != _group_of(program)


def token_of(pid: int) -> str:
    """What it could prove itself with: one that left its session behind still has that, unless it took it off."""
    try:
        with open(f"/proc/{pid}/environ", "rb") as facts:
            words = facts.read().split(b"\0")
    except OSError:
        return ""
    return next((word[12:].decode(errors="replace") for word in words if word.startswith(b"MUXER_TOKEN=")), "")


def _line_of(pid: int) -> list[int]:
    """It, what started it, and so on, as far as that is told here."""
    line: list[int] = []
    while pid > 1 and pid not in line:
        line.append(pid)
        pid = _parent(pid)
    return line


def _parent(pid: int) -> int:
    try:
        with open(f"/proc/{pid}/stat", "rb") as facts:
            return int(facts.read().rpartition(b")")[2].split()[1])
    except OSError:
        return 0


def _leader(pid: int) -> int | None:
    """Of its session, which outlives whoever started it; 0 for one outside this container, None where it is over."""
    try:
        return os.getsid(pid)
    except OSError:
        return None


def _group_of(pid: int) -> int:
    try:
        return os.getpgid(pid)
    except OSError:
        return 0
