"""Verbs that ask peers, answer them, and look at what they do."""

from typing import Any

from muxer.commands.kinds import AgentName, Folder
from muxer.commands.messages import speaker
from muxer.commands.table import CALLED_OFF, KEY, PROGRESS, AsTool, command
from muxer.commands.text import aligned
from muxer.errors import MuxerError, UsageError

TYPE_CHECKING = False
if TYPE_CHECKING:  # help must not wait for the runtime
    from contextlib import AbstractAsyncContextManager

    from muxer.fleet.agent import Agent
    from muxer.services import Services
    from muxer.talk import Ask, Peer

FIRST_WORDS = 60
"""Characters of a question that are shown in a list."""
MOST_LINES, LONGEST = 200, 400
"""Of a screen that is read: rows, and characters of each."""
MOST_COMMITS = 50


def plain(ask: "Ask") -> dict[str, Any]:
    """An ask as JSON."""
    return {
        "ask": ask.id,
        "from": ask.asker_name,
        "to": ask.answerer_name,
        "text": ask.text,
        "asked_at": ask.asked_at,
        "deadline_at": ask.deadline_at or None,
        "outcome": ask.outcome,
        "why": ask.reason,
        "answer": ask.answer,
        "answered_at": ask.answered_at,
    }


def readable(text: str) -> str:
    """Lines of a peer, without anything that could steer a terminal."""
    return "\n".join("".join(filter(str.isprintable, line)) for line in text.expandtabs().splitlines())


def files_of(
    services: "Services", peer: "Peer", files: list[str], cwd: str
) -> "AbstractAsyncContextManager[tuple[str, ...]]":
    """Copies of what it attaches: a person may give all, an agent or a guest what lies in its folder."""
    import os

    if peer.kind == "person":
        return services.mesh.spool.keep([os.path.join(cwd, os.path.expanduser(file)) for file in files], within="/")
    if files and not peer.folder:
        raise MuxerError("you have no folder, so there is nothing that you may attach: say it in the text")
    return services.mesh.spool.keep(files, within=peer.folder)


# ---- asking


def _show_asked(asked: dict[str, Any]) -> str:
    return readable(asked["answer"]) if "answer" in asked else f"ask {asked['ask']} for {asked['to']}"


@command(
    show=_show_asked,
    tool=AsTool(name="ask_peer", help="Ask an agent, and wait for its answer.", fixed={"wait": True}, hides=("cwd",)),
)
async def ask(
    services: "Services", peer: AgentName, text: str, *, wait: bool = False, timeout: float = 0.0,
    file: list[str] = [], cwd: Folder = "", token: str = "",  # noqa: B006 - never changed; the table reads the default
) -> dict[str, Any]:  # fmt: skip
    """Ask an agent something; it answers by itself.

    Arguments:
        peer: its name; you for the person
        text: the question; - reads it from stdin
        wait: for the answer, and print only that
        timeout: seconds to wait; else as mesh.ask_timeout says
        file: one to attach; may be given more than once
        cwd: the folder you are in
        token: of the agent that asks, else MUXER_TOKEN

    Example:
        muxer ask backend "which port does the API use?" --wait
    """
    from muxer.mesh.spool import attached

    asker = speaker(services, token)
    answerer = services.mesh.peers.find(peer, by=asker)
    async with files_of(services, asker, file, cwd) as files:
        asked = await services.mesh.asks.ask(
            asker, answerer, attached(text, files), seconds=_seconds(timeout), waits=wait, key=KEY.get(), files=files
        )
    if not wait:
        return {"ask": asked.id, "to": answerer.name}
    ended = await _awaited(services, asked, asker)
    if ended.outcome != "answered":
        raise MuxerError(_ending(ended))
    return {"ask": ended.id, "to": answerer.name, "answer": ended.answer}


def _seconds(timeout: float) -> float | None:
    if timeout < 0:
        raise UsageError(f"timeout: {timeout} is no time to wait")
    return timeout or None


