"""The verb on workspaces: where agents work or worked, and what becomes of these folders."""

import os
from typing import Any, Literal

from muxer.commands.agent import agent as look_after
from muxer.commands.kinds import AgentName, CliName, Folder
from muxer.commands.spawn import one_word, plain, works
from muxer.commands.table import command
from muxer.commands.text import aligned
from muxer.errors import MuxerError, UsageError
from muxer.paths import homely

TYPE_CHECKING = False
if TYPE_CHECKING:  # help must not wait for the runtime
    from muxer.services import Services
    from muxer.store.agents import KnownAgent
    from muxer.workspaces.repository import Workplace

Deed = Literal["ls", "adopt", "rename", "archive", "restore", "rm"]

_HEADING = ("NAME", "KIND", "AGENT", "BRANCH", "PORTS", "UNCOMMITTED", "FOLDER")


def _show(result: dict[str, Any]) -> str:
    if "workspaces" not in result:
        return "\n".join(
            [*result["said"], *(f"{one['name']} was left as it is: {one['why']}" for one in result["left"])]
        )
    rows = [
        (
            one["name"], one["kind"], one["agent"], one["branch"] or "-", one["ports"] or "-", _dirt(one),
            homely(one["folder"]),
        )
        for one in result["workspaces"]
    ]  # fmt: skip
    return aligned([_HEADING, *rows]) if rows else "there is no workspace yet: muxer spawn makes one"


def _dirt(one: dict[str, Any]) -> str:
    from muxer.model import in_short

    files = one["uncommitted"]
    return f"{files} file{'s' * (files != 1)}, {in_short(one['bytes'])}B" if files else "-"


@command(show=_show, fails=lambda result: bool(result.get("left")))
async def workspace(
    services: "Services",
    action: Deed = "ls",
    agent: list[AgentName] = [],  # noqa: B006 - never changed; the table reads the default
    *,
    cli: CliName = "",
    name: str = "",
    prompt: str = "",
    discard: bool = False,
    cwd: Folder = "",
) -> dict[str, Any]:
    """Look after the folders that agents work in.

    Arguments:
        action: archive removes the folder alone, restore brings it back, adopt takes up a worktree of yours
        agent: whose; for rename the new name after it, for adopt the folder
        cli: with adopt, who works there; the last one without it
        name: with adopt, what it is called
        prompt: with adopt, what it is to do first
        discard: with rm, also what is nowhere else; it is kept as a reference
        cwd: the folder you are in

    Example:
        muxer workspace adopt ../shop-fix
    """
    if action == "ls":
        return {"workspaces": await _listed(services)}
    if not agent:
        raise UsageError(f"say which: muxer workspace {action} {'FOLDER' if action == 'adopt' else 'NAME'}")
    match action:
        case "adopt":
            return await _adopt(services, os.path.join(cwd or "/", os.path.expanduser(agent[0])), cli, name, prompt)
        case "archive":
            return await _archive(services, agent)
        case "rm":
            return await _agents(services, "cleanup", [] if discard else agent, discard=agent if discard else [])
    return await _agents(services, action, agent)


async def _agents(services: "Services", action: Any, names: list[str], **more: Any) -> dict[str, Any]:
    """What is done to an agent and to its workspace alike."""
    done: dict[str, Any] = await look_after(services, action, names, **more)
    return done


# ---- looking


async def _listed(services: "Services") -> list[dict[str, Any]]:
    import asyncio

    from muxer.fleet.agents import facts_of, place_of, place_of_agent
    from muxer.store.agents import gone_agents

    living = services.agents.living.values()
    gone = await services.store.read(gone_agents)
    rows: list[tuple[dict[str, Any], str, tuple[int, int]]]
    rows = [(plain(services.agents.facts(one)), services.status(one.pane).state, one.ports) for one in living]
    rows += [(plain(facts_of(one)), "archived" if one.archived_at else "gone", _ports(one)) for one in gone]
    places = [*map(place_of_agent, living), *map(place_of, gone)]
    dirt = await asyncio.gather(*(asyncio.to_thread(_measured, place) for place in places))
    return [
        {
            "name": facts["name"],
            "kind": facts["workspace"],
            "agent": state,
            "folder": facts["folder"],
            "branch": facts["branch"],
            "ports": f"{first}-{first + room - 1}" if room else "",
            "uncommitted": files,
            "bytes": size,
        }
        for (facts, state, (first, room)), (files, size) in zip(rows, dirt, strict=True)
    ]


def _ports(known: "KnownAgent") -> tuple[int, int]:
    return int(known.choices.get("ports", 0)), int(known.choices.get("room", 0))


def _measured(place: "Workplace") -> tuple[int, int]:
    """How many files are not committed, and how much is in them."""
    from muxer.workspaces.standing import standing_of

    standing = standing_of(place, "")
    files = [*standing.uncommitted, *standing.untracked]
    return len(files), sum(_size(os.path.join(place.folder, file)) for file in files)


def _size(file: str) -> int:
    try:
        return os.lstat(file).st_size
    except OSError:
        return 0


# ---- doing


async def _adopt(services: "Services", folder: str, cli: str, name: str, prompt: str) -> dict[str, Any]:
    from muxer.fleet.naming import readable
    from muxer.fleet.spawning import Wanted

    stem = one_word("name", name) and readable(name)
    wanted = Wanted(cwd=folder, adopt=folder, cli=cli, name=stem, prompt=prompt)
    made = await services.spawner.spawn(wanted)
    facts = services.agents.facts(made.agent)
    return {"said": [f"{facts.name} works in {works(plain(facts))}", *made.said.splitlines()], "left": []}


async def _archive(services: "Services", names: list[str]) -> dict[str, Any]:
    result: dict[str, Any] = {"said": [], "left": []}
    for name in dict.fromkeys(names):
        if any(services.panes.living[pane].name == name for pane in services.agents.living):
            raise UsageError(f"{name} is there: muxer agent kill {name} first")
        known = await services.agents.gone(name)
        try:
            kept = await services.clearing.archive(known)
        except MuxerError as error:
            if len(names) == 1:
                raise
            result["left"].append({"name": name, "why": str(error)})
        else:
            more = f", and what was not committed as {kept}" if kept else ""
            result["said"].append(f"{name} was put away; its branch {known.branch} is kept{more}")
    return result
