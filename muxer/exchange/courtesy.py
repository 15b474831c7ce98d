"""When a workspace may be moved under its agent, and what the agent is told of it: pure."""

from collections.abc import Sequence
from typing import Protocol

from muxer.fleet.agent import Agent
from muxer.model import State, Verdict
from muxer.work import Coordination, Standing

SENDER = "muxer"
"""Whose notes to agents these are."""
RESTS: frozenset[State] = frozenset({"idle", "done", "exited", "crashed"})
"""In these an agent reads and writes no file."""
GIVEN_UP = "given up until trunk moves again"
ASKED = "you asked for it"
MOVING = "it is being moved"
NAMED = 5
"""So many paths are named."""
_BUSY: dict[State, str] = {
    "starting": "its agent starts",
    "working": "its agent works",
    "waiting": "its agent waits for you",
    "limited": "its agent waits for its usage limit to end",
    "frozen": "its agent is frozen",
    "unknown": "nobody knows what its agent does: muxer sync --now does not ask",
}


class Put(Protocol):
    """Takes a text for an agent."""

    async def __call__(self, agent: Agent, text: str, *, sender: str, kind: str) -> int:
        """Its number."""


def busy(verdict: Verdict) -> str:
    """Why it would be rude to move files under an agent that does that; empty where it is not."""
    return "" if verdict.state in RESTS else _BUSY.get(verdict.state, _BUSY["unknown"])


def waits_for_agent(why: str) -> bool:
    """Is that what `busy` says?"""
    return why in _BUSY.values()


def obstacle(standing: Standing, verdict: Verdict, trunk: Coordination, *, urged: bool) -> str:
    """What keeps a workspace from being moved; empty if nothing does. An agent at work is no obstacle if `urged`."""
    if standing.upset:
        return standing.why
    if standing.branch in (trunk.base, trunk_name(trunk)):
        return f"it is on {listed([standing.branch])}, which muxer never moves by itself"
    if files := len(standing.uncommitted) + len(standing.untracked):
        return f"{_counted(files, 'file')} {'is' if files == 1 else 'are'} not committed"
    return "" if urged else busy(verdict)


def trunk_name(trunk: Coordination) -> str:
    """As people call it."""
    return trunk.trunk.removeprefix("refs/heads/").removeprefix("refs/remotes/")


def conflict(paths: Sequence[str], trunk: Coordination) -> str:
    """What a workspace waits for that does not go onto trunk by itself."""
    return f"it conflicts with {trunk_name(trunk)} in {listed(paths)}"


def conflict_note(paths: Sequence[str], trunk: Coordination, commit: str) -> str:
    """What its agent is told, once."""
    return (
        f"Your work does not go onto {trunk_name(trunk)} by itself: your commit {commit[:12]} and its commit"
        f" {trunk.tip[:12]} conflict in {listed(paths)}. Nothing was changed. Once you are done with what you do,"
        f" run `git rebase {trunk.tip[:12]}` and solve the conflicts, or ask."
    )


def moved_note(trunk: Coordination, old: str, new: str, *, commits: int, paths: Sequence[str]) -> str:
    """What an agent is told when its workspace was moved onto trunk."""
    own = f"with {_counted(commits, 'commit')} of yours rebased" if commits else "with no commit of yours"
    under = f"{_counted(len(paths), 'file')} changed under you: {listed(paths)}" if paths else "no file changed"
    return (
        f"Your workspace was moved onto {trunk_name(trunk)} at {trunk.tip[:12]} {own}: HEAD was {old[:12]} and is"
        f" {new[:12]} now; {under}."
    )


def listed(paths: Sequence[str]) -> str:
    """A few paths by name, stripped of what no screen should get."""
    named = ", ".join("".join(filter(str.isprintable, path)) for path in paths[:NAMED])
    return f"{named}, and {len(paths) - NAMED} more" if len(paths) > NAMED else named


def _counted(count: int, noun: str) -> str:
    return f"{count} {noun}{'s' * (count != 1)}"
