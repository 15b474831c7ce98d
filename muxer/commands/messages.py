"""Verbs of what peers say to each other: to say something, read it, follow it, and hold it."""

import json
from collections.abc import AsyncGenerator, Sequence
from contextlib import aclosing
from datetime import datetime
from typing import Any

from muxer.commands.events import followed
from muxer.commands.kinds import AgentName
from muxer.commands.table import ASKER, KEY, AsTool, command
from muxer.commands.text import aligned
from muxer.errors import MuxerError, UsageError

TYPE_CHECKING = False
if TYPE_CHECKING:  # help must not wait for the runtime
    from muxer.services import Services
    from muxer.store.inbox import Kept
    from muxer.talk import Message, MessageKind, Peer

FIRST_WORDS = 60
"""Characters of a message that are shown in a list."""
MOST = 10_000


def speaker(services: "Services", token: str) -> "Peer":
    """Who says that: an agent or a guest, by its token or its process, or the person. Raises MuxerError."""
    return services.mesh.peers.speaker(token, ASKER.get())


# ---- saying


async def say(
    services: "Services", sender: "Peer", recipients: "Sequence[Peer]", text: str, *, kind: "MessageKind" = "note"
) -> list[dict[str, Any]]:
    """Send it to those that can be told; what happens to it now, as JSON. Raises MuxerError."""
    post = services.mesh.post
    alone = len(recipients) == 1 and services.mesh.peers.agent(recipients[0].id)
    why = services.inbox.reason(alone) if alone else ""
    sent = await post.send(sender, recipients, text, kind=kind, key=KEY.get())
    return [_sent(services, message, why) for message in sent]


def _sent(services: "Services", message: "Message", why: str) -> dict[str, Any]:
    why = services.mesh.post.why_held(message.sender, message.recipient) or why
    note = services.inbox.notes.bringing(message.id)
    now = "arrived" if message.arrived_at else "held" if why else "sent"
    return {"agent": message.recipient_name, "message": message.id, "note": note, "now": now, "why": why}


def show_sent(sent: list[dict[str, Any]]) -> str:
    """As a person reads it."""
    return "\n".join(
        f"message {one['message']} for {one['agent']}: {one['now']}{': ' if one['why'] else ''}{one['why']}"
        for one in sent
    )


@command(
    show=lambda one: show_sent([one]),
    tool=AsTool(name="notify_peer", help="Tell an agent something; no answer is waited for."),
)
async def notify(services: "Services", peer: AgentName, text: str, *, token: str = "") -> dict[str, Any]:
    """Tell a peer something, and wait for nothing.

    Arguments:
        peer: its name; you for the person
        text: what to say; - reads it from stdin
        token: of the agent that says it, else MUXER_TOKEN

    Example:
        muxer notify backend "the schema is merged"
    """
    sender = speaker(services, token)
    (sent,) = await say(services, sender, [services.mesh.peers.find(peer, by=sender)], text)
    return sent


# ---- reading


@command(
    show=lambda read: read["text"] or "nothing waits for you",
    tool=AsTool(name="read_inbox", help="Get what others told you and has not reached you yet."),
)
async def read_inbox(services: "Services", *, token: str = "") -> dict[str, Any]:
    """Read what waits for you; each thing is given once.

    Arguments:
        token: of the agent that reads, else MUXER_TOKEN

    Example:
        muxer read-inbox
    """
    peer = speaker(services, token)
    if agent := services.mesh.peers.agent(peer.id):
        return {"text": await services.inbox.read(agent, KEY.get())}
    read = await services.mesh.post.read(peer)
    return {"text": "\n\n".join(map(_framed, read))}


def _framed(message: "Message") -> str:
    """As it would be typed."""
    from muxer.agents.fence import fenced
    from muxer.talk import YOU

    asks = message.kind == "ask"
    return fenced(
        message.id,
        message.text,
        sender="" if message.sender == YOU else message.sender_name,
        circle=message.circle,
        ask=message.id if asks else None,
        how=f"answer with reply, ask {message.id}" if asks else "",
    )


def _plain(message: "Message", kept: "Kept | None") -> dict[str, Any]:
    """A message as JSON."""
    state = "arrived" if message.arrived_at else kept.note.state if kept else "unread"
    return {
        "message": message.id,
        "at": message.sent_at,
        "from": message.sender_name,
        "to": message.recipient_name,
        "kind": message.kind,
        "reply_to": message.reply_to,
        "circle": message.circle,
        "text": message.text,
        "files": message.files,
        "state": state,
        "why": kept.note.reason if kept and state not in ("arrived", "queued") else "",
        "note": kept.note.id if kept else None,
    }


