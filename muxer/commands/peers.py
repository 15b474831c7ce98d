"""Verbs on peers: who there is, what each says of itself, guests that come, and agents that agents have."""

import json
from collections.abc import AsyncGenerator
from functools import partial
from typing import Any

from muxer.commands.kinds import AgentName, CliName, Folder
from muxer.commands.spawn import one_word, plain, works
from muxer.commands.table import ASKER, AsTool, command
from muxer.commands.text import aligned
from muxer.errors import MuxerError, UsageError

TYPE_CHECKING = False
if TYPE_CHECKING:  # help must not wait for the runtime
    from collections.abc import Awaitable, Callable

    from muxer.fleet.agent import Agent
    from muxer.services import Services
    from muxer.store.guests import Guest
    from muxer.talk import Peer

MOST = 200
"""So many are listed at once."""


def facts(peer: "Peer") -> dict[str, Any]:
    """A peer as JSON: each text in one line, however it was said."""
    told = {
        "id": peer.id,
        "name": peer.name,
        "kind": peer.kind,
        "cli": peer.cli,
        "role": peer.role,
        "rank": peer.rank,
        "circle": peer.circle,
        "project": peer.project,
        "branch": peer.branch,
        "state": peer.state,
        "active_at": round(peer.active_at),
        "description": peer.description,
        "task": peer.task,
    }
    return {key: "".join(filter(str.isprintable, one)) if isinstance(one, str) else one for key, one in told.items()}


def _show(result: dict[str, Any]) -> str:
    rows = [
        (one["name"], one["cli"] or one["kind"], one["rank"], one["circle"] or "-", one["state"], _does(one))
        for one in result["peers"]
    ]
    lines = [aligned([("NAME", "CLI", "RANK", "CIRCLE", "STATE", "DOES"), *rows]) if rows else "nobody else is here"]
    if more := result["more"]:
        lines.append(f"and {more} more: muxer peers --circle NAME")
    return "\n".join(lines)


def _does(peer: dict[str, Any]) -> str:
    said = str(peer["description"] or peer["task"] or peer["role"])
    return said if len(said) <= 60 else f"{said[:59]}…"


@command(show=_show, tool=AsTool(name="list_peers", help="The other agents that you see, and what each does."))
async def peers(services: "Services", *, circle: str | None = None, token: str = "") -> dict[str, Any]:
    """List who takes part: agents, and guests.

    Arguments:
        circle: only those of that circle
        token: of the agent that asks, else MUXER_TOKEN

    Example:
        muxer peers --circle shop
    """
    seen = services.mesh.peers.seen_by(_speaker(services, token))
    chosen = [peer for peer in seen if circle is None or peer.circle == circle]
    return {"peers": [facts(peer) for peer in chosen[:MOST]], "more": max(0, len(chosen) - MOST)}


@command(tool=AsTool(name="whoami", help="Who you are among the agents of this muxer."))
async def whoami(services: "Services", *, token: str = "") -> dict[str, Any]:
    """Say who asks: an agent, a guest, or the person.

    Arguments:
        token: of the agent that asks, else MUXER_TOKEN

    Example:
        muxer whoami
    """
    return facts(_speaker(services, token))


@command(tool=AsTool(name="set_description", help="Say in a line what you are at; it holds for 15 minutes."))
async def describe(services: "Services", text: str, *, token: str = "") -> None:
    """Say what an agent is at, as the agent.

    Arguments:
        text: one line; an empty one takes it back
        token: of the agent that says it, else MUXER_TOKEN

    Example:
        muxer describe "moving the tests to the new API"
    """
    await services.mesh.peers.describe(_speaker(services, token), text)


def _speaker(services: "Services", token: str) -> "Peer":
    return services.mesh.peers.speaker(token, ASKER.get())


# ---- guests


def _heard(lines: list[dict[str, Any]]) -> str:
    return "\n".join(
        f"you are {one['name']} here: MUXER_TOKEN={one['token']} says so to muxer ask, send and reply"
        if "token" in one
        else f"[{one['from']}, {one['kind']} {one['id']}] {one['text']}"
        for one in lines
    )