async def _awaited(services: "Services", asked: "Ask", asker: "Peer") -> "Ask":
    """How it ended. It goes on without a caller whose connection was lost, not without one who called it off."""
    import asyncio

    try:
        return await services.mesh.asks.outcome(asked.id, asker, progress=PROGRESS.get() or _unheard)
    except asyncio.CancelledError as error:
        if CALLED_OFF in error.args:
            await services.mesh.asks.cancel(asker, asked.id)
        raise


def _unheard(_words: str) -> None:
    """Nobody wants to know how it goes."""


def _ending(ask: "Ask") -> str:
    """Why there is no answer, in one line."""
    return f"ask {ask.id} {ask.outcome}: {readable(ask.reason) or f'{ask.answerer_name} did not answer'}"


def _show_many(many: list[dict[str, Any]]) -> str:
    return "\n".join(
        f"{one['to']}: {readable(one['answer']) if one['outcome'] == 'answered' else one['outcome'] + _why(one)}"
        for one in many
    )


def _why(one: dict[str, Any]) -> str:
    return f": {one['why']}" if one["why"] else f", ask {one['ask']}"


@command(
    show=_show_many,
    fails=lambda many: any(one["outcome"] not in ("open", "answered") for one in many),
    tool=AsTool(
        name="ask_many", help="Ask several agents at once, and wait for all answers.", fixed={"wait": True},
        hides=("cwd",),
    ),
)  # fmt: skip
async def ask_many(
    services: "Services", text: str, peers: list[AgentName], *, wait: bool = False, timeout: float = 0.0,
    file: list[str] = [], cwd: Folder = "", token: str = "",  # noqa: B006 - as above
) -> list[dict[str, Any]]:  # fmt: skip
    """Ask several agents the same at once.

    Arguments:
        text: the question; - reads it from stdin
        peers: their names
        wait: until all have answered, or will not
        timeout: seconds to wait; else as mesh.ask_timeout says
        file: one to attach; may be given more than once
        cwd: the folder you are in
        token: of the agent that asks, else MUXER_TOKEN

    Example:
        muxer ask-many "what do you change in the API?" backend frontend --wait
    """
    import asyncio

    from muxer.mesh.spool import attached

    asker = speaker(services, token)
    answerers = list({peer.id: peer for peer in (services.mesh.peers.find(name, by=asker) for name in peers)}.values())
    async with files_of(services, asker, file, cwd) as files:
        asked = await services.mesh.asks.ask_many(
            asker, answerers, attached(text, files), seconds=_seconds(timeout), waits=wait, key=KEY.get(), files=files
        )
    if wait:
        asked = list(await asyncio.gather(*(_awaited(services, one, asker) for one in asked)))
    return [plain(one) for one in asked]


# ---- answering, and what is open


@command(
    show=lambda said: f"ask {said['ask']} of {said['to']} is answered",
    tool=AsTool(name="reply", help="Answer a question that you were asked.", hides=("cwd",)),
)
async def reply(
    services: "Services", ask: int, text: str, *, file: list[str] = [], cwd: Folder = "", token: str = ""  # noqa: B006 - as above
) -> dict[str, Any]:  # fmt: skip
    """Answer what an agent asked.

    Arguments:
        ask: its number, as you were told; 0 for the only one
        text: the answer; - reads it from stdin
        file: one to attach; may be given more than once
        cwd: the folder you are in
        token: of the agent that answers, else MUXER_TOKEN

    Example:
        muxer reply 318 "port 8080"
    """
    from muxer.mesh.spool import attached

    answerer = speaker(services, token)
    async with files_of(services, answerer, file, cwd) as files:
        replied = await services.mesh.asks.reply(answerer, ask or None, attached(text, files), files=files)
    return {"ask": replied.id, "to": replied.asker_name}


def _show_asks(asks: list[dict[str, Any]]) -> str:
    rows = [
        (one["ask"], one["from"], one["to"], one["outcome"], " ".join(one["text"].split())[:FIRST_WORDS])
        for one in asks
    ]
    return aligned([("ASK", "FROM", "TO", "STATE", "TEXT"), *rows]) if rows else "no ask is open"


