"""How the mesh is written: a line of its list, a message, who waits for whom, and what is known of one. Pure.

All that agents wrote is cut to what could be seen, and made harmless, before anything else is done with it.
"""

import time
from collections.abc import Iterable, Sequence

from rich.cells import cell_len
from textual.content import Content

from muxer.talk import YOU, Ask, Message, Peer
from muxer.ui.harmless import harmless
from muxer.ui.screens.mesh_reading import Entry, Reading
from muxer.ui.screens.mesh_threads import Line
from muxer.ui.screens.needs import INKS
from muxer.ui.states import SIGNS, UNREAD, glyph_of, plainly, short_age
from muxer.ui.titles import cut

LONGEST = 600
"""Letters of a text that a line could show."""
NAME = 14
"""Columns of a name, at most."""
ROOMY = 90
"""Columns in which a message's number is told, and longer names."""
NAMED = 3
"""Recipients that are called by name."""


def in_one_line(text: str) -> str:
    """Its beginning, as words."""
    return harmless(" ".join(text[:LONGEST].split()))


def arrow(*, plain: bool) -> str:
    """From one to the other."""
    return "->" if plain else "→"


# ---- the list


def entry_row(entry: Entry, unread: int, cols: int, *, marked: bool, on: bool, plain: bool) -> Content:
    """Everybody, a circle, or a peer, with what it has not read; whether the bar is on it."""
    mark = ("x" if plain else "■") if marked else " "
    news = f"{plainly(UNREAD.glyph, plain=plain)}{unread}" if unread else ""
    if entry.kind == "peer":
        [peer] = entry.peers
        glyph, ink = _sign(peer, plain=plain)
        left, aside = Content.assemble((f"{mark}{glyph} ", ink), harmless(peer.name)), _aside(peer)
    else:
        name = "everybody" if entry.kind == "all" else harmless(entry.id) or "no circle"
        left = Content.assemble((f"{mark}{name}", "" if entry.kind == "all" else "bold $text-muted"))
        aside = str(len(entry.peers))
    news_room = cell_len(news) + 1 if news else 0
    left = left.truncate(max(1, cols - news_room), ellipsis=not plain)
    room = cols - left.cell_length - 1 - news_room
    right = Content.assemble((cut(aside, room, plain=plain) if room >= 4 or len(aside) <= room else "", "$text-muted"))
    right += Content.assemble((f" {news}", "bold $text-accent")) if news else Content("")
    return _under_bar(left + Content(" " * (cols - left.cell_length - right.cell_length)) + right, on=on)


def _sign(peer: Peer, *, plain: bool) -> tuple[str, str]:
    """The person has no state, and of a guest it is not known."""
    if peer.kind != "agent":
        return " ", "$text-muted"
    return glyph_of(peer.state, plain=plain), INKS[SIGNS[peer.state].role]


def _aside(peer: Peer) -> str:
    """What sets it apart."""
    words = peer.rank if peer.rank != "agent" else peer.cli
    return harmless(" ".join(filter(None, ("guest" if peer.kind == "guest" else "", words))))


def _under_bar(line: Content, *, on: bool) -> Content:
    return line.stylize_before("bold on $panel") if on else line


# ---- messages