@command(show=_heard, streams=True)
async def join(
    services: "Services", name: str = "guest", *, circle: str | None = None, cli: str = "", token: str = "",
    cwd: Folder = "",
) -> AsyncGenerator[bytes, None]:  # fmt: skip
    """Take part from outside, and read what comes.

    It lasts until this ends. An agent outside muxer comes by itself when it has muxer mcp as an MCP server.

    Arguments:
        name: what others call it
        circle: the group that it speaks to; the project you are in without it
        cli: which one it is
        token: of one that was here before
        cwd: the folder you are in

    Example:
        muxer join deploy-bot --circle shop
    """
    if agent := services.agents.behind(ASKER.get() or 0):
        raise MuxerError(f"you are {services.agents.facts(agent).name} here already: muxer whoami says more")
    chosen = services.projects.name_of(cwd) if circle is None else one_word("circle", circle)
    about = {"cli": one_word("cli", cli), "circle": chosen, "folder": cwd, "token": token}
    return _followed(services, partial(services.mesh.guests.join, name, **about))


async def _followed(services: "Services", come: "Callable[[], Awaitable[Guest]]") -> AsyncGenerator[bytes, None]:
    """A guest comes, and reads what is said to it; it is here as long as anybody listens."""
    import asyncio

    from muxer.events import Event, MessagePassed

    guest, news = await come(), asyncio.Event()

    def heard(event: Event) -> None:
        if isinstance(event, MessagePassed) and event.message.recipient == guest.peer:
            news.set()

    services.listeners.append(heard)
    try:
        mine = services.mesh.peers.by_id(guest.peer)
        assert mine
        yield _line({"id": guest.peer, "name": guest.name, "circle": guest.circle, "token": guest.token})
        while True:
            for message in await services.mesh.post.read(mine):
                text = "".join(one for one in message.text if one.isprintable() or one in "\n\t")
                yield _line({"id": message.id, "kind": message.kind, "from": message.sender_name, "text": text})
            await news.wait()
            news.clear()
    finally:
        services.listeners.remove(heard)
        services.mesh.guests.leave(guest)


def _line(told: dict[str, Any]) -> bytes:
    return json.dumps(told, ensure_ascii=False).encode(errors="replace")


# ---- agents of agents


@command(
    hidden=True,
    show=lambda made: f"{made['name']} works in {works(made)}",
    tool=AsTool(name="spawn_peer", help="Start an agent of your own in a new worktree, as settings allow.", once=True),
)
async def spawn_peer(
    services: "Services", name: str = "", *, prompt: str = "", cli: CliName = "", role: str = "", model: str = "",
    auto: bool = False, token: str = "",
) -> dict[str, Any]:  # fmt: skip
    """Start an agent of an agent's own.

    As far as the settings of its project let it: spawns, spawns_deep, spawn_clis.

    Arguments:
        name: what it is called
        prompt: what it is to do
        cli: which one; yours without it
        role: what it is there for
        model: as its CLI calls it
        auto: it asks nothing before it acts
        token: of the agent that wants it, else MUXER_TOKEN

    Example:
        muxer spawn-peer --cli codex --prompt "write the tests"
    """
    from muxer.fleet.lookalikes import taken_for
    from muxer.fleet.naming import readable
    from muxer.fleet.spawning import Wanted

    parent = _agent(services, token)
    name = readable(name) if name else ""
    if name and (other := taken_for(name, [peer.name for peer in services.mesh.peers.everybody()])):
        raise UsageError(f"{name} looks like {other}: choose another name")
    wanted = Wanted(
        name=name, prompt=prompt, cli=cli, role=one_word("role", role), model=one_word("model", model), auto=auto
    )
    made = await services.mesh.hiring.spawn(parent, wanted)
    return plain(services.agents.facts(made.agent))


@command(hidden=True, tool=AsTool(name="kill_peer", help="End an agent that you had spawned; its work stays."))
async def kill_peer(services: "Services", peer: AgentName, *, token: str = "") -> str:
    """End an agent that this one, or one of its own, had spawned.

    Arguments:
        peer: its name or id
        token: of the agent that wants it, else MUXER_TOKEN

    Example:
        muxer kill-peer tester
    """
    from muxer.commands.agent import end

    parent = _agent(services, token)
    found = services.mesh.peers.find(peer, by=_speaker(services, token))
    agent = services.mesh.peers.agent(found.id)
    if agent is None:
        raise UsageError(f"{found.name} is no agent that you had spawned: list_peers shows who is here")
    await services.mesh.hiring.must_be_own(parent, agent)
    return await end(services, agent)


def _agent(services: "Services", token: str) -> "Agent":
    """The agent that asks. Raises UsageError for a guest, or a person."""
    agent = services.mesh.peers.agent(_speaker(services, token).id)
    if agent is None:
        raise UsageError("only an agent in a pane has agents of its own: muxer spawn starts yours")
    return agent