def _show_messages(found: list[dict[str, Any]]) -> str:
    if not found:
        return "nobody said anything"
    return aligned(
        (
            f"{datetime.fromtimestamp(one['at']).astimezone():%H:%M:%S}",
            f"{one['message']:5}",
            f"{one['from']} → {one['to']}",
            f"{one['kind']:9}",
            f"{one['state']}{': ' if one['why'] else ''}{one['why']}",
            " ".join(one["text"].split())[:FIRST_WORDS],
        )
        for one in found
    )


@command(show=_show_messages, streams=True)
async def messages(
    services: "Services", *, follow: bool = False, with_: AgentName = "", unread: bool = False, limit: int = 50,
    token: str = "",
) -> list[dict[str, Any]] | AsyncGenerator[bytes, None]:  # fmt: skip
    """Show what agents said to each other, and go on showing it.

    A person sees everything, an agent what it said or was told.

    Arguments:
        follow: go on, from now on
        with_: only what that one said or was told
        unread: only what you have not read
        limit: so many at most
        token: of the agent that wants to know, else MUXER_TOKEN

    Example:
        muxer messages --follow
    """
    if not 1 <= limit <= MOST:
        raise UsageError(f"limit: {limit} is not between 1 and {MOST}")
    reader = speaker(services, token)
    other = services.mesh.peers.find(with_, by=reader).id if with_ else ""
    if follow:
        return _followed(services, reader, other)
    if unread:
        waiting = services.mesh.post.unread(reader.id)
        return [_plain(message, None) for message in waiting if other in ("", message.sender)][-limit:]
    return (await _found(services, reader, other, limit=limit))[-limit:]


async def _found(
    services: "Services", reader: "Peer", other: str, *, after: int = 0, limit: int = MOST
) -> list[dict[str, Any]]:
    """What the reader may see of what was said after that message, oldest first."""
    from muxer.store.inbox import notes_bringing
    from muxer.store.messages import newest_messages

    await services.store.settled()
    whole = reader.kind == "person" or not other
    whose = other if reader.kind == "person" else reader.id
    found = await services.store.read(newest_messages, limit if whole else MOST, peer=whose, after=after)
    found = [one for one in found if not other or other in (one.sender, one.recipient)]
    notes = await services.store.read(notes_bringing, [one.id for one in found])
    return [_plain(one, notes.get(one.id)) for one in found]


async def _followed(services: "Services", reader: "Peer", other: str) -> AsyncGenerator[bytes, None]:
    async with aclosing(await followed(services, None, ["message.sent"])) as batches:
        async for batch in batches:
            numbers = {json.loads(line)["data"]["message"] for _, line in batch}
            found = await _found(services, reader, other, after=min(numbers) - 1)
            if lines := [json.dumps(one).encode() for one in found if one["message"] in numbers]:
                yield b"\n".join(lines)


# ---- holding


def _show_brake(brake: dict[str, Any]) -> str:
    held = "\n".join(
        f"{one} and {other} wait for you: muxer brake --release {one},{other}" for one, other in brake["held"]
    )
    notes = f", {brake['notes']} wait" if brake["notes"] else ""
    first = f"what agents say is held{notes}: muxer brake --off lets it go" if brake["braked"] else "agents may speak"
    return f"{first}\n{held}".strip()


@command(show=_show_brake)
async def brake(
    services: "Services",
    *,
    off: bool = False,
    release: list[AgentName] = [],  # noqa: B006 - never changed; the table reads the default
    token: str = "",
) -> dict[str, Any]:
    """Hold what agents say to each other, or let it go.

    What you say to them still arrives.

    Arguments:
        off: let it go
        release: let these two go on, joined by a comma, which were stopped since they wrote to each other without end
        token: of the agent that asks, else MUXER_TOKEN

    Example:
        muxer brake --release ada,bob
    """
    post, peers = services.mesh.post, services.mesh.peers
    if speaker(services, token).kind != "person":
        raise MuxerError("only a person holds what agents say, or lets it go: ask with muxer ask you")
    names = [name for word in release for name in word.split(",") if name]
    if names:
        if len(names) != 2:
            raise UsageError("say which two may go on: muxer brake --release ada,bob")
        one, other = (peers.find(name, by=peers.person) for name in names)
        await post.let_go(one, other)
    else:
        await post.brake(on=not off)
    return {
        "braked": post.pace.braked,
        "held": [[_name(services, one), _name(services, other)] for one, other in post.pace.loops()],
        "notes": post.held(),
    }


def _name(services: "Services", peer: str) -> str:
    found = services.mesh.peers.by_id(peer)
    return found.name if found else peer