def talk(
    lines: Sequence[Line], at: int, unread: Iterable[int], cols: int, rows: int, *, now: float, alive: bool, plain: bool
) -> list[Content]:
    """As many as there is room for, the newest below, around the bar; what is short begins at the top."""
    first = first_shown(at, len(lines), rows)
    shown = lines[first : first + rows]
    whos = [_who(line, cols, plain=plain) for line in shown]
    widest = min(cols // 3, max(map(cell_len, whos), default=0))
    return [
        _row(line, who, widest, cols, now=now, fresh=line.message.id in unread, on=alive and n == at, plain=plain)
        for n, (line, who) in enumerate(zip(shown, whos, strict=True), first)
    ]


def first_shown(at: int, count: int, rows: int) -> int:
    """Which line is at the top: as much as there is of what follows the bar is not worth more than what led to it."""
    return max(0, min(at - rows // 2, count - rows))


def _who(line: Line, cols: int, *, plain: bool) -> str:
    sender, room = cut(harmless(line.message.sender_name), NAME, plain=plain), NAME if cols < ROOMY else 2 * NAME
    to = ", ".join(map(harmless, line.to)) if len(line.to) <= NAMED else f"{len(line.to)} peers"
    lead = plainly("└ ", plain=plain) if line.under else ""
    return f"{lead}{sender} {arrow(plain=plain)} {cut(to, room, plain=plain)}"


def _row(
    line: Line, who: str, widest: int, cols: int, *, now: float, fresh: bool, on: bool, plain: bool
) -> Content:  # fmt: skip
    message = line.message
    when = time.strftime("%H:%M", time.localtime(message.sent_at)) if not line.under else ""
    who = cut(who, widest, plain=plain)
    number = f"{message.kind} {message.id}" if not line.under else "reply"
    what = f"{number:<14} " if cols >= ROOMY else ("? " if message.kind == "ask" else "  ")
    left = Content.assemble(
        (plainly(UNREAD.glyph, plain=plain) if fresh else " ", "bold $text-accent"), (f"{when:5} ", "$text-muted"),
        (who, "$text-primary" if not line.under else ""), " " * (widest - cell_len(who) + 1), (what, "$text-muted"),
    )  # fmt: skip
    fate, ink = fate_of(line, now=now)
    fate = cut(fate, cols // 4, plain=plain)
    room = cols - left.cell_length - (cell_len(fate) + 1 if fate else 0)
    text = cut(in_one_line(message.text), max(1, room), plain=plain)
    gap = " " * max(0, cols - left.cell_length - cell_len(text) - cell_len(fate))
    row = Content.assemble(left, text, gap, (fate, ink)).truncate(max(1, cols))
    return _under_bar(row, on=on)


def fate_of(line: Line, *, now: float) -> tuple[str, str]:
    """What became of it, and how that looks."""
    if line.ask is not None:
        return outcome(line.ask, now=now)
    if line.waits:
        return (f"{line.waits} of {len(line.to)} wait" if len(line.to) > 1 else "waits"), "$text-muted"
    return "", ""


def outcome(ask: Ask, *, now: float) -> tuple[str, str]:
    """Of an ask: how it ended and how long that took, or for how long it has waited."""
    took = short_age((ask.answered_at or now) - ask.asked_at)
    why = f": {in_one_line(ask.reason)}" if ask.reason else ""
    match ask.outcome:
        case "open":
            return f"{'waiting' if ask.waits else 'open'} {took}", "$text-warning"
        case "answered":
            return f"answered {took}", "$text-success"
        case "expired" if ask.answered_at:
            return f"answered late {took}", "$text-warning"
        case "cancelled":
            return f"cancelled{why}", "$text-muted"
        case _:
            return f"{ask.outcome}{why}", "$text-error"


# ---- who waits for whom, and what stands still


def waiting(chains: Sequence[tuple[Ask, ...]], cols: int, rows: int, *, now: float, plain: bool) -> list[Content]:
    """A line for each chain: all of its names, for how long, and what is asked at its end."""
    shown = chains if len(chains) <= rows else chains[: rows - 1]
    lines = [_chain(chain, cols, now=now, plain=plain) for chain in shown]
    if len(shown) < len(chains):
        lines.append(Content(f"  {len(chains) - len(shown)} more wait").stylize("$text-muted"))
    return lines


def _chain(chain: tuple[Ask, ...], cols: int, *, now: float, plain: bool) -> Content:
    names = [*(ask.asker_name for ask in chain), chain[-1].answerer_name]
    who = f" {arrow(plain=plain)} ".join(cut(harmless(name), NAME, plain=plain) for name in names)
    age = short_age(now - chain[0].asked_at)
    left = Content.assemble(
        (cut(who, max(1, cols // 2), plain=plain), "bold $text-warning" if chain[-1].answerer == YOU else ""),
        (f"  {age:>3}  ", "$text-warning"),
    )
    text = cut(in_one_line(chain[-1].text), max(1, cols - left.cell_length), plain=plain)
    return (left + Content(text).stylize("$text-muted")).truncate(max(1, cols))


def alarms(reading: Reading, cols: int, *, plain: bool) -> list[Content]:
    """What holds agents' words, one line each, from edge to edge."""
    said = ["BRAKE  what agents say to each other waits: b lets it go on"] if reading.known.braked else []
    for pair in reading.known.loops:
        both = " and ".join(cut(harmless(reading.name_of(peer)), NAME, plain=plain) for peer in pair)
        said.append(f"LOOP  {both} write to each other without end: what they say waits, L lets it go on")
    lines = [cut(f"  {plainly(words, plain=plain)}", cols, plain=plain) for words in said]
    return [Content(f"{line}{' ' * (cols - cell_len(line))}").stylize("bold reverse $text-error") for line in lines]


# ---- what is under the bar


def told(message: Message, cols: int, rows: int, *, plain: bool) -> list[Content]:
    """The beginning of a message, as it was written."""
    text = "\n".join(map(harmless, message.text[: cols * rows * 2].expandtabs(4).splitlines()))
    lines = Content(text).wrap(max(1, cols)) if text.strip() else []
    if len(lines) > rows or len(message.text) > cols * rows * 2:
        lines = [*lines[: rows - 1], Content(plainly("… enter reads all of it", plain=plain)).stylize("$text-muted")]
    return [line.truncate(max(1, cols)) for line in lines]


def about(entry: Entry, cols: int, *, now: float, plain: bool) -> list[Content]:
    """What is known of a peer, or how many of them there are."""
    if entry.kind != "peer":
        where = "in all circles" if entry.kind == "all" else f"in circle {harmless(entry.id)}" if entry.id else ""
        lines = [f"{len(entry.peers)} peer{'s' * (len(entry.peers) != 1)} {where or 'in no circle'}"]
    elif entry.id == YOU:
        lines = ["what is said to you, and what waits for your answer"]
    else:
        lines = _facts(entry.peers[0], now=now)
    return [Content(cut(plainly(line, plain=plain), cols, plain=plain)) for line in lines]


def _facts(peer: Peer, *, now: float) -> list[str]:
    active = f"active {short_age(now - peer.active_at)} ago" if peer.active_at else ""
    who = (peer.name, peer.state if peer.kind == "agent" else peer.kind, peer.cli, peer.role, active)
    rank = peer.rank if peer.rank != "agent" else ""
    where = (f"circle {peer.circle}" if peer.circle else "", rank, peer.project, peer.branch or peer.folder)
    lines = (" · ".join(map(in_one_line, filter(None, parts))) for parts in (who, where))
    return [*lines, *filter(None, (in_one_line(peer.task), in_one_line(peer.description)))]
