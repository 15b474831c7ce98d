"""Verbs that say something to agents, and show what became of it."""

from datetime import datetime
from typing import Any, get_args

from muxer.commands.kinds import AgentName, PaneName
from muxer.commands.messages import say, show_sent, speaker
from muxer.commands.table import AsTool, command
from muxer.commands.text import aligned
from muxer.errors import MuxerError, UsageError
from muxer.model import Note, State

TYPE_CHECKING = False
if TYPE_CHECKING:  # help must not wait for the runtime
    from muxer.fleet.agent import Agent
    from muxer.services import Services
    from muxer.talk import Peer

FIRST_WORDS = 60
"""Characters of a note that are shown in a list."""


def _plain(note: Note, name: str) -> dict[str, Any]:
    """A note as JSON."""
    return {
        "id": note.id,
        "agent": name,
        "from": note.sender,
        "state": note.state,
        "reason": note.reason,
        "queued_at": note.queued_at,
        "muted": note.muted,
        "text": note.text,
    }


async def _say(services: "Services", agent: "Agent", text: str) -> dict[str, Any]:
    """Put a person's text into its inbox; what happens to it now."""
    name = services.agents.facts(agent).name
    why = services.inbox.reason(agent)
    queue = services.inbox.waiting(agent.pane)
    number = await services.inbox.put(agent, text)
    services.mesh.post.person_spoke(f"a{agent.id}")
    now = "held" if why else "queued" if queue else "typed"
    return {"agent": name, "note": number, "now": now, "why": why}


def _said(one: dict[str, Any]) -> str:
    if "message" in one:
        return show_sent([one])
    how = {"typed": "typed now", "queued": "after what waits there", "held": f"held: {one['why']}"}.get(one["now"])
    return f"note {one['note']} for {one['agent']}: {how or one['now']}"


@command(show=lambda one: _said(one) if one else "")
async def send(
    services: "Services", pane: PaneName, text: str, *, enter: bool = False, wait: bool = False, token: str = "",
    timeout: float = 0.0,
) -> dict[str, Any] | None:  # fmt: skip
    """Say something to an agent; or type it into another pane.

    An agent gets it whole and once: when it can, and never in a draft or a question. Anything else gets it typed.

    Arguments:
        pane: its id or name
        text: what to say; - reads it from stdin
        enter: press Enter after it, where no agent is
        wait: until the agent has taken it
        token: of the agent that says it, else MUXER_TOKEN
        timeout: seconds to wait; 0 is for ever

    Example:
        muxer send claude "run the tests"
    """
    found = services.panes.find(pane)
    agent = services.agents.of(found.id)
    if agent is None:
        if found.exit is not None:
            raise MuxerError(f"{found.name} {found.exit}: nothing reads what is typed there")
        found.terminal.write(text.encode())
        if enter:
            from muxer.terminal.keys import parse_key

            found.terminal.press(parse_key("enter"))
        return None
    sender = speaker(services, token)
    if sender.kind == "person":
        said = await _say(services, agent, text)
        await services.store.settled()
    else:
        (said,) = await say(services, sender, [services.mesh.peers.of_agent(agent)], text)
    return await _awaited(services, said, timeout) if wait else said


async def _awaited(services: "Services", said: dict[str, Any], timeout: float) -> dict[str, Any]:
    import asyncio

    try:
        async with asyncio.timeout(timeout or None):
            await services.inbox.left(said["note"])
    except TimeoutError:
        raise MuxerError(f"{_said(said)}, and still not taken: muxer trace {said['note']}") from None
    kept, _ = await services.inbox.trace(said["note"])
    if kept.note.state in ("failed", "cancelled", "expired"):
        raise MuxerError(f"note {kept.note.id} {kept.note.state}: {kept.note.reason or 'muxer trace says more'}")
    return {**said, "now": kept.note.state, "why": ""}


def _show_notes(notes: list[dict[str, Any]]) -> str:
    rows = [
        (n["id"], n["agent"], n["from"] or "you", n["state"], n["reason"], " ".join(n["text"].split())[:FIRST_WORDS])
        for n in notes
    ]
    return aligned([("NOTE", "AGENT", "FROM", "STATE", "WHY", "TEXT"), *rows]) if rows else "nothing waits"


