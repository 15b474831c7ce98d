"""The verb that spawns agents."""

from typing import Any

from muxer.commands.kinds import CliName, Folder, ProjectName, TabName
from muxer.commands.person import must_be_a_person
from muxer.commands.table import command
from muxer.errors import MuxerError, UsageError
from muxer.model import AgentFacts, Policy, SplitWay, Workspace
from muxer.paths import homely
from muxer.talk import Rank

TYPE_CHECKING = False
if TYPE_CHECKING:  # help must not wait for the runtime
    from muxer.services import Services

MOST = 100
"""So many at once."""


def plain(facts: AgentFacts) -> dict[str, Any]:
    """An agent as JSON."""
    return {
        "id": facts.id,
        "name": facts.name,
        "pane": facts.pane,
        "cli": facts.cli,
        "role": facts.role,
        "rank": facts.rank,
        "circle": facts.circle,
        "project": facts.project,
        "workspace": facts.workspace,
        "folder": facts.folder,
        "branch": facts.branch,
        "session": facts.session,
        "model": facts.model,
        "auto": facts.auto,
        "spawned_at": facts.spawned_at,
        "gone_at": facts.gone_at,
    }


def works(agent: dict[str, Any]) -> str:
    """Where an agent works, in a few words."""
    branch = f" on {agent['branch']}" if agent["branch"] else ""
    return f"{homely(agent['folder'])}{branch}"


def _show(result: dict[str, Any]) -> str:
    lines = [f"{agent['name']} works in {works(agent)}" for agent in result["spawned"]]
    return "\n".join([*lines, *result["said"], *(f"{one['name']}: {one['why']}" for one in result["failed"])])


@command(show=_show, fails=lambda result: bool(result["failed"]))
async def spawn(
    services: "Services",
    n: int = 1,
    *,
    cli: CliName = "",
    exec: str = "",
    name: str = "",
    role: str = "",
    circle: str = "",
    rank: Rank = "agent",
    prompt: str = "",
    model: str = "",
    effort: str = "",
    auto: bool = False,
    project: ProjectName = "",
    workspace: Workspace | None = None,
    restart: Policy = "never",
    tab: TabName = "",
    split: SplitWay = "right",
    cwd: Folder = "",
) -> dict[str, Any]:
    """Start coding agents, each in a workspace of its own.

    Arguments:
        n: how many
        cli: which one; the last one without it
        exec: a command instead, with its arguments
        name: what it is called; the others are numbered
        role: what it is there for
        circle: the group it speaks to, else its project's
        rank: whom it may write to
        prompt: what it is to do first; - reads it from stdin
        model: as its CLI calls it
        effort: how hard it thinks, as its CLI calls it
        auto: it asks nothing before it acts
        project: where it works; the one you are in without it
        workspace: a worktree where there can be one
        restart: start it again by itself
        tab: the tab it goes to, made if it is new
        split: where in the tab
        cwd: the folder you are in

    Example:
        muxer spawn 3 --cli codex --prompt "fix the flaky tests"
    """
    from dataclasses import replace

    from muxer.fleet.naming import readable
    from muxer.fleet.spawning import Seat, Wanted

    must_be_a_person(services, "has agents without end: muxer spawn-peer", here=rank != "agent")
    if not 1 <= n <= MOST:
        raise UsageError(f"{n} agents cannot be spawned at once: say 1 to {MOST}")
    if cli and exec:
        raise UsageError("say either --cli or --exec")
    wanted = Wanted(
        cli=cli,
        command=_command(exec),
        name=readable(name) if name else "",
        role=one_word("role", role),
        circle=one_word("circle", circle),
        rank=rank,
        prompt=prompt,
        model=one_word("model", model),
        effort=one_word("effort", effort),
        auto=auto,
        project=project,
        cwd=cwd,
        workspace=workspace,
        policy=restart,
    )
    result: dict[str, Any] = {"spawned": [], "failed": [], "said": []}
    for number in range(n):
        if number:
            wanted = replace(wanted, name="", stem=name)
        try:
            made = await services.spawner.spawn(wanted, Seat(tab, split))
        except MuxerError as error:
            if n == 1:
                raise
            result["failed"].append({"name": wanted.name or f"agent {number + 1}", "why": str(error)})
            continue
        result["spawned"].append(plain(services.agents.facts(made.agent)))
        result["said"] += [made.said] if made.said and made.said not in result["said"] else []
    return result


def _command(words: str) -> tuple[str, ...]:
    import shlex

    try:
        return tuple(shlex.split(words))
    except ValueError as error:
        raise UsageError(f"--exec {words!r} cannot be read: {error}") from None


def one_word(kind: str, word: str) -> str:
    """One line, which a screen can show. Raises UsageError."""
    if not word.isprintable() or len(word) > 60:
        raise UsageError(f"--{kind} {word[:60]!r} is not a word of up to 60 letters")
    return word.strip()