@command(show=_show_asks)
async def asks(services: "Services", *, mine: bool = False, token: str = "") -> list[dict[str, Any]]:
    """List what was asked and is not answered yet.

    Arguments:
        mine: only what you asked or were asked
        token: of the agent that wants to know, else MUXER_TOKEN

    Example:
        muxer asks
    """
    peers, open_ = services.mesh.peers, services.mesh.asks
    asker = speaker(services, token)
    whole = asker.kind == "person" and not mine
    those = [asker, *peers.everybody()] if whole else [asker]
    found = {one.id: one for peer in those for one in (*open_.open_from(peer.id), *open_.open_to(peer.id))}
    return [plain(found[number]) for number in sorted(found)]


@command(
    show=lambda one: readable(one["answer"]) if one["outcome"] == "answered" else one["outcome"] + _why(one),
    fails=lambda one: one["outcome"] not in ("open", "answered"),
    tool=AsTool(name="check_ask", help="How your question stands; the answer, if it came."),
)
async def check_ask(services: "Services", ask: int, *, timeout: float = 0.0, token: str = "") -> dict[str, Any]:
    """Tell how a question of yours stands.

    Arguments:
        ask: its number
        timeout: seconds to wait for its end
        token: of the agent that asked, else MUXER_TOKEN

    Example:
        muxer check-ask 318 --timeout 60
    """
    asker = speaker(services, token)
    return plain(
        await services.mesh.asks.outcome(
            ask, asker, seconds=_seconds(timeout) or 0.0, progress=PROGRESS.get() or _unheard
        )
    )


@command(
    show=lambda one: f"ask {one['ask']} is cancelled",
    tool=AsTool(name="cancel_ask", help="Call a question of yours off."),
)
async def cancel_ask(services: "Services", ask: int, *, why: str = "", token: str = "") -> dict[str, Any]:
    """Call a question off; whoever was to answer is told.

    Arguments:
        ask: its number
        why: in a few words
        token: of the agent that asked, else MUXER_TOKEN

    Example:
        muxer cancel-ask 318
    """
    return plain(await services.mesh.asks.cancel(speaker(services, token), ask, why))


# ---- looking at a peer


def _show_read(read: dict[str, Any]) -> str:
    return "\n".join(map(readable, [*read["lines"], *read["commits"]])) or f"{read['name']} shows nothing"


@command(
    show=_show_read,
    tool=AsTool(name="read_peer", help="The last lines of an agent's screen, or what it committed."),
)
async def read_peer(
    services: "Services", peer: AgentName, *, lines: int = 20, commits: int = 0, token: str = ""
) -> dict[str, Any]:
    """Show the last lines of an agent's screen, or its commits.

    Arguments:
        peer: its name
        lines: so many of its screen
        commits: instead, so many of its last commits
        token: of the agent that reads, else MUXER_TOKEN

    Example:
        muxer read-peer backend --commits 5
    """
    found = services.mesh.peers.find(peer, by=speaker(services, token))
    agent = services.mesh.peers.agent(found.id)
    if agent is None:
        raise MuxerError(f"{found.name} has no screen here: ask {found.name}")
    if not (0 <= lines <= MOST_LINES and 0 <= commits <= MOST_COMMITS):
        raise UsageError(f"say up to {MOST_LINES} lines, or up to {MOST_COMMITS} commits")
    return {
        "name": found.name,
        "state": found.state,
        "lines": [] if commits else _screen(services, agent, lines),
        "commits": await _commits(services, agent, commits) if commits else [],
    }


def _screen(services: "Services", agent: "Agent", many: int) -> list[str]:
    terminal = services.terminals[agent.pane]
    rows = terminal.engine.lines(history=many > terminal.rows)
    text = [readable(row)[:LONGEST].rstrip() for row in rows]
    while text and not text[-1]:
        text.pop()
    return text[-many:] if many else []


async def _commits(services: "Services", agent: "Agent", many: int) -> list[str]:
    import asyncio

    from muxer.workspaces.commits import commits_between

    standing = await services.exchange.standings.look(agent)
    if not standing.head:
        raise MuxerError(standing.why or "there is no commit yet")
    found = await asyncio.to_thread(commits_between, agent.folder, standing.head, (), most=many)
    return [
        readable(f"{one.short} {one.subject[:LONGEST]}  +{one.added} −{one.removed} in {len(one.files)}")
        for one in reversed(found)
    ]