@command(show=_show_notes)
async def inbox(
    services: "Services", agent: AgentName = "", *, cancel: int = 0, edit: int = 0, text: str = "", now: int = 0,
    mute: bool = False, unmute: bool = False,
) -> list[dict[str, Any]]:  # fmt: skip
    """List what waits to be typed into agents; or change it.

    Arguments:
        agent: only this one's
        cancel: do not type the note of that number
        edit: have the note of that number say TEXT instead
        text: what it is to say
        now: type the note of that number now, even if its agent works or is muted
        mute: type nothing into the agent until it is unmuted
        unmute: type again

    Example:
        muxer inbox claude --now 318
    """
    box = services.inbox
    if (mute or unmute) and not agent:
        raise UsageError("say whom to mute: muxer inbox AGENT --mute")
    if bool(edit) != bool(text):
        raise UsageError("say both which note and what it is to say: --edit NOTE --text TEXT")
    chosen = [services.agents.find(agent)] if agent else list(services.agents.living.values())
    if cancel:
        await box.cancel(cancel)
    if edit:
        await box.edit(edit, text)
    if now:
        await box.urge(now)
    if mute or unmute:
        box.mute(chosen[0], muted=mute)
    await services.store.settled()
    return [_plain(note, services.agents.facts(one).name) for one in chosen for note in box.waiting(one.pane)]


def _show_trace(trace: dict[str, Any]) -> str:
    head = f"note {trace['id']}, {trace['state']}" + (f": {trace['reason']}" if trace["reason"] else "")
    steps = [{"at": trace["queued_at"], "what": "queued", "detail": f"from {trace['from'] or 'you'}"}, *trace["steps"]]
    rows = [(f"{datetime.fromtimestamp(s['at']).astimezone():%H:%M:%S.%f}"[:-3], s["what"], s["detail"]) for s in steps]
    return f"{head}\n{aligned(rows)}"


@command(show=_show_trace)
async def trace(services: "Services", note: int) -> dict[str, Any]:
    """Show each step that a note took, and what kept it back.

    Arguments:
        note: its number, as send and inbox tell it

    Example:
        muxer trace 318
    """
    kept, steps = await services.inbox.trace(note)
    agent = services.agents.of(kept.note.pane)
    return {
        **_plain(kept.note, services.agents.facts(agent).name if agent else kept.note.pane),
        "steps": [{"at": at, "what": what, "detail": detail} for at, what, detail in steps],
    }


@command(
    show=lambda said: "\n".join(map(_said, said)),
    tool=AsTool(name="broadcast", help="Tell all agents of your circle something.", hides=("state",)),
)
async def broadcast(
    services: "Services",
    text: str,
    *,
    circle: str = "",
    to: list[AgentName] = [],  # noqa: B006 - never changed; the table reads the default
    state: str = "",
    token: str = "",
) -> list[dict[str, Any]]:
    """Say something to all agents, or to some.

    An agent says it to those that it may reach.

    Arguments:
        text: what to say; - reads it from stdin
        circle: only those of that circle
        to: only these, by name, joined by commas
        state: only those in that state: idle, working …
        token: of the agent that says it, else MUXER_TOKEN

    Example:
        muxer broadcast "commit what you have" --circle api
    """
    if state and state not in get_args(State):
        raise UsageError(f"{state!r} is not a state: {', '.join(get_args(State))}")
    sender = speaker(services, token)
    names = [name for word in to for name in word.split(",") if name]
    if sender.kind != "person":
        return await say(services, sender, _reached(services, sender, names, circle, state), text, kind="broadcast")
    chosen = [services.agents.find(name) for name in names] or list(services.agents.living.values())
    chosen = [one for one in dict.fromkeys(chosen) if _is_meant(one.circle, one.verdict.state, circle, state)]
    if not chosen:
        raise UsageError("no agent is meant by that: muxer agent ls shows those that there are")
    said = [await _say(services, one, text) for one in chosen]
    await services.store.settled()
    return said


def _reached(services: "Services", sender: "Peer", names: list[str], circle: str, state: str) -> "list[Peer]":
    """Those of its peers that an agent means. Raises UsageError if there is none."""
    peers = services.mesh.peers
    found = [peers.find(name, by=sender) for name in names] or peers.seen_by(sender)
    found = [one for one in found if one.id != sender.id and _is_meant(one.circle, one.state, circle, state)]
    if not found:
        raise UsageError("no peer of yours is meant by that: muxer peers shows those that there are")
    return found


def _is_meant(circle: str, state: str, wanted_circle: str, wanted_state: str) -> bool:
    return wanted_circle in ("", circle) and wanted_state in ("", state)
