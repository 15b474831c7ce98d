"""Draws what is read of the mesh: the list on the left; who waits, the messages and what is under the bar; title, keys.

Pure: rows are made as wide as they are asked to be.
"""

from typing import NamedTuple

from textual.content import Content

from muxer.talk import YOU
from muxer.ui.harmless import harmless
from muxer.ui.screens.mesh_reading import Reading
from muxer.ui.screens.mesh_rows import about, entry_row, first_shown, talk, told, waiting
from muxer.ui.screens.mesh_threads import KINDS, Filter, chains
from muxer.ui.states import plainly


class Room(NamedTuple):
    """What there is to draw on."""

    cols: int
    rows: int
    now: float
    plain: bool


class Picture(NamedTuple):
    """Rows, and what a click in one of them means."""

    rows: list[Content]
    skipped: int
    """So many rows come before the first one."""
    first: int = 0
    """That one is in this row."""
    below: int = 0
    """So many rows at the bottom are of something else."""

    def at(self, y: int) -> int:
        """What is in that row; -1 where it is something else."""
        return self.skipped + y - self.first if self.first <= y < len(self.rows) - self.below else -1


def listed(reading: Reading, room: Room) -> Picture:
    """Everybody, circles and peers, around the bar."""
    entries, at = reading.entries, reading.entries.index(reading.entry)
    first = first_shown(at, len(entries), room.rows)
    rows = [
        entry_row(
            entry, reading.news_of(entry), room.cols, plain=room.plain, on=not reading.inside and n == at,
            marked=bool(entry.peers) and {peer.id for peer in entry.peers} <= reading.marked,
        )
        for n, entry in enumerate(entries[first : first + room.rows], first)
    ]  # fmt: skip
    return Picture(rows, first)


def said(reading: Reading, room: Room, *, spawns: str) -> Picture:
    """Who waits for whom, the messages, and as much as there is room for of what is under the bar."""
    cols, rows, now, plain = room
    rule = Content(plainly("─", plain=plain) * cols).stylize("$text-muted")
    waits = waiting(chains(reading.known.asks), cols, max(2, rows // 6), now=now, plain=plain)
    top = [_tabs(reading, room), *waits, *([rule] if waits else [])]
    least = max(2, min(8, rows // 5))
    space = max(1, rows - len(top) - least - 1)
    lines = (
        talk(reading.lines, reading.at, reading.unread, cols, space, now=now, alive=reading.inside, plain=plain)
        or [Content(words).stylize("$text-muted") for words in _empty(reading, spawns)][:space]
    )
    lines += [Content("")] * (space - len(lines))
    below = _under_bar(reading, room._replace(rows=least))
    below += [Content("")] * (least - len(below))
    return Picture(
        [*top, *lines, rule, *below], first_shown(reading.at, len(reading.lines), space), len(top), least + 1
    )


def _tabs(reading: Reading, room: Room) -> Content:
    """What is seen of it, and how much is said below."""
    chosen = reading.chosen
    tabs = [
        (f" {n} {kind} ", "bold reverse" if kind == chosen.kind else "$text-muted") for n, kind in enumerate(KINDS, 1)
    ]
    parts = [] if chosen.circle is None else [f"circle {chosen.circle}" if chosen.circle else "no circle"]
    parts += [reading.name_of(chosen.peer)] if chosen.peer else []
    parts += [f"/{chosen.text}"] if chosen.text else []
    only = f"  only {harmless(', '.join(parts))}" if parts else ""
    more = "" if reading.follows else f"  {len(reading.lines) - 1 - reading.at} below: end"
    line = Content.assemble(*tabs, (more, "$text-warning"), (only, "$text-accent"))
    return line.truncate(room.cols, ellipsis=not room.plain)


def _empty(reading: Reading, spawns: str) -> list[str]:
    if reading.chosen != Filter():
        return ["Nothing of that was said.", "esc shows all."]
    if reading.entries[0].peers:
        return ["Nobody has said anything yet.", "c writes to who is under the bar, a asks."]
    return ["No agent is at work.", f"{spawns} spawns one." if spawns else ""]


def _under_bar(reading: Reading, room: Room) -> list[Content]:
    if not reading.inside:
        return about(reading.entry, room.cols, now=room.now, plain=room.plain)[: room.rows]
    line = reading.line
    return told(line.message, room.cols, room.rows, plain=room.plain) if line else []


def title(reading: Reading, host: str) -> str:
    """How many there are, and what waits."""
    peers, asks = len(reading.entries[0].peers), sum(ask.outcome == "open" for ask in reading.known.asks)
    mine, unread, marked = len(reading.asked), len(reading.unread), len(reading.marked)
    parts = [
        "" if host == "default" else host,
        f"{peers} peer{'s' * (peers != 1)}",
        f"{asks} ask{'s' * (asks != 1)} open" if asks else "",
        f"{mine} for you" if mine else "",
        f"{unread} unread" if unread else "",
        f"{marked} marked" if marked else "",
    ]
    return f"MESH  {' · '.join(filter(None, parts))}"


def keys(reading: Reading) -> str:
    """What can be done here."""
    parts = [
        "r answer" if reading.asked else "",
        _enters(reading),
        "c write · a ask",
        "" if reading.inside else "space mark",
        "b brake off" if reading.known.braked else "",
        "L let go" if reading.known.loops else "",
        "? keys",
        "tab peers" if reading.inside else "tab messages",
        "/ search",
        "" if reading.known.braked else "b brake",
        "q close",
    ]
    return " · ".join(filter(None, parts))


def _enters(reading: Reading) -> str:
    entry = reading.entry
    if reading.inside:
        return "enter read" if reading.lines else ""
    is_seen = entry.kind == "peer" and entry.id == reading.chosen.peer != YOU and entry.peers[0].pane
    return f"enter go to {harmless(entry.peers[0].name)}" if is_seen else "enter only that"
