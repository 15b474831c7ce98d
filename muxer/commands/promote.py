"""Verbs that bring an agent's work to trunk: all of it, or chosen commits."""

from collections.abc import Sequence
from typing import Any

from muxer.commands.kinds import AgentName
from muxer.commands.table import command
from muxer.commands.text import aligned
from muxer.errors import UsageError

TYPE_CHECKING = False
if TYPE_CHECKING:  # help must not wait for the runtime
    from muxer.exchange.previewing import Wish
    from muxer.exchange.promoting import Landed
    from muxer.fleet.agent import Agent
    from muxer.services import Services
    from muxer.work import Preview, Way


def _show(said: dict[str, Any]) -> str:
    from muxer.workspaces.git import printable

    if "undone" in said:
        moved = f"; {', '.join(said['moved'])} moved back as well" if said["moved"] else ""
        return printable(f"{said['trunk']} is at {said['before'][:12]} again, without {said['undone']!r}{moved}")
    rows = [
        (one["sha"][:7], one["subject"], _files(one["files"]), f"+{one['added']} −{one['removed']}")
        for one in said["commits"]
    ]
    head = printable(f"{said['agent']} → {said['trunk']}  {said['way']}")
    return "\n".join(filter(None, [head, aligned(rows), aligned(_facts(said)), printable(_end(said))]))


def _facts(said: dict[str, Any]) -> list[tuple[str, str]]:
    left, others = said["left_out"], [f"{name} in {_files(paths)}" for name, paths in said["clashes"]]
    conflicts = [f"trunk in {_files(said['conflicts'])}"] if said["conflicts"] else ["trunk none"]
    check = said["check"] and f"{said['check']}{' · green' if said['checked'] else ''}"
    after = [f"{name} {f'waits: {why}' if why else 'is rebased'}" for name, why in said["after"]]
    rows = [
        ("not included", f"{len(left)} not committed: {_files(left)}" if left else ""),
        ("conflicts", " · ".join(conflicts + others)),
        ("check", check),
        ("after", " · ".join(after)),
    ]
    return [row for row in rows if row[1]]


def _end(said: dict[str, Any]) -> str:
    if said["why_not"]:
        return str(said["why_not"])
    if pull := said["pull"]:
        return str(
            pull["words"]
            or f"pull request {pull['number']} is {'open' if pull['new'] else 'up to date'}: {pull['url']}"
        )
    result = said["result"][:12]
    return f"{said['trunk']} is at {result}" if said["done"] else f"{said['trunk']} would be at {result}"


def _files(paths: Sequence[str]) -> str:
    return f"{paths[0]} and {len(paths) - 1} more" if len(paths) > 1 else "".join(paths)


@command(show=_show, fails=lambda said: bool(said.get("why_not")))
async def promote(
    services: "Services",
    agent: AgentName,
    *,
    dry_run: bool = False,
    commits: str = "",
    commit: str = "",
    merge: bool = False,
    squash: bool = False,
    rebase: bool = False,
    check: bool = False,
    no_check: bool = False,
    pr: bool = False,
    undo: bool = False,
) -> dict[str, Any]:
    """Bring what an agent committed to trunk.

    The project's check has to be green on the merged result first. Where work is shared, a pull request is opened.

    Arguments:
        agent: whose work
        dry_run: only say what would happen; with --check, run the check as well
        commits: only those: A..B, or names with commas between
        commit: a commit to promote instead of its head, as muxer part makes one
        merge: as a merge, which it is without these
        squash: as one commit
        rebase: as its commits, one after the other
        check: there must be a check
        no_check: whatever the check would say
        pr: as a pull request
        undo: take back what was promoted last, if nobody built on it

    Example:
        muxer promote ada --squash
    """
    from muxer.exchange.previewing import Wish

    ways = [word for word, said in (("merge", merge), ("squash", squash), ("rebase", rebase)) if said]
    if len(ways) > 1 or (check and no_check):
        raise UsageError(f"say one of them: {' or '.join(f'--{way}' for way in ways) or '--check or --no-check'}")
    found = services.agents.find(agent)
    if undo:
        return await _undone(services, found)
    way: Way = ways[0] if ways else "merge"  # type: ignore[assignment]
    chosen = tuple(commits.replace(",", " ").split())
    wish = Wish(way=way, chosen=chosen, part=commit, check=False if no_check else check or None, pull=pr)
    return await (_previewed if dry_run else _promoted)(services, found, wish)


@command(show=_show, fails=lambda said: bool(said.get("why_not")))
async def pick(
    services: "Services", agent: AgentName, commits: list[str], *, dry_run: bool = False, no_check: bool = False
) -> dict[str, Any]:
    """Bring some of an agent's commits to trunk, one by one.

    Arguments:
        agent: whose commits
        commits: which ones: names, or A..B
        dry_run: only say what would happen
        no_check: whatever the project's check would say

    Example:
        muxer pick ada 3f9c2ab
    """
    from muxer.exchange.previewing import Wish

    wish = Wish(way="rebase", chosen=tuple(commits), check=False if no_check else None)
    return await (_previewed if dry_run else _promoted)(services, services.agents.find(agent), wish)


async def _previewed(services: "Services", agent: "Agent", wish: "Wish") -> dict[str, Any]:
    promoter = services.exchange.promoter
    preview = await promoter.preview(agent, wish)
    checked = await promoter.prove(agent, preview, wish) if wish.check and not preview.why_not else ""
    last = await promoter.last(agent)
    return {**_told(services, agent, preview), "checked": checked, "undo": last.subject if last else ""}


async def _promoted(services: "Services", agent: "Agent", wish: "Wish") -> dict[str, Any]:
    landed: Landed = await services.exchange.promoter.promote(agent, wish)
    pulled = landed.pulled
    pull = pulled and {
        "branch": pulled.branch, "url": pulled.url, "number": pulled.number, "new": pulled.is_new,
        "words": pulled.words,
    }  # fmt: skip
    told = _told(services, agent, landed.preview)
    return {**told, "done": pulled is None, "checked": landed.checked, "pull": pull}


async def _undone(services: "Services", agent: "Agent") -> dict[str, Any]:
    last, moved = await services.exchange.promoter.undo(agent)
    trunk = last.trunk.removeprefix("refs/heads/")
    return {"undone": last.subject, "trunk": trunk, "before": last.before, "after": last.after, "moved": moved}


def _told(services: "Services", agent: "Agent", preview: "Preview") -> dict[str, Any]:
    commits = [
        {
            "sha": one.sha, "subject": one.subject, "author": one.author, "added": one.added, "removed": one.removed,
            "files": [file.path for file in one.files],
        }
        for one in preview.commits
    ]  # fmt: skip
    return {
        "agent": preview.name, "pane": agent.pane, "trunk": preview.trunk, "way": preview.way, "onto": preview.onto,
        "head": preview.head, "result": preview.result, "commits": commits,
        "files": [{"path": file.path, "added": file.added, "removed": file.removed} for file in preview.files],
        "left_out": list(preview.left_out), "conflicts": list(preview.conflicts),
        "clashes": [[name, list(paths)] for name, paths in preview.clashes], "check": preview.check, "checked": "",
        "after": [list(one) for one in services.exchange.promoter.followers(agent)], "why_not": preview.why_not,
        "shared": services.exchange.promoter.shares(agent), "done": False, "pull": None, "undo": "",
    }  # fmt: skip
