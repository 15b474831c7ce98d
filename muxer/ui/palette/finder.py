"""What a line offers: the entries that answer it, best first. It decides, and does nothing itself."""

import os
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial

from muxer.errors import UnknownName
from muxer.model import PaneId
from muxer.ui.arrival import Arrival, arrival_at
from muxer.ui.desk import Desk
from muxer.ui.fuzzy import ALL, Match, find
from muxer.ui.palette.entries import Entries, Entry, Place, refused
from muxer.ui.palette.grammar import Line, read_line, spelled

MANY = 60
"""Entries that are shown; whoever wants another types a letter more."""
_ASIDE = 0.6
"""What a word is worth that is found beside the label only."""
_RECENT = 0.08
"""How much better something is that was chosen lately."""

STAYS = """"$0" -c "$1"; s=$?; [ $s -ne 0 ] || { printf '\\n[done] enter closes this pane'; read -r _; }; exit $s"""
"""Runs a command so that what it printed can be read: the pane goes when Enter is pressed, or stays as it failed."""


@dataclass(frozen=True, slots=True)
class Offer:
    """An entry that answers a line."""

    entry: Entry
    match: Match = ALL


class Finder:
    """One for each time that the palette is open."""

    def __init__(self, desk: Desk, *, places_only: bool = False) -> None:
        self._desk = desk
        self._entries = Entries(desk, places_only=places_only)

    def offers(self, line: str) -> list[Offer]:
        """What answers it; never nothing, for what is wrong is said in an offer, too."""
        read = read_line(line)
        match read.kind:
            case "find":
                return self._found(read.text)[:MANY] or [Offer(refused(f"nothing here is named {read.text!r}"))]
            case "verb":
                entries = list(self._verb(read, line.lstrip()[1:].lstrip()))
            case "tell":
                entries = list(self._tell(read))
            case "tell all":
                entries = list(self._tell_all(read.text))
            case "task":
                entries = [refused("tasks come with a later version; until then write to a pane: @NAME TEXT")]
            case "search":
                entries = [self._search(read.text)]
            case "shell":
                entries = [self._shell(read.text)]
        return [Offer(entry) for entry in entries[:MANY]]

    # ---- by name

    def _found(self, text: str) -> list[Offer]:
        lately = {chosen: rank for rank, chosen in enumerate(self._desk.lately.chosen)}
        if not text:
            known = sorted(self._entries.all, key=lambda entry: lately.get(entry.id, len(lately)))
            return [Offer(entry) for entry in known]
        found: list[Offer] = []
        for entry in self._entries.all:
            words = entry.found_by or entry.label
            match = find(text, words)
            if match is None and (beside := find(text, f"{words}  {entry.aside}")):
                match = Match(beside.score * _ASIDE, tuple(at for at in beside.at if at < len(words)))
            if match is not None:
                recent = _RECENT if entry.id in lately else 0.0
                found.append(Offer(entry, Match(match.score + recent, match.at)))
        found.sort(key=lambda offer: -offer.match.score)
        return found

    # ---- :verb args

    def _verb(self, line: Line, typed: str) -> Iterator[Entry]:
        verbs = self._entries.verbs
        if not line.named:
            near = sorted(
                (verb for verb in verbs.values() if find(line.name, verb.name)),
                key=lambda verb: (verb.name != line.name, not verb.name.startswith(line.name), verb.name),
            )
            yield from (self._entries.verb(verb) for verb in near)
            if not near:
                yield refused(str(UnknownName("verb", line.name, list(verbs))))
            return
        verb = verbs.get(line.name)
        if verb is None:
            yield refused(str(UnknownName("verb", line.name, list(verbs))))
            return
        said = f"{line.name} {line.text}".strip()
        whole = Entry(id=f":{said}", label=f":{said}", aside=verb.usage, run=partial(self._entries.say, said))
        if line.text:
            yield whole
        for found in self._desk.runtime.complete(typed, cwd=self._entries.here()):
            if found.line != typed:
                # Within a folder one goes on typing; any other word is whole.
                fill = f":{found.line}" if found.word.endswith("/") else f":{found.line} "
                yield Entry(id="", label=f":{found.line}", aside=found.help, fill=fill)
        if not line.text:
            yield whole

    # ---- @name text

    def _tell(self, line: Line) -> Iterator[Entry]:
        panes = self._entries.panes
        if not line.named:
            near = [place for place in panes if find(line.name, place.name)]
            near.sort(key=lambda place: (place.name != line.name, not place.name.startswith(line.name)))
            for place in near:
                written = f"@{spelled(place.name)} "
                aside = f"write to the {self._kind(place.id)} in tab {place.tab}"
                yield Entry(id="", label=written.strip(), aside=aside, fill=written)
            if not near:
                yield self._no_pane(line.name)
            return
        meant = _meant(line.name, panes)
        if len(meant) != 1:
            which = ", ".join(f"{place.id} ({place.name})" for place in meant)
            yield refused(f"{line.name!r} could be {which}: say which by its id") if meant else self._no_pane(line.name)
            return
        told = self._desk.runtime.facts(meant[0].id)
        if told.exit is not None:
            yield refused(f"{told.name} {told.exit}: nothing reads what is typed there")
        elif not line.text:
            yield refused(f"type what to write to {told.name}")
        else:
            fate = self._fate(told.id)
            aside, label = str(fate or "typed in, then enter"), f"write to {told.name}: {line.text}"
            write = partial(self._write, told.id, line.text)
            yield Entry(id=f"@{told.name}", label=label, aside=aside, run=write)
            if fate:
                label, question = f"ask {told.name}: {line.text}", partial(self._put, told.name, line.text)
                yield Entry(id=f"@?{told.name}", label=label, aside="its answer comes to you", run=question)

    def _no_pane(self, name: str) -> Entry:
        return refused(str(UnknownName("pane", name, [place.name for place in self._entries.panes])))

    def _kind(self, pane: PaneId) -> str:
        return "agent" if self._desk.runtime.agent(pane) else "pane"

    def _fate(self, pane: PaneId) -> Arrival | None:
        """What would become of text for its agent; None where no agent is."""
        return arrival_at(self._desk.runtime, pane)

    async def _write(self, pane: PaneId, text: str) -> str:
        await self._desk.runtime.call("send", pane=pane, text=text, enter=True)
        return ""

    async def _put(self, name: str, question: str) -> str:
        await self._desk.runtime.call("ask", peer=name, text=question)
        return ""

    def _tell_all(self, text: str) -> Iterator[Entry]:
        fates = [fate for place in self._entries.panes if (fate := self._fate(place.id))]
        many = Counter(fate.fate for fate in fates)
        aside = ", ".join(f"{count} {fate}" for fate, count in many.items())
        if not fates:
            yield refused("no agent is there to write to: spawn one")
        elif not text:
            yield refused(f"type what to write to all agents ({len(fates)})")
        else:
            label = f"write to all agents ({len(fates)}): {text}"
            yield Entry(id="@@", label=label, aside=aside, run=partial(self._send_all, text))
        way = self._desk.look.keymap.way("broadcast.open")
        yield Entry(id="", label="choose to whom, in the broadcast dialog", aside=way, do=partial(self._draft, text))
        key = self._desk.look.keymap.way("pane.sync")
        yield Entry(id="", label="synced typing into the panes of this tab", aside=key, do=self._sync)

    async def _send_all(self, text: str) -> str:
        await self._desk.runtime.call("broadcast", text=text)
        return ""

    def _sync(self) -> None:
        self._desk.act("pane.sync")

    def _draft(self, text: str) -> None:
        if text:
            self._desk.lately.drafts["broadcast"] = text
        self._desk.act("broadcast.open")

    # ---- /needle and !command

    def _search(self, needle: str) -> Entry:
        if self._desk.bench.focus is None:
            return refused("no pane is open to search in")
        label = f"search this pane's history: {needle}" if needle else "search this pane's history"
        way = self._desk.look.keymap.way("copy.search")
        return Entry(id="copy.search", label=label, aside=way, do=partial(self._look_for, needle))

    def _look_for(self, needle: str) -> None:
        """Begin a search as its key does, and type the needle for the person."""
        self._desk.act("copy.search")
        if needle and self._desk.voice.asking:
            self._desk.voice.paste(needle)
            self._desk.voice.answer("enter")

    def _shell(self, command: str) -> Entry:
        if not command:
            return refused("type a command: it runs in a new pane")
        return Entry(id=f"!{command}", label=f"run {command}", aside="in a new pane", run=partial(self._open, command))

    async def _open(self, command: str) -> str:
        words = ["/bin/sh", "-c", STAYS, os.environ.get("SHELL", "") or "/bin/sh", command]
        here = self._entries.here()
        await self._desk.runtime.call("new", command=words, cwd=here, name=self._free_name(command), split="right")
        return ""

    def _free_name(self, command: str) -> str:
        """Named for its first word, rather than for the shell that runs it."""
        stem = os.path.basename(command.split(maxsplit=1)[0].strip("'\"")) or "command"
        taken = {place.name for place in self._entries.panes}
        return next(name for n in range(1, len(taken) + 2) if (name := stem if n == 1 else f"{stem}-{n}") not in taken)


def _meant(word: str, panes: list[Place]) -> list[Place]:
    """By id, name, or the beginning of a name; several where it is not clear."""
    exact = [place for place in panes if word in (place.id, place.name)]
    return exact[:1] or [place for place in panes if word and place.name.startswith(word)]
