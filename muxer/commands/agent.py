"""The verb on agents: who there is, how each is called and started, and what becomes of its work."""

from contextlib import suppress
from typing import Any, Literal

from muxer.commands.kinds import AgentName, GoneName
from muxer.commands.person import must_be_a_person
from muxer.commands.spawn import one_word, plain, works
from muxer.commands.table import command
from muxer.commands.text import aligned
from muxer.errors import MuxerError, UnknownName, UsageError
from muxer.model import Policy
from muxer.talk import Rank

TYPE_CHECKING = False
if TYPE_CHECKING:  # help must not wait for the runtime
    from collections.abc import Awaitable, Callable

    from muxer.fleet.agent import Agent
    from muxer.services import Services
    from muxer.store.agents import KnownAgent

Deed = Literal["ls", "get", "rename", "kill", "restart", "restore", "cleanup", "set"]


def _show(result: dict[str, Any]) -> str:
    if "agents" in result:
        rows = [
            (one["name"], one["cli"] or "-", one["state"], one["workspace"], works(one)) for one in result["agents"]
        ]
        heading = ("NAME", "CLI", "STATE", "WORKSPACE", "FOLDER")
        return aligned([heading, *rows]) if rows else "there is no agent yet: muxer spawn"
    if "agent" in result:
        return aligned(
            (name.replace("_", " "), value) for name, value in result["agent"].items() if value not in ("", None)
        )
    return "\n".join([*result["said"], *(f"{one['name']} was left as it is: {one['why']}" for one in result["left"])])


@command(show=_show, fails=lambda result: bool(result.get("left")))
async def agent(
    services: "Services",
    action: Deed,
    agent: list[AgentName] = [],  # noqa: B006 - never changed; the table reads the default
    *,
    all: bool = False,
    discard: list[GoneName] = [],  # noqa: B006 - as above
    role: str | None = None,
    circle: str | None = None,
    rank: Rank | None = None,
    model: str | None = None,
    auto: Literal["on", "off"] | None = None,
    policy: Policy | None = None,
) -> dict[str, Any]:
    """Look after agents: their names, their programs, their work.

    Arguments:
        action: restore brings a gone one back, cleanup removes what gone ones left
        agent: its name; for rename the new one after it
        all: with ls, those that are gone, too
        discard: with cleanup, remove all work of this one
        role: with set, what it is there for
        circle: with set, the group that it speaks to
        rank: with set, an orchestrator crosses circles, an observer only reads
        model: with set, from its next start on
        auto: with set, it asks nothing from its next start on
        policy: with set, start it again by itself

    Example:
        muxer agent restore ada
    """
    if action not in ("ls", "get"):
        must_be_a_person(services, "looks after agents", here=action == "set" and (rank or circle) is not None)
    match action:
        case "ls":
            return {"agents": await _listed(services, gone=all)}
        case "rename":
            return await _rename(services, agent)
        case "cleanup":
            return await _cleanup(services, agent, discard)
    if not agent:
        raise UsageError(f"say which: muxer agent {action} NAME")
    if action == "get":
        return {"agent": await _got(services, agent[0])}
    if action == "set":
        words = {"role": role, "circle": circle, "model": model}
        chosen = {name: one_word(name, word) for name, word in words.items() if word is not None}
        return await _set(services, agent[0], chosen, rank=rank, auto=auto, policy=policy)
    deeds: dict[str, Callable[[Services, str], Awaitable[str]]]
    deeds = {"kill": _kill, "restart": _restart, "restore": _restore}
    return await _each(services, agent, deeds[action])


async def _each(
    services: "Services", names: list[str], deed: "Callable[[Services, str], Awaitable[str]]"
) -> dict[str, Any]:
    """Do it to all of them; one that fails holds up no other."""
    result: dict[str, Any] = {"said": [], "left": []}
    for name in dict.fromkeys(names):
        try:
            result["said"].append(await deed(services, name))
        except MuxerError as error:
            if len(names) == 1:
                raise
            result["left"].append({"name": name, "why": str(error)})
    return result


# ---- looking


async def _listed(services: "Services", *, gone: bool) -> list[dict[str, Any]]:
    from muxer.store.agents import gone_agents

    listed = [_living(services, one) for one in services.agents.living.values()]
    return listed + ([_gone(one) for one in await services.store.read(gone_agents)] if gone else [])


def _living(services: "Services", agent: "Agent") -> dict[str, Any]:
    return {**plain(services.agents.facts(agent)), "state": services.status(agent.pane).state}


def _gone(known: "KnownAgent") -> dict[str, Any]:
    from muxer.fleet.agents import facts_of

    return {**plain(facts_of(known)), "state": "archived" if known.archived_at else "gone"}


async def _got(services: "Services", name: str) -> dict[str, Any]:
    try:
        return _living(services, services.agents.find(name))
    except UnknownName:
        if known := await _left_by(services, name):
            return _gone(known)
        raise


