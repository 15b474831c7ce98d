"""What peers said to each other, as threads: an ask or a note, its replies under it; and what a filter leaves. Pure."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal, NamedTuple, get_args

from muxer.talk import YOU, Ask, Message, Peer, PeerId

Kind = Literal["all", "asks", "notes", "mine"]
KINDS: tuple[Kind, ...] = get_args(Kind)
NOTES = ("note", "broadcast")
TOGETHER = 2.0
"""Seconds in which what is said to several is put down for all of them."""


class Filter(NamedTuple):
    """Which threads are seen."""

    kind: Kind = "all"
    circle: str | None = None
    """The empty one is one, too."""
    peer: PeerId = ""
    text: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """A message of the timeline."""

    message: Message
    to: tuple[str, ...]
    """What was said to several at once is one line."""
    under: bool = False
    """Does it answer what is above it?"""
    waits: int = 0
    """So many have not got it yet."""
    ask: Ask | None = None
    """What became of it, where it is an ask that is still known."""


def lines_of(messages: Iterable[Message], asks: Iterable[Ask], chosen: Filter, peers: Iterable[Peer]) -> list[Line]:
    """Threads in the order in which they began; one is seen whole as soon as a message of it is meant."""
    known, circles = {ask.id: ask for ask in asks}, {peer.id: peer.circle for peer in peers}
    return [
        _line(copies, known.get(copies[0].id), under=at > 0)
        for thread in _threads(sorted(messages, key=lambda message: message.id))
        if any(_is_meant(message, chosen, circles) for copies in thread for message in copies)
        for at, copies in enumerate(thread)
    ]


def _line(copies: Sequence[Message], ask: Ask | None, *, under: bool) -> Line:
    waits = sum(message.arrived_at is None for message in copies)
    to = tuple(message.recipient_name for message in copies)
    return Line(message=copies[0], to=to, under=under, waits=waits, ask=ask)


def _threads(messages: Iterable[Message]) -> Iterable[list[list[Message]]]:
    """What was said together, under what it answers."""
    threads: dict[int, list[list[Message]]] = {}
    first: dict[int, int] = {}
    """The message that its thread began with."""
    notes: dict[tuple[PeerId, str], list[Message]] = {}
    for message in messages:
        is_note = message.kind in NOTES and not message.reply_to
        said = notes.get((message.sender, message.text)) if is_note else None
        if said and message.sent_at - said[0].sent_at < TOGETHER and message.recipient != said[-1].recipient:
            first[message.id] = first[said[0].id]
            said.append(message)
            continue
        first[message.id] = first.get(message.reply_to or 0, message.id)
        copies = [message]
        threads.setdefault(first[message.id], []).append(copies)
        if is_note:
            notes[message.sender, message.text] = copies
    return threads.values()


def _is_meant(message: Message, chosen: Filter, circles: Mapping[PeerId, str]) -> bool:
    sides = (message.sender, message.recipient)
    is_of_kind = {
        "all": True,
        "asks": message.kind == "ask",
        "notes": message.kind in NOTES,
        "mine": YOU in sides,
    }[chosen.kind]
    about = f"{message.sender_name}\n{message.recipient_name}\n{message.text}".casefold() if chosen.text else ""
    return (
        is_of_kind
        and (not chosen.peer or chosen.peer in sides)
        and (chosen.circle is None or chosen.circle in (message.circle, circles.get(message.recipient)))
        and chosen.text.casefold() in about
    )


def chains(asks: Iterable[Ask]) -> list[tuple[Ask, ...]]:
    """Who waits for whom: from one that nobody waits for, to one that waits for nobody; the longest wait first."""
    asked: dict[PeerId, list[Ask]] = {}
    waits = sorted((ask for ask in asks if ask.outcome == "open" and ask.waits), key=lambda ask: ask.asked_at)
    for ask in waits:
        asked.setdefault(ask.asker, []).append(ask)
    awaited = {ask.answerer for ask in waits}
    return [chain for ask in waits if ask.asker not in awaited for chain in _onward((ask,), asked)]


def _onward(chain: tuple[Ask, ...], asked: Mapping[PeerId, Sequence[Ask]]) -> Iterator[tuple[Ask, ...]]:
    met = {ask.asker for ask in chain}
    further = [ask for ask in asked.get(chain[-1].answerer, ()) if ask.answerer not in met]
    if not further:
        yield chain
    for ask in further:
        yield from _onward((*chain, ask), asked)
