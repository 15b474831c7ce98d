"""Verbs that bring trunk to those who do not have it yet: agents' workspaces, and a person's own branch."""

from typing import Any

from muxer.commands.kinds import AgentName, Folder, ProjectName
from muxer.commands.table import command
from muxer.commands.text import aligned
from muxer.errors import UsageError
from muxer.paths import homely

TYPE_CHECKING = False
if TYPE_CHECKING:  # help must not wait for the runtime
    from muxer.fleet.agent import Agent
    from muxer.services import Services


def _show_synced(rows: list[dict[str, Any]]) -> str:
    return aligned([(row["agent"], row["words"]) for row in rows]) or "there is no agent with a workspace of its own"


@command(show=_show_synced)
async def sync(
    services: "Services",
    agents: list[AgentName] = [],  # noqa: B006 - never changed; the table reads the default
    *,
    now: bool = False,
    abort: bool = False,
) -> list[dict[str, Any]]:
    """Bring agents' workspaces onto trunk.

    Each is moved by itself as soon as nothing is uncommitted there and its agent rests; this looks at once.

    Arguments:
        agents: which ones; all without it
        now: also under agents that work
        abort: leave what waits where it is, until trunk moves again

    Example:
        muxer sync claude --now
    """
    import asyncio

    if now and abort:
        raise UsageError("say either --now or --abort")
    syncer = services.exchange.syncer
    chosen = [services.agents.find(name) for name in agents] or [
        agent for agent in services.agents.living.values() if agent.workspace != "here"
    ]

    async def one(agent: "Agent") -> dict[str, Any]:
        outcome = await (syncer.abort(agent) if abort else syncer.sync(agent, urged=now))
        return {"agent": services.agents.facts(agent).name, "what": outcome.what, "words": outcome.words}

    rows = await asyncio.gather(*map(one, chosen))
    await services.store.settled()
    return sorted(rows, key=lambda row: str(row["agent"]))


def _show_landed(landed: dict[str, Any]) -> str:
    from muxer.workspaces.git import printable

    branch, trunk, count = landed["branch"], landed["trunk"], len(landed["paths"])
    if landed["before"] == landed["after"]:
        return printable(f"{branch} has all of {trunk}")
    would = "would " if landed["dry_run"] else ""
    how = (f"{would}get" if would else "got") if landed["merged"] else (f"{would}go" if would else "went")
    what = f"a merge of {trunk}" if landed["merged"] else f"forward to {trunk}"
    return printable(f"{branch} {how} {what}: {landed['after'][:12]}, {count} file{'s' * (count != 1)} changed")


@command(show=_show_landed)
async def land(
    services: "Services", project: ProjectName = "", *, dry_run: bool = False, cwd: Folder = ""
) -> dict[str, Any]:
    """Bring trunk into the branch that you have checked out.

    It goes forward, or gets a merge. What conflicts or would be lost is said, and nothing is changed then.

    Arguments:
        project: where; the one you are in without it
        dry_run: only say what would happen
        cwd: the folder you are in

    Example:
        muxer land --dry-run
    """
    import asyncio

    from muxer.exchange.courtesy import trunk_name
    from muxer.settings.project_settings import read_project
    from muxer.workspaces.bringing import land as bring
    from muxer.workspaces.coordination import coordination_of
    from muxer.workspaces.repository import ground_of

    found = services.projects.find(project) if project else services.projects.of(cwd)
    folder = found.folder if found else cwd
    ground = await asyncio.to_thread(ground_of, folder)
    if ground is None:
        raise UsageError(f"{homely(folder)} is in no git repository: say which project, muxer land PROJECT")
    agents = services.agents.living.values()
    root = next((agent.source for agent in agents if agent.source and agent.folder == ground.root), ground.root)
    settings = read_project(found.folder if found else root).project
    trunk = await asyncio.to_thread(coordination_of, root, settings)
    landed = await asyncio.to_thread(bring, trunk, dry_run=dry_run)
    return {
        "branch": landed.branch,
        "trunk": trunk_name(trunk),
        "before": landed.before,
        "after": landed.after,
        "merged": landed.merged,
        "paths": list(landed.paths),
        "dry_run": dry_run,
    }