async def _left_by(services: "Services", name: str) -> "KnownAgent | None":
    """Who is gone and was called so."""
    try:
        return await services.agents.gone(name)
    except UnknownName:
        return None


# ---- doing


async def _rename(services: "Services", names: list[str]) -> dict[str, Any]:
    if len(names) != 2:
        raise UsageError("say both: muxer agent rename NAME NEW")
    known = await _left_by(services, names[0])
    if known and all(services.panes.living[pane].name != names[0] for pane in services.agents.living):
        return {"said": [await _rename_gone(services, known, names[1])], "left": []}
    pane = services.panes.living[services.agents.find(names[0]).pane]
    before = pane.name
    await services.panes.rename(pane, names[1])
    return {"said": [f"{before} is called {pane.name} now"], "left": []}


async def _rename_gone(services: "Services", known: "KnownAgent", name: str) -> str:
    """Its folder and its branch keep their names: programs, conversations and pull requests know them by these."""
    from muxer.fleet.naming import readable
    from muxer.store.agents import gone_agents, rename_agent

    name = readable(name)
    if name in services.panes.taken() | {one.name for one in await services.store.read(gone_agents)}:
        raise UsageError(f"{name} is taken: choose another name")
    await services.store.ask(rename_agent, known.id, name)
    return f"{known.name} is called {name} now"


async def _kill(services: "Services", name: str) -> str:
    try:
        found = services.agents.find(name)
    except UnknownName:
        if await _left_by(services, name):
            return f"{name} is gone already"
        raise
    return await end(services, found)


async def end(services: "Services", found: "Agent") -> str:
    """Its program and its pane; what is left to say of it."""
    pane = services.panes.living[found.pane]
    facts = plain(services.agents.facts(found))
    with suppress(MuxerError):  # what cannot be ended now is hung up at least
        await services.supervisor.stop(pane)
    await services.close_pane(pane)
    return f"{facts['name']} is gone; its work stays in {works(facts)}"


async def _restart(services: "Services", name: str) -> str:
    found = services.agents.find(name)
    pane = services.panes.living[found.pane]
    session, why = await services.resumer.conversation(found)
    await services.supervisor.restart(pane)
    how = " and goes on with its own conversation" if session else f": {why}, so it begins a new one" if why else ""
    return f"{pane.name} was started again{how}"


async def _restore(services: "Services", name: str) -> str:
    if any(services.panes.living[pane].name == name for pane in services.agents.living):
        raise UsageError(f"{name} is there: muxer agent restart {name} starts its program again")
    made = await services.spawner.restore(await services.agents.gone(name))
    facts = services.agents.facts(made.agent)
    how = " and goes on with its own conversation" if made.resumed else ""
    how += f": {made.said}" if made.said else ""
    return f"{facts.name} is back in {works(plain(facts))}{how}"


async def _cleanup(services: "Services", names: list[str], discard: list[str]) -> dict[str, Any]:
    """Whoever was named, or all that are gone."""
    from muxer.store.agents import gone_agents

    wanted = list(dict.fromkeys([*names, *discard]))
    for name in wanted:
        if any(services.panes.living[pane].name == name for pane in services.agents.living):
            raise UsageError(f"{name} is there: muxer agent kill {name} first")
    known = [await services.agents.gone(name) for name in wanted]
    if not wanted:
        known = [one for one in await services.store.read(gone_agents) if not one.archived_at]
    result: dict[str, Any] = {"said": [], "left": []}
    for one in known:
        try:
            kept = await services.clearing.clear(one, discard=one.name in discard)
        except MuxerError as error:
            result["left"].append({"name": one.name, "why": str(error)})
        else:
            result["said"].append(
                f"{one.name} left nothing behind" + (f" but {kept}, which has it all" if kept else "")
            )
    if not known:
        result["said"].append("no agent left anything behind")
    return result


async def _set(
    services: "Services", name: str, chosen: dict[str, str], *, rank: Rank | None, auto: str | None,
    policy: Policy | None,
) -> dict[str, Any]:  # fmt: skip
    from muxer.events import AgentChanged, PeersChanged
    from muxer.store.agents import describe_agent

    found = services.agents.find(name)
    if not chosen and rank is None and auto is None and policy is None:
        raise UsageError("say what: --role, --circle, --rank, --model, --auto or --policy")
    if rank is not None:
        await services.mesh.peers.rank(found, rank)
    for key, word in chosen.items():
        setattr(found, key, word)
    if auto is not None:
        found.auto = auto == "on"
    if policy is not None:
        await services.supervisor.set_policy(services.panes.living[found.pane], policy)
    choices = {"model": found.model, "auto": found.auto, **({"policy": policy} if policy else {})}
    services.store.note(describe_agent, found.id, role=found.role, circle=found.circle, choices=choices)
    services.tell(AgentChanged(found.pane))
    services.tell(PeersChanged(f"a{found.id}"))
    later = ", from its next start on" if "model" in chosen or auto is not None else ""
    return {"said": [f"set{later}"], "left": []}
